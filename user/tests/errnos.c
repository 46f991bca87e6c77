/*
 * user/tests/errnos.c - what every system call answers to every wrong argument
 *
 *   errnos [--out FILE] [--uid N] [--dir DIR] [--only NAME]
 *
 * The other arguments are good (call_table.c); the one at work is spoiled in
 * each way that its kind has.  A line a case: the call, the argument's number,
 * what was done to it, and the answer: an errno, or the value where it is the
 * same on any machine, else "ok"; "waits" if only a signal ended it; "ends" if
 * the process did not come back.  tests/boot/run-07-errnos compares the lines
 * of two kernels.
 *
 * All of it happens as an ordinary user with small limits, in a directory of
 * its own.  After a call that worked the next case has a new process and new
 * files, so no case sees what another one did.
 */
#include "call_pages.h"
#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOWHERE		0x50000000ul
#define KERNEL		0xc0100000ul
#define LONG_NAME	0x70000000ul	/* two pages for a path, then nothing */
#define REPORT		50		/* descriptor: where lines go */
#define AGAIN		99		/* exit status: more cases are left */
#define DONE		98		/* none is left */
#define BROKEN		1		/* the test itself fails: die() */
#define WAIT_SECONDS	2		/* a call that waits so long, waits */

static const char *out = "/dev/stdout", *dir = "/tmp", *only;
static unsigned long uid = 61234;

static const struct opt opts[] = {
	{ "out", OPT_STR, &out, "file for the lines" },
	{ "uid", OPT_NUM, &uid, "the user to become" },
	{ "dir", OPT_STR, &dir, "where to make a scratch directory" },
	{ "only", OPT_STR, &only, "that call only" },
};

static const struct call *call;		/* the row at work */
static unsigned number;			/* of the case in its row */
static unsigned first;			/* where this process begins */

/* ---- one case ------------------------------------------------------------ */

static void say_case(int i, const char *what, long got)
{
	char line[160], text[40];
	int n;

	call_answer(call, got, text, sizeof(text));
	n = snprintf(line, sizeof(line), "%s %d %s %s\n", call->name, i + 1,
		     what, text);
	if (write(REPORT, line, n) != n)
		_exit(1);
}

static void remove_object(long id)
{
	long none = 0;

	if (call->nr == SYS_ipc && call->arg[0].value == 2)
		syscall(SYS_ipc, 3, id, 0, 0, &none);
	if (call->nr == SYS_ipc && call->arg[0].value == 23)
		syscall(SYS_ipc, 24, id, 0, 0, NULL);
}

/* The call with argument i as given; ends the process if it worked. */
static void try(int i, const char *what, long value)
{
	static const struct itimerval guard = { { WAIT_SECONDS, 0 },
						{ WAIT_SECONDS, 0 } };
	static const struct itimerval none;
	static const int ends[6];
	long a[6], got;

	if (number++ < first)
		return;
	call_good(call, 0, ends, a);
	a[i] = value;
	setitimer(ITIMER_REAL, &guard, NULL);
	got = raw_call(call->nr, a);
	setitimer(ITIMER_REAL, &none, NULL);
	say_case(i, what, got);
	if (got >= 0 || got <= -4096) {
		remove_object(got);
		_exit(AGAIN);
	}
}

/* ---- each kind of argument ----------------------------------------------- */

static void try_pointers(int i)
{
	const struct arg *arg = &call->arg[i];

	try(i, "null", 0);
	try(i, "low", 0x10);
	try(i, "kernel", KERNEL);
	try(i, "unmapped", NOWHERE);
	try(i, "no-rights", NO_RIGHTS);
	if (arg->kind == A_OUT)
		try(i, "read-only", READ_ONLY);
	if (arg->size > 1 && !(arg->flags & ARG_ALIGNED))
		try(i, "straddling",
		    (long)page_of(i) + PAGE - (arg->size + 1) / 2);
	if (arg->flags & ARG_ALIGNED)
		try(i, "unaligned", (long)page_of(i) + PAGE - 7);
}

/* A string that ends in front of the end of its page. */
static void try_path(int i, const char *what, const char *path)
{
	char *at = (char *)LONG_NAME;

	strcpy(at, path);
	try(i, what, (long)at);
}

static void try_filled(int i, const char *what, size_t length, int slashes)
{
	char *at = (char *)LONG_NAME;

	memset(at, 'n', length);
	for (size_t k = 1; slashes && k < length; k += 2)
		at[k] = '/';
	at[length] = 0;
	try(i, what, (long)at);
}

