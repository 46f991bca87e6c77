/*
 * user/tests/ut_share.c - tests: what two processes share, and change under
 * each other while a call sleeps
 *
 * Mounting wants a second disk with an ext2 file system that may be changed.
 */
#include "ut.h"

#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define DISK	"/dev/hdb"
#define ROUNDS	10

/* --- descriptors --------------------------------------------------- */

/* => its pid; it has our table of descriptors */
static pid_t share_table(void (*child)(void))
{
	pid_t pid = syscall(SYS_clone, CLONE_FILES | SIGCHLD, 0, 0, 0, 0);

	CHECK(pid >= 0);
	if (pid == 0) {
		child();
		_exit(0);
	}
	return pid;
}

static void run_fds(void)
{
	execl(ut_self, "ut", "--child", "fds", "8", "9", NULL);
}

/* exec closes descriptors of its own process only. */
static void exec_unshares(void)
{
	CHECK(dup2(0, 8) == 8 && dup2(0, 9) == 9);
	CHECK(fcntl(9, F_SETFD, FD_CLOEXEC) == 0);
	CHECK(ut_wait(share_table(run_fds)) == 42 << 8);
	CHECK(fcntl(8, F_GETFD) == 0 && fcntl(9, F_GETFD) == FD_CLOEXEC);
}

static void open_and_close(void)
{
	for (;;) {
		int fd = open("f", O_RDONLY);

		sleep_ms(1);
		close(fd);
	}
}

/* dup2 waits for the disk that it closes; its number is not free. */
static void dup_over_disk(void)
{
	static char block[KB];
	struct stat a, b;
	int other, fd;
	pid_t pid;

	fd = open(DISK, O_RDWR);	/* before there is a child to leave */
	if (fd < 0)
		ut_skip("no second disk, or it is in use");
	xclose(fd);
	other = xopen("f", O_RDWR | O_CREAT, 0644);
	pid = share_table(open_and_close);
	for (int i = 0; i < ROUNDS; i++) {
		fd = xopen(DISK, O_RDWR, 0);
		xpwrite(fd, block, sizeof(block), 0);
		CHECK(dup2(other, fd) == fd);
		CHECK(fstat(fd, &a) == 0 && fstat(other, &b) == 0);
		CHECK(a.st_ino == b.st_ino && a.st_rdev == b.st_rdev);
		xclose(fd);
	}
	CHECK(kill(pid, SIGKILL) == 0);
	ut_wait(pid);
}

/* --- children ------------------------------------------------------ */

/* A child that waits for a byte before it runs this program anew; that waits
 * for the end of the same pipe. */
static int ready[2], go[2];

static pid_t start_waiting(const char *path)
{
	char c;
	char to[12], from[12];
	pid_t pid;

	CHECK(pipe(ready) == 0 && pipe(go) == 0);
	snprintf(to, sizeof(to), "%d", ready[1]);
	snprintf(from, sizeof(from), "%d", go[0]);
	pid = fork();
	CHECK(pid >= 0);
	if (pid)
		return pid;
	close(go[1]);
	if (read(go[0], &c, 1) != 1)
		_exit(1);
	execl(path, "ut", "--child", "wait", to, from, NULL);
	_exit(errno);
}

static void let_exec(void)
{
	CHECK(write(go[1], "", 1) == 1);
}

static pid_t start_again(const char *path)
{
	pid_t pid = start_waiting(path);

	let_exec();
	return pid;
}

static void wait_until_ready(void)
{
	char c;

	CHECK(xread(ready[0], &c, 1) == 1);
}

/* => its wait status */
static int let_go(pid_t pid)
{
	int status;

	xclose(go[1]);
	status = ut_wait(pid);
	xclose(go[0]);
	xclose(ready[0]);
	xclose(ready[1]);
	return status;
}

/* A parent cannot move a child to another group once it has run exec. */
static void setpgid_after_exec(void)
{
	pid_t pid = start_waiting(ut_self);

	CHECK(setpgid(pid, pid) == 0);
	let_exec();
	wait_until_ready();
	FAILS(EACCES, setpgid(pid, getpgrp()));
	CHECK(getpgid(pid) == pid);
	CHECK(let_go(pid) == 42 << 8);
}

/* => kB behind the name, of the first area of pid that is executable */
static long text_kb(int pid, const char *name)
{
	char path[40], *text, *area;
	long kb;

	snprintf(path, sizeof(path), "/proc/%d/smaps", pid);
	text = proc_text(path);
	CHECK(text);
	area = strstr(text, " r-xp ");
	CHECK(area);
	area = strstr(area, name);
	CHECK(area);
	kb = atol(area + strlen(name));
	free(text);
	return kb;
}

/* Two processes of one program have its text once. */
static void text_is_shared(void)
{
	pid_t pid = start_again(ut_self);

	wait_until_ready();
	CHECK(text_kb(pid, "Shared_Clean:") > 0);
	CHECK(text_kb(pid, "Private_Dirty:") == 0);
	CHECK(let_go(pid) == 42 << 8);
}

static void exit_7(void)
{
	_exit(7);
}

static void sleep_long(void)
{
	sleep_ms(20000);
}

