/*
 * fs/buffer/buffer_page.c - buffers of file pages, for the a_ops of file
 * systems.
 *
 * A file page gets its buffers when it is first read or written through them.
 * The file system's get_block maps each to a block; a hole stays unmapped until
 * it is written.  write(2) dirties buffers, not the page; the design decides
 * which of them a full-page write writes (write_full_page).
 *
 * get_block maps the buffer (map_bh); for a new block it sets BH_New, after
 * calling unmap_underlying_metadata.  Its error is returned to the writer; when
 * no task waits it is recorded in the mapping for fsync and close.
 *
 * Invariants: a dirty buffer is mapped; a page is uptodate only when all of its
 * buffers are, or would be.
 * Locks: the page lock throughout; BH_Lock for each transfer.
 */
#include "fs/buffer/bdflush.h"
#include "fs/buffer/buffer_impl.h"
#include "fs/fs.h"

static u32 first_iblock(const struct page *page, const struct inode *inode)
{
	return page->index << (PAGE_SHIFT - inode->sb->blocksize_bits);
}

static void ensure_buffers(struct page *page, const struct inode *inode)
{
	if (!page->buffers)
		create_empty_buffers(page, inode->sb->dev,
				     inode->sb->blocksize);
}

/* => bytes of the page inside i_size; 0: the page is beyond it */
unsigned int page_bytes_in_file(const struct page *page)
{
	const struct inode *inode = page->mapping->host;
	unsigned long last = inode->size >> PAGE_SHIFT;

	if (page->index < last)
		return PAGE_SIZE;
	return page->index == last ? inode->size & (PAGE_SIZE - 1) : 0;
}

static void trace_map(const struct buffer_head *bh)
{
	TRACE(BH_MAP, page_to_pfn(bh->b_page), bh->b_dev->rdev,
	      bh->b_blocknr, bh->b_size);
}

/*
 * Maps a buffer about to be written to a block.
 * => 0, or -E, also recorded in the mapping: no task waits for this write;
 * sleeps
 */
int buffer_map_for_write(struct inode *inode, u32 iblock,
			 struct buffer_head *bh, get_block_t *get_block)
{
	int err;

	if (buffer_test(bh, BH_Mapped))
		return 0;
	err = get_block(inode, iblock, bh, true);
	if (err) {
		inode->mapping->error = err;
		return err;
	}
	buffer_clear(bh, BH_New);
	trace_map(bh);
	return 0;
}

/*
 * Drops the buffer-cache copy of a block that now belongs to a file: a late
 * write of it would overwrite the file's data. => sleeps
 */
void unmap_underlying_metadata(struct buffer_head *bh)
{
	struct buffer_head *alias;

	alias = get_hash_table(bh->b_dev, bh->b_blocknr, bh->b_size);
	if (!alias)
		return;
	count_vm(aliases_unmapped);
	trace_buffer(TRACE_GONE, alias, TOUCH_TRUNCATED);
	mark_buffer_clean(alias);
	wait_on_buffer(alias);
	buffer_clear(alias, BH_Req);
	brelse(alias);
}

/* ---- reading ------------------------------------------------------------- */

/*
 * Maps a buffer to be read; zeroes it over a hole or beyond the file.
 * => 1: to be read from the drive; 0: uptodate; -E
 */
static int map_for_read(struct inode *inode, u32 iblock, bool inside,
			struct buffer_head *bh, get_block_t *get_block)
{
	int err;

	if (buffer_test(bh, BH_Uptodate))
		return 0;
	if (!buffer_test(bh, BH_Mapped) && inside) {
		err = get_block(inode, iblock, bh, false);
		if (err)
			return err;
	}
	if (buffer_test(bh, BH_Mapped)) {
		trace_map(bh);
		return !buffer_test(bh, BH_Uptodate);
	}
	memset(bh->b_data, 0, bh->b_size);
	buffer_set(bh, BH_Uptodate);
	return 0;
}

/* Locks all buffers, then submits: the last completion unlocks the page. */
static void read_buffers(struct buffer_head *arr[], int n)
{
	int i;

	for (i = 0; i < n; i++) {
		lock_buffer(arr[i]);
		get_bh(arr[i]);
		arr[i]->b_end_io = end_buffer_io_async;
	}
	for (i = 0; i < n; i++) {
		if (buffer_test(arr[i], BH_Uptodate))
			end_buffer_io_async(arr[i], true);
		else
			submit_bh(BLK_READ, arr[i]);
	}
}

/*
 * a_ops->readpage of a file system with blocks.
 * => page locked, given away; 0, or -E of get_block: nothing was started;
 * sleeps
 */
