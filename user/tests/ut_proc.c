/*
 * user/tests/ut_proc.c - tests: fork, exec, wait, time
 */
#include "ut.h"

#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile int number = 1;
static pid_t parent;

/* --- fork ---------------------------------------------------------- */

static void exit_7(void)
{
	_exit(7);
}

static void check_parent(void)
{
	CHECK(getppid() == parent);
	CHECK(getpid() != parent);
}

static void fork_pids(void)
{
	parent = getpid();
	CHECK(ut_status_of(check_parent) == 0);
}

static void change_number(void)
{
	CHECK(number == 1);
	number = 2;
}

static void fork_copies(void)
{
	CHECK(ut_status_of(change_number) == 0);
	CHECK(number == 1);
}

/* Parent and child write alternate pages; neither sees the other's. */
static void fork_cow_pages(void)
{
	enum { PAGES = 64 };
	volatile char *m = xmalloc(PAGES * PAGE);
	pid_t pid;

	for (int i = 0; i < PAGES; i++)
		m[i * PAGE] = 'a';
	pid = fork();
	CHECK(pid >= 0);
	for (int i = pid == 0; i < PAGES; i += 2)
		m[i * PAGE] = pid ? 'p' : 'c';
	for (int i = 0; i < PAGES; i++)
		CHECK(m[i * PAGE] == (i % 2 != (pid == 0) ? 'a' :
				      pid ? 'p' : 'c'));
	if (pid == 0)
		_exit(0);
	CHECK(ut_wait(pid) == 0);
}

static int shared_fd;

static void write_two(void)
{
	CHECK(write(shared_fd, "cd", 2) == 2);
}

static void fork_shares_offset(void)
{
	shared_fd = xopen("f", O_RDWR | O_CREAT, 0644);
	CHECK(write(shared_fd, "ab", 2) == 2);
	CHECK(ut_status_of(write_two) == 0);
	CHECK(write(shared_fd, "ef", 2) == 2);
	CHECK(ut_has("f", "abcdef"));
}

static void fork_many(void)
{
	for (int i = 0; i < 100; i++)
		CHECK(ut_status_of(exit_7) == 7 << 8);
}

static void fork_tree(void)
{
	for (int depth = 0; depth < 10; depth++) {
		pid_t pid = fork();

		CHECK(pid >= 0);
		if (pid)
			_exit(ut_wait(pid) != 0);
	}
}

static void fork_as_vfork(void)
{
	pid_t pid = vfork();

	if (pid == 0)
		_exit(7);
	CHECK(pid > 0);
	CHECK(ut_wait(pid) == 7 << 8);
}

/* --- exec ---------------------------------------------------------- */

/* For a test that takes the power away: kupdate has been here before fsync. */
static int fsync_late(const char *path)
{
	int fd = xopen(path, O_RDWR | O_CREAT, 0644);

	sync();
	xwrite(fd, "twelve bytes", 12);
	sleep_ms(6000);
	if (fsync(fd) < 0)
		die_sys("fsync of %s", path);
	say("fsync of %s is over", path);
	return pause();
}

/* The other side of the exec tests. => the exit status */
int ut_child_main(int argc, char **argv)
{
	if (strcmp(argv[0], "fsync") == 0)
		return fsync_late(argv[1]);
	if (strcmp(argv[0], "sync-hole") == 0)
		return ut_sync_hole(argv[1]);
	if (strcmp(argv[0], "reuse") == 0)
		return ut_reuse(argv[1]);
	if (strcmp(argv[0], "args") == 0)
		return argc == 4 && !argv[1][0] && !strcmp(argv[2], "b c") &&
		       !strcmp(argv[3], "d") && !argv[4] &&
		       !strcmp(getenv("UT") ?: "", "yes") && !getenv("NO") ?
		       42 : 1;
	if (strcmp(argv[0], "fds") == 0)
		return fcntl(atoi(argv[1]), F_GETFD) == 0 &&
		       fcntl(atoi(argv[2]), F_GETFD) < 0 ? 42 : 1;
	if (strcmp(argv[0], "set-id") == 0)
		return getuid() == 1000 && geteuid() == 0 &&
		       getauxval(AT_UID) == 1000 && !getauxval(AT_EUID) &&
		       getauxval(AT_SECURE) == 1 &&
		       prctl(PR_GET_PDEATHSIG, &number) == 0 && !number ?
		       42 : 1;
	if (strcmp(argv[0], "euid") == 0)
		return geteuid() == (uid_t)atoi(argv[1]) ? 42 : 1;
	if (strcmp(argv[0], "wait") == 0) {
		xwrite(atoi(argv[1]), "r", 1);
		return read(atoi(argv[2]), argv[0], 1) == 0 ? 42 : 1;
	}
	if (strcmp(argv[0], "strings") == 0)
		return ut_own_strings() ? 42 : 1;
	if (strcmp(argv[0], "long") == 0) {
		for (int i = 1; i < argc; i++)
			if (strlen(argv[i]) != 999)
				return 1;
		return argc == 91 ? 42 : 1;
	}
	return strcmp(argv[0], "bss") == 0 && number == 1 ? 42 : 1;
}

