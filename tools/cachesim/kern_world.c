/*
 * tools/cachesim/kern_world.c - boots the simulated machine and runs the
 * program that replays a trace
 *
 * The program is a task.  It waits until the clock has reached an event's time,
 * then does what the event says; it falls behind where a read takes longer than
 * it did when the trace was written, and catches up in the next pause.  A read
 * with read-ahead begins at the time of the latter: its own is that of its end.
 * Between two events tasks that were woken run, as on the return from a system
 * call.
 *
 * Events come in batches, so that the simulator's own stack is left seldom.
 */
#include <stdlib.h>

#include "tools/cachesim/kern_impl.h"

#include "fs/buffer/bdflush.h"
#include "fs/vfs/vfs_impl.h"
#include "kernel/base/cmdline.h"
#include "kernel/core/walker.h"
#include "kernel/process/process.h"
#include "mm/reclaim/filemap.h"
#include "mm/reclaim/shrinker.h"

#define BATCH		4096

struct kern_setup kern;
LIST_HEAD(super_blocks);
SPINLOCK(inode_lock, RANK_INODE_HASH);
MUTEX(mount_mutex, RANK_MOUNT);

static struct kern_counts counts;
static struct {
	struct kern_event events[BATCH];
	u32 count, next;
	struct wait_queue wait;		/* for events, and for their time */
	u64 until;			/* usec that it waits for; 0: none */
} program = { .wait = WAIT_QUEUE_INIT(program.wait) };

/* ---- events -------------------------------------------------------------- */

static void count_touch(const struct kern_event *event, bool miss)
{
	if (miss)
		counts.misses++;
	else
		counts.hits++;
	counts.fresh += miss && event->fresh;
}

static void act_on_file(struct kern_object *object,
			const struct kern_event *event)
{
	switch ((enum kern_act)event->act) {
	case KERN_READ:
		if (event->fresh)
			kern_file_hole(object);
		count_touch(event, kern_file_read(object, event->missed));
		break;
	case KERN_WRITE:
		count_touch(event, kern_file_write(object, event));
		break;
	case KERN_YOUNG:
	case KERN_FAULT_READ:
	case KERN_FAULT_WRITE:
		count_touch(event, kern_file_fault(object, event->act ==
						   KERN_FAULT_WRITE));
		break;
	case KERN_PREFETCH:
		kern_file_prefetch(object);
		break;
	case KERN_DIRTY:
		kern_file_dirty(object);
		break;
	case KERN_FLUSH:
		kern_file_flush(object);
		break;
	case KERN_DROP:
		kern_file_drop(object);
		break;
	case KERN_DROP_CLEAN:
		kern_file_drop_clean(object);
		break;
	case KERN_HOLD:
		break;
	}
}

static void act_on_block(struct kern_object *object,
			 const struct kern_event *event)
{
	switch ((enum kern_act)event->act) {
	case KERN_PREFETCH:
		kern_block_prefetch(object);
		break;
	case KERN_DIRTY:
		kern_block_dirty(object);
		break;
	case KERN_FLUSH:
		kern_block_flush(object);
		break;
	case KERN_DROP:
		kern_block_drop(object);
		break;
	case KERN_DROP_CLEAN:
		kern_block_drop_clean(object);
		break;
	case KERN_HOLD:
		break;
	case KERN_READ:
	case KERN_YOUNG:
	case KERN_FAULT_READ:
	case KERN_WRITE:
	case KERN_FAULT_WRITE:
		count_touch(event, kern_block_read(object, event->fresh));
		if (event->act == KERN_WRITE)
			kern_block_dirty(object);
		break;
	}
}

/* Reads that system calls make are faults here. */
static void act_on_memory(struct kern_object *object,
			  const struct kern_event *event)
{
	switch ((enum kern_act)event->act) {
	case KERN_READ:
	case KERN_YOUNG:
	case KERN_FAULT_READ:
	case KERN_WRITE:
	case KERN_FAULT_WRITE:
		count_touch(event, kern_memory_touch(object,
			event->act == KERN_WRITE ||
			event->act == KERN_FAULT_WRITE));
		break;
	case KERN_DROP:
		kern_memory_drop(object);
		break;
	case KERN_PREFETCH:	/* swap's read-ahead is the kernel's */
	case KERN_DIRTY:
	case KERN_FLUSH:
	case KERN_DROP_CLEAN:
	case KERN_HOLD:
		break;
	}
}