int block_read_full_page(struct page *page, get_block_t *get_block)
{
	struct inode *inode = page->mapping->host;
	struct buffer_head *arr[MAX_BUF_PER_PAGE], *bh;
	u32 iblock = first_iblock(page, inode);
	unsigned int bytes = page_bytes_in_file(page), offset;
	bool blocks = false;
	int got, n = 0;

	ensure_buffers(page, inode);
	bh = page->buffers;
	for (offset = 0; offset < PAGE_SIZE; offset += bh->b_size) {
		got = map_for_read(inode, iblock++, offset < bytes, bh,
				   get_block);
		if (got < 0) {
			page_set(page, PG_error);
			unlock_page(page);
			return got;
		}
		if (got)
			arr[n++] = bh;
		blocks |= buffer_test(bh, BH_Mapped);
		bh = bh->b_this_page;
	}
	if (!blocks)
		page_set(page, PG_hole);
	if (!n) {
		page_set(page, PG_uptodate);
		unlock_page(page);
	}
	read_buffers(arr, n);
	return 0;
}

/* ---- writing ------------------------------------------------------------- */

enum { KEPT = 1, READING = 2 };

/*
 * Prepares one block of which bytes [from, to) will be overwritten; zeroes the
 * rest of a new one.
 * => flags KEPT: the rest of an old block stays, READING: it is being read, to
 * be waited for; or -E; sleeps
 */
static int prepare_block(struct page *page, struct inode *inode, u32 iblock,
			 struct buffer_head *bh, unsigned int from,
			 unsigned int to, get_block_t *get_block)
{
	int err, kept;

	buffer_clear(bh, BH_New);
	if (!buffer_test(bh, BH_Mapped)) {
		err = get_block(inode, iblock, bh, true);
		if (err)
			return err;
		trace_map(bh);
		page_clear(page, PG_hole);
	}
	kept = !buffer_test(bh, BH_New) && to - from < bh->b_size ? KEPT : 0;
	if (page_test(page, PG_uptodate)) {
		buffer_set(bh, BH_Uptodate);
		return kept;
	}
	if (buffer_test(bh, BH_New)) {
		memset(bh->b_data, 0, from);
		memset(bh->b_data + to, 0, bh->b_size - to);
		return 0;
	}
	if (!kept || buffer_test(bh, BH_Uptodate))
		return kept;
	ll_rw_block(BLK_READ, 1, &bh);
	return KEPT | READING;
}

/* Zeroes new blocks after a failed or incomplete write: their old contents must
 * not appear in the file. */
static void zero_new_blocks(struct page *page)
{
	struct inode *inode = page->mapping->host;
	struct buffer_head *bh = page->buffers;

	do {
		if (buffer_test(bh, BH_New)) {
			buffer_clear(bh, BH_New);
			if (!page_test(page, PG_uptodate))
				memset(bh->b_data, 0, bh->b_size);
			buffer_set(bh, BH_Uptodate);
			buffer_dirty_inode(bh, inode);
		}
		bh = bh->b_this_page;
	} while (bh != page->buffers);
}

/*
 * a_ops->prepare_write: maps the blocks of [from, to), allocates missing ones,
 * and reads those that will be overwritten in part.
 * => page locked; 0; 1: a part of an old block stays, which was read if the
 * page did not have it; -ENOSPC, -EIO...; sleeps
 */
int block_prepare_write(struct page *page, unsigned int from, unsigned int to,
			get_block_t *get_block)
{
	struct inode *inode = page->mapping->host;
	struct buffer_head *bh, *wait[2];
	u32 iblock = first_iblock(page, inode);
	unsigned int start, size;
	int waits = 0, err = 0, kept = 0;

	ensure_buffers(page, inode);
	bh = page->buffers;
	size = bh->b_size;
	for (start = 0; start < to && err >= 0; start += size) {
		if (start + size > from) {
			err = prepare_block(page, inode, iblock, bh,
					    max(from, start) - start,
					    min(to, start + size) - start,
					    get_block);
			if (err >= READING)
				wait[waits++] = bh;
			kept |= err;
		}
		iblock++;
		bh = bh->b_this_page;
	}
	while (waits--) {
		wait_on_buffer(wait[waits]);
		if (!buffer_test(wait[waits], BH_Uptodate) && err >= 0)
			err = -EIO;
	}
	if (err < 0)
		zero_new_blocks(page);
	return err < 0 ? err : kept & KEPT;
}

/*
 * a_ops->commit_write: after the copy, dirties the buffers of [from, to),
 * queues them for fsync, and moves i_size; the file system marks its inode
 * dirty if it moved. from == to: new blocks are zeroed.
 * => page locked; 0; may flush, so may sleep
 */
int generic_commit_write(struct page *page, unsigned int from, unsigned int to)
{
	struct inode *inode = page->mapping->host;
	loff_t end = ((loff_t)page->index << PAGE_SHIFT) + to;
	struct buffer_head *bh = page->buffers;
	bool partial = false, balance = false;
	unsigned int start;

	if (from == to) {
		zero_new_blocks(page);
		return 0;
	}
	for (start = 0; start < PAGE_SIZE; start += bh->b_size) {
		if (start + bh->b_size <= from || start >= to) {
			partial |= !buffer_test(bh, BH_Uptodate);
		} else {
			buffer_clear(bh, BH_New);
			buffer_set(bh, BH_Uptodate);
			balance |= buffer_dirty_inode(bh, inode);
		}
		bh = bh->b_this_page;
	}
	if (balance)
		balance_dirty();
	if (!partial)
		page_set(page, PG_uptodate);
	if (end > inode->size)
		inode->size = end;
	return 0;
}

