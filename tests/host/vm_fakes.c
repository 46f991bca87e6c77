/* tests/host/vm_fakes.c - see vm_fakes.h */
#include "tests/host/vm_fakes.h"

#include "kernel/time.h"
#include "kernel/trace.h"
#include "kernel/uaccess.h"
#include "mm/shrinker.h"
#include "mm/slab.h"
#include "mm/swap.h"

struct address_space swapper_space;

/* There are no processes here, and no swap. */
void swap_out(void)
{
}

unsigned long swap_pages_used(void)
{
	return 0;
}

struct zone zone;
struct page *mem_map;
unsigned long num_physpages = FAKE_PAGES, mem_map_first_pfn;
int memory_pressure;
u32 trace_mask, design_defects;
const u8 trace_group_of[TRACE_EVENTS];
volatile unsigned long jiffies;
static struct task the_task;
struct task *current = &the_task;

unsigned int fake_bdflush_wakes, fake_unplugs;
unsigned int fake_writepages, fake_buffer_writes;
bool fake_no_writepage;
int fake_switch_error;
gfp_t fake_last_gfp;
void (*fake_sleep)(void);
unsigned long fake_reads[8192];
unsigned int fake_nreads;

#define SPARE	16	/* frames for the page hash, outside the managed ones */
static struct page frames[FAKE_PAGES + SPARE];
static struct buffer_head heads[FAKE_PAGES];
static char *arena;
static LIST_HEAD(free_frames);
static int locks_held;

const struct buffer_design design_classic = { .name = "classic" };
const struct buffer_design design_writepage = { .name = "writepage" };
struct address_space fake_file, anon_space_mapping;

/* ---- kernel ---- */

void run_test(const char *name, const char *(*test)(void))
{
	test_report(name, test());
}

static void locks_free(void)
{
	pagemap_lru_lock.held = false;
	pagecache_lock.held = false;
	locks_held = 0;
}

void printk(const char *fmt __unused, ...)
{
}

void trace_write(enum trace_event id __unused, u32 a __unused, u32 b __unused,
		 u32 c __unused, u32 d __unused, u32 e __unused)
{
}

void lock_check_take(struct spinlock *lock)
{
	BUG_ON(lock->held, "%s is taken twice", lock->name);
	lock->held = true;
	locks_held++;
}

void lock_check_give(struct spinlock *lock)
{
	BUG_ON(!lock->held, "%s is not held", lock->name);
	lock->held = false;
	locks_held--;
}

static void sleeps(void)
{
	BUG_ON(locks_held, "sleeps with %d locks", locks_held);
	if (fake_sleep)
		fake_sleep();
}

void mutex_lock(struct mutex *mutex)
{
	BUG_ON(mutex->owner, "%s is taken twice", mutex->name);
	mutex->owner = current;
}

void mutex_unlock(struct mutex *mutex)
{
	mutex->owner = NULL;
}

void wait_prepare(struct wait_queue *queue __unused,
		  struct wait_entry *entry __unused,
		  bool interruptible __unused)
{
}

void wait_finish(struct wait_entry *entry __unused)
{
}

void wake_up(struct wait_queue *queue __unused)
{
}

/* Sleeping ends what is under way: there is nothing else to wait for. */
void schedule(void)
{
	sleeps();
	BUG_ON(!fake_io_done(), "%s", "sleeps for ever");
}

void cond_resched(void)
{
	sleeps();
}

void msleep(unsigned int ms)
{
	jiffies += div_round_up(ms * HZ, 1000);
	sleeps();
}

u64 clock_usec(void)
{
	return (u64)jiffies * 10000;
}

int copy_to_user(void *to, const void *from, size_t n)
{
	if (!to)
		return -EFAULT;
	memcpy(to, from, n);
	return 0;
}

int copy_from_user(void *to, const void *from, size_t n)
{
	if (!from)
		return -EFAULT;
	memcpy(to, from, n);
	return 0;
}

void blk_unplug_all(void)
{
	fake_unplugs++;
}

bool oom_victim(const struct task *task __unused)
{
	return false;
}

unsigned long slab_shrink(void)
{
	return 0;
}

/* ---- frames ---- */

void *page_address(const struct page *page)
{
	return arena + ((page - mem_map) << PAGE_SHIFT);
}

struct page *alloc_pages(gfp_t gfp, unsigned int order)
{
	struct page *page = NULL;

	BUG_ON(1u << order > SPARE, "order %u", order);
	if (order)
		return &frames[FAKE_PAGES];
	memory_pressure++;
	if (gfp & __GFP_WAIT && zone.free_pages < zone.pages_low)
		page = reclaim_page();
	if (page)
		return page;
	if (list_empty(&free_frames))
		return NULL;
	page = list_first(&free_frames, struct page, list);
	list_del(&page->list);
	zone.free_pages--;
	page->count = 1;
	return page;
}

