/*
 * tests/host/test_ext2_edges.c - the limits of ext2's blocks: the largest
 * files, a full disk, where blocks lie, and what the disk says meanwhile.
 *
 *	test_ext2_edges IMAGE
 *
 * Each test leaves the file system as it found it; the numbers of free
 * blocks and inodes are compared.
 */
#include "fs/ext2/group.h"
#include "tests/host/ext2_cases.h"

/* Spots in every level of indirection, and one byte before the limit. */
static void test_sizes(void)
{
	u64 apb = bs / 4, n = 0;
	u64 blocks[] = { 11, 12, 11 + apb, 12 + apb, 12 + 2 * apb + 3,
			 11 + apb + apb * apb, 12 + apb + apb * apb,
			 12 + apb + 3 * apb * apb + 5 * apb + 1 };
	u32 free_before = es()->s_free_blocks_count;
	struct inode *inode = make(root, "spots", 0644);
	u32 back[2];

	for (u32 i = 0; i < ARRAY_SIZE(blocks); i++) {
		u32 mark[2] = { i, 0xabcd };
		loff_t pos = (loff_t)(blocks[i] * bs + 8 * i);

		if ((u64)pos + 8 > sb->max_bytes || pos >> 12 > 0xffffffff)
			continue;
		check(fake_write(inode, mark, 8, pos) == 8, "spot", i, pos);
		n++;
	}
	fake_evict();
	for (u32 i = 0; i < n; i++) {
		check(fake_read(inode, back, 8,
				(loff_t)(blocks[i] * bs + 8 * i)) == 8 &&
		      back[0] == i && back[1] == 0xabcd, "spot reads", i,
		      back[0]);
	}
	if (inode->size > 0x7fffffff)
		check(es()->s_feature_ro_compat &
		      EXT2_FEATURE_RO_COMPAT_LARGE_FILE, "large_file", 0, 0);
	while (n--) {
		fake_truncate(inode, (loff_t)(blocks[n] * bs));
		fake_evict();
	}
	fake_truncate(inode, 0);
	check(!inode->blocks, "blocks after truncate", inode->blocks, 0);
	iput(inode);
	check(!drop(root, "spots"), "unlink", 0, 0);
	check(es()->s_free_blocks_count == free_before, "blocks lost",
	      es()->s_free_blocks_count, free_before);
}

/* What truncate cut off must read as zeroes when the file grows again. */
static void test_tail(void)
{
	struct inode *inode = make(root, "tail", 0644);

	memset(buf, 'x', 5000);
	fake_write(inode, buf, 5000, 0);
	fake_evict();
	fake_truncate(inode, 100);
	fake_evict();
	fake_write(inode, "y", 1, 4000);
	fake_evict();
	check(fake_read(inode, buf, 4001, 0) == 4001, "tail", 0, 0);
	for (u32 i = 100; i < 4000; i++)
		check(!buf[i], "old bytes after truncate", i, buf[i]);
	iput(inode);
	drop(root, "tail");
}

/* Full: the write fails with ENOSPC, and nothing is lost. */
static void test_full(void)
{
	u32 blocks = es()->s_free_blocks_count;
	struct inode *inode = make(root, "full", 0644);
	struct dentry *dentry;
	loff_t pos = 0;
	long done;

	memset(buf, 'f', sizeof(buf));
	while ((done = fake_write(inode, buf, sizeof(buf), pos)) > 0)
		pos += done;
	check(done == -ENOSPC && inode->size == pos, "ENOSPC", done, pos);
	while (fake_write(inode, buf, bs, pos) > 0)
		pos += bs;
	check(pos > (loff_t)(blocks - blocks / 50 - 8) * bs, "filled", pos,
	      blocks);
	dentry = name(root, "nodir");
	check(root->ops->mkdir(root, dentry, 0755) == -ENOSPC,
	      "mkdir when full", 0, 0);
	fake_dput(dentry);
	fake_evict();
	for (loff_t at = 0; at < pos; at += 4096)
		check(fake_read(inode, buf, 10, at) > 0 && buf[0] == 'f',
		      "data when full", at, pos);
	iput(inode);
	check(!drop(root, "full"), "unlink when full", 0, 0);
	check(es()->s_free_blocks_count == blocks, "blocks lost",
	      es()->s_free_blocks_count, blocks);
}

/* A dirty buffer of the block's former life must not overwrite the file. */
static void test_alias(void)
{
	struct inode *inode = make(root, "alias", 0644);
	struct buffer_head *bh;
	u32 block;

	fake_write(inode, "old", 3, 0);
	block = ext2_i(inode)->block[0];
	fake_truncate(inode, 0);
	bh = getblk(sb->dev, block, bs);
	memset(bh->b_data, 0xee, bs);
	mark_buffer_uptodate(bh, true);
	mark_buffer_dirty(bh);
	brelse(bh);
	fake_write(inode, "new", 3, 0);
	check(ext2_i(inode)->block[0] == block, "same block", block,
	      ext2_i(inode)->block[0]);
	fake_evict();
	check(fake_read(inode, buf, 3, 0) == 3 && !memcmp(buf, "new", 3),
	      "alias overwrote the file", 0, 0);
	iput(inode);
	drop(root, "alias");
}

/* => places where the file's blocks do not follow each other */
static u32 pieces(struct inode *inode, u32 blocks)
{
	u32 last = 0, n = 0;

	for (u32 i = 0; i < blocks; i++) {
		struct buffer_head bh = { .b_size = (u16)bs };

		ext2_get_block(inode, i, &bh, false);
		n += bh.b_blocknr != last + 1;
		last = bh.b_blocknr;
	}
	return n;
}

