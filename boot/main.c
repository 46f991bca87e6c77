/*
 * boot/main.c - start-up: every subsystem once, in an order explained line
 * by line; then the first program.
 *
 * What needs no interrupts comes first, on the boot stack, with interrupts
 * off.  What sleeps (reading the disk, mounting) runs in the thread that later
 * becomes process 1; the boot stack becomes the idle task.
 */
#include "boot/main.h"

#define BANNER	"Launder: two ways to reclaim memory, version %s\n"

extern u32 boot_pgdir[];		/* boot/start.asm */
extern char boot_stack[];

/* Reads the loader's command line, before bootmem_init() moves memory. */
static void read_command_line(const struct multiboot_info *info)
{
	if (info->flags & MULTIBOOT_CMDLINE)
		cmdline_parse(phys_to_virt(info->cmdline));
	if (trace_set_groups(boot_options.trace))
		refuse("trace=%s is not a list of all, none, sys, page, buf, "
		       "blk, scan, sample, sched, touch", boot_options.trace);
}

static void init_memory(unsigned long info)
{
	bootmem_init(info);	/* finds RAM, moves modules out of the way */
	page_alloc_init();	/* mem_map and the buddy lists */
	slab_init();		/* from here on kmalloc works */
	kmap_init(boot_pgdir);	/* kernel map, guarded kernel stacks */
	task_memory_init();	/* tasks come from the slab */
}

static void init_machine(void)
{
	sched_init(boot_stack);	/* the boot stack is task 0 */
	fork_init(num_physpages);
	fpu_init();
	pic_init();		/* every line masked */
	time_init();		/* the tick, the date */
	loadavg_start();
	tty_init();		/* serial input and keyboard */
	x86_sti();
}

/* init is NULL when its room was left out. */
static void start_room(void (*init)(void))
{
	if (init)
		init();
}

static void init_caches(void)
{
	char names[80];

	page_cache_init();	/* page hash */
	if (scanner_boot(boot_options.scanner)) {
		scanner_names(names, sizeof(names));
		refuse("there is no scanner=%s, but: %s", boot_options.scanner,
		       names);
	}
	reclaim_init();		/* watermarks, page_cluster */
	buffer_init();		/* buffer hash, free lists, design */
	vfs_init();		/* inodes, dentries, open files */
	pipe_init();
	shm_file_init();
	devices_init();
	ext2_init();
	start_room(rtc_init);
	start_room(proc_init);
}

static void init_disks(void)
{
	struct blk_dev *dev = NULL;

	blk_init();
	disk_time_init(boot_options.disk);
	pci_init();
	ide_init();		/* identifies drives: sleeps for them */
	for (u32 i = 0; i < RAMDISKS; i++)
		ramdisk_init(i, ramdisks[i].phys, ramdisks[i].bytes);
	while ((dev = blk_next(dev)))
		blk_scan_partitions(dev);
}

/* Process 1 before it is one. */
static void init_thread(void *unused __unused)
{
	init_disks();
	reclaim_start();	/* kswapd, kreclaimd, the sampler */
	bdflush_start();
	kupdate_start();
	if (boot_options.test[0])
		selftest_run(boot_options.test);
	mount_root(boot_options.root);
	exec_init(boot_options.init, boot_options.init_args);
}

void kernel_main(u32 magic, unsigned long info)
{
	struct multiboot_info *multiboot = phys_to_virt(info);

	uart_init();
	vt_init();
	hooks_init();
	printk(BANNER, launder_version);
	if (magic != MULTIBOOT_MAGIC)
		panic("the loader is not Multiboot 1: eax %08x", magic);
	gdt_init();
	idt_init();
	read_command_line(multiboot);
	init_memory(info);
	init_machine();
	init_caches();
	kernel_thread("init", init_thread, NULL);
	sched_idle();
}
