/*
 * fs/vfs/vfs_impl.h - what the files of the virtual file system share, private
 * to them.
 */
#pragma once

#include "fs/vfs/dentry.h"
#include "fs/vfs/file.h"
#include "fs/vfs/inode.h"
#include "fs/vfs/super.h"
#include "kernel/process/syscall.h"
#include "kernel/process/process.h"

/* fs/vfs/inode.c: hash, lists and state of inodes */
extern struct spinlock inode_lock;

/* fs/vfs/super.c: held by sync, mount and umount, and over walks
 * of super_blocks */
extern struct mutex mount_mutex;
/* A super block that is not mounted, for pipes. => panics without memory */
struct super_block *pseudo_super(const char *fstype,
				 const struct super_operations *ops);
size_t mounts_print(char *buf, size_t size);
size_t mountinfo_print(char *buf, size_t size);
size_t filesystems_print(char *buf, size_t size);
size_t file_nr_print(char *buf, size_t size);

/* fs/vfs/writeback.c: mount_mutex held. fsync_super runs before umount, when no
 * task can reach the super block. => 0 or the first -E; sleeps */
int fsync_dev_locked(struct blk_dev *dev);
int fsync_super(struct super_block *sb);

/* Start-up, in this order (fs/vfs/super.c: vfs_init). */
void inode_init(void);
void dcache_init(void);
void file_init(void);

/* fs/vfs/dcache.c: adds one character to the hash of a name; starts at 0. */
static inline u32 name_hash(u32 hash, unsigned char c)
{
	return hash * 33 + c;
}
/* d_lookup() for a caller that has the hash. */
struct dentry *d_lookup_hash(struct dentry *parent, const char *name, u32 len,
			     u32 hash);
void d_prune_children(struct dentry *parent);

/* fs/vfs/read_write.c: buf is user memory. => bytes or -E; sleeps */
long file_write(struct file *file, const char *buf, size_t n, loff_t *pos);

/* fs/vfs/getname.c: => a page for putname(); NULL: no memory */
char *name_buffer(void);
int path_is_empty(const char __user *user);

/*
 * fs/vfs/namei.c: a path walk.  With LOOKUP_PARENT it stops before the last
 * component: last is that component, dentry is its directory.
 */
#define LOOKUP_PARENT	4u
#define LOOKUP_EMPTY	AT_EMPTY_PATH	/* user_path_at: "" is dirfd itself */
/* => LOOKUP_* for the AT_* flags of a system call. */
static inline unsigned int lookup_flags(u32 flags)
{
	return (flags & AT_EMPTY_PATH) |
	       (flags & AT_SYMLINK_NOFOLLOW ? 0 : LOOKUP_FOLLOW);
}
struct walk {
	struct dentry *dentry;	/* current position; a reference */
	unsigned int links;	/* symlinks followed so far */
	unsigned int depth;	/* current nesting of symlinks */
	const char *last;	/* the last component: not NUL-terminated */
	u32 last_len;		/* 0: the path is "/" */
	bool slash;		/* trailing slash: must be a directory */
};
/* => 0 with walk->dentry, or -E with nothing to release */
int walk_start(struct walk *walk, int dirfd, const char *name,
	       unsigned int flags);
u32 name_dots(const char *name, u32 len);	/* 1: ".", 2: "..", else 0 */
struct dentry *fd_dentry(int fd);	/* a reference; -EBADF, -ENOMEM */
/* => the dentry of name in dir, perhaps negative. i_sem held */
struct dentry *lookup_one(struct dentry *dir, const char *name, u32 len);
/* Looks up a path in user memory. => 0 or -E */
int user_path_at(int dirfd, const char __user *user, unsigned int flags,
		 struct dentry **res);
/* => 0 if names in dir may be added or removed: dir exists, writable */
int may_change_dir(const struct inode *dir);

/* => true: a process executes the inode, so it must not be written */
static inline bool is_running(const struct inode *inode)
{
	return inode->runners;
}

/* fs/vfs/file.c, fs/vfs/open.c */
void open_init(void);
unsigned long files_held(const struct task *task);
extern unsigned int nr_files, max_files;
int unshare_files(void);		/* exec; 0 or -ENOMEM */
void fd_set_cloexec(int fd, bool on);
int fd_copy(struct file *file, int from, bool cloexec);
struct file *fget_raw(int fd);		/* fget, even one of O_PATH */
struct file *fget_mode(int fd, u32 mode);	/* FMODE_*; NULL: EBADF */
#define FMODE_READ	1u
#define FMODE_WRITE	2u
static inline u32 file_mode(const struct file *file)
{
	return (file->flags & O_ACCMODE) + 1;
}

/* fs/vfs/read_write.c: => set-id bits cleared when owner or contents change */
u32 set_id_bits(const struct inode *inode);

/* fs/vfs/read_write.c */
int inode_fsync(struct inode *inode);	/* i_sem held; not the drive's cache */
/* RLIMIT_FSIZE. => true: current may not write at pos; SIGXFSZ was sent */
bool over_limit(const struct inode *inode, loff_t pos);
/* current, not root, has changed the contents. i_sem held */
void inode_drop_set_id(struct inode *inode);
int set_size(struct inode *inode, loff_t size);	/* fs/vfs/inode.c; => 0 or -E */
loff_t no_lseek(struct file *file, loff_t offset, int whence);	/* -ESPIPE */
/* For lseek operations: size is the position of SEEK_END. */
loff_t seek_within(struct file *file, loff_t offset, int whence, loff_t size);
