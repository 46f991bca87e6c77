/*
 * tests/host/test_ext2_alloc.c - ext2's allocators against a shadow.
 *
 *	test_ext2_alloc IMAGE
 *
 * Takes and gives back blocks and inodes of the image at random; every answer
 * is checked against an array that knows what is in use.  In the end all is
 * given back, so that e2fsck finds the image as it was made.
 */
#include <stdio.h>

#include "fs/ext2/group.h"
#include "tests/host/ext2_fakes.h"

#define BLOCKS	40000

static struct super_block *sb;
static struct ext2_sb_info *info;
static u8 ours[BLOCKS];			/* taken by the test */
static u32 taken[BLOCKS], ntaken;
static u64 rng = 99;

static u32 rnd(u32 n)
{
	rng = rng * 6364136223846793005ull + 1442695040888963407ull;
	return (u32)(rng >> 33) % n;
}

static void check(bool ok, const char *what, u32 a, u32 b)
{
	if (ok && !fake_log_lines)
		return;
	printf("FAIL ext2_alloc: %s: %u, %u %s\n", what, a, b, fake_log);
	exit(1);
}

/* ---- bitmap.c against the obvious loops ---- */

static u32 slow_next_zero(const u8 *map, u32 bits, u32 from)
{
	while (from < bits && map[from / 8] >> from % 8 & 1)
		from++;
	return min(from, bits);
}

static void test_bitmap(void)
{
	static u32 map[256];
	u8 *bytes = (u8 *)map;

	for (int round = 0; round < 20000; round++) {
		u32 bits = 1 + rnd(sizeof(map) * 8), from = rnd(bits + 3), bit;
		u32 holes = rnd(20);

		memset(map, rnd(8) ? 0xff : 0, sizeof(map));
		while (holes--)
			ext2_clear_bit(map, rnd(bits));
		if (!rnd(3))
			bytes[rnd(bits / 8 + 1)] = 0;
		bit = ext2_next_zero(map, bits, from);
		check(bit == slow_next_zero(bytes, bits, from), "next_zero",
		      from, bit);
		bit = ext2_find_room(map, bits, from);
		if (slow_next_zero(bytes, bits, 0) == bits)
			check(bit == bits, "room in a full map", bits, bit);
		else
			check(bit < bits && !ext2_test_bit(map, bit), "room",
			      from, bit);
		if (from < bits && !ext2_test_bit(map, from))
			check(bit == from, "free goal", from, bit);
	}
}

/* ---- blocks ---- */

static u32 count_bits(bool inodes)
{
	u32 zeros = 0;

	for (u32 group = 0; group < info->groups; group++) {
		struct ext2_group_desc *desc = ext2_desc(sb, group, NULL);
		u32 start = info->es->s_first_data_block +
			    group * info->es->s_blocks_per_group;
		u32 bits = inodes ? info->es->s_inodes_per_group :
			   min(info->es->s_blocks_per_group,
			       info->es->s_blocks_count - start);
		struct buffer_head *bh = bread(sb->dev,
				inodes ? desc->bg_inode_bitmap :
				desc->bg_block_bitmap, sb->blocksize);
		u32 free_here = 0;

		for (u32 i = 0; i < bits; i++)
			free_here += !ext2_test_bit(bh->b_data, i);
		brelse(bh);
		check(free_here == (inodes ? desc->bg_free_inodes_count :
				    desc->bg_free_blocks_count),
		      "group's free count", group, free_here);
		zeros += free_here;
	}
	return zeros;
}

static void check_counts(void)
{
	check(count_bits(false) == info->es->s_free_blocks_count, "free blocks",
	      info->es->s_free_blocks_count, 0);
	check(count_bits(true) == info->es->s_free_inodes_count, "free inodes",
	      info->es->s_free_inodes_count, 0);
}

static bool take(struct inode *inode, u32 goal)
{
	int err = 0;
	u32 was = info->es->s_free_blocks_count;
	u32 block = ext2_new_block(inode, goal, &err);

	if (!block) {
		check(err == -ENOSPC && !was, "refused with free blocks", was,
		      (u32)-err);
		return false;
	}
	check(ext2_block_ok(sb, block) && !ours[block], "taken twice", block,
	      goal);
	ours[block] = 1;
	taken[ntaken++] = block;
	return true;
}

/* Frees a block that the test has taken, and those behind it if it has them. */
static void give(void)
{
	u32 block = taken[rnd(ntaken)], n = 1, kept = 0;

	while (n < 300 && block + n < BLOCKS && ours[block + n])
		n++;
	ext2_free_blocks(sb, block, n, rnd(2));
	memset(ours + block, 0, n);
	for (u32 i = 0; i < ntaken; i++)
		if (ours[taken[i]])
			taken[kept++] = taken[i];
	ntaken = kept;
}

