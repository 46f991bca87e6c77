/*
 * mm/swap/shmem.c - shared memory that no file backs
 *
 * An object of shared memory is an address_space backed by swap.  It is mapped
 * like a file (fs/vfs/shm_file.c), so faults, fork, swap_out and the scanners
 * need no special case: its pages are in the page cache and on the page lists.
 * Only two things differ, as in 2.4's shmem:
 *
 * Page-out: ->writepage allocates a slot, which the object stores in place of
 * the page, moves the page from the object's mapping to the swap cache, and
 * writes it there.  From then on it is a swap page like any other.  A page that
 * is mapped, or for which no slot is free, stays, referenced, and the scanner
 * moves it back to active.
 *
 * Page-in: ->nopage finds the page in the mapping; or moves it back from the
 * swap cache, after a read if needed, and frees the slot; or makes a zeroed
 * one.
 *
 * A clean page was never written: it is zero, and may just be freed.
 *
 * Invariants: an index has a page in the mapping, or a slot, or neither; each
 *	slot stored is one use in the swap map (shmem_check, swap_check); a page
 *	in the mapping is uptodate.
 * Locks: PG_locked to move a page; otherwise nothing sleeps between a test of
 *	a slot and the change that relies on it.
 */
#include "mm/swap/shmem.h"
#include "kernel/core/task.h"
#include "kernel/base/vmstat.h"
#include "mm/reclaim/filemap.h"
#include "mm/reclaim/lru.h"
#include "mm/reclaim/touch.h"
#include "mm/heap/slab.h"

#define TABLE_SLOTS	(PAGE_SIZE / sizeof(swp_entry))

static LIST_HEAD(objects);

static unsigned long nr_tables(const struct shmem *shmem)
{
	return (shmem->pages + TABLE_SLOTS - 1) / TABLE_SLOTS;
}

/* => the place of a page's slot; NULL: no table yet */
static swp_entry *shmem_slot(const struct shmem *shmem, unsigned long index)
{
	swp_entry *table = shmem->slots[index / TABLE_SLOTS];

	return table ? &table[index % TABLE_SLOTS] : NULL;
}

/* => the place of a page's slot, in a new table if needed; NULL: no memory;
 * sleeps */
static swp_entry *make_shmem_slot(struct shmem *shmem, unsigned long index)
{
	swp_entry *slot = shmem_slot(shmem, index), *table;

	BUG_ON(index >= shmem->pages, "page %lu of %lu", index, shmem->pages);
	if (slot)
		return slot;
	table = get_zeroed_page(GFP_KERNEL);
	if (!table)
		return NULL;
	if (shmem->slots[index / TABLE_SLOTS])
		free_page(table);
	else
		shmem->slots[index / TABLE_SLOTS] = table;
	return shmem_slot(shmem, index);
}

/* ---- out ----------------------------------------------------------------- */

/* => only the mapping and the caller hold the page */
static void move_out(struct shmem *shmem, struct page *page, swp_entry entry)
{
	swp_entry *slot = shmem_slot(shmem, page->index);

	BUG_ON(!slot || *slot, "page %lu has slot %x", page->index,
	       slot ? *slot : 0);
	*slot = entry;
	shmem->swapped++;
	lru_cache_del(page);
	remove_inode_page(page);
	put_page(page);
	swap_duplicate(entry);
	add_to_swap_cache(page, entry);
	deactivate_page(page);
}

/* a_ops->writepage.  => 0; sleeps */
static int shmem_writepage(struct page *page)
{
	struct shmem *shmem = page->mapping->host;
	swp_entry entry = page->count == 2 ? get_swap_page() : 0;

	if (!entry) {
		count_vm(shmem_kept);
		set_page_dirty(page);
		page_set(page, PG_referenced);
		unlock_page(page);
		return 0;
	}
	count_vm(shmem_moved_out);
	move_out(shmem, page, entry);
	rw_swap_page(BLK_WRITE, page);
	return 0;
}

/* ---- in ------------------------------------------------------------------ */

/* Moves the page, locked, uptodate and in the swap cache, back to the object
 * and frees its slot, so the page is dirty. */
static void move_in(struct shmem *shmem, swp_entry *slot, struct page *page,
		    unsigned long index, u32 how)
{
	delete_from_swap_cache(page);
	swap_free(*slot);
	*slot = 0;
	shmem->swapped--;
	page->age = PAGE_AGE_START;
	add_to_page_cache_locked(page, &shmem->mapping, index);
	page_set(page, PG_uptodate);
	trace_page(TRACE_TOUCH, page, how);
	set_page_dirty(page);
	count_vm(shmem_moved_in);
}

