/*
 * user/tests/ut_right.c - tests: what one user may not do to another
 */
#include "ut.h"

#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- set-id programs ----------------------------------------------- */

static void copy_self(const char *to)
{
	char buf[4096];
	int in = xopen(ut_self, O_RDONLY, 0);
	int out = xopen(to, O_WRONLY | O_CREAT, 0755);
	size_t n;

	while ((n = xread(in, buf, sizeof(buf))) > 0)
		xwrite(out, buf, n);
	xclose(in);
	xclose(out);
}

static void run_set_id(void)
{
	CHECK(setuid(1000) == 0 && prctl(PR_SET_PDEATHSIG, SIGKILL) == 0);
	execl("./su", "su", "--child", "set-id", NULL);
}

/* The C library must know, or it trusts the caller's environment; and the
 * caller's end is no reason to die. */
static void set_id_program(void)
{
	copy_self("su");
	CHECK(chmod("su", 04755) == 0);
	CHECK(ut_status_of(run_set_id) == 42 << 8);
}

static void run_plain(void)
{
	CHECK(setuid(1000) == 0);
	execl("./su", "su", "--child", "euid", "1000", NULL);
}

/* A process that shares the current directory could change it: no set-id. */
static void set_id_shares_fs(void)
{
	pid_t pid;

	copy_self("su");
	CHECK(chmod("su", 04755) == 0);
	pid = syscall(SYS_clone, CLONE_FS | SIGCHLD, 0, 0, 0, 0);
	CHECK(pid >= 0);
	if (pid == 0)
		run_plain();
	CHECK(ut_wait(pid) == 42 << 8);
}

/* --- programs that cannot be read ---------------------------------- */

static void run_unreadable(void)
{
	CHECK(setuid(1000) == 0);
	FAILS(EACCES, open("x", O_RDONLY));
	execl("./x", "x", "--child", "euid", "1000", NULL);
}

/* To run a program takes the right to run it, and no other. */
static void exec_unreadable(void)
{
	copy_self("x");
	CHECK(chmod("x", 0711) == 0);
	CHECK(ut_status_of(run_unreadable) == 42 << 8);
	CHECK(mkfifo("p", 0755) == 0);
	FAILS(EACCES, execl("./p", "p", NULL));
}

/* --- 16 bits for a user -------------------------------------------- */

#define LARGE	70000
#define UNKNOWN	65534		/* what 16 bits say of it */
#define KEEP	0xffff

static void owner_16(void)
{
	struct stat st;
	int fd;

	ut_put("f", "x");
	CHECK(symlink("f", "l") == 0 && chown("f", LARGE, LARGE) == 0);
	CHECK(syscall(SYS_chown, "l", 1000, KEEP) == 0);
	CHECK(stat("f", &st) == 0 && st.st_uid == 1000 && st.st_gid == LARGE);
	CHECK(syscall(SYS_lchown, "l", -1, 7) == 0);
	CHECK(lstat("l", &st) == 0 && st.st_uid == 0 && st.st_gid == 7);
	fd = xopen("f", O_RDONLY, 0);
	CHECK(syscall(SYS_fchown, fd, KEEP, 8) == 0);
	CHECK(stat("f", &st) == 0 && st.st_uid == 1000 && st.st_gid == 8);
	FAILS(EBADF, syscall(SYS_fchown, -1, 0, 0));
}

