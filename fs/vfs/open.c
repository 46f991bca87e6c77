/*
 * fs/vfs/open.c - files opened and closed: open, openat, creat.
 *
 * open_namei() finds the dentry and checks permissions; dentry_open() creates a
 * struct file and calls the inode's ->open.  Dropping the last reference closes
 * the file and reports a failed writeback, unless an fsync has reported it
 * before.
 */
#include "fs/vfs/locks.h"
#include "mm/heap/slab.h"

#define MIN_FILES	1024u

static struct kmem_cache *file_cache;
unsigned int nr_files, max_files;	/* open files; only root may use the
					   last 16th of max_files */

/* => count 1, all else 0; or -ENFILE */
struct file *file_alloc(void)
{
	u32 limit = current->euid ? max_files - max_files / 16 : max_files;
	struct file *file = NULL;

	if (nr_files < limit)
		file = kmem_cache_alloc(file_cache, GFP_KERNEL);
	if (!file)
		return ERR_PTR(-ENFILE);
	memset(file, 0, sizeof(*file));
	file->count = 1;
	nr_files++;
	return file;
}

struct file *inode_open(struct inode *inode, u32 flags,
			const struct file_operations *fops)
{
	struct file *file = file_alloc();

	if (IS_ERR(file))
		return file;
	file->inode = igrab(inode);
	file->flags = flags;
	file->fops = fops;
	return file;
}

/* Prints /proc/sys/fs/file-nr: open files, 0, their limit. => bytes */
size_t file_nr_print(char *buf, size_t size)
{
	return text_add(buf, size, 0, "%u\t0\t%u\n", nr_files, max_files);
}

static void file_free(struct file *file)
{
	BUG_ON(!nr_files, "file %p is not counted", file);
	nr_files--;
	kmem_cache_free(file_cache, file);
}

/* => frames held by open files: a file counts a sixth (inode and the like), a
 * pipe one more. => file_map_ops->held */
unsigned long files_held(const struct task *task)
{
	unsigned long sixths = 0;
	const struct file *file;
	u32 fd;

	for (fd = 0; task->files && fd < task->files->size; fd++) {
		file = task->files->fd[fd].file;
		if (file)
			sixths += S_ISFIFO(file->inode->mode) ? 4 : 1;
	}
	return sixths / 6;
}

/* Counts writable opens of a regular file: such a file cannot be executed. */
static void count_writer(const struct file *file, int n)
{
	if (file->dentry && (file_mode(file) & FMODE_WRITE) &&
	    S_ISREG(file->inode->mode))
		file->inode->writers += n;
}

/* Closes after the last reference. => 0, or a write error not yet reported */
static int file_close(struct file *file)
{
	struct inode *inode = file->inode;
	int err = 0;

	if (unlikely(inode->locks != NULL))
		locks_drop(inode, file);
	if (file->fops->release)
		file->fops->release(inode, file);
	if ((file_mode(file) & FMODE_WRITE) && unlikely(inode->mapping->error))
		err = mapping_take_error(inode->mapping);
	count_writer(file, -1);
	if (file->dentry)
		dput(file->dentry);
	else
		iput(inode);
	file_free(file);
	return err;
}

/*
 * Drops a reference; the last one closes the file.
 * => 0, or a write error not yet reported; sleeps
 */
int fput(struct file *file)
{
	BUG_ON(file->count <= 0, "file %p count %d", file, file->count);
	return --file->count ? 0 : file_close(file);
}

static const struct file_operations path_fops;	/* O_PATH: none */

#define PATH_FLAGS	(O_PATH | O_DIRECTORY | O_NOFOLLOW)
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
	file->fops = flags & O_PATH ? &path_fops : file->inode->fops;
	if (file->fops->open)
		err = file->fops->open(file->inode, file);
	file->flags &= ~OPEN_ONLY;
	if (!err) {
		count_writer(file, 1);
		return file;
	}
	file_free(file);
	dput(dentry);
	return ERR_PTR(err);
}

static struct file *open_at(int dirfd, const char *name, u32 flags, u32 mode)
{
	struct dentry *dentry;
	int err;

	if (flags & O_PATH)
		flags &= PATH_FLAGS;
	if ((flags & O_ACCMODE) == O_ACCMODE || (flags & O_DIRECT) ||
	    (flags & (O_TMPFILE | O_DIRECTORY)) == O_TMPFILE)
		return ERR_PTR(-EINVAL);
	err = open_namei(dirfd, name, flags, mode, &dentry);
	if (err)
		return ERR_PTR(err);
	return dentry_open(dentry, flags);
}

/* For use by the kernel (exec). => count 1 for fput(); -E; sleeps */
struct file *filp_open(const char *name, u32 flags, u32 mode)
{
	return open_at(AT_FDCWD, name, flags, mode);
}

/* Reserves the descriptor first: no error may follow the creation of a file. */
SYSCALL_DEFINE4(openat, int, dirfd, const char __user *, path, u32, flags,
		u32, mode)
{
	char *name = getname(path);
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

SYSCALL_DEFINE3(open, const char __user *, path, u32, flags, u32, mode)
{
	return sys_openat(AT_FDCWD, path, flags, mode);
}

SYSCALL_DEFINE2(creat, const char __user *, path, u32, mode)
{
	return sys_open(path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

void open_init(void)
{
	file_cache = kmem_cache_create("file", sizeof(struct file), 0);
	max_files = max(num_physpages, MIN_FILES);
}