static void act(const struct kern_event *event)
{
	struct kern_object *object;

	if (event->act == KERN_HOLD) {
		kern_hold(event->object);
		return;
	}
	object = &kern.objects[event->object];
	switch ((enum kern_kind)object->kind) {
	case KERN_FILE:
		act_on_file(object, event);
		break;
	case KERN_BUFFER:
		act_on_block(object, event);
		break;
	case KERN_ANON:
		act_on_memory(object, event);
		break;
	}
}

/* The clock has the grain of a tick. */
static void await(u64 usec)
{
	program.until = usec;
	wait_event(program.wait, clock_usec() >= usec);
	program.until = 0;
}

static void program_main(void *arg __unused)
{
	const u32 grain = 1000000 / tick_hz;

	for (;;) {
		wait_event(program.wait, program.next < program.count);
		while (program.next < program.count) {
			const struct kern_event *event =
				&program.events[program.next];

			if (event->usec >= clock_usec() + grain &&
			    (event->act == KERN_PREFETCH ||
			     !kern_files_plugged()))
				await(event->usec / grain * grain);
			act(event);
			program.next++;
			cond_resched();
		}
	}
}

/* ---- the idle task ------------------------------------------------------- */

/* Runs the machine until the program has no events left. */
static void run_batch(void)
{
	wake_up(&program.wait);
	for (;;) {
		while (nr_running())
			schedule();
		if (program.next == program.count)
			break;
		kern_tick();
		if (program.until && clock_usec() >= program.until)
			wake_up(&program.wait);
	}
	program.next = program.count = 0;
}

void kern_do(const struct kern_event *event)
{
	program.events[program.count++] = *event;
	if (program.count == BATCH)
		run_batch();
}

static const struct vm_scanner *const scanners[] = {
#define S(name) &scan_##name,
#include "mm/reclaim/scanner_list.h"
#undef S
};

const char *kern_scanner_what(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(scanners); i++)
		if (!strcmp(scanners[i]->name, name))
			return scanners[i]->what;
	return NULL;
}

/* ---- boot ---------------------------------------------------------------- */

static const struct walker walkers[] = {
	{ "buddy", buddy_check },
	{ "lru", lru_check },
	{ "pagecache", pagecache_check },
	{ "buffers", bufcache_check },
};

static void boot_memory(void)
{
	unsigned long i;

	kern_memory_init(kern.frames);
	alloc_tiers = page_alloc_tiers;
	kern_processes_init();
	for (i = 0; i < ARRAY_SIZE(walkers); i++)
		walker_register(&walkers[i]);
	page_cache_init();
	scanner_boot(kern.scanner);
	reclaim_init();
	buffer_init();
	for (i = 0; i < num_physpages; i++)
		if (mem_map[i].count && !page_test(&mem_map[i], PG_slab))
			page_set(&mem_map[i], PG_reserved);
	kern_hold(kern.reserved);
}

/* A frame in use has an owner: no verdict of a scanner has lost one. */
static void check_frames(void)
{
	unsigned long i, without = 0, private = kern_memory_private();

	for (i = 0; i < num_physpages; i++) {
		const struct page *page = &mem_map[i];

		without += page->count && !page_test(page, PG_slab) &&
			   !page_test(page, PG_reserved) &&
			   page_lru(page) == LRU_NONE;
	}
	BUG_ON(without != private, "%lu frames on no list, processes have %lu",
	       without, private);
}

void kern_boot(const struct kern_setup *setup)
{
	kern = *setup;
	boot_options.hz = kern.hz;
	boot_options.debug = kern.check;
	clock_init(&kern_chip);
	time_init();
	boot_memory();
	blk_init();
	kern_disk_init();
	kern_swap_init(kern.swap);
	kern_files_init();
	reclaim_start();
	bdflush_start();
	kupdate_start();
	kernel_thread("program", program_main, NULL);
}

void kern_end(struct kern_counts *result)
{
	unsigned int i;

	if (program.count)
		run_batch();
	vm_check();
	check_frames();
	counts.evicted = vm_stat.reclaim_taken + vm_stat.launder_freed;
	counts.scanned = vm_stat.launder_steps_round0 +
			 vm_stat.launder_steps_round1 + vm_stat.refill_scanned;
	for (i = 0; i < IO_INITIATORS; i++) {
		counts.writes += writes_by[i];
		counts.sectors += sectors_of(i);
	}
	counts.prefetched = kern_prefetched + vm_stat.readahead_pages -
			    vm_stat.read_misses;
	*result = counts;
}

/* ---- what fs/vfs/writeback.c wants of inodes ----------------------------- */

struct inode *igrab(struct inode *inode)
{
	inode->count++;
	return inode;
}

void iput(struct inode *inode)
{
	inode->count--;
}
