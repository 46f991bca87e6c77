/*
 * mm/reclaim/lru.c - the three page lists: the only code that edits them
 *
 * A page that can be reclaimed is on one of active, inactive_dirty or
 * inactive_clean.  It joins at the head and is scanned from the tail, so each
 * list is a queue by time of arrival.  A flag names the page's list.
 * lru_move() changes flag, links and counts together and keeps a matrix of the
 * moves, by kind of page (a frame that classic frees has lost its buffers by
 * then and counts as KIND_ANON).
 *
 * Invariants: a page is on at most one list and its flag agrees; a page that
 *	enters inactive_clean has no buffers and is not dirty (a later hit may
 *	dirty it there; reclaim_page() tests for that); the counts are those of
 *	the lists.  lru_check() walks them all.
 * Locks: pagemap_lru_lock for everything here.
 */
#include "kernel/core/trace.h"
#include "mm/reclaim/scanner_switch.h"

SPINLOCK(pagemap_lru_lock, RANK_PAGEMAP_LRU);
LIST_HEAD(active_list);
LIST_HEAD(inactive_dirty_list);
unsigned long nr_active_pages;
unsigned long nr_dead_pages;
unsigned long buffermem_pages;
unsigned long lru_moves[PAGE_KINDS][LRU_LISTS][LRU_LISTS];

const char *const page_kind_names[PAGE_KINDS] = {
	"anon", "swap", "file", "buffer", "orphan"
};
const char *const lru_names[LRU_LISTS] = { "none", "active", "dirty", "clean" };

static const struct lru {
	struct list_head *head;
	unsigned long *pages;
	enum page_flag flag;
} lrus[LRU_LISTS] = {
	[LRU_ACTIVE] = { &active_list, &nr_active_pages, PG_active },
	[LRU_INACTIVE_DIRTY] = { &inactive_dirty_list,
				 &zone.inactive_dirty_pages,
				 PG_inactive_dirty },
	[LRU_INACTIVE_CLEAN] = { &zone.inactive_clean_list,
				 &zone.inactive_clean_pages,
				 PG_inactive_clean },
};

enum lru_list page_lru(const struct page *page)
{
	if (page_test(page, PG_active))
		return LRU_ACTIVE;
	if (page_test(page, PG_inactive_dirty))
		return LRU_INACTIVE_DIRTY;
	if (page_test(page, PG_inactive_clean))
		return LRU_INACTIVE_CLEAN;
	return LRU_NONE;
}

/* A buffer page without heads is known by its owner, the anon mapping. */
enum page_kind page_kind(const struct page *page)
{
	if (page_test(page, PG_orphan))
		return KIND_ORPHAN;
	if (page_test(page, PG_buffermem))
		return KIND_BUFFER;
	if (page_test(page, PG_swap_cache))
		return KIND_SWAP;
	if (!page->mapping)
		return KIND_ANON;
	if (page->mapping == buffer_hooks()->anon_space)
		return KIND_BUFFER;
	return KIND_FILE;
}

/* Checks that the page is alive, and clean if it goes to inactive_clean. */
static void lru_check_entry(const struct page *page, enum lru_list to)
{
	BUG_ON(page->count <= 0, "pfn %lx count %d", page_to_pfn(page),
	       page->count);
	BUG_ON(to == LRU_INACTIVE_CLEAN &&
		       (page->buffers || page_test(page, PG_dirty)),
	       "pfn %lx flags %lx buffers %p", page_to_pfn(page), page->flags,
	       (void *)page->buffers);
}

/*
 * The one edit: moves the page from its list to the head of another.
 * => list lock held; "to" LRU_NONE only removes it
 */
void lru_move(struct page *page, enum lru_list to)
{
	enum lru_list from = page_lru(page);
	enum page_kind kind = page_kind(page);

	if (from != LRU_NONE) {
		list_del(&page->lru);
		page_clear(page, lrus[from].flag);
		(*lrus[from].pages)--;
	}
	if (to != LRU_NONE) {
		lru_check_entry(page, to);
		list_add(&page->lru, lrus[to].head);
		page_set(page, lrus[to].flag);
		(*lrus[to].pages)++;
	}
	if (kind == KIND_BUFFER)
		nr_dead_pages += (to == LRU_INACTIVE_CLEAN) -
				 (from == LRU_INACTIVE_CLEAN);
	if (from == to)
		return;
	lru_moves[kind][from][to]++;
	TRACE(PAGE_LRU, page_to_pfn(page), from, to, page->age);
}

/* Moves a page off the scanner's lists, to inactive_clean or none. */
void lru_leave(struct page *page, enum lru_list to, enum page_gone why)
{
	if (vm_scanner->gone && page_is_scanned(page))
		vm_scanner->gone(page, why);
	lru_move(page, to);
}

/* Moves the page where the scanner places it. */
void lru_place(struct page *page, enum page_placed why)
{
	enum lru_list to = vm_scanner->place(page, why);

	if (unlikely(to != LRU_ACTIVE && to != LRU_INACTIVE_DIRTY)) {
		scanner_check_place(page, to);
		return;			/* LRU_KEEP */
	}
	lru_leave(page, to, GONE_MOVED);
	if (vm_scanner->placed)
		vm_scanner->placed(page, why);
}