/* One writer, then two in turn: files lie in few pieces all the same. */
static void test_layout(void)
{
	struct inode *one = make(root, "one", 0644);
	struct inode *two = make(root, "two", 0644);
	u32 blocks = (1 << 20) / bs, indirect = blocks / (bs / 4) + 2;

	for (u32 at = 0; at < 1 << 20; at += 4096)
		fake_write(one, buf, 4096, at);
	check(pieces(one, blocks) <= indirect + 1, "pieces alone",
	      pieces(one, blocks), indirect);
	fake_truncate(one, 0);
	for (u32 at = 0; at < 1 << 20; at += 4096) {
		fake_write(one, buf, 4096, at);
		fake_write(two, buf, 4096, at);
	}
	check(pieces(one, blocks) <= blocks / EXT2_WINDOW + indirect + 2 &&
	      pieces(two, blocks) <= blocks / EXT2_WINDOW + indirect + 2,
	      "pieces of two", pieces(one, blocks), pieces(two, blocks));
	iput(one);
	iput(two);
	drop(root, "one");
	drop(root, "two");
}

/* A block of extended attributes goes with its last owner. */
static void test_attributes(void)
{
	u32 blocks = es()->s_free_blocks_count;
	struct inode *inode[2];
	struct buffer_head *bh;
	int err;

	inode[0] = make(root, "attr0", 0644);
	inode[1] = make(root, "attr1", 0644);
	for (int i = 0; i < 2; i++) {
		if (i == 0)
			ext2_i(inode[0])->file_acl =
				ext2_new_block(inode[0], 0, &err);
		else
			ext2_i(inode[1])->file_acl =
				ext2_i(inode[0])->file_acl;
		inode[i]->blocks += bs >> 9;
	}
	bh = getblk(sb->dev, ext2_i(inode[0])->file_acl, bs);
	memset(bh->b_data, 0, bs);
	((u32 *)bh->b_data)[0] = 0xEA020000;
	((u32 *)bh->b_data)[1] = 2;
	mark_buffer_uptodate(bh, true);
	mark_buffer_dirty(bh);
	brelse(bh);
	iput(inode[0]);
	iput(inode[1]);
	check(!drop(root, "attr0") &&
	      es()->s_free_blocks_count == blocks - 1, "shared attributes",
	      es()->s_free_blocks_count, blocks);
	check(!drop(root, "attr1") && es()->s_free_blocks_count == blocks,
	      "attributes freed", es()->s_free_blocks_count, blocks);
}

static void test_states(void)
{
	struct inode *inode = make(root, "nameless", 0644);

	check(!(es()->s_state & EXT2_VALID_FS), "mounted: not clean", 0, 0);
	fake_write(inode, buf, sizeof(buf), 0);
	drop(root, "nameless");
	fake_sync();
	check(!sb->ops->remount(sb, MS_RDONLY) && sb->flags & MS_RDONLY,
	      "remount ro", 0, 0);
	check(((struct ext2_super_block *)(fake_disk + 1024))->s_state ==
	      EXT2_VALID_FS, "clean on disk", 0, 0);
	check(inode->bad && !inode->blocks, "nameless", inode->blocks, 0);
	iput(inode);
	check(!sb->ops->remount(sb, 0) && !(sb->flags & MS_RDONLY),
	      "remount rw", 0, 0);
	check(!(((struct ext2_super_block *)(fake_disk + 1024))->s_state &
		EXT2_VALID_FS), "not clean on disk", 0, 0);
}

/* An inode with a new indirect block is written once, when a cut cannot lose
 * the block: written and flushed out of the drive's cache. */
static void test_order(void)
{
	struct inode *inode = make(root, "order", 0644);
	u32 per_group = es()->s_inodes_per_group, index = inode->ino - 1;
	u32 per_block = ext2_sb(sb)->inodes_per_block, flushes;
	struct ext2_inode *raw;
	struct buffer_head *bh;

	bh = bread(sb->dev, ext2_desc(sb, index / per_group, NULL)->
		   bg_inode_table + index % per_group / per_block, bs);
	raw = (struct ext2_inode *)(bh->b_data + index % per_group % per_block *
				    ext2_sb(sb)->inode_size);
	fake_sync();
	for (u32 i = 0; i <= EXT2_IND_BLOCK; i++)
		fake_write(inode, buf, bs, i * bs);
	sb->ops->write_inode(inode, false);
	check(!buffer_test(bh, BH_Dirty) && !raw->i_size,
	      "stored before its indirect block", raw->i_size, 0);
	fake_kupdate(0);
	check(!raw->i_size, "stored before a flush", raw->i_size, 0);
	flushes = fake_flushes;
	sb->ops->write_inode(inode, false);
	check(fake_flushes == flushes + 1, "stored with its indirect block in"
	      " the drive's cache", fake_flushes, flushes + 1);
	fake_sync();
	check(raw->i_size == inode->size && raw->i_block[EXT2_IND_BLOCK],
	      "stored by sync", raw->i_size, inode->size);
	brelse(bh);
	iput(inode);
	check(!drop(root, "order"), "unlink", 0, 0);
}

int main(int argc, char **argv)
{
	u32 blocks, inodes;

	cases_begin(argc, argv);
	blocks = es()->s_free_blocks_count;
	inodes = es()->s_free_inodes_count;
	test_sizes();
	test_tail();
	test_order();
	test_full();
	test_alias();
	test_layout();
	test_attributes();
	check(es()->s_free_blocks_count == blocks &&
	      es()->s_free_inodes_count == inodes, "something is lost",
	      es()->s_free_blocks_count, blocks);
	test_states();
	return cases_end(argv[1]);
}
