/* tests/host/buffer_fakes.c - see buffer_fakes.h */
#include "kernel/process/process.h"
#include "tests/host/buffer_fakes.h"
#include "tests/host/fake_frames.h"

#include "kernel/base/cmdline.h"
#include "kernel/core/uaccess.h"
#include "mm/heap/slab.h"
#include "mm/swap/swap.h"

extern int fork(void);
extern int waitpid(int pid, int *status, int options);
extern void _exit(int status);

struct vm_stat vm_stat;
unsigned long writes_by[IO_INITIATORS];
unsigned long sectors_by[IO_INITIATORS][IO_ROW];
struct boot_options boot_options;
volatile unsigned long jiffies = 1000;
static struct task the_task = { .comm = "test" };
struct task *current = &the_task;
LIST_HEAD(task_list);

bool fake_no_frames, fake_no_heads;

void (*fake_sleep)(void);
void (*fake_slot_wait)(void);
bool fake_plugged;

/* ---- kernel -------------------------------------------------------------- */

void printk(const char *fmt __unused, ...)
{
}

void wait_prepare(struct wait_queue *queue __unused,
		  struct wait_entry *entry __unused,
		  bool interruptible __unused)
{
	might_sleep();
}

void wait_finish(struct wait_entry *entry __unused)
{
}

void wake_up(struct wait_queue *queue __unused)
{
}

static void pass_time(unsigned long ticks)
{
	might_sleep();
	jiffies += ticks;
	if (fake_sleep)
		fake_sleep();
}

void schedule(void)
{
	unsigned int pending = npending;

	BUG_ON(fake_plugged && !fake_sleep, "sleeps, %u transfers plugged",
	       pending);
	pass_time(1);
	BUG_ON(!drive_run(1) && !pending && !fake_sleep, "%s",
	       "sleeps without end");
}

long schedule_timeout(long ticks)
{
	pass_time(ticks);
	drive_run(npending);
	return 0;
}

void nap(long ticks)
{
	schedule_timeout(ticks);
}

void cond_resched(void)
{
	might_sleep();
}

void msleep(unsigned int ms)
{
	schedule_timeout(ms / 10);
}

u64 clock_usec(void)
{
	return (u64)jiffies * 10000;
}

struct task *kernel_thread(const char *name __unused,
			   void (*fn)(void *) __unused, void *arg __unused)
{
	return NULL;
}

int copy_to_user(void *to, const void *from, size_t n)
{
	memcpy(to, from, n);
	return 0;
}

int copy_from_user(void *to, const void *from, size_t n)
{
	memcpy(to, from, n);
	return 0;
}

/* ---- memory -------------------------------------------------------------- */

void *bootmem_alloc(size_t bytes, size_t align __unused)
{
	return calloc(1, bytes);
}

unsigned long nr_free_pages(void)
{
	return zone.free_pages;
}

struct page *alloc_pages(gfp_t gfp, unsigned int order)
{
	int tries = gfp & __GFP_WAIT ? 50 : 0;
	struct page *page = NULL;

	if (order)
		return fake_block(order);	/* the hash at start-up */
	memory_pressure++;
	if (gfp & __GFP_WAIT)
		might_sleep();
	if (fake_no_frames)
		return NULL;
	if (gfp & __GFP_WAIT && zone.free_pages < zone.pages_low)
		page = reclaim_page();
	while (!page && tries-- && zone.free_pages < zone.pages_min &&
	       !(current->flags & PF_MEMALLOC)) {
		try_to_free_pages(gfp);
		page = reclaim_page();
		schedule_timeout(1);
	}
	return page ? page : fake_frame();
}

void put_page(struct page *page)
{
	fake_put(page);
}

struct kmem_cache {
	size_t size;
};

struct kmem_cache *kmem_cache_create(const char *name __unused, size_t size,
				     unsigned int reserve __unused)
{
	struct kmem_cache *cache = malloc(sizeof(*cache));

	cache->size = size;
	return cache;
}

void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t gfp __unused)
{
	return fake_no_heads ? NULL : malloc(cache->size);
}

void kmem_cache_free(struct kmem_cache *cache __unused, void *object)
{
	free(object);
}

/* kswapd is not running: the caller that wakes it does a part of its work. */
void wakeup_kswapd_by(enum kswapd_caller caller __unused)
{
	if (current->flags & PF_MEMALLOC)
		return;
	current->flags |= PF_MEMALLOC;
	do_try_to_free_pages(GFP_KSWAPD, false);
	current->flags &= ~PF_MEMALLOC;
}

/* ---- the drive ----------------------------------------------------------- */

