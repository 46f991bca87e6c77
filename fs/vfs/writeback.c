/*
 * fs/vfs/writeback.c - dirty inodes and super blocks, written back: by age, and
 * all of a disk's for sync and umount.
 *
 * Dirty inodes are on their super block's list, oldest first.  An inode is
 * written in two steps: its pages first, then the inode itself, because a page
 * that is written into a hole is given a block, and that changes the inode.
 *
 * Invariants: an I_DIRTY bit means on the dirty list, except for I_FREEING
 * inodes; I_LOCK has one owner.
 * Locks: inode_lock for lists and state; never held over a sleep.
 * mount_mutex over the list of super blocks.
 * Callers: fs/vfs/super.c, fsync, kupdate; whoever changes an inode marks it.
 * Calls: super_operations, fs/vfs/file_rw.c, fs/buffer/buffer_sync.c.
 */
#include "fs/vfs/page_file.h"
#include "drivers/block/blk.h"
#include "fs/buffer/bdflush.h"
#include "fs/buffer/buffer.h"
#include "fs/vfs/vfs_impl.h"
#include "kernel/base/vmstat.h"

/* The first mark puts it at the end of the dirty list, so that is by age. */
static void inode_mark(struct inode *inode, u32 flags)
{
	if ((inode->state & flags) == flags)
		return;
	spin_lock(&inode_lock);
	inode->state |= flags;
	if (!(inode->state & I_FREEING) && list_empty(&inode->dirty_node))
		list_add_tail(&inode->dirty_node, &inode->sb->dirty_inodes);
	spin_unlock(&inode_lock);
}

/* The inode itself differs from the disk.  => does not sleep */
void mark_inode_dirty(struct inode *inode)
{
	inode_mark(inode, I_DIRTY_SYNC);
}

/*
 * A page of the mapping became dirty.  => does not sleep; pagecache_lock may be
 * held
 */
void inode_mark_dirty_pages(struct address_space *mapping)
{
	inode_mark(mapping->host, I_DIRTY_PAGES);
}

/* => I_LOCK is ours; sleeps for its owner */
static void inode_lock_write(struct inode *inode)
{
	if (inode->state & I_LOCK)
		wait_event(inode->wait, !(inode->state & I_LOCK));
	inode->state |= I_LOCK;
}

/* Off the dirty list.  A later change puts it back.  => what was dirty */
static u32 inode_take_dirty(struct inode *inode)
{
	u32 dirty;

	spin_lock(&inode_lock);
	dirty = inode->state & I_DIRTY;
	inode->state &= ~I_DIRTY;
	list_del(&inode->dirty_node);
	spin_unlock(&inode_lock);
	return dirty;
}

/*
 * Starts the pages, copies the inode to its buffer; wait: until both are on
 * the disk, even if kupdate has copied it before and left the buffer dirty.
 * No page can become dirty between the end of filemap_fdatasync() and the
 * taking of the bits: neither sleeps.
 * => 0 or the first -E; sleeps; the caller has a reference
 */
int write_inode_now(struct inode *inode, bool wait)
{
	int err, ret = 0;
	u32 dirty;

	inode_lock_write(inode);
	err = filemap_fdatasync(&inode->data);
	dirty = inode_take_dirty(inode);
	if ((wait || dirty & I_DIRTY_SYNC) && inode->sb->ops->write_inode)
		ret = inode->sb->ops->write_inode(inode, wait);
	err = err ? err : ret;
	if (wait) {
		ret = filemap_fdatawait(&inode->data);
		err = err ? err : ret;
	}
	BUG_ON(!(inode->state & I_LOCK), "inode %u state %x", inode->ino,
	       inode->state);
	inode->state &= ~I_LOCK;
	wake_up(&inode->wait);
	return err;
}

static unsigned int list_length(const struct list_head *head)
{
	const struct list_head *node;
	unsigned int n = 0;

	list_for_each(node, head)
		n++;
	return n;
}

/*
 * Starts writing as many inodes as are dirty now; what becomes dirty meanwhile
 * joins the tail and waits for the next round.  all: also those that somebody
 * else is writing, when he is done.
 */
