/*
 * user/ut_right.c - tests: what one user may not do to another
 */
#include "ut.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- signals ------------------------------------------------------- */

static pid_t victim;

static void own_group(void)
{
	CHECK(setpgid(0, 0) == 0);
	sleep_ms(20000);
}

/* Neither by its number nor by its group's, nor by everybody's. */
static void signal_victim(void)
{
	CHECK(setuid(1000) == 0);
	FAILS(EPERM, kill(victim, SIGKILL));
	FAILS(EPERM, kill(-victim, SIGKILL));
	FAILS(EPERM, kill(-victim, 0));
	CHECK(kill(-victim, SIGCONT) == 0);	/* the same session */
	kill(-1, SIGKILL);
}

static void kill_group(void)
{
	victim = ut_start(own_group);
	sleep_ms(50);
	CHECK(ut_status_of(signal_victim) == 0);
	CHECK(waitpid(victim, NULL, WNOHANG) == 0);
	CHECK(kill(-victim, SIGTERM) == 0);
	CHECK(WTERMSIG(ut_wait(victim)) == SIGTERM);
}

static const struct ut_test tests[] = {
	{ "kill_group", kill_group },
};

UT_GROUP(ut_right, tests);
