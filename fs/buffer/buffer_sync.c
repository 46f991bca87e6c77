/*
 * fs/buffer/buffer_sync.c - sync of a buffer, a device, an inode's queue;
 * dropping a device's buffers.
 *
 * sync writes the dirty buffers, waits for locked ones, writes those that
 * became dirty again meanwhile, and waits again.  It is bounded: it writes only
 * buffers that joined BUF_DIRTY before it began (stamp), and waits for at most
 * as many buffers as a list held.  The design starts the writes
 * (write_unlocked, fsync_one); waiting and errors are handled here.
 *
 * Invariants: a buffer on an inode's queue is dirty or under I/O.
 * Locks: lru_list_lock for lists and queues; dropped around every sleep.
 */
#include "fs/buffer/buffer_impl.h"
#include "fs/fs.h"

#define SYNC_BATCH	16	/* writes that sync_metadata starts together */

unsigned long sync_stamp;
static u32 hold_clock;		/* of hold_metadata, for all devices */

/* Waits for a buffer. => 0 or -EIO; lru_list_lock held on entry, dropped */
static int wait_for_buffer(struct buffer_head *bh)
{
	int err = 0;

	get_bh(bh);
	spin_unlock(&lru_list_lock);
	wait_on_buffer(bh);
	if (buffer_test(bh, BH_Req) && !buffer_test(bh, BH_Uptodate))
		err = -EIO;
	brelse(bh);
	return err;
}

/*
 * Writes the buffer's current contents to the disk.  Waits first for a transfer
 * under way, which may have begun before the last change.
 * => 0 or -EIO; the caller has a reference; sleeps
 */
int sync_dirty_buffer(struct buffer_head *bh)
{
	wait_on_buffer(bh);
	ll_rw_block(BLK_WRITE, 1, &bh);
	wait_on_buffer(bh);
	return buffer_test(bh, BH_Uptodate) ? 0 : -EIO;
}

/* => true: waited for one buffer, call again; refiles idle ones on the way */
static bool wait_for_one(struct blk_dev *dev, enum buf_list list, int *err)
{
	struct buffer_head *bh, *next;

	spin_lock(&lru_list_lock);
	list_for_each_entry_safe(bh, next, &lru_list[list], b_lru) {
		if (!buffer_test(bh, BH_Lock)) {
			__refile_buffer(bh);
			continue;
		}
		if (dev && bh->b_dev != dev)
			continue;
		if (wait_for_buffer(bh))
			*err = -EIO;
		return true;
	}
	spin_unlock(&lru_list_lock);
	return false;
}

static int wait_for_locked_buffers(struct blk_dev *dev, enum buf_list list)
{
	unsigned long left = nr_buffers_type[list];
	int err = 0;

	while (left-- && wait_for_one(dev, list, &err))
		cond_resched();
	return err;
}

/* => the devices' failed writes since the last call */
static int take_write_errors(struct blk_dev *dev)
{
	struct blk_dev *one = NULL;
	int err = 0;

	while ((one = blk_next(one)))
		if ((!dev || one == dev) && one->write_error) {
			err = one->write_error;
			one->write_error = 0;
		}
	return err;
}

/*
 * Starts writing the dirty buffers of a device (NULL: all); wait: until they
 * are on the disk.
 * => 0 or -EIO; sleeps; no page or buffer lock held
 */
int sync_buffers(struct blk_dev *dev, bool wait)
{
	int old, err = 0;

	buffer_gate_enter();
	old = io_initiator_set(IO_SYNC);
	sync_stamp = dirty_stamp;
	buffer_design()->write_unlocked(dev);
	if (wait) {
		err = wait_for_locked_buffers(dev, BUF_DIRTY);
		sync_stamp = dirty_stamp;
		buffer_design()->write_unlocked(dev);
		if (wait_for_locked_buffers(dev, BUF_LOCKED))
			err = -EIO;
		if (wait_for_locked_buffers(dev, BUF_DIRTY))
			err = -EIO;
		if (take_write_errors(dev))
			err = -EIO;
	} else {
		blk_unplug_all();
	}
	current->initiator = old;
	buffer_gate_exit();
	return err;
}

