/*
 * boot/selftest/selftest_mm.c - self-tests of the allocators (test=buddy, slab,
 * kstack).
 *
 * Each allocates and frees in a pseudo-random order, runs the walkers in
 * between, and must end with as much free memory as it began with.
 */
#include "kernel/core/selftest.h"
#include "kernel/core/task.h"
#include "mm/space/mm.h"
#include "mm/heap/slab.h"

#define SLOTS	64
#define ROUNDS	4000

static u32 seed;

static u32 next_random(void)
{
	seed = seed * 1664525u + 1013904223u;
	return seed >> 8;
}

/* Blocks of all small orders; each frame is marked and found unchanged. */
static const char *test_buddy(void)
{
	static struct page *page[SLOTS];
	static unsigned int order[SLOTS];
	unsigned long free = nr_free_pages(), i, slot;
	u32 *mark;

	seed = 1;
	for (i = 0; i < ROUNDS; i++) {
		slot = next_random() % SLOTS;
		if (!page[slot]) {
			order[slot] = next_random() % 4;
			page[slot] = alloc_pages(GFP_ATOMIC, order[slot]);
			if (page[slot])
				*(u32 *)page_address(page[slot]) = slot;
			continue;
		}
		mark = page_address(page[slot]);
		EXPECT(*mark == slot);
		free_pages(page[slot], order[slot]);
		page[slot] = NULL;
		if (i % 256 == 0)
			buddy_check();
	}
	for (slot = 0; slot < SLOTS; slot++) {
		if (page[slot])
			free_pages(page[slot], order[slot]);
		page[slot] = NULL;
	}
	buddy_check();
	EXPECT(nr_free_pages() == free);
	return NULL;
}
SELFTEST(buddy, test_buddy);

static const char *test_slab(void)
{
	static u8 *object[SLOTS];
	static u32 size[SLOTS];
	unsigned long free, i, slot;

	seed = 2;
	slab_shrink();
	free = nr_free_pages();
	for (i = 0; i < ROUNDS; i++) {
		slot = next_random() % SLOTS;
		if (!object[slot]) {
			size[slot] = 1 + next_random() % 5000;
			object[slot] = kmalloc(size[slot], GFP_KERNEL);
			EXPECT(object[slot]);
			memset(object[slot], (int)slot, size[slot]);
			continue;
		}
		EXPECT(object[slot][0] == slot);
		EXPECT(object[slot][size[slot] - 1] == slot);
		kfree(object[slot]);
		object[slot] = NULL;
		if (i % 256 == 0)
			slab_check();
	}
	for (slot = 0; slot < SLOTS; slot++) {
		kfree(object[slot]);
		object[slot] = NULL;
	}
	slab_check();
	slab_shrink();
	EXPECT(nr_free_pages() == free);
	return NULL;
}
SELFTEST(slab, test_slab);

/* Allocations that may not sleep leave the last frames to reclaim. */
static const char *test_last_pages(void)
{
	unsigned long free = nr_free_pages(), left;
	struct page *page, *next;
	LIST_HEAD(held);
	bool reclaim_gets_one;

	while ((page = alloc_pages(GFP_ATOMIC, 0)))
		list_add(&page->list, &held);
	left = nr_free_pages();
	current->flags |= PF_MEMALLOC;
	page = alloc_pages(GFP_ATOMIC, 0);
	current->flags &= ~PF_MEMALLOC;
	reclaim_gets_one = page;
	if (page)
		list_add(&page->list, &held);
	list_for_each_entry_safe(page, next, &held, list) {
		list_del(&page->list);
		put_page(page);
	}
	buddy_check();
	EXPECT(left + 1 == zone.pages_min / 4 && reclaim_gets_one);
	EXPECT(nr_free_pages() == free);
	return NULL;
}
SELFTEST(last_pages, test_last_pages);

/* Only PF_MEMALLOC tasks can use the reserve. */
static const char *test_slab_reserve(void)
{
	struct kmem_cache *cache = kmem_cache_create("selftest", 2000, 4);
	unsigned long avail;
	void *object[8];
	int i, n = 0;

	slab_shrink();
	avail = nr_free_pages();
	for (i = 0; i < 8; i++) {
		object[i] = kmem_cache_alloc(cache, GFP_ATOMIC);
		n += object[i] != NULL;
	}
	EXPECT(n == 8 && nr_free_pages() == avail - 4);	/* two per slab */
	for (i = 0; i < 8; i++)
		kmem_cache_free(cache, object[i]);
	slab_check();
	current->flags |= PF_MEMALLOC;
	for (i = 0; i < 4; i++)
		object[i] = kmem_cache_alloc(cache, 0);
	current->flags &= ~PF_MEMALLOC;
	for (i = 0; i < 4; i++)
		kmem_cache_free(cache, object[i]);
	slab_check();
	return NULL;
}
SELFTEST(slab_reserve, test_slab_reserve);

static const char *test_kstack(void)
{
	unsigned long free = nr_free_pages(), stack[8], i;

	for (i = 0; i < 8; i++) {
		stack[i] = kstack_alloc();
		EXPECT(stack[i]);
		memset((void *)stack[i], (int)i, KSTACK_SIZE);
		EXPECT(kstack_guard_hit(stack[i] - 1));
		EXPECT(!kstack_guard_hit(stack[i]));
	}
	for (i = 0; i < 8; i++) {
		EXPECT(*(u8 *)stack[i] == i);
		kstack_free(stack[i]);
	}
	EXPECT(nr_free_pages() == free);
	return NULL;
}
SELFTEST(kstack, test_kstack);

/* Each call's frame is smaller than the guard, so no call skips it. */
static unsigned int call_without_end(unsigned int depth)
{
	volatile unsigned int frame[64];

	frame[0] = depth;
	return depth ? call_without_end(depth - 1) + frame[0] : 0;
}

static const char *test_kstack_overflow(void)
{
	call_without_end(~0u);
	return "the kernel stack has no end";
}

SELFTEST_FATAL(kstack_overflow, test_kstack_overflow);
