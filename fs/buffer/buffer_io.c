/*
 * fs/buffer/buffer_io.c - transfer of a buffer: lock, submit, complete.
 *
 * BH_Lock is held from before submission until completion. ll_rw_block skips a
 * locked buffer, clears BH_Dirty, refiles, and sleeps while the drives have too
 * many sectors queued. submit_bh does none of that; the writepage design calls
 * it directly (defect B17).
 *
 * There are two completions: end_buffer_io_sync for one buffer,
 * end_buffer_io_async for a whole locked page, which the last of its transfers
 * unlocks.  A failed write is recorded in the owner (address_space, inode) and
 * the device, for fsync, close and sync to report; the data is lost, as in
 * 2.4.7.
 *
 * Invariants: submit_bh requires BH_Lock and BH_Mapped; a buffer under I/O has
 * b_count > 0 and so cannot be dropped.
 * Locks: none taken; completion runs in interrupt context and edits no list.
 */
#include "fs/buffer/buffer_impl.h"
#include "fs/fs.h"

/* ---- BH_Lock ------------------------------------------------------------- */

/* => true: the caller now holds BH_Lock */
bool trylock_buffer(struct buffer_head *bh)
{
	if (buffer_test(bh, BH_Lock))
		return false;
	buffer_set(bh, BH_Lock);
	return true;
}

static void sleep_on_buffer(struct buffer_head *bh)
{
	u64 begin = clock_usec();

	count_vm(lock_buffer_sleep);
	get_bh(bh);
	blk_unplug_all();
	wait_event(bh->b_wait, !buffer_test(bh, BH_Lock));
	lock_waited(page_is_buffermem(bh->b_page) ? LOCK_METADATA : LOCK_DATA,
		    clock_usec() - begin);
	bh->b_count--;
}

/* => sleeps until it holds BH_Lock */
void lock_buffer(struct buffer_head *bh)
{
	while (!trylock_buffer(bh))
		sleep_on_buffer(bh);
}

/* => any context */
void unlock_buffer(struct buffer_head *bh)
{
	buffer_clear(bh, BH_Lock);
	if (!list_empty(&bh->b_wait.sleepers))
		wake_up(&bh->b_wait);
}

/* => sleeps until no transfer is under way */
void wait_on_buffer(struct buffer_head *bh)
{
	while (buffer_test(bh, BH_Lock))
		sleep_on_buffer(bh);
}

/* ---- completion: interrupt context --------------------------------------- */

/* Ends a single buffer's transfer: unlocks, drops the transfer's reference. */
void end_buffer_io_sync(struct buffer_head *bh, bool uptodate)
{
	mark_buffer_uptodate(bh, uptodate);
	unlock_buffer(bh);
	bh->b_count--;
}

/*
 * Tests all buffers of the page: => true: one is still under I/O;
 * *all_uptodate: whether the page is uptodate. writepage writes parts of pages,
 * so "no error" does not imply that; both designs use it.
 */
static bool page_io_pending(const struct buffer_head *bh, bool *all_uptodate)
{
	const struct buffer_head *other = bh;

	*all_uptodate = true;
	do {
		if (other->b_end_io == end_buffer_io_async &&
		    buffer_test(other, BH_Lock))
			return true;
		if (!buffer_test(other, BH_Uptodate))
			*all_uptodate = false;
		other = other->b_this_page;
	} while (other != bh);
	return false;
}

/*
 * Ends one transfer of a page: unlocks the buffer and drops the reference; the
 * last transfer unlocks the page. b_end_io is cleared: a later lock of the
 * buffer for another purpose must not delay the page.
 */
void end_buffer_io_async(struct buffer_head *bh, bool uptodate)
{
	struct page *page = bh->b_page;
	bool all_uptodate;

	mark_buffer_uptodate(bh, uptodate);
	if (!uptodate)
		page_set(page, PG_error);
	bh->b_end_io = NULL;
	unlock_buffer(bh);
	bh->b_count--;
	if (page_io_pending(bh, &all_uptodate))
		return;
	if (all_uptodate)
		page_set(page, PG_uptodate);
	unlock_page(page);
}