static void try_paths(int i)
{
	static const char *const paths[][2] = {
		{ "empty", "" }, { "dot", "." }, { "dotdot", ".." },
		{ "root", "/" }, { "file", "f" }, { "file-slash", "f/" },
		{ "below-file", "f/x" }, { "file-dot", "f/." },
		{ "directory", "d" }, { "directory-slash", "d/" },
		{ "directory-dot", "d/." }, { "directory-dotdot", "d/.." },
		{ "missing", "none" }, { "missing-slash", "none/" },
		{ "below-missing", "none/x" }, { "link", "l" },
		{ "link-slash", "l/" }, { "below-link", "l/x" },
		{ "dangling", "dangling" }, { "dangling-slash", "dangling/" },
		{ "loop", "loop" }, { "loop-slash", "loop/" },
		{ "below-loop", "loop/x" }, { "to-directory", "ld" },
		{ "to-directory-slash", "ld/" }, { "fifo", "p" },
		{ "fifo-slash", "p/" }, { "full-directory", "full" },
		{ "in-locked", "locked/x" }, { "locked", "locked" },
		{ "device", "/dev/null" }, { "below-device", "/dev/null/x" },
	};

	try_pointers(i);
	for (size_t k = 0; k < ARRAY_SIZE(paths); k++)
		try_path(i, paths[k][0], paths[k][1]);
	try_filled(i, "name-255", 255, 0);
	try_filled(i, "name-256", 256, 0);
	try_filled(i, "path-4095", 4095, 1);
	try_filled(i, "path-4096", 4096, 1);
	memset((char *)LONG_NAME, 'n', 2 * PAGE);
	try(i, "endless", LONG_NAME + 2 * PAGE - 9);
}

static void try_descriptors(int i)
{
	static const char *const names[] = {
		"file", "directory", "pipe-read", "pipe-write", "null",
		"write-only", NULL, "read-only",
	};

	try(i, "minus-1", -1);
	try(i, "closed", 57);
	try(i, "too-large", 9999);
	try(i, "max", 0x7fffffff);
	try(i, "min", (long)0x80000000);
	try(i, "cwd", AT_FDCWD);
	for (size_t k = 0; k < ARRAY_SIZE(names); k++)
		if (names[k])
			try(i, names[k], WORLD_FILE + k);
}

static void try_numbers(int i)
{
	char what[20];

	try(i, "minus-1", -1);
	try(i, "max", 0x7fffffff);
	for (int bit = 0; bit < 32; bit++) {
		snprintf(what, sizeof(what), "bit-%d", bit);
		try(i, what, call->arg[i].value ^ (long)(1ul << bit));
	}
}

static void try_sizes(int i)
{
	try(i, "0", 0);
	try(i, "1", 1);
	try(i, "max", 0x7fffffff);
	try(i, "min", (long)0x80000000);
	try(i, "last-page", (long)0xfffff000);
	try(i, "minus-1", -1);
}

static void try_addresses(int i)
{
	try(i, "null", 0);
	try(i, "unaligned", OWN_PAGES + 1);
	try(i, "half-page", OWN_PAGES + 0x800);
	try(i, "unmapped", NOWHERE);
	try(i, "last-page", OWN_PAGES + 3 * PAGE);
}

/* Processes that are nowhere, signals that are none. */
static void try_ids(int i)
{
	try(i, "min", (long)0x80000000);
	try(i, "max", 0x7fffffff);
	if (call->arg[i].kind == A_SIG) {
		try(i, "minus-1", -1);
		try(i, "65", 65);
	}
}

static const call_tries tries = {
	[A_VALUE] = try_numbers,
	[A_PID] = try_ids,
	[A_SIG] = try_ids,
	[A_FD] = try_descriptors,
	[A_PATH] = try_paths,
	[A_IN] = try_pointers,
	[A_OUT] = try_pointers,
	[A_LEN] = try_sizes,
	[A_ADDR] = try_addresses,
};

/* ---- the world ----------------------------------------------------------- */

static void map_all(void)
{
	map_call_pages();
	map_at(LONG_NAME, 2, PROT_READ | PROT_WRITE);
}

/* The script has no interpreter anywhere: execve comes back. */
static void more_files(void)
{
	static const char script[] = "#!/none\n";
	int fd = xopen("e", O_WRONLY | O_TRUNC, 0);

	xwrite(fd, script, sizeof(script) - 1);
	xclose(fd);
	if (symlink("none", "dangling") < 0 || symlink("loop", "loop") < 0 ||
	    symlink("d", "ld") < 0 || mkdir("full", 0777) < 0 ||
	    mkdir("full/x", 0777) < 0 || mkdir("locked", 0) < 0)
		die_sys("the world");
}

