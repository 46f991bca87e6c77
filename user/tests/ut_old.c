/*
 * user/tests/ut_old.c - tests: calls of Linux 2.4's table that C libraries
 * seldom make, those whose objects are not here, and clone's flags
 */
#include "ut.h"

#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#define USER	1000

static void need_root(void)
{
	if (access("/proc/sys/vm/scanner", F_OK) < 0 || geteuid() != 0)
		ut_skip("only as root of this kernel");
}

/* ---- files --------------------------------------------------------------- */

/* As stat, lstat and fstat (106 to 108) fill it. */
struct old_stat {
	uint32_t dev, ino;
	uint16_t mode, nlink, uid, gid;
	uint32_t rdev, size, blksize, blocks;
	uint32_t atime, pad0, mtime, pad1, ctime, pad2, unused[2];
};

static void same_stat(const struct old_stat *old, const struct stat *st)
{
	CHECK(old->dev == st->st_dev && old->ino == st->st_ino &&
	      old->mode == st->st_mode && old->nlink == st->st_nlink &&
	      old->uid == st->st_uid && old->gid == st->st_gid &&
	      old->rdev == st->st_rdev && old->size == (uint32_t)st->st_size &&
	      old->blksize == (uint32_t)st->st_blksize &&
	      old->blocks == (uint32_t)st->st_blocks &&
	      old->atime == (uint32_t)st->st_atime &&
	      old->mtime == (uint32_t)st->st_mtime &&
	      old->ctime == (uint32_t)st->st_ctime);
}

static void test_stat(void)
{
	struct old_stat old;
	struct stat st;
	int fd;

	ut_put("f", "text");
	CHECK(symlink("f", "l") == 0);
	CHECK(stat("l", &st) == 0 && syscall(106, "l", &old) == 0);
	same_stat(&old, &st);
	CHECK(lstat("l", &st) == 0 && syscall(107, "l", &old) == 0);
	same_stat(&old, &st);
	CHECK(S_ISLNK(old.mode) && old.size == 1);
	fd = xopen("/dev/null", O_RDONLY, 0);
	CHECK(fstat(fd, &st) == 0 && syscall(108, fd, &old) == 0);
	same_stat(&old, &st);
	CHECK(S_ISCHR(old.mode) && old.rdev == 0x103);
	FAILS(ENOENT, syscall(106, "none", &old));
	FAILS(EFAULT, syscall(106, "f", 8));
	FAILS(EBADF, syscall(108, 99, &old));
}

/* Sizes and ids that the old structure has no room for. */
static void test_stat_large(void)
{
	struct old_stat old;
	int fd = xopen("f", O_RDWR | O_CREAT, 0600);

	need_root();
	CHECK(fchown(fd, 70000, 65535) == 0);
	CHECK(syscall(108, fd, &old) == 0 && old.uid == 65534 &&
	      old.gid == 65535);
	CHECK(ftruncate(fd, 0x7fffffff) == 0 && syscall(108, fd, &old) == 0 &&
	      old.size == 0x7fffffff);
	CHECK(ftruncate(fd, 0x80000000ll) == 0);
	FAILS(EOVERFLOW, syscall(108, fd, &old));
}

static void test_statfs(void)
{
	uint32_t old[16];
	struct statfs st;
	int fd = xopen(".", O_RDONLY, 0);

	CHECK(statfs(".", &st) == 0 && syscall(99, ".", old) == 0);
	CHECK(old[0] == (uint32_t)st.f_type && old[1] == (uint32_t)st.f_bsize &&
	      old[2] == st.f_blocks && old[5] == st.f_files &&
	      old[9] == (uint32_t)st.f_namelen && old[11] & 0x20);
	memset(old, 0, sizeof(old));
	CHECK(syscall(100, fd, old) == 0 && old[2] == st.f_blocks);
	FAILS(ENOENT, syscall(99, "none", old));
	FAILS(EBADF, syscall(100, 99, old));
	FAILS(EFAULT, syscall(99, ".", 8));
	FAILS(EINVAL, syscall(268, ".", 64, old));
	FAILS(EINVAL, syscall(269, fd, 85, old));
}

