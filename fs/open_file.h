/*
 * fs/open_file.h - the virtual file system's structures, second part: dentries
 * and open files.
 *
 * Lock legend: (n) no lock: not preemptive, no sleep between test and use; (c)
 * constant after creation.
 */
#pragma once

#include "mm/reclaim/filemap.h"

struct inode;
struct file;
struct super_block;

#define NAME_MAX	255
#define PATH_MAX	4096
#define FDS_MAX		16384u		/* maximum descriptors of a process */
#define FDS_FIRST	32		/* descriptors before the table grows */
#define DNAME_INLINE	36		/* longer names are kmalloc'ed */

/*
 * A cached name in a directory.  An unused dentry stays hashed, on the LRU
 * list, until memory is reclaimed.  Each child holds a reference to its parent.
 */
struct dentry {
	struct list_head hash_node;	/* n */
	struct list_head lru_node;	/* n: unused dentries */
	struct dentry *parent;		/* n: itself for a root */
	struct list_head children, sibling;	/* n */
	struct inode *inode;		/* n: NULL: negative */
	struct super_block *mounted;	/* n: super block mounted here */
	struct super_block *sb;		/* c */
	int count;			/* n: references, children included */
	u32 hash;
	u16 len;
	char *name;			/* n: with NUL; iname or kmalloc'ed */
	char iname[DNAME_INLINE];
};

struct file_operations {
	long (*read)(struct file *file, char *buf, size_t n, loff_t *pos);
	long (*write)(struct file *file, const char *buf, size_t n,
		      loff_t *pos);
	/* Calls emit until it returns non-zero (stop). => 0 or -E */
	int (*readdir)(struct file *file, void *ctx,
		       int (*emit)(void *ctx, const char *name, int len,
				   loff_t pos, u32 ino, u8 type));
	loff_t (*lseek)(struct file *file, loff_t offset, int whence);
	int (*ioctl)(struct file *file, unsigned int cmd, unsigned long arg);
	unsigned int (*poll)(struct file *file);
	int (*open)(struct inode *inode, struct file *file);
	void (*release)(struct inode *inode, struct file *file);
	int (*fsync)(struct file *file);
	/* The number of areas that map the file changes by n.  May
	 * be NULL; no sleep */
	void (*mapped)(struct file *file, int n);
};

/* Read-ahead state of one open file. */
struct readahead {
	unsigned long next;	/* page index expected from a sequential read */
	unsigned long ahead;	/* first page not requested yet */
	unsigned int window;	/* pages of the last chunk; 0: random */
};

struct file {
	struct inode *inode;		/* c */
	struct dentry *dentry;		/* c: NULL for pipes */
	u32 flags;			/* n: O_* */
	int count;			/* n: descriptors and mappings */
	loff_t pos;			/* n */
	struct readahead ra;		/* n */
	const struct file_operations *fops;	/* c */
	void *private;			/* private to the driver */
};

/* One descriptor slot: reserved while file is NULL. */
struct fd {
	struct file *file;
	bool taken, cloexec;
};

struct files_struct {
	int count;
	u32 size, lowest;		/* slots; none below lowest is free */
	struct fd *fd;			/* first[], or a kmalloc'ed array */
	struct fd first[FDS_FIRST];
};

struct fs_struct {
	int count;
	struct dentry *root, *cwd;
	u32 umask;
};
