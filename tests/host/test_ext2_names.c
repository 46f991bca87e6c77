/*
 * tests/host/test_ext2_names.c - ext2's directories: links, long names, many
 * names, special files, symbolic links, rename.
 *
 *	test_ext2_names IMAGE
 *
 * What is left behind is for e2fsck to see.
 */
#include "tests/host/ext2_cases.h"

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

/* ---- special files, symlinks, rename ---- */

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

/* 1:259, as other systems write it, is not 1:3. */
static void test_big_minor(void)
{
	struct dentry *dentry = name(root, "big");
	u32 *block;

	check(!root->ops->mknod(root, dentry, S_IFCHR | 0600, MKDEV(1, 3)),
	      "big", 0, 0);
	block = ext2_i(dentry->inode)->block;
	block[0] = 0;
	block[1] = 3 | 1 << 8 | 0x100 << 12;
	mark_inode_dirty(dentry->inode);
	fake_dput(dentry);
	remount(0);
	dentry = name(root, "big");
	check(!dentry->inode->rdev, "big minor", dentry->inode->rdev, 0);
	fake_dput(dentry);
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

	cases_begin(argc, argv);
	blocks = es()->s_free_blocks_count;
	inodes = es()->s_free_inodes_count;
	test_links();
	test_names();
	check(es()->s_free_blocks_count == blocks &&
	      es()->s_free_inodes_count == inodes, "something is lost",
	      es()->s_free_blocks_count, blocks);
	test_directory();
	test_special();
	test_big_minor();
	test_symlinks();
	test_rename();
	return cases_end(argv[1]);
}