static void test_preadv(void)
{
	char a[4] = "", b[8] = "";
	struct iovec iov[2] = { { a, 3 }, { b, 7 } };
	int fd = xopen("f", O_RDWR | O_CREAT, 0600), ends[2];

	ut_put("f", "0123456789");
	CHECK(syscall(333, fd, iov, 2, 2, 0) == 8);
	CHECK(!strcmp(a, "234") && !strcmp(b, "56789"));
	CHECK(lseek(fd, 0, SEEK_CUR) == 0);
	CHECK(syscall(334, fd, iov, 1, 8, 0) == 3);
	CHECK(ut_has("f", "01234567234"));
	CHECK(syscall(333, fd, iov, 1, 0, 1) == 0);	/* 4 GB on: the end */
	FAILS(EINVAL, syscall(333, fd, iov, 2, 0, -1));
	FAILS(EINVAL, syscall(333, fd, iov, 1025, 0, 0));
	FAILS(EBADF, syscall(333, 99, iov, 1, 0, 0));
	CHECK(pipe(ends) == 0);
	FAILS(ESPIPE, syscall(333, ends[0], iov, 1, 0, 0));
	FAILS(ESPIPE, syscall(334, ends[1], iov, 1, 0, 0));
}

static void test_utimensat64(void)
{
	long long times[4] = { 1000000000, 0, 1000000001, 0 };
	struct stat st;

	ut_put("f", "");
	CHECK(syscall(412, AT_FDCWD, "f", times, 0) == 0);
	CHECK(stat("f", &st) == 0 && st.st_atime == 1000000000 &&
	      st.st_mtime == 1000000001);
	times[1] = 0x3ffffffe;		/* UTIME_OMIT */
	times[2] = 1000000002;
	CHECK(syscall(412, AT_FDCWD, "f", times, 0) == 0);
	CHECK(stat("f", &st) == 0 && st.st_atime == 1000000000 &&
	      st.st_mtime == 1000000002);
	times[1] = 1000000000;
	FAILS(EINVAL, syscall(412, AT_FDCWD, "f", times, 0));
	FAILS(EFAULT, syscall(412, AT_FDCWD, "f", 8, 0));
}

static void test_syncfs(void)
{
	int fd = xopen("f", O_RDWR | O_CREAT, 0600), ends[2];

	CHECK(pipe(ends) == 0);
	CHECK(syncfs(fd) == 0 && syncfs(ends[0]) == 0);
	FAILS(EBADF, syncfs(99));
}

/* O_DIRECT could not be obeyed; programs go on without it. */
static void test_direct(void)
{
	need_root();
	ut_put("f", "");
	FAILS(EINVAL, open("f", O_RDONLY | O_DIRECT));
}

/* ---- names and rights ---------------------------------------------------- */

static void test_uname(void)
{
	char uts[6][65], old[5][65], oldest[5][9];

	CHECK(syscall(SYS_uname, uts) == 0 && syscall(109, old) == 0 &&
	      syscall(59, oldest) == 0);
	CHECK(memcmp(uts, old, sizeof(old)) == 0);
	for (int i = 0; i < 5; i++)
		CHECK(!strncmp(oldest[i], uts[i], 8) && !oldest[i][8]);
	FAILS(EFAULT, syscall(109, 8));
}

static void as_user(void)
{
	CHECK(setgid(USER) == 0 && setuid(USER) == 0);
	FAILS(EPERM, setdomainname("x", 1));
	CHECK(prctl(PR_GET_DUMPABLE) == 0);
	FAILS(EPERM, prctl(PR_SET_KEEPCAPS, 1));
}

static void test_domain(void)
{
	char uts[6][65], before[65];

	need_root();
	CHECK(syscall(SYS_uname, uts) == 0);
	strcpy(before, uts[5]);
	CHECK(setdomainname("example", 7) == 0);
	CHECK(syscall(SYS_uname, uts) == 0 && !strcmp(uts[5], "example"));
	CHECK(setdomainname(before, strlen(before)) == 0);
	FAILS(EINVAL, setdomainname("x", 65));
	FAILS(EINVAL, setdomainname("x", -1));
	FAILS(EFAULT, setdomainname((char *)8, 1));
	CHECK(ut_status_of(as_user) == 0);
}

