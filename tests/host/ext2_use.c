/*
 * tests/host/ext2_use.c - a mounted ext2, perhaps a broken one, is used: all of
 * it is read, and files and directories grow, shrink, come and go.
 */
#include "tests/host/ext2_use.h"

#include "tests/host/ext2_fakes.h"

static struct super_block *sb;
static char buf[300 << 10];

struct inode *ext2_find(struct inode *dir, const char *name)
{
	struct dentry parent = { .inode = dir, .parent = &parent };
	struct dentry *dentry = fake_dentry(&parent, name);
	struct inode *inode = NULL;

	if (!dir->ops->lookup(dir, dentry) && dentry->inode)
		inode = igrab(dentry->inode);
	fake_dput(dentry);
	return inode;
}

static u32 found[64], nfound;

static int note(void *ctx __unused, const char *name __unused, int len,
		loff_t pos __unused, u32 ino, u8 type __unused)
{
	if (len > 2 && nfound < 64)
		found[nfound++] = ino;
	return 0;
}

static void read_all(struct inode *inode)
{
	u32 n = (u32)min((u64)inode->size, (u64)sizeof(buf));

	if (S_ISREG(inode->mode))
		fake_read(inode, buf, n, 0);
	if (S_ISLNK(inode->mode))
		inode->ops->readlink(inode, buf, sizeof(buf));
}

/* Reads what the directory names, one level down too. */
static void visit(struct inode *dir, int depth)
{
	struct file file = { .inode = dir };
	u32 from = nfound;

	dir->fops->readdir(&file, NULL, note);
	for (u32 i = from; i < nfound; i++) {
		struct inode *inode = iget(sb, found[i]);

		if (IS_ERR(inode))
			continue;
		if (S_ISDIR(inode->mode) && depth)
			visit(inode, depth - 1);
		else
			read_all(inode);
		iput(inode);
	}
}

static void change(struct inode *dir, const char *name,
		   int (*op)(struct inode *, struct dentry *))
{
	struct dentry parent = { .inode = dir, .parent = &parent };
	struct dentry *dentry = fake_dentry(&parent, name);

	if (!dir->ops->lookup(dir, dentry))
		op(dir, dentry);
	fake_dput(dentry);
}

static int grow(struct inode *dir, struct dentry *dentry)
{
	int err = 0;

	if (sb->flags & MS_RDONLY)
		return -EROFS;
	if (!dentry->inode)
		err = dir->ops->create(dir, dentry, 0644);
	if (!err && S_ISREG(dentry->inode->mode))
		fake_write(dentry->inode, buf, 120 << 10,
			   dentry->inode->size > 1 << 20 ? 0 :
			   dentry->inode->size);
	return err;
}

static int cut(struct inode *dir __unused, struct dentry *dentry)
{
	if (!(sb->flags & MS_RDONLY) && dentry->inode &&
	    S_ISREG(dentry->inode->mode))
		fake_truncate(dentry->inode, 700);
	return 0;
}

static int drop(struct inode *dir, struct dentry *dentry)
{
	if (sb->flags & MS_RDONLY || !dentry->inode)
		return -EROFS;
	return S_ISDIR(dentry->inode->mode) ? dir->ops->rmdir(dir, dentry)
					    : dir->ops->unlink(dir, dentry);
}

static int make_dir(struct inode *dir, struct dentry *dentry)
{
	if (sb->flags & MS_RDONLY || dentry->inode)
		return -EROFS;
	return dir->ops->mkdir(dir, dentry, 0755);
}

/* A little of everything. */
void ext2_use(struct super_block *used)
{
	struct inode *root = used->root->inode, *dir;

	sb = used;
	nfound = 0;
	visit(root, 2);
	fake_evict();
	change(root, "small", grow);
	fake_sync();
	change(root, "big", cut);
	change(root, "new", grow);
	change(root, "newdir", make_dir);
	change(root, "other", drop);
	change(root, "small", drop);
	dir = ext2_find(root, "dir");
	if (dir && S_ISDIR(dir->mode)) {
		change(dir, "fresh", grow);
		change(dir, "inner", drop);
	}
	iput(dir);
	change(root, "newdir", drop);
	change(root, "big", drop);
}
