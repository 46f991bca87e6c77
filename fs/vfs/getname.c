/*
 * fs/vfs/getname.c - path names from user memory.
 *
 * Every call with a path copies it here first, so that it cannot change during
 * the walk.  A path may fill a page; a few pages are kept for later calls.
 *
 * Locks: none: no sleep between a test of the spare pages and the change.
 */
#include "fs/vfs/vfs_impl.h"
#include "kernel/core/uaccess.h"

#define SPARE_NAMES	4

/* Page-sized path buffers, kept for later calls. */
static char *spare_names[SPARE_NAMES];
static unsigned int nr_spare_names;

/* => a page for putname(), or NULL; sleeps for memory */
char *name_buffer(void)
{
	if (nr_spare_names)
		return spare_names[--nr_spare_names];
	return get_free_page(GFP_KERNEL);
}

/* Frees a path. => name came from getname() or name_buffer() */
void putname(char *name)
{
	if (nr_spare_names < SPARE_NAMES)
		spare_names[nr_spare_names++] = name;
	else
		free_page(name);
}

/* For AT_EMPTY_PATH. => 1: the user's path is "", 0: it is not; -EFAULT */
int path_is_empty(const char __user *user)
{
	char c;

	return get_user(c, user) ? -EFAULT : !c;
}

/*
 * => a kernel copy for putname(), not empty; -ENOENT for "", -ENAMETOOLONG,
 *    -EFAULT, -ENOMEM; sleeps
 */
char *getname(const char __user *user)
{
	char *name = name_buffer();
	long len;

	if (!name)
		return ERR_PTR(-ENOMEM);
	len = strncpy_from_user(name, user, PATH_MAX);
	if (len > 0)
		return name;
	putname(name);
	return ERR_PTR(len ? len : -ENOENT);
}

/* => the dentry that fd is open on, with a reference, or ERR_PTR.  A pipe gets
 * a temporary dentry.  AT_FDCWD: the current directory */
struct dentry *fd_dentry(int fd)
{
	struct dentry *dentry;
	struct file *file;

	if (fd == AT_FDCWD)
		return dget(current->fs->cwd);
	file = fget_raw(fd);
	if (!file)
		return ERR_PTR(-EBADF);
	dentry = file->dentry ? dget(file->dentry) :
				d_alloc_root(igrab(file->inode));
	fput(file);
	return dentry;
}
