/*
 * kernel/core/loadavg.c - average number of runnable tasks
 *
 * A timer samples every five seconds; the periods are 1, 5 and 15 minutes.
 * Averages are in units of 1 / LOAD_ONE.
 *
 * Locks: none; only the timer writes.
 */
#include "kernel/core/loadavg.h"
#include "kernel/core/task.h"

#define LOAD_TICKS	(5 * HZ)

u32 loadavg[3];
static struct timer load_timer;

/* Every 5 s an average keeps exp(-5 s / period) of itself. */
static void load_update(void *unused __unused)
{
	static const u32 keep[3] = { 1884, 2014, 2037 };
	u32 now = nr_running() * LOAD_ONE;
	int i;

	for (i = 0; i < 3; i++)
		loadavg[i] = (loadavg[i] * keep[i] +
			      now * (LOAD_ONE - keep[i])) / LOAD_ONE;
	timer_add(&load_timer, jiffies + LOAD_TICKS);
}

void loadavg_start(void)
{
	timer_setup(&load_timer, load_update, NULL);
	timer_add(&load_timer, jiffies + LOAD_TICKS);
}
