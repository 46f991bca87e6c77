/*
 * boot/hooks.c - the hooks: what a lower room calls in a higher one
 *
 * A call goes down the list of rooms (docs/ARCHITECTURE.md).  Where the called
 * function lies higher, the lower room has a pointer, a hook, and this file
 * sets it.  hooks_init() runs right after the devices that print are ready, so
 * every hook is set before its first use.  Two owners set their hook
 * themselves, when their memory is ready: task_memory_init() and
 * buffer_init().
 */
#include "boot/main.h"
#include "mm/reclaim/shrinker.h"

static struct printk_sink printk_sinks[] = {
	{ uart_putc, uart_drain }, { vt_putc, NULL }, { klog_putc, NULL },
};

static const struct irq_chip irq_chip = { pic_unmask, pic_end, pic_spurious };
static const struct clock_chip clock_chip = { pit_init, rtc_seconds };

static const struct task_part *const task_parts[] = {
	&fs_part, &files_part, &mm_part, &sem_part,
};

/* The allocators first: a broken free list is found before its users fail. */
static const struct walker walkers[] = {
	{ "buddy", buddy_check },
	{ "slab", slab_check },
	{ "lru", lru_check },
	{ "pagecache", pagecache_check },
	{ "request queues", blk_check },
	{ "buffers", bufcache_check },
	{ "page tables", pt_check_all },
	{ "shmem", shmem_check },
	{ "swap", swap_check },
};

/* Registered first, so it runs last: it frees the slabs that the other
 * shrinkers emptied. */
static unsigned long shrink_slabs(int priority __unused, gfp_t gfp __unused)
{
	return slab_shrink();
}

static struct shrinker slab_shrinker = { .name = "slab",
					 .shrink = shrink_slabs };

void hooks_init(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(printk_sinks); i++)
		printk_register(&printk_sinks[i]);
	for (i = 0; i < ARRAY_SIZE(task_parts); i++)
		if (task_parts[i])	/* its room was not left out */
			task_part_register(task_parts[i]);
	for (i = 0; i < ARRAY_SIZE(walkers); i++)
		walker_register(&walkers[i]);
	register_shrinker(&slab_shrinker);
	irq_init(&irq_chip);
	clock_init(&clock_chip);
	trap_set_page_fault(do_page_fault);
	syscall_set_table(all_syscalls);
	charge_tick = cpu_timers_tick;
	alloc_tiers = page_alloc_tiers;
	process_memory = &process_pages;
	file_map_ops = &file_maps;
}
