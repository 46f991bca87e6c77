/*
 * fs/fadvise.c - posix_fadvise and fallocate: what a program would like to
 * happen to a file, which ext2 here need not follow.
 *
 * Callers: system calls.  Calls: fs/file.c.
 */
#include "fs/vfs_impl.h"

/* fadvise64(fd, offset, length, advice): checked; the read-ahead follows what
 * it sees, not what it is told. */
static long do_fadvise(int fd, loff_t length, u32 advice)
{
	struct file *file = fget(fd);
	bool fifo;

	if (!file)
		return -EBADF;
	fifo = S_ISFIFO(file->inode->mode);
	fput(file);
	if (fifo)
		return -ESPIPE;
	return advice > 5 || length < 0 ? -EINVAL : 0;
}

/* fallocate(fd, mode, offset, length): ext2 has no unwritten blocks, so the C
 * library must write zeroes itself. */
long sys_fallocate(SYSCALL_ARGS)
{
	struct file *file = fget(a);

	if (!file)
		return -EBADF;
	fput(file);
	return -EOPNOTSUPP;
}

#define NR_FADVISE64	250	/* its length has 32 bits */

long sys_fadvise64(SYSCALL_ARGS)
{
	bool old = syscall_number() == NR_FADVISE64;

	return do_fadvise(a, old ? d : (loff_t)((u64)e << 32 | d), old ? e : f);
}