void put_page(struct page *page)
{
	BUG_ON(page->count <= 0, "put of %ld, count %d", page - mem_map,
	       page->count);
	if (--page->count)
		return;
	BUG_ON(page_lru(page) != LRU_NONE || page->mapping || page->buffers ||
		       page_test(page, PG_locked) ||
		       page_test(page, PG_buffermem),
	       "free of %ld, flags %lx", page - mem_map, page->flags);
	page->flags = 0;
	page->age = PAGE_AGE_START;
	list_add(&page->list, &free_frames);
	zone.free_pages++;
	if (memory_pressure > 1)
		memory_pressure--;
}

/* ---- buffers: one head a page ---- */

static struct buffer_head *attach(struct page *page)
{
	struct buffer_head *bh = &heads[page - mem_map];

	memset(bh, 0, sizeof(*bh));
	bh->b_page = page;
	page->buffers = bh;
	return bh;
}

void fake_dirty(struct page *page)
{
	buffer_set(page->buffers, BH_Dirty);
	if (vm_scanner->buffers == &design_writepage)
		page_set(page, PG_dirty);
}

struct page *fake_buffer_page(bool dirty)
{
	struct page *page = alloc_page(GFP_NOFS);

	if (!page)
		return NULL;
	if (vm_scanner->buffers == &design_writepage) {
		page_set(page, PG_locked);
		add_to_page_cache_locked(page, &anon_space_mapping,
					 buffermem_pages);
		unlock_page(page);
	} else {
		lru_cache_add(page);
	}
	buffermem_add(page);
	attach(page);
	if (dirty)
		fake_dirty(page);
	return page;
}

struct page *fake_file_page(unsigned long index, int buffer_dirty)
{
	struct page *page = alloc_page(GFP_USER);

	if (!page)
		return NULL;
	if (add_to_page_cache_unique(page, &fake_file, index)) {
		put_page(page);
		return NULL;
	}
	page_set(page, PG_uptodate);
	if (buffer_dirty >= 0) {
		attach(page);
		get_page(page);
	}
	if (buffer_dirty > 0)
		fake_dirty(page);
	unlock_page(page);
	put_page(page);
	return page;
}

void fake_old(struct page *page)
{
	deactivate_page(page);
	BUG_ON(page_lru(page) != LRU_INACTIVE_DIRTY, "flags %lx", page->flags);
}

static void drop_head(struct page *page)
{
	page->buffers = NULL;
	buffermem_del(page);
	put_page(page);
}

bool try_to_free_buffers(struct page *page, gfp_t gfp)
{
	struct buffer_head *bh = page->buffers;

	BUG_ON(!page_test(page, PG_locked), "%ld is not locked",
	       page - mem_map);
	fake_last_gfp = gfp;
	if (gfp & __GFP_WAIT)
		sleeps();
	if (buffer_busy(bh)) {
		if (vm_scanner->buffers == &design_classic &&
		    gfp & __GFP_IO && buffer_test(bh, BH_Dirty) &&
		    !buffer_test(bh, BH_Lock)) {
			fake_buffer_writes++;
			buffer_clear(bh, BH_Dirty);
			buffer_set(bh, BH_Lock);
		}
		return false;
	}
	drop_head(page);
	return true;
}

static int fake_writepage(struct page *page)
{
	struct buffer_head *bh = page->buffers;

	BUG_ON(!page_test(page, PG_locked) || page_test(page, PG_dirty),
	       "writepage of %ld, flags %lx", page - mem_map, page->flags);
	fake_writepages++;
	sleeps();
	if (!bh) {
		unlock_page(page);
		return 0;
	}
	buffer_clear(bh, BH_Dirty);
	buffer_set(bh, BH_Lock);
	buffer_set(bh, BH_Protected);	/* the page's lock goes with it */
	return 0;
}

unsigned int fake_io_done(void)
{
	unsigned int i, n = 0;

	for (i = 0; i < FAKE_PAGES; i++) {
		struct buffer_head *bh = frames[i].buffers;

		if (!bh || !buffer_test(bh, BH_Lock))
			continue;
		buffer_clear(bh, BH_Lock);
		if (buffer_test(bh, BH_Protected))
			unlock_page(&frames[i]);
		buffer_clear(bh, BH_Protected);
		n++;
	}
	return n;
}

static int fake_readpage(struct page *page)
{
	BUG_ON(!page_test(page, PG_locked), "%ld", page - mem_map);
	if (fake_nreads < ARRAY_SIZE(fake_reads))
		fake_reads[fake_nreads++] = page->index;
	memset(page_address(page), page->index & 0xff, PAGE_SIZE);
	page_set(page, PG_uptodate);
	unlock_page(page);
	return 0;
}

