/*
 * mm/frames/page_alloc.c - frames: the buddy free lists.
 *
 * A free block is 2^order frames at a multiple of its size; its first page
 * carries PG_buddy and the order and is on free_area[order].  A block whose
 * buddy is free merges with it.
 *
 * alloc_pages() takes from the free list above pages_low.  Below it the tiers
 * (mm/reclaim/alloc_tiers.c) reclaim frames before they use the rest.
 *
 * Watermarks are those of one zone: pages_min is 1/128, from 10 to 255 pages;
 * pages_low is twice, pages_high three times that.
 *
 * Invariants: a free frame has count 0, no mapping, no buffers and no flag
 * but PG_buddy; zone.free_pages is the sum of the lists (buddy_check).
 * Locks: zone.lock, interrupts off, around the lists only.
 */
#include "kernel/core/trace.h"
#include "kernel/base/vmstat.h"
#include "mm/frames/page_alloc.h"

#define ZONE_RATIO	128
#define ZONE_MIN	10UL
#define ZONE_MAX	255UL

struct zone zone;
int memory_pressure;
struct page *mem_map;
unsigned long num_physpages, mem_map_first_pfn;
struct page *(*alloc_tiers)(gfp_t gfp, unsigned int order);

/* ---- the buddy lists ----------------------------------------------------- */

/* => the block's buddy, which it could merge with; NULL at the edge */
static struct page *buddy_of(struct page *page, unsigned int order)
{
	unsigned long pfn = page_to_pfn(page) ^ (1UL << order);
	unsigned long index = pfn - mem_map_first_pfn;

	return index < num_physpages ? mem_map + index : NULL;
}

static void area_add(struct page *page, unsigned int order)
{
	page_set(page, PG_buddy);
	page->order = order;
	list_add(&page->list, &zone.free_area[order].list);
	zone.free_area[order].blocks++;
}

static void area_del(struct page *page)
{
	page_clear(page, PG_buddy);
	list_del(&page->list);
	zone.free_area[page->order].blocks--;
}

/* Zone lock held. */
static void buddy_free(struct page *page, unsigned int order)
{
	struct page *buddy;

	zone.free_pages += 1UL << order;
	while (order < MAX_ORDER - 1) {
		buddy = buddy_of(page, order);
		if (!buddy || !page_test(buddy, PG_buddy) ||
		    buddy->order != (int)order)
			break;
		area_del(buddy);
		page = min(page, buddy);
		order++;
	}
	area_add(page, order);
}

/* Takes 2^order frames off the free lists. => the first, count 1; NULL */
struct page *rmqueue(unsigned int order)
{
	unsigned long flags = spin_lock_irqsave(&zone.lock);
	struct page *page = NULL;
	unsigned int at = order;

	while (at < MAX_ORDER && list_empty(&zone.free_area[at].list))
		at++;
	if (at == MAX_ORDER)
		goto out;
	page = list_first(&zone.free_area[at].list, struct page, list);
	area_del(page);
	while (at-- > order)
		area_add(page + (1UL << at), at);
	zone.free_pages -= 1UL << order;
	BUG_ON(page->count, "free pfn %lx count %d", page_to_pfn(page),
	       page->count);
	page->count = 1;
out:
	spin_unlock_irqrestore(&zone.lock, flags);
	return page;
}

static void check_freed(const struct page *page)
{
	const unsigned long forbidden = 1UL << PG_locked | 1UL << PG_active |
		1UL << PG_inactive_dirty | 1UL << PG_inactive_clean |
		1UL << PG_swap_cache | 1UL << PG_buddy | 1UL << PG_buffermem;

	BUG_ON((page->flags & forbidden) || page->mapping || page->buffers ||
	       page->count, "free of pfn %lx flags %lx count %d mapping %p",
	       page_to_pfn(page), page->flags, page->count, page->mapping);
}

static void __free_pages_ok(struct page *page, unsigned int order)
{
	unsigned long flags;

	check_freed(page);
	page->flags = 0;
	page->age = PAGE_AGE_START;
	page->laps = 0;
	TRACE(PAGE_FREE, page_to_pfn(page), order);
	count_vm_add(pages_freed, 1UL << order);
	flags = spin_lock_irqsave(&zone.lock);
	buddy_free(page, order);
	spin_unlock_irqrestore(&zone.lock, flags);
	if (memory_pressure > 1)
		memory_pressure--;
}

/* ---- allocation ---------------------------------------------------------- */

/* Tier 1: the free list, while it is above pages_low. => NULL: no such block,
 *    or below */
struct page *alloc_free(unsigned int order)
{
	struct page *page = NULL;

	if (zone.free_pages >= zone.pages_low)
		page = rmqueue(order);
	if (page)
		count_vm(alloc_tier_free);
	return page;
}

/*
 * => the first of 2^order frames with count 1 and age START; NULL: none.  May
 *    sleep with __GFP_WAIT.  With __GFP_FS too, a request for one frame does
 *    not fail: it waits until the out-of-memory killer has freed memory
 */
struct page *alloc_pages(gfp_t gfp, unsigned int order)
{
	struct page *page;

	count_vm(alloc_calls);
	memory_pressure++;
	page = alloc_free(order);
	if (likely(page))
		return page;
	BUG_ON(!alloc_tiers, "order %u at start", order);
	return alloc_tiers(gfp, order);
}

