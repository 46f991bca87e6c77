/*
 * fs/vfs/truncate.c - pages that leave the cache other than by reclaim
 *
 * truncate_inode_pages() drops all pages beyond a new end of file, dirty or
 * not: it waits for the page lock, and so for a write under way, and has the
 * buffer cache wait for or detach each buffer, so that the blocks can be freed.
 * A page whose buffers are referenced elsewhere becomes an orphan, without
 * owner, until page_launder finds the buffers idle.
 *
 * invalidate_inode_pages() and drop_caches() drop only clean, unused pages, and
 * never sleep.
 *
 * Invariants: only a locked page leaves its mapping.
 * Locks: pagecache_lock while a list is walked; PG_locked for each page.
 */
#include "fs/buffer/buffer.h"
#include "fs/fs.h"
#include "fs/vfs/page_file.h"
#include "kernel/base/vmstat.h"
#include "mm/reclaim/filemap.h"
#include "mm/reclaim/lru.h"
#include "mm/reclaim/touch.h"

/* => the file has no such page now; it may just leave memory with its inode */
static bool beyond_end(const struct address_space *mapping, unsigned long index)
{
	const struct inode *inode = mapping->host;

	return !inode->nlink || (loff_t)index << PAGE_SHIFT >= inode->size;
}

static void __cold trace_gone(const struct page *page)
{
	touch_record(TRACE_GONE, page, PAGE_SIZE,
		     beyond_end(page->mapping, page->index) ? TOUCH_TRUNCATED :
							      TOUCH_DROPPED);
}

static void __cold trace_cut(const struct address_space *mapping,
			     unsigned long first)
{
	if (beyond_end(mapping, first))
		touch_file(TRACE_CUT, mapping, first);
}

/* => page locked, with the caller's reference */
static void truncate_whole_page(struct page *page)
{
	if (page->buffers && !block_flush_page(page, 0)) {
		page_set(page, PG_orphan);
		count_vm(orphans);
	} else {
		lru_cache_del(page);
	}
	page_clear(page, PG_dirty);
	page_clear(page, PG_uptodate);
	if (touch_traced())
		trace_gone(page);
	remove_inode_page(page);
	put_page(page);
}

static void truncate_partial_page(struct page *page, unsigned int from)
{
	memset((char *)page_address(page) + from, 0, PAGE_SIZE - from);
	if (page->buffers)
		block_flush_page(page, from);
}

/* pagecache_lock is held on entry and return, not in between; sleeps. */
static void truncate_page(struct address_space *mapping, struct page *page,
			  unsigned long first, unsigned int partial)
{
	get_page(page);
	spin_unlock(&pagecache_lock);
	lock_page_for(page, LOCK_TRUNCATE);
	if (page->mapping == mapping) {
		if (page->index >= first)
			truncate_whole_page(page);
		else
			truncate_partial_page(page, partial);
	}
	unlock_page(page);
	put_page(page);
	spin_lock(&pagecache_lock);
}

/*
 * Walks one list once: each page is moved to the tail when it is visited, so
 * that none is visited twice although truncate_page() sleeps. pagecache_lock
 * held.
 * => pages dropped
 */
static unsigned long truncate_list(struct address_space *mapping,
				   struct list_head *list,
				   unsigned long first, unsigned int partial)
{
	unsigned long left = mapping->nrpages, dropped = 0;

	while (left-- && !list_empty(list)) {
		struct page *page = list_first(list, struct page, list);

		list_move_tail(&page->list, list);
		if (page->index >= first)
			dropped++;
		else if (page->index != first - 1 || !partial)
			continue;
		truncate_page(mapping, page, first, partial);
	}
	return dropped;
}

/* Drops every page at or beyond byte "start".  The caller ensures that no task
 * adds one (by i_sem and i_size). => sleeps */
void truncate_inode_pages(struct address_space *mapping, loff_t start)
{
	unsigned int partial = start & (PAGE_SIZE - 1);
	unsigned long first = (start + PAGE_SIZE - 1) >> PAGE_SHIFT, dropped;

	spin_lock(&pagecache_lock);
	do {
		dropped = truncate_list(mapping, &mapping->clean_pages, first,
					partial);
		dropped += truncate_list(mapping, &mapping->dirty_pages, first,
					 partial);
		dropped += truncate_list(mapping, &mapping->locked_pages,
					 first, partial);
	} while (dropped);
	spin_unlock(&pagecache_lock);
	if (touch_traced())
		trace_cut(mapping, first);
}

/* Page locked, with the caller's reference. => true: only the
 * caller holds it */
static bool drop_clean_page(struct page *page)
{
	if (page->buffers) {
		if (!free_buffers(page, TOUCH_DROPPED))
			return false;
		/* A buffer's dirty mark, left after the buffer was
		 * forgotten or written. */
		if (page_kind(page) == KIND_BUFFER)
			page_clear(page, PG_dirty);
	}
	if (page->mapping &&
	    (page_test(page, PG_dirty) || page->count > 2))
		return false;
	lru_cache_del(page);
	if (page->mapping) {
		trace_page(TRACE_GONE, page, TOUCH_DROPPED);
		remove_inode_page(page);
		put_page(page);
	}
	count_vm(pages_dropped);
	return true;
}

/* => true: the page is gone; never sleeps */
static bool try_to_drop(struct page *page)
{
	bool dropped;

	if (!trylock_page(page))
		return false;
	get_page(page);
	dropped = drop_clean_page(page);
	unlock_page(page);
	put_page(page);
	return dropped;
}

unsigned long invalidate_inode_pages(struct address_space *mapping)
{
	unsigned long left = mapping->nrpages, dropped = 0;
	struct list_head *list = &mapping->clean_pages;

	while (left-- && !list_empty(list)) {
		struct page *page = list_first(list, struct page, list);

		list_move_tail(&page->list, list);
		dropped += try_to_drop(page);
	}
	return dropped;
}

unsigned long drop_caches(void)
{
	unsigned long i, dropped = 0;

	for (i = 0; i < num_physpages; i++)
		if (page_lru(&mem_map[i]) != LRU_NONE)
			dropped += try_to_drop(&mem_map[i]);
	return dropped;
}
