/*
 * mm/reclaim/shrinker.h - caches of small objects (dentries, inodes, slabs)
 * that free memory when it is short: registered by their owners, called by
 * reclaim.
 */
#pragma once

#include "mm/frames/page_alloc.h"

struct shrinker {
	struct list_head node;
	const char *name;
	/*
	 * Frees some of the unused objects; all of them for priority 0, a
	 * 2^priority-th part otherwise.  May call into file systems only with
	 * __GFP_FS.  => objects freed, or frames
	 */
	unsigned long (*shrink)(int priority, gfp_t gfp);
};

/* At start-up.  The last one registered runs first, so the slab allocator
 * frees the frames that the other caches have emptied. */
void register_shrinker(struct shrinker *shrinker);
/* => objects and slab frames freed */
unsigned long run_shrinkers(int priority, gfp_t gfp);