/* Moves the page of a slot back.  TOUCH_MISS in *how: it had to be read.
 * => the page; NULL: the slot changed, try again; -EIO, -ENOMEM; sleeps */
static struct page *swapped_page(struct shmem *shmem, swp_entry *slot,
				 unsigned long index, u32 *how)
{
	swp_entry entry = *slot;
	struct page *page = lookup_swap_cache(entry), *result = NULL;

	if (!page) {
		*how |= TOUCH_MISS;
		page = swapin(entry);
	}
	if (!page)
		return *slot == entry ? ERR_PTR(-ENOMEM) : NULL;
	lock_page_for(page, LOCK_FAULT);
	if (*slot == entry && page->mapping == &swapper_space &&
	    page->index == entry)
		result = page_test(page, PG_uptodate) ? page : ERR_PTR(-EIO);
	if (result == page)
		move_in(shmem, slot, page, index, *how);
	unlock_page(page);
	if (result != page)
		put_page(page);
	return result;
}

/* => NULL: the index got a page meanwhile; -ENOMEM; sleeps */
static struct page *new_zero_page(struct shmem *shmem, const swp_entry *slot,
				  unsigned long index, u32 *how)
{
	struct page *page = alloc_page(shmem->mapping.gfp_mask);

	if (!page)
		return ERR_PTR(-ENOMEM);
	memset(page_address(page), 0, PAGE_SIZE);
	if (*slot || add_to_page_cache_unique(page, &shmem->mapping, index)) {
		put_page(page);
		return NULL;
	}
	count_vm(pgfault_zero);
	*how |= TOUCH_MISS | TOUCH_NEW;
	page_set(page, PG_uptodate);
	unlock_page(page);
	trace_page(TRACE_TOUCH, page, *how);
	return page;
}

/* a_ops->nopage */
static struct page *shmem_nopage(struct address_space *mapping,
				 unsigned long index, u32 *how)
{
	struct shmem *shmem = mapping->host;
	swp_entry *slot = make_shmem_slot(shmem, index);
	struct page *page;

	if (!slot)
		return ERR_PTR(-ENOMEM);
	do {
		page = find_get_page(mapping, index);
		if (page)
			trace_page(TRACE_TOUCH, page, *how);
		else if (*slot)
			page = swapped_page(shmem, slot, index, how);
		else
			page = new_zero_page(shmem, slot, index, how);
	} while (!page);
	return page;
}

/* a_ops->key */
static void shmem_key(const struct address_space *mapping, u32 *space,
		      u32 *owner)
{
	const struct shmem *shmem = mapping->host;

	*space = TOUCH_SPACE(TOUCH_SHM, 0);
	*owner = shmem->number;
}

static const struct address_space_operations shmem_aops = {
	.writepage = shmem_writepage,
	.nopage = shmem_nopage,
	.key = shmem_key,
};

/* ---- objects ------------------------------------------------------------- */

/* => an object with one user, who calls shmem_put(); NULL: no memory */
struct shmem *shmem_alloc(unsigned long pages)
{
	struct shmem *shmem = kzalloc(sizeof(*shmem), GFP_KERNEL);
	static u32 last;

	if (!shmem)
		return NULL;
	shmem->number = ++last;
	shmem->pages = pages;
	shmem->users = 1;
	shmem->slots = kzalloc(nr_tables(shmem) * sizeof(*shmem->slots),
			       GFP_KERNEL);
	if (!shmem->slots) {
		kfree(shmem);
		return NULL;
	}
	address_space_init(&shmem->mapping, &shmem_aops, shmem);
	list_add_tail(&shmem->node, &objects);
	return shmem;
}

static void free_table(struct shmem *shmem, swp_entry *table)
{
	unsigned long i;

	for (i = 0; i < TABLE_SLOTS; i++) {
		if (!table[i])
			continue;
		free_swap_and_cache(table[i]);
		shmem->swapped--;
	}
	free_page(table);
}

static struct page *first_page(struct address_space *mapping)
{
	struct list_head *list = &mapping->clean_pages;

	if (list_empty(list))
		list = &mapping->dirty_pages;
	if (list_empty(list))
		list = &mapping->locked_pages;
	return list_first(list, struct page, list);
}

/* Removes all pages.  They have no buffers and no area maps them, but may be in
 * a write to swap. => sleeps for it */
