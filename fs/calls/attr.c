/*
 * fs/calls/attr.c - a file's attributes: size, permissions, owner, times;
 * access and statfs.
 *
 * Each call finds an inode by path or descriptor, checks the caller's
 * permission, changes the inode under i_sem and marks it dirty.
 */
#include "fs/vfs/vfs_impl.h"
#include "kernel/core/time.h"
#include "kernel/core/uaccess.h"

/* A file found by path or descriptor; target_put() releases it. */
struct target {
	struct inode *inode;
	struct dentry *dentry;
	struct file *file;
};

/*
 * Finds the file of an *at call; flags: AT_*, of which those in "known" are
 * allowed.  With AT_EMPTY_PATH an empty path means the file dirfd is open on.
 * => 0 with t filled for target_put(), or -E
 */
static int target_at(struct target *t, int dirfd, const char __user *user,
		     u32 flags, u32 known)
{
	int err = -EINVAL;

	t->file = NULL;
	if (!(flags & ~known))
		err = user_path_at(dirfd, user, lookup_flags(flags),
				   &t->dentry);
	if (!err)
		t->inode = t->dentry->inode;
	return err;
}

static int target_fd(struct target *t, int fd)
{
	t->file = fget(fd);
	if (!t->file)
		return -EBADF;
	t->inode = t->file->inode;
	return 0;
}

static void target_put(struct target *t)
{
	if (t->file)
		fput(t->file);
	else
		dput(t->dentry);
}

/* => 0 if the caller may change the inode's attributes */
static int may_own(const struct inode *inode)
{
	if (inode->sb->flags & MS_UNCHANGING)
		return -EROFS;
	return current->euid && current->euid != inode->uid ? -EPERM : 0;
}

/* ---- size ---------------------------------------------------------------- */

#define NR_TRUNCATE64	193

/* => the size; the 64-bit calls pass it in two words. */
static loff_t size_argument(u32 low, u32 high)
{
	return syscall_number() < NR_TRUNCATE64 ? (s32)low :
		loff_of(low, high);
}

/* Only regular files can be truncated. */
SYSCALL_DEFINE3(truncate, const char __user *, path, u32, low, u32, high)
{
	loff_t size = size_argument(low, high);
	struct target t;
	long err;

	if (size < 0)
		return -EINVAL;
	err = target_at(&t, AT_FDCWD, path, 0, 0);
	if (err)
		return err;
	if (S_ISDIR(t.inode->mode))
		err = -EISDIR;
	else if (!S_ISREG(t.inode->mode))
		err = -EINVAL;
	else
		err = permission(t.inode, MAY_WRITE);
	if (!err)
		err = is_running(t.inode) ? -ETXTBSY : set_size(t.inode, size);
	target_put(&t);
	return err;
}

SYSCALL_DEFINE3(ftruncate, int, fd, u32, low, u32, high)
{
	loff_t size = size_argument(low, high);
	struct file *file;
	long err = -EINVAL;

	if (size < 0)
		return -EINVAL;
	file = fget(fd);
	if (!file)
		return -EBADF;
	if ((file_mode(file) & FMODE_WRITE) && S_ISREG(file->inode->mode))
		err = set_size(file->inode, size);
	fput(file);
	return err;
}

/* ---- permissions and owner ----------------------------------------------- */

/* Sets the mode; a symbolic link has none to set. => 0 or -E; releases t */
static long set_mode(struct target *t, u32 mode)
{
	struct inode *inode = t->inode;
	int err = S_ISLNK(inode->mode) ? -EOPNOTSUPP : may_own(inode);

	if (current->euid && !in_group(inode->gid))
		mode &= ~S_ISGID;
	if (!err) {
		inode->mode = (inode->mode & S_IFMT) | (mode & 07777);
		inode->ctime = current_time(inode);
		mark_inode_dirty(inode);
	}
	target_put(t);
	return err;
}

SYSCALL_DEFINE4(fchmodat2, int, dirfd, const char __user *, path, u32, mode,
		u32, flags)
{
	struct target t;
	int err = target_at(&t, dirfd, path, flags,
			    AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH);

	return err ? err : set_mode(&t, mode);
}

SYSCALL_DEFINE3(fchmodat, int, dirfd, const char __user *, path, u32, mode)
{
	return sys_fchmodat2(dirfd, path, mode, 0);
}

SYSCALL_DEFINE2(chmod, const char __user *, path, u32, mode)
{
	return sys_fchmodat2(AT_FDCWD, path, mode, 0);
}