static void ids_16(void)
{
	unsigned short ids[3];
	gid_t group = LARGE;

	if (geteuid() != 0)
		ut_skip("only as root");
	owner_16();
	CHECK(setgroups(1, &group) == 0);
	CHECK(syscall(SYS_getgroups, 1, ids) == 1 && ids[0] == UNKNOWN);
	CHECK(syscall(SYS_setregid, KEEP, 5) == 0);
	CHECK(getgid() == 0 && getegid() == 5);
	CHECK(syscall(SYS_setresgid, KEEP, KEEP, KEEP) == 0 && getegid() == 5);
	CHECK(setresgid(LARGE, LARGE, LARGE) == 0);
	CHECK(syscall(SYS_getgid) == UNKNOWN);
	CHECK(syscall(SYS_getegid) == UNKNOWN);
	CHECK(syscall(SYS_getresgid, ids, ids + 1, ids + 2) == 0);
	CHECK(ids[0] == UNKNOWN && ids[1] == UNKNOWN && ids[2] == UNKNOWN);
	CHECK(setresuid(LARGE, LARGE + 1, 1000) == 0);
	CHECK(syscall(SYS_getuid) == UNKNOWN);
	CHECK(syscall(SYS_geteuid) == UNKNOWN);
	CHECK(syscall(SYS_getuid32) == LARGE);
	CHECK(syscall(SYS_getresuid, ids, ids + 1, ids + 2) == 0);
	CHECK(ids[0] == UNKNOWN && ids[1] == UNKNOWN && ids[2] == 1000);
	FAILS(EPERM, syscall(SYS_setuid, UNKNOWN));
	CHECK(syscall(SYS_setreuid, KEEP, 1000) == 0);
	CHECK(getuid() == LARGE && geteuid() == 1000);
}

/* --- limits -------------------------------------------------------- */

static pid_t victim;

static void half_user(void)
{
	CHECK(setresuid(1000, 0, 0) == 0);
	sleep_ms(20000);
}

static void limit_victim(void)
{
	struct rlimit r = { 0, 0 };

	CHECK(setuid(1000) == 0);
	CHECK(prlimit(getpid(), RLIMIT_FSIZE, &r, NULL) == 0);
	FAILS(EPERM, prlimit(victim, RLIMIT_FSIZE, &r, NULL));
	FAILS(ESRCH, prlimit(999999, RLIMIT_FSIZE, &r, NULL));
}

/* What runs a set-id program of root's has no say in its limits. */
static void limit_set_id(void)
{
	victim = ut_start(half_user);
	sleep_ms(50);
	CHECK(ut_status_of(limit_victim) == 0);
	CHECK(kill(victim, SIGKILL) == 0);
	ut_wait(victim);
}

/* --- locks --------------------------------------------------------- */

#define LOCKED	32u		/* files: the list of one is walked often */

static int lock_fds[LOCKED];

static int set_lock(unsigned long n, int type, long start, long len)
{
	struct flock l = { .l_type = type, .l_whence = SEEK_SET,
			   .l_start = start, .l_len = len };

	return fcntl(lock_fds[n % LOCKED], F_SETLK, &l);
}

/* One lock for every second byte, until the kernel refuses one. */
static void lock_bound(void)
{
	unsigned long n;
	char name[8];

	if (access("/proc/sys/vm/scanner", F_OK) < 0)
		ut_skip("Linux has RLIMIT_LOCKS, and no limit");
	for (n = 0; n < LOCKED; n++) {
		snprintf(name, sizeof(name), "l%lu", n);
		lock_fds[n] = xopen(name, O_RDWR | O_CREAT, 0644);
	}
	CHECK(setuid(1000) == 0);
	CHECK(set_lock(0, F_WRLCK, 0, 100) == 0);
	n = 0;
	while (n < 1 << 20 && set_lock(n, F_WRLCK, 101 + 2 * n, 1) == 0)
		n++;
	CHECK(errno == ENOLCK && n >= 1000 && n < 1 << 20);
	FAILS(ENOLCK, set_lock(0, F_UNLCK, 50, 1));
	CHECK(set_lock(0, F_UNLCK, 0, 0) == 0);
	CHECK(set_lock(0, F_WRLCK, 0, 100) == 0);
	CHECK(set_lock(0, F_UNLCK, 50, 1) == 0);
}

/* --- names --------------------------------------------------------- */

static void move_dirs(void)
{
	CHECK(setuid(1000) == 0);
	FAILS(EACCES, rename("a/root", "b/root"));
	CHECK(rename("a/root", "a/other") == 0);
	CHECK(mkdir("a/own", 0755) == 0 && rename("a/own", "b/own") == 0);
}

/* Another parent means another "..": that is a change of the directory. */
static void rename_dir(void)
{
	CHECK(mkdir("a", 0777) == 0 && mkdir("b", 0777) == 0);
	CHECK(chmod("a", 0777) == 0 && chmod("b", 0777) == 0);
	CHECK(mkdir("a/root", 0755) == 0);
	CHECK(ut_status_of(move_dirs) == 0);
}

