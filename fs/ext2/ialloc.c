/*
 * fs/ext2/ialloc.c - inodes: allocated and freed.
 *
 * A file's inode is allocated in the group of its directory, so that a
 * directory and its files are close together.  A new directory is allocated in
 * the group with most free blocks among those with at least an average number
 * of free inodes, so that directories spread over the disk.
 *
 * Invariants: inode bitmap, descriptor and super block change without a sleep
 * in between; reserved inodes are never allocated or freed.
 * Locks: none (fs/ext2/ext2.h explains why).
 */
#include "fs/ext2/bitmap.h"
#include "fs/ext2/group.h"
#include "fs/vfs/inode.h"
#include "kernel/core/task.h"

/* => the group with most free blocks of those not short of inodes */
static u32 group_for_dir(struct super_block *sb)
{
	struct ext2_sb_info *info = ext2_sb(sb);
	u32 average = info->es->s_free_inodes_count / info->groups;
	u32 best = 0, best_blocks = 0;

	for (u32 group = 0; group < info->groups; group++) {
		struct ext2_group_desc *desc = ext2_desc(sb, group, NULL);

		if (!desc->bg_free_inodes_count ||
		    desc->bg_free_inodes_count < average ||
		    desc->bg_free_blocks_count <= best_blocks)
			continue;
		best = group;
		best_blocks = desc->bg_free_blocks_count;
	}
	return best;
}

static void count_inodes(struct super_block *sb, u32 group, int change,
			 bool dir)
{
	struct buffer_head *bh;
	struct ext2_group_desc *desc = ext2_desc(sb, group, &bh);

	desc->bg_free_inodes_count += (u16)change;
	if (dir)
		desc->bg_used_dirs_count -= (u16)change;
	ext2_sb(sb)->es->s_free_inodes_count += (u32)change;
	sb->dirty = true;
	__mark_buffer_dirty(bh);
}

/* => the group's bitmap, for brelse(); NULL: unreadable or corrupt */
static struct buffer_head *read_inode_bitmap(struct super_block *sb, u32 group)
{
	struct ext2_sb_info *info = ext2_sb(sb);
	struct ext2_group *known = &info->group[group];
	struct buffer_head *bh = ext2_read_bitmap(sb,
			ext2_desc(sb, group, NULL)->bg_inode_bitmap);
	u32 reserved = group ? 0 : info->first_ino - 1;

	if (!bh)
		return NULL;
	if (!known->inodes_seen &&
	    ext2_next_zero(bh->b_data, reserved, 0) != reserved) {
		ext2_error(sb, "group %u: inode bitmap is corrupt: reserved"
			   " inodes are free in it", group);
		brelse(bh);
		return NULL;
	}
	known->inodes_seen = true;
	return bh;
}

/* Allocates an inode number of the group. => the number; 0:
 * none, or *err set */
static u32 take_number(struct super_block *sb, u32 group, bool dir,
			   int *err)
{
	u32 per_group = ext2_sb(sb)->es->s_inodes_per_group;
	struct buffer_head *bh = read_inode_bitmap(sb, group);
	void *held = ext2_sb(sb)->group[group].held_inodes;
	u32 bit;

	if (!bh) {
		*err = -EIO;
		return 0;
	}
	bit = ext2_next_zero(ext2_taken(held, bh), per_group, 0);
	if (bit == per_group) {
		if (ext2_desc(sb, group, NULL)->bg_free_inodes_count && !held) {
			ext2_error(sb, "group %u: free inodes are counted, but"
				   " none is in the bitmap", group);
			*err = -EIO;
		}
		brelse(bh);
		return 0;
	}
	ext2_set_bit(bh->b_data, bit);
	ext2_set_bit(ext2_taken(held, bh), bit);
	count_inodes(sb, group, -1, dir);
	__mark_buffer_dirty(bh);
	brelse(bh);
	return group * per_group + bit + 1;
}

static u32 take_inode(struct inode *dir, bool is_dir, int *err)
{
	struct super_block *sb = dir->sb;
	u32 groups = ext2_sb(sb)->groups;
	u32 group = is_dir ? group_for_dir(sb) : ext2_i(dir)->group;

	ext2_release_settled(sb);
	do {
		*err = -ENOSPC;
		for (u32 n = 0; n < groups; n++) {
			u32 ino = 0;

			if (ext2_desc(sb, group, NULL)->bg_free_inodes_count)
				ino = take_number(sb, group, is_dir, err);
			if (ino || *err == -EIO)
				return ino;
			group = group + 1 == groups ? 0 : group + 1;
		}
	} while (ext2_settle(sb, err));
	return 0;
}

/* Sets owner and group as 2.4 does: a set-group-id directory
 * passes on its group. */
static void fill_new(struct inode *inode, struct inode *dir, u32 mode)
{
	struct ext2_sb_info *info = ext2_sb(inode->sb);
	struct ext2_inode_info *ei = ext2_i(inode);

	inode->mode = mode;
	inode->uid = current->euid;
	inode->gid = dir->mode & S_ISGID ? dir->gid : current->egid;
	if (dir->mode & S_ISGID && S_ISDIR(mode))
		inode->mode |= S_ISGID;
	memset(ei, 0, sizeof(*ei));
	ei->generation = info->next_generation++;
	ei->group = (inode->ino - 1) / info->es->s_inodes_per_group;
	ei->born = jiffies;
	ei->fresh = true;
}

struct inode *ext2_new_inode(struct inode *dir, u32 mode)
{
	struct inode *inode;
	int err = -EROFS;
	u32 ino = 0;

	if (!(dir->sb->flags & MS_RDONLY))
		ino = take_inode(dir, S_ISDIR(mode), &err);
	if (!ino)
		return ERR_PTR(err);
	if (ext2_inode_in_use(dir->sb, ino)) {
		ext2_error(dir->sb, "inode %u is in use, but free in its"
			   " bitmap", ino);
		return ERR_PTR(-EIO);
	}
	inode = new_inode(dir->sb);
	if (IS_ERR(inode)) {
		ext2_free_inode(dir->sb, ino, S_ISDIR(mode), false);
		return inode;
	}
	inode->ino = ino;
	fill_new(inode, dir, mode);
	insert_inode_hash(inode);
	mark_inode_dirty(inode);
	return inode;
}

void ext2_free_inode(struct super_block *sb, u32 ino, bool dir, bool hold)
{
	struct ext2_sb_info *info = ext2_sb(sb);
	u32 group = (ino - 1) / info->es->s_inodes_per_group;
	u32 bit = (ino - 1) % info->es->s_inodes_per_group;
	struct buffer_head *bh;
	void **held;

	if (ino < info->first_ino || ino > info->es->s_inodes_count) {
		ext2_error(sb, "inode %u to be freed is reserved or beyond the"
			   " last", ino);
		return;
	}
	bh = read_inode_bitmap(sb, group);
	if (!bh)
		return;
	held = &info->group[group].held_inodes;
	if (hold && !ext2_reuse_at_once)
		ext2_hold(sb, held, bh->b_data);
	else if (*held)
		ext2_clear_bit(*held, bit);
	if (ext2_clear_bit(bh->b_data, bit)) {
		count_inodes(sb, group, 1, dir);
		__mark_buffer_dirty(bh);
	} else {
		ext2_error(sb, "inode %u was free already", ino);
	}
	brelse(bh);
}
