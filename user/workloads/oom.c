/*
 * user/workloads/oom.c - take memory until none is left
 *
 * A child touches page after page, up to a bound.  The kernel may refuse the
 * memory or kill the child; both are right.  What must not happen is that the
 * parent dies, which may have some memory of its own, the kernel panics, or
 * the machine hangs.
 */
#include "common.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static unsigned long seed, max_mb = 64, step_kb = 256, parent_kb;
static int shared;

static const struct opt opts[] = {
	{ "seed", OPT_NUM, &seed, "unused: nothing is random" },
	{ "max-mb", OPT_NUM, &max_mb, "stop there" },
	{ "step-kb", OPT_NUM, &step_kb, "size of one mapping" },
	{ "parent-kb", OPT_NUM, &parent_kb, "memory that the parent has" },
	{ "shared", OPT_FLAG, &shared, "the child takes shared memory" },
};

/* => pages that are there; NULL: refused */
static char *take(size_t kb, int flags)
{
	char *m = mmap(NULL, kb * KB, PROT_READ | PROT_WRITE,
		       MAP_ANONYMOUS | flags, -1, 0);

	if (m == MAP_FAILED)
		return NULL;
	for (size_t at = 0; at < kb * KB; at += PAGE)
		m[at] = 1;
	return m;
}

/* In the child: writes to the pipe how much it holds, step by step. */
static void eat(int out)
{
	unsigned long steps = max_mb * KB / step_kb;

	for (unsigned long i = 1; i <= steps; i++) {
		if (!take(step_kb, shared ? MAP_SHARED : MAP_PRIVATE))
			_exit(2);
		xwrite(out, &i, sizeof(i));
	}
	_exit(0);
}

static const char *outcome(int status)
{
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
		return "killed";
	if (WIFEXITED(status) && WEXITSTATUS(status) == 2)
		return "refused";
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return "bound";
	die("the child ended with status %#x", status);
}

int main(int argc, char **argv)
{
	unsigned long steps = 0, one;
	int fds[2], status;
	pid_t pid;

	opts_parse(argc, argv, "take memory until none is left", opts,
		   ARRAY_SIZE(opts));
	if (!step_kb || pipe(fds) < 0)
		die_sys("pipe");
	pid = xfork();
	if (pid == 0)
		eat(fds[1]);
	if (parent_kb && !take(parent_kb, MAP_PRIVATE))
		die_sys("mmap");
	xclose(fds[1]);
	while (xread(fds[0], &one, sizeof(one)) == sizeof(one))
		steps = one;
	if (waitpid(pid, &status, 0) != pid)
		die_sys("wait");
	say("oom: ok outcome=%s kb=%lu\n", outcome(status), steps * step_kb);
	return 0;
}
