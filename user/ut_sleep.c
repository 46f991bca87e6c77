/*
 * user/ut_sleep.c - tests: waits that must end, and waits that must not
 */
#include "ut.h"

#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- for children -------------------------------------------------- */

static void end_later(void)
{
	sleep_ms(50);
}

/* Who ignores SIGCHLD waits until no child is left, and learns of none. */
static void sigchld_ignored(void)
{
	signal(SIGCHLD, SIG_IGN);
	ut_start(end_later);
	ut_start(end_later);
	FAILS(ECHILD, wait(NULL));
}

static void compute(void)
{
	unsigned long end = now_ms() + 300;

	while (now_ms() < end)
		;
}

static void wait_for_computer(void)
{
	CHECK(ut_status_of(compute) == 0);
}

/* What wait4 tells of a child has in it what that child waited for. */
static void usage_of_family(void)
{
	struct rusage u;
	pid_t pid = ut_start(wait_for_computer);

	CHECK(wait4(pid, NULL, 0, &u) == pid);
	CHECK((u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000 +
	      u.ru_utime.tv_usec + u.ru_stime.tv_usec >= 100000);
}

/* --- for locks ----------------------------------------------------- */

static void share_then_own(void)
{
	int fd = xopen("l", O_RDWR | O_CREAT, 0644);

	CHECK(flock(fd, LOCK_SH) == 0);
	sleep_ms(100);
	CHECK(flock(fd, LOCK_EX) == 0);
	sleep_ms(20);
	CHECK(flock(fd, LOCK_UN) == 0);
}

/* Two that share and both want the lock alone get it one after the other. */
static void flock_upgrade(void)
{
	pid_t pid = ut_start(share_then_own);

	share_then_own();
	CHECK(ut_wait(pid) == 0);
}

static const struct ut_test tests[] = {
	{ "sigchld_ignored", sigchld_ignored },
	{ "usage_of_family", usage_of_family },
	{ "flock_upgrade", flock_upgrade },
};

UT_GROUP(ut_sleep, tests);
