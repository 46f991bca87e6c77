/*
 * tests/host/blk_fakes.h - what the block layer needs of a kernel, on the host.
 *
 * There is one task.  When it would sleep, fake_schedule() is the rest of the
 * world: a test points it at its drive.
 */
#pragma once

#include <stdio.h>

#include "drivers/blk.h"
#include "kernel/vmstat.h"

extern u64 fake_usec;			/* clock_usec() */
extern void (*fake_schedule)(void);
extern unsigned long fake_wakeups;
void fake_tick(void);			/* runs what tick_register got */

extern int failures;

/* One result line a test: the first condition that is false ends it. */
#define CHECK(cond)							\
	do {								\
		if (!(cond)) {						\
			snprintf(why, sizeof(why), "line %d: %s",	\
				 __LINE__, #cond);			\
			return why;					\
		}							\
	} while (0)

extern char why[200];
void run_test(const char *name, const char *(*test)(void));

/* A small generator of the test's own: the same everywhere. */
u32 test_random(u32 below);
