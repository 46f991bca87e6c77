/*
 * fs/mount.c - mount, umount and umount2, and the table of what is mounted.
 *
 * A file system is mounted once, so its flags are the mount's.  Kept and
 * obeyed are read-only, nosuid, nodev, noexec and noatime; binding and moving
 * mounts is refused, other flags change nothing.
 *
 * umount2's flags promise more than plain umount: MNT_DETACH that what is busy
 * goes later, MNT_FORCE that a server does not answer.  What is busy stays
 * busy here (EBUSY), with or without them.
 *
 * Callers: kernel/syscall.c, fs/proc.c.  Calls: fs/super.c.
 */
#include "drivers/blk.h"
#include "fs/vfs_impl.h"
#include "kernel/uaccess.h"

#define MNT_FORCE	1u
#define MNT_DETACH	2u
#define UMOUNT_NOFOLLOW	8u

/* ---- mount --------------------------------------------------------------- */

/* A name that may be missing. => for put_optional(), NULL, or ERR_PTR */
static char *optional_name(const char *user)
{
	return user ? getname(user) : NULL;
}

static void put_optional(char *name)
{
	if (name && !IS_ERR(name))
		putname(name);
}

/* The options after the flags: no file system has any, but they must be
 * readable. => 0 or -EFAULT */
static int check_options(const char *user)
{
	char first;

	return user && get_user(first, user) ? -EFAULT : 0;
}

static long mount_names(const char *dev, const char *dir, const char *type,
			u32 flags)
{
	if (IS_ERR(dir))
		return PTR_ERR(dir);
	if (IS_ERR(dev) && PTR_ERR(dev) != -ENOENT)
		return PTR_ERR(dev);
	if (IS_ERR(type) && PTR_ERR(type) != -ENOENT)
		return PTR_ERR(type);
	if (flags & (MS_BIND | MS_MOVE))
		return -EINVAL;
	return do_mount(!dev || IS_ERR(dev) ? "none" : dev, dir,
			!type || IS_ERR(type) ? "" : type, flags, NULL);
}

/* mount(device, directory, type, flags, options) */
long sys_mount(SYSCALL_ARGS)
{
	char *dev, *dir, *type;
	long err;

	if (current->euid)
		return -EPERM;
	if (check_options((const char *)e))
		return -EFAULT;
	dev = optional_name((const char *)a);
	dir = getname((const char *)b);
	type = optional_name((const char *)c);
	err = mount_names(dev, dir, type, d);
	put_optional(dev);
	put_optional(dir);
	put_optional(type);
	return err;
}

/* ---- umount -------------------------------------------------------------- */

/* umount2(directory, flags) */
long sys_umount2(SYSCALL_ARGS)
{
	char *dir;
	long err;

	if (b & ~(MNT_FORCE | MNT_DETACH | UMOUNT_NOFOLLOW))
		return -EINVAL;
	if (current->euid)
		return -EPERM;
	dir = getname((const char *)a);
	if (IS_ERR(dir))
		return PTR_ERR(dir);
	err = do_umount(dir, b & UMOUNT_NOFOLLOW ? 0 : LOOKUP_FOLLOW);
	putname(dir);
	return err;
}

long sys_umount(SYSCALL_ARGS)
{
	return sys_umount2(a, 0, 0, 0, 0, 0);
}

/* ---- /proc --------------------------------------------------------------- */

/* "device directory type flags 0 0" a line.  => bytes */
size_t mounts_print(char *buf, size_t size)
{
	struct super_block *sb;
	char path[256], *at;
	size_t n = 0;

	list_for_each_entry(sb, &super_blocks, node) {
		at = d_path(sb->root, path, sizeof(path));
		n += snprintf(buf + n, size - n, "%s%s %s %s %s%s%s%s%s 0 0\n",
			      sb->dev ? "/dev/" : "",
			      sb->dev ? sb->dev->name : sb->fstype,
			      IS_ERR(at) ? "?" : at, sb->fstype,
			      sb->flags & MS_RDONLY ? "ro" : "rw",
			      sb->flags & MS_NOSUID ? ",nosuid" : "",
			      sb->flags & MS_NODEV ? ",nodev" : "",
			      sb->flags & MS_NOEXEC ? ",noexec" : "",
			      sb->flags & MS_NOATIME ? ",noatime" : "");
		if (n >= size)
			return size;
	}
	return n;
}
