/*
 * tests/host/test_ext2_edges.c - the limits of ext2: sizes, links, names.
 *
 *	test_ext2_edges IMAGE
 *
 * Each test leaves the file system as it found it, except for what e2fsck
 * should see; the number of free blocks and inodes tells.
 */
#include <stdio.h>

#include "tests/host/ext2_fakes.h"

static struct super_block *sb;
static struct inode *root;
static u32 bs;
static char buf[8192];

static void check(bool ok, const char *what, long long a, long long b)
{
	if (ok)
		return;
	printf("FAIL ext2_edges (%u): %s: %lld, %lld\n%s", bs, what, a, b,
	       fake_log);
	exit(1);
}

static struct ext2_super_block *es(void)
{
	return ext2_sb(sb)->es;
}

/* => the name's dentry, looked up */
static struct dentry *name(struct inode *dir, const char *text)
{
	struct dentry *dentry = fake_dentry(NULL, text);
	int err = dir->ops->lookup(dir, dentry);

	check(!err, "lookup", err, 0);
	return dentry;
}

static struct inode *make(struct inode *dir, const char *text, u32 mode)
{
	struct dentry *dentry = name(dir, text);
	struct inode *inode;
	int err = S_ISDIR(mode) ? dir->ops->mkdir(dir, dentry, mode)
				: dir->ops->create(dir, dentry, mode);

	check(!err, text, err, 0);
	inode = igrab(dentry->inode);
	fake_dput(dentry);
	return inode;
}

static int drop(struct inode *dir, const char *text)
{
	struct dentry *dentry = name(dir, text);
	int err = -ENOENT;

	if (dentry->inode)
		err = S_ISDIR(dentry->inode->mode) ?
		      dir->ops->rmdir(dir, dentry) :
		      dir->ops->unlink(dir, dentry);
	fake_dput(dentry);
	return err;
}

static void remount(u32 flags)
{
	check(!fake_umount(), "umount", 0, 0);
	sb = fake_mount(flags);
	check(sb, "mount", 0, 0);
	root = sb->root->inode;
}

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

static void test_links(void)
{
	struct inode *inode = make(root, "linked", 0644);
	struct dentry *one = name(root, "one"), *two = name(root, "two");
	struct dentry *dir = name(root, "deep");
	u32 was = root->nlink;

	inode->nlink = EXT2_LINK_MAX - 1;
	check(!root->ops->link(root, one, inode), "link 32000", 0, 0);
	check(root->ops->link(root, two, inode) == -EMLINK, "EMLINK", 0, 0);
	inode->nlink = 2;
	root->nlink = EXT2_LINK_MAX;
	check(root->ops->mkdir(root, dir, 0755) == -EMLINK, "mkdir EMLINK", 0,
	      0);
	root->nlink = was;
	check(!drop(root, "linked") && !drop(root, "one"), "unlink", 0, 0);
	check(!inode->nlink, "links", inode->nlink, 0);
	fake_dput(one);
	fake_dput(two);
	fake_dput(dir);
	iput(inode);
}

static void test_names(void)
{
	char text[300];
	struct dentry *dentry;

	memset(text, 'n', sizeof(text));
	text[255] = 0;
	iput(make(root, text, 0644));
	fake_evict();
	dentry = name(root, text);
	check(dentry->inode, "name of 255", 0, 0);
	fake_dput(dentry);
	check(!drop(root, text), "unlink 255", 0, 0);
	text[255] = 'n';
	text[256] = 0;
	dentry = fake_dentry(NULL, text);
	check(root->ops->lookup(root, dentry) == -ENAMETOOLONG, "name of 256",
	      0, 0);
	fake_dput(dentry);
}

/* ---- a directory of many pages ---- */

#define MANY	1500

static u8 seen[MANY];
static int budget;

static int count_name(void *ctx __unused, const char *text, int len,
		      loff_t pos __unused, u32 ino __unused, u8 type)
{
	int n = 0;

	if (text[0] == '.')
		return 0;
	if (budget-- == 0)
		return 1;
	for (int i = 1; i < len && text[i] >= '0' && text[i] <= '9'; i++)
		n = n * 10 + text[i] - '0';
	check(n < MANY && !seen[n], "name twice", n, 0);
	check(type == (ext2_sb(sb)->filetype ? DT_REG : DT_UNKNOWN), "type",
	      type, 0);
	seen[n] = 1;
	return 0;
}

static void many_name(char *text, int i)
{
	snprintf(text, 64, "f%d_%.*s", i, i % 30,
		 "abcdefghijklmnopqrstuvwxyzabcd");
}

