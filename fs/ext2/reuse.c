/*
 * fs/ext2/reuse.c - what is free, but not for the disk.
 *
 * The disk may still refer to what was given back: used again and written
 * first, it would have two owners after a power cut.  So it is held: free in
 * bitmap and counters, in use in a copy of the bitmap, where takers look.  The
 * copies go after a sync, or one of metadata when nothing else can be had.  Not
 * held is what the disk never knew: blocks of an inode that is not in its table
 * yet, an inode whose names are in no block that was written since.
 *
 * Locks: none (fs/ext2/ext2.h says why).
 * Called by balloc.c, ialloc.c, super.c.  Calls the buffer cache.
 */
#include "fs/ext2/group.h"
#include "mm/heap/slab.h"

u32 ext2_reuse_at_once;

void ext2_release_held(struct super_block *sb)
{
	struct ext2_sb_info *info = ext2_sb(sb);

	for (u32 i = 0; info->holding && i < info->groups; i++) {
		struct ext2_group *group = &info->group[i];

		kfree(group->held_blocks);
		kfree(group->held_inodes);
		group->held_blocks = group->held_inodes = NULL;
		group->first_free = min(group->first_free, group->first_held);
		group->first_held = ~0u;
	}
	info->holding = false;
}

/* Without memory for a copy nothing is held: the disk is told now. */
void ext2_hold(struct super_block *sb, void **held, const void *bitmap)
{
	void *copy;

	ext2_release_settled(sb);
	copy = *held ? NULL : kmalloc(sb->blocksize, GFP_NOFS);
	if (!*held && !copy)
		sync_metadata(sb->dev);
	if (!*held && copy) {
		*held = memcpy(copy, bitmap, sb->blocksize);
		copy = NULL;
	}
	kfree(copy);
	ext2_sb(sb)->holding = true;
	hold_metadata(sb->dev);
}

bool ext2_settle(struct super_block *sb, int *err)
{
	if (!ext2_sb(sb)->holding)
		return false;
	if (!metadata_settled(sb->dev))
		*err = sync_metadata(sb->dev);
	ext2_release_settled(sb);
	return *err != -EIO;
}
