/*
 * fs/devices/block_dev.c - raw block devices: a disk as a file of blocks in the
 * buffer cache.
 *
 * The block size is 1024 at the first open of a disk that is not mounted;
 * BLKBSZSET changes it.  A mounted disk has its file system's block size and
 * can be read but not written.  A read requests up to BATCH blocks at once, and
 * the next BATCH too when it is sequential.  The last close writes everything.
 *
 * Invariants: file->private is the device; its openers counts such files.
 */
#include "fs/buffer/buffer.h"
#include "fs/vfs/vfs_impl.h"
#include "kernel/core/uaccess.h"
#include "mm/reclaim/touch.h"

#define DEFAULT_SIZE	1024
#define BATCH		32

enum { BLKROGET = 0x125e, BLKGETSIZE = 0x1260, BLKFLSBUF = 0x1261,
       BLKSSZGET = 0x1268 };
#define BLKBSZGET	0x80041270u
#define BLKBSZSET	0x40041271u
#define BLKGETSIZE64	0x80041272u

static unsigned int size_bits(const struct blk_dev *dev)
{
	return __builtin_ctz(dev->block_size);
}

/* Whole blocks only: a partial block at the end cannot be accessed. */
static loff_t dev_bytes(const struct blk_dev *dev)
{
	return ((u64)dev->sectors << SECTOR_SHIFT) &
	       ~((u64)dev->block_size - 1);
}

/* ---- read ---------------------------------------------------------------- */

/* Gets "n" blocks with references; starts reads of the uncached ones. */
static void start_blocks(struct blk_dev *dev, u32 block, unsigned int n,
			 struct buffer_head *bhs[BATCH], enum touch_how how)
{
	struct buffer_head *missing[BATCH];
	unsigned int i, m = 0;

	for (i = 0; i < n; i++) {
		bhs[i] = getblk_how(dev, block + i, dev->block_size, how);
		if (!buffer_test(bhs[i], BH_Uptodate))
			missing[m++] = bhs[i];
	}
	if (m)
		ll_rw_block(BLK_READ, m, missing);
}

/* Starts reads for a sequential reader. */
static void read_ahead(struct file *file, struct blk_dev *dev, u32 block)
{
	u32 end = dev_bytes(dev) >> size_bits(dev);
	struct buffer_head *bhs[BATCH];
	unsigned int n, i;

	if (block < file->ra.ahead)
		return;
	n = min(end - min(block, end), (u32)BATCH);
	start_blocks(dev, block, n, bhs, TOUCH_PREFETCH);
	for (i = 0; i < n; i++)
		brelse(bhs[i]);
	file->ra.ahead = block + n;
}

/* Copies the requested part of one block. => bytes or -E */
static long copy_block(struct buffer_head *bh, char *buf, size_t n,
		       unsigned int offset)
{
	size_t part = min(n, bh->b_size - offset);

	wait_on_buffer(bh);
	if (!buffer_test(bh, BH_Uptodate))
		return -EIO;
	return copy_to_user(buf, bh->b_data + offset, part) ? -EFAULT :
							      (long)part;
}

/* => bytes, fewer than n at the end of a batch, or -E when none */
static long read_batch(struct file *file, char *buf, size_t n, loff_t pos)
{
	struct blk_dev *dev = file->private;
	unsigned int offset = pos & (dev->block_size - 1), count, i;
	u32 block = pos >> size_bits(dev);
	struct buffer_head *bhs[BATCH];
	size_t done = 0;
	long part = 0;

	count = (min(n, BATCH * PAGE_SIZE) + offset + dev->block_size - 1) >>
		size_bits(dev);
	count = min(count, (unsigned int)BATCH);
	start_blocks(dev, block, count, bhs, TOUCH_GETBLK);
	if (block == file->ra.next || block + 1 == file->ra.next)
		read_ahead(file, dev, block + count);
	else
		file->ra.ahead = 0;
	file->ra.next = block + count;
	for (i = 0; i < count; i++) {
		if (part >= 0) {
			part = copy_block(bhs[i], buf + done, n - done,
					  i ? 0 : offset);
			done += part > 0 ? part : 0;
		}
		brelse(bhs[i]);
	}
	return done ? (long)done : part;
}

/* file_operations.read.  => bytes, 0 at the end, -E; sleeps */
static long blkdev_read(struct file *file, char *buf, size_t n, loff_t *pos)
{
	loff_t end = dev_bytes(file->private);
	size_t done = 0;
	long part = 0;

	if (*pos >= end)
		return 0;
	n = min((u64)n, (u64)(end - *pos));
	while (done < n) {
		part = read_batch(file, buf + done, n - done, *pos);
		if (part <= 0)
			break;
		*pos += part;
		done += part;
		cond_resched();
	}
	return done ? (long)done : part;
}

/* ---- write --------------------------------------------------------------- */

