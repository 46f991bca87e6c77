/*
 * fs/vfs/writeback.c - writeback of dirty inodes and super blocks: by age, and
 * all of a disk for sync and umount.
 *
 * Dirty inodes are on their super block's list, oldest first.  The code that
 * changes an inode marks it dirty.  An inode is written in two steps, its pages
 * first, then the inode itself: writing a page over a hole allocates a block,
 * which changes the inode.
 *
 * Invariants: an I_DIRTY bit means on the dirty list, except for I_FREEING
 * inodes; I_LOCK has one owner.
 * Locks: inode_lock for lists and state; never held over a sleep. mount_mutex
 * over the list of super blocks.
 */
#include "fs/vfs/page_file.h"
#include "drivers/block/blk.h"
#include "fs/buffer/bdflush.h"
#include "fs/buffer/buffer.h"
#include "fs/vfs/vfs_impl.h"
#include "kernel/base/vmstat.h"

/* The first mark appends the inode to the dirty list, so the list is
 * in order of age. */
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

/* Marks the inode itself dirty. => does not sleep */
void mark_inode_dirty(struct inode *inode)
{
	inode_mark(inode, I_DIRTY_SYNC);
}

/*
 * Marks the inode after a page of its mapping became dirty. => does not sleep;
 * pagecache_lock may be held
 */
void inode_mark_dirty_pages(struct address_space *mapping)
{
	inode_mark(mapping->host, I_DIRTY_PAGES);
}

/* Takes I_LOCK. => sleeps while another task holds it */
static void inode_lock_write(struct inode *inode)
{
	if (inode->state & I_LOCK)
		wait_event(inode->wait, !(inode->state & I_LOCK));
	inode->state |= I_LOCK;
}

/* Removes the inode from the dirty list; a later change adds it again. => the
 * I_DIRTY bits cleared */
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
 * Starts writing the pages and copies the inode to its buffer. wait: until both
 * are on the disk, even if kupdate has copied the inode before and left the
 * buffer dirty.  No page can become dirty between the end of
 * filemap_fdatasync() and the clearing of the bits: neither sleeps.
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
 * Starts writing the inodes that are dirty now; inodes dirtied meanwhile join
 * the tail and wait for the next round. all: waits for inodes that another task
 * is writing, and writes them too.
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

/* Starts writing dirty inodes. => 0 or the first -E; mount_mutex held; sleeps;
 * waits for no transfer */
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

/* ---- super blocks, whole disks ------------------------------------------- */

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

/* One round of kupdate; skipped while a sync or mount runs. => sleeps */
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

/* The kupdate thread: writes inodes and super blocks, then old buffers. */
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

/* => true: an inode or super block of dev (NULL: of any device) is dirty */
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
 * The second round writes what the first has dirtied: sync_dev() may write a
 * page whole and so allocate blocks for its holes (B11), after their inode was
 * written. mount_mutex held
 */
int fsync_dev_locked(struct blk_dev *dev)
{
	int initiator = current->initiator, err, ret = 0;

	current->initiator = IO_SYNC;
	TRACE(ASKED, TOUCH_SPACE(TOUCH_BUFFER, dev ? dev->rdev : 0), 0);
	err = sync_once(dev);
	if (something_dirty(dev))
		ret = sync_once(dev);
	current->initiator = initiator;
	return err ? err : ret;
}

/*
 * Writes everything of a disk (NULL: all disks) through to the medium.
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

/* Syncs the disk that holds the file. */
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
 * Writes back a super block that no task can reach.  A flusher or reclaim may
 * still write a page whole, and so change its inode: the pages are dropped
 * before the last sync.
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
