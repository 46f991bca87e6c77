/*
 * user/tests/usertests.c - tests of the kernel's ABI, table-driven
 *
 *   usertests [--dir DIR] [--only WORD] [--full SMALLFS] [--bad DISK]
 *
 * Prints PASS, FAIL or SKIP for each test.  Every test runs in a child and a
 * directory of its own and is killed after a time limit.  Where the kernel is
 * Launder, each group runs a second time and the free pages and the swap slots
 * in use before and after that are compared: what the first run left in caches
 * does not count.
 */
#include "ut.h"
#include "tree.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define EXIT_FAIL	1
#define EXIT_SKIP	2

static unsigned long seed, limit_s = 60, slack = 16;
static const char *dir = "/tmp", *only;

static const struct opt opts[] = {
	{ "seed", OPT_NUM, &seed, "unused: the tests fix their seeds" },
	{ "dir", OPT_STR, &dir, "where to make the scratch directory" },
	{ "only", OPT_STR, &only, "run tests with this in group.name" },
	{ "full", OPT_STR, &ut_full_dir, "a small file system to fill up" },
	{ "bad", OPT_STR, &ut_bad_disk, "a disk with a file 'big' that it "
	  "does not take back" },
	{ "limit-s", OPT_NUM, &limit_s, "seconds until a test is killed" },
	{ "slack", OPT_NUM, &slack, "pages that a group may keep" },
};

static const struct ut_group *const groups[] = {
	&ut_proc, &ut_signal, &ut_pipe, &ut_mem, &ut_file, &ut_dir,
	&ut_job, &ut_error, &ut_elf, &ut_fault, &ut_fpu, &ut_sleep, &ut_right,
	&ut_shm, &ut_sem, &ut_call, &ut_time, &ut_procfs, &ut_vm, &ut_lock,
	&ut_share, &ut_full, &ut_sync, &ut_fd, &ut_path, &ut_system,
	&ut_bound, &ut_old, &ut_futex,
};

const char *ut_self, *ut_full_dir, *ut_bad_disk;

static char scratch[TREE_PATH];
static int report_fd = -1;	/* in a test: where the failure is written */
static unsigned passed, failed, skipped;

/* --- in the child -------------------------------------------------- */

void ut_fail(const char *file, int line, const char *what)
{
	dprintf(report_fd, "%s:%d: %s (errno %s)", file, line, what,
		strerror(errno));
	_exit(EXIT_FAIL);
}

void ut_skip(const char *why)
{
	dprintf(report_fd, "%s", why);
	_exit(EXIT_SKIP);
}

pid_t ut_start(void (*child)(void))
{
	pid_t pid = fork();

	CHECK(pid >= 0);
	if (pid == 0) {
		child();
		_exit(0);
	}
	return pid;
}

int ut_wait(pid_t pid)
{
	int status;

	CHECK(waitpid(pid, &status, 0) == pid);
	return status;
}

int ut_status_of(void (*child)(void))
{
	return ut_wait(ut_start(child));
}

void ut_asleep(pid_t pid)
{
	char path[32], text[64], state = 0;
	const char *name_end;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	for (int i = 0; i < 1000 && state != 'S'; i++) {
		fd = xopen(path, O_RDONLY, 0);
		text[xread(fd, text, sizeof(text) - 1)] = 0;
		xclose(fd);
		name_end = strrchr(text, ')');
		state = name_end && name_end[1] ? name_end[2] : 0;
		if (state != 'S')
			sleep_ms(10);
	}
	CHECK(state == 'S');
}

void ut_put(const char *name, const char *text)
{
	int fd = xopen(name, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	xwrite(fd, text, strlen(text));
	xclose(fd);
}

int ut_has(const char *name, const char *text)
{
	char buf[256];
	int fd = xopen(name, O_RDONLY, 0);
	size_t n = xread(fd, buf, sizeof(buf));

	xclose(fd);
	return n == strlen(text) && memcmp(buf, text, n) == 0;
}

/* --- in the parent ------------------------------------------------- */

static void run_child(const struct ut_test *t, const int fds[2])
{
	close(fds[0]);
	report_fd = fds[1];
	if (mkdir("t", 0755) < 0 || chdir("t") < 0)
		ut_fail(__FILE__, __LINE__, "cannot enter a new directory");
	t->run();
	_exit(0);
}

/* Reads the report of the child; an overdue child is killed. */
static void listen(int fd, pid_t pid, char *why, size_t room)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	unsigned long end = now_ms() + limit_s * 1000;
	size_t have = 0;
	ssize_t n = 1;

	while (n > 0 && have < room - 1) {
		unsigned long now = now_ms();

		if (now >= end || poll(&p, 1, end - now) == 0) {
			kill(pid, SIGKILL);
			have = snprintf(why, room, "took over %lu s", limit_s);
			break;
		}
		n = read(fd, why + have, room - 1 - have);
		have += n > 0 ? n : 0;
	}
	why[have] = 0;
}

