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

/* Another name in the root, for what has a first one; a full directory grows
 * by it. */
static int link_root(struct inode *dir __unused, struct dentry *dentry)
{
	struct inode *root = sb->root->inode;
	struct dentry parent = { .inode = root, .parent = &parent };
	struct dentry *new = fake_dentry(&parent, "linked");
	int err = root->ops->lookup(root, new);

	if (!err && !new->inode && dentry->inode &&
	    !(sb->flags & MS_RDONLY) && !S_ISDIR(dentry->inode->mode))
		err = root->ops->link(root, new, dentry->inode);
	fake_dput(new);
	return err;
}

static int make_symlink(struct inode *dir, struct dentry *dentry)
{
	static char target[901];

	if (sb->flags & MS_RDONLY || dentry->inode)
		return -EROFS;
	memset(target, 't', sizeof(target) - 1);
	return dir->ops->symlink(dir, dentry, target);
}

/* Until there is no room, or an error. */
static int fill(struct inode *dir, struct dentry *dentry)
{
	loff_t pos = 0;
	int err = 0;

	if (sb->flags & MS_RDONLY)
		return -EROFS;
	if (!dentry->inode)
		err = dir->ops->create(dir, dentry, 0644);
	while (!err && S_ISREG(dentry->inode->mode) && pos < 8 << 20 &&
	       fake_write(dentry->inode, buf, sizeof(buf), pos) ==
	       (long)sizeof(buf))
		pos += sizeof(buf);
	return err;
}

/* Moves "from" of the one directory to "to" of the other, as the VFS would:
 * never a directory below itself, and onto its own kind only. */
static void move(struct inode *dir, const char *from, struct inode *dir2,
		 const char *to)
{
	struct dentry parent = { .inode = dir, .parent = &parent };
	struct dentry parent2 = { .inode = dir2, .parent = &parent2 };
	struct dentry *old = fake_dentry(&parent, from);
	struct dentry *new = fake_dentry(&parent2, to);
	struct inode *a, *b;

	if (!dir->ops->lookup(dir, old) && !dir2->ops->lookup(dir2, new)) {
		a = old->inode;
		b = new->inode;
		if (!(sb->flags & MS_RDONLY) && a && a != b && a != dir2 &&
		    a != dir && b != dir && b != dir2 &&
		    (!b || S_ISDIR(a->mode) == S_ISDIR(b->mode)))
			dir->ops->rename(dir, old, dir2, new);
	}
	fake_dput(old);
	fake_dput(new);
}

/* A name more in a directory that is full, one less. */
static void use_many(struct inode *root)
{
	struct inode *many = ext2_find(root, "many");

	if (many && S_ISDIR(many->mode)) {
		change(many, "a_name_that_fills_its_directory_too", make_dir);
		change(many, "a_name_that_fills_its_directory_50", drop);
		change(many, "a_name_that_fills_its_directory_7", drop);
	}
	iput(many);
}

static void use_dir(struct inode *root, struct inode *dir)
{
	change(dir, "fresh", grow);
	change(dir, "inner", drop);
	move(root, "sparse", dir, "moved");
	move(dir, "deep", root, "deep");
	move(root, "many", dir, "many");
	change(dir, "link", make_symlink);
	change(dir, "moved", cut);
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
	change(root, "fast", link_root);
	move(root, "new", root, "big");
	change(root, "small", drop);
	use_many(root);
	dir = ext2_find(root, "dir");
	if (dir && S_ISDIR(dir->mode))
		use_dir(root, dir);
	iput(dir);
	change(root, "full", fill);
	change(root, "newdir", drop);
	change(root, "empty", drop);
	fake_evict();
	change(root, "full", drop);
	change(root, "slow", drop);
	change(root, "big", drop);
	change(root, "linked", drop);
	nfound = 0;
	visit(root, 2);
}