/* At most one block. => bytes or -E */
static long write_block(struct blk_dev *dev, const char *buf, size_t n,
			loff_t pos)
{
	unsigned int size = dev->block_size, offset = pos & (size - 1);
	u32 block = pos >> size_bits(dev);
	size_t part = min(n, (size_t)(size - offset));
	struct buffer_head *bh;

	if (part == size) {
		bh = getblk(dev, block, size);
		wait_on_buffer(bh);
	} else {
		bh = bread(dev, block, size);
	}
	if (!bh)
		return -EIO;
	if (copy_from_user(bh->b_data + offset, buf, part)) {
		if (buffer_test(bh, BH_Uptodate))	/* partly copied */
			mark_buffer_dirty(bh);
		brelse(bh);
		return -EFAULT;
	}
	mark_buffer_uptodate(bh, true);
	mark_buffer_dirty(bh);
	brelse(bh);
	return part;
}

static int blkdev_sync(struct blk_dev *dev)
{
	TRACE(ASKED, TOUCH_SPACE(TOUCH_BUFFER, dev->rdev), 0);
	return sync_dev(dev);
}

static int blkdev_fsync(struct file *file)
{
	return blkdev_sync(file->private);
}

/*
 * file_operations.write: writes to buffers; the flusher or a sync writes them
 * out.
 * => bytes; -ENOSPC at the end, -EBUSY: mounted meanwhile; sleeps
 */
static long blkdev_write(struct file *file, const char *buf, size_t n,
			 loff_t *pos)
{
	struct blk_dev *dev = file->private;
	loff_t end = dev_bytes(dev);
	size_t done = 0;
	long part = 0;

	if (*pos >= end)
		return n ? -ENOSPC : 0;
	n = min((u64)n, (u64)(end - *pos));
	while (done < n) {
		if (blk_in_use(dev))
			part = -EBUSY;
		else
			part = write_block(dev, buf + done, n - done, *pos);
		if (part < 0)
			break;
		*pos += part;
		done += part;
		cond_resched();
	}
	if (done && (file->flags & O_SYNC) && blkdev_fsync(file))
		return -EIO;
	return done ? (long)done : part;
}

/* ---- open, close, control ------------------------------------------------ */

static int blkdev_open(struct inode *inode, struct file *file)
{
	struct blk_dev *dev = blk_find(inode->rdev);
	bool writes = file_mode(file) & FMODE_WRITE;

	if (!dev)
		return -ENXIO;
	if (writes && blk_in_use(dev))
		return -EBUSY;
	if (writes && dev->read_only)
		return -EROFS;
	if (!dev->openers && !dev->holder)
		set_blocksize(dev, DEFAULT_SIZE);
	dev->openers++;
	file->private = dev;
	return 0;
}

/* close(2) reports a failed write of the last close. */
static void blkdev_release(struct inode *inode, struct file *file)
{
	struct blk_dev *dev = file->private;
	int err;

	if (dev->openers == 1 && !dev->holder) {
		err = blkdev_sync(dev);
		if (err)
			inode->mapping->error = err;
	}
	dev->openers--;
}

static loff_t blkdev_lseek(struct file *file, loff_t offset, int whence)
{
	return seek_within(file, offset, whence, dev_bytes(file->private));
}

/* => 0; -EINVAL: not a power of two from 512 to 4096; -EBUSY: mounted */
static int change_size(struct blk_dev *dev, const u32 *user)
{
	u32 size;

	if (current->euid)
		return -EPERM;
	if (get_user(size, user))
		return -EFAULT;
	if (size < BUF_MIN_SIZE || size > PAGE_SIZE || (size & (size - 1)))
		return -EINVAL;
	if (dev->holder)
		return -EBUSY;
	set_blocksize(dev, size);
	return 0;
}

static int blkdev_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct blk_dev *dev = file->private;
	u32 *user = (u32 *)arg;
	int err;

	switch (cmd) {
	case BLKROGET:
		return put_user(dev->read_only, user);
	case BLKGETSIZE:
		return put_user(dev->sectors, user);
	case BLKGETSIZE64:
		return put_user((u64)dev->sectors << SECTOR_SHIFT, (u64 *)arg);
	case BLKSSZGET:
		return put_user(SECTOR_SIZE, user);
	case BLKBSZGET:
		return put_user(dev->block_size, user);
	case BLKBSZSET:
		return change_size(dev, user);
	case BLKFLSBUF:
		err = blkdev_sync(dev);
		invalidate_buffers(dev);
		return err;
	default:
		return -ENOTTY;
	}
}

const struct file_operations blkdev_fops = {
	.read = blkdev_read,
	.write = blkdev_write,
	.lseek = blkdev_lseek,
	.ioctl = blkdev_ioctl,
	.open = blkdev_open,
	.release = blkdev_release,
	.fsync = blkdev_fsync,
};
