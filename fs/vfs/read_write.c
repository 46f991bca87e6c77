/*
 * fs/vfs/read_write.c - read, write and related calls; lseek; fsync.
 *
 * A call looks up the struct file, checks its mode, and passes the user's
 * buffer to the file_operations. page_file_read, _write and _fsync are those of
 * every file in the page cache.
 *
 * A write reports success when the data is in memory.  If writeback fails
 * later, the mapping records the error, and the next fsync, close or sync
 * reports it.
 *
 * Locks: i_sem over write and fsync; read takes none.
 */
#include "fs/vfs/page_file.h"
#include "fs/buffer/buffer.h"
#include "fs/vfs/vfs_impl.h"
#include "kernel/process/signal.h"
#include "kernel/core/time.h"
#include "kernel/core/uaccess.h"
#include "kernel/base/vmstat.h"
#include "mm/heap/slab.h"

#define MAX_RW		0x7ffff000u	/* bytes a call */
#define UIO_MAXIOV	1024
#define UIO_FAST	8

/* ---- files in the page cache --------------------------------------------- */

/* file_operations.read.  => bytes, 0 at the end, -E; *pos moves; sleeps */
long page_file_read(struct file *file, char *buf, size_t n, loff_t *pos)
{
	struct inode *inode = file->inode;
	long done = generic_file_read(inode->mapping, &file->ra, *pos, buf, n,
				      inode->size);

	if (done > 0) {
		*pos += done;
		inode_touch_atime(inode);
	}
	return done;
}

/* => RLIMIT_FSIZE for a regular file, else no limit. */
static u64 size_limit(const struct inode *inode)
{
	u32 limit = current->rlimits[RLIMIT_FSIZE].now;

	return S_ISREG(inode->mode) && limit != RLIM_INFINITY ? limit : ~0ULL;
}

/* => true: current may not write at pos; SIGXFSZ was sent */
bool over_limit(const struct inode *inode, loff_t pos)
{
	if ((u64)pos < size_limit(inode))
		return false;
	send_signal(current, SIGXFSZ);
	return true;
}

/* => the set-id bits cleared when the owner or the contents change. setgid
 * without group execute means mandatory locking, and is kept */
u32 set_id_bits(const struct inode *inode)
{
	u32 bits = inode->mode & S_IXGRP ? S_ISUID | S_ISGID : S_ISUID;

	return S_ISDIR(inode->mode) ? 0 : inode->mode & bits;
}

/* Clears the set-id bits of a program that a user other than
 * root has written. */
void inode_drop_set_id(struct inode *inode)
{
	if (!current->euid || !S_ISREG(inode->mode) || !set_id_bits(inode))
		return;
	inode->mode &= ~set_id_bits(inode);
	mark_inode_dirty(inode);
}

static bool same_time(struct timestamp a, struct timestamp b)
{
	return a.sec == b.sec && a.nsec == b.nsec;
}

/* Called with i_sem held. */
static long page_file_write_at(struct file *file, const char *buf, size_t n,
			       loff_t *pos)
{
	struct inode *inode = file->inode;
	u64 limit = inode->sb->max_bytes;
	struct timestamp now;
	long done;

	if (file->flags & O_APPEND)
		*pos = inode->size;
	if (inode->sb->flags & MS_UNCHANGING)
		return -EROFS;
	if (over_limit(inode, *pos))
		return -EFBIG;
	limit = min(limit, size_limit(inode));
	if ((u64)*pos >= limit)
		return -EFBIG;
	if (n > limit - *pos)
		n = limit - *pos;
	done = *pos > inode->size && inode->ops->zero_tail ?
	       inode->ops->zero_tail(inode) : 0;
	if (done)
		return done;
	done = generic_file_write(inode->mapping, *pos, buf, n);
	if (done > 0) {
		*pos += done;
		inode_drop_set_id(inode);
	}
	now = current_time(inode);
	if (!same_time(inode->mtime, now) || !same_time(inode->ctime, now)) {
		inode->mtime = inode->ctime = now;
		mark_inode_dirty(inode);
	}
	return done;
}

/* file_operations.write.  => bytes or -E; *pos moves; takes i_sem; sleeps */
long page_file_write(struct file *file, const char *buf, size_t n, loff_t *pos)
{
	long done;
	int err;

	if (!n)
		return 0;
	mutex_lock(&file->inode->i_sem);
	done = page_file_write_at(file, buf, n, pos);
	mutex_unlock(&file->inode->i_sem);
	if (done > 0 && (file->flags & O_SYNC)) {
		err = page_file_fsync(file);
		if (err)
			return err;
	}
	return done;
}

/* Writes data, then the blocks that describe it, then the inode. */
int inode_fsync(struct inode *inode)
{
	int err[4], i;

	err[0] = filemap_fdatasync(inode->mapping);
	err[1] = fsync_inode_buffers(inode);
	err[2] = write_inode_now(inode, true);
	err[3] = mapping_take_error(inode->mapping);
	for (i = 0; i < 3 && !err[i]; i++)
		;
	return err[i];
}

