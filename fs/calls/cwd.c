/*
 * fs/calls/cwd.c - a process's root, current directory and umask.
 *
 * Invariants: root and cwd are directories, each with a reference.
 */
#include "fs/vfs/vfs_impl.h"
#include "kernel/process/clone.h"
#include "kernel/core/uaccess.h"
#include "mm/heap/slab.h"

/* For fork: shares or copies current's fs_struct. => 0 or -ENOMEM */
static int fork_fs(struct task *child, unsigned long flags)
{
	struct fs_struct *fs = current->fs;

	if (!(flags & CLONE_FS)) {
		fs = kmalloc(sizeof(*fs), GFP_KERNEL);
		if (!fs)
			return -ENOMEM;
		*fs = *current->fs;
		fs->count = 0;
		dget(fs->root);
		dget(fs->cwd);
	}
	fs->count++;
	child->fs = fs;
	return 0;
}

/* Drops the task's fs_struct. => sleeps (dput) */
static void exit_fs(struct task *task)
{
	struct fs_struct *fs = task->fs;

	task->fs = NULL;
	if (!fs || --fs->count)
		return;
	dput(fs->root);
	dput(fs->cwd);
	kfree(fs);
}

const struct task_part fs_part = { .fork = fork_fs, .exit = exit_fs };

/* Sets *where to dir if current may enter it; takes over dir's reference. */
static int cwd_enter(struct dentry **where, struct dentry *dir)
{
	struct dentry *old = *where;
	int err = -ENOTDIR;

	if (S_ISDIR(dir->inode->mode))
		err = permission(dir->inode, MAY_EXEC);
	if (err) {
		dput(dir);
		return err;
	}
	*where = dir;
	dput(old);
	return 0;
}

SYSCALL_DEFINE1(chdir, const char __user *, path)
{
	struct dentry *dir;
	int err = user_path_at(AT_FDCWD, path, LOOKUP_FOLLOW, &dir);

	return err ? err : cwd_enter(&current->fs->cwd, dir);
}

SYSCALL_DEFINE1(fchdir, int, fd)
{
	struct file *file = fget_raw(fd);
	int err = -ENOTDIR;

	if (!file)
		return -EBADF;
	if (file->dentry)
		err = cwd_enter(&current->fs->cwd, dget(file->dentry));
	fput(file);
	return err;
}

SYSCALL_DEFINE1(chroot, const char __user *, path)
{
	struct dentry *dir;
	int err;

	if (current->euid)
		return -EPERM;
	err = user_path_at(AT_FDCWD, path, LOOKUP_FOLLOW, &dir);
	return err ? err : cwd_enter(&current->fs->root, dir);
}

SYSCALL_DEFINE1(umask, u32, mask)
{
	u32 old = current->fs->umask;

	current->fs->umask = mask & 0777;
	return old;
}

/* cwd is read after the allocation: a task that shares fs may change it
 * meanwhile. => length with the NUL */
SYSCALL_DEFINE2(getcwd, char __user *, buf, size_t, size)
{
	char *page = get_free_page(GFP_KERNEL), *path;
	struct dentry *cwd = current->fs->cwd;
	long len;

	if (!page)
		return -ENOMEM;
	path = cwd->inode->nlink ? d_path(cwd, page, PAGE_SIZE) :
				   ERR_PTR(-ENOENT);
	if (IS_ERR(path)) {
		len = PTR_ERR(path);
	} else {
		len = page + PAGE_SIZE - path;
		if ((unsigned long)len > size)
			len = -ERANGE;
		else if (copy_to_user(buf, path, len))
			len = -EFAULT;
	}
	free_page(page);
	return len;
}
