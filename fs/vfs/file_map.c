/*
 * fs/vfs/file_map.c - open files as mm sees them: mappable files, running
 * programs
 *
 * A mapping is counted in its address_space, a running program in its inode: a
 * file that is executed cannot be written (ETXTBSY).
 *
 * Locks: none; the counts change without a sleep in between.
 */
#include "fs/vfs/page_file.h"
#include "fs/vfs/vfs_impl.h"
#include "mm/space/mm.h"

/* => NULL: not mappable.  Regular files and disks are; the inode of a device or
 * FIFO has a mapping of its file system, but no pages */
static struct address_space *map_mapping(struct file *file)
{
	struct inode *inode = file->inode;

	if (!S_ISREG(inode->mode) && !S_ISBLK(inode->mode))
		return NULL;
	return inode->mapping->a_ops ? inode->mapping : NULL;
}

static loff_t map_size(struct file *file)
{
	return file->inode->size;
}

static void map_get(struct file *file)
{
	file->inode->mapping->mapped++;
	file_get(file);
	if (file->fops->mapped)
		file->fops->mapped(file, 1);
}

static void map_put(struct file *file)
{
	BUG_ON(!file->inode->mapping->mapped, "inode %u is not mapped",
	       file->inode->ino);
	file->inode->mapping->mapped--;
	if (file->fops->mapped)
		file->fops->mapped(file, -1);
	fput(file);
}

static bool map_writable(struct file *file)
{
	return file_mode(file) & FMODE_WRITE;
}

/* For exec: counts one more address space that executes the file. */
static void map_run(struct file *file)
{
	file->inode->runners++;
	map_get(file);
}

static void map_end_run(struct file *file)
{
	BUG_ON(!file->inode->runners, "inode %u is not executed",
	       file->inode->ino);
	file->inode->runners--;
	map_put(file);
}

static void map_read_ahead(struct file *file, unsigned long first,
			   unsigned long end)
{
	if (file->inode->mapping->a_ops->readpage)
		page_cache_read_range(file->inode->mapping, first, end);
}

const struct file_map_ops file_maps = {
	.mapping = map_mapping,
	.size = map_size,
	.get = map_get,
	.put = map_put,
	.run = map_run,
	.end_run = map_end_run,
	.writable = map_writable,
	.read_ahead = map_read_ahead,
	.held = files_held,
};