/* Flushes the drive's cache and records the hold_clock "begun". => 0, -EIO */
static int flush_and_settle(struct blk_dev *dev, u32 begun)
{
	int err = blk_flush_cache(dev);

	if (!err)
		dev->settled = begun;
	return err;
}

/* Syncs a device (NULL: all), waits, and flushes the drives' caches. */
int sync_dev(struct blk_dev *dev)
{
	u32 begun = hold_clock;
	int err = sync_buffers(dev, true);
	struct blk_dev *one = NULL;

	while ((one = blk_next(one)))
		if ((!dev || one == dev) && flush_and_settle(one, begun))
			err = -EIO;
	return err;
}

void hold_metadata(struct blk_dev *dev)
{
	dev->held = ++hold_clock;
}

bool metadata_settled(const struct blk_dev *dev)
{
	return (s32)(dev->held - dev->settled) <= 0;
}

/* => true: may refer to blocks or inodes: buffer-cache or directory data */
static bool is_metadata(const struct buffer_head *bh)
{
	const struct address_space *mapping = bh->b_page->mapping;

	return page_is_buffermem(bh->b_page) || !mapping ||
	       S_ISDIR(((struct inode *)mapping->host)->mode);
}

/* Collects metadata that was dirty at the stamp, or is under I/O,
 * which may have begun before the last change. => number, with a
 * reference each; no sleep */
static int collect_metadata(struct blk_dev *dev, unsigned long stamp,
			    struct buffer_head *batch[SYNC_BATCH])
{
	struct buffer_head *bh;
	int n = 0;

	spin_lock(&lru_list_lock);
	for (int list = BUF_LOCKED; list <= BUF_DIRTY; list++)
		list_for_each_entry(bh, &lru_list[list], b_lru) {
			bool due = buffer_test(bh, BH_Dirty) &&
				   (long)(bh->b_dirtied - stamp) <= 0;

			if (n == SYNC_BATCH || bh->b_dev != dev ||
			    !(due || buffer_test(bh, BH_Lock)) ||
			    !is_metadata(bh))
				continue;
			get_bh(bh);
			batch[n++] = bh;
		}
	spin_unlock(&lru_list_lock);
	return n;
}

/*
 * Syncs metadata only, buffer by buffer: unlike for sync_dev, the caller may
 * hold a page lock or the lock of a file's buffer.
 */
int sync_metadata(struct blk_dev *dev)
{
	int n, old = io_initiator_set(IO_SYNC);
	struct buffer_head *batch[SYNC_BATCH];
	unsigned long stamp = dirty_stamp;
	u32 begun = hold_clock;

	while ((n = collect_metadata(dev, stamp, batch))) {
		ll_rw_block(BLK_WRITE, n, batch);
		while (n--) {
			wait_on_buffer(batch[n]);
			brelse(batch[n]);
		}
	}
	current->initiator = old;
	return dev->lost_writes ? -EIO : flush_and_settle(dev, begun);
}

/* ---- an inode's queue ---------------------------------------------------- */

/* Starts the writes; buffers under I/O stay on "started" and keep b_inode: the
 * inode records their write errors. */
static void start_inode_buffers(struct inode *inode, struct list_head *started)
{
	struct buffer_head *bh;

	while (!list_empty(&inode->dirty_buffers)) {
		bh = list_first(&inode->dirty_buffers, struct buffer_head,
				b_inode_buffers);
		list_move_tail(&bh->b_inode_buffers, started);
		if (!buffer_test(bh, BH_Dirty))
			continue;
		get_bh(bh);
		spin_unlock(&lru_list_lock);
		buffer_design()->fsync_one(bh);
		brelse(bh);
		spin_lock(&lru_list_lock);
	}
}

/* Waits for "started"; a buffer dirtied again meanwhile is for
 * the next fsync. */
static int wait_inode_buffers(struct list_head *started)
{
	struct buffer_head *bh;
	int err = 0;

	while (!list_empty(started)) {
		bh = list_first(started, struct buffer_head, b_inode_buffers);
		if (buffer_test(bh, BH_Dirty)) {
			list_move_tail(&bh->b_inode_buffers,
				       &bh->b_inode->dirty_buffers);
		} else {
			list_del(&bh->b_inode_buffers);
			bh->b_inode = NULL;
		}
		if (wait_for_buffer(bh))
			err = -EIO;
		spin_lock(&lru_list_lock);
	}
	return err;
}