static void note_write_error(struct buffer_head *bh)
{
	struct address_space *mapping = bh->b_page->mapping;

	count_vm(buffer_write_errors);
	printk("%s: block %u could not be written, its data is lost\n",
	       bh->b_dev->name, bh->b_blocknr);
	bh->b_dev->write_error = -EIO;
	if (page_is_buffermem(bh->b_page))
		bh->b_dev->lost_writes = true;
	else if (mapping)
		mapping->error = -EIO;
	if (bh->b_inode)
		bh->b_inode->mapping->error = -EIO;
}

static void buffer_io_done(struct blk_io *io, int error)
{
	struct buffer_head *bh = container_of(io, struct buffer_head, b_io);

	TRACE(BH_DONE, page_to_pfn(bh->b_page), bh->b_dev->rdev,
	      bh->b_blocknr, error);
	if (error && io->rw == BLK_WRITE)
		note_write_error(bh);
	bh->b_end_io(bh, !error);
}

/* ---- submission ---------------------------------------------------------- */

static void account_write(struct buffer_head *bh)
{
	u32 sectors = bh->b_size >> SECTOR_SHIFT;

	count_vm(buffer_writes);
	if (touch_traced())
		buffer_record(TRACE_WRITTEN, bh, current->initiator |
			(buffer_test(bh, BH_Modified) ? 0 : TOUCH_MISS));
	bh->b_io.place = page_is_buffermem(bh->b_page) ? 2 * IO_METADATA :
							 2 * IO_FILE;
	if (!buffer_test(bh, BH_Modified)) {
		bh->b_io.place++;
		count_vm(buffer_writes_unmodified);
		count_vm_add(sectors_unmodified, sectors);
	}
	buffer_clear(bh, BH_Modified);
}

/*
 * Queues the buffer's transfer; its completion calls b_end_io.
 * => BH_Lock held, BH_Mapped, a reference for b_end_io to drop; sleeps for a
 * request slot
 */
void submit_bh(int rw, struct buffer_head *bh)
{
	struct blk_io *io = &bh->b_io;

	BUG_ON(!buffer_test(bh, BH_Lock) || !buffer_test(bh, BH_Mapped) ||
	       bh->b_count <= 0 || !bh->b_end_io, "block %u state %lx count %d",
	       bh->b_blocknr, bh->b_state, bh->b_count);
	buffer_set(bh, BH_Req);
	if (rw == BLK_WRITE)
		account_write(bh);
	io->dev = bh->b_dev;
	io->sector = bh->b_blocknr * (bh->b_size >> SECTOR_SHIFT);
	io->bytes = bh->b_size;
	io->data = bh->b_data;
	io->rw = rw;
	io->initiator = current->initiator;
	io->end_io = buffer_io_done;
	blk_submit(io);
}

/* 2.4.7's queued_sectors limits: 2/3 and 1/3 of free memory at boot. */
static u32 throttle_high, throttle_low;

void buffer_throttle_init(void)
{
	u32 sectors = nr_free_pages() * (PAGE_SIZE >> SECTOR_SHIFT);

	throttle_low = sectors / 3;
	throttle_high = 2 * throttle_low;
}

static void throttle_writes(void)
{
	if (blk_queued_sectors() < throttle_high)
		return;
	while (blk_queued_sectors() > throttle_low) {
		count_vm(write_throttle);
		blk_unplug_all();
		nap(1);
	}
}

/*
 * Starts reads of buffers that are not uptodate, or writes of dirty buffers;
 * skips locked ones.
 * => sleeps; the caller keeps its references and waits with wait_on_buffer
 */
void ll_rw_block(int rw, int n, struct buffer_head *bhs[])
{
	int i;

	if (rw == BLK_WRITE)
		throttle_writes();
	for (i = 0; i < n; i++) {
		struct buffer_head *bh = bhs[i];
		bool wanted;

		if (!trylock_buffer(bh))
			continue;
		if (rw == BLK_WRITE)
			wanted = buffer_test_clear_dirty(bh);
		else
			wanted = !buffer_test(bh, BH_Uptodate);
		if (!wanted) {
			unlock_buffer(bh);
			continue;
		}
		if (rw == BLK_WRITE)
			refile_buffer(bh);
		get_bh(bh);
		bh->b_end_io = end_buffer_io_sync;
		submit_bh(rw, bh);
	}
}
