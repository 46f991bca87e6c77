/*
 * mm/shrinker.h - caches of small objects (dentries, inodes) that give memory
 * back when it is short: registered by their owners, called by reclaim.
 */
#pragma once

#include "mm/page_alloc.h"

struct shrinker {
	struct list_head node;
	const char *name;
	/*
	 * Frees some of the unused objects; all of them for priority 0, a
	 * 2^priority-th part otherwise.  May call into file systems only with
	 * __GFP_FS.  => objects freed
	 */
	unsigned long (*shrink)(int priority, gfp_t gfp);
};

void register_shrinker(struct shrinker *shrinker);	/* at start-up */
/* => objects and slab frames freed */
unsigned long run_shrinkers(int priority, gfp_t gfp);
