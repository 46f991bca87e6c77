/*
 * mm/reclaim/scan_sieve.c - SIEVE (2024): one queue, a hand, a visited bit
 *
 * New pages join the head of inactive_dirty, the only list.  The hand walks
 * from the tail to the head, then again from the tail.  A page that was visited
 * since the hand last passed loses the bit and stays in place; the first one
 * without it is laundered.  So used pages keep their place behind the hand, and
 * new pages soon meet it if they are used only once.
 *
 * The visited bit is PG_referenced, set by hits in the caches and by young
 * entries of page tables.  Victims are laundered as by writepage: the owner
 * writes the page.
 *
 * Invariants: the hand is on inactive_dirty, or NULL: at the tail.
 * Locks: the list lock for the hand.
 */
#include "mm/reclaim/scan_shared.h"

static struct page *sieve_hand;

/* => the next younger page; NULL: this is the youngest */
static struct page *sieve_younger(struct page *page)
{
	if (page->lru.prev == &inactive_dirty_list)
		return NULL;
	return list_entry(page->lru.prev, struct page, lru);
}

/* A page on the list always stays in place. */
static enum lru_list sieve_place(const struct page *page,
				 enum page_placed why __unused)
{
	return page_is_scanned(page) ? LRU_KEEP : LRU_INACTIVE_DIRTY;
}

static bool sieve_visited(struct page *page)
{
	return page_test_and_clear(page, PG_referenced);
}

static struct page *sieve_victim(struct scan_pass *pass)
{
	struct page *page = sieve_hand ? sieve_hand : victim_oldest(pass);

	if (page)
		sieve_hand = sieve_younger(page);
	return page;
}

static enum launder_verdict sieve_launder(struct page *page,
					  struct scan_pass *pass)
{
	pass->may_stop = true;
	return writepage_launder(page, pass);
}

static void sieve_gone(struct page *page, enum page_gone why __unused)
{
	if (page == sieve_hand)
		sieve_hand = sieve_younger(page);
}

static void sieve_detach(void)
{
	sieve_hand = NULL;
}

const struct vm_scanner scan_sieve = {
	.name = "sieve",
	.what = "SIEVE: one queue, a hand, a visited bit; the owner writes",
	.buffers = BUFFERS_WRITEPAGE,
	.place = sieve_place,
	.wanted = sieve_visited,
	.victim = sieve_victim,
	.launder = sieve_launder,
	.pass_end = second_round_if_short,
	.young = young_is_referenced,
	.gone = sieve_gone,
	.attach = attach_one_list,
	.detach = sieve_detach,
};