/* --- set-id bits --------------------------------------------------- */

static mode_t mode_now(const char *name)
{
	struct stat st;

	CHECK(lstat(name, &st) == 0);
	return st.st_mode & 07777;
}

/* => the mode after the file had "mode" and chown changed it so */
static mode_t after_chown(mode_t mode, uid_t uid, gid_t gid)
{
	int fd = xopen("f", O_RDWR | O_CREAT, 0600);
	mode_t by_name, by_fd;

	CHECK(chmod("f", mode) == 0 && chown("f", uid, gid) == 0);
	by_name = mode_now("f");
	CHECK(chmod("f", mode) == 0 && fchown(fd, uid, gid) == 0);
	by_fd = mode_now("f");
	CHECK(by_fd == by_name);
	CHECK(chmod("f", mode) == 0 && lchown("f", uid, gid) == 0);
	CHECK(mode_now("f") == by_fd && close(fd) == 0);
	return by_fd;
}

/* setgid without group execute marks mandatory locking: it stays. */
static void set_id_chown(void)
{
	int mine = getuid(), group = getgid();

	CHECK(after_chown(02700, mine, group) == 02700);
	CHECK(after_chown(02767, mine, group) == 02767);
	CHECK(after_chown(02710, mine, group) == 0710);
	CHECK(after_chown(06755, mine, -1) == 0755);
	CHECK(after_chown(06745, -1, group) == 02745);
	CHECK(after_chown(06755, -1, -1) == 0755);
	CHECK(after_chown(05755, -1, -1) == 01755);
	CHECK(mkdir("d", 0700) == 0 && chmod("d", 06755) == 0);
	CHECK(chown("d", mine, group) == 0 && mode_now("d") == 06755);
}

static mode_t after_write(mode_t mode)
{
	int fd = xopen("f", O_WRONLY | O_CREAT, 0600);

	CHECK(chmod("f", mode) == 0);
	xwrite(fd, "x", 1);
	xclose(fd);
	return mode_now("f");
}

static void write_as_owner(void)
{
	CHECK(setuid(1000) == 0);
	CHECK(after_write(06755) == 0755 && after_write(06745) == 02745);
	CHECK(after_write(02700) == 02700 && after_write(01711) == 01711);
	CHECK(chmod("f", 02755) == 0 && mode_now("f") == 02755);
	CHECK(chmod("theirs", 06755) == 0 && mode_now("theirs") == 04755);
	CHECK(mkdir("d/e", 02755) == 0 && mode_now("d/e") == 02755);
}

/* Writing takes them from all but root; a group that one is not in takes no
 * setgid, and a directory passes it on. */
static void set_id_write(void)
{
	struct stat st;

	if (geteuid() != 0)
		ut_skip("only as root");
	CHECK(after_write(06755) == 06755 && unlink("f") == 0);
	CHECK(setgroups(0, NULL) == 0 && setgid(1000) == 0);
	ut_put("theirs", "x");
	CHECK(chown("theirs", 1000, 7) == 0 && mkdir("d", 0777) == 0);
	CHECK(chown("d", 1000, 7) == 0 && chmod("d", 02777) == 0);
	CHECK(chmod(".", 0777) == 0);
	CHECK(ut_status_of(write_as_owner) == 0);
	CHECK(stat("d/e", &st) == 0 && st.st_gid == 7);
	ut_put("d/f", "x");
	CHECK(stat("d/f", &st) == 0 && st.st_gid == 7);
	CHECK(mode_now("d/f") == (st.st_mode & 0777));
}

static const struct ut_test tests[] = {
	{ "set_id_chown", set_id_chown },
	{ "set_id_write", set_id_write },
	{ "set_id_program", set_id_program },
	{ "set_id_shares_fs", set_id_shares_fs },
	{ "exec_unreadable", exec_unreadable },
	{ "ids_16", ids_16 },
	{ "limit_set_id", limit_set_id },
	{ "lock_bound", lock_bound },
	{ "rename_dir", rename_dir },
};

UT_GROUP(ut_right, tests);
