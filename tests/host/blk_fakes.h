/*
 * tests/host/blk_fakes.h - what the block layer needs of a kernel, on the host.
 *
 * There is one task.  When it would sleep, fake_schedule() is the rest of the
 * world: a test points it at its drive.
 */
#pragma once

#include "drivers/block/blk.h"
#include "kernel/base/vmstat.h"
#include "tests/host/check.h"

extern u64 fake_usec;			/* clock_usec() */
extern void (*fake_schedule)(void);
extern unsigned long fake_wakeups;
void fake_tick(void);			/* runs what tick_register got */

void run_test(const char *name, const char *(*test)(void));

void fake_no_start(struct blk_queue *queue, struct blk_request *request);

/* An empty queue, whose drive does nothing by itself. */
static inline void fake_queue(struct blk_queue *queue)
{
	if (queue->node.next)
		list_del(&queue->node);	/* no longer one of all queues */
	memset(queue, 0, sizeof(*queue));
	blk_queue_init(queue, "hdx", fake_no_start, NULL);
	fake_wakeups = 0;
}
