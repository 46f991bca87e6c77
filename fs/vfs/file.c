/*
 * fs/vfs/file.c - descriptors: a process's table of open files, dup and fcntl.
 *
 * A descriptor is reserved between get_unused_fd() and fd_install(): it is
 * taken but names no file.  A struct file lives as long as descriptors,
 * mappings and running calls refer to it.  A table holds FDS_FIRST descriptors
 * inline; a larger one doubles into an array of its own and never shrinks.
 *
 * Invariants: a slot that names a file is taken; no descriptor below "lowest"
 * is free.
 * Locks: none: no sleep between a test and the change that relies on it.
 */
#include "fs/vfs/locks.h"
#include "kernel/process/clone.h"
#include "kernel/core/uaccess.h"
#include "mm/heap/slab.h"

static struct kmem_cache *files_cache;

/* => true: fd is within current's limit */
static bool fd_allowed(u32 fd)
{
	return fd < min(FDS_MAX, current->rlimits[RLIMIT_NOFILE].now);
}

static void files_free_array(struct files_struct *files)
{
	if (files->fd != files->first)
		kfree(files->fd);
}

/* Makes room for descriptor fd.  => 0 or -EMFILE: no memory; sleeps */
static int files_grow(struct files_struct *files, u32 fd)
{
	u32 size = FDS_FIRST;
	struct fd *array;

	while (size <= fd)
		size *= 2;
	array = kzalloc(size * sizeof(*array), GFP_KERNEL);
	if (!array || files->size >= size) {	/* another task grew it */
		kfree(array);
		return files->size > fd ? 0 : -EMFILE;
	}
	memcpy(array, files->fd, files->size * sizeof(*array));
	files_free_array(files);
	files->fd = array;
	files->size = size;
	return 0;
}

/* => without a reference; NULL: no such descriptor */
static struct file *fd_file(const struct files_struct *files, u32 fd)
{
	return fd < files->size ? files->fd[fd].file : NULL;
}

/* => with a reference for fput(); NULL: no such descriptor; does not sleep */
struct file *fget_raw(int fd)
{
	struct file *file = fd_file(current->files, fd);

	if (file)
		file->count++;
	return file;
}

/* Like fget_raw(), but fails for a file opened with O_PATH. */
struct file *fget(int fd)
{
	struct file *file = fget_raw(fd);

	if (file && unlikely(file->flags & O_PATH)) {
		fput(file);
		return NULL;
	}
	return file;
}

/* Like fget(), but fails unless the file is open for "mode" (FMODE_*). */
struct file *fget_mode(int fd, u32 mode)
{
	struct file *file = fget(fd);

	if (file && !(file_mode(file) & mode)) {
		fput(file);
		return NULL;
	}
	return file;
}

/*
 * Reserves the lowest free descriptor not below "from".
 * => the descriptor, for fd_install() or put_unused_fd(); -EMFILE; sleeps
 */
int get_unused_fd(int from)
{
	struct files_struct *files = current->files;
	u32 fd = max((u32)from, files->lowest);

	while (fd < files->size && files->fd[fd].taken)
		fd++;
	if (!fd_allowed(fd))
		return -EMFILE;
	if (fd >= files->size)
		return files_grow(files, fd) ? -EMFILE : get_unused_fd(from);
	if ((u32)from <= files->lowest)
		files->lowest = fd + 1;
	files->fd[fd] = (struct fd){ .taken = true };
	return fd;
}

/* Frees the descriptor. => the file that it named; NULL: it was reserved */
static struct file *fd_release(struct files_struct *files, u32 fd)
{
	struct file *file = files->fd[fd].file;

	files->fd[fd] = (struct fd){ .file = NULL };
	files->lowest = min(files->lowest, fd);
	return file;
}

void put_unused_fd(int fd)
{
	fd_release(current->files, fd);
}

/* Installs file in a reserved descriptor; takes over its reference. */
void fd_install(int fd, struct file *file)
{
	struct fd *slot = &current->files->fd[fd];

	BUG_ON(slot->file, "descriptor %d is taken", fd);
	slot->file = file;
}

void fd_set_cloexec(int fd, bool on)
{
	current->files->fd[fd].cloexec = on;
}

/* The descriptor was freed: drops its locks and the file. => as close(2) */
static int fd_gone(struct files_struct *files, struct file *file)
{
	if (unlikely(file->inode->locks != NULL) && !(file->flags & O_PATH))
		locks_drop(file->inode, files);
	return fput(file);
}