/* ---- freeing, addresses -------------------------------------------------- */

/* => drops one reference; the last one frees the frame; any context */
void put_page(struct page *page)
{
	BUG_ON(page->count <= 0, "put of pfn %lx count %d", page_to_pfn(page),
	       page->count);
	if (--page->count == 0)
		__free_pages_ok(page, 0);
}

/* => 2^order frames from alloc_pages(), count 1; any context */
void free_pages(struct page *page, unsigned int order)
{
	BUG_ON(page->count != 1, "free of pfn %lx count %d", page_to_pfn(page),
	       page->count);
	page->count = 0;
	__free_pages_ok(page, order);
}

void *page_address(const struct page *page)
{
	return phys_to_virt(page_to_pfn(page) << PAGE_SHIFT);
}

/* => the struct page of a managed frame; panics for any other address */
struct page *virt_to_page(const void *address)
{
	unsigned long index = (virt_to_phys(address) >> PAGE_SHIFT) -
		mem_map_first_pfn;

	BUG_ON(index >= num_physpages, "address %p", address);
	return mem_map + index;
}

void *get_free_page(gfp_t gfp)
{
	struct page *page = alloc_page(gfp);

	return page ? page_address(page) : NULL;
}

void *get_zeroed_page(gfp_t gfp)
{
	void *address = get_free_page(gfp);

	return address ? memset(address, 0, PAGE_SIZE) : NULL;
}

void free_page(void *address)
{
	put_page(virt_to_page(address));
}

unsigned long nr_free_pages(void)
{
	return zone.free_pages;
}

/* ---- start, walker, report ----------------------------------------------- */

/* => called once; map[] is zeroed and describes unused frames */
void zone_init(struct page *map, unsigned long first_pfn, unsigned long pages)
{
	unsigned long i, part = pages / ZONE_RATIO;

	mem_map = map;
	mem_map_first_pfn = first_pfn;
	num_physpages = pages;
	memset(&zone, 0, sizeof(zone));
	zone.lock = (struct spinlock){ .name = "zone", .rank = RANK_ZONE };
	zone.size = pages;
	zone.pages_min = max(min(part, ZONE_MAX), ZONE_MIN);
	zone.pages_low = zone.pages_min * 2;
	zone.pages_high = zone.pages_min * 3;
	list_init(&zone.inactive_clean_list);
	for (i = 0; i < MAX_ORDER; i++)
		list_init(&zone.free_area[i].list);
	for (i = 0; i < pages; i++) {
		list_init(&map[i].list);
		list_init(&map[i].lru);
		wait_queue_init(&map[i].wait);
		map[i].age = PAGE_AGE_START;
		buddy_free(&map[i], 0);
	}
}

static void check_block(struct page *page, int order)
{
	unsigned long i, size = 1UL << order;
	struct page *buddy = order < MAX_ORDER - 1 ? buddy_of(page, order) :
		NULL;

	BUG_ON(page->flags != 1UL << PG_buddy || page->order != order,
	       "pfn %lx flags %lx order %d on list %d", page_to_pfn(page),
	       page->flags, page->order, order);
	BUG_ON(page_to_pfn(page) & (size - 1), "pfn %lx order %d",
	       page_to_pfn(page), order);
	BUG_ON(buddy && page_test(buddy, PG_buddy) && buddy->order == order,
	       "pfn %lx and its buddy are both free", page_to_pfn(page));
	for (i = 0; i < size; i++)
		BUG_ON(page[i].count || page[i].mapping || page[i].buffers ||
		       !list_empty(&page[i].lru) || (i && page[i].flags),
		       "free pfn %lx is in use", page_to_pfn(page + i));
}

/* => panics on a broken free list; any context, long with interrupts off */
void buddy_check(void)
{
	unsigned long flags = spin_lock_irqsave(&zone.lock);
	unsigned long free = 0, blocks;
	struct page *page;
	int order;

	for (order = 0; order < MAX_ORDER; order++) {
		blocks = 0;
		list_for_each_entry(page, &zone.free_area[order].list, list) {
			check_block(page, order);
			blocks++;
		}
		BUG_ON(blocks != zone.free_area[order].blocks,
		       "order %d: %lu blocks, counted %lu", order,
		       zone.free_area[order].blocks, blocks);
		free += blocks << order;
	}
	BUG_ON(free != zone.free_pages, "%lu free, counted %lu",
	       zone.free_pages, free);
	spin_unlock_irqrestore(&zone.lock, flags);
}

/* => bytes written: one line, free blocks by order, then the watermarks */
size_t buddyinfo_print(char *buf, size_t size)
{
	size_t n = snprintf(buf, size, "blocks");
	int order;

	for (order = 0; order < MAX_ORDER; order++)
		n += snprintf(buf + min(n, size), size - min(n, size), " %lu",
			      zone.free_area[order].blocks);
	n += snprintf(buf + min(n, size), size - min(n, size),
		      "\nfree %lu min %lu low %lu high %lu managed %lu\n",
		      zone.free_pages, zone.pages_min, zone.pages_low,
		      zone.pages_high, zone.size);
	return min(n, size);
}