struct blk_dev hda = { .name = "hda", .rdev = MKDEV(3, 0),
		       .sectors = FAKE_BLOCKS_KB * 2 };
unsigned char disk[FAKE_BLOCKS_KB * 1024];
struct submission sent[100000];
unsigned int nsent, npending;
u32 blk_max_sectors = 255;
u32 bad_sector = ~0u, fake_queued_sectors;
static struct blk_io *pending[20000];

void blk_submit(struct blk_io *io)
{
	might_sleep();
	if (fake_slot_wait)
		fake_slot_wait();
	BUG_ON(npending == ARRAY_SIZE(pending), "%u transfers", npending);
	BUG_ON(io->dev != &hda || io->bytes % SECTOR_SIZE ||
		       io->sector + io->bytes / SECTOR_SIZE > hda.sectors,
	       "sector %u bytes %u", io->sector, io->bytes);
	if (nsent < ARRAY_SIZE(sent)) {
		sent[nsent].sector = io->sector;
		sent[nsent++].rw = io->rw;
	}
	if (io->rw == BLK_WRITE) {
		writes_by[io->initiator]++;
		sectors_by[io->initiator][io->place] +=
			io->bytes / SECTOR_SIZE;
	}
	pending[npending++] = io;
	fake_plugged = true;
}

static void complete(struct blk_io *io)
{
	void *at = disk + io->sector * SECTOR_SIZE;
	int error = io->sector == bad_sector ? -EIO : 0;

	if (!error && io->rw == BLK_WRITE)
		memcpy(at, io->data, io->bytes);
	else if (!error)
		memcpy(io->data, at, io->bytes);
	io->end_io(io, error);
}

unsigned int drive_run(unsigned int n)
{
	unsigned int i;

	n = min(n, npending);
	for (i = 0; i < n; i++) {
		struct blk_io *io = pending[0];

		npending--;
		memmove(pending, pending + 1, npending * sizeof(*pending));
		complete(io);
	}
	return n;
}

unsigned int sent_writes(void)
{
	unsigned int i, n = 0;

	for (i = 0; i < nsent; i++)
		n += sent[i].rw == BLK_WRITE;
	return n;
}

void blk_unplug_all(void)
{
	fake_plugged = false;
}

u32 blk_queued_sectors(void)
{
	return fake_queued_sectors;
}

int blk_flush_cache(struct blk_dev *dev __unused)
{
	return 0;
}

struct blk_dev *blk_next(struct blk_dev *dev)
{
	return dev ? NULL : &hda;
}

/* ---- the world ----------------------------------------------------------- */

bool is_classic(void)
{
	return buffer_design() == &design_classic;
}

void world_begin(const char *scanner, unsigned int blocksize,
		 unsigned int frames)
{
	fake_frames_init(frames);
	zone.pages_min = frames / 64;
	zone.pages_low = 2 * zone.pages_min;
	zone.pages_high = 3 * zone.pages_min;
	page_cache_init();
	reclaim_init();
	scanner_boot(scanner);
	buffer_init();
	hda.block_size = blocksize;
	fake_sb.dev = &hda;
	fake_sb.blocksize = blocksize;
	fake_sb.blocksize_bits = __builtin_ctz(blocksize);
	fake_next_block = FAKE_BLOCKS_KB * 1024 / blocksize - 1;
	fake_free_blocks = fake_next_block - 500;
	memset(&vm_stat, 0, sizeof(vm_stat));
}

void world_check(void)
{
	lru_check();
	pagecache_check();
	bufcache_check();
}

static void run_one(const char *name, const char *scanner,
		    unsigned int blocksize, unsigned int frames,
		    const char *(*test)(void))
{
	int status, pid;
	const char *reason;
	char ended[40];

	fflush(stdout);
	pid = fork();
	if (pid) {
		waitpid(pid, &status, 0);
		snprintf(ended, sizeof(ended), "ended with status %x", status);
		if (status && status != 0x100) {
			test_report(name, ended);
			return;
		}
		failures += status != 0;
		test_reports++;		/* the child has printed it */
		return;
	}
	world_begin(scanner, blocksize, frames);
	reason = test();
	if (!reason)
		world_check();
	test_report(name, reason);
	_exit(reason != NULL);
}

void run_test(const char *name, const char *scanner, unsigned int blocksize,
	      unsigned int frames, const char *(*test)(void))
{
	char full[100];

	if (strcmp(scanner, "both")) {
		run_one(name, scanner, blocksize, frames, test);
		return;
	}
	snprintf(full, sizeof(full), "%s_classic", name);
	run_one(full, "classic", blocksize, frames, test);
	snprintf(full, sizeof(full), "%s_writepage", name);
	run_one(full, "writepage", blocksize, frames, test);
}
