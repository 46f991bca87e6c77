/*
 * kernel/core/selftest_time.c - self-test of the clocks (test=wrap): jiffies
 * wrap to 0 while a task sleeps and timers are pending.
 */
#include "kernel/core/selftest.h"
#include "kernel/core/time.h"

#define BEFORE	(HZ / 4)	/* jiffies until the wrap */

/* A timer, and the time it expired. */
struct bell {
	struct timer timer;
	unsigned long rang;
	unsigned int turn;
};

static unsigned int turns;

static void timertest_ring(void *arg)
{
	struct bell *bell = arg;

	bell->rang = jiffies;
	bell->turn = ++turns;
}

static void timertest_start(struct bell *bell, unsigned long expires)
{
	timer_setup(&bell->timer, timertest_ring, bell);
	timer_add(&bell->timer, expires);
}

static const char *test_wrap(void)
{
	const unsigned long begin = -(unsigned long)BEFORE;
	struct bell early = { .turn = 0 }, late = { .turn = 0 };
	u32 date = clock_seconds();

	jiffies = begin;
	EXPECT(clock_seconds() - date <= 1);
	timertest_start(&late, begin + 2 * BEFORE);
	timertest_start(&early, begin + BEFORE / 2);
	nap(3 * BEFORE);
	EXPECT(jiffies - begin >= 3 * BEFORE && jiffies < begin);
	EXPECT(early.turn == 1 && early.rang - begin >= BEFORE / 2);
	EXPECT(late.turn == 2 && late.rang - begin >= 2 * BEFORE);
	EXPECT(clock_seconds() - date <= 1 + 3 * BEFORE / HZ + 1);
	return NULL;
}

SELFTEST(wrap, test_wrap);