/* a_ops->writepage.  => page locked, given away; 0 or -E; sleeps */
int block_write_full_page(struct page *page, get_block_t *get_block)
{
	return buffer_design()->write_full_page(page, get_block, false);
}

/* a_ops->writepage of a directory: bytes beyond i_size are not zeroed. */
int block_write_dir_page(struct page *page, get_block_t *get_block)
{
	return buffer_design()->write_full_page(page, get_block, true);
}

/* a_ops->sync_page: a task waits for the page. => any context */
int block_sync_page(struct page *page __unused)
{
	blk_unplug_all();
	return 0;
}

/* ---- truncating ---------------------------------------------------------- */

/* The block is freed: waits for a transfer and drops the dirty state. */
static void discard_buffer(struct buffer_head *bh)
{
	get_bh(bh);
	lock_buffer(bh);
	buffer_test_clear_dirty(bh);
	buffer_clear(bh, BH_Mapped);
	buffer_clear(bh, BH_Req);
	buffer_clear(bh, BH_New);
	buffer_clear(bh, BH_Uptodate);
	unlock_buffer(bh);
	refile_buffer(bh);
	brelse(bh);
}

/*
 * Truncate's step on one page: detaches the buffers from byte offset on; offset
 * 0 frees them all.
 * => page locked, a reference held; true: offset 0 and the buffers are gone;
 * false with offset 0: some are in use, and the page becomes an orphan, which
 * is counted in buffermem_pages; sleeps
 */
bool block_flush_page(struct page *page, unsigned int offset)
{
	struct buffer_head *bh = page->buffers;
	unsigned int start;

	for (start = 0; start < PAGE_SIZE; start += bh->b_size) {
		if (start >= offset)
			discard_buffer(bh);
		bh = bh->b_this_page;
	}
	if (offset)
		return false;
	if (free_buffers(page, TOUCH_TRUNCATED))
		return true;
	if (!page_is_buffermem(page))
		buffermem_add(page);
	return false;
}

/* => the buffer of byte offset in a locked page; mapped unless in a hole,
 * uptodate unless -EIO; sleeps */
static int tail_buffer(struct page *page, unsigned int offset,
		       get_block_t *get_block, struct buffer_head **res)
{
	struct inode *inode = page->mapping->host;
	u32 iblock = first_iblock(page, inode);
	struct buffer_head *bh;
	int err = 0;

	ensure_buffers(page, inode);
	for (bh = page->buffers; offset >= bh->b_size; bh = bh->b_this_page) {
		offset -= bh->b_size;
		iblock++;
	}
	*res = bh;
	if (!buffer_test(bh, BH_Mapped))
		err = get_block(inode, iblock, bh, false);
	if (err || !buffer_test(bh, BH_Mapped))
		return err;
	if (page_test(page, PG_uptodate))
		buffer_set(bh, BH_Uptodate);
	if (!buffer_test(bh, BH_Uptodate)) {
		ll_rw_block(BLK_READ, 1, &bh);
		wait_on_buffer(bh);
	}
	return buffer_test(bh, BH_Uptodate) ? 0 : -EIO;
}

/*
 * Zeroes the file's last block from byte "from" on, and the last page if
 * cached, so that growth of the file exposes no old bytes.
 * => 0 or -E; sleeps; the host's i_sem held
 */
int block_truncate_page(struct address_space *mapping, loff_t from,
			get_block_t *get_block)
{
	struct inode *inode = mapping->host;
	unsigned int offset = from & (PAGE_SIZE - 1);
	unsigned int keep = from & (inode->sb->blocksize - 1);
	struct page_grab grab = { .user = LOCK_TRUNCATE };
	struct buffer_head *bh;
	struct page *page;
	int err = 0;

	if (!offset)
		return 0;
	page = keep ? grab_cache_page_timed(mapping, from >> PAGE_SHIFT,
					    &grab) :
		      find_lock_page(mapping, from >> PAGE_SHIFT);
	if (!page)
		return keep ? -ENOMEM : 0;
	if (page_test(page, PG_uptodate))
		memset((char *)page_address(page) + offset, 0,
		       PAGE_SIZE - offset);
	if (keep)
		err = tail_buffer(page, offset, get_block, &bh);
	keep = keep && !err && buffer_test(bh, BH_Mapped) ? keep : 0;
	trace_page(TRACE_TOUCH, page, TOUCH_WRITE | (keep ? 0 : TOUCH_NEW) |
		   (grab.added ? TOUCH_MISS : 0));
	if (keep) {
		memset(bh->b_data + keep, 0, bh->b_size - keep);
		buffer_dirty_inode(bh, inode);
	}
	unlock_page(page);
	put_page(page);
	return err;
}

/* b_since suffices: a write clears BH_Dirty, and setting it
 * again sets b_since. */
bool block_dirty_since(struct page *page, unsigned int offset,
		       unsigned long when)
{
	struct buffer_head *bh = page->buffers;

	for (; offset >= bh->b_size; offset -= bh->b_size)
		bh = bh->b_this_page;
	return buffer_test(bh, BH_Dirty) && (long)(bh->b_since - when) < 0;
}
