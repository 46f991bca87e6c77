/*
 * fs/buffer/anon_space.c - anon_space_mapping: an owner and a ->writepage for
 * pages of the buffer cache, the main change of patch v2.
 *
 * "anon" means pages owned only by the buffer cache, not process memory.  The
 * mapping has no host and no readpage.  Its pages are in the page hash under
 * keys that are not unique, and are never looked up there: hashing them only
 * lengthens the chains of other pages (the seed's question).
 *
 * Invariants: its pages have PG_buffermem and, until their heads are removed,
 * buffers.
 * Locks: the page lock; BH_Lock of each buffer written.
 */
#include "fs/buffer/buffer_impl.h"

static const struct address_space_operations anon_space_ops = {
	.writepage = block_write_anon_page,
	.sync_page = block_sync_page,
};

struct address_space anon_space_mapping = {
	.clean_pages = LIST_HEAD_INIT(anon_space_mapping.clean_pages),
	.dirty_pages = LIST_HEAD_INIT(anon_space_mapping.dirty_pages),
	.locked_pages = LIST_HEAD_INIT(anon_space_mapping.locked_pages),
	.a_ops = &anon_space_ops,
	.gfp_mask = GFP_NOFS,
};

/* Cleans a dirty buffer for a write. => true: BH_Lock and a reference are held,
 * ready to submit; false: not dirty */
static bool take_dirty(struct buffer_head *bh)
{
	if (!buffer_test(bh, BH_Dirty))
		return false;
	get_bh(bh);
	lock_buffer(bh);
	if (!buffer_test_clear_dirty(bh)) {
		unlock_buffer(bh);
		brelse(bh);
		return false;
	}
	mark_buffer_uptodate(bh, true);
	bh->b_end_io = end_buffer_io_async;
	return true;
}

/*
 * Writes all dirty buffers of the page at once: their blocks may lie anywhere
 * on the disk.
 * => page locked, PG_dirty cleared; the last transfer unlocks it, or this
 * function when no buffer is dirty; 0; sleeps
 */
int block_write_anon_page(struct page *page)
{
	struct buffer_head *arr[MAX_BUF_PER_PAGE];
	struct buffer_head *bh = page->buffers;
	int i, n = 0;

	BUG_ON(!bh || !page_test(page, PG_locked), "pfn %lx flags %lx",
	       page_to_pfn(page), page->flags);
	do {
		if (take_dirty(bh))
			arr[n++] = bh;
		bh = bh->b_this_page;
	} while (bh != page->buffers);
	if (!n) {
		count_vm(stale_dirty_writepage);
		unlock_page(page);
	}
	for (i = 0; i < n; i++)
		submit_bh(BLK_WRITE, arr[i]);
	return 0;
}
