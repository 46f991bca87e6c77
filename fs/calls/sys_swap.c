/*
 * fs/calls/sys_swap.c - system calls about swap: swapon, swapoff.
 *
 * Swap is on a whole disk or a partition; files are refused.
 *
 * Locks: none.
 */
#include "drivers/block/blk.h"
#include "fs/buffer/buffer.h"
#include "fs/vfs/dentry.h"
#include "fs/vfs/inode.h"
#include "kernel/process/syscall.h"
#include "kernel/core/task.h"
#include "mm/swap/swap.h"

/* Finds the device that a user's path names. => 0 or -E; sleeps */
static int user_device(const char __user *user, struct blk_dev **dev)
{
	char *name = getname(user);
	struct dentry *dentry;
	int error;

	*dev = NULL;
	if (IS_ERR(name))
		return PTR_ERR(name);
	error = path_lookup(name, LOOKUP_FOLLOW, &dentry);
	putname(name);
	if (error)
		return error;
	if (S_ISBLK(dentry->inode->mode))
		*dev = blk_find(dentry->inode->rdev);
	if (!*dev)
		error = S_ISBLK(dentry->inode->mode) ? -ENXIO : -EINVAL;
	dput(dentry);
	return error;
}

/* Syncs and drops the disk's buffers first. */
SYSCALL_DEFINE2(swapon, const char __user *, path, u32, flags)
{
	struct blk_dev *dev;
	long error;

	if (current->euid)
		return -EPERM;
	error = user_device(path, &dev);
	if (!error)
		error = fsync_dev(dev);
	if (error)
		return error;
	invalidate_buffers(dev);
	return swap_on(dev, flags);
}

SYSCALL_DEFINE1(swapoff, const char __user *, path)
{
	struct blk_dev *dev;
	long error;

	if (current->euid)
		return -EPERM;
	error = user_device(path, &dev);
	return error ? error : swap_off(dev);
}
