/* tests/host/ext2_cases.c - see ext2_cases.h */
#include "tests/host/ext2_cases.h"

struct super_block *sb;
struct inode *root;
u32 bs;
char buf[8192];

void check(bool ok, const char *what, long long a, long long b)
{
	if (ok)
		return;
	printf("FAIL ext2 (%u): %s: %lld, %lld\n%s", bs, what, a, b,
	       fake_log);
	exit(1);
}

struct ext2_super_block *es(void)
{
	return ext2_sb(sb)->es;
}

struct dentry *name(struct inode *dir, const char *text)
{
	struct dentry *dentry = fake_dentry(NULL, text);
	int err = dir->ops->lookup(dir, dentry);

	check(!err, "lookup", err, 0);
	return dentry;
}

struct inode *make(struct inode *dir, const char *text, u32 mode)
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

int drop(struct inode *dir, const char *text)
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

void remount(u32 flags)
{
	check(!fake_umount(), "umount", 0, 0);
	sb = fake_mount(flags);
	check(sb, "mount", 0, 0);
	root = sb->root->inode;
}

void cases_begin(int argc, char **argv)
{
	if (argc != 2)
		exit(2);
	fake_load(argv[1]);
	fake_strict = true;
	sb = fake_mount(0);
	if (!sb)
		exit(2);
	root = sb->root->inode;
	bs = sb->blocksize;
}

int cases_end(const char *path)
{
	check(!fake_log_lines, "a message", 0, 0);
	if (fake_umount())
		return 1;
	fake_save(path);
	return 0;
}
