/*
 * mm/reclaim/scan_classic.c - the design of Linux 2.4.7: the buffer cache
 * writes buffers, and the scanner handles their pages as a special case
 *
 * A buffer-cache page has no owner.  It is dirty when its buffers are, so
 * ->writepage is only for pages dirtied through a mapping.  When a page's
 * buffers cannot be dropped, the scanner starts the writes of the dirty ones
 * itself, in round 1, without waiting for MAX_LAUNDER pages, and wakes up
 * bdflush.  bdflush does the other writes, oldest buffer first.
 *
 * When the buffers of an ownerless page are dropped, only the scanner holds the
 * frame: it goes to the buddy at once and never to inactive_clean.
 *
 * Invariants, locks: those of vm_scanner.
 */
#include "kernel/base/vmstat.h"
#include "mm/reclaim/scan_shared.h"

/* Starts the writes of a page's busy buffers, then tries to drop them.
 * => true: dropped; sleeps for requests, and for I/O if it waits */
static bool classic_start_write(struct page *page, enum launder_effort effort,
				struct scan_pass *pass)
{
	bool wait = effort == LAUNDER_WAIT;

	if (effort == LAUNDER_LOOK || !(pass->gfp & __GFP_IO))
		return false;
	buffer_hooks()->write_page_buffers(page, wait);
	if (wait)
		return buffer_hooks()->try_to_free_buffers(page);
	buffer_hooks()->wakeup_bdflush(false, BDF_TRY_TO_FREE);
	return false;
}

static enum launder_verdict classic_buffers(struct page *page,
					    struct scan_pass *pass)
{
	enum launder_effort effort = launder_spend(pass);

	if (!buffer_hooks()->try_to_free_buffers(page) &&
	    !classic_start_write(page, effort, pass)) {
		count_vm(launder_buffers_busy);
		return LAUNDER_ROTATE;
	}
	count_vm(launder_buffers_ok);
	if (!page->mapping) {
		pass->may_stop = true;
		return LAUNDER_FREED;
	}
	return launder_clean(page);
}

enum launder_verdict classic_launder(struct page *page,
				     struct scan_pass *pass)
{
	if (page_test(page, PG_dirty) && page->mapping)
		return launder_writepage(page, pass);
	if (page->buffers)
		return classic_buffers(page, pass);
	return launder_clean(page);
}

const struct vm_scanner scan_classic = {
	.name = "classic",
	.what = "Linux 2.4.7: the buffer cache writes, oldest buffer first",
	.buffers = BUFFERS_CLASSIC,
	.keeps_stock = true,
	.place = place_by_age,
	.wanted = wanted_by_age,
	.refill = refill_by_age,
	.victim = victim_oldest,
	.launder = classic_launder,
	.pass_end = second_round_if_short,
	.young = young_by_age,
	.idle = idle_by_age,
};
