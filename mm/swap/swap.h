/*
 * mm/swap/swap.h - swap: slots on disks, the swap cache, swap_out.
 *
 * A swap entry names a slot of a swap area.  It is stored in the page-table
 * entry of a page that was taken out, where bit 0 means "not present", and is
 * the page's index in swapper_space.  Slot 0 is the area's header, so no entry
 * is 0.
 */
#pragma once

#include "drivers/block/blk.h"
#include "kernel/core/lock.h"
#include "mm/reclaim/address_space.h"

struct mm_struct;

typedef u32 swp_entry;		/* bits 1-2: area, 8-31: slot; bit 0 clear */

#define MAX_SWAPFILES		4u
#define SWP_ENTRY(type, slot)	((u32)(slot) << 8 | (u32)(type) << 1)
#define SWP_TYPE(entry)		((entry) >> 1 & (MAX_SWAPFILES - 1))
#define SWP_SLOT(entry)		((u32)(entry) >> 8)
#define SWAP_SLOTS_MAX		(1u << 20)	/* 4 GB an area */
#define SWAP_MAP_MAX		0x7fffu
#define SWAP_MAP_BAD		0x8000u		/* header, or bad for mkswap */

/* A swap area.  Nothing sleeps between a test of it and a change. */
struct swap_info {
	struct blk_dev *dev;		/* NULL: no area */
	u16 *map;			/* uses of each slot: one per page-table
					   entry or object of shared memory,
					   one for the swap cache */
	unsigned int order;		/* map has 2^order frames */
	u32 max;			/* slots, with the header */
	u32 pages;			/* usable slots */
	u32 used;			/* of those, with uses */
	u32 next;			/* the search continues here */
	u32 cluster_left;		/* slots left of the current run */
	int prio;			/* highest first */
	bool writeok;			/* allocates slots; false: swapoff */
};
extern struct swap_info swap_info[MAX_SWAPFILES];

/* ---- mm/swap/swap_map.c: slots.  Nothing sleeps -------------------------- */
swp_entry get_swap_page(void);		/* one use; 0: swap is full */
void swap_duplicate(swp_entry entry);	/* adds a use */
void swap_free(swp_entry entry);	/* drops a use */
unsigned int swap_count(swp_entry entry);	/* uses */
/* => the entry is of an area, and its slot in use */
bool swap_entry_valid(swp_entry entry);
unsigned long swap_pages_total(void);
unsigned long swap_pages_free(void);
unsigned long swap_pages_used(void);

/* ---- mm/swap/swap_state.c: the swap cache -------------------------------- */
extern struct address_space swapper_space;
/* Page locked; the caller passes its use of the slot to the cache. */
void add_to_swap_cache(struct page *page, swp_entry entry);
/* Page locked: removes it from the cache, dirty, and drops the slot's use. */
void delete_from_swap_cache(struct page *page);
/* => only the cache and the caller use the page and its slot */
bool page_sole_user(const struct page *page);
/* Frees the page's slot if the caller is the sole user. => true: freed */
bool swap_drop_slot(struct page *page);
/* Drops an entry's use of the slot; an unused cached page is freed too. */
void free_swap_and_cache(swp_entry entry);
/* => the page with a reference, maybe locked; NULL: not cached */
struct page *lookup_swap_cache(swp_entry entry);
/* => the page with a reference, its read and its cluster's started; NULL: no
 *    memory, or the slot is not in use; sleeps */
struct page *swapin(swp_entry entry);

/* ---- mm/swap/page_io.c --------------------------------------------------- */
/* Starts a transfer between a locked page of the cache and its slot; its end
 * unlocks the page.  Sleeps. */
void rw_swap_page(int rw, struct page *page);

/* ---- mm/space/swap_out.c ------------------------------------------------- */
/* One step: takes pages out of page tables. */
int swap_out(void);	/* => entries taken out of page tables */

/* ---- mm/space/swap_off.c ------------------------------------------------- */
long swap_off(struct blk_dev *dev);			/* 0, -E; sleeps */
void swap_check(void);			/* walker: uses = entries + cache */

/* ---- mm/swap/swapfile.c -------------------------------------------------- */
#define SWAP_FLAG_PREFER	0x8000u
#define SWAP_PRIO_MASK		0x7fffu
extern struct mutex swap_mutex;	/* orders switching on and off */
long swap_on(struct blk_dev *dev, unsigned int flags);	/* 0, -E; sleeps */
void swap_remove_area(struct swap_info *si);	/* no slot in use; swap_mutex */
size_t swaps_print(char *buf, size_t size);		/* /proc/swaps */
