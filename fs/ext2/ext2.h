/*
 * fs/ext2/ext2.h - ext2 in memory, and the functions its files share.
 *
 * No lock protects the bitmaps, counters and block pointers: the kernel is not
 * preemptive, and no change of them sleeps between test and update.  A lock
 * would deadlock: getblk() may write back other files to find memory, and that
 * may enter ext2 again.
 *
 * Letters: (c) constant after mount or creation; (n) as explained above; (i)
 * i_sem.
 */
#pragma once

#include "fs/vfs/page_file.h"
#include "fs/buffer/buffer.h"
#include "fs/ext2/ext2_disk.h"
#include "fs/fs.h"

/* Blocks kept for a growing file behind its last one; not guaranteed. */
struct ext2_window {
	u32 ino;
	u32 start, end;		/* n: [start, end); equal: unused */
};
#define EXT2_WINDOWS	8
#define EXT2_WINDOW	32	/* blocks */

/* super_block.private */
struct ext2_sb_info {
	struct buffer_head *sbh;	/* c: held while mounted */
	struct ext2_super_block *es;	/* n: in sbh */
	struct buffer_head **desc;	/* c: blocks of descriptors, held */
	struct ext2_group *group;	/* n: groups of them (group.h) */
	u32 groups;			/* c */
	u32 desc_per_block;		/* c */
	u32 data_start;			/* c: first behind the descriptors */
	u32 inodes_per_block;		/* c */
	u32 itable_blocks;		/* c: of a group's inode table */
	u32 inode_size;			/* c: bytes */
	u32 first_ino;			/* c */
	u32 addr_bits;			/* c: log2 of pointers in a block */
	bool filetype;			/* c: entries carry a file type */
	u16 mount_state;		/* c: s_state as found at mount */
	u32 next_generation;		/* n: of the next new inode */
	struct ext2_window window[EXT2_WINDOWS];	/* n */
	u32 next_window;		/* n: index for the next file */
	bool holding;			/* n: a group has held_... (reuse.c) */
};

/* inode.fs_data */
struct ext2_inode_info {
	u32 block[EXT2_N_BLOCKS];	/* n: pointers, or a short symlink */
	u32 flags;			/* n: as on the disk */
	u32 file_acl;			/* c: block, counted in i_blocks */
	u32 generation;			/* c */
	u32 dtime;			/* n: seconds; 0: not deleted */
	u32 group;			/* c: of the inode */
	u32 next_block;			/* n: for this block of the file ... */
	u32 next_goal;			/* n: ... this is the goal; 0: none */
	u32 dir_hint;			/* i: page of the last entry found */
	u32 born;			/* c: jiffies at creation */
	u32 linked;			/* n: bit i: block[i] is a new block of
					   pointers or names that the drive may
					   lose: the table must not have it */
	bool fresh;			/* n: never written to the table */
	bool named;			/* n: a name of it may be on disk */
};

static inline struct ext2_sb_info *ext2_sb(const struct super_block *sb)
{
	return sb->private;
}

static inline struct ext2_inode_info *ext2_i(struct inode *inode)
{
	return (struct ext2_inode_info *)inode->fs_data;
}

static inline bool ext2_is_fast_symlink(struct inode *inode)
{
	u32 acl = ext2_i(inode)->file_acl ? inode->sb->blocksize >> 9 : 0;

	return S_ISLNK(inode->mode) && inode->blocks == acl;
}

/* super.c */
/* Reports a corrupt disk: prints, marks the super block and makes the file
 * system read-only. => does not sleep */
void ext2_error(struct super_block *sb, const char *fmt, ...) __printf(2, 3);

/* check.c: => NULL, or the reason why this must not be mounted */
const char *ext2_check_write(const struct ext2_super_block *es);
const char *ext2_check_super(const struct ext2_super_block *es,
			     u64 device_bytes);
const char *ext2_check_groups(struct super_block *sb, u32 *group);

/* balloc.c */
/* => a block near goal, marked in use; 0 with *err set
 * (-ENOSPC, -EIO); sleeps */
u32 ext2_new_block(struct inode *inode, u32 goal, int *err);
/* Drops the file's window. => no sleep */
void ext2_drop_window(struct inode *inode);
/* Frees blocks whose buffers are gone. hold: the disk may still refer to them
 * (reuse.c). sleeps */
void ext2_free_blocks(struct super_block *sb, u32 block, u32 count, bool hold);

/* ialloc.c */
/* => hashed, dirty, one reference, nlink 1; or ERR_PTR; sleeps */
struct inode *ext2_new_inode(struct inode *dir, u32 mode);
/* Frees an inode number. dir: of a directory; hold: the disk may
 * refer to it. sleeps */
void ext2_free_inode(struct super_block *sb, u32 ino, bool dir, bool hold);
extern u32 ext2_reuse_at_once;	/* reuse.c: holds nothing, as 2.4.7 */

/* inode.c */
void ext2_read_inode(struct inode *inode);
bool ext2_inode_in_use(struct super_block *sb, u32 ino);	/* sleeps */
int ext2_write_inode(struct inode *inode, bool wait);
int ext2_store_inode(struct inode *inode, bool wait);
void ext2_delete_inode(struct inode *inode);
void ext2_set_ops(struct inode *inode, dev_t rdev);	/* by mode */

/* map.c */
get_block_t ext2_get_block;
/* truncate.c: => i_sem held, or no other user; pages beyond are gone; sleeps */
void ext2_truncate(struct inode *inode);

/* dir.c: names in pages; the directory's i_sem is held, all sleep */
/* => the entry and its page with a reference; NULL: none; or ERR_PTR */
struct ext2_dir_entry *ext2_find_entry(struct inode *dir, const char *name,
				       u32 len, struct page **page);
int ext2_add_entry(struct inode *dir, struct dentry *dentry,
		   struct inode *inode);
/* Both drop the page; inode "old" loses the name. */
int ext2_delete_entry(struct inode *dir, struct ext2_dir_entry *entry,
		      struct page *page, struct inode *old);
int ext2_set_entry(struct inode *dir, struct ext2_dir_entry *entry,
		   struct page *page, struct inode *old, struct inode *inode);
int ext2_make_empty(struct inode *inode, struct inode *parent);
int ext2_empty_dir(struct inode *inode);	/* => 1, 0 or -E */
extern const struct file_operations ext2_dir_fops;

/* namei.c, file.c */
extern const struct inode_operations ext2_dir_ops, ext2_file_ops;
extern const struct inode_operations ext2_symlink_ops;
extern const struct file_operations ext2_file_fops;
extern const struct page_file_operations ext2_aops, ext2_dir_aops;
