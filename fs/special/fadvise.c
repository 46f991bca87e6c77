/*
 * fs/special/fadvise.c - posix_fadvise and fallocate: hints that ext2 here does
 * not follow.
 */
#include "fs/vfs/vfs_impl.h"

/* Checks the arguments; read-ahead ignores the advice. */
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

/* ext2 has no unwritten blocks: the C library writes zeroes itself. */
SYSCALL_DEFINE1(fallocate, int, fd)
{
	struct file *file = fget(fd);

	if (!file)
		return -EBADF;
	fput(file);
	return -EOPNOTSUPP;
}

#define NR_FADVISE64	250	/* its length has 32 bits */

/* fadvise64(fd, offset, offset_high, length, advice), and fadvise64_64, whose
 * length has a high word before the advice */
SYSCALL_DEFINE6(fadvise64, int, fd, u32, offset __unused,
		u32, offset_high __unused, u32, length,
		u32, high_or_advice, u32, advice)
{
	if (syscall_number() == NR_FADVISE64)
		return do_fadvise(fd, length, high_or_advice);
	return do_fadvise(fd, loff_of(length, high_or_advice), advice);
}
