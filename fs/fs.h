/*
 * fs/fs.h - the virtual file system's structures: super_block and inode here,
 * dentry and file in fs/open_file.h, which this header includes.
 *
 * Lock legend: (i) i_sem of the inode; (h) inode_lock; (n) no lock: not
 * preemptive, no sleep between test and use; (c) constant after creation.
 */
#pragma once

#include "kernel/core/lock.h"
#include "kernel/core/time.h"
#include "fs/mode.h"
#include "fs/open_file.h"

struct blk_dev;
struct inode;
struct kstatfs;

struct super_operations {
	void (*read_inode)(struct inode *inode);	/* sets bad on error */
	/* Copies the inode to its buffer; wait: to the disk, also when clean */
	int (*write_inode)(struct inode *inode, bool wait);
	void (*delete_inode)(struct inode *inode);	/* nlink, count are 0 */
	void (*clear_inode)(struct inode *inode);
	void (*write_super)(struct super_block *sb);
	void (*put_super)(struct super_block *sb);
	/* Fills st with page counts and NAME_MAX; the rest is 0 on entry */
	int (*statfs)(struct super_block *sb, struct kstatfs *st);
	int (*remount)(struct super_block *sb, u32 flags);
};

struct kstatfs {
	u32 type, bsize, blocks, bfree, bavail, files, ffree, namelen;
};

struct super_block {
	struct list_head node;		/* n: super_blocks */
	struct blk_dev *dev;		/* c: NULL for proc */
	const char *fstype;		/* c */
	u32 flags;			/* n: MS_* */
	u32 blocksize;			/* c */
	unsigned int blocksize_bits;	/* c */
	u64 max_bytes;			/* c: largest file */
	s64 time_max;			/* c: largest second of a file time */
	bool fine_times;		/* c: file times have nanoseconds */
	bool dirty;			/* n: write_super is due */
	const struct super_operations *ops;
	struct dentry *root;		/* c */
	struct dentry *covered;		/* n: mount point, NULL for root */
	bool uncached;			/* c: dentries and inodes are not
					   kept without users (proc) */
	struct list_head inodes;	/* h */
	struct list_head dirty_inodes;	/* h */
	void *private;			/* c: private to the file system */
};

#define I_DIRTY_SYNC	1u	/* the inode itself is dirty: write_inode */
#define I_DIRTY_PAGES	2u	/* its mapping has dirty pages */
#define I_LOCK		4u	/* being read or written back */
#define I_FREEING	8u
#define I_NEW		16u	/* read_inode is not done */
#define I_DIRTY		(I_DIRTY_SYNC | I_DIRTY_PAGES)

struct inode_operations {
	/* Sets dentry->inode or leaves it NULL. => 0 or -E;
	 * i_sem of dir held */
	int (*lookup)(struct inode *dir, struct dentry *dentry);
	int (*create)(struct inode *dir, struct dentry *dentry, u32 mode);
	int (*link)(struct inode *dir, struct dentry *dentry,
		    struct inode *target);
	int (*unlink)(struct inode *dir, struct dentry *dentry);
	int (*symlink)(struct inode *dir, struct dentry *dentry,
		       const char *target);
	int (*mkdir)(struct inode *dir, struct dentry *dentry, u32 mode);
	int (*rmdir)(struct inode *dir, struct dentry *dentry);
	int (*mknod)(struct inode *dir, struct dentry *dentry, u32 mode,
		     dev_t rdev);
	int (*rename)(struct inode *old_dir, struct dentry *old,
		      struct inode *new_dir, struct dentry *new);
	/* => bytes put in buf (kernel memory, without NUL) or -E */
	int (*readlink)(struct inode *inode, char *buf, size_t size);
	/* For a link of proc to a file without a path. => or ERR_PTR */
	struct dentry *(*follow)(struct inode *inode);
	/* i_size has changed: frees the blocks beyond it. i_sem held */
	void (*truncate)(struct inode *inode);
	/* Before growth: zeroes the last page beyond i_size. i_sem held */
	int (*zero_tail)(struct inode *inode);
};

struct inode {
	struct list_head hash_node;	/* h */
	struct list_head sb_node;	/* h */
	struct list_head dirty_node;	/* h */
	struct list_head lru_node;	/* h: unused inodes, oldest first */
	struct super_block *sb;		/* c */
	u32 ino;			/* c */
	int count;			/* n: references */
	u32 state;			/* h: I_* */
	bool bad;			/* c: reading it failed */
	u32 mode, uid, gid, nlink;	/* i */
	unsigned int writers;		/* n: writable opens (regular files) */
	unsigned int runners;		/* n: address spaces that execute it */
	dev_t rdev;			/* c: device files */
	loff_t size;			/* i */
	struct timestamp atime, mtime, ctime;	/* i */
	u32 blocks;			/* i: 512-byte units */
	struct mutex i_sem;
	struct wait_queue wait;		/* h: for I_LOCK */
	struct address_space *mapping;	/* c: &data, or the device's */
	struct address_space data;
	struct list_head dirty_buffers;	/* lru_list_lock: i_dirty_buffers */
	struct file_lock *locks;	/* n: fs/vfs/locks.c */
	const struct inode_operations *ops;
	const struct file_operations *fops;
	void *private;			/* n: of a pipe, device, proc entry */
	union {
		u8 fs_data[128];	/* private to the file system */
		u32 fs_align;
	};
};