static int sync_sb_inodes(struct super_block *sb, bool all)
{
	unsigned int n = list_length(&sb->dirty_inodes);
	struct inode *inode;
	int err, ret = 0;

	while (n-- && !list_empty(&sb->dirty_inodes)) {
		inode = list_first(&sb->dirty_inodes, struct inode,
				   dirty_node);
		if (!all && (inode->state & I_LOCK)) {
			list_move_tail(&inode->dirty_node, &sb->dirty_inodes);
			continue;
		}
		igrab(inode);
		err = write_inode_now(inode, false);
		ret = ret ? ret : err;
		iput(inode);
	}
	return ret;
}

/* => 0 or the first -E; mount_mutex held; sleeps; waits for no transfer */
static int sync_inodes(struct blk_dev *dev)
{
	struct super_block *sb;
	int err, ret = 0;

	list_for_each_entry(sb, &super_blocks, node) {
		if (dev && sb->dev != dev)
			continue;
		err = sync_sb_inodes(sb, true);
		ret = ret ? ret : err;
	}
	return ret;
}

/* ---- super blocks, and all of a disk ------------------------------------- */

static void write_supers(struct blk_dev *dev)
{
	struct super_block *sb;

	list_for_each_entry(sb, &super_blocks, node) {
		if ((dev && sb->dev != dev) || !sb->dirty)
			continue;
		sb->dirty = false;
		if (sb->ops->write_super)
			sb->ops->write_super(sb);
	}
}

/* kupdate's round.  => sleeps; nothing while a sync or mount is under way */
static void sync_unlocked(void)
{
	struct super_block *sb;

	if (!mutex_trylock(&mount_mutex))
		return;
	write_supers(NULL);
	list_for_each_entry(sb, &super_blocks, node)
		sync_sb_inodes(sb, false);
	mutex_unlock(&mount_mutex);
}

/* What is due: inodes and super blocks, then buffers. */
static void kupdate(void *arg __unused)
{
	current->initiator = IO_KUPDATE;
	for (;;) {
		nap(max(bdf_prm.interval, 1u));
		sync_unlocked();
		flush_dirty_buffers(true);
		blk_unplug_all();
	}
}

void kupdate_start(void)
{
	kernel_thread("kupdate", kupdate, NULL);
}

/* => an inode or super block of the device's (NULL: of any) is dirty */
static bool something_dirty(struct blk_dev *dev)
{
	struct super_block *sb;

	list_for_each_entry(sb, &super_blocks, node)
		if ((!dev || sb->dev == dev) &&
		    (sb->dirty || !list_empty(&sb->dirty_inodes)))
			return true;
	return false;
}

static int sync_once(struct blk_dev *dev)
{
	int err = sync_inodes(dev), ret;

	write_supers(dev);
	ret = sync_dev(dev);
	return err ? err : ret;
}

/*
 * The second round is for what the first has dirtied: sync_dev() may write a
 * page whole and so give blocks to its holes (B11), after the inode that has
 * them was written.  mount_mutex held
 */
int fsync_dev_locked(struct blk_dev *dev)
{
	int initiator = current->initiator, err, ret = 0;

	current->initiator = IO_SYNC;
	err = sync_once(dev);
	if (something_dirty(dev))
		ret = sync_once(dev);
	current->initiator = initiator;
	return err ? err : ret;
}

/*
 * Everything of a disk (NULL: of all) is on the platter when it returns.
 * => 0 or the first -E; sleeps
 */
int fsync_dev(struct blk_dev *dev)
{
	int err;

	mutex_lock(&mount_mutex);
	err = fsync_dev_locked(dev);
	mutex_unlock(&mount_mutex);
	return err;
}

SYSCALL_DEFINE0(sync)
{
	return fsync_dev(NULL);
}

/* Writes the disk that holds the file. */
SYSCALL_DEFINE1(syncfs, int, fd)
{
	struct file *file = fget(fd);
	struct blk_dev *dev;
	long err;

	if (!file)
		return -EBADF;
	dev = file->inode->sb->dev;
	err = dev ? fsync_dev(dev) : 0;
	fput(file);
	return err;
}

/*
 * Nobody can reach the file system.  A flusher or reclaim may still be writing
 * a page whole, and so change its inode: the pages go before the last sync.
 * => 0 or -E
 */
int fsync_super(struct super_block *sb)
{
	int err = fsync_dev_locked(sb->dev), ret = 0;

	drop_inode_pages(sb);
	if (something_dirty(sb->dev))
		ret = fsync_dev_locked(sb->dev);
	if (something_dirty(sb->dev))
		printk("%s: umount loses dirty inodes\n", sb->dev->name);
	return err ? err : ret;
}
