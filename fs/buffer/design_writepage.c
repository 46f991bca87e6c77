/*
 * fs/buffer/design_writepage.c - the buffer side of "using writepage to start
 * io", patch v2 of 31 July 2001.
 *
 * Buffer-cache pages belong to anon_space_mapping; a dirty buffer also sets its
 * page's PG_dirty.  A file block is written by calling the page's writepage,
 * which writes the whole page, locked until the I/O ends.  The page scanner
 * also calls writepage for pages with PG_dirty (mm/reclaim/scan_writepage.c).
 *
 * Defects that lose data or hang are mended, each in one place: B3
 * writepage_counts_out, B4 writepage_may_forget, B7 write_locked_page, all
 * here; B6 set_page_dirty (mm/reclaim/filemap.c), B16 flush_dirty_buffers
 * (fs/buffer/bdflush.c). design_defects turns them back on.  The visible
 * defects (B1 B2 B5 B8 to B15 B17) are the subject and stay; docs/CAVEATS.md
 * lists all.
 *
 * Invariants: a buffer-cache page with buffers has mapping anon_space, unless
 * truncate orphaned it.
 * Locks: struct buffer_design states those held at each function; a page lock
 * is only tried under lru_list_lock.
 */
#include "fs/buffer/buffer_impl.h"
#include "fs/fs.h"
#include "mm/reclaim/reclaim.h"

/* ---- ownership ----------------------------------------------------------- */

/* The key is not unique: the page is never looked up (defect B1). */
static void writepage_publish(struct page *page)
{
	add_to_page_cache_locked(page, &anon_space_mapping,
				 buffermem_pages - 1);
}

static bool page_has_dirty_buffer(const struct page *page,
				  const struct buffer_head *except)
{
	const struct buffer_head *bh = page->buffers;

	do {
		if (bh != except && buffer_test(bh, BH_Dirty))
			return true;
		bh = bh->b_this_page;
	} while (bh != page->buffers);
	return false;
}

/* Sets PG_dirty where the other design does not, and takes
 * over buffer pages. */
static void writepage_adopt(struct page *page)
{
	struct buffer_head *head = page->buffers;

	if (page_is_buffer_cache(page)) {
		lru_cache_del(page);
		page->buffers = NULL;
		writepage_publish(page);
		page->buffers = head;
	}
	if (page_has_dirty_buffer(page, NULL))
		page_set(page, PG_dirty);
}

static bool writepage_owns(const struct page *page)
{
	return page->mapping == &anon_space_mapping;
}

static void writepage_disown(struct page *page)
{
	page_clear(page, PG_dirty);
	remove_inode_page(page);
	put_page(page);
}

/* ---- dirtying and writing ------------------------------------------------ */

/* Sets the flag only: the page keeps its place in its mapping's lists. */
static void writepage_on_dirty(struct buffer_head *bh)
{
	page_set(bh->b_page, PG_dirty);
}

/* Submits one buffer. => the caller has a reference; sleeps */
static void write_one_buffer(struct buffer_head *bh, struct page *unlock)
{
	get_bh(bh);
	lock_buffer(bh);
	if (!buffer_test_clear_dirty(bh)) {
		unlock_buffer(bh);
		brelse(bh);
		if (unlock)
			unlock_page(unlock);
		return;
	}
	bh->b_end_io = end_buffer_io_sync;
	if (unlock)
		unlock_page(unlock);
	submit_bh(BLK_WRITE, bh);
}

/* Writes one buffer of a page whose blocks are unrelated: the page is unlocked
 * before the submission, so that a walk still finds older siblings. */
static void write_page_buffer(struct page *page, struct buffer_head *bh)
{
	if (!page_has_dirty_buffer(page, bh))
		page_clear(page, PG_dirty);
	write_one_buffer(bh, page);
}

/* Writes a dirty buffer of BUF_DIRTY through its page's writepage. => page
 * locked, given away; a reference to bh held; sleeps */
static void dirty_list_writepage(struct page *page, struct buffer_head *bh)
{
	struct address_space *mapping = page->mapping;

	if (!page_test(page, PG_dirty) && !buffer_test(bh, BH_Dirty)) {
		unlock_page(page);
		return;
	}
	if (!mapping || !mapping->a_ops->writepage || writepage_owns(page)) {
		write_page_buffer(page, bh);
		return;
	}
	page_clear(page, PG_dirty);
	mapping->a_ops->writepage(page);
}

static bool writepage_flush_one(struct buffer_head *bh)
{
	struct page *page = bh->b_page;

	if (!buffer_test(bh, BH_Uptodate) || !trylock_page(page))
		return false;
	get_bh(bh);
	spin_unlock(&lru_list_lock);
	dirty_list_writepage(page, bh);
	brelse(bh);
	return true;
}

static void writepage_fsync_one(struct buffer_head *bh)
{
	if (bh->b_this_page == bh)
		page_clear(bh->b_page, PG_dirty);
	write_one_buffer(bh, NULL);
}

/* ---- sync ---------------------------------------------------------------- */

/*
 * Mend of B7: sync sleeps for a locked page. v2 skips its dirty buffers, and so
 * may return with them unwritten.
 * => false: skipped; true: lru_list_lock was dropped
 */
static bool write_locked_page(struct page *page, struct buffer_head *bh)
{
	if (DEFECT(7)) {
		count_vm(sync_skipped_page);
		return false;
	}
	get_bh(bh);
	spin_unlock(&lru_list_lock);
	lock_page_for(page, LOCK_SYNC);
	dirty_list_writepage(page, bh);
	brelse(bh);
	return true;
}

static bool sync_one(struct buffer_head *bh)
{
	struct page *page = bh->b_page;

	if (!trylock_page(page))
		return write_locked_page(page, bh);
	get_bh(bh);
	spin_unlock(&lru_list_lock);
	dirty_list_writepage(page, bh);
	brelse(bh);
	return true;
}

