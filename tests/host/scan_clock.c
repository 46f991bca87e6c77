/*
 * tests/host/scan_clock.c - CLOCK: one list, one bit, one hand
 *
 * Every page is on inactive_dirty.  The hand is its tail: a page touched since
 * it joined or was met last goes back to the head without its bit, any other
 * is laundered.  The touched bit is PG_referenced, set by hits in the caches
 * and by young entries of page tables.
 *
 * Locks: those of vm_scanner.
 */
#include "mm/reclaim/scan_shared.h"

static enum lru_list clock_place(const struct page *page __unused,
				 enum page_placed why __unused)
{
	return LRU_INACTIVE_DIRTY;
}

static bool clock_wanted(struct page *page)
{
	return page_test_and_clear(page, PG_referenced);
}

static enum launder_verdict clock_launder(struct page *page,
					  struct scan_pass *pass)
{
	pass->may_stop = true;
	if (page_test(page, PG_dirty) && page->mapping)
		return launder_writepage(page, pass);
	if (!page->buffers)
		return launder_clean(page);
	if (!buffer_hooks()->try_to_free_buffers(page))
		return LAUNDER_ROTATE;
	return page->mapping ? launder_clean(page) : LAUNDER_FREED;
}

const struct vm_scanner scan_clock = {
	.name = "clock",
	.what = "CLOCK: a second chance on one list",
	.buffers = BUFFERS_CLASSIC,
	.place = clock_place,
	.wanted = clock_wanted,
	.victim = victim_oldest,
	.launder = clock_launder,
	.pass_end = second_round_if_short,
	.young = young_is_referenced,
	.attach = attach_one_list,
};
