/*
 * fs/calls/mount.c - mount, umount and umount2, and the tables of mounts.
 *
 * A file system is mounted once, so its flags are the mount's.  The flags
 * read-only, nosuid, nodev, noexec and noatime are kept and obeyed; flags that
 * could not be obeyed (bind, move, sync...) are refused.
 *
 * umount2's flags promise more than plain umount: MNT_DETACH that a busy file
 * system is unmounted later, MNT_FORCE that a server need not answer.  Here a
 * busy file system returns EBUSY with any of them.
 */
#include "fs/vfs/vfs_impl.h"
#include "drivers/block/blk.h"
#include "kernel/core/uaccess.h"

#define MS_SILENT	0x8000u
#define MS_TIMES	0x3200000u	/* RELATIME, STRICTATIME, LAZYTIME:
					   accepted, already obeyed */
#define MS_MAGIC	0xc0ed0000u	/* old programs': ignored */
#define MNT_FORCE	1u
#define MNT_DETACH	2u
#define UMOUNT_NOFOLLOW	8u

/* ---- mount --------------------------------------------------------------- */

/* Copies an optional name. => for put_optional(), NULL, or ERR_PTR */
static char *optional_name(const char __user *user)
{
	return user ? getname(user) : NULL;
}

static void put_optional(char *name)
{
	if (name && !IS_ERR(name))
		putname(name);
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
	if ((flags & 0xffff0000u) == MS_MAGIC)
		flags &= 0xffff;
	if (flags & ~(MS_KEPT | MS_REMOUNT | MS_SILENT | MS_TIMES))
		return -EINVAL;
	return do_mount(!dev || IS_ERR(dev) ? "none" : dev, dir,
			!type || IS_ERR(type) ? "" : type, flags, NULL);
}

/* No file system has options, but they must be readable. */
SYSCALL_DEFINE5(mount, const char __user *, device,
		const char __user *, directory, const char __user *, fs_type,
		u32, flags, const char __user *, options)
{
	char *dev, *dir, *type, first;
	long err;

	if (current->euid)
		return -EPERM;
	if (options && get_user(first, options))
		return -EFAULT;
	dev = optional_name(device);
	dir = getname(directory);
	type = optional_name(fs_type);
	err = mount_names(dev, dir, type, flags);
	put_optional(dev);
	put_optional(dir);
	put_optional(type);
	return err;
}

/* ---- umount -------------------------------------------------------------- */

#define NR_UMOUNT	22	/* without flags */

/* umount, which has no flags, and umount2 */
SYSCALL_DEFINE2(umount, const char __user *, directory, u32, flags)
{
	char *dir;
	long err;

	if (syscall_number() == NR_UMOUNT)
		flags = 0;
	if (flags & ~(MNT_FORCE | MNT_DETACH | UMOUNT_NOFOLLOW))
		return -EINVAL;
	if (current->euid)
		return -EPERM;
	dir = getname(directory);
	if (IS_ERR(dir))
		return PTR_ERR(dir);
	err = do_umount(dir, flags & UMOUNT_NOFOLLOW ? 0 : LOOKUP_FOLLOW);
	putname(dir);
	return err;
}

/* ---- /proc --------------------------------------------------------------- */

/* Appends a word with blanks and backslashes as \ooo. => the new n */
static size_t add_word(char *buf, size_t size, size_t n, const char *word)
{
	for (; *word; word++)
		n = text_add(buf, size, n, strchr(" \t\n\\", *word) ?
			     "\\%03o" : "%c", *word);
	return n;
}

/* => a mount's number: its place in the table, from 1 for the root; 0: NULL */
static unsigned int mount_number(const struct super_block *wanted)
{
	const struct super_block *sb;
	unsigned int number = 0;

	list_for_each_entry(sb, &super_blocks, node) {
		number++;
		if (sb == wanted)
			return number;
	}
	return 0;
}

/* Prints a line per mount: "device directory type flags 0 0", or as
 * info "number parent major:minor / directory flags - type device
 * access". => bytes */
static size_t print_mounts(char *buf, size_t size, bool info)
{
	const struct super_block *sb, *below;
	char path[256], source[16], *at;
	size_t n = 0;

	list_for_each_entry(sb, &super_blocks, node) {
		dev_t dev = sb->dev ? sb->dev->rdev : 0;
		const char *access = sb->flags & MS_RDONLY ? "ro" : "rw";

		below = sb->covered ? sb->covered->sb : NULL;
		snprintf(source, sizeof(source), "%s%s", dev ? "/dev/" : "",
			 dev ? sb->dev->name : sb->fstype);
		at = d_path(sb->root, path, sizeof(path));
		if (info)
			n = text_add(buf, size, n, "%u %u %u:%u / ",
				     mount_number(sb), mount_number(below),
				     MAJOR(dev), MINOR(dev));
		else
			n = text_add(buf, size, n, "%s ", source);
		n = add_word(buf, size, n, IS_ERR(at) ? "?" : at);
		if (!info)
			n = text_add(buf, size, n, " %s", sb->fstype);
		n = text_add(buf, size, n, " %s%s%s%s%s", access,
			     sb->flags & MS_NOSUID ? ",nosuid" : "",
			     sb->flags & MS_NODEV ? ",nodev" : "",
			     sb->flags & MS_NOEXEC ? ",noexec" : "",
			     sb->flags & MS_NOATIME ? ",noatime" : "");
		n = text_add(buf, size, n, info ? " - %s %s %s\n" : " 0 0\n",
			     sb->fstype, source, access);
	}
	return n;
}

size_t mounts_print(char *buf, size_t size)
{
	return print_mounts(buf, size, false);
}

/* Prints /proc/PID/mountinfo, for util-linux and df. => bytes */
size_t mountinfo_print(char *buf, size_t size)
{
	return print_mounts(buf, size, true);
}