static void test_blocks(struct inode *inode)
{
	u32 before = info->es->s_free_blocks_count, goal = 0;

	for (int i = 0; i < 4000; i++) {
		if (ntaken && !rnd(12)) {
			give();
		} else {
			bool follow = rnd(4) && ntaken;

			goal = follow ? taken[ntaken - 1] + 1
				      : rnd(info->es->s_blocks_count + 10);
			if (!take(inode, goal))
				break;
			if (follow && goal < BLOCKS && !ours[goal])
				check(taken[ntaken - 1] != 0, "goal", goal, 0);
		}
	}
	check_counts();
	while (take(inode, rnd(info->es->s_blocks_count)))
		;
	check(!info->es->s_free_blocks_count && !count_bits(false), "full",
	      info->es->s_free_blocks_count, 0);
	check_counts();
	while (ntaken)
		give();
	check(info->es->s_free_blocks_count == before, "all given back",
	      info->es->s_free_blocks_count, before);
	check_counts();
}

/* A file written in one go on an empty disk lies in one piece. */
static void test_contiguous(struct inode *inode)
{
	u32 goal = 0, breaks = 0;

	for (int i = 0; i < 500; i++) {
		take(inode, goal);
		breaks += goal && taken[ntaken - 1] != goal;
		goal = taken[ntaken - 1] + 1;
	}
	check(breaks <= 2, "pieces", breaks, 0);
	while (ntaken)
		give();
}

static void test_inodes(struct inode *root)
{
	static struct inode *made[BLOCKS];
	u32 before = info->es->s_free_inodes_count, n = 0, dirs = 0;

	for (;;) {
		bool dir = !rnd(4);
		struct inode *inode = ext2_new_inode(root, dir ? S_IFDIR | 0755
						     : S_IFREG | 0644);

		if (IS_ERR(inode)) {
			check(PTR_ERR(inode) == -ENOSPC, "inode", n, 0);
			break;
		}
		check(inode->ino >= info->first_ino, "reserved", inode->ino,
		      n);
		dirs += dir;
		made[n++] = inode;
	}
	check(n == before && !info->es->s_free_inodes_count, "all inodes", n,
	      before);
	check_counts();
	while (n) {
		made[--n]->nlink = 0;
		iput(made[n]);
	}
	check(info->es->s_free_inodes_count == before, "inodes given back",
	      info->es->s_free_inodes_count, before);
	check_counts();
}

/* A block that is held counts as free, and is taken last: after
 * the metadata is synced, which a sync may have done before. */
static void test_held(struct inode *inode, bool synced)
{
	u32 before = info->es->s_free_blocks_count, block;
	int err;

	check(take(inode, 0), "a block", 0, 0);
	block = taken[--ntaken];
	ours[block] = 0;
	ext2_free_blocks(sb, block, 1, true);
	check(info->es->s_free_blocks_count == before, "free at once", before,
	      info->es->s_free_blocks_count);
	fake_metadata_syncs = 0;
	if (synced)
		fake_sync();
	while (info->es->s_free_blocks_count > 1)
		check(take(inode, block) && ours[block] <= synced, "held",
		      block, 0);
	check(!fake_metadata_syncs, "synced early", fake_metadata_syncs, 0);
	check(take(inode, block) && ours[block], "released", block, 0);
	check(fake_metadata_syncs == !synced, "synced", fake_metadata_syncs, 0);
	check(!ext2_new_block(inode, 0, &err) && err == -ENOSPC, "full", err,
	      0);
	check(fake_metadata_syncs == !synced, "not synced again", err, 0);
	while (ntaken)
		give();
	check_counts();
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	test_bitmap();
	fake_load(argv[1]);
	fake_strict = true;
	sb = fake_mount(0);
	if (!sb)
		return 2;
	info = ext2_sb(sb);
	check(info->es->s_blocks_count <= BLOCKS, "image too large", 0, 0);
	for (int round = 0; round < 3; round++) {
		fake_no_memory = round == 1;
		test_contiguous(sb->root->inode);
		test_blocks(sb->root->inode);
		test_inodes(sb->root->inode);
		fake_evict();
		fake_no_memory = false;
		test_held(sb->root->inode, round == 1);
		fake_evict();
	}
	if (fake_umount())
		return 1;
	fake_save(argv[1]);
	return 0;
}
