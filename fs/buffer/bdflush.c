/*
 * fs/buffer/bdflush.c - the writers of dirty buffers outside the page scanner.
 *
 * There are three reasons to flush, and one list: too many dirty buffers
 * (bdflush, woken by balance_dirty above nfract; the writing task itself above
 * nfract_sync), too old (kupdate of fs/vfs/writeback.c, every interval), too
 * little memory (refill_freelist and the scanners wake bdflush).  All take the
 * oldest of BUF_DIRTY first.  They know only when a buffer was first dirtied,
 * not how often its page is used; this is the subject of the mailing-list
 * thread.
 *
 * flush_dirty_buffers starts again from the head after every write, because the
 * lock was dropped.  The design's flush_one writes one buffer.  A flush inside
 * a flush (writepage -> get_block -> getblk -> balance_dirty) returns at once:
 * the mend of defect B16.
 *
 * Invariants: current->flags has PF_FLUSH inside flush_dirty_buffers.
 * Locks: lru_list_lock for the walk.
 */
#include "kernel/process/process.h"
#include "fs/buffer/bdflush.h"
#include "fs/buffer/buffer_impl.h"
#include "kernel/base/cmdline.h"
#include "mm/reclaim/reclaim.h"

struct bdf_prm bdf_prm = {
	.nfract = 30,
	.ndirty = 64,
	.nrefill = 64,
	.interval = 5 * HZ,
	.age_buffer = 30 * HZ,
	.nfract_sync = 60,
};

static WAIT_QUEUE(bdflush_wait);
static bool bdflush_wanted;

/* ---- flushing ------------------------------------------------------------ */

/* Counts the due buffers behind the first one not yet due, at which kupdate
 * stops: they kept an old place with a new time (B19). lru_list_lock held */
static void count_missed(struct buffer_head *stop)
{
	struct list_head *pos;

	for (pos = stop->b_lru.next; pos != &lru_list[BUF_DIRTY];
	     pos = pos->next) {
		struct buffer_head *bh =
			list_entry(pos, struct buffer_head, b_lru);

		if (buffer_test(bh, BH_Dirty) &&
		    time_after_eq(jiffies, bh->b_flushtime))
			count_vm(kupdate_missed);
	}
}

/* => true: the write was started and lru_list_lock was dropped */
static bool flush_one(struct buffer_head *bh)
{
	unsigned long pfn = page_to_pfn(bh->b_page);
	enum lru_list list = page_lru(bh->b_page);
	u32 block = bh->b_blocknr;
	int age = bh->b_page->age;

	if (!buffer_design()->flush_one(bh)) {
		count_vm(flush_skipped_page);
		return false;
	}
	count_vm(flush_written);
	TRACE(FLUSH_ONE, pfn, block, list, age);
	return true;
}

/* Writes the oldest dirty, unlocked buffer (with check_flushtime: if due).
 * => true: a write was started */
static bool flush_oldest(bool check_flushtime)
{
	struct buffer_head *bh, *next;
	bool page_skipped = false;

	spin_lock(&lru_list_lock);
	list_for_each_entry_safe(bh, next, &lru_list[BUF_DIRTY], b_lru) {
		count_vm(flush_visited);
		if (!buffer_test(bh, BH_Dirty)) {
			count_vm(flush_refiled);
			__refile_buffer(bh);
			continue;
		}
		if (buffer_test(bh, BH_Lock)) {
			count_vm(flush_skipped_locked);
			continue;
		}
		if (check_flushtime && time_after(bh->b_flushtime, jiffies)) {
			count_missed(bh);
			break;
		}
		if (flush_one(bh)) {
			if (page_skipped)
				count_vm(flush_inversions);
			return true;
		}
		page_skipped = true;
	}
	spin_unlock(&lru_list_lock);
	return false;
}

/*
 * Starts writes from the old end of BUF_DIRTY: up to bdf_prm.ndirty of them, or
 * with check_flushtime all that are due (at most as many as are on the list
 * now).
 * => the number started: buffers in classic, buffers or pages in writepage;
 * sleeps; may be called with a page lock held
 */
int flush_dirty_buffers(bool check_flushtime)
{
	unsigned long limit = bdf_prm.ndirty, flushed = 0;

	if (current->flags & PF_FLUSH && !DEFECT(16)) {
		count_vm(flush_recursion);
		return 0;
	}
	if (!buffer_gate_try_enter())
		return 0;
	if (check_flushtime)
		limit = nr_buffers_type[BUF_DIRTY];
	current->flags |= PF_FLUSH;
	while (flushed < limit && flush_oldest(check_flushtime)) {
		flushed++;
		cond_resched();
	}
	current->flags &= ~PF_FLUSH;
	buffer_gate_exit();
	if (boot_options.debug)
		bufcache_check();
	return flushed;
}

/* ---- when to flush ------------------------------------------------------- */

/* => -1: below the limits; 0: wake bdflush; 1: the writer flushes itself */
int balance_dirty_state(void)
{
	unsigned long dirty = size_buffers_type[BUF_DIRTY] >> PAGE_SHIFT;
	unsigned long base = nr_free_buffer_pages();
	int state;

	if (dirty * 100 <= base * bdf_prm.nfract)
		return -1;
	state = dirty * 100 > base * bdf_prm.nfract_sync;
	TRACE(DIRTY_LIMIT, state, dirty, base);
	return state;
}

/* Called after a buffer was dirtied. => sleeps above nfract_sync */
void balance_dirty(void)
{
	int state = balance_dirty_state();

	if (state < 0)
		return;
	if (state)
		count_vm(dirty_limit_hard);
	else
		count_vm(dirty_limit_soft);
	wakeup_bdflush(state > 0, BDF_BALANCE);
}

static unsigned long *const wake_counters[BDF_CALLERS] = {
	[BDF_BALANCE] = &vm_stat.bdflush_wake_balance,
	[BDF_REFILL] = &vm_stat.bdflush_wake_refill,
	[BDF_TRY_TO_FREE] = &vm_stat.bdflush_wake_busy,
	[BDF_LAUNDER] = &vm_stat.bdflush_wake_launder,
	[BDF_OTHER] = &vm_stat.bdflush_wake_other,
};

/*
 * Wakes bdflush.  With block the caller flushes too, possibly at the same time
 * as other tasks.
 * => sleeps with block
 */
void wakeup_bdflush(bool block, int caller)
{
	int old;

	++*wake_counters[caller];
	TRACE(FLUSH_WAKE, caller, block);
	bdflush_wanted = true;
	wake_up(&bdflush_wait);
	if (!block)
		return;
	old = io_initiator_set(caller == BDF_REFILL ? IO_REFILL_FREELIST :
						      IO_BALANCE_DIRTY);
	flush_dirty_buffers(false);
	current->initiator = old;
}

/* ---- the threads --------------------------------------------------------- */

/* Flushes while too many buffers are dirty and some can be written. */
static void bdflush_run(void)
{
	int flushed = flush_dirty_buffers(false);

	if (!flushed)
		count_vm(bdflush_spurious);
	while (flushed && balance_dirty_state() >= 0)
		flushed = flush_dirty_buffers(false);
	blk_unplug_all();
}

static void bdflush(void *arg __unused)
{
	current->initiator = IO_BDFLUSH;
	for (;;) {
		bdflush_wanted = false;
		wait_event(bdflush_wait, bdflush_wanted);
		bdflush_run();
	}
}

void bdflush_start(void)
{
	kernel_thread("bdflush", bdflush, NULL);
}
