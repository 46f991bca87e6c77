/*
 * fs/vfs/vfs_impl.h - what the files of the virtual file system share and
 * nobody else needs.
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

/* fs/vfs/super.c: held by sync, mount, umount; others walk super_blocks with
 * it */
extern struct mutex mount_mutex;
/* A super block that is not mounted: pipes.  => panics without memory */
struct super_block *pseudo_super(const char *fstype,
				 const struct super_operations *ops);
size_t mounts_print(char *buf, size_t size);
size_t mountinfo_print(char *buf, size_t size);
size_t filesystems_print(char *buf, size_t size);
size_t file_nr_print(char *buf, size_t size);

/* fs/vfs/writeback.c: mount_mutex held; super: before umount, nobody can
 * reach it. => 0 or the first -E; sleeps */
int fsync_dev_locked(struct blk_dev *dev);
int fsync_super(struct super_block *sb);

/* Start-up, in this order (fs/vfs/super.c: vfs_init). */
void inode_init(void);
void dcache_init(void);
void file_init(void);

/* fs/vfs/dcache.c: the hash of a name, a character at a time, starting with
 * 0. */
static inline u32 name_hash(u32 hash, unsigned char c)
{
	return hash * 33 + c;
}
/* d_lookup for one who has the hash. */
struct dentry *d_lookup_hash(struct dentry *parent, const char *name, u32 len,
			     u32 hash);
void d_prune_children(struct dentry *parent);

/* fs/vfs/read_write.c: buf is user memory. => bytes or -E; sleeps */
long file_write(struct file *file, const char *buf, size_t n, loff_t *pos);

/* fs/vfs/getname.c => a page for putname(); NULL: no memory */
char *name_buffer(void);
int path_is_empty(const char __user *user);

/*
 * fs/vfs/namei.c: a walk.  With LOOKUP_PARENT it stops before the last
 * component, which is left in last, and dentry is its directory.
 */
#define LOOKUP_PARENT	4u
#define LOOKUP_EMPTY	AT_EMPTY_PATH	/* user_path_at: "" is dirfd itself */
/* As an *at call says it. */
static inline unsigned int lookup_flags(u32 flags)
{
	return (flags & AT_EMPTY_PATH) |
	       (flags & AT_SYMLINK_NOFOLLOW ? 0 : LOOKUP_FOLLOW);
}
struct walk {
	struct dentry *dentry;	/* where it is; a reference */
	unsigned int links;	/* symlinks followed so far */
	unsigned int depth;	/* nested ones */
	const char *last;	/* the last component: not NUL-terminated */
	u32 last_len;		/* 0: the path was a "/" */
	bool slash;		/* it ended in slashes: must be a directory */
};
/* => 0 with walk->dentry, or -E with nothing to release */
int walk_start(struct walk *walk, int dirfd, const char *name,
	       unsigned int flags);
u32 name_dots(const char *name, u32 len);	/* 1: ".", 2: "..", else 0 */
struct dentry *fd_dentry(int fd);	/* a reference; -EBADF, -ENOMEM */
/* The dentry of name in dir, perhaps negative. i_sem held */
struct dentry *lookup_one(struct dentry *dir, const char *name, u32 len);
/* A user's path. => 0 or -E */
int user_path_at(int dirfd, const char __user *user, unsigned int flags,
		 struct dentry **res);
/* => 0 if names may come and go in dir now: alive, writable */
int may_change_dir(const struct inode *dir);

/* fs/exec/exec.c: some process's program, so it is not to be written */
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

/* fs/calls/attr.c => the set-id bits that go when owner or contents change */
u32 set_id_bits(const struct inode *inode);

/* fs/vfs/read_write.c */
int inode_fsync(struct inode *inode);	/* i_sem held; not the drive's cache */
/* RLIMIT_FSIZE. => true: no byte of current's at pos, and SIGXFSZ was sent */
bool over_limit(const struct inode *inode, loff_t pos);
/* current, who is not root, has changed the contents. i_sem held */
void inode_drop_set_id(struct inode *inode);
int set_size(struct inode *inode, loff_t size);	/* fs/calls/attr.c; 0 or -E */
loff_t no_lseek(struct file *file, loff_t offset, int whence);	/* -ESPIPE */
/* For lseek operations: size is what SEEK_END means. */
loff_t seek_within(struct file *file, loff_t offset, int whence, loff_t size);
