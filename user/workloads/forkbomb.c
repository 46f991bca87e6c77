/*
 * user/workloads/forkbomb.c - fork until the kernel refuses
 *
 * All children wait in a read of one pipe.  fork must fail with EAGAIN or
 * ENOMEM, or reach the bound; then the pipe is closed, all children end, and
 * every one of them must be found by wait.
 */
#include "common.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static unsigned long seed, max = 1000;

static const struct opt opts[] = {
	{ "seed", OPT_NUM, &seed, "unused: nothing is random" },
	{ "max", OPT_NUM, &max, "stop there" },
};

static void wait_for_the_end(const int fds[2])
{
	char c;

	close(fds[1]);
	_exit(read(fds[0], &c, 1) != 0);
}

int main(int argc, char **argv)
{
	unsigned long made = 0, gone = 0;
	int fds[2], status, err = 0;
	pid_t pid;

	opts_parse(argc, argv, "fork until the kernel refuses", opts,
		   ARRAY_SIZE(opts));
	if (pipe(fds) < 0)
		die_sys("pipe");
	while (made < max && (pid = fork()) >= 0) {
		if (pid == 0)
			wait_for_the_end(fds);
		made++;
	}
	if (made < max)
		err = errno;
	if (err && err != EAGAIN && err != ENOMEM)
		die_sys("fork");
	xclose(fds[1]);
	while (waitpid(-1, &status, 0) > 0)
		gone += WIFSIGNALED(status) || WEXITSTATUS(status) == 0;
	if (gone != made)
		die("%lu children, %lu found by wait", made, gone);
	say("forkbomb: ok children=%lu stop=%s\n", made,
	    err == EAGAIN ? "EAGAIN" : err ? "ENOMEM" : "bound");
	return 0;
}
