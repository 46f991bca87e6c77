/*
 * tests/host/test_oom.c - when memory is used up, and whose end is chosen
 */
#include "kernel/process/process.h"
#include "kernel/base/vmstat.h"
#include "mm/reclaim/filemap.h"
#include "mm/space/mm.h"
#include "mm/reclaim/reclaim.h"
#include "mm/swap/shmem.h"
#include "tests/host/check.h"

#define FRAMES	4096UL

struct zone zone;
struct vm_stat vm_stat;
unsigned long num_physpages = FRAMES, page_cache_size, buffermem_pages;
struct address_space swapper_space;
LIST_HEAD(task_list);
volatile unsigned long jiffies = 1000;

static unsigned long frames, swap_free_slots, inactive_missing;
static struct task *signalled;

unsigned long frames_reclaimed(void)
{
	return frames;
}

unsigned long inactive_shortage(void)
{
	return inactive_missing;
}

unsigned long swap_pages_free(void)
{
	return swap_free_slots;
}

unsigned long shmem_pages(void)
{
	return 0;
}

struct shmem *shmem_of(const struct address_space *mapping __unused)
{
	return NULL;
}

int swap_out(void)
{
	return 0;
}

struct scanner_work scanner_work;

size_t scanner_report(char *buf, size_t size)
{
	return snprintf(buf, size, "scanner test: idle");
}

struct task *find_task(int pid)
{
	struct task *task;

	list_for_each_entry(task, &task_list, all_node)
		if (task->pid == pid)
			return task;
	return NULL;
}

int send_signal(struct task *task, int sig __unused)
{
	signalled = task;
	return 0;
}

unsigned long pgd_tables(const u32 *pgd __unused)
{
	return 0;
}

static unsigned long no_files(const struct task *task __unused)
{
	return 0;
}

static const struct file_map_ops fake_maps = { .held = no_files };
const struct file_map_ops *file_map_ops = &fake_maps;

void printk(const char *fmt __unused, ...)
{
}

/* Nothing is free, nothing is cached, swap is full, and each round of kswapd
 * wins a frame. */
static bool used_up(unsigned long missing)
{
	zone.pages_min = 32;
	zone.pages_low = 64;
	zone.free_pages = 31;
	zone.inactive_clean_pages = 10;
	inactive_missing = missing;
	jiffies++;
	frames++;
	return process_pages.out_of_memory();
}

static const char *when(void)
{
	CHECK(used_up(1));
	CHECK(!used_up(0));		/* inactive pages are in stock */
	swap_free_slots = 1;
	CHECK(!used_up(1));
	swap_free_slots = 0;
	page_cache_size = FRAMES / 25 + 1;
	CHECK(!used_up(1));
	swapper_space.nrpages = 1;	/* its pages do not count as cached */
	CHECK(used_up(1));
	zone.free_pages = 33;
	CHECK(!process_pages.out_of_memory());
	return NULL;
}

/* What is in stock, or cached, cannot be won for five seconds. */
static const char *stall(void)
{
	page_cache_size = FRAMES / 2;
	CHECK(!used_up(0));
	jiffies += 5 * HZ;
	CHECK(!process_pages.out_of_memory());
	jiffies++;
	CHECK(process_pages.out_of_memory());
	frames++;
	CHECK(!process_pages.out_of_memory());
	page_cache_size = swapper_space.nrpages = 0;
	return NULL;
}

/* The pages of the largest are in swap; init and threads are not chosen. */
static const char *whom(void)
{
	static struct mm_struct mm[4];
	static struct task tasks[5] = {
		{ .pid = 1, .mm = &mm[0] },
		{ .pid = 2, .mm = &mm[1] },
		{ .pid = 3, .mm = &mm[2] },
		{ .pid = 4, .mm = &mm[3], .flags = PF_EXITING },
		{ .pid = 5 },
	};
	u32 i;

	for (i = 0; i < 4; i++)
		list_init(&mm[i].areas);
	for (i = 0; i < 5; i++)
		list_add_tail(&tasks[i].all_node, &task_list);
	mm[0].rss = mm[3].rss = 900;
	mm[1].rss = 200;
	mm[2].rss = 100;
	mm[2].swapped = 101;
	process_pages.oom_kill();
	CHECK(signalled == &tasks[2] && (tasks[2].flags & PF_MEMDIE));
	CHECK(tasks[2].flags & PF_MEMALLOC);
	CHECK(!used_up(1));		/* it is waited for */
	jiffies += HZ;
	CHECK(!used_up(1));
	list_del(&tasks[2].all_node);
	CHECK(used_up(1));
	return NULL;
}

int main(void)
{
	test_report("oom_when", when());
	test_report("oom_stall", stall());
	test_report("oom_whom", whom());
	return failures != 0;
}
