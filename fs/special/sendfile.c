/*
 * fs/special/sendfile.c - sendfile: from a file to a file or a pipe in one call
 *
 * The input is mapped into the caller's memory, a window at a time, and written
 * from there: pages of the page cache are copied by the same path as in any
 * write.  So the input must be mappable, and the window counts for RLIMIT_AS
 * while it is mapped.
 */
#include "fs/vfs/vfs_impl.h"
#include "kernel/core/uaccess.h"
#include "mm/space/mm.h"
#include "mm/space/mman.h"

#define WINDOW		(16 * PAGE_SIZE)
#define SENDFILE_MAX	0x7ffff000u	/* bytes a call */

/* => bytes, fewer than n at the end of the window; -E; *pos moves */
static long send_window(struct file *out, struct file *in, loff_t *pos,
			size_t n)
{
	unsigned long skip = *pos & ~PAGE_MASK, length = min(n, WINDOW - skip);
	long at = do_mmap(current->mm, in, 0, skip + length, PROT_READ,
			  MAP_PRIVATE, *pos >> PAGE_SHIFT);
	long done;

	if (IS_ERR((void *)at))
		return at;
	done = file_write(out, (const char *)at + skip, length, &out->pos);
	do_munmap(current->mm, at, skip + length);
	if (done > 0)
		*pos += done;
	return done;
}

/* => bytes, 0 at the end of the input, -E; *pos moves; sleeps */
static long sendfile_all(struct file *out, struct file *in, loff_t *pos,
			 size_t n)
{
	size_t done = 0, part;
	long sent = 0;

	while (done < n && *pos < in->inode->size) {
		part = min((u64)n - done, (u64)(in->inode->size - *pos));
		sent = send_window(out, in, pos, part);
		if (sent <= 0)
			break;
		done += sent;
		if (signal_pending())
			break;
		cond_resched();
	}
	if (done)
		inode_touch_atime(in->inode);
	return done ? (long)done : sent;
}

/* => 0 if the two files can be used for sendfile */
static int check_files(const struct file *out, struct file *in, loff_t pos)
{
	if (!(file_mode(in) & FMODE_READ) || !(file_mode(out) & FMODE_WRITE))
		return -EBADF;
	if (in->fops->lseek == no_lseek)
		return -ESPIPE;
	if (!file_map_ops->mapping(in) || (out->flags & O_APPEND) || pos < 0)
		return -EINVAL;
	return 0;
}

/* pos NULL: the input's own position */
static long do_sendfile(int out_fd, int in_fd, loff_t *pos, size_t n)
{
	struct file *in = fget(in_fd), *out = fget(out_fd);
	long done = -EBADF;

	if (in && out) {
		if (!pos)
			pos = &in->pos;
		done = check_files(out, in, *pos);
		if (!done)
			done = sendfile_all(out, in, pos, min(n, SENDFILE_MAX));
	}
	if (out)
		fput(out);
	if (in)
		fput(in);
	return done;
}

#define NR_SENDFILE	187	/* its offset is 32 bits wide */

/* sendfile, sendfile64 */
SYSCALL_DEFINE4(sendfile, int, out_fd, int, in_fd, void __user *, offset,
		size_t, n)
{
	bool wide = syscall_number() != NR_SENDFILE;
	size_t size = wide ? sizeof(loff_t) : sizeof(s32);
	loff_t pos = 0;
	long done;

	if (!offset)
		return do_sendfile(out_fd, in_fd, NULL, n);
	if (copy_from_user(&pos, offset, size))
		return -EFAULT;
	if (!wide)
		pos = (s32)pos;
	done = do_sendfile(out_fd, in_fd, &pos, n);
	if (done < 0)
		return done;
	return copy_to_user(offset, &pos, size) ? -EFAULT : done;
}