/* Closes a descriptor. => as close(2) */
static int fd_close(struct files_struct *files, int fd)
{
	if (!fd_file(files, fd))
		return -EBADF;
	return fd_gone(files, fd_release(files, fd));
}

SYSCALL_DEFINE1(close, u32, fd)
{
	return fd_close(current->files, fd);
}

/* ---- fork, exec, exit ---------------------------------------------------- */

/* => slots needed to copy the table's files */
static u32 files_used(const struct files_struct *files)
{
	u32 n = files->size;

	while (n > FDS_FIRST && !files->fd[n - 1].file)
		n--;
	return n;
}

/* Copies a descriptor table for a child; reserved descriptors are not copied.
 * => NULL: no memory; sleeps */
static struct files_struct *files_dup(const struct files_struct *from)
{
	struct files_struct *files = kmem_cache_alloc(files_cache, GFP_KERNEL);
	u32 fd;

	if (!files)
		return NULL;
	memset(files, 0, sizeof(*files));
	files->count = 1;
	files->size = FDS_FIRST;
	files->fd = files->first;
	while (from && files_used(from) > files->size)
		if (files_grow(files, files_used(from) - 1)) {
			files_free_array(files);
			kmem_cache_free(files_cache, files);
			return NULL;
		}
	for (fd = 0; from && fd < min(files->size, from->size); fd++) {
		if (!from->fd[fd].file)
			continue;
		file_get(from->fd[fd].file);
		files->fd[fd] = from->fd[fd];
	}
	return files;
}

/* Shares or copies current's descriptors.  => 0 or -ENOMEM */
int copy_files(struct task *child, unsigned long flags)
{
	struct files_struct *files = current->files;

	if ((flags & CLONE_FILES) && files)
		files->count++;
	else
		files = files_dup(files);
	child->files = files;
	return files ? 0 : -ENOMEM;
}

/* Drops a reference to the table; the last one closes all files. */
static void files_put(struct files_struct *files)
{
	u32 fd;

	if (--files->count)
		return;
	for (fd = 0; fd < files->size; fd++)
		if (files->fd[fd].file)
			fd_close(files, fd);
	files_free_array(files);
	kmem_cache_free(files_cache, files);
}

/* Drops the task's table. => sleeps */
static void exit_files(struct task *task)
{
	struct files_struct *files = task->files;

	task->files = NULL;
	if (files)
		files_put(files);
}

const struct task_part files_part = { .fork = copy_files, .exit = exit_files };

/* For exec: makes the table private, so that close-on-exec affects only
 * current. => 0 or -ENOMEM; sleeps */
int unshare_files(void)
{
	struct files_struct *shared = current->files;
	int error;

	if (shared->count == 1)
		return 0;
	error = copy_files(current, 0);
	if (error)
		current->files = shared;
	else
		files_put(shared);
	return error;
}

/* For exec: closes the descriptors marked close-on-exec. => sleeps */
void close_on_exec(void)
{
	struct files_struct *files = current->files;
	u32 fd;

	for (fd = 0; fd < files->size; fd++)
		if (files->fd[fd].cloexec)
			fd_close(files, fd);
}

/* ---- dup, fcntl ---------------------------------------------------------- */

/* Makes another descriptor for file. => the descriptor, or -EMFILE */
int fd_copy(struct file *file, int from, bool cloexec)
{
	int fd = get_unused_fd(from);

	if (fd < 0)
		return fd;
	file_get(file);
	fd_install(fd, file);
	fd_set_cloexec(fd, cloexec);
	return fd;
}

/* The new descriptor is the lowest free one and stays open across exec. */
SYSCALL_DEFINE1(dup, int, fd)
{
	struct file *file = fget_raw(fd);
	long copy;

	if (!file)
		return -EBADF;
	copy = fd_copy(file, 0, false);
	fput(file);
	return copy;
}

/* Replaces the file in one step: while the old file is closed, a task that
 * shares the table does not see the number as free. */
