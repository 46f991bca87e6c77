/*
 * tests/host/vm_fakes.c - the kernel and the frames of vm_fakes.h; its buffers
 * are in vm_fake_buffers.c.
 */
#include "fs/vfs/page_file.h"
#include "tests/host/fake_frames.h"
#include "tests/host/fake_locks.h"
#include "tests/host/vm_fakes_impl.h"

#include "kernel/core/time.h"
#include "kernel/core/uaccess.h"
#include "mm/swap/swap.h"

struct address_space swapper_space;

unsigned long swap_pages_used(void)
{
	return 0;
}

volatile unsigned long jiffies;
static struct task the_task;
struct task *current = &the_task;

unsigned int fake_unplugs;
bool fake_no_writepage;
void (*fake_sleep)(void);

/* ---- kernel ---- */

void run_test(const char *name, const char *(*test)(void))
{
	test_report(name, test());
}

static void locks_free(void)
{
	pagemap_lru_lock.held = false;
	pagecache_lock.held = false;
	fake_locks_held = 0;
}

void printk(const char *fmt __unused, ...)
{
}

void fake_sleeps(void)
{
	lock_check_sleep();
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
	fake_sleeps();
	BUG_ON(!fake_io_done(), "%s", "sleeps without end");
}

void cond_resched(void)
{
	fake_sleeps();
}

void msleep(unsigned int ms)
{
	jiffies += div_round_up(ms * HZ, 1000);
	fake_sleeps();
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

u32 blk_max_sectors;

void blk_unplug_all(void)
{
	fake_unplugs++;
}

/* ---- frames ---- */

struct page *alloc_pages(gfp_t gfp, unsigned int order)
{
	struct page *page = NULL;

	if (order)
		return fake_block(order);
	memory_pressure++;
	if (gfp & __GFP_WAIT && zone.free_pages < zone.pages_low)
		page = reclaim_page();
	return page ? page : fake_frame();
}

void put_page(struct page *page)
{
	if (fake_put(page) && memory_pressure > 1)
		memory_pressure--;
}

/* ---- start over ---- */

void fake_gone(struct page *page)
{
	get_page(page);
	lru_cache_del(page);
	page_clear(page, PG_dirty);
	page_clear(page, PG_locked);
	if (page->buffers) {
		page->buffers->b_state = 0;
		fake_drop_head(page);
	}
	if (page->mapping)
		remove_inode_page(page);
	while (page->count > 1)
		put_page(page);
	put_page(page);
}

void fake_reset(const char *scanner)
{
	unsigned long i;

	if (!mem_map) {
		fake_frames_init(FAKE_PAGES);
		page_cache_init();
		reclaim_init();
		register_buffer_hooks(&fake_buffer_hooks);
	}
	for (i = 0; i < FAKE_PAGES; i++)
		if (mem_map[i].count)
			fake_gone(&mem_map[i]);
	BUG_ON(zone.free_pages != FAKE_PAGES, "%lu free", zone.free_pages);
	blk_max_sectors = 255;
	address_space_init(&fake_file,
			   fake_no_writepage ? &fake_read_only_ops :
			   &fake_file_ops.pages,
			   NULL);
	address_space_init(&anon_space_mapping, &fake_file_ops.pages, NULL);
	scanner_boot(scanner);
	memset(&vm_stat, 0, sizeof(vm_stat));
	memset(lru_moves, 0, sizeof(lru_moves));
	memory_pressure = 1;
	zone.pages_min = 10;
	zone.pages_low = 20;
	zone.pages_high = 30;
	fake_bdflush_wakes = fake_busy_wakes = fake_unplugs = 0;
	fake_writepages = fake_buffer_writes = fake_nreads = 0;
	fake_page_waits = 0;
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

void fake_random_event(void)
{
	struct page *page = &mem_map[test_random(FAKE_PAGES)];
	gfp_t gfp = test_random(2) ? GFP_KSWAPD : GFP_NOFS;

	switch (test_random(10)) {
	case 0:
		fake_buffer_page(test_random(2));
		break;
	case 1:
		fake_file_page(test_random(4000), (int)test_random(3) - 1);
		break;
	case 2:
		if (page->buffers && !page_test(page, PG_locked))
			fake_dirty(page);
		break;
	case 3:
		page_launder(gfp, test_random(2));
		break;
	case 4:
		fake_io_done();
		break;
	case 5:
		try_to_free_pages(GFP_USER);
		break;
	case 6:
		if (page->mapping == &fake_file)
			page_set(page, PG_referenced);
		break;
	case 7:
		if (page->mapping == &fake_file && test_random(20) == 0)
			truncate_inode_pages(&fake_file,
					     page->index << PAGE_SHIFT);
		break;
	case 8:
		page = reclaim_page();
		if (page)
			put_page(page);
		break;
	default:
		if (page->mapping == &fake_file &&
		    !page_test(page, PG_locked))
			set_page_dirty(page);
	}
}
