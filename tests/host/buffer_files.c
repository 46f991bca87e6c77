/* tests/host/buffer_files.c - the file system of buffer_fakes.h */
#include "fs/vfs/page_file.h"
#include "tests/host/buffer_fakes.h"

struct super_block fake_sb;
u32 fake_free_blocks, fake_next_block;
static bool block_used[FAKE_BLOCKS_KB * 2];
void (*fake_in_get_block)(void);
unsigned int fake_map_calls;

void mark_inode_dirty(struct inode *inode)
{
	inode->state |= I_DIRTY_SYNC;
}

static void fake_mark_dirty_pages(struct address_space *mapping)
{
	((struct inode *)mapping->host)->state |= I_DIRTY_PAGES;
}

void sync_unlocked(void)
{
}

/* Downwards from the end of the drive: the tests use its start raw. */
static u32 block_alloc(void)
{
	u32 block;

	do {
		block = fake_next_block--;
		if (fake_next_block < 500)
			fake_next_block = FAKE_BLOCKS_KB * 1024 /
					  fake_sb.blocksize - 1;
	} while (block_used[block]);
	block_used[block] = true;
	fake_free_blocks--;
	return block;
}

int fake_get_block(struct inode *inode, u32 iblock, struct buffer_head *bh,
		   bool create)
{
	struct fake_file *file = container_of(inode, struct fake_file, inode);
	bool fresh = !file->map[iblock];

	fake_map_calls++;
	if (fake_in_get_block)
		fake_in_get_block();
	if (fresh && !create)
		return 0;
	if (fresh && !fake_free_blocks)
		return -ENOSPC;
	if (fresh)
		file->map[iblock] = block_alloc();
	map_bh(bh, inode->sb->dev, file->map[iblock]);
	if (fresh) {
		buffer_set(bh, BH_New);
		unmap_underlying_metadata(bh);
	}
	return 0;
}

static int fake_writepage(struct page *page)
{
	return block_write_full_page(page, fake_get_block);
}

static int fake_readpage(struct page *page)
{
	return block_read_full_page(page, fake_get_block);
}

static const struct address_space_operations fake_aops = {
	.writepage = fake_writepage,
	.readpage = fake_readpage,
	.sync_page = block_sync_page,
	.mark_dirty_pages = fake_mark_dirty_pages,
};

struct fake_file *file_new(void)
{
	struct fake_file *file = calloc(1, sizeof(*file));

	file->inode.sb = &fake_sb;
	file->inode.mapping = &file->inode.data;
	list_init(&file->inode.dirty_buffers);
	address_space_init(&file->inode.data, &fake_aops, &file->inode);
	file->inode.data.gfp_mask = GFP_USER;
	return file;
}

static int write_part(struct fake_file *file, u32 pos, const char *data, u32 n)
{
	struct page *page = grab_cache_page(&file->inode.data,
					    pos >> PAGE_SHIFT);
	u32 from = pos & (PAGE_SIZE - 1);
	int err;

	if (!page)
		return -ENOMEM;
	err = block_prepare_write(page, from, from + n, fake_get_block);
	if (err >= 0) {
		memcpy((char *)page_address(page) + from, data, n);
		err = generic_commit_write(page, from, from + n);
	}
	unlock_page(page);
	put_page(page);
	return err;
}

int file_write(struct fake_file *file, u32 pos, const void *data, u32 n)
{
	const char *at = data;
	int err = 0;

	while (n && !err) {
		u32 part = min(n, (u32)(PAGE_SIZE - (pos & ~PAGE_MASK)));

		err = write_part(file, pos, at, part);
		pos += part;
		at += part;
		n -= part;
	}
	return err;
}

struct page *file_page(struct fake_file *file, unsigned long index)
{
	return read_cache_page(&file->inode.data, index);
}

struct page *file_partial(struct fake_file *file)
{
	char data[1024];
	u32 i;

	memset(disk, 0x44, sizeof(disk));
	memset(data, 0x55, sizeof(data));
	for (i = 0; i < 4; i++)
		file->map[i] = 100 + i;
	file->inode.size = PAGE_SIZE;
	BUG_ON(file_write(file, 1024, data, 1024), "%s", "no write");
	return find_get_page(&file->inode.data, 0);
}

int file_read(struct fake_file *file, u32 pos, void *data, u32 n)
{
	char *at = data;

	while (n) {
		u32 from = pos & ~PAGE_MASK;
		u32 part = min(n, (u32)(PAGE_SIZE - from));
		struct page *page = file_page(file, pos >> PAGE_SHIFT);

		if (IS_ERR(page))
			return PTR_ERR(page);
		memcpy(at, (char *)page_address(page) + from, part);
		put_page(page);
		pos += part;
		at += part;
		n -= part;
	}
	return 0;
}

int file_fsync(struct fake_file *file)
{
	int err = filemap_fdatasync(&file->inode.data);
	int ret = fsync_inode_buffers(&file->inode);

	err = err ? err : ret;
	ret = filemap_fdatawait(&file->inode.data);
	return err ? err : ret;
}

void file_truncate(struct fake_file *file, u32 size)
{
	u32 first = div_round_up(size, fake_sb.blocksize), i;

	file->inode.size = size;
	block_truncate_page(&file->inode.data, size, fake_get_block);
	truncate_inode_pages(&file->inode.data, size);
	for (i = first; i < FILE_BLOCKS; i++) {
		if (file->map[i])
			fake_free_blocks++;
		block_used[file->map[i]] = false;
		file->map[i] = 0;
	}
}

void fake_settle(void)
{
	sync_buffers(NULL, true);
	drive_run(npending);
}

struct buffer_head *fake_dirty_block(u32 block, int byte)
{
	struct buffer_head *bh = getblk(&hda, block, hda.block_size);

	memset(bh->b_data, byte, bh->b_size);
	mark_buffer_uptodate(bh, true);
	mark_buffer_dirty(bh);
	brelse(bh);
	return bh;
}
