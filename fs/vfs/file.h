/*
 * fs/vfs/file.h - open files and the descriptors of a process.
 *
 * Every function may sleep unless its comment says otherwise.  A function that
 * returns a pointer and can fail returns ERR_PTR, never NULL, unless its
 * comment says otherwise.
 */
#pragma once

#include "fs/fcntl.h"
#include "fs/fs.h"

struct task;
struct task_part;

/* --- fs/vfs/file.c, fs/vfs/open.c --- */
struct file *filp_open(const char *name, u32 flags, u32 mode);
/* Takes over the dentry reference, also on failure. */
struct file *dentry_open(struct dentry *dentry, u32 flags);
struct file *file_alloc(void);		/* count 1, cleared; -ENFILE */
/* A file without a name; takes another reference to the inode. -ENFILE */
struct file *inode_open(struct inode *inode, u32 flags,
			const struct file_operations *fops);
int fput(struct file *file);		/* => write error for close(2), or 0 */
static inline void file_get(struct file *file)
{
	file->count++;
}
struct file *fget(int fd);		/* NULL: EBADF; for fput(). No sleep */
int get_unused_fd(int from);		/* -EMFILE; reserved until fd_install */
void fd_install(int fd, struct file *file);	/* takes the reference */
void put_unused_fd(int fd);
/* Called by fork, exit, exec. => 0 or -ENOMEM */
int copy_files(struct task *child, unsigned long flags);
extern const struct task_part files_part, fs_part;
void close_on_exec(void);
/* For exec: reads file data into kernel memory. => bytes
 * (short at end) or -E */
long kernel_read(struct file *file, loff_t pos, void *buf, size_t n);

/* --- fs/vfs/read_write.c: file_operations of files in the page cache --- */
long page_file_read(struct file *file, char *buf, size_t n, loff_t *pos);
long page_file_write(struct file *file, const char *buf, size_t n,
		     loff_t *pos);
/* Writes pages, dirty_buffers, inode and drive cache. => 0 or the first -E */
int page_file_fsync(struct file *file);

void poll_wake(void);	/* wakes poll and select. => any context */