/* Group 1 is a group like others; a process that has ended cannot stop. */
static void wait_for_groups(void)
{
	siginfo_t info;
	pid_t own, ours;

	CHECK(setpgid(0, 0) == 0);
	own = ut_start(exit_7);
	CHECK(setpgid(own, own) == 0);
	ours = ut_start(exit_7);
	FAILS(ECHILD, waitid(P_PGID, 1, &info, WEXITED));
	CHECK(waitid(P_PGID, getpgrp(), &info, WEXITED) == 0);
	CHECK(info.si_pid == ours && info.si_status == 7);
	CHECK(waitid(P_ALL, 1, &info, WEXITED | WNOWAIT) == 0);
	CHECK(info.si_pid == own && info.si_signo == SIGCHLD);
	FAILS(ECHILD, waitid(P_PID, own, &info, WSTOPPED | WCONTINUED));
	FAILS(ECHILD, waitid(P_PID, own, &info, WSTOPPED | WNOHANG));
	FAILS(ECHILD, waitid(P_PID, 1, &info, WEXITED));
	FAILS(EINVAL, waitid(P_PID, 0, &info, WEXITED));
	FAILS(EINVAL, waitid(3, own, &info, WEXITED));
	CHECK(waitid(P_PGID, own, &info, WEXITED) == 0 && info.si_pid == own);
}

static void wait_for_news(void)
{
	pid_t pid = ut_start(sleep_long);
	siginfo_t info;

	memset(&info, 0xff, sizeof(info));
	CHECK(waitid(P_PID, pid, &info, WNOHANG | WEXITED | WSTOPPED) == 0);
	CHECK(info.si_pid == 0 && info.si_signo == 0);
	CHECK(kill(pid, SIGSTOP) == 0);
	for (int i = 0; i < 2; i++) {
		CHECK(waitid(P_PID, pid, &info, WSTOPPED | WNOWAIT) == 0);
		CHECK(info.si_code == CLD_STOPPED);
	}
	CHECK(waitid(P_PID, pid, &info, WSTOPPED) == 0);
	CHECK(waitid(P_PID, pid, &info, WSTOPPED | WNOHANG) == 0);
	CHECK(info.si_pid == 0);
	CHECK(kill(pid, SIGCONT) == 0);
	CHECK(waitid(P_PID, pid, &info, WCONTINUED | WSTOPPED) == 0);
	CHECK(info.si_code == CLD_CONTINUED && info.si_status == SIGCONT);
	CHECK(kill(pid, SIGKILL) == 0);
	CHECK(waitid(P_PID, pid, &info, WEXITED) == 0);
	CHECK(info.si_code == CLD_KILLED && info.si_status == SIGKILL);
}

static void stop_one_end_one(void)
{
	pid_t stopped;
	int status;

	CHECK(setsid() > 0);
	stopped = ut_start(sleep_long);
	CHECK(kill(stopped, SIGSTOP) == 0);
	CHECK(waitpid(stopped, &status, WUNTRACED) == stopped);
	CHECK(ut_status_of(exit_7) == 7 << 8);
	CHECK(waitpid(stopped, &status, WCONTINUED | WNOHANG) == 0);
	CHECK(kill(stopped, SIGKILL) == 0);
	ut_wait(stopped);
}

/* A group that was orphaned before is not hung up when one of it ends. */
static void end_in_orphaned_group(void)
{
	CHECK(ut_status_of(stop_one_end_one) == 0);
}

/* --- a program and its file ---------------------------------------- */

static void copy_self(const char *to)
{
	static char buf[512 * KB];
	int fd = xopen(ut_self, O_RDONLY, 0);
	size_t n = xread(fd, buf, sizeof(buf));

	xclose(fd);
	fd = xopen(to, O_WRONLY | O_CREAT, 0755);
	xwrite(fd, buf, n);
	xclose(fd);
}

/* While exec waits for the disk another process opens the program to write: one
 * of them succeeds. */
static void write_or_run(void)
{
	pid_t pid;
	int fd;

	copy_self("x");
	for (int i = 0; i < ROUNDS; i++) {
		sync();
		drop_caches();
		pid = start_again("./x");
		for (int n = 0; n < i; n++)
			sched_yield();
		fd = open("x", O_WRONLY);
		CHECK(fd >= 0 || errno == ETXTBSY);
		CHECK(let_go(pid) == (fd < 0 ? 42 : ETXTBSY) << 8);
		if (fd >= 0)
			xclose(fd);
	}
}

/* --- mounts -------------------------------------------------------- */

static int mount_disk(const char *at, unsigned long flags)
{
	return mount(DISK, at, "ext2", flags, NULL);
}

static void need_launder(void)
{
	if (geteuid() != 0 || access("/proc/sys/vm/scanner", F_OK) < 0)
		ut_skip("only as root of this kernel");
}

/* In a child, with the disk on m; it may leave it umounted. */
static void with_disk(void (*test)(void))
{
	int status;

	need_launder();
	CHECK(mkdir("m", 0755) == 0);
	if (mount_disk("m", 0) < 0)
		ut_skip("no ext2 on a second disk");
	status = ut_status_of(test);
	CHECK(umount("m") == 0 || errno == EINVAL);
	CHECK(status == 0);
}