static void limit(int which, unsigned long value)
{
	struct rlimit to = { value, value };

	if (setrlimit(which, &to) < 0)
		die_sys("setrlimit %d", which);
}

static void nothing(int sig)
{
	(void)sig;
}

/* The same signals, descriptors and limits everywhere. */
static void same_process(int report)
{
	struct sigaction action = { .sa_handler = nothing };
	int null = xopen("/dev/null", O_RDWR, 0);

	for (int sig = 1; sig < 32; sig++)
		signal(sig, SIG_DFL);
	signal(SIGXFSZ, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	sigaction(SIGALRM, &action, NULL);
	if (dup2(report, REPORT) != REPORT)
		die_sys("the report");
	for (int fd = 0; fd < 3; fd++)
		dup2(null, fd);
	for (int fd = 3; fd < 60; fd++)
		if (fd != REPORT)
			close(fd);
	umask(022);
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_FSIZE, 1 << 20);
	limit(RLIMIT_AS, 64 << 20);
	limit(RLIMIT_MEMLOCK, 64 << 10);
	limit(RLIMIT_NOFILE, 64);
}

/* From case "first" on, until one works. => exit status */
static void run_cases(int report)
{
	if (chdir("t") < 0)
		die_sys("chdir");
	same_process(report);
	world_files();
	more_files();
	world_open();
	map_all();
	call_child(call);
	number = 0;
	call_try(call, tries);
	_exit(DONE);
}

/* The lines of one process. => how many */
static unsigned copy_lines(int from, FILE *to)
{
	char buf[4096];
	unsigned lines = 0;
	ssize_t n;

	while ((n = read(from, buf, sizeof(buf))) > 0) {
		for (ssize_t i = 0; i < n; i++)
			lines += buf[i] == '\n';
		if (fwrite(buf, 1, n, to) != (size_t)n)
			die("cannot write the lines");
	}
	return lines;
}

/* Whatever the modes have become. */
static void clear_world(void)
{
	static const char *const dirs[] = { "t", "t/d", "t/full", "t/locked",
					    "t/new" };

	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++)
		chmod(dirs[i], 0700);
	tree_remove("t");
}

/* A row, a process for each stretch of cases up to one that works. */
static void run_row(FILE *to)
{
	int fds[2], status, code;
	unsigned lines;
	pid_t pid;

	first = 0;
	do {
		if (mkdir("t", 0777) < 0 || pipe(fds) < 0)
			die_sys("a row's directory");
		fflush(to);
		pid = xfork();
		if (pid == 0)
			run_cases(fds[1]);
		xclose(fds[1]);
		lines = copy_lines(fds[0], to);
		xclose(fds[0]);
		if (waitpid(pid, &status, 0) != pid)
			die_sys("wait");
		first += lines;
		clear_world();
		code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
		if (code == BROKEN)
			die("no world for %s", call->name);
		if (code != AGAIN && code != DONE)
			fprintf(to, "%s case %u ends\n", call->name, first++);
	} while (code != DONE);
}

int main(int argc, char **argv)
{
	char scratch[TREE_PATH];
	FILE *to;

	opts_parse(argc, argv, "what calls answer to wrong arguments", opts,
		   ARRAY_SIZE(opts));
	to = fopen(out, "w");
	if (!to)
		die_sys("%s", out);
	umask(0);
	tree_join(scratch, dir, "errnos.d");
	if (mkdir(scratch, 0777) < 0 || chdir(scratch) < 0)
		die_sys("%s", scratch);
	if (geteuid() == 0 &&
	    (setpriority(PRIO_PROCESS, 0, 0) || setgroups(0, NULL) ||
	     setgid(uid) || setuid(uid)))
		die_sys("user %lu", uid);
	if (setsid() < 0)
		setpgid(0, 0);
	for (size_t i = 0; i < call_count; i++) {
		call = &call_table[i];
		if (only && strcmp(only, call->name) != 0)
			continue;
		if (call->nr == SYS_sigsuspend ||	/* blocks the guard */
		    (call->nr != SYS_execve &&
		     (call->flags & (CALL_ENDS | CALL_NEVER))))
			continue;
		run_row(to);
	}
	if (fclose(to) != 0)
		die_sys("%s", out);
	if (chdir("/") < 0 || (geteuid() == 0 && rmdir(scratch) < 0))
		die_sys("rmdir %s", scratch);
	return 0;
}
