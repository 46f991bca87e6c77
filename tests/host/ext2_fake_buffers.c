/*
 * tests/host/ext2_fake_buffers.c - the buffer cache of ext2_fakes.h: buffers
 * in an array by block number.
 *
 * Only a buffer marked dirty is ever written; what a read would have brought
 * is found as leftovers where ext2 forgot to ask for it.
 */
#include <stdio.h>

#include "fs/buffer/buffer.h"
#include "tests/host/ext2_fakes_impl.h"

#define MAX_BLOCKS	(64u << 10)

static struct buffer_head *buffers[MAX_BLOCKS];
unsigned long fake_dirty_stamp;
unsigned int fake_metadata_syncs;

struct buffer_head *getblk(struct blk_dev *dev, u32 block, unsigned int size)
{
	struct buffer_head *bh;

	if (block >= MAX_BLOCKS)
		panic("getblk of block %u", block);
	bh = buffers[block];
	if (!bh) {
		bh = calloc(1, sizeof(*bh));
		bh->b_data = aligned_alloc(size, size);
		memset(bh->b_data, 0xa5, size);
		bh->b_blocknr = block;
		bh->b_size = (u16)size;
		bh->b_dev = dev;
		buffer_set(bh, BH_Mapped);
		buffers[block] = bh;
	}
	if (bh->b_size != size)
		panic("block %u has size %u, not %u", block, bh->b_size, size);
	bh->b_count++;
	return bh;
}

struct buffer_head *bread(struct blk_dev *dev, u32 block, unsigned int size)
{
	struct buffer_head *bh = getblk(dev, block, size);

	if (fake_bad_block && block == fake_bad_block) {
		bh->b_count--;
		return NULL;
	}
	if (!buffer_test(bh, BH_Uptodate)) {
		memcpy(bh->b_data, fake_disk_block(block, size), size);
		buffer_set(bh, BH_Req);
	}
	buffer_set(bh, BH_Uptodate);
	return bh;
}

static void drop_buffer(struct buffer_head *bh)
{
	buffers[bh->b_blocknr] = NULL;
	free(bh->b_data);
	free(bh);
}

void brelse(struct buffer_head *bh)
{
	if (bh && bh->b_count-- <= 0)
		panic("brelse of block %u", bh->b_blocknr);
}

void bforget(struct buffer_head *bh)
{
	brelse(bh);
	if (bh && !bh->b_count)
		drop_buffer(bh);
}

void __mark_buffer_dirty(struct buffer_head *bh)
{
	if (!buffer_test(bh, BH_Uptodate))
		panic("block %u is dirty, not uptodate", bh->b_blocknr);
	if (!buffer_test(bh, BH_Dirty)) {
		bh->b_dirtied = ++fake_dirty_stamp;
		bh->b_since = jiffies;
	}
	buffer_set(bh, BH_Dirty);
}

void mark_buffer_dirty(struct buffer_head *bh)
{
	__mark_buffer_dirty(bh);
}

void mark_buffer_dirty_inode(struct buffer_head *bh, struct inode *inode)
{
	__mark_buffer_dirty(bh);
	bh->b_inode = inode;
}

void mark_buffer_uptodate(struct buffer_head *bh, bool uptodate)
{
	if (uptodate)
		buffer_set(bh, BH_Uptodate);
	else
		buffer_clear(bh, BH_Uptodate);
}

void lock_buffer(struct buffer_head *bh)
{
	if (buffer_test(bh, BH_Lock))
		panic("block %u is locked", bh->b_blocknr);
	buffer_set(bh, BH_Lock);
}

void unlock_buffer(struct buffer_head *bh)
{
	buffer_clear(bh, BH_Lock);
}

static void write_buffer(struct buffer_head *bh)
{
	fake_disk_write(bh->b_blocknr, bh->b_data, bh->b_size);
	buffer_clear(bh, BH_Dirty);
	buffer_set(bh, BH_Req);
	bh->b_inode = NULL;
}

void ll_rw_block(int rw __unused, int n, struct buffer_head *bhs[])
{
	for (int i = 0; i < n; i++)
		if (buffer_test(bhs[i], BH_Dirty))
			write_buffer(bhs[i]);
}

int sync_dirty_buffer(struct buffer_head *bh)
{
	ll_rw_block(BLK_WRITE, 1, &bh);
	return 0;
}

void unmap_underlying_metadata(struct buffer_head *bh)
{
	struct buffer_head *alias = buffers[bh->b_blocknr];

	if (alias)
		buffer_clear(alias, BH_Dirty);
}

/* Writes what is dirty up to the stamp, of one inode or (NULL) of all. */
void fake_write_buffers(struct inode *inode, unsigned long stamp)
{
	for (u32 i = 0; i < MAX_BLOCKS; i++)
		if (buffers[i] && buffer_test(buffers[i], BH_Dirty) &&
		    (!inode || buffers[i]->b_inode == inode) &&
		    buffers[i]->b_dirtied <= stamp)
			write_buffer(buffers[i]);
}

int sync_dev(struct blk_dev *dev __unused)
{
	fake_write_buffers(NULL, ~0ul);
	fake_disk_flush();
	fake_dev.settled = fake_dev.held;
	return 0;
}

int blk_flush_cache(struct blk_dev *dev __unused)
{
	fake_disk_flush();
	return 0;
}

bool fake_buffer_unwritten(u32 block)
{
	return buffers[block] && !buffer_test(buffers[block], BH_Req);
}

void hold_metadata(struct blk_dev *dev)
{
	dev->held++;
}

bool metadata_settled(const struct blk_dev *dev)
{
	return dev->settled == dev->held;
}

int sync_metadata(struct blk_dev *dev)
{
	fake_metadata_syncs++;
	fake_write_pages(NULL, ~0ul, true);
	return sync_dev(dev);
}

void set_blocksize(struct blk_dev *dev, unsigned int size)
{
	dev->block_size = size;
	for (u32 i = 0; i < MAX_BLOCKS; i++)
		if (buffers[i] && !buffers[i]->b_count)
			drop_buffer(buffers[i]);
}

int fake_drop_buffers(bool all)
{
	int complaints = 0;

	for (u32 i = 0; i < MAX_BLOCKS; i++) {
		if (!buffers[i] || (buffers[i]->b_count && !all))
			continue;
		if (buffers[i]->b_count && ++complaints)
			printf("block %u has count %d\n", i,
			       buffers[i]->b_count);
		drop_buffer(buffers[i]);
	}
	return complaints;
}