static void drop_all_pages(struct address_space *mapping)
{
	struct page *page;

	while (mapping->nrpages) {
		page = first_page(mapping);
		get_page(page);
		lock_page(page);
		if (page->mapping == mapping) {
			lru_cache_del(page);
			page_clear(page, PG_dirty);
			page_clear(page, PG_uptodate);
			trace_page(TRACE_GONE, page, TOUCH_TRUNCATED);
			remove_inode_page(page);
			put_page(page);
		}
		unlock_page(page);
		put_page(page);
	}
}

/* => the last user frees it; no area may map it then */
void shmem_put(struct shmem *shmem)
{
	unsigned long i;

	if (--shmem->users)
		return;
	BUG_ON(shmem->mapping.mapped, "%u areas map it", shmem->mapping.mapped);
	drop_all_pages(&shmem->mapping);
	for (i = 0; i < nr_tables(shmem); i++)
		if (shmem->slots[i])
			free_table(shmem, shmem->slots[i]);
	BUG_ON(shmem->swapped || shmem->mapping.nrpages,
	       "%lu slots and %lu pages are left", shmem->swapped,
	       shmem->mapping.nrpages);
	list_del(&shmem->node);
	kfree(shmem->slots);
	kfree(shmem);
}

struct shmem *shmem_of(const struct address_space *mapping)
{
	return mapping->a_ops == &shmem_aops ? mapping->host : NULL;
}

/* ---- swapoff ------------------------------------------------------------- */

/* => 0 or -E; the caller holds a reference; sleeps */
static int unuse_object(struct shmem *shmem, unsigned int type)
{
	unsigned long index;
	struct page *page;
	u32 how = TOUCH_PREFETCH;
	swp_entry *slot;

	for (index = 0; index < shmem->pages && shmem->swapped; index++) {
		slot = shmem_slot(shmem, index);
		if (!slot || !*slot || SWP_TYPE(*slot) != type)
			continue;
		page = shmem_nopage(&shmem->mapping, index, &how);
		if (IS_ERR(page))
			return PTR_ERR(page);
		put_page(page);
		cond_resched();
	}
	return 0;
}

/* => reads back all objects; one that is created meanwhile gets no such slot */
int shmem_unuse(unsigned int type)
{
	struct shmem *shmem, *next;
	int error = 0;

	if (list_empty(&objects))
		return 0;
	shmem = list_first(&objects, struct shmem, node);
	shmem->users++;
	while (shmem) {
		if (!error)
			error = unuse_object(shmem, type);
		next = shmem->node.next == &objects ? NULL :
			list_entry(shmem->node.next, struct shmem, node);
		if (next)
			next->users++;
		shmem_put(shmem);
		shmem = next;
	}
	return error;
}

/* ---- counts, walkers ----------------------------------------------------- */

/* => pages of page_cache_size that need swap to be reclaimed */
unsigned long shmem_pages(void)
{
	struct shmem *shmem;
	unsigned long pages = 0;

	list_for_each_entry(shmem, &objects, node)
		pages += shmem->mapping.nrpages;
	return pages;
}

unsigned long shmem_swapped(void)
{
	struct shmem *shmem;
	unsigned long pages = 0;

	list_for_each_entry(shmem, &objects, node)
		pages += shmem->swapped;
	return pages;
}

/* => the slots stored */
void shmem_walk_slots(void (*add)(swp_entry entry, int n), int n)
{
	struct shmem *shmem;
	unsigned long index;
	swp_entry *slot;

	list_for_each_entry(shmem, &objects, node)
		for (index = 0; index < shmem->pages; index++) {
			slot = shmem_slot(shmem, index);
			if (slot && *slot)
				add(*slot, n);
		}
}

/* => panics if an index has both page and slot, or a count is wrong */
void shmem_check(void)
{
	struct shmem *shmem;
	struct page *page;
	unsigned long i, index, slots;
	swp_entry *slot;

	for (i = 0; i < num_physpages; i++) {
		page = &mem_map[i];
		if (!page->mapping || !shmem_of(page->mapping))
			continue;
		slot = shmem_slot(page->mapping->host, page->index);
		BUG_ON(!slot || *slot || !page_test(page, PG_uptodate),
		       "page %lu slot %x flags %lx", page->index,
		       slot ? *slot : 0, page->flags);
	}
	list_for_each_entry(shmem, &objects, node) {
		slots = 0;
		for (index = 0; index < shmem->pages; index++) {
			slot = shmem_slot(shmem, index);
			slots += slot && *slot;
		}
		BUG_ON(slots != shmem->swapped || shmem->users <= 0,
		       "%lu slots, counted %lu; %d users", shmem->swapped,
		       slots, shmem->users);
	}
}