static void test_dumpable(void)
{
	CHECK(prctl(PR_GET_DUMPABLE) == 1);
	CHECK(prctl(PR_SET_DUMPABLE, 0) == 0 && prctl(PR_GET_DUMPABLE) == 0);
	CHECK(prctl(PR_SET_DUMPABLE, 1) == 0 && prctl(PR_GET_DUMPABLE) == 1);
	FAILS(EINVAL, prctl(PR_SET_DUMPABLE, 3));
	CHECK(prctl(PR_GET_KEEPCAPS) == 0 && prctl(PR_SET_KEEPCAPS, 0) == 0);
	FAILS(EINVAL, prctl(PR_SET_KEEPCAPS, 2));
}

static void has_personality(void)
{
	CHECK(syscall(SYS_personality, -1) == 0x0040008);
}

static void test_personality(void)
{
	CHECK(syscall(SYS_personality, -1) == 0);
	CHECK(syscall(SYS_personality, 0x0040008) == 0);
	CHECK(ut_status_of(has_personality) == 0);
	CHECK(syscall(SYS_personality, 0) == 0x0040008);
	need_root();
	FAILS(EINVAL, syscall(SYS_personality, 6));	/* PER_BSD */
}

/* ---- the scheduler ------------------------------------------------------- */

/* The C library has these answer ENOSYS without a call. */
static void test_sched(void)
{
	int priority = 0, interval[2] = { 5, 0 };

	CHECK(syscall(SYS_sched_getscheduler, 0) == 0);
	CHECK(syscall(SYS_sched_getscheduler, getppid()) == 0);
	FAILS(EINVAL, syscall(SYS_sched_getscheduler, -1));
	FAILS(ESRCH, syscall(SYS_sched_getscheduler, 32000));
	CHECK(syscall(SYS_sched_setscheduler, 0, 0, &priority) == 0);
	CHECK(syscall(SYS_sched_setparam, 0, &priority) == 0);
	priority = 7;
	CHECK(syscall(SYS_sched_getparam, 0, &priority) == 0 && priority == 0);
	FAILS(EINVAL, syscall(SYS_sched_getparam, 0, NULL));
	FAILS(EFAULT, syscall(SYS_sched_getparam, 0, 8));
	FAILS(EINVAL, syscall(SYS_sched_setscheduler, 0, 9, &priority));
	FAILS(EINVAL, syscall(SYS_sched_setscheduler, 0, 1, &priority));
	priority = 1;
	FAILS(EINVAL, syscall(SYS_sched_setparam, 0, &priority));
	CHECK(syscall(SYS_sched_get_priority_max, 1) == 99 &&
	      syscall(SYS_sched_get_priority_min, 2) == 1 &&
	      syscall(SYS_sched_get_priority_max, 0) == 0 &&
	      syscall(SYS_sched_get_priority_min, 3) == 0);
	FAILS(EINVAL, syscall(SYS_sched_get_priority_max, 99));
	need_root();
	CHECK(syscall(SYS_sched_rr_get_interval, 0, interval) == 0);
	CHECK(interval[0] == 0 && interval[1] > 0 && interval[1] <= 100000000);
	FAILS(EPERM, syscall(SYS_sched_setscheduler, 0, 1, &priority));
	FAILS(EPERM, syscall(SYS_sched_setscheduler, 0, 2, &priority));
}

/* ---- rt_sigqueueinfo ----------------------------------------------------- */

static volatile int queued_code, queued_value, queued_pid;

static void on_queued(int sig, siginfo_t *info, void *context)
{
	(void)sig, (void)context;
	queued_code = info->si_code;
	queued_value = info->si_value.sival_int;
	queued_pid = info->si_pid;
}

static void queue_to_parent(void)
{
	union sigval value = { .sival_int = 4711 };

	CHECK(sigqueue(getppid(), SIGUSR1, value) == 0);
}

