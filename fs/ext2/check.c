/*
 * fs/ext2/check.c - may this super block be believed?
 *
 * Every number that the file system later divides by, shifts by or indexes
 * with is checked once, at mount.  A function here returns NULL, or one line
 * that says what is wrong; super.c prints it and refuses.
 *
 * Called by super.c only.
 */
#include "fs/ext2/group.h"

static const char *check_blocks(const struct ext2_super_block *es,
				u64 device_bytes)
{
	u32 blocksize, first;

	if (es->s_log_block_size > 2)
		return "block size is not 1, 2 or 4 KB";
	if (es->s_log_frag_size != es->s_log_block_size)
		return "fragments differ in size from blocks";
	blocksize = 1024u << es->s_log_block_size;
	first = blocksize == 1024 ? 1 : 0;
	if (es->s_first_data_block != first)
		return "first data block is wrong";
	if (es->s_blocks_per_group < 8 || es->s_blocks_per_group & 7 ||
	    es->s_blocks_per_group > 8 * blocksize)
		return "blocks per group are impossible";
	if (es->s_blocks_count <= first + 4)
		return "too few blocks";
	if ((u64)es->s_blocks_count * blocksize > device_bytes)
		return "it is larger than its device";
	if (es->s_free_blocks_count > es->s_blocks_count ||
	    es->s_r_blocks_count > es->s_blocks_count)
		return "more blocks are free or reserved than there are";
	return NULL;
}

static const char *check_inodes(const struct ext2_super_block *es)
{
	u32 blocksize = 1024u << es->s_log_block_size;
	u32 groups = div_round_up(es->s_blocks_count - es->s_first_data_block,
				  es->s_blocks_per_group);
	u32 size = es->s_rev_level ? es->s_inode_size
				   : EXT2_GOOD_OLD_INODE_SIZE;
	u32 first = es->s_rev_level ? es->s_first_ino
				    : EXT2_GOOD_OLD_FIRST_INO;

	if (size != 128 && size != 256)
		return "inode size is not 128 or 256 bytes";
	if (es->s_inodes_per_group < blocksize / size ||
	    es->s_inodes_per_group > 8 * blocksize)
		return "inodes per group are impossible";
	if (es->s_inodes_count != (u64)es->s_inodes_per_group * groups)
		return "inode count is not that of its groups";
	if (es->s_free_inodes_count > es->s_inodes_count)
		return "more inodes are free than there are";
	if (first < EXT2_GOOD_OLD_FIRST_INO || first > es->s_inodes_per_group)
		return "first inode is impossible";
	return NULL;
}

const char *ext2_check_super(const struct ext2_super_block *es,
			     u64 device_bytes)
{
	const char *fault;

	if (es->s_magic != EXT2_SUPER_MAGIC)
		return "there is no ext2 on it (bad magic)";
	if (es->s_rev_level > 1)
		return "revision is unknown";
	if (es->s_rev_level == 1 &&
	    es->s_feature_incompat & ~(u32)EXT2_INCOMPAT_SUPP)
		return "it has features that ext2 does not know";
	fault = check_blocks(es, device_bytes);
	return fault ? fault : check_inodes(es);
}

static bool inside_group(u32 block, u32 count, u32 start, u32 end)
{
	return block >= start && block < end && count <= end - block;
}

/* => NULL, or what is wrong with the descriptor of *group; sb is set up */
const char *ext2_check_groups(struct super_block *sb, u32 *group)
{
	struct ext2_sb_info *info = ext2_sb(sb);
	const struct ext2_super_block *es = info->es;
	u32 start = es->s_first_data_block;

	if (info->data_start >= es->s_blocks_count)
		return "too many groups for its blocks";
	for (*group = 0; *group < info->groups; (*group)++) {
		struct ext2_group_desc *desc = ext2_desc(sb, *group, NULL);
		u32 left = es->s_blocks_count - start;
		u32 blocks = min(left, es->s_blocks_per_group);
		u32 end = start + blocks;

		start = max(start, info->data_start);
		if (!inside_group(desc->bg_block_bitmap, 1, start, end))
			return "block bitmap is not in the group";
		if (!inside_group(desc->bg_inode_bitmap, 1, start, end))
			return "inode bitmap is not in the group";
		if (!inside_group(desc->bg_inode_table, info->itable_blocks,
				  start, end))
			return "inode table is not in the group";
		if (desc->bg_block_bitmap == desc->bg_inode_bitmap ||
		    desc->bg_block_bitmap - desc->bg_inode_table <
			    info->itable_blocks ||
		    desc->bg_inode_bitmap - desc->bg_inode_table <
			    info->itable_blocks)
			return "bitmaps and inode table overlap";
		if (desc->bg_free_blocks_count > blocks ||
		    desc->bg_free_inodes_count > es->s_inodes_per_group ||
		    desc->bg_used_dirs_count > es->s_inodes_per_group)
			return "it counts more than the group has";
		start = end;
	}
	return NULL;
}
