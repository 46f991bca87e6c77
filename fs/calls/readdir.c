/*
 * fs/calls/readdir.c - getdents and getdents64: a directory's names, packed
 * into records in the user's buffer.
 *
 * The file system calls readdir_emit() with each name and its position.  A
 * record contains the position of the next one, which is not known yet when the
 * record is filled: patch_last() writes it.  The last record's is file->pos.
 *
 * Locks: the directory's i_sem.
 */
#include "fs/vfs/vfs_impl.h"
#include "kernel/core/uaccess.h"

/* In both layouts a NUL follows the name and records are aligned, so the
 * longest record ends behind its NUL. */
struct dirent64 {
	u64 ino;
	s64 off;
	u16 reclen;
	u8 type;
	char name[NAME_MAX + 1 + 7];
} __packed;

struct dirent {
	u32 ino;
	u32 off;
	u16 reclen;
	char name[NAME_MAX + 2 + 3];	/* NUL; the type is the last byte */
} __packed;

struct listing {
	char __user *to;	/* the next record */
	size_t left;		/* bytes */
	char __user *last;	/* the record whose "off" is missing */
	bool wide;		/* 64-bit records */
	int err;
	union {
		struct dirent64 d64;
		struct dirent d32;
	};
};

/* Stores this record's position in the previous record. */
static int patch_last(struct listing *l, loff_t pos)
{
	u32 pos32 = pos;

	if (!l->last)
		return 0;
	if (l->wide)
		return copy_to_user(l->last + offsetof(struct dirent64, off),
				    &pos, sizeof(pos));
	return copy_to_user(l->last + offsetof(struct dirent, off), &pos32,
			    sizeof(pos32));
}

/* => length of the record */
static size_t readdir_fill64(struct listing *l, const char *name, int len,
			     u32 ino, u8 type)
{
	size_t size = round_up(offsetof(struct dirent64, name) + len + 1, 8);

	l->d64.ino = ino;
	l->d64.off = 0;
	l->d64.reclen = size;
	l->d64.type = type;
	memcpy(l->d64.name, name, len);
	l->d64.name[len] = 0;
	return size;
}

static size_t readdir_fill32(struct listing *l, const char *name, int len,
			     u32 ino, u8 type)
{
	size_t size = round_up(offsetof(struct dirent, name) + len + 2, 4);

	l->d32.ino = ino;
	l->d32.off = 0;
	l->d32.reclen = size;
	memcpy(l->d32.name, name, len);
	l->d32.name[len] = 0;
	((char *)&l->d32)[size - 1] = type;
	return size;
}

static int readdir_emit(void *ctx, const char *name, int len, loff_t pos,
			u32 ino, u8 type)
{
	struct listing *l = ctx;
	size_t size = (l->wide ? readdir_fill64 : readdir_fill32)
			(l, name, len, ino, type);

	if (size > l->left) {
		l->err = -EINVAL;	/* only for the first record */
		return 1;
	}
	if (patch_last(l, pos) || copy_to_user(l->to, &l->d64, size)) {
		l->err = -EFAULT;
		return 1;
	}
	l->last = l->to;
	l->to += size;
	l->left -= size;
	return 0;
}

static long list_dir(struct file *file, struct listing *l)
{
	struct inode *dir = file->inode;
	int err = -ENOENT;

	mutex_lock(&dir->i_sem);
	if (dir->nlink)
		err = file->fops->readdir(file, l, readdir_emit);
	if (!err)
		inode_touch_atime(dir);
	mutex_unlock(&dir->i_sem);
	if (!l->last || l->err == -EFAULT)
		return err ? err : l->err;
	return patch_last(l, file->pos);
}

#define NR_GETDENTS64	220

/* getdents, getdents64 */
SYSCALL_DEFINE3(getdents, int, fd, char __user *, buf, size_t, size)
{
	struct listing l = {
		.to = buf, .left = size,
		.wide = syscall_number() == NR_GETDENTS64,
	};
	struct file *file = fget(fd);
	long err = -ENOTDIR;

	if (!file)
		return -EBADF;
	if (!access_ok(l.to, l.left))
		err = -EFAULT;
	else if (file->fops->readdir)
		err = list_dir(file, &l);
	fput(file);
	return err ? err : l.to - buf;
}