/* Waits for a buffer that another task has dirtied and submitted meanwhile.
 * => 1: waited for one; 0: there is none; -EIO; lru_list_lock held */
static int wait_returned_buffers(struct inode *inode)
{
	struct buffer_head *bh;

	list_for_each_entry(bh, &inode->dirty_buffers, b_inode_buffers)
		if (buffer_test(bh, BH_Lock)) {
			int err = wait_for_buffer(bh);

			spin_lock(&lru_list_lock);
			return err ? err : 1;
		}
	return 0;
}

/*
 * Writes the buffers queued on the inode (data and indirect blocks) and waits
 * for them; reports any earlier failed write of the inode's pages, once.
 * => 0, -EIO or -ENOSPC; sleeps; i_sem held, no page or buffer lock
 */
int fsync_inode_buffers(struct inode *inode)
{
	LIST_HEAD(started);
	int old, err, back, lost;

	buffer_gate_enter();
	old = io_initiator_set(IO_FSYNC);
	spin_lock(&lru_list_lock);
	start_inode_buffers(inode, &started);
	err = wait_inode_buffers(&started);
	do
		back = wait_returned_buffers(inode);
	while (back > 0);
	spin_unlock(&lru_list_lock);
	lost = mapping_take_error(inode->mapping);
	current->initiator = old;
	buffer_gate_exit();
	if (lost)
		return lost;
	return err ? err : back;
}

bool inode_block_unwritten(struct inode *inode, u32 block)
{
	struct buffer_head *bh;
	bool found = false;

	spin_lock(&lru_list_lock);
	list_for_each_entry(bh, &inode->dirty_buffers, b_inode_buffers)
		found |= bh->b_blocknr == block &&
			 (!buffer_test(bh, BH_Req) || buffer_test(bh, BH_Lock));
	spin_unlock(&lru_list_lock);
	return found;
}

/* For an inode about to be freed: empties its queue; the buffers stay dirty. */
void invalidate_inode_buffers(struct inode *inode)
{
	struct buffer_head *bh, *next;

	spin_lock(&lru_list_lock);
	list_for_each_entry_safe(bh, next, &inode->dirty_buffers,
				 b_inode_buffers) {
		list_del(&bh->b_inode_buffers);
		bh->b_inode = NULL;
	}
	spin_unlock(&lru_list_lock);
}

/* ---- dropping a device's buffers ----------------------------------------- */

/* The device's block size has changed: unhashes a buffer of the old size. */
static void drop_pinned(struct buffer_head *bh)
{
	spin_lock(&lru_list_lock);
	buffer_test_clear_dirty(bh);
	buffer_detach(bh, TOUCH_DROPPED);
	spin_unlock(&lru_list_lock);
	mark_buffer_uptodate(bh, false);
}

/* Drops the device's hashed buffers of sizes other than "keep" (0: of all
 * sizes); referenced ones only if pinned_too.
 * => number of dirty buffers found; no sleep */
static unsigned long drop_dev_buffers(struct blk_dev *dev, unsigned int keep,
				      bool pinned_too)
{
	struct buffer_head *bh, *next;
	unsigned long i, dirty = 0;

	for (i = 0; i < 1UL << buffer_hash_bits; i++)
		for (bh = buffer_hash[i]; bh; bh = next) {
			next = bh->b_next;
			if (bh->b_dev != dev || bh->b_size == keep)
				continue;
			dirty += buffer_test(bh, BH_Dirty);
			if (!buffer_busy(bh))
				buffer_forget(bh, TOUCH_DROPPED);
			else if (pinned_too)
				drop_pinned(bh);
		}
	return dirty;
}

/* Drops clean, unused buffers.  => dirty buffers that stay; no sleep */
unsigned long invalidate_buffers(struct blk_dev *dev)
{
	return drop_dev_buffers(dev, 0, false);
}

/*
 * Changes the device's block size: writes everything, then drops all buffers
 * of another size.  => sleeps; no other task uses the device
 */
void set_blocksize(struct blk_dev *dev, unsigned int size)
{
	if (dev->block_size == size)
		return;
	sync_buffers(dev, true);
	dev->block_size = size;
	drop_dev_buffers(dev, size, true);
}
