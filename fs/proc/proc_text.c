/*
 * fs/proc/proc_text.c - the texts of /proc about the whole system, in Linux's
 * format where Linux has the file.
 *
 * Each printer fills a buffer from the current counters, without sleeping.
 */
#include "fs/proc/proc.h"
#include "kernel/base/cmdline.h"
#include "kernel/core/loadavg.h"
#include "kernel/core/random.h"
#include "kernel/process/syscall_trace.h"
#include "kernel/core/time.h"
#include "kernel/core/trace.h"
#include "kernel/core/uaccess.h"
#include "kernel/base/vmstat.h"
#include "mm/reclaim/reclaim.h"
#include "mm/swap/shmem.h"
#include "mm/heap/slab.h"

#define KB(pages)	((pages) << (PAGE_SHIFT - 10))

/* => pages available to programs before swap is needed, if all cached
 * pages were clean. */
static unsigned long available_pages(void)
{
	unsigned long pages = nr_free_pages() + page_cache_size - shmem_pages();

	return pages - min(pages, zone.pages_high);
}

size_t meminfo_print(char *buf, size_t size)
{
	const struct {
		const char *name;
		unsigned long pages;
	} lines[] = {
		{ "MemTotal", num_physpages },
		{ "MemFree", nr_free_pages() },
		{ "MemAvailable", available_pages() },
		{ "Buffers", buffermem_pages },
		{ "Cached", page_cache_size },
		{ "SwapCached", swapper_space.nrpages },
		{ "Shmem", shmem_pages() },
		{ "Active", nr_active_pages },
		{ "Inactive", nr_inactive_dirty_pages +
			      zone.inactive_clean_pages },
		{ "Inact_dirty", nr_inactive_dirty_pages },
		{ "Inact_clean", zone.inactive_clean_pages },
		{ "Inact_target", inactive_target() },
		{ "Slab", slab_pages() },
		{ "SwapTotal", swap_pages_total() },
		{ "SwapFree", swap_pages_free() },
	};
	char label[16];
	size_t n = 0, i;

	for (i = 0; i < ARRAY_SIZE(lines); i++) {
		snprintf(label, sizeof(label), "%s:", lines[i].name);
		n = text_add(buf, size, n, "%-13s%10lu kB\n", label,
			     KB(lines[i].pages));
	}
	return n;
}

static unsigned long idle_ticks(void)
{
	return init_idle.utime + init_idle.stime;
}

size_t uptime_print(char *buf, size_t size)
{
	unsigned long up = jiffies, idle = idle_ticks();

	return text_add(buf, size, 0, "%lu.%02lu %lu.%02lu\n", up / HZ,
			up % HZ, idle / HZ, idle % HZ);
}

/* ---- load, tasks -------------------------------------------------------- */

size_t loadavg_print(char *buf, size_t size)
{
	struct task *task;
	int tasks = 0, last = 0, i;
	size_t n = 0;

	list_for_each_entry(task, &task_list, all_node) {
		tasks++;
		last = max(last, task->pid);
	}
	for (i = 0; i < 3; i++)
		n = text_add(buf, size, n, "%u.%02u ", loadavg[i] / LOAD_ONE,
			     loadavg[i] % LOAD_ONE * 100 / LOAD_ONE);
	return text_add(buf, size, n, "%u/%d %d\n", nr_running(), tasks, last);
}

size_t threads_max_print(char *buf, size_t size)
{
	return text_add(buf, size, 0, "%u\n", max_processes());
}

/* ---- processor, interrupts ----------------------------------------------- */

/* Linux's lines.  Of a processor's ten numbers only the first four are counted:
 * user, nice, system, idle. */
size_t stat_print(char *buf, size_t size)
{
	unsigned long interrupts = 0, blocked = 0;
	const struct task *task;
	size_t n = 0;
	int i;

	list_for_each_entry(task, &task_list, all_node)
		blocked += task->state == TASK_UNINTERRUPTIBLE &&
			   !(task->flags & PF_KTHREAD);
	for (i = 0; i < 2; i++)
		n = text_add(buf, size, n, "cpu%s %lu %lu %lu %lu 0 0 0 0 0 "
			     "0\n", i ? "0" : " ", cpu_ticks[0],
			     cpu_ticks[1], cpu_ticks[2], idle_ticks());
	for (i = 0; i < 16; i++)
		interrupts += irq_counts[i];
	n = text_add(buf, size, n, "intr %lu", interrupts);
	for (i = 0; i < 16; i++)
		n = text_add(buf, size, n, " %lu", irq_counts[i]);
	return text_add(buf, size, n, "\nctxt %lu\nbtime %u\nprocesses %lu\n"
			"procs_running %u\nprocs_blocked %lu\n", nr_switches,
			clock_boot_seconds(), vm_stat.forks, nr_running(),
			blocked);
}

size_t interrupts_print(char *buf, size_t size)
{
	size_t n = 0;
	int i;

	for (i = 0; i < 16; i++)
		if (irq_name(i))
			n = text_add(buf, size, n, "%3d: %10lu  %s\n", i,
				     irq_counts[i], irq_name(i));
	return n;
}

