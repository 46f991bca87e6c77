/*
 * mm/swap/swap_state.c - the swap cache: pages of process memory that have a
 * slot
 *
 * swapper_space owns them; a page's index is its swap entry.  So swap pages are
 * on the page lists like the pages of files, and the scanners launder them
 * through the same ->writepage.  With the cache, a page shared by fork is
 * written once and read once, and a page that was taken out of a page table is
 * found again until its frame has been reclaimed.
 *
 * The cache holds one use of the slot.  If only the cache and the process that
 * writes to it use a page, its slot is freed, since the copy there is outdated;
 * a page that was only read keeps the slot and need not be written again.
 * swap_writepage() does not write pages whose slot has no other use.
 *
 * Invariants: PG_swap_cache means that the mapping is swapper_space; a page
 *	without slot that was in the cache is PG_dirty, since memory holds its
 *	only copy (swap_check).
 * Locks: PG_locked to enter and to leave; pagecache_lock inside.
 */
#include "kernel/base/vmstat.h"
#include "mm/reclaim/filemap.h"
#include "mm/reclaim/lru.h"
#include "mm/reclaim/reclaim.h"
#include "mm/reclaim/touch.h"
#include "mm/swap/shmem.h"

/* a_ops->writepage.  => 0; sleeps */
static int swap_writepage(struct page *page)
{
	if (page_sole_user(page)) {
		count_vm(swap_writes_saved);
		unlock_page(page);
		return 0;
	}
	rw_swap_page(BLK_WRITE, page);
	return 0;
}

/* a_ops->removepage: drops the cache's use of the slot. */
static void swap_removepage(struct page *page)
{
	page_clear(page, PG_swap_cache);
	swap_free(page->index);
}

/* a_ops->key: the index, the entry, has to do. */
static void swap_key(const struct address_space *mapping __unused, u32 *space,
		     u32 *owner)
{
	*space = TOUCH_SPACE(TOUCH_ANON, 0);
	*owner = 0;
}

static const struct address_space_operations swap_aops = {
	.writepage = swap_writepage,
	.removepage = swap_removepage,
	.key = swap_key,
};

struct address_space swapper_space = {
	.clean_pages = LIST_HEAD_INIT(swapper_space.clean_pages),
	.dirty_pages = LIST_HEAD_INIT(swapper_space.dirty_pages),
	.locked_pages = LIST_HEAD_INIT(swapper_space.locked_pages),
	.a_ops = &swap_aops,
	.gfp_mask = GFP_USER,
};

/* => in the cache and uptodate, on active; the cache took a reference */
void add_to_swap_cache(struct page *page, swp_entry entry)
{
	page_set(page, PG_swap_cache);
	page->age = PAGE_AGE_START;
	add_to_page_cache_locked(page, &swapper_space, entry);
	page_set(page, PG_uptodate);
}

/* => still locked, on no list; the caller holds a reference */
void delete_from_swap_cache(struct page *page)
{
	BUG_ON(!page_test(page, PG_locked) || !page_test(page, PG_swap_cache),
	       "pfn %lx flags %lx", page_to_pfn(page), page->flags);
	lru_cache_del(page);
	remove_inode_page(page);
	page_set(page, PG_dirty);
	put_page(page);
}

/* => page locked, in the cache */
bool page_sole_user(const struct page *page)
{
	return page->count == 2 && swap_count(page->index) == 1;
}

/* => true: the page is anonymous again, the caller its only user */
bool swap_drop_slot(struct page *page)
{
	bool sole;

	if (!trylock_page(page))
		return false;
	sole = page_test(page, PG_swap_cache) && page_sole_user(page);
	if (sole) {
		count_vm(swap_slots_dropped);
		delete_from_swap_cache(page);
	}
	unlock_page(page);
	return sole;
}

/* A page locked for a transfer stays; reclaim frees it later.
 * => never sleeps */
void free_swap_and_cache(swp_entry entry)
{
	struct page *page = NULL;
	unsigned int uses = swap_count(entry);
	bool cached = uses == 2;

	if (uses == 1 && touch_traced())
		trace_write(TRACE_GONE, TOUCH_SPACE(TOUCH_ANON, 0), 0, entry,
			    TOUCH_TRUNCATED | TOUCH_SECTORS(PAGE_SIZE), 0);
	swap_free(entry);
	if (cached)
		page = find_get_page(&swapper_space, entry);
	if (!page)
		return;
	if (swap_drop_slot(page) && page->count == 1)
		trace_page(TRACE_GONE, page, TOUCH_TRUNCATED);
	put_page(page);
}

struct page *lookup_swap_cache(swp_entry entry)
{
	struct page *page = find_get_page(&swapper_space, entry);

	count_vm(swap_cache_lookups);
	if (page)
		count_vm(swap_cache_hits);
	return page;
}

/* Adds a new page to the cache, locked, if the slot is still in use.
 * => false: it is not, or the entry has a page already */
static bool enter_cache(struct page *page, swp_entry entry)
{
	if (!swap_entry_valid(entry))
		return false;
	swap_duplicate(entry);
	page_set(page, PG_swap_cache);
	if (!add_to_page_cache_unique(page, &swapper_space, entry))
		return true;
	page_clear(page, PG_swap_cache);
	swap_free(entry);
	return false;
}

/* => the page with a reference; NULL: no memory, or the slot was freed
 * meanwhile */
static struct page *read_swap_cache_async(swp_entry entry, bool wanted)
{
	struct page *page = find_get_page(&swapper_space, entry);

	if (page)
		return page;
	page = alloc_page(GFP_USER);
	if (!page)
		return NULL;
	if (enter_cache(page, entry)) {
		if (!wanted)
			trace_page(TRACE_TOUCH, page,
				   TOUCH_PREFETCH | TOUCH_MISS);
		rw_swap_page(BLK_READ, page);
		return page;
	}
	put_page(page);
	return find_get_page(&swapper_space, entry);
}

/* Reads the neighbouring slots: they were written together. */
static void swapin_readahead(swp_entry entry)
{
	u32 first = SWP_SLOT(entry) & ~((1u << page_cluster) - 1), slot;
	struct page *page;
	swp_entry near;

	for (slot = first; slot < first + (1u << page_cluster); slot++) {
		near = SWP_ENTRY(SWP_TYPE(entry), slot);
		if (!swap_entry_valid(near))
			continue;
		page = read_swap_cache_async(near, near == entry);
		if (!page)
			break;
		count_vm(swap_readahead_pages);
		put_page(page);
	}
	blk_unplug_all();
}

/* => locked until the read ends */
struct page *swapin(swp_entry entry)
{
	swapin_readahead(entry);
	return read_swap_cache_async(entry, true);
}
