/*
 * fs/proc/proc_fd.c - /proc/N/fd, and the links of a process's directory.
 *
 * exe, cwd, root and the files of fd/ lead to the file itself, so they can be
 * opened where no path exists, as for a pipe or a deleted file. readlink
 * reports the last path.  Both are for the owner and for root.
 */
#include "fs/proc/proc.h"
#include "kernel/core/task.h"
#include "mm/space/mm.h"

const struct proc_node pid_fd_node = { .name = "", .mode = S_IFLNK | 0700 };

static struct file *file_of(const struct task *task, u32 fd)
{
	return task && task->files && fd < task->files->size ?
	       task->files->fd[fd].file : NULL;
}

u32 find_fd(struct task *task, const char *name)
{
	unsigned int fd;

	if (text_number(name, &fd) || !file_of(task, fd))
		return 0;
	return PROC_FDS + fd;
}

u32 next_fd(struct task *task, u32 fd)
{
	while (fd < FDS_MAX && !file_of(task, fd))
		fd++;
	return min(fd, FDS_MAX);
}

/* A process whose ids have changed, for example by a set-id program, is
 * visible to root only. */
bool may_look_into(const struct task *task)
{
	return task == current || !current->euid ||
	       (current->euid == task->euid && !(task->flags & PF_CHANGED));
}

/* => 0; -ENOENT: the process is gone or a zombie; -EACCES: not visible */
static int may_look(const struct task *task)
{
	if (!task || !task->fs)
		return -ENOENT;
	return may_look_into(task) ? 0 : -EACCES;
}

/* => the dentry, without a reference; NULL: none, or a pipe */
static struct dentry *target_of(const struct task *task, u32 index)
{
	struct file *file = file_of(task, index - PROC_FDS);

	if (index == PID_CWD)
		return task->fs->cwd;
	if (index == PID_ROOT)
		return task->fs->root;
	if (index == PID_EXE)
		file = task->mm ? task->mm->exe_file : NULL;
	return file ? file->dentry : NULL;
}

/* => bytes of the path as readlink shows it, or -E; does not sleep */
int file_path(struct dentry *dentry, char *buf, size_t size)
{
	char *path = d_path(dentry, buf, size);
	size_t n;

	if (IS_ERR(path))
		return PTR_ERR(path);
	n = buf + size - 1 - path;
	memmove(buf, path, n);
	if (dentry->inode->nlink)
		return n;
	return text_add(buf, size, n, " (deleted)");
}

/* => bytes or -E */
int pid_readlink(struct task *task, u32 index, char *buf, size_t size)
{
	int error = may_look(task);
	struct dentry *dentry;
	struct file *file;

	if (error)
		return error;
	dentry = target_of(task, index);
	if (dentry)
		return file_path(dentry, buf, size);
	file = file_of(task, index - PROC_FDS);
	if (!file)
		return -ENOENT;
	return text_add(buf, size, 0, "pipe:[%u]", file->inode->ino);
}

/* => with a reference; a pipe gets a temporary dentry */
struct dentry *pid_follow(struct task *task, u32 index)
{
	int error = may_look(task);
	struct dentry *dentry;
	struct file *file;

	if (error)
		return ERR_PTR(error);
	dentry = target_of(task, index);
	if (dentry)
		return dget(dentry);
	file = file_of(task, index - PROC_FDS);
	return file ? d_alloc_root(igrab(file->inode)) : ERR_PTR(-ENOENT);
}