static int exec_status(char **argv, char **env)
{
	pid_t pid = fork();

	CHECK(pid >= 0);
	if (pid == 0) {
		execve(ut_self, argv, env);
		_exit(99);
	}
	return ut_wait(pid);
}

static void exec_args(void)
{
	char *argv[] = { "ut", "--child", "args", "", "b c", "d", NULL };
	char *env[] = { "A=", "UT=yes", NULL };

	CHECK(exec_status(argv, env) == 42 << 8);
}

static void exec_fresh_data(void)
{
	char *argv[] = { "ut", "--child", "bss", NULL };

	number = 5;
	CHECK(exec_status(argv, NULL) == 42 << 8);
}

static void exec_long_args(void)
{
	char *argv[94] = { "ut", "--child", "long" };
	char *text = xmalloc(1000);

	memset(text, 'x', 999);
	for (int i = 3; i < 93; i++)
		argv[i] = text;
	CHECK(exec_status(argv, NULL) == 42 << 8);
}

static void exec_too_long(void)
{
	char *text = xmalloc(256 * KB);
	char *argv[] = { "ut", "--child", text, NULL };

	memset(text, 'x', 256 * KB - 1);
	FAILS(E2BIG, execve(ut_self, argv, NULL));
}

static void exec_cloexec(void)
{
	char *argv[] = { "ut", "--child", "fds", "8", "9", NULL };

	CHECK(dup2(0, 8) == 8 && dup2(0, 9) == 9);
	CHECK(fcntl(9, F_SETFD, FD_CLOEXEC) == 0);
	CHECK(exec_status(argv, NULL) == 42 << 8);
}

static void exec_errors(void)
{
	char *argv[] = { "x", NULL };

	ut_put("plain", "hello");
	FAILS(ENOENT, execve("nosuch", argv, NULL));
	FAILS(ENOTDIR, execve("plain/x", argv, NULL));
	FAILS(EACCES, execve(".", argv, NULL));
	FAILS(EACCES, execve("plain", argv, NULL));
}

/* --- wait ---------------------------------------------------------- */

static void exit_300(void)
{
	_exit(300);
}

static void wait_statuses(void)
{
	int status = ut_status_of(exit_300);

	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 300 % 256);
	FAILS(ECHILD, waitpid(-1, &status, 0));
	FAILS(ECHILD, waitpid(1, &status, 0));
}

static void sleep_100(void)
{
	sleep_ms(100);
}

static void wait_nohang(void)
{
	pid_t pid = ut_start(sleep_100);
	int status;

	CHECK(waitpid(pid, &status, WNOHANG) == 0);
	CHECK(ut_wait(pid) == 0);
}

static void wait_any(void)
{
	pid_t pid[5], got;
	int seen = 0, status;

	for (int i = 0; i < 5; i++)
		pid[i] = ut_start(exit_7);
	while ((got = waitpid(-1, &status, 0)) > 0)
		for (int i = 0; i < 5; i++)
			seen |= (got == pid[i]) << i;
	CHECK(errno == ECHILD && seen == 31);
}

static void wait_for_second(void)
{
	pid_t first = ut_start(exit_7), second = ut_start(sleep_100);

	CHECK(ut_wait(second) == 0);
	CHECK(ut_wait(first) == 7 << 8);
}

static int report[2];

/* Leaves a child that writes its parent's pid once this process has ended. */
static void leave_orphan(void)
{
	pid_t me = getpid(), now;

	if (fork() == 0) {
		while ((now = getppid()) == me)
			sleep_ms(10);
		xwrite(report[1], &now, sizeof(now));
		_exit(0);
	}
}

static void wait_orphan(void)
{
	pid_t now;

	CHECK(pipe(report) == 0);
	CHECK(ut_status_of(leave_orphan) == 0);
	CHECK(xread(report[0], &now, sizeof(now)) == sizeof(now));
	CHECK(now > 0 && now != getpid());
}

/* --- the process and its time -------------------------------------- */