/* => EXIT_FAIL, EXIT_SKIP or 0, with the reason in `why` */
static int run_test(const struct ut_test *t, char *why, size_t room)
{
	int fds[2], status;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) < 0)
		die_sys("pipe2");
	pid = xfork();
	if (pid == 0)
		run_child(t, fds);
	xclose(fds[1]);
	listen(fds[0], pid, why, room);
	xclose(fds[0]);
	if (waitpid(pid, &status, 0) != pid)
		die_sys("wait");
	tree_remove("t");
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	if (!*why)
		snprintf(why, room, "killed by signal %d", WTERMSIG(status));
	return EXIT_FAIL;
}

static void judge(const char *group, const char *name, int result,
		  const char *why)
{
	if (result == 0) {
		say("PASS %s.%s\n", group, name);
		passed++;
	} else if (result == EXIT_SKIP) {
		say("SKIP %s.%s: %s\n", group, name, why);
		skipped++;
	} else {
		say("FAIL %s.%s: %s\n", group, name, why);
		failed++;
	}
}

static int chosen(const struct ut_group *g, const char *test)
{
	char full[80];

	snprintf(full, sizeof(full), "%s.%s", g->name + 3, test);
	return !only || strstr(full, only);
}

/* `quiet`: for the leak check, the results are known already. */
static void run_group(const struct ut_group *g, int quiet)
{
	char why[256];

	for (size_t i = 0; i < g->n; i++) {
		int result;

		if (!chosen(g, g->tests[i].name))
			continue;
		result = run_test(&g->tests[i], why, sizeof(why));
		if (!quiet)
			judge(g->name + 3, g->tests[i].name, result, why);
	}
}

static unsigned long slots_used(void)
{
	unsigned long n = 0;

	proc_value("/proc/vmstat", "swap_slots_used", &n);
	return n;
}

/* Killed processes free their memory later, so the check is repeated. */
static void leak_check(const struct ut_group *g)
{
	unsigned long before = free_pages(), after;
	unsigned long slots_before = slots_used(), slots_after;
	char why[100] = "";
	int result = EXIT_FAIL;

	if (!before) {
		judge(g->name + 3, "leak", EXIT_SKIP, "not this kernel");
		return;
	}
	run_group(g, 1);
	for (int i = 0; i < 30 && result; i++) {
		after = free_pages();
		slots_after = slots_used();
		result = after + slack < before ||
			 slots_after > slots_before + slack ? EXIT_FAIL : 0;
		if (result)
			sleep_ms(100);
	}
	if (result)
		snprintf(why, sizeof(why), "%lu free pages, then %lu; %lu swap "
			 "slots, then %lu", before, after, slots_before,
			 slots_after);
	judge(g->name + 3, "leak", result, why);
}

static void enter_scratch(void)
{
	tree_join(scratch, dir, "usertests.d");
	if (mkdir(dir, 0755) < 0 && errno != EEXIST)
		die_sys("mkdir %s", dir);
	if (mkdir(scratch, 0755) < 0)
		die_sys("mkdir %s", scratch);
	if (chdir(scratch) < 0)
		die_sys("chdir %s", scratch);
}

/* The path of this program, still right after chdir; a bare name is one that
 * init has found in /bin. */
static const char *absolute(const char *path)
{
	static char full[TREE_PATH];
	char cwd[TREE_PATH / 2];

	if (path[0] == '/')
		return path;
	if (!strchr(path, '/')) {
		tree_join(full, "/bin", path);
		return full;
	}
	if (!getcwd(cwd, sizeof(cwd)))
		die_sys("getcwd");
	tree_join(full, cwd, path);
	return full;
}

int main(int argc, char **argv)
{
	if (argc > 2 && strcmp(argv[1], "--child") == 0)
		return ut_child_main(argc - 2, argv + 2);
	opts_parse(argc, argv, "tests of the kernel's ABI", opts,
		   ARRAY_SIZE(opts));
	ut_self = absolute(argv[0]);
	enter_scratch();
	for (size_t i = 0; i < ARRAY_SIZE(groups); i++) {
		run_group(groups[i], 0);
		if (chosen(groups[i], "leak"))
			leak_check(groups[i]);
	}
	if (chdir("/") < 0 || rmdir(scratch) < 0)
		die_sys("rmdir %s", scratch);
	say("usertests: %u passed, %u failed, %u skipped\n", passed, failed,
	    skipped);
	return failed != 0;
}