static void test_directory(void)
{
	struct inode *dir = make(root, "many", S_IFDIR | 0755);
	struct file file = { .inode = dir };
	char text[64];
	u32 blocks;

	for (int i = 0; i < MANY; i++) {
		many_name(text, i);
		iput(make(dir, text, 0644));
	}
	fake_evict();
	check(dir->ops->lookup && dir->size > 10 * 1024, "grows", dir->size,
	      0);
	for (int i = 0; i < MANY; i += 3) {
		many_name(text, i);
		check(!drop(dir, text), text, i, 0);
	}
	while (file.pos < dir->size) {
		budget = 7;
		dir->fops->readdir(&file, NULL, count_name);
	}
	for (int i = 0; i < MANY; i++)
		check(seen[i] == (i % 3 != 0), "name seen", i, seen[i]);
	blocks = dir->blocks;
	for (int i = 0; i < MANY; i += 3) {
		many_name(text, i);
		iput(make(dir, text, 0644));
	}
	check(dir->blocks == blocks, "room is used again", dir->blocks,
	      blocks);
	check(drop(root, "many") == -ENOTEMPTY, "ENOTEMPTY", 0, 0);
	for (int i = 0; i < MANY; i++) {
		many_name(text, i);
		check(!drop(dir, text), text, i, 0);
	}
	iput(dir);
	check(!drop(root, "many"), "rmdir", 0, 0);
}

/* ---- special files, symlinks, attributes ---- */

static void test_special(void)
{
	static const struct { const char *name; u32 mode; dev_t dev; } all[] = {
		{ "chr", S_IFCHR | 0600, MKDEV(4, 64) },
		{ "blk", S_IFBLK | 0600, MKDEV(22, 255) },
		{ "fifo", S_IFIFO | 0600, 0 },
		{ "sock", S_IFSOCK | 0600, 0 },
	};
	struct dentry *dentry;

	for (u32 i = 0; i < ARRAY_SIZE(all); i++) {
		dentry = name(root, all[i].name);
		check(!root->ops->mknod(root, dentry, all[i].mode, all[i].dev),
		      all[i].name, 0, 0);
		fake_dput(dentry);
	}
	remount(0);
	for (u32 i = 0; i < ARRAY_SIZE(all); i++) {
		dentry = name(root, all[i].name);
		check(dentry->inode && dentry->inode->mode == all[i].mode &&
		      dentry->inode->rdev == all[i].dev, all[i].name, 0, 0);
		fake_dput(dentry);
	}
}

static void test_symlinks(void)
{
	u32 lengths[] = { 1, 59, 60, 61, bs - 1 };
	char text[20];
	struct dentry *dentry;

	memset(buf, 's', sizeof(buf));
	for (u32 i = 0; i < ARRAY_SIZE(lengths); i++) {
		snprintf(text, sizeof(text), "link%u", i);
		dentry = name(root, text);
		buf[lengths[i]] = 0;
		check(!root->ops->symlink(root, dentry, buf), text, 0, 0);
		buf[lengths[i]] = 's';
		fake_dput(dentry);
	}
	dentry = name(root, "toolong");
	buf[bs] = 0;
	check(root->ops->symlink(root, dentry, buf) == -ENAMETOOLONG,
	      "long symlink", 0, 0);
	fake_dput(dentry);
	remount(0);
	for (u32 i = 0; i < ARRAY_SIZE(lengths); i++) {
		snprintf(text, sizeof(text), "link%u", i);
		dentry = name(root, text);
		memset(buf, 0, sizeof(buf));
		check(dentry->inode->ops->readlink(dentry->inode, buf,
						   sizeof(buf)) ==
		      (int)lengths[i] && buf[lengths[i] - 1] == 's', text, 0,
		      0);
		fake_dput(dentry);
	}
}

/* Full: the writer hears of it, and nothing is lost. */
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

static void test_rename(void)
{
	struct inode *a = make(root, "a", S_IFDIR | 0755);
	struct inode *b = make(root, "b", S_IFDIR | 0755);
	struct inode *c = make(a, "c", S_IFDIR | 0755);
	struct dentry *old = name(a, "c"), *new = name(b, "d"), *up;
	u32 links_a = a->nlink, links_b = b->nlink;

	check(!b->ops->rename(a, old, b, new), "rename", 0, 0);
	fake_dput(old);
	fake_dput(new);
	check(a->nlink == links_a - 1 && b->nlink == links_b + 1, "links",
	      a->nlink, b->nlink);
	up = name(c, "..");
	check(up->inode == b, "..", 0, 0);
	fake_dput(up);
	up = name(root, "a");
	check(root->ops->rmdir(root, up) == 0, "rmdir a", 0, 0);
	fake_dput(up);
	iput(a);
	old = name(b, "d");
	new = name(root, "b2");
	check(!root->ops->rename(b, old, root, new), "rename up", 0, 0);
	fake_dput(old);
	fake_dput(new);
	iput(b);
	iput(c);
}

int main(int argc, char **argv)
{
	u32 blocks, inodes;

	if (argc != 2)
		return 2;
	fake_load(argv[1]);
	fake_strict = true;
	sb = fake_mount(0);
	if (!sb)
		return 2;
	root = sb->root->inode;
	bs = sb->blocksize;
	blocks = es()->s_free_blocks_count;
	inodes = es()->s_free_inodes_count;
	test_sizes();
	test_tail();
	test_links();
	test_names();
	test_full();
	test_alias();
	test_layout();
	test_attributes();
	check(es()->s_free_blocks_count == blocks &&
	      es()->s_free_inodes_count == inodes, "something is lost",
	      es()->s_free_blocks_count, blocks);
	test_directory();
	test_special();
	test_symlinks();
	test_states();
	test_rename();
	check(!fake_log_lines, "a message", 0, 0);
	if (fake_umount())
		return 1;
	fake_save(argv[1]);
	return 0;
}
