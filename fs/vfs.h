/*
 * fs/vfs.h - the functions of the virtual file system, one block a file.
 * Every function may sleep unless it says not; one that returns a pointer and
 * can fail returns ERR_PTR, never NULL, unless it says so.
 */
#pragma once

#include "fs/fcntl.h"
#include "fs/fs.h"

struct task;
/* Start-up, in this order; a file system or a kind of file registers itself. */
void vfs_init(void);		/* inodes, dentries, open files */
void pipe_init(void);
void shm_file_init(void);
void devices_init(void);
void ext2_init(void);
void proc_init(void);
void kupdate_start(void);	/* writes what is old: fs/writeback.c */

/* --- fs/inode.c --------------------------------------------------------- */
/* => the inode with a reference, read by sb->ops->read_inode; -EIO: bad */
struct inode *iget(struct super_block *sb, u32 ino);
/* => count 1, nlink 1, times now; set ino, then insert_inode_hash() */
struct inode *new_inode(struct super_block *sb);
void insert_inode_hash(struct inode *inode);
struct inode *igrab(struct inode *inode);	/* one more reference */
/* The last reference of an inode with nlink 0: its pages are dropped, then
 * sb->ops->delete_inode (blocks, inode on disk), then clear_inode. */
void iput(struct inode *inode);			/* NULL is fine */
void drop_inode_pages(struct super_block *sb);	/* after sync_inodes() */
bool invalidate_inodes(struct super_block *sb);	/* => true: some in use */
/* mode's device, FIFO or socket: sets mode, rdev, fops. */
void init_special_inode(struct inode *inode, u32 mode, dev_t rdev);
/* What opens devices and FIFOs: type is S_IFCHR, S_IFBLK or S_IFIFO */
void register_special(u32 type, const struct file_operations *fops);
/* The size becomes "size": pages, then ops->truncate. i_sem held */
int inode_set_size(struct inode *inode, loff_t size);
void inode_touch_atime(struct inode *inode);
struct timestamp current_time(const struct inode *inode);	/* no sleep */
extern unsigned long nr_inodes, nr_inodes_unused;

/* --- fs/writeback.c ----------------------------------------------------- */
void mark_inode_dirty(struct inode *inode);	/* I_DIRTY_SYNC; no sleep */
/* For a_ops->mark_dirty_pages: I_DIRTY_PAGES */
void inode_mark_dirty_pages(struct address_space *mapping);
/* Pages, then the inode itself. wait: for both. => 0 or the first -E */
int write_inode_now(struct inode *inode, bool wait);
/* sync(2): inodes, supers, buffers, drives' caches. NULL: all. => 0, -E */
int fsync_dev(struct blk_dev *dev);

/* --- fs/dcache.c -------------------------------------------------------- */
static inline struct dentry *dget(struct dentry *dentry)
{
	dentry->count++;
	return dentry;
}
void dput(struct dentry *dentry);	/* NULL is fine */
/* => a reference; NULL: not in the cache.  Does not sleep */
struct dentry *d_lookup(struct dentry *parent, const char *name, u32 len);
/* => count 1, negative, not hashed; -ENOMEM */
struct dentry *d_alloc(struct dentry *parent, const char *name, u32 len);
/* For read_super: takes over the inode's reference, also on failure. */
struct dentry *d_alloc_root(struct inode *inode);
/* lookup, create...: takes over the reference; NULL is fine (negative) */
void d_instantiate(struct dentry *dentry, struct inode *inode);
void d_hash(struct dentry *dentry);
void d_drop(struct dentry *dentry);	/* unhash: found no more */
void d_delete(struct dentry *dentry);	/* after unlink, rmdir */
void d_move(struct dentry *dentry, struct dentry *target);
void dcache_shrink_sb(struct super_block *sb);		/* all unused ones */
/* => start of the path, in buf[size]; -ENAMETOOLONG */
char *d_path(struct dentry *dentry, char *buf, size_t size);
extern unsigned long nr_dentries, nr_dentries_unused;