static void test_sigqueue(void)
{
	struct sigaction action = { .sa_sigaction = on_queued,
				    .sa_flags = SA_SIGINFO | SA_RESTART };
	siginfo_t info = { .si_code = SI_USER };
	pid_t pid;

	CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
	pid = ut_start(queue_to_parent);
	CHECK(ut_wait(pid) == 0);
	CHECK(queued_code == SI_QUEUE && queued_value == 4711 &&
	      queued_pid == pid);
	FAILS(EPERM, syscall(SYS_rt_sigqueueinfo, getppid(), 0, &info));
	info.si_code = SI_TKILL;
	FAILS(EPERM, syscall(SYS_rt_sigqueueinfo, getppid(), 0, &info));
	info.si_code = SI_QUEUE;
	FAILS(ESRCH, syscall(SYS_rt_sigqueueinfo, 32000, 0, &info));
	FAILS(EINVAL, syscall(SYS_rt_sigqueueinfo, getpid(), 65, &info));
	FAILS(EFAULT, syscall(SYS_rt_sigqueueinfo, getpid(), 0, 8));
}

/* ---- clone --------------------------------------------------------------- */

static int clone_raw(unsigned long flags)
{
	return syscall(SYS_clone, flags, 0, 0, 0, 0);
}

static volatile int got_usr1;

static void on_usr1(int sig)
{
	(void)sig;
	got_usr1++;
}

/* With CLONE_PARENT the grandchild is a child of the test, which gets its
 * SIGCHLD and may wait for it. */
static void test_clone_parent(void)
{
	int fds[2], status, pid, mid, me = getpid();

	CHECK(pipe(fds) == 0);
	mid = fork();
	CHECK(mid >= 0);
	if (mid == 0) {
		pid = clone_raw(CLONE_PARENT | SIGCHLD);
		if (pid == 0)
			_exit(getppid() == me ? 5 : 6);
		CHECK(pid > 0);
		FAILS(ECHILD, wait(NULL));
		xwrite(fds[1], &pid, sizeof(pid));
		_exit(0);
	}
	CHECK(xread(fds[0], &pid, sizeof(pid)) == sizeof(pid));
	CHECK(waitpid(pid, &status, 0) == pid && WEXITSTATUS(status) == 5);
	CHECK(waitpid(mid, &status, 0) == mid && status == 0);
	FAILS(ECHILD, wait(NULL));
}

/* Another signal at the end: only WCLONE or WALL waits for such a child. */
static void test_clone_signal(void)
{
	int pid, status;

	signal(SIGUSR1, on_usr1);
	pid = clone_raw(SIGUSR1);
	CHECK(pid >= 0);
	if (pid == 0)
		_exit(3);
	FAILS(ECHILD, waitpid(pid, &status, 0));
	FAILS(ECHILD, waitpid(-1, &status, WNOHANG));
	CHECK(waitpid(pid, &status, __WCLONE) == pid &&
	      WEXITSTATUS(status) == 3 && got_usr1 == 1);
	pid = clone_raw(0);
	if (pid == 0)
		_exit(4);
	CHECK(waitpid(-1, &status, __WALL) == pid && WEXITSTATUS(status) == 4);
	pid = fork();
	if (pid == 0)
		_exit(0);
	FAILS(ECHILD, waitpid(pid, &status, __WCLONE));
	CHECK(waitpid(pid, &status, __WALL) == pid);
	CHECK(got_usr1 == 1);
}

static void test_clone_flags(void)
{
	static const unsigned long bad[] = {
		CLONE_THREAD, CLONE_SIGHAND, CLONE_VM, CLONE_NEWNS,
		CLONE_SYSVSEM, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWUSER,
		CLONE_NEWPID, CLONE_NEWNET, CLONE_IO, 0x1000, 65,
	};

	need_root();
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		FAILS(EINVAL, clone_raw(bad[i]));
}

/* ---- what is not here ---------------------------------------------------- */

static void test_xattr(void)
{
	char buf[8];
	int fd = xopen("f", O_RDWR | O_CREAT, 0600);

	need_root();
	CHECK(symlink("none", "l") == 0);
	FAILS(EOPNOTSUPP, getxattr("f", "user.a", buf, 8));
	FAILS(EOPNOTSUPP, lgetxattr("l", "user.a", buf, 8));
	FAILS(EOPNOTSUPP, fgetxattr(fd, "user.a", buf, 8));
	FAILS(EOPNOTSUPP, setxattr("f", "user.a", "x", 1, 0));
	FAILS(EOPNOTSUPP, removexattr("f", "user.a"));
	FAILS(EOPNOTSUPP, fremovexattr(fd, "user.a"));
	CHECK(listxattr("f", buf, 8) == 0 && llistxattr("l", buf, 8) == 0 &&
	      flistxattr(fd, buf, 8) == 0);
	FAILS(ENOENT, getxattr("none", "user.a", buf, 8));
	FAILS(ENOENT, listxattr("l", buf, 8));
	FAILS(EBADF, fgetxattr(99, "user.a", buf, 8));
	FAILS(EBADF, flistxattr(99, buf, 8));
	FAILS(EFAULT, getxattr("f", (char *)8, buf, 8));
	FAILS(ERANGE, getxattr("f", "", buf, 8));
}

