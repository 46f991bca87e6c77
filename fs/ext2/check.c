/*
 * fs/ext2/check.c - checks the super block and group descriptors at mount.
 *
 * Every number by which the file system later divides, shifts or indexes is
 * checked once, at mount.  A function here returns NULL, or one line that
 * describes the fault; super.c prints it and refuses the mount.
 */
#include "fs/ext2/group.h"

/* Feature names, by bit, as tune2fs prints them. */
static const char *const incompat_names[32] = { "compression", "filetype",
	"needs_recovery", "journal_dev", "meta_bg", [6] = "extents", "64bit",
	"mmp", "flex_bg", "ea_inode", [12] = "dirdata", "metadata_csum_seed",
	"large_dir", "inline_data", "encrypt", "casefold" };
static const char *const ro_compat_names[32] = { "sparse_super", "large_file",
	"btree_dir", "huge_file", "uninit_bg", "dir_nlink", "extra_isize",
	"snapshot", "quota", "bigalloc", "metadata_csum", "replica",
	"read-only", "project", "shared_blocks", "verity", "orphan_present" };

/* => NULL: no feature; else "why" and their names, valid until the next call */
static const char *with_names(const char *why, u32 features,
			      const char *const names[32])
{
	static char text[160];
	size_t n = snprintf(text, sizeof(text), "%s", why);

	for (u32 bit = 0; bit < 32 && n < sizeof(text); bit++)
		if (features >> bit & 1)
			n += snprintf(text + n, sizeof(text) - n, " %s",
				      names[bit] ? names[bit] : "(unknown)");
	return features ? text : NULL;
}

/* => NULL, or the reason why only a read-only mount is allowed */
const char *ext2_check_write(const struct ext2_super_block *es)
{
	return !es->s_rev_level ? NULL :
	       with_names("it has features that ext2 can only read:",
			  es->s_feature_ro_compat & ~(u32)EXT2_RO_COMPAT_SUPP,
			  ro_compat_names);
}

static const char *check_features(const struct ext2_super_block *es)
{
	u32 unknown = es->s_feature_incompat & ~(u32)EXT2_INCOMPAT_SUPP;

	return !es->s_rev_level ? NULL :
	       with_names(unknown & EXT2_FEATURE_INCOMPAT_RECOVER ?
			  "its journal must be replayed by e2fsck first:" :
			  "it has features that ext2 does not know:",
			  unknown, incompat_names);
}

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
	fault = check_features(es);
	if (!fault)
		fault = check_blocks(es, device_bytes);
	return fault ? fault : check_inodes(es);
}

static bool inside_group(u32 block, u32 count, u32 start, u32 end)
{
	return block >= start && block < end && count <= end - block;
}

/* => NULL, or the fault in the descriptor of *group; sb is set up */
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
