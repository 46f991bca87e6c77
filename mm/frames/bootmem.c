/*
 * mm/frames/bootmem.c - memory before the page allocator, and the layout of
 * physical memory.
 *
 * The machine's RAM from 1 MiB up to the first hole is laid out as
 *
 *	kernel | bootmem (mem_map...) | managed frames | .. | ramdisks | trace
 *
 * mem=N counts only the managed frames: N MiB go to the page allocator; the
 * kernel, mem_map, ramdisks and the trace ring lie outside them, so that two
 * runs with the same N have the same memory under test.  Without mem= all the
 * rest is managed.  Loaders put modules right after the kernel, so they are
 * moved to the top of RAM before anything is allocated.
 *
 * Invariants: boot_next only grows; nothing is allocated here after
 * page_alloc_init().
 * Locks: none, only one task exists.
 */
#include "kernel/base/multiboot.h"
#include "kernel/base/cmdline.h"
#include "kernel/base/power.h"
#include "kernel/core/trace.h"
#include "mm/frames/page_alloc.h"

#define RAM_START	0x100000UL	/* where the kernel is loaded */
#define DIRECT_MAP_END	(896UL << 20)	/* what start.asm maps */
#define TRACE_KB	1024u
#define TRACE_SHARE	16		/* largest part of RAM for the ring */
#define TRACE_SHARE_BIG	4		/* the same with trace_kb=, which may */
#define TRACE_LEAVES	(32UL << 20)	/* also take all but this much */
#define MIN_MANAGED	384UL		/* frames: 1.5 MiB, a 4 MB machine */
#define MIN_BYTES	(MIN_MANAGED << PAGE_SHIFT)

extern char _kernel_end[];

struct ramdisk_place ramdisks[RAMDISKS];

static unsigned long boot_next;		/* first free byte, physical */
static unsigned long boot_limit;	/* end of the free bytes */

/* => end of the RAM that begins at or below the kernel, physical */
static unsigned long ram_end(const struct multiboot_info *info)
{
	unsigned long at = info->mmap_addr, end = 0;
	u64 last = 0;

	if (!(info->flags & MULTIBOOT_MMAP) &&
	    (info->flags & MULTIBOOT_MEMORY))
		last = RAM_START + ((u64)info->mem_upper << 10);
	if (info->flags & MULTIBOOT_MMAP)
		end = at + info->mmap_length;
	while (at < end) {
		const struct multiboot_mmap *map = phys_to_virt(at);

		if (map->type == MULTIBOOT_RAM && map->base <= RAM_START &&
		    map->base + map->length > RAM_START)
			last = map->base + map->length;
		at += map->size + sizeof(map->size);
	}
	return min(last, (u64)DIRECT_MAP_END) & PAGE_MASK;
}

static void __noreturn too_small(unsigned long have, unsigned long need)
{
	printk("launder: %lu KB of memory are too few, %lu KB are needed\n",
	       have >> 10, need >> 10);
	machine_end(END_PANIC);
}

/* => bytes of the trace ring: whole pages, at most a fixed part of RAM */
static unsigned long trace_bytes(unsigned long ram_bytes)
{
	unsigned long kb = boot_options.trace_kb ?
		boot_options.trace_kb : TRACE_KB;
	unsigned long most = ram_bytes / TRACE_SHARE, bytes;

	if (kb > TRACE_KB)
		most = max(ram_bytes / TRACE_SHARE_BIG,
			   ram_bytes - min(ram_bytes, TRACE_LEAVES));
	bytes = min(kb << 10, most);
	return max(bytes & PAGE_MASK, 2 * PAGE_SIZE);
}

/* The module becomes this ramdisk; it moves to just below what is placed. */
static void place_ramdisk(struct ramdisk_place *disk,
			  const struct multiboot_module *module)
{
	unsigned long bytes = module->end - module->start;
	unsigned long frames = round_up(bytes, PAGE_SIZE);

	if (frames + MIN_BYTES > boot_limit - boot_next)
		too_small(boot_limit, boot_next + frames + MIN_BYTES);
	boot_limit -= frames;
	disk->bytes = bytes;
	disk->phys = boot_limit;
	memmove(phys_to_virt(disk->phys), phys_to_virt(module->start), bytes);
}

/* The last module moves first, since it may lie where the others go; the list
 * is copied, since it may lie there too. */
static void place_ramdisks(const struct multiboot_info *info)
{
	struct multiboot_module modules[RAMDISKS];
	u32 n = min(info->mods_count, (u32)RAMDISKS);

	memcpy(modules, phys_to_virt(info->mods_addr), n * sizeof(*modules));
	while (n--)
		place_ramdisk(&ramdisks[n], &modules[n]);
}

/*
 * bootmem_init: finds RAM and puts the trace ring and the ramdisks at its top.
 * => "multiboot_info" is physical; its data may be overwritten.
 *    Ends the run with a message when there is too little memory.
 */
void bootmem_init(unsigned long multiboot_info)
{
	const struct multiboot_info *info = phys_to_virt(multiboot_info);
	unsigned long ring, ring_bytes;

	boot_next = virt_to_phys(_kernel_end);
	boot_limit = ram_end(info);
	ring_bytes = trace_bytes(boot_limit);
	if (boot_limit < boot_next + ring_bytes + MIN_BYTES)
		too_small(boot_limit, boot_next + ring_bytes + MIN_BYTES);
	boot_limit -= ring_bytes;
	ring = boot_limit;
	if (info->flags & MULTIBOOT_MODULES)
		place_ramdisks(info);
	trace_init(ring, ring_bytes);
}

/*
 * => zeroed memory that is never freed, aligned to "align" (a power of two);
 *    panics if there is none, or after page_alloc_init()
 */
void *bootmem_alloc(size_t bytes, size_t align)
{
	unsigned long at = round_up(boot_next, align);

	if (at > boot_limit || bytes > boot_limit - at)
		panic("bootmem: no %lu bytes", (unsigned long)bytes);
	boot_next = at + bytes;
	return memset(phys_to_virt(at), 0, bytes);
}

/*
 * page_alloc_init: allocates mem_map and passes the managed frames to the page
 * allocator.  mem=N that does not fit is refused.
 * => bootmem is closed afterwards
 */
void page_alloc_init(void)
{
	unsigned long room = boot_limit - round_up(boot_next, PAGE_SIZE);
	unsigned long fit = room / (PAGE_SIZE + sizeof(struct page)) - 1;
	unsigned long pages = (unsigned long)boot_options.mem_mb << 8;

	if (pages > fit)
		refuse("mem=%u does not fit in this machine, mem=%lu does",
		       boot_options.mem_mb, fit >> 8);
	if (!pages)
		pages = fit;
	if (pages < MIN_MANAGED)
		too_small(pages << PAGE_SHIFT, MIN_BYTES);
	mem_map = bootmem_alloc(pages * sizeof(struct page), sizeof(long));
	boot_next = round_up(boot_next, PAGE_SIZE);
	printk("memory: %lu KB managed at %lx, ramdisk %lu KB at %lx\n",
	       pages << 2, boot_next, ramdisks[0].bytes >> 10,
	       ramdisks[0].phys);
	trace_set_managed(pages);
	zone_init(mem_map, boot_next >> PAGE_SHIFT, pages);
	boot_next = boot_limit;
}
