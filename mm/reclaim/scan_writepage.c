/*
 * mm/reclaim/scan_writepage.c - the design of the patch "using writepage to
 * start I/O", version 2: the owner of a page writes it, and every page has an
 * owner
 *
 * A dirty buffer marks its page dirty, and buffer-cache pages belong to
 * anon_space_mapping.  So for every dirty page the scanner calls the owner's
 * ->writepage, coldest page first, without a limit on their number (B9), but
 * only where it may call file systems (B8).  When a page's buffers cannot be
 * dropped, the scanner starts no write: it may only wait.
 *
 * A buffer-cache page without buffers goes to inactive_clean like file pages,
 * though no lookup can find it any more.  The branch for pages without an owner
 * is for those that truncate left behind.
 *
 * Invariants, locks: those of vm_scanner.
 */
#include "kernel/base/vmstat.h"
#include "mm/reclaim/scan_shared.h"

/* Waits for the writes of a page's busy buffers, if effort allows, and drops
 * them. => true: dropped; sleeps for I/O if it waits */
static bool writepage_await_write(struct page *page,
				  enum launder_effort effort)
{
	if (effort != LAUNDER_WAIT)
		return false;
	buffer_hooks()->wait_page_buffers(page);
	return buffer_hooks()->try_to_free_buffers(page);
}

static enum launder_verdict writepage_buffers(struct page *page,
					      struct scan_pass *pass)
{
	enum launder_effort effort = launder_spend(pass);

	/* Any page with buffers may end the walk, dropped or not (B14). */
	pass->may_stop = true;
	if (!buffer_hooks()->try_to_free_buffers(page) &&
	    !writepage_await_write(page, effort)) {
		count_vm(launder_buffers_busy);
		return LAUNDER_ROTATE;
	}
	count_vm(launder_buffers_ok);
	if (!page->mapping)
		return LAUNDER_FREED;
	if (page_kind(page) == KIND_BUFFER) {
		/* Marks made during the wait were of buffers now dropped. */
		page_clear(page, PG_referenced);
		page_clear(page, PG_dirty);
	}
	return launder_clean(page);
}

enum launder_verdict writepage_launder(struct page *page,
				       struct scan_pass *pass)
{
	if (page_test(page, PG_dirty) && page->mapping)
		return launder_writepage(page, pass);
	if (page->buffers)
		return writepage_buffers(page, pass);
	return launder_clean(page);
}

const struct vm_scanner scan_writepage = {
	.name = "writepage",
	.what = "patch of 31 July 2001: the owner writes, coldest page first",
	.buffers = BUFFERS_WRITEPAGE,
	.keeps_stock = true,
	.place = place_by_age,
	.wanted = wanted_by_age,
	.refill = refill_by_age,
	.victim = victim_oldest,
	.launder = writepage_launder,
	.pass_end = second_round_if_short,
	.young = young_by_age,
	.idle = idle_by_age,
};