static void proc_umask(void)
{
	struct stat st;

	umask(027);
	CHECK(umask(022) == 027);
	umask(027);
	xclose(xopen("f", O_WRONLY | O_CREAT, 0666));
	CHECK(stat("f", &st) == 0 && (st.st_mode & 07777) == 0640);
}

static void proc_uname(void)
{
	struct utsname u;

	CHECK(uname(&u) == 0);
	CHECK(u.sysname[0] && u.release[0] && u.machine[0]);
}

static void proc_ids(void)
{
	CHECK(getuid() == geteuid());
	CHECK(getpgrp() > 0 && getpgid(0) == getpgrp());
}

static void time_sleep(void)
{
	unsigned long begin = now_ms(), took;

	sleep_ms(100);
	took = now_ms() - begin;
	CHECK(took >= 99 && took < 5000);
}

static void time_clocks(void)
{
	struct timespec bad = { 0, 2000000000 }, now;
	struct timeval tv;

	CHECK(clock_gettime(CLOCK_REALTIME, &now) == 0);
	CHECK(gettimeofday(&tv, NULL) == 0);
	CHECK(tv.tv_sec - now.tv_sec <= 2 && tv.tv_usec < 1000000);
	CHECK(time(NULL) - now.tv_sec <= 2);
	FAILS(EINVAL, nanosleep(&bad, NULL));
}

static void time_uptime(void)
{
	char a[32] = "", b[32] = "";
	int fd = open("/proc/uptime", O_RDONLY);

	if (fd < 0)
		ut_skip("no /proc/uptime");
	CHECK(read(fd, a, sizeof(a) - 1) > 3);
	xclose(fd);
	sleep_ms(1100);
	fd = xopen("/proc/uptime", O_RDONLY, 0);
	CHECK(read(fd, b, sizeof(b) - 1) > 3);
	CHECK(atol(b) - atol(a) >= 1 && atol(b) - atol(a) < 30);
}

/* The number in a line of a file that begins so, or at word n; -1: none */
static long number_in(const char *path, const char *begin, int n)
{
	char buf[1024], *at = buf;
	int fd = open(path, O_RDONLY);

	CHECK(fd >= 0);
	buf[xread(fd, buf, sizeof(buf) - 1)] = 0;
	xclose(fd);
	if (begin)
		at = strstr(buf, begin);
	for (; at && n > 0; n--) {
		at = strpbrk(at, " \t");
		at += at && *at ? 1 : 0;
	}
	return at ? atol(at) : -1;
}

static void self_files(void)
{
	if (access("/proc/self/stat", R_OK) || access("/proc/ages", R_OK))
		ut_skip("not this kernel");
	CHECK(setpriority(PRIO_PROCESS, 0, 5) == 0);
	CHECK(number_in("/proc/self/stat", NULL, 18) == 5);
	CHECK(setresuid(0, 0, 7) == 0 && setresgid(0, 0, 8) == 0);
	CHECK(number_in("/proc/self/status", "Uid:", 3) == 7);
	CHECK(number_in("/proc/self/status", "Gid:", 3) == 8);
}

/* Who reads is the only one that runs, most of the time. */
static void one_runs(void)
{
	long least = 100, n;

	if (access("/proc/ages", R_OK))
		ut_skip("not this kernel");
	for (int i = 0; i < 20; i++) {
		n = number_in("/proc/stat", "procs_running", 1);
		least = n < least ? n : least;
		sleep_ms(10);
	}
	CHECK(least == 1);
}

static const struct ut_test tests[] = {
	{ "fork_pids", fork_pids },
	{ "fork_copies", fork_copies },
	{ "fork_cow_pages", fork_cow_pages },
	{ "fork_shares_offset", fork_shares_offset },
	{ "fork_many", fork_many },
	{ "fork_tree", fork_tree },
	{ "vfork", fork_as_vfork },
	{ "exec_args", exec_args },
	{ "exec_fresh_data", exec_fresh_data },
	{ "exec_long_args", exec_long_args },
	{ "exec_too_long", exec_too_long },
	{ "exec_cloexec", exec_cloexec },
	{ "exec_errors", exec_errors },
	{ "wait_statuses", wait_statuses },
	{ "wait_nohang", wait_nohang },
	{ "wait_any", wait_any },
	{ "wait_for_second", wait_for_second },
	{ "wait_orphan", wait_orphan },
	{ "umask", proc_umask },
	{ "uname", proc_uname },
	{ "ids", proc_ids },
	{ "sleep", time_sleep },
	{ "clocks", time_clocks },
	{ "uptime", time_uptime },
	{ "proc_self", self_files },
	{ "one_runs", one_runs },
};

UT_GROUP(ut_proc, tests);
