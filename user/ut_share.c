/*
 * user/ut_share.c - tests: what two processes share, and change under each
 * other while a call sleeps
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

/* What exec closes is closed for nobody else. */
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

/* dup2 waits for the disk that it closes; its number is free for nobody. */
static void dup_over_disk(void)
{
	static char block[KB];
	struct stat a, b;
	int other, fd;
	pid_t pid;

	if (access(DISK, W_OK) < 0)
		ut_skip("no second disk");
	other = xopen("f", O_RDWR | O_CREAT, 0644);
	pid = share_table(open_and_close);
	for (int i = 0; i < ROUNDS; i++) {
		fd = open(DISK, O_RDWR);
		if (fd < 0)
			ut_skip("the second disk is in use");
		xpwrite(fd, block, sizeof(block), 0);
		CHECK(dup2(other, fd) == fd);
		CHECK(fstat(fd, &a) == 0 && fstat(other, &b) == 0);
		CHECK(a.st_ino == b.st_ino && a.st_rdev == b.st_rdev);
		xclose(fd);
	}
	CHECK(kill(pid, SIGKILL) == 0);
	ut_wait(pid);
}

/* --- mounts -------------------------------------------------------- */

static const struct ut_test tests[] = {
	{ "exec_unshares", exec_unshares },
	{ "dup_over_disk", dup_over_disk },
};

UT_GROUP(ut_share, tests);
