/*
 * fs/attr.c - what a file is besides its data: size, permissions, owner,
 * times; and whether a caller may use it, and how full its file system is.
 *
 * Each call finds an inode by path or descriptor, checks the caller's right,
 * changes the inode under i_sem and marks it dirty.
 *
 * Callers: system calls.  Calls: fs/namei.c, fs/inode.c.
 */
#include "fs/vfs_impl.h"
#include "kernel/time.h"
#include "kernel/uaccess.h"

/* A file named by a path or a descriptor; target_put() ends its use. */
struct target {
	struct inode *inode;
	struct dentry *dentry;
	struct file *file;
};

/*
 * As the *at calls name it; flags: AT_*, of which "known" ones are allowed.
 * With AT_EMPTY_PATH an empty path is what dirfd is open on.
 * => 0 with t filled for target_put(), or -E
 */
static int target_at(struct target *t, int dirfd, const char *user, u32 flags,
		     u32 known)
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

/* Of both calls: the newer ones have two words for it. */
static loff_t size_argument(unsigned long low, unsigned long high)
{
	return syscall_number() < NR_TRUNCATE64 ? (s32)low :
		(loff_t)((u64)high << 32 | low);
}

/* Only regular files have a size to set. */
long sys_truncate(SYSCALL_ARGS)
{
	loff_t size = size_argument(b, c);
	struct target t;
	long err;

	if (size < 0)
		return -EINVAL;
	err = target_at(&t, AT_FDCWD, (const char *)a, 0, 0);
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

long sys_ftruncate(SYSCALL_ARGS)
{
	loff_t size = size_argument(b, c);
	struct file *file;
	long err = -EINVAL;

	if (size < 0)
		return -EINVAL;
	file = fget(a);
	if (!file)
		return -EBADF;
	if ((file_mode(file) & FMODE_WRITE) && S_ISREG(file->inode->mode))
		err = set_size(file->inode, size);
	fput(file);
	return err;
}

/* ---- permissions and owner ----------------------------------------------- */

/* A symbolic link has no mode to set. => 0 or -E; ends the use of t */
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

/* fchmodat2(dirfd, path, mode, flags) */
long sys_fchmodat2(SYSCALL_ARGS)
{
	struct target t;
	int err = target_at(&t, a, (const char *)b, d,
			    AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH);

	return err ? err : set_mode(&t, c);
}

long sys_fchmodat(SYSCALL_ARGS)
{
	return sys_fchmodat2(a, b, c, 0, 0, 0);
}

long sys_chmod(SYSCALL_ARGS)
{
	return sys_fchmodat2(AT_FDCWD, a, b, 0, 0, 0);
}

long sys_fchmod(SYSCALL_ARGS)
{
	struct target t;
	int err = target_fd(&t, a);

	return err ? err : set_mode(&t, b);
}

#define KEEP_ID		0xffffffffu

/* Only root gives files away; set-id bits do not survive it. */
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

long sys_fchownat(SYSCALL_ARGS)
{
	struct target t;
	int err = target_at(&t, a, (const char *)b, e,
			    AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH);

	return err ? err : set_owner(&t, given_id(c), given_id(d));
}

long sys_chown(SYSCALL_ARGS)
{
	return sys_fchownat(AT_FDCWD, a, b, c, 0, 0);
}

long sys_lchown(SYSCALL_ARGS)
{
	return sys_fchownat(AT_FDCWD, a, b, c, AT_SYMLINK_NOFOLLOW, 0);
}

long sys_fchown(SYSCALL_ARGS)
{
	struct target t;
	int err = target_fd(&t, a);

	return err ? err : set_owner(&t, given_id(b), given_id(c));
}

/* ---- times --------------------------------------------------------------- */

#define UTIME_NOW	0x3fffffff
#define NR_UTIMENSAT	320
#define UTIME_OMIT	0x3ffffffe
#define NOW		{ 0, UTIME_NOW, 0 }
#define FIRST_SECOND	(-0x80000000ll)	/* of 1901: 32 bits */

/* => 0 if the numbers are times */
static int check_times(const struct timespec64 times[2])
{
	int i;

	for (i = 0; i < 2; i++)
		if (times[i].nsec != UTIME_NOW && times[i].nsec != UTIME_OMIT &&
		    (u32)times[i].nsec >= 1000000000)
			return -EINVAL;
	return 0;
}

/* What the file system cannot keep is cut off, as Linux does. */
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

/* Setting both to now asks for less than ownership: the right to write. */
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

static long do_utimes(int dirfd, const char *user,
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

/* utimensat(dirfd, path, times, flags) */
long sys_utimensat(SYSCALL_ARGS)
{
	struct timespec64 times[2] = { NOW, NOW };
	size_t size = syscall_number() == NR_UTIMENSAT ? 8 : 16;

	if (c && (get_timespec(&times[0], (char *)c) ||
		  get_timespec(&times[1], (char *)c + size)))
		return -EFAULT;
	return do_utimes(a, (const char *)b, times, d);
}

long sys_utime(SYSCALL_ARGS)
{
	struct timespec64 times[2] = { NOW, NOW };
	s32 seconds[2];

	if (b && copy_from_user(seconds, (void *)b, sizeof(seconds)))
		return -EFAULT;
	if (b) {
		times[0] = (struct timespec64){ seconds[0], 0, 0 };
		times[1] = (struct timespec64){ seconds[1], 0, 0 };
	}
	return a ? do_utimes(AT_FDCWD, (const char *)a, times, 0) : -EFAULT;
}

/* ---- may I? -------------------------------------------------------------- */

#define ACCESS_FLAGS	(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH | AT_EACCESS)

#define NR_FACCESSAT2	439	/* the others have no flags */

/* faccessat, faccessat2(dirfd, path, mode, flags): with the real user's rights,
 * unless AT_EACCESS asks for the effective one's. */
long sys_faccessat(SYSCALL_ARGS)
{
	u32 mode = c, flags = syscall_number() < NR_FACCESSAT2 ? 0 : d;
	u32 euid = current->euid, egid = current->egid;
	struct target t;
	int err;

	if (mode & ~7u)
		return -EINVAL;
	if (!(flags & AT_EACCESS)) {
		current->euid = current->uid;
		current->egid = current->gid;
	}
	err = target_at(&t, a, (const char *)b, flags, ACCESS_FLAGS);
	if (!err) {
		err = mode ? permission(t.inode, mode) : 0;
		target_put(&t);
	}
	current->euid = euid;
	current->egid = egid;
	return err;
}

long sys_access(SYSCALL_ARGS)
{
	return sys_faccessat(AT_FDCWD, a, b, 0, 0, 0);
}

/* ---- statfs -------------------------------------------------------------- */

/* Linux's for i386: 84 bytes; and 64, where all have 32 bits. */
struct statfs64 {
	u32 type, bsize;
	u64 blocks, bfree, bavail, files, ffree;
	u32 fsid[2], namelen, frsize, flags, spare[4];
} __packed;

struct statfs32 {
	u32 type, bsize, blocks, bfree, bavail, files, ffree;
	u32 fsid[2], namelen, frsize, flags, spare[4];
};

#define ST_VALID	0x20u		/* of flags: they are told */
#define NR_STATFS64	268

/* The newer calls tell the size before the address. */
static long report_statfs(struct target *t, size_t size, unsigned long user)
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
		return copy_to_user((void *)size, &old, sizeof(old));
	return size != sizeof(wide) ? -EINVAL :
		copy_to_user((void *)user, &wide, sizeof(wide));
}

/* statfs(path, buf), statfs64(path, size, buf) */
long sys_statfs(SYSCALL_ARGS)
{
	struct target t;
	int err = target_at(&t, AT_FDCWD, (const char *)a, 0, 0);

	return err ? err : report_statfs(&t, b, c);
}

long sys_fstatfs(SYSCALL_ARGS)
{
	struct target t = { .file = fget_raw(a) };

	if (!t.file)
		return -EBADF;
	t.inode = t.file->inode;
	return report_statfs(&t, b, c);
}
