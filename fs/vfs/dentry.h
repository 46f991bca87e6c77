/*
 * fs/vfs/dentry.h - the dentry cache, and the walk along a path.
 *
 * Every function may sleep unless its comment says otherwise.  A function that
 * returns a pointer and can fail returns ERR_PTR, never NULL, unless its
 * comment says otherwise.
 */
#pragma once

#include "fs/fcntl.h"
#include "fs/fs.h"

/* --- fs/vfs/dcache.c --- */
static inline struct dentry *dget(struct dentry *dentry)
{
	dentry->count++;
	return dentry;
}
void dput(struct dentry *dentry);	/* NULL is allowed */
/* => a reference; NULL: not in the cache.  Does not sleep */
struct dentry *d_lookup(struct dentry *parent, const char *name, u32 len);
/* => count 1, negative, not hashed; -ENOMEM */
struct dentry *d_alloc(struct dentry *parent, const char *name, u32 len);
/* For read_super: takes over the inode's reference, also on failure. */
struct dentry *d_alloc_root(struct inode *inode);
/* For lookup and create: takes over the reference; NULL makes it negative */
void d_instantiate(struct dentry *dentry, struct inode *inode);
void d_hash(struct dentry *dentry);
void d_drop(struct dentry *dentry);	/* unhash */
void d_delete(struct dentry *dentry);	/* after unlink, rmdir */
void d_move(struct dentry *dentry, struct dentry *target);
void dcache_shrink_sb(struct super_block *sb);		/* frees all unused */
/* => start of the path, in buf[size]; -ENAMETOOLONG */
char *d_path(struct dentry *dentry, char *buf, size_t size);
extern unsigned long nr_dentries, nr_dentries_unused;

/* --- fs/vfs/namei.c, fs/vfs/getname.c: names are kernel memory --- */
#define LOOKUP_FOLLOW		1u	/* follow a symlink at the end */
#define LOOKUP_DIRECTORY	2u	/* fail unless it is a directory */
#define MAY_EXEC		1
#define MAY_WRITE		2
#define MAY_READ		4
/* => a kernel copy of a user's path; -EFAULT, -ENAMETOOLONG, -ENOENT: "" */
char *getname(const char __user *user);
void putname(char *name);
int path_lookup(const char *name, unsigned int flags, struct dentry **res);
int path_lookup_at(int dirfd, const char *name, unsigned int flags,
		   struct dentry **res);
/* => the dentry to open: created for O_CREAT, permissions checked. */
int open_namei(int dirfd, const char *name, u32 flags, u32 mode,
	       struct dentry **res);
int permission(const struct inode *inode, int mask);	/* 0 or -EACCES... */