static void remove_r(void)
{
	_exit(rmdir("r") < 0 ? errno : 0);
}

static void mount_and_remove(void)
{
	int mounted, status;
	pid_t pid;

	CHECK(umount("m") == 0);
	for (int i = 0; i < ROUNDS; i++) {
		CHECK(mkdir("r", 0755) == 0 || errno == EEXIST);
		pid = ut_start(remove_r);
		mounted = mount_disk("r", 0) == 0;
		CHECK(mounted || errno == ENOENT);
		status = ut_wait(pid);
		CHECK(status == (mounted ? EBUSY << 8 : 0));
		CHECK(!mounted || umount("r") == 0);
	}
}

/* The directory goes while the disk is read: mount or rmdir, not both. */
static void mount_on_removed(void)
{
	with_disk(mount_and_remove);
}

/* Names of /proc are not kept: what lies on one would never be found. */
static void mount_on_proc(void)
{
	need_launder();
	FAILS(EINVAL, mount("none", "/proc/sys", "proc", 0, NULL));
}

static int go_read_only(void)
{
	return mount(NULL, "m", NULL, MS_REMOUNT | MS_RDONLY, NULL);
}

static void use_and_remount(void)
{
	char text[8] = "";
	char *map;
	int fd;

	fd = xopen("m/f", O_RDWR | O_CREAT, 0644);
	xwrite(fd, "text", 4);
	FAILS(EBUSY, go_read_only());
	map = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	CHECK(map != MAP_FAILED);
	xclose(fd);
	FAILS(EBUSY, go_read_only());
	CHECK(munmap(map, PAGE) == 0);
	fd = xopen("m/f", O_RDONLY, 0);
	CHECK(go_read_only() == 0);
	FAILS(EROFS, unlink("m/f"));
	FAILS(EROFS, truncate("m/f", 0));
	CHECK(mount(NULL, "m", NULL, MS_REMOUNT, NULL) == 0);
	CHECK(unlink("m/f") == 0);
	FAILS(EBUSY, go_read_only());
	CHECK(xread(fd, text, 8) == 4 && strcmp(text, "text") == 0);
	xclose(fd);
	CHECK(go_read_only() == 0);
	FAILS(EROFS, mkdir("m/d", 0755));
}

/* Open for writing, mapped so, or without a name: a file keeps it writable. */
static void remount_busy(void)
{
	with_disk(use_and_remount);
}

/* Names and sizes change until nothing can be changed. */
static void change(void)
{
	char name[20];

	for (int i = 0;; i++) {
		snprintf(name, sizeof(name), "m/%d", i % 50);
		if (mkdir(name, 0755) < 0 && errno == EROFS)
			return;
		if (i % 50 >= 25 && rmdir(name) < 0 && errno == EROFS)
			return;
		if (symlink("somewhere", "m/l") < 0 && errno == EROFS)
			return;
		if (unlink("m/l") < 0 && errno == EROFS)
			return;
		if (truncate("m/f", i % 7 * 5000) < 0 && errno == EROFS)
			return;
	}
}

#define FREE_COUNTS	(1024 + 12)	/* in ext2's super block */

/* The disk says what its file system said last. */
static void check_disk(const struct statvfs *st)
{
	int fd = xopen(DISK, O_RDONLY, 0);
	uint32_t count[2];

	xpread(fd, count, sizeof(count), FREE_COUNTS);
	xclose(fd);
	CHECK(count[0] == st->f_bfree && count[1] == st->f_ffree);
}

static void change_and_remount(void)
{
	struct statvfs st;
	pid_t pid[2];

	ut_put("m/f", "");
	for (int round = 0; round < ROUNDS; round++) {
		pid[0] = ut_start(change);
		pid[1] = ut_start(change);
		sleep_ms(1 + round);
		sync();
		drop_caches();		/* so that a change sleeps */
		while (go_read_only() < 0)
			CHECK(errno == EBUSY);
		CHECK(ut_wait(pid[0]) == 0 && ut_wait(pid[1]) == 0);
		CHECK(statvfs("m", &st) == 0 && umount("m") == 0);
		check_disk(&st);
		CHECK(mount_disk("m", 0) == 0);
	}
}

/* Nothing is under way any more when the disk is marked clean. */
static void remount_under_changes(void)
{
	with_disk(change_and_remount);
}

static const struct ut_test tests[] = {
	{ "exec_unshares", exec_unshares },
	{ "dup_over_disk", dup_over_disk },
	{ "setpgid_after_exec", setpgid_after_exec },
	{ "text_is_shared", text_is_shared },
	{ "wait_for_groups", wait_for_groups },
	{ "wait_for_news", wait_for_news },
	{ "end_in_orphaned_group", end_in_orphaned_group },
	{ "write_or_run", write_or_run },
	{ "mount_on_removed", mount_on_removed },
	{ "mount_on_proc", mount_on_proc },
	{ "remount_busy", remount_busy },
	{ "remount_under_changes", remount_under_changes },
};

UT_GROUP(ut_share, tests);
