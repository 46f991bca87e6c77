/*
 * tools/cachesim/kern_host.c - what the kernel's files want of the rest of the
 * kernel: memory, messages, user memory, the parts that this machine has not
 */
#include <stdlib.h>
#include <sys/mman.h>

#include "tools/cachesim/kern_impl.h"

#include "kernel/base/cmdline.h"
#include "kernel/base/power.h"
#include "kernel/core/trace.h"
#include "kernel/core/uaccess.h"
#include "kernel/process/process.h"
#include "mm/heap/slab.h"
#include "mm/reclaim/shrinker.h"

#define FIRST_PFN	256UL	/* as on a PC: the first megabyte is not
				   managed */

struct boot_options boot_options;
u32 trace_mask;
const u8 trace_group_of[TRACE_EVENTS];
char *host_memory;

/* ---- frames -------------------------------------------------------------- */

/* The host gives a frame memory when it is first written. */
void kern_memory_init(unsigned long frames)
{
	struct page *map = calloc(frames, sizeof(*map));
	char *memory = mmap(NULL, frames << PAGE_SHIFT, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	BUG_ON(!map || memory == MAP_FAILED, "no memory for %lu frames",
	       frames);
	host_memory = memory - (FIRST_PFN << PAGE_SHIFT);
	zone_init(map, FIRST_PFN, frames);
}

/* The first frames are those that boot has taken for hash tables. */
void kern_hold(unsigned long frames)
{
	static struct page *held;		/* through next_hash */
	static unsigned long boot, count;
	struct page *page;

	if (!boot)
		boot = num_physpages - zone.free_pages;
	while (boot + count < frames && (page = alloc_page(GFP_KERNEL))) {
		page_set(page, PG_reserved);
		page->next_hash = held;
		held = page;
		count++;
	}
	while (boot + count > frames && (page = held)) {
		held = page->next_hash;
		page->next_hash = NULL;
		page_clear(page, PG_reserved);
		put_page(page);
		count--;
	}
}

/* ---- small objects ------------------------------------------------------- */

/* Objects are the host's, but take as many frames of the machine as the buffer
 * heads of an i386: 36 in a frame. */
#define PER_FRAME	36

struct kmem_cache {
	unsigned long used, held;	/* objects, frames */
	struct page *frames;		/* through next_hash */
	void *spare;			/* a free object, through its start */
	size_t size;
};

struct kmem_cache *kmem_cache_create(const char *name __unused, size_t size,
				     unsigned int reserve __unused)
{
	struct kmem_cache *cache = calloc(1, sizeof(*cache));

	BUG_ON(!cache, "no memory for a cache");
	cache->size = size;
	return cache;
}

static bool cache_grow(struct kmem_cache *cache, gfp_t gfp)
{
	struct page *page = alloc_page(gfp);

	if (!page)
		return false;
	page_set(page, PG_slab);
	page->next_hash = cache->frames;
	cache->frames = page;
	cache->held++;
	return true;
}

/* One frame is kept for the next burst. */
static void cache_shrink(struct kmem_cache *cache)
{
	struct page *page = cache->frames;

	if (cache->used + 2 * PER_FRAME > cache->held * PER_FRAME)
		return;
	cache->frames = page->next_hash;
	page->next_hash = NULL;
	page_clear(page, PG_slab);
	cache->held--;
	put_page(page);
}

void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t gfp)
{
	void *object;

	while (cache->used == cache->held * PER_FRAME)
		if (!cache_grow(cache, gfp))
			return NULL;
	cache->used++;
	object = cache->spare;
	if (object)
		cache->spare = *(void **)object;
	else
		object = malloc(cache->size);
	BUG_ON(!object, "no memory for an object");
	return object;
}

void kmem_cache_free(struct kmem_cache *cache, void *object)
{
	*(void **)object = cache->spare;
	cache->spare = object;
	cache->used--;
	cache_shrink(cache);
}

/* ---- messages ------------------------------------------------------------ */

void printk(const char *fmt __unused, ...)
{
}

void machine_end(enum end_code code __unused)
{
	panic("the run has ended");
}

void trace_write(enum trace_event id __unused, u32 a __unused, u32 b __unused,
		 u32 c __unused, u32 d __unused, u32 e __unused)
{
}

void trace_tail(unsigned int events __unused)
{
}

/* ---- user memory: its data have no reader ------------------------------- */

int copy_to_user(void *to __unused, const void *from __unused,
		 size_t n __unused)
{
	return 0;
}

int copy_from_user(void *to __unused, const void *from __unused,
		   size_t n __unused)
{
	return 0;
}