/* --- fs/namei.c, fs/getname.c: names are kernel memory ----------------- */
#define LOOKUP_FOLLOW		1u	/* a symlink at the end */
#define LOOKUP_DIRECTORY	2u	/* must be one */
#define MAY_EXEC		1
#define MAY_WRITE		2
#define MAY_READ		4
/* => a kernel copy of a user's path; -EFAULT, -ENAMETOOLONG, -ENOENT: "" */
char *getname(const char *user);
void putname(char *name);
int path_lookup(const char *name, unsigned int flags, struct dentry **res);
int path_lookup_at(int dirfd, const char *name, unsigned int flags,
		   struct dentry **res);
/* The dentry to open: created if O_CREAT says so, permissions checked. */
int open_namei(int dirfd, const char *name, u32 flags, u32 mode,
	       struct dentry **res);
int permission(const struct inode *inode, int mask);	/* 0 or -EACCES... */

/* --- fs/file.c, fs/open.c ----------------------------------------------- */
struct file *filp_open(const char *name, u32 flags, u32 mode);
/* Takes over the reference, also on failure. */
struct file *dentry_open(struct dentry *dentry, u32 flags);
struct file *file_alloc(void);		/* count 1, cleared; -ENFILE */
/* Without a name; the inode gets another reference.  -ENFILE */
struct file *inode_open(struct inode *inode, u32 flags,
			const struct file_operations *fops);
int fput(struct file *file);		/* => the write error of close, or 0 */
static inline void file_get(struct file *file)
{
	file->count++;
}
struct file *fget(int fd);		/* NULL: EBADF; fput it.  No sleep */
int get_unused_fd(int from);		/* -EMFILE; reserved until fd_install */
void fd_install(int fd, struct file *file);	/* takes the reference */
void put_unused_fd(int fd);
/* The process side: fork, exit, exec.  0 or -ENOMEM */
int copy_files(struct task *child, unsigned long flags);
extern const struct task_part files_part, fs_part;
void close_on_exec(void);
/* exec: file to kernel memory. => bytes (short at its end) or -E */
long kernel_read(struct file *file, loff_t pos, void *buf, size_t n);

/* --- fs/read_write.c: file_operations of files that live in the page cache */
long page_file_read(struct file *file, char *buf, size_t n, loff_t *pos);
long page_file_write(struct file *file, const char *buf, size_t n,
		     loff_t *pos);
/* Pages, dirty_buffers, the inode, the drive's cache. => 0 or first -E */
int page_file_fsync(struct file *file);

/* --- fs/super.c --------------------------------------------------------- */
struct fs_type {
	struct list_head node;
	const char *name;
	bool needs_dev;
	/* Sets ops, root (d_alloc_root), block size...; sb->dev is there.
	 * => 0, or -E after saying why (unless silent) */
	int (*read_super)(struct super_block *sb, const char *data,
			  bool silent);
};
void register_filesystem(struct fs_type *type);
/* root=: "" finds hda, else the ramdisk.  Panics without a root.  Gives
 * current its fs_struct; mounts /proc if there is such a directory. */
void mount_root(const char *name);
int do_mount(const char *dev_name, const char *dir, const char *type,
	     u32 flags, const char *data);
int do_umount(const char *dir, unsigned int lookup);
void vfs_shutdown(void);	/* all written, all read-only: power-off */
extern struct list_head super_blocks;

/* --- fs/devices.c, fs/block_dev.c --------------------------------------- */
struct char_driver {
	struct list_head node;
	const char *name;
	dev_t first;
	unsigned int count;		/* minors from first on */
	const struct file_operations *fops;
};
void register_chrdev(struct char_driver *driver);
extern const struct file_operations blkdev_fops;

void poll_wake(void);	/* poll and select look again.  => any context */