SYSCALL_DEFINE2(fchmod, int, fd, u32, mode)
{
	struct target t;
	int err = target_fd(&t, fd);

	return err ? err : set_mode(&t, mode);
}

#define KEEP_ID		0xffffffffu

/* Only root may give files away; the set-id bits are cleared. */
static long set_owner(struct target *t, u32 uid, u32 gid)
{
	struct inode *inode = t->inode;
	int err = may_own(inode);

	if (!err && current->euid &&
	    ((uid != KEEP_ID && uid != inode->uid) ||
	     (gid != KEEP_ID && !in_group(gid) && gid != inode->gid)))
		err = -EPERM;
	if (!err) {
		if (uid != KEEP_ID)
			inode->uid = uid;
		if (gid != KEEP_ID)
			inode->gid = gid;
		inode->mode &= ~set_id_bits(inode);
		inode->ctime = current_time(inode);
		mark_inode_dirty(inode);
	}
	target_put(t);
	return err;
}

SYSCALL_DEFINE5(fchownat, int, dirfd, const char __user *, path, u32, uid,
		u32, gid, u32, flags)
{
	struct target t;
	int err = target_at(&t, dirfd, path, flags,
			    AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH);

	return err ? err : set_owner(&t, given_id(uid), given_id(gid));
}

SYSCALL_DEFINE3(chown, const char __user *, path, u32, uid, u32, gid)
{
	return sys_fchownat(AT_FDCWD, path, uid, gid, 0);
}

SYSCALL_DEFINE3(lchown, const char __user *, path, u32, uid, u32, gid)
{
	return sys_fchownat(AT_FDCWD, path, uid, gid, AT_SYMLINK_NOFOLLOW);
}

SYSCALL_DEFINE3(fchown, int, fd, u32, uid, u32, gid)
{
	struct target t;
	int err = target_fd(&t, fd);

	return err ? err : set_owner(&t, given_id(uid), given_id(gid));
}

/* ---- times --------------------------------------------------------------- */

#define UTIME_NOW	0x3fffffff
#define NR_UTIMENSAT	320
#define UTIME_OMIT	0x3ffffffe
#define NOW		{ 0, UTIME_NOW, 0 }
#define FIRST_SECOND	(-0x80000000ll)	/* minimum of 32 bits: in 1901 */

/* => 0 if the numbers are valid times */
static int check_times(const struct timespec64 times[2])
{
	int i;

	for (i = 0; i < 2; i++)
		if (times[i].nsec != UTIME_NOW && times[i].nsec != UTIME_OMIT &&
		    (u32)times[i].nsec >= 1000000000)
			return -EINVAL;
	return 0;
}

/* Truncates to what the file system can store, as Linux does. */
static void new_time(const struct inode *inode, struct timestamp *time,
		     const struct timespec64 *wanted)
{
	const struct super_block *sb = inode->sb;

	if (wanted->nsec == UTIME_NOW) {
		*time = current_time(inode);
	} else if (wanted->nsec != UTIME_OMIT) {
		time->sec = min(max(wanted->sec, FIRST_SECOND),
				sb->time_max);
		time->nsec = sb->fine_times ? (u32)wanted->nsec : 0;
	}
}

/* Setting both times to now needs only write permission, not ownership. */
static long set_times(struct target *t, const struct timespec64 times[2])
{
	struct inode *inode = t->inode;
	bool now = times[0].nsec == UTIME_NOW && times[1].nsec == UTIME_NOW;
	int err = may_own(inode);

	if (err == -EPERM && now)
		err = permission(inode, MAY_WRITE);
	if (!err) {
		new_time(inode, &inode->atime, &times[0]);
		new_time(inode, &inode->mtime, &times[1]);
		inode->ctime = current_time(inode);
		mark_inode_dirty(inode);
	}
	target_put(t);
	return err;
}

static long do_utimes(int dirfd, const char __user *user,
		      const struct timespec64 times[2], u32 flags)
{
	struct target t;
	int err = check_times(times);

	if (err)
		return err;
	if (user)
		err = target_at(&t, dirfd, user, flags,
				AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH);
	else
		err = flags ? -EINVAL : target_fd(&t, dirfd);
	return err ? err : set_times(&t, times);
}

SYSCALL_DEFINE4(utimensat, int, dirfd, const char __user *, path,
		const char __user *, times, u32, flags)
{
	struct timespec64 t[2] = { NOW, NOW };
	size_t size = syscall_number() == NR_UTIMENSAT ? 8 : 16;

	if (times && (get_timespec(&t[0], times) ||
		      get_timespec(&t[1], times + size)))
		return -EFAULT;
	return do_utimes(dirfd, path, t, flags);
}

