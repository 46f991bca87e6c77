/*
 * mm/reclaim/atomic_load.c - allocations from the timer interrupt, as a network
 * card's driver would make them.
 *
 * Every PERIOD jiffies the interrupt frees the frames of the last burst and
 * asks for as many again.  It may not sleep: what is on inactive_clean is of no
 * use to it, and what it does not get is counted (alloc_failed_atomic).
 *
 * Invariant: the timer is pending while frames are wanted or held.
 * Locks: interrupts off.
 */
#include "kernel/base/vmstat.h"
#include "kernel/core/time.h"
#include "kernel/base/x86.h"
#include "mm/reclaim/reclaim.h"

#define PERIOD		(HZ / 20)

static void atomic_burst(void *unused);

static unsigned int burst;		/* frames; 0: stopped */
static LIST_HEAD(held);
static struct timer timer = { .node = LIST_HEAD_INIT(timer.node),
			      .fn = atomic_burst };

/* Interrupt context. */
static void atomic_burst(void *unused __unused)
{
	struct page *page, *next;

	list_for_each_entry_safe(page, next, &held, list) {
		list_del(&page->list);
		put_page(page);
	}
	for (unsigned int i = 0; i < burst; i++) {
		page = alloc_page(GFP_ATOMIC);
		if (!page)
			continue;
		count_vm(atomic_load_frames);
		list_add(&page->list, &held);
	}
	if (burst)
		timer_add(&timer, jiffies + PERIOD);
}

int atomic_load_set(unsigned int frames)
{
	unsigned long flags;

	if (frames > num_physpages / 4)
		return -EINVAL;
	flags = x86_irq_save();
	burst = frames;
	timer_add(&timer, jiffies + PERIOD);
	x86_irq_restore(flags);
	return 0;
}

unsigned int atomic_load_get(void)
{
	return burst;
}
