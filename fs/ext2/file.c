/*
 * fs/ext2/file.c - ext2's operation tables for files, directories, links.
 *
 * Reading and writing use the page cache (generic_file_read and _write); ext2
 * only maps a block of the file to a block of the disk.  The table of the
 * reclaim design decides how a whole page is written.
 *
 * Locks: page operations run under the page lock.
 */
#include "fs/buffer/buffer.h"
#include "fs/ext2/ext2.h"
#include "fs/vfs/file.h"
#include "fs/vfs/inode.h"

static int ext2_readpage(struct page *page)
{
	return block_read_full_page(page, ext2_get_block);
}

static int ext2_writepage(struct page *page)
{
	return block_write_full_page(page, ext2_get_block);
}

static int ext2_prepare_write(struct page *page, unsigned int from,
			      unsigned int to)
{
	return block_prepare_write(page, from, to, ext2_get_block);
}

static int ext2_commit_write(struct page *page, unsigned int from,
			     unsigned int to)
{
	struct inode *inode = page->mapping->host;
	loff_t size = inode->size;
	int err = generic_commit_write(page, from, to);

	if (inode->size != size)
		mark_inode_dirty(inode);
	return err;
}

/* Reads a directory page; its entries must be checked again. */
static int ext2_dir_readpage(struct page *page)
{
	page_clear(page, PG_checked);
	return block_read_full_page(page, ext2_get_block);
}

static int ext2_dir_writepage(struct page *page)
{
	return block_write_dir_page(page, ext2_get_block);
}

const struct page_file_operations ext2_aops = {
	.pages = {
		.writepage = ext2_writepage,
		.readpage = ext2_readpage,
		.sync_page = block_sync_page,
		.mark_dirty_pages = inode_mark_dirty_pages,
		.key = inode_key,
	},
	.prepare_write = ext2_prepare_write,
	.commit_write = ext2_commit_write,
};

const struct page_file_operations ext2_dir_aops = {
	.pages = {
		.writepage = ext2_dir_writepage,
		.readpage = ext2_dir_readpage,
		.sync_page = block_sync_page,
		.mark_dirty_pages = inode_mark_dirty_pages,
		.key = inode_key,
	},
	.prepare_write = ext2_prepare_write,
	.commit_write = ext2_commit_write,
};

/* A store through a mapping may have changed bytes beyond i_size, in the page
 * and on the disk. */
static int ext2_zero_tail(struct inode *inode)
{
	return block_truncate_page(&inode->data, inode->size, ext2_get_block);
}

const struct inode_operations ext2_file_ops = {
	.truncate = ext2_truncate,
	.zero_tail = ext2_zero_tail,
};

/*
 * Writes; an incomplete write may leave allocated blocks beyond the end of the
 * file, which are freed.
 */
static long ext2_file_write(struct file *file, const char *buf, size_t n,
			    loff_t *pos)
{
	struct inode *inode = file->inode;
	long done = page_file_write(file, buf, n, pos);

	if (done == (long)n || inode->sb->flags & MS_RDONLY)
		return done;
	mutex_lock(&inode->i_sem);
	truncate_inode_pages(&inode->data, inode->size);
	ext2_truncate(inode);
	mutex_unlock(&inode->i_sem);
	return done;
}

static void ext2_release(struct inode *inode, struct file *file)
{
	if (file->flags & O_ACCMODE)
		ext2_drop_window(inode);
}

const struct file_operations ext2_file_fops = {
	.read = page_file_read,
	.write = ext2_file_write,
	.release = ext2_release,
	.fsync = page_file_fsync,
};

/* => bytes of the target, at most "size" */
static int ext2_readlink(struct inode *inode, char *buf, size_t size)
{
	u32 len = (u32)min((u64)inode->size, (u64)size);
	struct page *page;

	if (ext2_is_fast_symlink(inode)) {
		memcpy(buf, ext2_i(inode)->block, len);
		return (int)len;
	}
	page = read_cache_page(&inode->data, 0);
	if (IS_ERR(page))
		return (int)PTR_ERR(page);
	memcpy(buf, page_address(page), len);
	put_page(page);
	return (int)len;
}

const struct inode_operations ext2_symlink_ops = {
	.readlink = ext2_readlink,
};
