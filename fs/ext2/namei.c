/*
 * fs/ext2/namei.c - ext2's directory operations: create, link, rename...
 *
 * Each operation changes one or two directories (dir.c) and the link counts of
 * the inodes concerned.  A name is added before an old one is removed, and an
 * inode is created before its name, so that no reachable inode is ever lost; an
 * inode left without links is freed with its last reference (iput).
 *
 * Locks: the VFS holds i_sem of each directory concerned, and has checked
 * names, types, permissions and read-only mounts.
 */
#include "fs/ext2/ext2.h"
#include "fs/vfs/dentry.h"
#include "fs/vfs/inode.h"
#include "mm/reclaim/touch.h"

static void touch_ctime(struct inode *inode)
{
	inode->ctime = current_time(inode);
	mark_inode_dirty(inode);
}

static void add_link(struct inode *inode)
{
	inode->nlink++;
	touch_ctime(inode);
}

/* Decrements the link count; a corrupt count must not wrap around or free a
 * directory in use. */
static void drop_link(struct inode *inode)
{
	u32 least = S_ISDIR(inode->mode) ? 3 : 1;

	if (inode->nlink < least)
		ext2_error(inode->sb, "inode %u has fewer links (%u) than"
			   " names", inode->ino, inode->nlink);
	else
		inode->nlink--;
	touch_ctime(inode);
}

/* Drops the links of a removed name; a directory also loses its ".". */
static void drop_name(struct inode *inode)
{
	if (S_ISDIR(inode->mode)) {
		inode->nlink = 0;
		touch_ctime(inode);
	} else {
		drop_link(inode);
	}
}

/* => the entry and its page, or ERR_PTR, also if there is no such name */
static struct ext2_dir_entry *must_find(struct inode *dir, const char *name,
					u32 len, struct page **page)
{
	struct ext2_dir_entry *entry = ext2_find_entry(dir, name, len, page);

	return entry ? entry : ERR_PTR(-ENOENT);
}

/* => true: inode is a directory that contains dentry, at any depth */
static bool is_above(const struct inode *inode, const struct dentry *dentry)
{
	while (dentry != dentry->parent) {
		dentry = dentry->parent;
		if (dentry->inode == inode)
			return true;
	}
	return false;
}

/* => the inode of the name; -EIO: the directories would form a loop */
static struct inode *named_inode(struct inode *dir, const struct dentry *dentry,
				 u32 ino)
{
	struct inode *inode = iget(dir->sb, ino);

	if (IS_ERR(inode) || !S_ISDIR(inode->mode) || !is_above(inode, dentry))
		return inode;
	ext2_error(dir->sb, "directory %u is corrupt: it leads back to %u, in"
		   " which it lies", dir->ino, ino);
	iput(inode);
	return ERR_PTR(-EIO);
}

static int ext2_lookup(struct inode *dir, struct dentry *dentry)
{
	struct ext2_dir_entry *entry;
	struct inode *inode = NULL;
	struct page *page;
	u32 ino;

	if (dentry->len > EXT2_NAME_LEN)
		return -ENAMETOOLONG;
	entry = ext2_find_entry(dir, dentry->name, dentry->len, &page);
	if (IS_ERR(entry))
		return (int)PTR_ERR(entry);
	if (entry) {
		ino = entry->inode;
		put_page(page);
		inode = named_inode(dir, dentry, ino);
		if (IS_ERR(inode))
			return (int)PTR_ERR(inode);
	}
	d_instantiate(dentry, inode);
	return 0;
}

/* Adds the name of a new inode; deletes the inode on failure. */
static int add_new(struct inode *dir, struct dentry *dentry,
		   struct inode *inode, int err)
{
	if (!err)
		err = ext2_add_entry(dir, dentry, inode);
	if (err) {
		inode->nlink = 0;
		mark_inode_dirty(inode);
		iput(inode);
		return err;
	}
	d_instantiate(dentry, inode);
	return 0;
}

/* A device's number is stored in place of the block pointers. */
static int ext2_mknod(struct inode *dir, struct dentry *dentry, u32 mode,
		      dev_t rdev)
{
	struct inode *inode = ext2_new_inode(dir, mode);
	struct ext2_inode_info *ei;

	if (IS_ERR(inode))
		return (int)PTR_ERR(inode);
	ext2_set_ops(inode, rdev);
	ei = ext2_i(inode);
	if (S_ISCHR(mode) || S_ISBLK(mode)) {
		if (MAJOR(rdev) < 256)
			ei->block[0] = rdev;
		else
			ei->block[1] = MINOR(rdev) | MAJOR(rdev) << 8;
	}
	return add_new(dir, dentry, inode, 0);
}

static int ext2_create(struct inode *dir, struct dentry *dentry, u32 mode)
{
	return ext2_mknod(dir, dentry, (mode & ~S_IFMT) | S_IFREG, 0);
}

/* Writes the target of a long symlink as the contents of its first block. */
static int write_target(struct inode *inode, const char *target, u32 len)
{
	struct page *page = grab_cache_page(&inode->data, 0);
	int err;

	if (!page)
		return -ENOMEM;
	trace_page(TRACE_TOUCH, page, TOUCH_WRITE | TOUCH_MISS | TOUCH_NEW);
	err = page_file_ops(&inode->data)->prepare_write(page, 0, len);
	if (err >= 0) {
		memcpy(page_address(page), target, len);
		err = page_file_ops(&inode->data)->commit_write(page, 0, len);
	}
	unlock_page(page);
	put_page(page);
	return err;
}

