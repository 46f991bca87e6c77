/*
 * mm/reclaim/scan_twolist.c - two queues and a second chance, in the manner of
 * the VM that came with 2.4.10: no page ages
 *
 * New pages join inactive_dirty.  Its tail is laundered, but a page referenced
 * since goes to active instead.  Active has at most twice the
 * length of inactive_dirty: at its tail a referenced page loses the bit and
 * goes back to the head, any other page to inactive_dirty.
 *
 * Victims are laundered as by classic: the scanner starts the writes of their
 * buffers, the buffer cache does the other writes.
 *
 * Invariants, locks: those of vm_scanner.
 */
#include "kernel/base/vmstat.h"
#include "mm/reclaim/scan_shared.h"

#define ACTIVE_PART	2	/* active is at most twice inactive_dirty */

static enum lru_list twolist_place(const struct page *page __unused,
				   enum page_placed why)
{
	if (why == PLACE_RESCUED || why == PLACE_ACTIVATED)
		return LRU_ACTIVE;
	return LRU_INACTIVE_DIRTY;
}

static bool twolist_referenced(struct page *page)
{
	return page_test_and_clear(page, PG_referenced);
}

/* Shortens active by second chance, one lap at most.  List lock held. */
static void twolist_balance(void)
{
	unsigned long left = nr_active_pages;
	struct page *page;

	while (left-- &&
	       nr_active_pages > ACTIVE_PART * nr_inactive_dirty_pages) {
		page = list_last(&active_list, struct page, lru);
		count_vm(refill_scanned);
		if (page_test_and_clear(page, PG_referenced)) {
			lru_move(page, LRU_ACTIVE);
			continue;
		}
		lru_move(page, LRU_INACTIVE_DIRTY);
		count_vm(refill_deactivated);
	}
}

static struct page *twolist_victim(struct scan_pass *pass)
{
	twolist_balance();
	return victim_oldest(pass);
}

static enum launder_verdict twolist_launder(struct page *page,
					    struct scan_pass *pass)
{
	pass->may_stop = true;
	return classic_launder(page, pass);
}

const struct vm_scanner scan_twolist = {
	.name = "twolist",
	.what = "two queues, a second chance; the buffer cache writes",
	.buffers = BUFFERS_CLASSIC,
	.place = twolist_place,
	.wanted = twolist_referenced,
	.victim = twolist_victim,
	.launder = twolist_launder,
	.pass_end = second_round_if_short,
	.young = young_is_referenced,
};
