/*
 * mm/reclaim/scan_shared.c - the common decisions of the two designs of 2001
 *
 * Both age pages: a page that was referenced when the scan of the active list
 * reaches it gains PAGE_AGE_ADV, any other loses half; at age 0 it goes to
 * inactive_dirty, unless it is held.  Both launder from the tail of
 * inactive_dirty, start no I/O in round 0, and write dirty pages through their
 * owner.
 *
 * Locks: pagemap_lru_lock is held in everything but launder_*.
 */
#include "kernel/core/task.h"
#include "kernel/core/trace.h"
#include "kernel/base/vmstat.h"
#include "mm/reclaim/address_space.h"
#include "mm/reclaim/reclaim.h"
#include "mm/reclaim/scan_shared.h"

/* => for vm_scanner->place */
enum lru_list place_by_age(const struct page *page __unused,
			   enum page_placed why)
{
	switch (why) {
	case PLACE_NEW:
	case PLACE_RESCUED:
	case PLACE_ACTIVATED:
		return LRU_ACTIVE;
	case PLACE_ROTATED:
	case PLACE_LOCKED:
	case PLACE_REFUSED:
		break;
	}
	return LRU_INACTIVE_DIRTY;
}

/* => for vm_scanner->young */
void young_by_age(struct page *page)
{
	page->age = min(page->age + PAGE_AGE_ADV, PAGE_AGE_MAX);
}

/* => for vm_scanner->idle: an unmapped page is deactivated only if it is
 *    old */
void idle_by_age(struct page *page, enum page_idle why)
{
	if (why != IDLE_UNMAPPED || page->age == 0)
		deactivate_page_nolock(page);
}

/* => for vm_scanner->wanted: touched or aged up since it was deactivated */
bool wanted_by_age(struct page *page)
{
	return page_test(page, PG_referenced) || page->age > 0;
}

/* => true: only the cache and its buffers hold the page */
static bool page_unheld(const struct page *page)
{
	return page->count <= (page->buffers ? 2 : 1);
}

/* => true: the page at the tail of active went to inactive_dirty */
static bool age_page(struct page *page)
{
	page->laps++;
	if (page_test_and_clear(page, PG_referenced)) {
		age_page_up_nolock(page);
	} else {
		age_page_down_ageonly(page);
		if (page->age == 0 && page_unheld(page)) {
			deactivate_page_nolock(page);
			return true;
		}
	}
	lru_move(page, LRU_ACTIVE);
	return false;
}

/* => for vm_scanner->refill: pages deactivated (refill_inactive_scan) */
int refill_by_age(int priority, int target)
{
	unsigned long left = nr_active_pages >> priority;
	unsigned long scanned = 0;
	int done = 0;

	while (scanned < left && !list_empty(&active_list)) {
		scanned++;
		done += age_page(list_last(&active_list, struct page, lru));
		if (target && done >= target)
			break;
	}
	count_vm_add(refill_scanned, scanned);
	count_vm_add(refill_deactivated, done);
	TRACE(REFILL, scanned, done);
	return done;
}

/* => for vm_scanner->victim */
struct page *victim_oldest(struct scan_pass *pass __unused)
{
	if (list_empty(&inactive_dirty_list))
		return NULL;
	return list_last(&inactive_dirty_list, struct page, lru);
}

/* => for vm_scanner->young, for scanners that use only PG_referenced */
void young_is_referenced(struct page *page)
{
	page_set(page, PG_referenced);
}

/* => for vm_scanner->attach: pages that the last scanner left on active join
 *    the head of inactive_dirty, in its order */
void attach_one_list(void)
{
	while (!list_empty(&active_list))
		lru_move(list_last(&active_list, struct page, lru),
			 LRU_INACTIVE_DIRTY);
}

/* => for vm_scanner->pass_end: true once, when memory is short and I/O may be
 *    started; wakes up bdflush */
bool second_round_if_short(struct scan_pass *pass)
{
	if (pass->round > 0 || !(pass->gfp & __GFP_IO) || !free_shortage())
		return false;
	pass->io_left = MAX_LAUNDER;
	buffer_hooks()->wakeup_bdflush(false, BDF_LAUNDER);
	return true;
}

/*
 * Launders a dirty page.  MAX_LAUNDER does not limit this path.
 * => page locked and with a mapping; may sleep in the file system; the page
 *    lock is no longer the caller's when the verdict is STARTED
 */
enum launder_verdict launder_writepage(struct page *page,
				       struct scan_pass *pass)
{
	int (*writepage)(struct page *) = page->mapping->a_ops->writepage;
	int before = current->initiator;

	if (!writepage) {
		count_vm(launder_no_writepage);
		return LAUNDER_ACTIVATE;
	}
	if (pass->round == 0 || !(pass->gfp & __GFP_FS)) {
		count_vm(launder_dirty_rotated);
		return LAUNDER_ROTATE;
	}
	if (page_kind(page) == KIND_BUFFER)
		count_vm(launder_writepage_bufpage);
	else if (page_kind(page) == KIND_SWAP)
		count_vm(launder_writepage_swap);
	else
		count_vm(launder_writepage_file);
	page_clear(page, PG_dirty);
	pass->given = page;
	current->initiator = IO_LAUNDER_WRITEPAGE;
	writepage(page);
	current->initiator = before;
	return LAUNDER_STARTED;
}

/* => page locked, without buffers, with the caller's reference: CLEAN, unless
 *    it was dirtied during a sleep, has another user, or has no owner */
enum launder_verdict launder_clean(const struct page *page)
{
	if (page_test(page, PG_dirty))
		return LAUNDER_ROTATE;
	if (page->mapping && page->count <= 2)
		return LAUNDER_CLEAN;
	count_vm(launder_odd);
	return LAUNDER_ACTIVATE;
}

/*
 * The effort for a page with buffers.  In round 1 each page uses one of
 * pass->io_left, without waiting.  When it is 0 a synchronous pass waits, if it
 * may sleep.
 * => how much may be done about busy buffers
 */
enum launder_effort launder_spend(struct scan_pass *pass)
{
	if (pass->round == 0)
		return LAUNDER_LOOK;
	if (pass->io_left > 0) {
		pass->io_left--;
		return LAUNDER_START;
	}
	if (!pass->sync)
		return LAUNDER_LOOK;
	return pass->gfp & __GFP_WAIT ? LAUNDER_WAIT : LAUNDER_START;
}
