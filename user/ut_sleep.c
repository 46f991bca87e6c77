/*
 * user/ut_sleep.c - tests: waits that must end, and waits that must not
 */
#include "ut.h"

#include <signal.h>
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

static const struct ut_test tests[] = {
	{ "sigchld_ignored", sigchld_ignored },
};

UT_GROUP(ut_sleep, tests);
