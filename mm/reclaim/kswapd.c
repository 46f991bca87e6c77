/*
 * mm/reclaim/kswapd.c - the daemons of reclaim: kswapd, kreclaimd, the sampler
 *
 * kswapd keeps up the stock of free and inactive pages, and never waits for a
 * transfer.  Allocations that find memory low wake it up; it also wakes up once
 * a second, lets memory_pressure decay by 1/64 and ages the active list a
 * little, so that ages are meaningful under pressure.  While both shortages
 * last it repeats its round; after a round without progress it sleeps a jiffy.
 *
 * kreclaimd turns inactive_clean pages into free ones when even the pages for
 * interrupts run low.  The sampler is a timer: list lengths every 100 ms, to
 * the trace only.
 *
 * Invariants: memory_pressure >= 1.
 * Locks: none here.
 */
#include "drivers/block/blk.h"
#include "kernel/base/cmdline.h"
#include "kernel/process/process.h"
#include "kernel/core/time.h"
#include "kernel/core/trace.h"
#include "kernel/base/vmstat.h"
#include "kernel/core/walker.h"
#include "mm/reclaim/buffer_hooks.h"
#include "mm/reclaim/reclaim.h"

#define BACKGROUND_PRIORITY 4	/* a sixteenth of active is aged a second */
#define SAMPLE_PERIOD	(HZ / 10)

static struct {
	struct wait_queue wait;
	bool wanted;			/* woken up since a round began */
	unsigned long next_second;	/* jiffies of the next decay */
} kswapd = { .wait = WAIT_QUEUE_INIT(kswapd.wait) };

static struct {
	struct wait_queue wait;
	bool wanted;
} kreclaimd = { .wait = WAIT_QUEUE_INIT(kreclaimd.wait) };

/* => any context, never sleeps */
void wakeup_kswapd_by(enum kswapd_caller caller)
{
	if (kswapd.wanted)
		return;
	if (caller == KSWAPD_FREELIST)
		count_vm(kswapd_wakes_freelist);
	else
		count_vm(kswapd_wakes_alloc);
	TRACE(SCAN_WAKE, free_shortage(), inactive_shortage());
	kswapd.wanted = true;
	wake_up(&kswapd.wait);
}

/* => any context, never sleeps */
void wakeup_kreclaimd(void)
{
	if (kreclaimd.wanted)
		return;
	count_vm(kreclaimd_wakes);
	kreclaimd.wanted = true;
	wake_up(&kreclaimd.wait);
}

/* Once a second: decays memory_pressure and ages pages. */
static void every_second(void)
{
	if (!time_after_eq(jiffies, kswapd.next_second))
		return;
	kswapd.next_second = jiffies + HZ;
	memory_pressure -= memory_pressure >> INACTIVE_SHIFT;
	memory_pressure = max(memory_pressure, 1);
	refill_step(BACKGROUND_PRIORITY, 0);
	if (boot_options.debug)
		vm_check();
}

/* => true: a round was needed and made no progress */
static bool kswapd_round(void)
{
	bool stuck = false, asked = kswapd.wanted;

	kswapd.wanted = false;
	reclaim_begin();
	if (free_shortage() || inactive_shortage()) {
		count_vm(kswapd_rounds);
		stuck = !do_try_to_free_pages(GFP_KSWAPD, false);
		if (stuck)
			count_vm(kswapd_rounds_stuck);
	} else if (asked) {
		count_vm(kswapd_wakes_spurious);
	}
	every_second();
	reclaim_end();
	blk_unplug_all();
	return stuck;
}

static void kswapd_main(void *arg __unused)
{
	current->flags |= PF_MEMALLOC;
	kswapd.next_second = jiffies + HZ;
	for (;;) {
		bool stuck = kswapd_round();

		if (free_shortage() && process_memory->out_of_memory())
			process_memory->oom_kill();
		if (!free_shortage() || !inactive_shortage())
			wait_event_timeout(kswapd.wait, kswapd.wanted, HZ);
		else if (stuck)
			msleep(1000 / HZ);
		else
			yield();
	}
}

static void kreclaimd_main(void *arg __unused)
{
	unsigned long before;
	struct page *page;

	for (;;) {
		wait_event(kreclaimd.wait, kreclaimd.wanted);
		kreclaimd.wanted = false;
		before = vm_stat.kreclaimd_frames;
		while (zone.free_pages < zone.pages_low &&
		       (page = reclaim_page())) {
			count_vm(kreclaimd_frames);
			put_page(page);
		}
		if (vm_stat.kreclaimd_frames == before)
			count_vm(kreclaimd_wakes_spurious);
	}
}

/* In interrupt context: only reads the lengths of lists. */
static void kswapd_sample(void *arg)
{
	struct timer *timer = arg;

	TRACE(SAMPLE_LISTS, nr_active_pages, nr_inactive_dirty_pages,
	      zone.inactive_clean_pages, zone.free_pages, buffermem_pages);
	TRACE(SAMPLE_DIRTY, buffer_hooks()->dirty_buffers(),
	      buffer_hooks()->locked_buffers(), memory_pressure,
	      inactive_target(), blk_queued_sectors());
	TRACE(HELD, num_physpages - zone.free_pages - nr_active_pages -
	      nr_inactive_dirty_pages - zone.inactive_clean_pages,
	      buffer_hooks()->heads());
	timer_add(timer, jiffies + SAMPLE_PERIOD);
}

void reclaim_start(void)
{
	static struct timer sampler;

	BUG_ON(!buffer_hooks() || !process_memory, "hooks %p %p",
	       (const void *)buffer_hooks(), (const void *)process_memory);
	kernel_thread("kswapd", kswapd_main, NULL);
	kernel_thread("kreclaimd", kreclaimd_main, NULL);
	timer_setup(&sampler, kswapd_sample, &sampler);
	timer_add(&sampler, jiffies + SAMPLE_PERIOD);
}
