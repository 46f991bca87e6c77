/*
 * mm/heap/slab.h - caches of objects of one size, and kmalloc on top.
 *
 * A cache made with a reserve reserves that many objects for tasks with
 * PF_MEMALLOC: write-out can always proceed (see docs/LOCKING.md).
 */
#pragma once

#include "mm/frames/page_alloc.h"

struct kmem_cache;

/* => a cache, panics without memory (only start-up makes caches) */
struct kmem_cache *kmem_cache_create(const char *name, size_t size,
				     unsigned int reserve);
/* => an object, not cleared; NULL: no memory.  Sleeps with __GFP_WAIT */
void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t gfp);
void kmem_cache_free(struct kmem_cache *cache, void *object);

/* kmalloc: 16 bytes .. 64 KB, any alignment up to 16.  kfree(NULL) is fine */
void *kmalloc(size_t size, gfp_t gfp);
void *kzalloc(size_t size, gfp_t gfp);
void kfree(void *object);

void slab_init(void);
unsigned long slab_shrink(void);	/* => frames freed */
unsigned long slab_pages(void);		/* frames in use by slabs */
size_t slabinfo_print(char *buf, size_t size);
void slab_check(void);			/* walker */
