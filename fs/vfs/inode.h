/*
 * fs/vfs/inode.h - inodes in memory: lookup, references, writeback.
 *
 * Every function may sleep unless its comment says otherwise.  A function that
 * returns a pointer and can fail returns ERR_PTR, never NULL, unless its
 * comment says otherwise.
 */
#pragma once

#include "fs/fs.h"

/* --- fs/vfs/inode.c --- */
/* => the inode with a reference, read by sb->ops->read_inode; -EIO: bad */
struct inode *iget(struct super_block *sb, u32 ino);
/* => count 1, nlink 1, times now; set ino, then insert_inode_hash() */
struct inode *new_inode(struct super_block *sb);
void insert_inode_hash(struct inode *inode);
struct inode *igrab(struct inode *inode);	/* takes a reference */
/* Drops a reference.  The last one of an inode with nlink 0 drops its pages,
 * then calls sb->ops->delete_inode (blocks, disk inode), then clear_inode. */
void iput(struct inode *inode);			/* NULL is allowed */
void drop_inode_pages(struct super_block *sb);	/* after sync_inodes() */
bool invalidate_inodes(struct super_block *sb);	/* => true: some in use */
/* For a device, FIFO or socket: sets mode, rdev, fops. */
void init_special_inode(struct inode *inode, u32 mode, dev_t rdev);
/* Sets the fops of a type: S_IFCHR, S_IFBLK or S_IFIFO */
void register_special(u32 type, const struct file_operations *fops);
/* Sets i_size: drops pages, then calls ops->truncate. i_sem held */
int inode_set_size(struct inode *inode, loff_t size);
void inode_touch_atime(struct inode *inode);
struct timestamp current_time(const struct inode *inode);	/* no sleep */
extern unsigned long nr_inodes, nr_inodes_unused;

/* For a_ops->key: the inode's device and number. */
void inode_key(const struct address_space *mapping, u32 *space, u32 *owner);

/* --- fs/vfs/writeback.c --- */
void mark_inode_dirty(struct inode *inode);	/* I_DIRTY_SYNC; no sleep */
/* For a_ops->mark_dirty_pages: sets I_DIRTY_PAGES */
void inode_mark_dirty_pages(struct address_space *mapping);
/* Writes pages, then the inode. wait: for both. => 0 or the first -E */
int write_inode_now(struct inode *inode, bool wait);
/* Writes inodes, super blocks, buffers, drive caches; NULL: all
 * disks. => 0, -E */
int fsync_dev(struct blk_dev *dev);
void kupdate_start(void);	/* starts the thread kupdate */