/* The CPU flags that programs and this kernel test. */
static const struct {
	u8 bit;
	const char *name;
} cpu_flags[] = {
	{ 0, "fpu" }, { 3, "pse" }, { 4, "tsc" }, { 8, "cx8" }, { 13, "pge" },
	{ 15, "cmov" }, { 23, "mmx" }, { 24, "fxsr" }, { 25, "sse" },
	{ 26, "sse2" },
};

size_t cpuinfo_print(char *buf, size_t size)
{
	u32 id[4], vendor[4];
	size_t n, i;

	x86_cpuid(0, vendor);
	x86_cpuid(1, id);
	n = text_add(buf, size, 0, "processor\t: 0\nvendor_id\t: "
		     "%.4s%.4s%.4s\ncpu family\t: %u\nmodel\t\t: %u\n"
		     "stepping\t: %u\nflags\t\t:", (char *)&vendor[1],
		     (char *)&vendor[3], (char *)&vendor[2], id[0] >> 8 & 15,
		     id[0] >> 4 & 15, id[0] & 15);
	for (i = 0; i < ARRAY_SIZE(cpu_flags); i++)
		if (id[3] & 1u << cpu_flags[i].bit)
			n = text_add(buf, size, n, " %s", cpu_flags[i].name);
	return text_add(buf, size, n, "\n\n");
}

size_t version_print(char *buf, size_t size)
{
	return text_add(buf, size, 0, "Launder %s (as Linux version 2.4.7), "
			"compiled with " __VERSION__ "\n", launder_version);
}

size_t cmdline_print(char *buf, size_t size)
{
	return text_add(buf, size, 0, "%s\n", boot_options.line);
}

/* ---- memory, system calls, trace ----------------------------------------- */

/* Prints hash chains: a duplicate key is the sign of a lost race. */
size_t pagecache_print(char *buf, size_t size)
{
	return text_add(buf, size, 0,
			"pages %lu\nbuckets %lu\nlongest_chain %lu\n"
			"duplicates %lu\ninodes %lu\ninodes_unused %lu\n"
			"dentries %lu\ndentries_unused %lu\n",
			page_cache_size, page_hash_buckets(),
			page_hash_longest(), page_hash_duplicates(),
			nr_inodes, nr_inodes_unused, nr_dentries,
			nr_dentries_unused);
}

/* Prints the writes by initiator: "name transfers sectors". */
size_t writers_print(char *buf, size_t size)
{
	size_t n = 0;
	int i;

	for (i = 0; i < IO_INITIATORS; i++)
		n = text_add(buf, size, n, "%-18s %10lu %10lu\n",
			     io_initiator_names[i], writes_by[i],
			     sectors_of(i));
	return n;
}

size_t unknown_syscalls_print(char *buf, size_t size)
{
	size_t n = 0;
	int i;

	for (i = 0; i < NR_SYSCALLS; i++)
		if (enosys_counts[i])
			n = text_add(buf, size, n, "%d %lu\n", i,
				     enosys_counts[i]);
	return n;
}

#define TRACE_LINE	160

/* A reader's position in the ring; file->private. */
struct trace_reader {
	u64 position;
	bool caught_up;		/* then the file ends */
};

static int trace_open(struct inode *inode __unused, struct file *file)
{
	file->private = kzalloc(sizeof(struct trace_reader), GFP_KERNEL);
	return file->private ? 0 : -ENOMEM;
}

static void trace_release(struct inode *inode __unused, struct file *file)
{
	kfree(file->private);
}

static long trace_read(struct file *file, char *buf, size_t n,
		       loff_t *pos __unused)
{
	struct trace_reader *reader = file->private;
	size_t room = min(n, PAGE_SIZE), length;
	char *page;

	if (room < TRACE_LINE)
		return -EINVAL;
	if (reader->caught_up)
		return 0;
	page = get_free_page(GFP_KERNEL);
	if (!page)
		return -ENOMEM;
	length = trace_print(&reader->position, page, room);
	reader->caught_up = length + TRACE_LINE < room;
	n = copy_to_user(buf, page, length) ? (size_t)-EFAULT : length;
	free_page(page);
	return n;
}

const struct file_operations trace_fops = {
	.read = trace_read,
	.write = proc_text_write,
	.lseek = no_lseek,
	.open = trace_open,
	.release = trace_release,
};

/* Takes a pid, or 0 to stop. => 0, -EINVAL, -ESRCH */
int trace_syscalls_store(const char *text)
{
	unsigned int pid;

	return text_number(text, &pid) ? -EINVAL : trace_syscalls_set(pid);
}

/* ---- /proc/sys/kernel/random --------------------------------------------- */

/* Prints 122 random bits in the form of RFC 4122, version 4. => bytes */
size_t uuid_print(char *buf, size_t size)
{
	return text_add(buf, size, 0, "%08x-%04x-4%03x-%04x-%04x%08x\n",
			random_u32(), random_u32() >> 16, random_u32() >> 20,
			random_u32() >> 18 | 0x8000, random_u32() >> 16,
			random_u32());
}

/* Prints an id that is constant until the machine is switched off. */
size_t boot_id_print(char *buf, size_t size)
{
	static char id[40];

	if (!id[0])
		uuid_print(id, sizeof(id));
	return text_add(buf, size, 0, "%s", id);
}
