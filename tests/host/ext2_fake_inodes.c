/*
 * tests/host/ext2_fake_inodes.c - the inodes and dentries of ext2_fakes.h, and
 * reading and writing of files.
 *
 * One task: nothing waits, and the mutexes are nothing.
 */
#include "fs/vfs/page_file.h"
#include "kernel/core/time.h"
#include "tests/host/ext2_fakes_impl.h"

static LIST_HEAD(inodes);

void inode_key(const struct address_space *mapping __unused, u32 *space,
	       u32 *owner)
{
	*space = *owner = 0;
}

void address_space_init(struct address_space *mapping,
			const struct address_space_operations *a_ops,
			void *host)
{
	memset(mapping, 0, sizeof(*mapping));
	mapping->a_ops = a_ops;
	mapping->host = host;
}

struct timestamp current_time(const struct inode *inode)
{
	return (struct timestamp){ clock_seconds(),
				   inode->sb->fine_times ? 500000000 : 0 };
}

struct inode *new_inode(struct super_block *sb)
{
	struct inode *inode = calloc(1, sizeof(*inode));

	inode->sb = sb;
	inode->count = 1;
	inode->nlink = 1;
	inode->atime = inode->mtime = inode->ctime = current_time(inode);
	address_space_init(&inode->data, NULL, inode);
	inode->mapping = &inode->data;
	list_init(&inode->hash_node);
	list_add(&inode->sb_node, &sb->inodes);
	return inode;
}

void insert_inode_hash(struct inode *inode)
{
	struct inode *other;

	list_for_each_entry(other, &inodes, hash_node)
		if (other->ino == inode->ino)
			panic("inode %u exists twice", inode->ino);
	list_add(&inode->hash_node, &inodes);
}

static void free_inode(struct inode *inode)
{
	truncate_inode_pages(&inode->data, 0);
	list_del(&inode->hash_node);
	list_del(&inode->sb_node);
	free(inode);
}

struct inode *iget(struct super_block *sb, u32 ino)
{
	struct inode *inode;

	list_for_each_entry(inode, &inodes, hash_node) {
		if (inode->ino != ino)
			continue;
		inode->count++;
		return inode;
	}
	inode = new_inode(sb);
	inode->ino = ino;
	insert_inode_hash(inode);
	sb->ops->read_inode(inode);
	if (!inode->bad)
		return inode;
	free_inode(inode);
	return ERR_PTR(-EIO);
}

struct inode *igrab(struct inode *inode)
{
	inode->count++;
	return inode;
}

void iput(struct inode *inode)
{
	if (!inode || --inode->count)
		return;
	if (inode->bad) {
		free_inode(inode);
		return;
	}
	if (inode->nlink)
		return;
	truncate_inode_pages(&inode->data, 0);
	list_del(&inode->hash_node);
	inode->sb->ops->delete_inode(inode);
	if (inode->size == 0 && inode->blocks && fake_strict &&
	    !(inode->sb->flags & MS_RDONLY))
		panic("inode %u deleted with %u sectors", inode->ino,
		      inode->blocks);
	free_inode(inode);
}

void mark_inode_dirty(struct inode *inode)
{
	inode->state |= I_DIRTY_SYNC;
}

void inode_mark_dirty_pages(struct address_space *mapping __unused)
{
}

void init_special_inode(struct inode *inode, u32 mode, dev_t rdev)
{
	inode->mode = mode;
	inode->rdev = rdev;
}

struct dentry *fake_dentry(struct dentry *parent, const char *name)
{
	size_t len = strlen(name);
	struct dentry *dentry = calloc(1, sizeof(*dentry) + len + 1);

	dentry->name = memcpy(dentry + 1, name, len);
	dentry->len = (u16)len;
	dentry->parent = parent ? parent : dentry;
	dentry->count = 1;
	return dentry;
}

void fake_dput(struct dentry *dentry)
{
	iput(dentry->inode);
	free(dentry);
}

void d_instantiate(struct dentry *dentry, struct inode *inode)
{
	dentry->inode = inode;
}

struct dentry *d_alloc_root(struct inode *inode)
{
	struct dentry *dentry = fake_dentry(NULL, "/");

	dentry->inode = inode;
	return dentry;
}

long page_file_read(struct file *file __unused, char *buf __unused,
		    size_t n __unused, loff_t *pos __unused)
{
	return -ENOSYS;
}

long page_file_write(struct file *file __unused, const char *buf __unused,
		     size_t n __unused, loff_t *pos __unused)
{
	return -ENOSYS;
}

void mutex_lock(struct mutex *mutex __unused)
{
}

void mutex_unlock(struct mutex *mutex __unused)
{
}

int page_file_fsync(struct file *file __unused)
{
	return 0;
}

void fake_truncate(struct inode *inode, loff_t size)
{
	inode->size = size;
	truncate_inode_pages(&inode->data, size);
	inode->ops->truncate(inode);
}

/* One page's share of a write. => 0 or -E */
static int write_piece(struct inode *inode, const char *buf, u32 n,
		       loff_t pos)
{
	u32 from = (u32)pos & 4095;
	struct page *page = grab_cache_page(&inode->data,
					    (unsigned long)(pos >> PAGE_SHIFT));
	const struct page_file_operations *ops = page_file_ops(&inode->data);
	int err = ops->prepare_write(page, from, from + n);

	if (!err) {
		memcpy((char *)page_address(page) + from, buf, n);
		err = ops->commit_write(page, from, from + n);
	}
	unlock_page(page);
	put_page(page);
	return err;
}

long fake_write(struct inode *inode, const void *buf, u32 n, loff_t pos)
{
	long done = 0;
	int err = 0;

	while (done < (long)n && !err) {
		u32 room = 4096 - ((u32)(pos + done) & 4095);
		u32 piece = (u32)min((long)n - done, (long)room);

		err = write_piece(inode, (const char *)buf + done, piece,
				  pos + done);
		if (!err)
			done += piece;
	}
	if (err) {
		truncate_inode_pages(&inode->data, inode->size);
		inode->ops->truncate(inode);
	}
	return done ? done : err;
}

long fake_read(struct inode *inode, void *buf, u32 n, loff_t pos)
{
	u32 done = 0;

	if (pos >= inode->size)
		return 0;
	if (n > inode->size - pos)
		n = (u32)(inode->size - pos);
	while (done < n) {
		u32 from = (u32)(pos + done) & 4095;
		u32 piece = min(n - done, 4096 - from);
		struct page *page = read_cache_page(&inode->data,
				(unsigned long)((pos + done) >> PAGE_SHIFT));

		if (IS_ERR(page))
			return PTR_ERR(page);
		memcpy((char *)buf + done, (char *)page_address(page) + from,
		       piece);
		put_page(page);
		done += piece;
	}
	return done;
}

void fake_write_inodes(struct super_block *sb)
{
	struct inode *inode;

	list_for_each_entry(inode, &inodes, hash_node) {
		u32 state = inode->state;

		inode->state = 0;
		if (state & I_DIRTY_SYNC)
			sb->ops->write_inode(inode, false);
	}
}

void fake_drop_inodes(void)
{
	struct inode *inode, *next;

	list_for_each_entry_safe(inode, next, &inodes, hash_node)
		if (!inode->count)
			free_inode(inode);
}

int fake_inodes_in_use(void)
{
	struct inode *inode;
	int n = 0;

	list_for_each_entry(inode, &inodes, hash_node)
		n += inode->ino != EXT2_ROOT_INO;
	return n;
}
