/*
 * fs/ext2/reuse.c - freed blocks and inodes, held until the disk agrees.
 *
 * The disk may still refer to a freed block or inode.  If it were reused and
 * written first, it would have two owners after a power cut.  So it is held:
 * free in bitmap and counters, but in use in a copy of the bitmap, which is
 * searched for free bits.  The copies are dropped after a sync, or after a sync
 * of metadata when no other free bit is found.  Blocks and inodes unknown to
 * the disk are not held: blocks of an inode that is not in its table yet, and
 * an inode whose names are in no block written since.
 *
 * Locks: none (fs/ext2/ext2.h explains why).
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

/* Without memory for a copy nothing is held: metadata is synced instead. */
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
