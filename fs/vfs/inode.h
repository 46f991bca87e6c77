/*
 * fs/vfs/inode.h - inodes in memory: found, kept, written back.
 *
 * Every function may sleep unless it says not; one that returns a pointer and
 * can fail returns ERR_PTR, never NULL, unless it says so.
 */
#pragma once

#include "fs/fs.h"

/* --- fs/vfs/inode.c
 * --------------------------------------------------------- */
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

/* --- fs/vfs/writeback.c
 * ----------------------------------------------------- */
void mark_inode_dirty(struct inode *inode);	/* I_DIRTY_SYNC; no sleep */
/* For a_ops->mark_dirty_pages: I_DIRTY_PAGES */
void inode_mark_dirty_pages(struct address_space *mapping);
/* Pages, then the inode itself. wait: for both. => 0 or the first -E */
int write_inode_now(struct inode *inode, bool wait);
/* sync(2): inodes, supers, buffers, drives' caches. NULL: all. => 0, -E */
int fsync_dev(struct blk_dev *dev);
void kupdate_start(void);	/* the thread that writes what is old */
