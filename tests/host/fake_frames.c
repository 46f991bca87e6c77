/* tests/host/fake_frames.c - see fake_frames.h */
#include <stdlib.h>

#include "kernel/core/trace.h"
#include "mm/reclaim/reclaim.h"
#include "tests/host/check.h"
#include "tests/host/fake_frames.h"

struct zone zone;
struct page *mem_map;
unsigned long num_physpages, mem_map_first_pfn = 256;
int memory_pressure = 1;
u32 trace_mask;
const u8 trace_group_of[TRACE_EVENTS];
static char *arena;
static LIST_HEAD(free_frames);

static int fake_swap_out(void)
{
	return 0;
}

static const struct process_memory fake_processes = {
	.swap_out = fake_swap_out,
};

/* Before main(), as boot/hooks.c does it. */
static void __attribute__((constructor)) fake_hooks(void)
{
	process_memory = &fake_processes;
}

void trace_write(enum trace_event id __unused, u32 a __unused, u32 b __unused,
		 u32 c __unused, u32 d __unused, u32 e __unused)
{
}

u64 clock_cycles(void)
{
	static u64 now;

	return now += 1000;
}

void *page_address(const struct page *page)
{
	return arena + ((page - mem_map) << PAGE_SHIFT);
}

void fake_frames_init(unsigned long frames)
{
	num_physpages = frames;
	mem_map = calloc(2 * frames, sizeof(*mem_map));
	arena = aligned_alloc(PAGE_SIZE, 2 * frames * PAGE_SIZE);
	zone.size = zone.free_pages = frames;
	list_init(&zone.inactive_clean_list);
	for (struct page *page = mem_map; page < mem_map + frames; page++) {
		list_init(&page->lru);
		wait_queue_init(&page->wait);
		page->age = PAGE_AGE_START;
		list_add_tail(&page->list, &free_frames);
	}
}

struct page *fake_frame(void)
{
	struct page *page;

	if (list_empty(&free_frames))
		return NULL;
	page = list_first(&free_frames, struct page, list);
	list_del(&page->list);
	zone.free_pages--;
	page->count = 1;
	memset(page_address(page), 0xa5, PAGE_SIZE);
	return page;
}

struct page *fake_block(unsigned int order)
{
	static unsigned long tail;
	unsigned long frames = 1UL << order;

	tail += frames;
	BUG_ON(tail > num_physpages, "order %u", order);
	return &mem_map[num_physpages + tail - frames];
}

bool fake_put(struct page *page)
{
	BUG_ON(page->count <= 0, "put of %ld, count %d", page - mem_map,
	       page->count);
	if (--page->count)
		return false;
	BUG_ON(page_lru(page) != LRU_NONE || page->mapping || page->buffers ||
		       page_test(page, PG_locked) ||
		       page_test(page, PG_buffermem),
	       "free of %ld, flags %lx", page - mem_map, page->flags);
	page->flags = 0;
	page->age = PAGE_AGE_START;
	list_add(&page->list, &free_frames);
	zone.free_pages++;
	return true;
}