static void test_socket(void)
{
	int pair[2], fd = xopen("f", O_RDWR | O_CREAT, 0600);
	long args[6] = { AF_INET, SOCK_STREAM, 0, 0, 0, 0 };

	need_root();
	FAILS(EAFNOSUPPORT, socket(AF_INET, SOCK_STREAM, 0));
	FAILS(EAFNOSUPPORT, socket(AF_NETLINK, SOCK_RAW, 9));
	FAILS(EAFNOSUPPORT, socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	FAILS(EAFNOSUPPORT, syscall(359, AF_UNIX, SOCK_STREAM, 0));
	FAILS(EAFNOSUPPORT, syscall(360, AF_UNIX, SOCK_STREAM, 0, pair));
	FAILS(EAFNOSUPPORT, syscall(102, 1, args));
	FAILS(ENOTSOCK, listen(fd, 1));
	FAILS(EBADF, listen(99, 1));
	FAILS(ENOTSOCK, send(fd, "x", 1, 0));
	FAILS(ENOTSOCK, shutdown(fd, SHUT_RD));
	FAILS(EBADF, syscall(363, 99, 1));
	FAILS(EINVAL, syscall(102, 0, args));
	FAILS(EINVAL, syscall(102, 21, args));
	FAILS(EFAULT, syscall(102, 1, 8));
}

/* Numbers that programs take something else than ENOSYS for. */
static void test_refused(void)
{
	need_root();
	FAILS(EPERM, syscall(SYS_ptrace, 0, 0, 0, 0));
	FAILS(EPERM, syscall(SYS_ioperm, 0x80, 1, 1));
	FAILS(EPERM, syscall(SYS_iopl, 3));
	FAILS(EPERM, syscall(SYS_vhangup));
	FAILS(EINVAL, syscall(SYS_pivot_root, "/", "/"));
	FAILS(EINVAL, unshare(CLONE_NEWNS));
}

/* Mount flags that nothing here obeys. */
static void test_mount_flags(void)
{
	need_root();
	CHECK(mkdir("m", 0755) == 0);
	FAILS(EINVAL, mount("none", "m", "proc", MS_SYNCHRONOUS, NULL));
	FAILS(EINVAL, mount("none", "m", "proc", MS_BIND, NULL));
	FAILS(EINVAL, mount("none", "m", "proc", MS_PRIVATE, NULL));
	FAILS(EINVAL, mount("none", "m", "proc", MS_MANDLOCK, NULL));
	CHECK(mount("none", "m", "proc", MS_SILENT | MS_RELATIME, NULL) == 0);
	CHECK(umount("m") == 0);
	CHECK(mount("none", "m", "proc", MS_MGC_VAL | MS_RDONLY, NULL) == 0);
	CHECK(umount("m") == 0);
}

static const struct ut_test tests[] = {
	{ "stat", test_stat },
	{ "stat_large", test_stat_large },
	{ "statfs", test_statfs },
	{ "preadv", test_preadv },
	{ "utimensat64", test_utimensat64 },
	{ "syncfs", test_syncfs },
	{ "direct", test_direct },
	{ "uname", test_uname },
	{ "domain", test_domain },
	{ "dumpable", test_dumpable },
	{ "personality", test_personality },
	{ "sched", test_sched },
	{ "sigqueue", test_sigqueue },
	{ "clone_parent", test_clone_parent },
	{ "clone_signal", test_clone_signal },
	{ "clone_flags", test_clone_flags },
	{ "xattr", test_xattr },
	{ "socket", test_socket },
	{ "refused", test_refused },
	{ "mount_flags", test_mount_flags },
};

UT_GROUP(ut_old, tests);