/*
 * Starts the oldest write.  A buffer dirtied again while its write is under way
 * keeps its place (B19), before all buffers not written yet: *begun, the stamp
 * of the last write that this sync began, distinguishes them.
 * => true: one write was started, call again from the head
 */
static bool sync_oldest(struct blk_dev *dev, unsigned long *begun)
{
	struct buffer_head *bh, *next;

	spin_lock(&lru_list_lock);
	list_for_each_entry_safe(bh, next, &lru_list[BUF_DIRTY], b_lru) {
		if ((long)(bh->b_dirtied - sync_stamp) > 0)
			break;
		if (dev && bh->b_dev != dev)
			continue;
		if (buffer_test(bh, BH_Lock) || !buffer_test(bh, BH_Dirty)) {
			__refile_buffer(bh);
			continue;
		}
		if ((long)(bh->b_dirtied - *begun) <= 0)
			continue;
		*begun = bh->b_dirtied;
		if (sync_one(bh))
			return true;
	}
	spin_unlock(&lru_list_lock);
	return false;
}

/* Ends after a walk that starts no write and refiles buffers under I/O. */
static void writepage_write_unlocked(struct blk_dev *dev)
{
	unsigned long begun = sync_stamp - (~0ul >> 1);

	while (sync_oldest(dev, &begun))
		cond_resched();
}

/* ---- buffers of pages, memory ------------------------------------------- */

/*
 * Mend of B3: v2 subtracts only anon_space pages from buffermem_pages, never
 * orphans of truncate: the counter grows without limit.
 */
static bool writepage_counts_out(const struct page *page)
{
	return writepage_owns(page) || !DEFECT(3);
}

/*
 * Mend of B4: for a buffer of any other page v2 returns without dropping the
 * caller's reference; the page stays pinned.
 */
static bool writepage_may_forget(struct buffer_head *bh)
{
	if (writepage_owns(bh->b_page))
		return true;
	if (DEFECT(4))
		get_bh(bh);
	return false;
}

static void writepage_cannot_grow(void)
{
	wakeup_kswapd_by(KSWAPD_FREELIST);
}

/* ---- full pages ---------------------------------------------------------- */

/*
 * Locks and maps the buffer if it is to be written.
 * => 1: ready to submit; 0: nothing to write; -E from get_block
 */
static int take_for_write(struct inode *inode, struct buffer_head *bh,
			  u32 iblock, bool clean_too, get_block_t *get_block)
{
	int err;

	if (!clean_too && !buffer_test(bh, BH_Dirty))
		return 0;
	err = buffer_map_for_write(inode, iblock, bh, get_block);
	if (err)
		return err;
	get_bh(bh);
	lock_buffer(bh);
	if (!buffer_test_clear_dirty(bh)) {
		if (!clean_too) {
			unlock_buffer(bh);
			brelse(bh);
			return 0;
		}
		refile_buffer(bh);	/* sync waits for it too */
	}
	mark_buffer_uptodate(bh, true);
	bh->b_end_io = end_buffer_io_async;
	return 1;
}

/*
 * Writes the dirty buffers and, if the page is uptodate, all others inside
 * i_size too: clean neighbours are written again and holes get blocks (B11).  A
 * buffer whose block cannot be allocated is skipped; dirty ones have a block.
 * Unlike v2 it also writes dirty buffers beyond i_size (a failed write leaves
 * zeroed blocks there): v2 leaves them dirty, and every flush finds them again.
 */
static int write_page_part(struct page *page, get_block_t *get_block,
			   unsigned int bytes)
{
	struct inode *inode = page->mapping->host;
	struct buffer_head *arr[MAX_BUF_PER_PAGE], *bh = page->buffers;
	u32 iblock = page->index << (PAGE_SHIFT - inode->sb->blocksize_bits);
	bool whole = page_test(page, PG_uptodate);
	unsigned int offset;
	int i, got, n = 0, err = 0;

	if (!page_has_dirty_buffer(page, NULL))
		count_vm(stale_dirty_writepage);
	for (offset = 0; offset < PAGE_SIZE; offset += bh->b_size) {
		got = take_for_write(inode, bh, iblock++,
				     whole && offset < bytes, get_block);
		if (got > 0)
			arr[n++] = bh;
		else if (got < 0)
			err = got;
		bh = bh->b_this_page;
	}
	if (!n)
		unlock_page(page);
	for (i = 0; i < n; i++)
		submit_bh(BLK_WRITE, arr[i]);
	return err;
}

static int writepage_write_full_page(struct page *page, get_block_t *get_block,
				     bool dir)
{
	struct inode *inode = page->mapping->host;
	unsigned int bytes = page_bytes_in_file(page);

	if (!page->buffers)
		create_empty_buffers(page, inode->sb->dev,
				     inode->sb->blocksize);
	if (bytes > 0 && bytes < PAGE_SIZE && !dir)
		memset((char *)page_address(page) + bytes, 0,
		       PAGE_SIZE - bytes);
	return write_page_part(page, get_block, bytes);
}

const struct buffer_design design_writepage = {
	.name = "writepage",
	.publish = writepage_publish,
	.adopt = writepage_adopt,
	.disown = writepage_disown,
	.owns = writepage_owns,
	.counts_out = writepage_counts_out,
	.may_forget = writepage_may_forget,
	.on_dirty = writepage_on_dirty,
	.flush_one = writepage_flush_one,
	.write_unlocked = writepage_write_unlocked,
	.fsync_one = writepage_fsync_one,
	.cannot_grow = writepage_cannot_grow,
	.write_full_page = writepage_write_full_page,
};