SYSCALL_DEFINE3(dup3, u32, from, u32, to, u32, flags)
{
	struct files_struct *files = current->files;
	struct file *file, *old;

	if (from == to || (flags & ~O_CLOEXEC))
		return -EINVAL;
	if (!fd_file(files, from) || !fd_allowed(to))
		return -EBADF;
	if (to >= files->size && files_grow(files, to))
		return -EMFILE;
	old = files->fd[to].file;
	if (!old && files->fd[to].taken)
		return -EBUSY;
	file = fget_raw(from);
	if (!file)
		return -EBADF;
	files->fd[to] = (struct fd){ file, true, flags & O_CLOEXEC };
	if (old)
		fd_gone(files, old);
	return to;
}

SYSCALL_DEFINE2(dup2, u32, from, u32, to)
{
	if (from != to)
		return sys_dup3(from, to, 0);
	return fd_file(current->files, from) ? (long)from : -EBADF;
}

#define SETFL_FLAGS	(O_APPEND | O_NONBLOCK)

static long do_fcntl(int fd, struct file *file, u32 cmd, u32 arg)
{
	switch (cmd) {
	case F_DUPFD:
	case F_DUPFD_CLOEXEC:
		if (!fd_allowed(arg))
			return -EINVAL;
		return fd_copy(file, arg, cmd == F_DUPFD_CLOEXEC);
	case F_GETFD:
		return current->files->fd[fd].cloexec ? FD_CLOEXEC : 0;
	case F_SETFD:
		fd_set_cloexec(fd, arg & FD_CLOEXEC);
		return 0;
	case F_GETFL:
		return file->flags |
		       (file->flags & O_PATH ? 0 : O_LARGEFILE);
	}
	if (file->flags & O_PATH)
		return -EBADF;
	switch (cmd) {
	case F_SETFL:
		file->flags = (file->flags & ~SETFL_FLAGS) |
			      (arg & SETFL_FLAGS);
		return 0;
	case F_GETLK ... F_SETLKW:
	case F_GETLK64 ... F_SETLKW64:
		return fcntl_lock(file, cmd, (void *)arg);
	default:
		return -EINVAL;
	}
}

/* A wait for a lock sleeps, and a task that shares the table may close the
 * descriptor meanwhile: the lock is then dropped here. => by command */
SYSCALL_DEFINE3(fcntl64, int, fd, u32, command, unsigned long, arg)
{
	struct file *file = fget_raw(fd);
	long ret;

	if (!file)
		return -EBADF;
	ret = do_fcntl(fd, file, command, arg);
	if (unlikely(current->files->fd[fd].file != file && file->inode->locks))
		locks_drop(file->inode, current->files);
	fput(file);
	return ret;
}

SYSCALL_DEFINE3(fcntl, int, fd, u32, command, unsigned long, arg)
{
	if (command >= F_GETLK64 && command <= F_SETLKW64)
		return -EINVAL;
	return sys_fcntl64(fd, command, arg);
}

/* FIONREAD of a regular file: bytes from the position to the end. */
static long bytes_left(const struct file *file)
{
	loff_t left = file->inode->size - file->pos;

	return min(max(left, (loff_t)0), (loff_t)0x7fffffff);
}

static long set_nonblock(struct file *file, const int *user)
{
	int on;

	if (get_user(on, user))
		return -EFAULT;
	file->flags = on ? file->flags | O_NONBLOCK :
			   file->flags & ~O_NONBLOCK;
	return 0;
}

/* Handles the generic commands, then calls the file's own ioctl. */
static long do_ioctl(int fd, struct file *file, u32 cmd, unsigned long arg)
{
	switch (cmd) {
	case FIONBIO:
		return set_nonblock(file, (const int *)arg);
	case FIOCLEX:
	case FIONCLEX:
		fd_set_cloexec(fd, cmd == FIOCLEX);
		return 0;
	case FIONREAD:
		if (S_ISREG(file->inode->mode))
			return put_user((int)bytes_left(file), (int *)arg);
	}
	return file->fops->ioctl ? file->fops->ioctl(file, cmd, arg) :
				   -ENOTTY;
}

SYSCALL_DEFINE3(ioctl, int, fd, u32, command, unsigned long, arg)
{
	struct file *file = fget(fd);
	long ret;

	if (!file)
		return -EBADF;
	ret = do_ioctl(fd, file, command, arg);
	fput(file);
	return ret;
}

/* ---- interface for mm ---------------------------------------------------- */

void file_init(void)
{
	files_cache = kmem_cache_create("files", sizeof(struct files_struct),
					0);
	open_init();
}