/* file_operations.fsync, through the drive's cache.  => 0 or -E; takes i_sem */
int page_file_fsync(struct file *file)
{
	struct inode *inode = file->inode;
	struct blk_dev *dev = inode->sb->dev;
	int initiator = current->initiator, err, flush = 0;

	current->initiator = IO_FSYNC;
	mutex_lock(&inode->i_sem);
	touch_file(TRACE_ASKED, inode->mapping, 0);
	err = inode_fsync(inode);
	mutex_unlock(&inode->i_sem);
	if (dev)
		flush = blk_flush_cache(dev);
	current->initiator = initiator;
	return err ? err : flush;
}

SYSCALL_DEFINE1(fsync, int, fd)
{
	struct file *file = fget(fd);
	long err = -EINVAL;

	if (!file)
		return -EBADF;
	if (file->fops->fsync)
		err = file->fops->fsync(file);
	fput(file);
	return err;
}

/* The inode is written too. */
SYSCALL_DEFINE1(fdatasync, int, fd)
{
	return sys_fsync(fd);
}

/* For exec: copies page-cache data to kernel memory. */
long kernel_read(struct file *file, loff_t pos, void *buf, size_t n)
{
	struct inode *inode = file->inode;
	size_t done = 0, part, offset;
	struct page *page;

	if (!inode->mapping->a_ops)
		return -EACCES;
	if (pos >= inode->size)
		return 0;
	n = min((u64)n, (u64)(inode->size - pos));
	for (; done < n; done += part) {
		offset = (pos + done) & ~PAGE_MASK;
		part = min(n - done, PAGE_SIZE - offset);
		page = read_cache_page(inode->mapping,
				       (pos + done) >> PAGE_SHIFT);
		if (IS_ERR(page))
			return done ? (long)done : PTR_ERR(page);
		memcpy((char *)buf + done, page_address(page) + offset, part);
		put_page(page);
	}
	return done;
}

/* ---- read and write ------------------------------------------------------ */

/* Reads into buf, user memory, checked here. => bytes or -E */
static long file_read(struct file *file, char *buf, size_t n, loff_t *pos)
{
	if (!file->fops->read)
		return S_ISDIR(file->inode->mode) ? -EISDIR : -EINVAL;
	if (!access_ok(buf, n))
		return -EFAULT;
	return file->fops->read(file, buf, min(n, MAX_RW), pos);
}

/* Writes from buf, user memory, checked here. => bytes or -E */
long file_write(struct file *file, const char *buf, size_t n, loff_t *pos)
{
	if (!file->fops->write)
		return -EINVAL;
	if (!access_ok(buf, n))
		return -EFAULT;
	return file->fops->write(file, buf, min(n, MAX_RW), pos);
}

typedef long rw_fn(struct file *file, char *buf, size_t n, loff_t *pos);

static long file_write_fn(struct file *file, char *buf, size_t n, loff_t *pos)
{
	return file_write(file, buf, n, pos);
}

/* pos: offset in the file; NULL: the file's position, which moves */
static long do_rw(int fd, u32 mode, char __user *buf, size_t n, loff_t *pos)
{
	struct file *file;
	long done;

	if (pos && *pos < 0)
		return -EINVAL;
	file = fget(fd);
	if (!file)
		return -EBADF;
	if (pos && file->fops->lseek == no_lseek)
		done = -ESPIPE;
	else if (!(file_mode(file) & mode))
		done = -EBADF;
	else if (mode == FMODE_READ)
		done = file_read(file, buf, n, pos ? pos : &file->pos);
	else
		done = file_write(file, buf, n, pos ? pos : &file->pos);
	fput(file);
	return done;
}

SYSCALL_DEFINE3(read, int, fd, char __user *, buf, size_t, n)
{
	return do_rw(fd, FMODE_READ, buf, n, NULL);
}

SYSCALL_DEFINE3(write, int, fd, char __user *, buf, size_t, n)
{
	return do_rw(fd, FMODE_WRITE, buf, n, NULL);
}

SYSCALL_DEFINE5(pread64, int, fd, char __user *, buf, size_t, n,
		u32, pos_low, u32, pos_high)
{
	loff_t pos = loff_of(pos_low, pos_high);

	return do_rw(fd, FMODE_READ, buf, n, &pos);
}

SYSCALL_DEFINE5(pwrite64, int, fd, char __user *, buf, size_t, n,
		u32, pos_low, u32, pos_high)
{
	loff_t pos = loff_of(pos_low, pos_high);

	return do_rw(fd, FMODE_WRITE, buf, n, &pos);
}

struct iovec {
	u32 base, len;
};

/* => true: reading the next piece would block, and data was read before. */
static bool nothing_more(struct file *file, rw_fn *fn)
{
	return fn == file_read && file->fops->poll &&
		!(file->fops->poll(file) & POLLIN);
}

