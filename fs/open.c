/*
 * fs/open.c - files opened and closed: open, openat, creat.
 *
 * open_namei() finds the dentry and checks permissions; dentry_open() makes a
 * struct file of it and lets the inode's file_operations have a say.  The last
 * reference closes: what a write behind the writer's back failed to do is
 * reported then, if no fsync has asked before.
 *
 * Callers: system calls, exec.  Calls: fs/namei.c, file_operations.
 */
#include "fs/locks.h"
#include "mm/slab.h"

static struct kmem_cache *file_cache;

/* => count 1, all else 0; or -ENFILE */
struct file *file_alloc(void)
{
	struct file *file = kmem_cache_alloc(file_cache, GFP_KERNEL);

	if (!file)
		return ERR_PTR(-ENFILE);
	memset(file, 0, sizeof(*file));
	file->count = 1;
	return file;
}

/* Of a regular file: nobody runs a program that somebody may change. */
static void count_writer(const struct file *file, int n)
{
	if (file->dentry && (file_mode(file) & FMODE_WRITE) &&
	    S_ISREG(file->inode->mode))
		file->inode->writers += n;
}

/* The last user is gone. => 0, or the error of a write nobody was told of */
static int file_close(struct file *file)
{
	struct inode *inode = file->inode;
	int err = 0;

	if (unlikely(inode->locks != NULL))
		locks_drop_file(inode, file);
	if (file->fops->release)
		file->fops->release(inode, file);
	if ((file_mode(file) & FMODE_WRITE) && unlikely(inode->mapping->error))
		err = mapping_take_error(inode->mapping);
	count_writer(file, -1);
	if (file->dentry)
		dput(file->dentry);
	else
		iput(inode);
	kmem_cache_free(file_cache, file);
	return err;
}

/*
 * One reference less; the last one closes.
 * => 0, or the error of a write nobody was told of; sleeps
 */
int fput(struct file *file)
{
	BUG_ON(file->count <= 0, "file %p count %d", file, file->count);
	return --file->count ? 0 : file_close(file);
}

#define OPEN_ONLY	(O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_CLOEXEC)

/* => count 1; -E of the file's ->open, and dentry was put; sleeps */
struct file *dentry_open(struct dentry *dentry, u32 flags)
{
	struct file *file = file_alloc();
	int err = 0;

	if (IS_ERR(file)) {
		dput(dentry);
		return file;
	}
	file->dentry = dentry;
	file->inode = dentry->inode;
	file->flags = flags;
	file->fops = file->inode->fops;
	if (file->fops->open)
		err = file->fops->open(file->inode, file);
	file->flags &= ~OPEN_ONLY;
	if (!err) {
		count_writer(file, 1);
		return file;
	}
	kmem_cache_free(file_cache, file);
	dput(dentry);
	return ERR_PTR(err);
}

static struct file *open_at(int dirfd, const char *name, u32 flags, u32 mode)
{
	struct dentry *dentry;
	int err;

	if ((flags & O_ACCMODE) == O_ACCMODE)
		return ERR_PTR(-EINVAL);
	err = open_namei(dirfd, name, flags, mode, &dentry);
	if (err)
		return ERR_PTR(err);
	return dentry_open(dentry, flags);
}

/* For the kernel itself (exec).  => count 1 for fput(); -E; sleeps */
struct file *filp_open(const char *name, u32 flags, u32 mode)
{
	return open_at(AT_FDCWD, name, flags, mode);
}

/* The descriptor is taken first: a file that was created must be returned. */
static long do_open(int dirfd, const char *user, u32 flags, u32 mode)
{
	char *name = getname(user);
	struct file *file;
	int fd;

	if (IS_ERR(name))
		return PTR_ERR(name);
	fd = get_unused_fd(0);
	if (fd < 0)
		goto out;
	file = open_at(dirfd, name, flags, mode);
	if (IS_ERR(file)) {
		put_unused_fd(fd);
		fd = PTR_ERR(file);
		goto out;
	}
	fd_install(fd, file);
	if (flags & O_CLOEXEC)
		fd_set_cloexec(fd, true);
out:
	putname(name);
	return fd;
}

long sys_open(SYSCALL_ARGS)
{
	return do_open(AT_FDCWD, (const char *)a, b, c);
}

long sys_openat(SYSCALL_ARGS)
{
	return do_open(a, (const char *)b, c, d);
}

long sys_creat(SYSCALL_ARGS)
{
	return do_open(AT_FDCWD, (const char *)a,
		       O_CREAT | O_WRONLY | O_TRUNC, b);
}

void open_init(void)
{
	file_cache = kmem_cache_create("file", sizeof(struct file), 0);
}