SYSCALL_DEFINE2(utime, const char __user *, path, const s32 __user *, times)
{
	struct timespec64 t[2] = { NOW, NOW };
	s32 seconds[2];

	if (times && copy_from_user(seconds, times, sizeof(seconds)))
		return -EFAULT;
	if (times) {
		t[0] = (struct timespec64){ seconds[0], 0, 0 };
		t[1] = (struct timespec64){ seconds[1], 0, 0 };
	}
	return path ? do_utimes(AT_FDCWD, path, t, 0) : -EFAULT;
}

/* ---- access -------------------------------------------------------------- */

#define ACCESS_FLAGS	(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH | AT_EACCESS)

#define NR_FACCESSAT2	439	/* the others have no flags argument */

/* faccessat, which has no flags, and faccessat2: checks the permissions of the
 * real user, or of the effective one for AT_EACCESS. */
SYSCALL_DEFINE4(faccessat, int, dirfd, const char __user *, path, u32, mode,
		u32, flags)
{
	u32 euid = current->euid, egid = current->egid;
	struct target t;
	int err;

	if (mode & ~7u)
		return -EINVAL;
	if (syscall_number() < NR_FACCESSAT2)
		flags = 0;
	if (!(flags & AT_EACCESS)) {
		current->euid = current->uid;
		current->egid = current->gid;
	}
	err = target_at(&t, dirfd, path, flags, ACCESS_FLAGS);
	if (!err) {
		err = mode ? permission(t.inode, mode) : 0;
		target_put(&t);
	}
	current->euid = euid;
	current->egid = egid;
	return err;
}

SYSCALL_DEFINE2(access, const char __user *, path, u32, mode)
{
	return sys_faccessat(AT_FDCWD, path, mode, 0);
}

/* ---- statfs -------------------------------------------------------------- */

/* Linux's i386 structures: of 84 bytes, and of 64 with 32-bit fields. */
struct statfs64 {
	u32 type, bsize;
	u64 blocks, bfree, bavail, files, ffree;
	u32 fsid[2], namelen, frsize, flags, spare[4];
} __packed;

struct statfs32 {
	u32 type, bsize, blocks, bfree, bavail, files, ffree;
	u32 fsid[2], namelen, frsize, flags, spare[4];
};

#define ST_VALID	0x20u		/* the flags field is valid */
#define NR_STATFS64	268

/* statfs(path, buf), statfs64(path, size, buf): the size is that of buf64 */
static long report_statfs(struct target *t, unsigned long size_or_buf,
			  void __user *buf64)
{
	struct super_block *sb = t->inode->sb;
	struct kstatfs s = { .bsize = PAGE_SIZE, .namelen = NAME_MAX };
	u32 flags = ST_VALID | (sb->flags & MS_KEPT);
	int err = sb->ops->statfs ? sb->ops->statfs(sb, &s) : 0;
	struct statfs64 wide = { s.type, s.bsize, s.blocks, s.bfree, s.bavail,
				 s.files, s.ffree, { 0 }, s.namelen, s.bsize,
				 flags, { 0 } };
	struct statfs32 old = { s.type, s.bsize, s.blocks, s.bfree, s.bavail,
				s.files, s.ffree, { 0 }, s.namelen, s.bsize,
				flags, { 0 } };

	target_put(t);
	if (err)
		return err;
	if (syscall_number() < NR_STATFS64)
		return copy_to_user((void __user *)size_or_buf, &old,
				    sizeof(old));
	return size_or_buf != sizeof(wide) ? -EINVAL :
		copy_to_user(buf64, &wide, sizeof(wide));
}

/* statfs, statfs64 */
SYSCALL_DEFINE3(statfs, const char __user *, path, unsigned long, size_or_buf,
		void __user *, buf64)
{
	struct target t;
	int err = target_at(&t, AT_FDCWD, path, 0, 0);

	return err ? err : report_statfs(&t, size_or_buf, buf64);
}

SYSCALL_DEFINE3(fstatfs, int, fd, unsigned long, size_or_buf,
		void __user *, buf64)
{
	struct target t = { .file = fget_raw(fd) };

	if (!t.file)
		return -EBADF;
	t.inode = t.file->inode;
	return report_statfs(&t, size_or_buf, buf64);
}