/* Transfers each piece, until one is incomplete. => bytes or -E */
static long for_each_piece(struct file *file, rw_fn *fn,
			   const struct iovec *iov, u32 n, loff_t *pos)
{
	long total = 0, done;
	u32 i;

	for (i = 0; i < n; i++) {
		if (!iov[i].len)
			continue;
		if (total && nothing_more(file, fn))
			break;
		done = fn(file, (char *)iov[i].base, iov[i].len, pos);
		if (done < 0)
			return total ? total : done;
		total += done;
		if ((u32)done < iov[i].len)
			break;
	}
	return total;
}

/* => 0 if the pieces add up to at most MAX_RW */
static int check_pieces(const struct iovec *iov, u32 n)
{
	u32 total = 0, i;

	for (i = 0; i < n; i++) {
		if (iov[i].len > MAX_RW - total)
			return -EINVAL;
		total += iov[i].len;
		if (!access_ok((void *)iov[i].base, iov[i].len))
			return -EFAULT;
	}
	return 0;
}

/* pos: as in do_rw() */
static long do_vector(int fd, u32 mode, const struct iovec __user *user,
		      u32 n, loff_t *pos)
{
	struct iovec fast[UIO_FAST], *iov = fast;
	struct file *file;
	long done;

	if (n > UIO_MAXIOV || (pos && *pos < 0))
		return -EINVAL;
	file = fget_mode(fd, mode);
	if (!file)
		return -EBADF;
	done = pos && file->fops->lseek == no_lseek ? -ESPIPE : 0;
	if (n > UIO_FAST)
		iov = kmalloc(n * sizeof(*iov), GFP_KERNEL);
	if (!done)
		done = iov ? copy_from_user(iov, user, n * sizeof(*iov)) :
			     -ENOMEM;
	if (!done)
		done = check_pieces(iov, n);
	if (!done)
		done = for_each_piece(file, mode == FMODE_READ ? file_read :
				      file_write_fn, iov, n,
				      pos ? pos : &file->pos);
	if (iov != fast)
		kfree(iov);
	fput(file);
	return done;
}

/* The pieces are one call: an incomplete piece ends it. */
SYSCALL_DEFINE3(readv, int, fd, const struct iovec __user *, pieces, u32, n)
{
	return do_vector(fd, FMODE_READ, pieces, n, NULL);
}

SYSCALL_DEFINE3(writev, int, fd, const struct iovec __user *, pieces, u32, n)
{
	return do_vector(fd, FMODE_WRITE, pieces, n, NULL);
}

SYSCALL_DEFINE5(preadv, int, fd, const struct iovec __user *, pieces, u32, n,
		u32, pos_low, u32, pos_high)
{
	loff_t pos = loff_of(pos_low, pos_high);

	return do_vector(fd, FMODE_READ, pieces, n, &pos);
}

SYSCALL_DEFINE5(pwritev, int, fd, const struct iovec __user *, pieces, u32, n,
		u32, pos_low, u32, pos_high)
{
	loff_t pos = loff_of(pos_low, pos_high);

	return do_vector(fd, FMODE_WRITE, pieces, n, &pos);
}

/* ---- lseek --------------------------------------------------------------- */

loff_t no_lseek(struct file *file __unused, loff_t offset __unused,
		int whence __unused)
{
	return -ESPIPE;
}

loff_t seek_within(struct file *file, loff_t offset, int whence, loff_t size)
{
	if (whence == SEEK_CUR)
		offset += file->pos;
	else if (whence == SEEK_END)
		offset += size;
	else if (whence != SEEK_SET)
		return -EINVAL;
	if (offset < 0 || (S_ISREG(file->inode->mode) &&
			   (u64)offset > file->inode->sb->max_bytes))
		return -EINVAL;
	if (offset != file->pos)
		file->pos = offset;
	return offset;
}

/* A position beyond the end is allowed: a write there makes a hole. */
static loff_t do_lseek(int fd, loff_t offset, int whence)
{
	struct file *file = fget(fd);
	loff_t pos;

	if (!file)
		return -EBADF;
	if (file->fops->lseek)
		pos = file->fops->lseek(file, offset, whence);
	else
		pos = seek_within(file, offset, whence, file->inode->size);
	fput(file);
	return pos;
}

SYSCALL_DEFINE3(lseek, int, fd, s32, offset, int, whence)
{
	loff_t pos = do_lseek(fd, offset, whence);

	return pos > 0x7fffffff ? -EOVERFLOW : (long)pos;
}

SYSCALL_DEFINE5(_llseek, int, fd, u32, high, u32, low, loff_t __user *, result,
		int, whence)
{
	loff_t pos = do_lseek(fd, loff_of(low, high), whence);

	if (pos < 0)
		return pos;
	return put_user(pos, result);
}
