/*
 * mm/frames/page.h - struct page: one per managed frame, in the array mem_map.
 *
 * Lock legend: (p) pagecache_lock; (l) pagemap_lru_lock; (k) PG_locked, the
 * page lock; (a) one atomic step on one processor; (z) the zone's lock while
 * the frame is free.
 *
 * count: +1 page cache, +1 if it has buffers or swap I/O in progress, +1 per
 * pte, +1 per temporary user; 0 is free.  A buffer-cache page of the classic
 * design has count 1: its allocation reference doubles as "has buffers".
 */
#pragma once

#include "kernel/base/list.h"
#include "kernel/base/vmhist.h"
#include "kernel/core/wait.h"

struct address_space;
struct buffer_head;

enum page_flag {
	PG_locked = 0,
	PG_error = 1,
	PG_referenced = 2,
	PG_uptodate = 3,
	PG_dirty = 4,
	PG_swap_io = 5,		/* a reference is held for swap I/O */
	PG_active = 6,
	PG_inactive_dirty = 7,
	PG_slab = 8,
	PG_swap_cache = 9,
	PG_checked = 10,	/* a directory page was validated */
	PG_inactive_clean = 11,
	PG_buddy = 12,		/* free, head of a block of 2^order frames */
	PG_buffermem = 13,	/* counted in buffermem_pages, for a recount */
	PG_orphan = 14,		/* truncated while its buffers were busy */
	PG_hole = 15,		/* of a file: read without a block, unchanged */
	PG_reserved = 31,
};

enum lru_list { LRU_NONE, LRU_ACTIVE, LRU_INACTIVE_DIRTY, LRU_INACTIVE_CLEAN,
		LRU_LISTS };
#define LRU_KEEP LRU_LISTS	/* of ->place: stay in place */

#define PAGE_AGE_START	2
#define PAGE_AGE_ADV	3
#define PAGE_AGE_MAX	64

struct page {
	struct list_head list;		/* p: mapping's list; z: free list */
	struct address_space *mapping;	/* p: owner or NULL */
	unsigned long index;		/* p: page offset in mapping */
	struct page *next_hash;		/* p */
	struct page **pprev_hash;	/* p: NULL when not hashed */
	int count;			/* a */
	unsigned long flags;		/* a: bit per enum page_flag */
	struct list_head lru;		/* l */
	int age;			/* l */
	unsigned int laps;		/* l: the scanner's looks at it */
	int order;			/* z: of a free block (PG_buddy) */
	struct wait_queue wait;		/* a: for PG_locked */
	struct buffer_head *buffers;	/* k: ring through b_this_page */
};

extern struct page *mem_map;
extern unsigned long num_physpages;	/* managed frames */
extern unsigned long mem_map_first_pfn;	/* of mem_map[0] */

static inline bool page_test(const struct page *page, enum page_flag flag)
{
	return page->flags >> flag & 1;
}

/*
 * One instruction each: an interrupt that ends I/O unlocks the page, and must
 * not occur between the load and the store of another flag's change.
 */
static inline void page_set(struct page *page, enum page_flag flag)
{
	__atomic_or_fetch(&page->flags, 1UL << flag, __ATOMIC_RELAXED);
}

static inline void page_clear(struct page *page, enum page_flag flag)
{
	__atomic_and_fetch(&page->flags, ~(1UL << flag), __ATOMIC_RELAXED);
}

static inline bool page_test_and_set(struct page *page, enum page_flag flag)
{
	unsigned long bit = 1UL << flag;

	return __atomic_fetch_or(&page->flags, bit, __ATOMIC_RELAXED) & bit;
}

static inline bool page_test_and_clear(struct page *page, enum page_flag flag)
{
	unsigned long bit = 1UL << flag;

	return __atomic_fetch_and(&page->flags, ~bit, __ATOMIC_RELAXED) & bit;
}

static inline unsigned long page_to_pfn(const struct page *page)
{
	return (unsigned long)(page - mem_map) + mem_map_first_pfn;
}

static inline void get_page(struct page *page)
{
	BUG_ON(page->count <= 0, "pfn %lx count %d", page_to_pfn(page),
	       page->count);
	page->count++;
}

/* => the references that its buffers or its swap transfer hold */
static inline int page_io_refs(const struct page *page)
{
	return page->buffers || page_test(page, PG_swap_io);
}

/* mm/reclaim/page_lock.c: the page lock */
/* => true: the caller now holds PG_locked */
static inline bool trylock_page(struct page *page)
{
	return !page_test_and_set(page, PG_locked);
}
/* => microseconds waited, 0: it was unlocked; the page is locked; sleeps */
unsigned long lock_page_for(struct page *page, enum lock_user user);
static inline unsigned long lock_page(struct page *page)
{
	return lock_page_for(page, LOCK_OTHER);
}
void unlock_page(struct page *page);		/* any context; wakes up */
void wait_on_page(struct page *page);		/* => sleeps until unlocked */
