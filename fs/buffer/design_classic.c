/*
 * fs/buffer/design_classic.c - the buffer side of 2.4.7: buffers are written
 * one by one, in order of age, and their pages have no owner.
 *
 * A buffer-cache page has no mapping, and its allocation reference doubles as
 * "has buffers".  Every write of a buffer-cache or file block calls ll_rw_block
 * for that one buffer; the page is neither locked nor examined.  The page
 * scanner starts its own writes (mm/reclaim/scan_classic.c).
 *
 * Invariants: buffer-cache pages have mapping NULL; dirtying a buffer never
 * sets PG_dirty.
 * Locks: struct buffer_design states those held at each function.
 */
#include "fs/buffer/bdflush.h"
#include "fs/buffer/buffer_impl.h"
#include "fs/fs.h"

#define SYNC_BATCH	32	/* writes that sync starts together */
#define SYNC_AHEAD	2	/* batches started since the one waited for */

static void classic_publish(struct page *page)
{
	lru_cache_add(page);
}

/*
 * classic writes a dirty page whole.  PG_dirty on a page that is not uptodate
 * comes from a dirty buffer under the other design: writing that page whole
 * would overwrite blocks of the file with data that was never read.
 */
static void classic_adopt(struct page *page)
{
	if (!page_test(page, PG_uptodate))
		page_clear(page, PG_dirty);
}

/* No change is needed when a page leaves this design. */
static void classic_disown(struct page *page __unused)
{
}

static bool classic_owns(const struct page *page)
{
	return page_is_buffer_cache(page) && !page->mapping;
}

static void classic_on_dirty(struct buffer_head *bh __unused)
{
}

static bool classic_flush_one(struct buffer_head *bh)
{
	get_bh(bh);
	spin_unlock(&lru_list_lock);
	ll_rw_block(BLK_WRITE, 1, &bh);
	brelse(bh);
	return true;
}

/* ---- sync ---------------------------------------------------------------- */

/* Locks and cleans up to SYNC_BATCH dirty buffers. => their number */
static int collect_batch(struct blk_dev *dev, struct buffer_head *batch[])
{
	struct buffer_head *bh, *next;
	int n = 0;

	spin_lock(&lru_list_lock);
	list_for_each_entry_safe(bh, next, &lru_list[BUF_DIRTY], b_lru) {
		if (n == SYNC_BATCH || (long)(bh->b_dirtied - sync_stamp) > 0)
			break;
		if ((dev && bh->b_dev != dev) || !trylock_buffer(bh))
			continue;
		if (buffer_test_clear_dirty(bh)) {
			__refile_buffer(bh);
			get_bh(bh);
			batch[n++] = bh;
			continue;
		}
		unlock_buffer(bh);
		__refile_buffer(bh);
	}
	spin_unlock(&lru_list_lock);
	return n;
}

/* Submits the batch. => its first buffer with a reference, for a later wait;
 * sleeps for request slots */
static struct buffer_head *submit_batch(struct buffer_head *batch[], int n)
{
	int i;

	get_bh(batch[0]);
	for (i = 0; i < n; i++) {
		batch[i]->b_end_io = end_buffer_io_sync;
		submit_bh(BLK_WRITE, batch[i]);
	}
	return batch[0];
}

/* Waits for the first buffer of a batch. => NULL is allowed */
static void wait_for_first(struct buffer_head *first)
{
	if (!first)
		return;
	wait_on_buffer(first);
	brelse(first);
}

/*
 * Writes in batches and waits for the first buffer of each, but only after two
 * more batches are queued.  Otherwise the short request at the end of a batch
 * would be the only one queued, and start before the next batch could merge
 * with it.
 */
static void classic_write_unlocked(struct blk_dev *dev)
{
	struct buffer_head *batch[SYNC_BATCH], *first[SYNC_AHEAD] = { NULL };
	unsigned int i = 0;
	int n;

	while ((n = collect_batch(dev, batch))) {
		struct buffer_head *newest = submit_batch(batch, n);

		wait_for_first(first[i % SYNC_AHEAD]);
		first[i++ % SYNC_AHEAD] = newest;
	}
	for (n = 0; n < SYNC_AHEAD; n++)
		wait_for_first(first[i++ % SYNC_AHEAD]);
}

