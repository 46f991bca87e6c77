/*
 * mm/reclaim/reclaim.h - reclaim as the allocator and the daemons see it.
 */
#pragma once

#include "mm/reclaim/scanner_switch.h"

/* Shortages, in pages. */
unsigned long free_shortage(void);
unsigned long inactive_shortage(void);
unsigned long inactive_target(void);
unsigned long nr_free_buffer_pages(void);
extern unsigned int page_cluster;	/* 2, 3 or 4 by managed size */
#define MAX_LAUNDER	(4u << page_cluster)

/* One page_launder call. => pages cleaned or freed; sleeps as gfp allows */
int page_launder(gfp_t gfp, bool sync);
/* Direct reclaim. => pages freed or made reclaimable (progress) */
int try_to_free_pages(gfp_t gfp);
/* Reclaim; user: for a caller of alloc_pages(), else for kswapd: unbounded. */
int do_try_to_free_pages(gfp_t gfp, bool user);
/* One step of the scanner's ->refill.  => pages deactivated */
int refill_step(int priority, int target);
/* A frame from inactive_clean, count 1, off its mapping; NULL: none */
struct page *reclaim_page(void);
/* Around what counts in reclaim_cycles; nests. */
void reclaim_begin(void);
void reclaim_end(void);
/* Frames made free since the epoch began, by either route. */
unsigned long frames_reclaimed(void);

/* Callers that wake up kswapd, for counters.  => any context */
enum kswapd_caller { KSWAPD_ALLOC, KSWAPD_FREELIST };
void wakeup_kswapd_by(enum kswapd_caller caller);
static inline void wakeup_kswapd(void)
{
	wakeup_kswapd_by(KSWAPD_ALLOC);
}
void wakeup_kreclaimd(void);		/* any context */
void reclaim_init(void);		/* scanner chosen; before daemons */
void reclaim_start(void);		/* kswapd, kreclaimd, the sampler */

/* mm/reclaim/alloc_tiers.c: alloc_tiers of page_alloc.h */
struct page *page_alloc_tiers(gfp_t gfp, unsigned int order);

/* mm/reclaim/atomic_load.c: frames that the timer interrupt takes, for
 * experiments; 0: none. => 0; -EINVAL: over a quarter of memory */
int atomic_load_set(unsigned int frames);
unsigned int atomic_load_get(void);

/* Reclaim's calls into address spaces, which are in a higher room. */
struct process_memory {
	/* Takes some pages out of page tables: mm/space/swap_out.c.  Never
	 * sleeps. => entries taken out */
	int (*swap_out)(void);
	/* => true: memory is used up and reclaim cannot help */
	bool (*out_of_memory)(void);
	/* Kills one process and names it; panics if none may be killed. */
	void (*oom_kill)(void);
};

extern const struct process_memory *process_memory;
