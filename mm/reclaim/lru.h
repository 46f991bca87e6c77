/*
 * mm/reclaim/lru.h - the page lists: the only code that edits them is
 * mm/reclaim/lru.c.
 *
 * active and inactive_dirty are global, inactive_clean belongs to the zone.
 * Pages join at the head and are scanned from the tail.
 */
#pragma once

#include "mm/frames/page_alloc.h"

/* What a page holds, for counters and transitions. */
enum page_kind {
	KIND_ANON,	/* process memory, kernel memory: on no list */
	KIND_SWAP,	/* process memory in the swap cache */
	KIND_FILE,	/* owned by a file's mapping, or shared memory */
	KIND_BUFFER,	/* owned by the buffer cache, with or without heads */
	KIND_ORPHAN,	/* truncated, alive until its buffers are not busy */
	PAGE_KINDS
};

extern struct spinlock pagemap_lru_lock;
extern struct list_head active_list, inactive_dirty_list;
extern unsigned long nr_active_pages;
/* One zone: its count is the machine's. */
#define nr_inactive_dirty_pages (zone.inactive_dirty_pages)
extern unsigned long nr_dead_pages;	/* buffer pages on inactive_clean */
extern unsigned long buffermem_pages;	/* frames owned by the buffer cache */
/* Moves from one list to another, by kind of page at that moment. */
extern unsigned long lru_moves[PAGE_KINDS][LRU_LISTS][LRU_LISTS];
extern const char *const page_kind_names[PAGE_KINDS];
extern const char *const lru_names[LRU_LISTS];

enum lru_list page_lru(const struct page *page);
enum page_kind page_kind(const struct page *page);

/* => true: on active or inactive_dirty, the scanner's lists */
static inline bool page_is_scanned(const struct page *page)
{
	return page_test(page, PG_active) ||
	       page_test(page, PG_inactive_dirty);
}

/* Adds a new page where the scanner places it. => takes the list lock */
void lru_cache_add(struct page *page);
void lru_cache_del(struct page *page);	/* does nothing if on no list */
/* The page is probably not needed soon; the scanner decides.  => takes the list
 * lock; the caller holds a reference */
void deactivate_page(struct page *page);
void page_unmapped(struct page *page);	/* an old page was unmapped */

/* => list lock held from here on.  lru_move: to the head of a list; LRU_NONE
 *    removes.  For scanners; ->placed and ->gone are not called. */
void lru_move(struct page *page, enum lru_list to);
void activate_page_nolock(struct page *page);
void deactivate_page_nolock(struct page *page);
void age_page_up_nolock(struct page *page);
void age_page_down_ageonly(struct page *page);

/* Adds or removes the page from the count of the buffer cache's frames. */
void buffermem_add(struct page *page);
void buffermem_del(struct page *page);	/* does nothing if not counted */

/* Walker: one list at most, flags agree, counters = recount, entry rules of
 * inactive_clean, counts of references.  Panics with the page. */
void lru_check(void);
