/*
 * mm/scan_writepage.c - the design of the patch "using writepage to start
 * I/O", version 2: the owner of a page writes it, and every page has an owner
 *
 * A dirty buffer marks its page dirty, and buffer-cache pages belong to
 * anon_space_mapping.  So whatever is dirty, the scanner calls its owner's
 * ->writepage, coldest page first, as many pages as it meets (B9), but only
 * where it may call file systems (B8).  Dropping buffers starts no I/O here.
 *
 * A buffer page without buffers takes the way of file pages, inactive_clean,
 * though nobody can find it any more.  The branch for pages without an owner
 * stays, for those that truncate left behind.
 *
 * Invariants, locks: those of vm_scanner.
 * Callers: mm/reclaim.c through the table.  Calls: ->writepage, scan_shared.
 */
#include "kernel/vmstat.h"
#include "mm/address_space.h"
#include "mm/buffer_hooks.h"
#include "mm/scan_shared.h"

/* Any page with buffers may end the walk, dropped or not (B14). */
static enum launder_verdict writepage_buffers(struct page *page,
					      struct scan_pass *pass)
{
	gfp_t gfp = launder_buffer_gfp(pass);

	pass->may_stop = true;
	if (!buffer_hooks()->try_to_free_buffers(page, gfp)) {
		count_vm(launder_buffers_busy);
		return LAUNDER_ROTATE;
	}
	count_vm(launder_buffers_ok);
	if (!page->mapping)
		return LAUNDER_FREED;
	if (page_kind(page) == KIND_BUFFER) {
		/* Marks made while we waited were of buffers that are gone. */
		page_clear(page, PG_referenced);
		page_clear(page, PG_dirty);
	}
	return launder_clean(page);
}

static enum launder_verdict writepage_launder(struct page *page,
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
	.place = place_active,
	.wanted = wanted_by_age,
	.refill = refill_by_age,
	.victim = victim_oldest,
	.launder = writepage_launder,
	.pass_end = second_round_if_short,
};
