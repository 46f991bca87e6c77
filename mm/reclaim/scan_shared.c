/*
 * mm/reclaim/scan_shared.c - what the two designs of 2001 decide alike
 *
 * Both age pages: a page that was referenced when the scan of the active list
 * met it gains PAGE_AGE_ADV, one that was not loses half; at age 0 it goes to
 * inactive_dirty, unless somebody holds it.  Both launder from the tail of
 * inactive_dirty, start no I/O in round 0, and write pages that are dirty as
 * a whole through their owner.
 *
 * Locks: pagemap_lru_lock is held in everything but launder_*.
 * Callers: mm/scan_*.c.  Calls: the page owner's ->writepage, bdflush.
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

/* => for vm_scanner->idle: a page that left a page table counts only if it is
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

/* Held by nobody but the cache and its buffers. */
static bool page_unheld(const struct page *page)
{
	return page->count <= (page->buffers ? 2 : 1);
}

/* => true: the page at the tail of active went to inactive_dirty */
static bool age_page(struct page *page)
{
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

/* => for vm_scanner->young, where PG_referenced stands for all touches */
void young_is_referenced(struct page *page)
{
	page_set(page, PG_referenced);
}

/* => for vm_scanner->attach: what the scanner before it left on active joins
 *    the head of inactive_dirty, in its order */
void attach_one_list(void)
{
	while (!list_empty(&active_list))
		lru_move(list_last(&active_list, struct page, lru),
			 LRU_INACTIVE_DIRTY);
}

/* => for vm_scanner->pass_end: true once, when memory is short and I/O may be
 *    started; bdflush is asked to help */
bool second_round_if_short(struct scan_pass *pass)
{
	if (pass->round > 0 || !(pass->gfp & __GFP_IO) || !free_shortage())
		return false;
	pass->io_left = MAX_LAUNDER;
	buffer_hooks()->wakeup_bdflush(false, BDF_LAUNDER);
	return true;
}

/*
 * A page dirty as a whole.  MAX_LAUNDER does not limit this path.
 * => page locked and with a mapping; may sleep in the file system; the lock
 *    is given away when the verdict is STARTED
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

/* => locked, without buffers, our reference counted: to inactive_clean, unless
 *    it was dirtied while we slept, somebody holds it, or nobody owns it */
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
 * A page with buffers is next.  In round 1 MAX_LAUNDER pages are dealt with
 * without waiting; each spends one of pass->io_left.  Behind them a pass that
 * is for waiting waits, as far as it may sleep.
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