/* => takes the list lock; the page is on no list */
void lru_cache_add(struct page *page)
{
	BUG_ON(page_lru(page) != LRU_NONE, "pfn %lx flags %lx",
	       page_to_pfn(page), page->flags);
	spin_lock(&pagemap_lru_lock);
	lru_place(page, PLACE_NEW);
	spin_unlock(&pagemap_lru_lock);
}

void lru_cache_del(struct page *page)
{
	spin_lock(&pagemap_lru_lock);
	if (page_lru(page) != LRU_NONE)
		lru_leave(page, LRU_NONE, GONE_TRUNCATED);
	spin_unlock(&pagemap_lru_lock);
}

static void page_idle(struct page *page, enum page_idle why)
{
	spin_lock(&pagemap_lru_lock);
	if (vm_scanner->idle)
		vm_scanner->idle(page, why);
	spin_unlock(&pagemap_lru_lock);
}

void deactivate_page(struct page *page)
{
	page_idle(page, IDLE_PASSED);
}

void page_unmapped(struct page *page)
{
	page_idle(page, IDLE_UNMAPPED);
}

/* Moves an inactive page to active and raises its age to at least START. */
void activate_page_nolock(struct page *page)
{
	enum lru_list from = page_lru(page);

	if (from == LRU_INACTIVE_DIRTY || from == LRU_INACTIVE_CLEAN)
		lru_move(page, LRU_ACTIVE);
	page->age = max(page->age, PAGE_AGE_START);
}

/*
 * Moves a page from active to inactive_dirty and clears its age and bit, unless
 * a user other than the cache, its buffers and the caller holds it.
 */
void deactivate_page_nolock(struct page *page)
{
	page_clear(page, PG_referenced);
	page->age = 0;
	if (page_lru(page) == LRU_ACTIVE &&
	    page->count <= (page->buffers ? 3 : 2))
		lru_move(page, LRU_INACTIVE_DIRTY);
}

/* => list lock held; at age 0 the page may be on an inactive list */
void age_page_up_nolock(struct page *page)
{
	if (page->age == 0)
		activate_page_nolock(page);
	page->age = min(page->age + PAGE_AGE_ADV, PAGE_AGE_MAX);
}

void age_page_down_ageonly(struct page *page)
{
	page->age /= 2;
}

/* Counts the page in buffermem_pages; PG_buffermem allows a recount. */
void buffermem_add(struct page *page)
{
	BUG_ON(page_test_and_set(page, PG_buffermem), "pfn %lx counted twice",
	       page_to_pfn(page));
	buffermem_pages++;
}

void buffermem_del(struct page *page)
{
	if (!page_test_and_clear(page, PG_buffermem))
		return;
	BUG_ON(buffermem_pages == 0, "pfn %lx", page_to_pfn(page));
	buffermem_pages--;
}

/* ---- the walker ---------------------------------------------------------- */

static void lru_check_list(enum lru_list list)
{
	struct page *page;
	unsigned long n = 0;

	list_for_each_entry(page, lrus[list].head, lru) {
		BUG_ON(page_lru(page) != list, "pfn %lx flags %lx on %s",
		       page_to_pfn(page), page->flags, lru_names[list]);
		n++;
	}
	BUG_ON(n != *lrus[list].pages, "%s has %lu pages, counted %lu",
	       lru_names[list], n, *lrus[list].pages);
}

/* Checks the invariants of a frame of any use. */
static void lru_check_frame(const struct page *page)
{
	int lists = page_test(page, PG_active) +
		    page_test(page, PG_inactive_dirty) +
		    page_test(page, PG_inactive_clean);
	int held = page->pprev_hash != NULL;

	/* Classic: the allocation's reference doubles as "has buffers". */
	if (page->buffers && (page->mapping || !page_test(page, PG_buffermem)))
		held++;
	BUG_ON(lists > 1, "pfn %lx flags %lx", page_to_pfn(page), page->flags);
	BUG_ON(lists && page_test(page, PG_slab), "pfn %lx is a slab",
	       page_to_pfn(page));
	BUG_ON(page->count < held, "pfn %lx count %d, held by %d",
	       page_to_pfn(page), page->count, held);
	BUG_ON(page->count == 0 && (lists || page->mapping || page->buffers),
	       "free pfn %lx flags %lx mapping %p buffers %p",
	       page_to_pfn(page), page->flags, (void *)page->mapping,
	       (void *)page->buffers);
}

/* => no lock held; does not sleep; panics with the broken invariant */
void lru_check(void)
{
	unsigned long i, listed = 0, buffermem = 0, dead = 0;

	lru_check_list(LRU_ACTIVE);
	lru_check_list(LRU_INACTIVE_DIRTY);
	lru_check_list(LRU_INACTIVE_CLEAN);
	for (i = 0; i < num_physpages; i++) {
		struct page *page = &mem_map[i];

		lru_check_frame(page);
		listed += page_lru(page) != LRU_NONE;
		buffermem += page_test(page, PG_buffermem);
		dead += page_lru(page) == LRU_INACTIVE_CLEAN &&
			page_kind(page) == KIND_BUFFER;
	}
	BUG_ON(listed != nr_active_pages + nr_inactive_dirty_pages +
				 zone.inactive_clean_pages,
	       "%lu pages say they are on a list", listed);
	BUG_ON(buffermem != buffermem_pages && !DEFECT(3),
	       "buffermem_pages %lu, counted %lu", buffermem_pages, buffermem);
	BUG_ON(dead != nr_dead_pages, "nr_dead_pages %lu, counted %lu",
	       nr_dead_pages, dead);
}