static int ext2_symlink(struct inode *dir, struct dentry *dentry,
			const char *target)
{
	u32 len = (u32)strlen(target);
	struct inode *inode;
	int err = 0;

	if (len >= dir->sb->blocksize)
		return -ENAMETOOLONG;
	inode = ext2_new_inode(dir, S_IFLNK | 0777);
	if (IS_ERR(inode))
		return (int)PTR_ERR(inode);
	ext2_set_ops(inode, 0);
	if (len < sizeof(ext2_i(inode)->block)) {
		memcpy(ext2_i(inode)->block, target, len);
		inode->size = len;
	} else {
		err = write_target(inode, target, len);
	}
	return add_new(dir, dentry, inode, err);
}

static int ext2_link(struct inode *dir, struct dentry *dentry,
		     struct inode *target)
{
	int err;

	if (target->nlink >= EXT2_LINK_MAX)
		return -EMLINK;
	err = ext2_add_entry(dir, dentry, target);
	if (err)
		return err;
	add_link(target);
	d_instantiate(dentry, igrab(target));
	return 0;
}

/* A directory has two links of its own, and its ".." links to the parent. */
static int ext2_mkdir(struct inode *dir, struct dentry *dentry, u32 mode)
{
	struct inode *inode;
	int err;

	if (dir->nlink >= EXT2_LINK_MAX)
		return -EMLINK;
	inode = ext2_new_inode(dir, (mode & ~S_IFMT) | S_IFDIR);
	if (IS_ERR(inode))
		return (int)PTR_ERR(inode);
	ext2_set_ops(inode, 0);
	inode->nlink = 2;
	err = add_new(dir, dentry, inode, ext2_make_empty(inode, dir));
	if (!err)
		add_link(dir);
	return err;
}

static int delete_name(struct inode *dir, struct dentry *dentry)
{
	struct page *page;
	struct ext2_dir_entry *entry = must_find(dir, dentry->name,
						 dentry->len, &page);

	if (IS_ERR(entry))
		return (int)PTR_ERR(entry);
	return ext2_delete_entry(dir, entry, page, dentry->inode);
}

static int ext2_unlink(struct inode *dir, struct dentry *dentry)
{
	int err = delete_name(dir, dentry);

	if (!err)
		drop_name(dentry->inode);
	return err;
}

static int ext2_rmdir(struct inode *dir, struct dentry *dentry)
{
	int err = ext2_empty_dir(dentry->inode);

	if (err <= 0)
		return err ? err : -ENOTEMPTY;
	err = ext2_unlink(dir, dentry);
	if (!err)
		drop_link(dir);
	return err;
}

/* Replaces an existing name's inode "old" by "inode". */
static int ext2_replace(struct inode *dir, struct dentry *dentry,
			struct inode *inode)
{
	struct inode *old = dentry->inode;
	struct ext2_dir_entry *entry;
	struct page *page;
	int err = 1;

	if (S_ISDIR(old->mode))
		err = ext2_empty_dir(old);
	if (err <= 0)
		return err ? err : -ENOTEMPTY;
	entry = must_find(dir, dentry->name, dentry->len, &page);
	if (IS_ERR(entry))
		return (int)PTR_ERR(entry);
	err = ext2_set_entry(dir, entry, page, old, inode);
	if (!err)
		drop_name(old);
	return err;
}

/* After a directory moved: updates its ".." and the link counts. */
static int change_parent(struct inode *inode, struct inode *old,
			 struct inode *parent)
{
	struct page *page;
	struct ext2_dir_entry *entry = must_find(inode, "..", 2, &page);

	if (IS_ERR(entry))
		return (int)PTR_ERR(entry);
	return ext2_set_entry(inode, entry, page, old, parent);
}

/* Adds the new name first: for a moment there are two, never none. */
static int ext2_rename(struct inode *old_dir, struct dentry *old,
		       struct inode *new_dir, struct dentry *new)
{
	struct inode *inode = old->inode;
	bool dir = S_ISDIR(inode->mode), moved = old_dir != new_dir;
	bool over = new->inode != NULL;
	int err;

	if (new->inode == inode)
		return 0;
	if (dir && moved && !over && new_dir->nlink >= EXT2_LINK_MAX)
		return -EMLINK;
	err = over ? ext2_replace(new_dir, new, inode)
		   : ext2_add_entry(new_dir, new, inode);
	if (err)
		return err;
	if (dir && !over)
		add_link(new_dir);
	touch_ctime(inode);
	err = delete_name(old_dir, old);
	if (err || !dir)
		return err;
	drop_link(old_dir);
	return moved ? change_parent(inode, old_dir, new_dir) : 0;
}

const struct inode_operations ext2_dir_ops = {
	.lookup = ext2_lookup,
	.create = ext2_create,
	.link = ext2_link,
	.unlink = ext2_unlink,
	.symlink = ext2_symlink,
	.mkdir = ext2_mkdir,
	.rmdir = ext2_rmdir,
	.mknod = ext2_mknod,
	.rename = ext2_rename,
};