static int fake_prepare(struct page *page, unsigned int from __unused,
			unsigned int to __unused)
{
	if (!page_test(page, PG_uptodate))
		memset(page_address(page), 0, PAGE_SIZE);
	return 0;
}

static int fake_commit(struct page *page, unsigned int from __unused,
		       unsigned int to __unused)
{
	if (!page->buffers) {
		attach(page);
		get_page(page);
	}
	page_set(page, PG_uptodate);
	fake_dirty(page);
	return 0;
}

static const struct address_space_operations file_ops = {
	.writepage = fake_writepage, .readpage = fake_readpage,
	.prepare_write = fake_prepare, .commit_write = fake_commit,
}, read_only_ops = { .readpage = fake_readpage };

static bool fake_flush_page(struct page *page, unsigned int offset)
{
	if (offset)
		return false;
	if (page->buffers->b_count) {
		buffer_clear(page->buffers, BH_Dirty);
		buffermem_add(page);
		return false;
	}
	fake_io_done();
	page->buffers->b_state = 0;
	drop_head(page);
	return true;
}

static void fake_wakeup_bdflush(bool block __unused, int caller __unused)
{
	fake_bdflush_wakes++;
}

/* In place: buffer pages join or leave the anon mapping. */
static int fake_switch(const struct buffer_design *to)
{
	unsigned long i;

	sleeps();
	if (fake_switch_error)
		return fake_switch_error;
	if (to == &design_classic)
		invalidate_inode_pages(&anon_space_mapping);
	for (i = 0; i < FAKE_PAGES; i++) {
		struct page *page = &frames[i];
		struct buffer_head *bh = page->buffers;

		if (!bh)
			continue;
		if (to == &design_classic) {
			page_clear(page, PG_dirty);
			if (page->mapping == &anon_space_mapping) {
				remove_inode_page(page);
				put_page(page);
			}
			continue;
		}
		if (page_test(page, PG_buffermem) &&
		    !page_test(page, PG_orphan)) {
			bool was = page_test_and_set(page, PG_locked);

			lru_cache_del(page);
			page->buffers = NULL;
			add_to_page_cache_locked(page, &anon_space_mapping, i);
			page->buffers = bh;
			if (!was)
				unlock_page(page);
		}
		if (buffer_test(bh, BH_Dirty))
			page_set(page, PG_dirty);
	}
	return 0;
}

const struct buffer_hooks buffer_hooks = {
	.try_to_free_buffers = try_to_free_buffers,
	.flush_page = fake_flush_page,
	.wakeup_bdflush = fake_wakeup_bdflush,
	.switch_design = fake_switch,
	.anon_space = &anon_space_mapping,
};

/* ---- start over ---- */

void fake_gone(struct page *page)
{
	get_page(page);
	lru_cache_del(page);
	page_clear(page, PG_dirty);
	page_clear(page, PG_locked);
	if (page->buffers) {
		page->buffers->b_state = 0;
		drop_head(page);
	}
	if (page->mapping)
		remove_inode_page(page);
	while (page->count > 1)
		put_page(page);
	put_page(page);
}

static void frames_init(void)
{
	unsigned long i;

	mem_map = frames;
	arena = malloc((FAKE_PAGES + SPARE) * PAGE_SIZE);
	zone.size = FAKE_PAGES;
	list_init(&zone.inactive_clean_list);
	for (i = 0; i < FAKE_PAGES; i++) {
		list_init(&frames[i].list);
		list_init(&frames[i].lru);
		wait_queue_init(&frames[i].wait);
		frames[i].age = PAGE_AGE_START;
		list_add(&frames[i].list, &free_frames);
		zone.free_pages++;
	}
	page_cache_init();
	reclaim_init();
}

void fake_reset(const char *scanner)
{
	unsigned long i;

	if (!mem_map)
		frames_init();
	else
		for (i = 0; i < FAKE_PAGES; i++)
			if (frames[i].count)
				fake_gone(&frames[i]);
	BUG_ON(zone.free_pages != FAKE_PAGES, "%lu free", zone.free_pages);
	address_space_init(&fake_file,
			   fake_no_writepage ? &read_only_ops : &file_ops,
			   NULL);
	address_space_init(&anon_space_mapping, &file_ops, NULL);
	scanner_boot(scanner);
	memset(&vm_stat, 0, sizeof(vm_stat));
	memset(lru_moves, 0, sizeof(lru_moves));
	memory_pressure = 1;
	zone.pages_min = 10;
	zone.pages_low = 20;
	zone.pages_high = 30;
	fake_bdflush_wakes = fake_unplugs = 0;
	fake_writepages = fake_buffer_writes = fake_nreads = 0;
	fake_switch_error = 0;
	fake_sleep = NULL;
	fake_panicked = locks_free;
	drop_behind = 1;
}

void fake_tables(void)
{
	lru_check();
	pagecache_check();
}
