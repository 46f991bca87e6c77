/*
 * fs/calls/stat.c - stat, lstat, fstat in two layouts, fstatat64 and statx;
 * readlink.
 */
#include "drivers/block/blk.h"
#include "fs/vfs/vfs_impl.h"
#include "kernel/core/uaccess.h"

/* Linux's structure for i386: 96 bytes. */
struct stat64 {
	u64 dev;
	u32 pad0, ino32;
	u32 mode, nlink, uid, gid;
	u64 rdev;
	u32 pad1;
	s64 size;
	u32 blksize;
	u64 blocks;
	u32 atime, atime_nsec, mtime, mtime_nsec, ctime, ctime_nsec;
	u64 ino;
} __packed;

/* The older structure: 64 bytes. */
struct stat32 {
	u32 dev, ino;
	u16 mode, nlink, uid, gid;
	u32 rdev, size, blksize, blocks;
	u32 atime, atime_nsec, mtime, mtime_nsec, ctime, ctime_nsec, unused[2];
};

struct statx_time {
	s64 sec;
	u32 nsec, pad;
};

struct statx {
	u32 mask, blksize;
	u64 attributes;
	u32 nlink, uid, gid;
	u16 mode, pad0;
	u64 ino, size, blocks, attributes_mask;
	struct statx_time atime, btime, ctime, mtime;
	u32 rdev_major, rdev_minor, dev_major, dev_minor;
	u64 spare[14];
} __packed;

#define STATX_BASIC	0x7ffu
#define STATX_RESERVED	0x80000000u

/* => the device number in the format of user space. */
static u32 encode_dev(dev_t dev)
{
	return (dev & 0xff) | (MAJOR(dev) & 0xfff) << 8;
}

static dev_t dev_of(const struct inode *inode)
{
	return inode->sb->dev ? inode->sb->dev->rdev : 0;
}

/* => 0 or -EFAULT */
static long report_stat(const struct inode *inode, void *user)
{
	struct stat64 st = {
		.dev = encode_dev(dev_of(inode)),
		.ino32 = inode->ino,
		.mode = inode->mode,
		.nlink = inode->nlink,
		.uid = inode->uid,
		.gid = inode->gid,
		.rdev = encode_dev(inode->rdev),
		.size = inode->size,
		.blksize = PAGE_SIZE,
		.blocks = inode->blocks,
		.atime = inode->atime.sec,
		.atime_nsec = inode->atime.nsec,
		.mtime = inode->mtime.sec,
		.mtime_nsec = inode->mtime.nsec,
		.ctime = inode->ctime.sec,
		.ctime_nsec = inode->ctime.nsec,
		.ino = inode->ino,
	};

	return copy_to_user(user, &st, sizeof(st));
}

static long report_stat32(const struct inode *inode, void *user)
{
	struct stat32 st = {
		encode_dev(dev_of(inode)), inode->ino, inode->mode,
		inode->nlink, narrow_id(inode->uid), narrow_id(inode->gid),
		encode_dev(inode->rdev), inode->size, PAGE_SIZE,
		inode->blocks, inode->atime.sec, inode->atime.nsec,
		inode->mtime.sec, inode->mtime.nsec, inode->ctime.sec,
		inode->ctime.nsec, { 0 } };

	return inode->size > 0x7fffffff ? -EOVERFLOW :
		copy_to_user(user, &st, sizeof(st));
}

static long report_statx(const struct inode *inode, void *user)
{
	struct statx st = {
		.mask = STATX_BASIC,
		.blksize = PAGE_SIZE,
		.nlink = inode->nlink,
		.uid = inode->uid,
		.gid = inode->gid,
		.mode = inode->mode,
		.ino = inode->ino,
		.size = inode->size,
		.blocks = inode->blocks,
		.atime = { inode->atime.sec, inode->atime.nsec, 0 },
		.ctime = { inode->ctime.sec, inode->ctime.nsec, 0 },
		.mtime = { inode->mtime.sec, inode->mtime.nsec, 0 },
		.rdev_major = MAJOR(inode->rdev),
		.rdev_minor = MINOR(inode->rdev),
		.dev_major = MAJOR(dev_of(inode)),
		.dev_minor = MINOR(dev_of(inode)),
	};

	return copy_to_user(user, &st, sizeof(st));
}

typedef long report_fn(const struct inode *inode, void *user);

#define STAT_FLAGS	(AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | \
			 AT_EMPTY_PATH | 0x6000u)

/* AT_EMPTY_PATH with an empty path means the file of dirfd. */
static long stat_at(int dirfd, const char __user *path, u32 flags,
		    report_fn *report, void __user *user)
{
	struct dentry *dentry;
	long err = -EINVAL;

	if (!(flags & ~STAT_FLAGS))
		err = user_path_at(dirfd, path, lookup_flags(flags), &dentry);
	if (err)
		return err;
	err = report(dentry->inode, user);
	dput(dentry);
	return err;
}

#define NR_STAT64	195

static report_fn *report_by_number(void)
{
	return syscall_number() < NR_STAT64 ? report_stat32 : report_stat;
}

SYSCALL_DEFINE2(stat, const char __user *, path, void __user *, buf)
{
	return stat_at(AT_FDCWD, path, 0, report_by_number(), buf);
}

SYSCALL_DEFINE2(lstat, const char __user *, path, void __user *, buf)
{
	return stat_at(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW,
		       report_by_number(), buf);
}

SYSCALL_DEFINE2(fstat, int, fd, void __user *, buf)
{
	struct file *file = fget_raw(fd);
	long err;

	if (!file)
		return -EBADF;
	err = report_by_number()(file->inode, buf);
	fput(file);
	return err;
}

SYSCALL_DEFINE4(fstatat64, int, dirfd, const char __user *, path,
		void __user *, buf, u32, flags)
{
	return stat_at(dirfd, path, flags, report_stat, buf);
}

SYSCALL_DEFINE5(statx, int, dirfd, const char __user *, path, u32, flags,
		u32, mask, void __user *, buf)
{
	return mask & STATX_RESERVED ? -EINVAL :
		stat_at(dirfd, path, flags, report_statx, buf);
}

/* An empty path means the symbolic link that dirfd is open on by O_PATH.
 * => bytes, without a NUL, truncated to size; -EINVAL: not a symbolic link */
SYSCALL_DEFINE4(readlinkat, int, dirfd, const char __user *, path,
		char __user *, buf, int, size)
{
	struct dentry *dentry;
	struct inode *inode;
	char *text;
	long len;

	if (size <= 0)
		return -EINVAL;
	len = user_path_at(dirfd, path, LOOKUP_EMPTY, &dentry);
	if (len)
		return len;
	inode = dentry->inode;
	text = get_free_page(GFP_KERNEL);
	if (!text)
		len = -ENOMEM;
	else
		len = inode->ops->readlink ?
		      inode->ops->readlink(inode, text, PAGE_SIZE) :
		      path_is_empty(path) ? -ENOENT : -EINVAL;
	len = min(len, (long)size);
	if (len > 0 && copy_to_user(buf, text, len))
		len = -EFAULT;
	if (text)
		free_page(text);
	dput(dentry);
	return len;
}

SYSCALL_DEFINE3(readlink, const char __user *, path, char __user *, buf,
		int, size)
{
	return sys_readlinkat(AT_FDCWD, path, buf, size);
}
