/*
 * mm/scan_classic.c - the design of Linux 2.4.7: buffers are written by the
 * buffer cache, and the scanner knows their pages as a special case
 *
 * A buffer-cache page has no owner.  Its dirtiness is that of its buffers, so
 * ->writepage is only for pages dirtied through a mapping.  The scanner asks
 * the buffer cache to drop a page's buffers; as a side effect, in round 1,
 * that starts the writes of those that are dirty, for MAX_LAUNDER pages.  The
 * other writes are bdflush's, oldest buffer first.
 *
 * When the buffers of an ownerless page are gone, nothing holds the frame but
 * us: it goes to the buddy at once and never sees inactive_clean.
 *
 * Invariants, locks: those of vm_scanner.
 * Callers: mm/reclaim.c through the table.  Calls: fs/buffer, scan_shared.
 */
#include "fs/buffer.h"
#include "kernel/vmstat.h"
#include "mm/buffer_hooks.h"
#include "mm/reclaim.h"
#include "mm/scan_shared.h"

static enum launder_verdict classic_buffers(struct page *page,
					    struct scan_pass *pass)
{
	if (!try_to_free_buffers(page, launder_buffer_gfp(pass))) {
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

static enum launder_verdict classic_launder(struct page *page,
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
	.place = place_active,
	.wanted = wanted_by_age,
	.refill = refill_by_age,
	.victim = victim_oldest,
	.launder = classic_launder,
	.pass_end = second_round_if_short,
};
