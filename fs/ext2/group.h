/*
 * fs/ext2/group.h - block groups: descriptors, and the blocks of a group itself
 *
 * A group's bitmaps and inode table belong to ext2; a file's pointer to one of
 * these blocks is an error of the disk.  Letters as in fs/ext2/ext2.h.
 */
#pragma once

#include "fs/ext2/ext2.h"

/* In-memory state of a group, besides its descriptor. */
struct ext2_group {
	u32 own_end;		/* c: bitmaps and table lie before this block */
	u32 first_free;		/* n: no block below this bit may be taken */
	u32 first_held;		/* n: none below this bit is held */
	bool blocks_seen;	/* n: its block bitmap was checked */
	bool inodes_seen;	/* n: its inode bitmap was checked */
	void *held_blocks;	/* n: bitmaps in which held bits are set */
	void *held_inodes;	/* n: too (reuse.c); NULL: none held */
};

/* balloc.c */
struct ext2_group_desc *ext2_desc(struct super_block *sb, u32 group,
				  struct buffer_head **bh);
/* => the bitmap, for brelse(); NULL: unreadable, or maybe stale; sleeps */
struct buffer_head *ext2_read_bitmap(struct super_block *sb, u32 block);
/* => true: a bitmap or inode-table block of its group */
bool ext2_is_metadata(struct super_block *sb, u32 block);

/* reuse.c */
/* Call before bits are cleared, after the references to their blocks or inodes
 * were dirtied. sleeps */
void ext2_hold(struct super_block *sb, void **held, const void *bitmap);
void ext2_release_held(struct super_block *sb);		/* all of them */
/* Call when no free bit was found. => true: search again; false: *err is kept,
 * or -EIO; sleeps */
bool ext2_settle(struct super_block *sb, int *err);

static inline void ext2_release_settled(struct super_block *sb)
{
	if (ext2_sb(sb)->holding && metadata_settled(sb->dev))
		ext2_release_held(sb);
}

/* => the map in which a zero bit may be allocated */
static inline void *ext2_taken(void *held, struct buffer_head *bitmap)
{
	return held ? held : bitmap->b_data;
}

static inline u32 ext2_group_of(const struct super_block *sb, u32 block)
{
	const struct ext2_super_block *es = ext2_sb(sb)->es;

	return (block - es->s_first_data_block) / es->s_blocks_per_group;
}

/* => true: a data block that a file may have.  Called for each block read;
 * nearly all pass by the test of own_end. */
static inline bool ext2_block_ok(struct super_block *sb, u32 block)
{
	const struct ext2_sb_info *info = ext2_sb(sb);

	return block >= info->data_start && block < info->es->s_blocks_count &&
	       (block >= info->group[ext2_group_of(sb, block)].own_end ||
		!ext2_is_metadata(sb, block));
}