static void classic_fsync_one(struct buffer_head *bh)
{
	wait_on_buffer(bh);
	get_bh(bh);
	ll_rw_block(BLK_WRITE, 1, &bh);
	brelse(bh);
}

/* ---- buffers of pages, memory ------------------------------------------- */

static bool classic_counts_out(const struct page *page __unused)
{
	return true;
}

/* Buffers of file pages belong to their page: only hashed ones may be freed. */
static bool classic_may_forget(struct buffer_head *bh)
{
	return bh->b_pprev;
}

static void classic_cannot_grow(void)
{
	wakeup_bdflush(true, BDF_REFILL);
}

/* ---- full pages ---------------------------------------------------------- */

static void take_page_buffer(struct buffer_head *bh)
{
	lock_buffer(bh);
	get_bh(bh);
	bh->b_end_io = end_buffer_io_async;
	mark_buffer_uptodate(bh, true);
	buffer_set(bh, BH_Modified);
	buffer_test_clear_dirty(bh);
	refile_buffer(bh);
}

/*
 * Maps and submits every buffer of the page; the last one unlocks it.  If no
 * block can be allocated the others are still written: new blocks would
 * otherwise expose their old contents.
 */
static int write_whole_page(struct page *page, get_block_t *get_block)
{
	struct inode *inode = page->mapping->host;
	struct buffer_head *arr[MAX_BUF_PER_PAGE], *bh = page->buffers;
	u32 iblock = page->index << (PAGE_SHIFT - inode->sb->blocksize_bits);
	int i, got, n = 0, err = 0;

	do {
		got = buffer_map_for_write(inode, iblock++, bh, get_block);
		if (got)
			err = got;
		else
			arr[n++] = bh;
		bh = bh->b_this_page;
	} while (bh != page->buffers);
	for (i = 0; i < n; i++)
		take_page_buffer(arr[i]);
	if (!n)
		unlock_page(page);
	for (i = 0; i < n; i++)
		submit_bh(BLK_WRITE, arr[i]);
	return err;
}

/* Writes the page across i_size: zeroed beyond it (except for a directory); its
 * buffers are left to the flusher. */
static int write_last_page(struct page *page, get_block_t *get_block,
			   unsigned int bytes, bool dir)
{
	int err = min(block_prepare_write(page, 0, bytes, get_block), 0);

	if (err) {
		page->mapping->error = err;
	} else {
		if (!dir)
			memset((char *)page_address(page) + bytes, 0,
			       PAGE_SIZE - bytes);
		generic_commit_write(page, 0, bytes);
	}
	unlock_page(page);
	return err;
}

static int classic_write_full_page(struct page *page, get_block_t *get_block,
				   bool dir)
{
	struct inode *inode = page->mapping->host;
	unsigned int bytes = page_bytes_in_file(page);

	BUG_ON(!page_test(page, PG_uptodate), "page %lu of inode %u has gaps",
	       page->index, inode->ino);
	if (bytes == 0) {
		unlock_page(page);
		return -EIO;
	}
	if (!page->buffers)
		create_empty_buffers(page, inode->sb->dev,
				     inode->sb->blocksize);
	if (bytes < PAGE_SIZE)
		return write_last_page(page, get_block, bytes, dir);
	return write_whole_page(page, get_block);
}

const struct buffer_design design_classic = {
	.name = "classic",
	.publish = classic_publish,
	.adopt = classic_adopt,
	.disown = classic_disown,
	.owns = classic_owns,
	.counts_out = classic_counts_out,
	.may_forget = classic_may_forget,
	.on_dirty = classic_on_dirty,
	.flush_one = classic_flush_one,
	.write_unlocked = classic_write_unlocked,
	.fsync_one = classic_fsync_one,
	.cannot_grow = classic_cannot_grow,
	.write_full_page = classic_write_full_page,
};
