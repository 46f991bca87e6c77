/*
 * mm/frames/page_alloc.h - the frame allocator's interface: every layer may use
 * it.
 */
#pragma once

#include "kernel/base/list.h"
#include "kernel/core/lock.h"
#include "kernel/base/phys.h"
#include "mm/frames/page.h"

typedef unsigned int gfp_t;

#define __GFP_WAIT	0x10u	/* may sleep and reclaim */
#define __GFP_HIGH	0x20u	/* urgent */
#define __GFP_IO	0x40u	/* may start I/O */
#define __GFP_FS	0x80u	/* may call into file systems */
#define GFP_ATOMIC	(__GFP_HIGH)
#define GFP_NOIO	(__GFP_HIGH | __GFP_WAIT)
#define GFP_NOFS	(__GFP_HIGH | __GFP_WAIT | __GFP_IO)
#define GFP_USER	(__GFP_WAIT | __GFP_IO | __GFP_FS)
#define GFP_KERNEL	(__GFP_HIGH | __GFP_WAIT | __GFP_IO | __GFP_FS)
#define GFP_KSWAPD	(__GFP_IO | __GFP_FS)

#define MAX_ORDER	10	/* blocks of 2^0 .. 2^9 frames */

/* The one zone; its lists and watermarks. */
struct zone {
	struct spinlock lock;
	unsigned long size;			/* frames managed */
	unsigned long free_pages;		/* on the free lists */
	unsigned long inactive_clean_pages;	/* pagemap_lru_lock */
	unsigned long inactive_dirty_pages;	/* pagemap_lru_lock */
	unsigned long pages_min, pages_low, pages_high;
	struct list_head inactive_clean_list;	/* pagemap_lru_lock */
	struct free_area {
		struct list_head list;
		unsigned long blocks;
	} free_area[MAX_ORDER];
};

extern struct zone zone;
extern int memory_pressure;	/* frames taken minus freed; decays by
					   1 / 2^INACTIVE_SHIFT a second */
#define INACTIVE_SHIFT	6

/*
 * alloc_pages: 2^order frames, count 1 on the first, age PAGE_AGE_START.
 * => may sleep when gfp has __GFP_WAIT; NULL: no memory
 */
struct page *alloc_pages(gfp_t gfp, unsigned int order);
static inline struct page *alloc_page(gfp_t gfp)
{
	return alloc_pages(gfp, 0);
}

/* alloc_free: tier 1.  rmqueue: 2^order frames, no watermark; NULL: none.  For
 * the tiers below, which alloc_pages() calls through the pointer. */
struct page *alloc_free(unsigned int order);
struct page *rmqueue(unsigned int order);
extern struct page *(*alloc_tiers)(gfp_t gfp, unsigned int order);

/* Drops one reference; the last one frees (only order-0 pages). any context */
void put_page(struct page *page);
/* Frees 2^order frames whose count is 1. */
void free_pages(struct page *page, unsigned int order);

/* => kernel address of one frame (zeroed for the second), NULL */
void *get_free_page(gfp_t gfp);
void *get_zeroed_page(gfp_t gfp);
void free_page(void *address);

void *page_address(const struct page *page);
struct page *virt_to_page(const void *address);

unsigned long nr_free_pages(void);
/* mm/frames/bootmem.c: mem_map, then all managed frames to zone_init */
void page_alloc_init(void);
/* "pages" free frames from first_pfn on, described by map[] (zeroed) */
void zone_init(struct page *map, unsigned long first_pfn, unsigned long pages);
void buddy_check(void);			/* walker: panics on a broken list */
size_t buddyinfo_print(char *buf, size_t size);

/* mm/frames/bootmem.c: before page_alloc_init */
void bootmem_init(unsigned long multiboot_info);
void *bootmem_alloc(size_t bytes, size_t align);	/* zeroed; panics */
/* RAMDISKS modules, moved to the top of RAM; bytes 0: none */
extern struct ramdisk_place { unsigned long phys, bytes; } ramdisks[];
