/*
 * fs/proc/proc_vmstat.c - the counters as text: /proc/vmstat
 *
 * Gauges (current values) come first, then values computed from several
 * counters, then every counter of kernel/base/vmstat_list.h, the writes by
 * initiator, and the moves between page lists that have happened.
 *
 * Locks: none; each number is as of the time its line is printed.
 */
#include "fs/proc/proc.h"
#include "kernel/core/time.h"
#include "kernel/base/vmhist.h"
#include "mm/reclaim/filemap.h"
#include "mm/reclaim/reclaim.h"
#include "mm/swap/swap.h"

/* A text being built; never overflows. */
struct text {
	char *buf;
	size_t size, used;
};

/* Adds a line; omits it if it does not fit whole. */
static void put_line(struct text *text, const char *name, const char *name2,
		     u64 value)
{
	size_t room = text->size - text->used;
	int n = snprintf(text->buf + text->used, room, "%s%s %llu\n", name,
			 name2, value);

	if ((size_t)n < room)
		text->used += n;
}

/* Uses of a page or a block that was or could have been cached: a piece of a
 * read or write, a getblk, a fault that does not make a new page. */
static void put_hit_ratio(struct text *text)
{
	unsigned long uses = vm_stat.read_pages + vm_stat.write_pages +
		vm_stat.getblk_hit + vm_stat.getblk_miss + vm_stat.pgfault -
		vm_stat.pgfault_zero - vm_stat.pgfault_bad;
	unsigned long misses = vm_stat.read_misses + vm_stat.write_misses +
		vm_stat.getblk_miss + vm_stat.pgfault_major;

	put_line(text, "cache_uses", "", uses);
	put_line(text, "cache_misses", "", misses);
	put_line(text, "cache_hit_permille", "",
		 uses ? (u64)(uses - min(misses, uses)) * 1000 / uses : 0);
}

/* p99: 99 of 100 stalls were no longer. */
static void put_reclaim(struct text *text)
{
	unsigned long frames = frames_reclaimed();

	put_line(text, "alloc_stalls", "", hist_count(&vm_hist.alloc_stall));
	put_line(text, "alloc_stall_usec_p50", "",
		 hist_quantile(&vm_hist.alloc_stall, 500));
	put_line(text, "alloc_stall_usec_p99", "",
		 hist_quantile(&vm_hist.alloc_stall, 990));
	put_line(text, "alloc_stall_usec_max", "", vm_hist.alloc_stall.most);
	put_line(text, "reclaim_cycles", "", vm_hist.reclaim_cycles);
	put_line(text, "reclaim_cycles_per_frame", "",
		 frames ? vm_hist.reclaim_cycles / frames : 0);
}

/* Current values, and values computed from counters; the last five have the
 * names that Linux's vmstat reads. */
static void put_gauges(struct text *text)
{
	put_line(text, "jiffies", "", jiffies);
	put_line(text, "nr_free_pages", "", zone.free_pages);
	put_line(text, "nr_active", "", nr_active_pages);
	put_line(text, "nr_inactive_dirty", "", nr_inactive_dirty_pages);
	put_line(text, "nr_inactive_clean", "", zone.inactive_clean_pages);
	put_line(text, "buffermem_pages", "", buffermem_pages);
	put_line(text, "page_cache_size", "", page_cache_size);
	put_line(text, "dead_buffer_pages", "", nr_dead_pages);
	put_line(text, "swap_cached", "", swapper_space.nrpages);
	put_line(text, "swap_slots_used", "", swap_pages_used());
	put_line(text, "memory_pressure", "", memory_pressure);
	put_line(text, "inactive_target", "", inactive_target());
	put_line(text, "free_shortage", "", free_shortage());
	put_line(text, "inactive_shortage", "", inactive_shortage());
	put_line(text, "page_hash_buckets", "", page_hash_buckets());
	put_line(text, "anon_space_duplicate_keys", "",
		 page_hash_duplicates());
	put_line(text, "page_hash_longest", "", page_hash_longest());
	put_line(text, "page_hash_probes_max", "", page_hash_probes_max());
	put_line(text, "scanner_epoch", "", scanner_epoch);
	put_line(text, "frames_reclaimed", "", frames_reclaimed());
	put_hit_ratio(text);
	put_reclaim(text);
	put_line(text, "data_sectors_written", "", sectors_of_kind(IO_FILE));
	put_line(text, "pgpgin", "", vm_stat.sectors_read / 2);
	put_line(text, "pgpgout", "", vm_stat.sectors_written / 2);
	put_line(text, "pswpin", "", vm_stat.swap_in_pages);
	put_line(text, "pswpout", "", vm_stat.swap_out_pages);
	put_line(text, "pgmajfault", "", vm_stat.pgfault_major);
}

/* Prints one line per counter of the list, under the same name. */
static void put_counters(struct text *text)
{
#define C(name, doc) put_line(text, #name, "", vm_stat.name);
#include "kernel/base/vmstat_list.h"
#undef C
}

/* Prints the writes by initiator: transfers, then 512-byte sectors. */
static void put_writes(struct text *text)
{
	int i;

	for (i = 0; i < IO_INITIATORS; i++)
		put_line(text, "writes_by_", io_initiator_names[i],
			 writes_by[i]);
	for (i = 0; i < IO_INITIATORS; i++)
		put_line(text, "sectors_by_", io_initiator_names[i],
			 sectors_of(i));
}

/* Prints "moves_file_active_dirty 12"; a move that never
 * happened has no line. */
static void put_move(struct text *text, int kind, int from, int to)
{
	char name[40];

	if (!lru_moves[kind][from][to])
		return;
	snprintf(name, sizeof(name), "%s_%s_%s", page_kind_names[kind],
		 lru_names[from], lru_names[to]);
	put_line(text, "moves_", name, lru_moves[kind][from][to]);
}

static void put_moves(struct text *text)
{
	int kind, from, to;

	for (kind = 0; kind < PAGE_KINDS; kind++)
		for (from = 0; from < LRU_LISTS; from++)
			for (to = 0; to < LRU_LISTS; to++)
				put_move(text, kind, from, to);
}

/* => bytes written, never more than size; whole lines only */
size_t vmstat_print(char *buf, size_t size)
{
	struct text text = { .buf = buf, .size = size };

	put_gauges(&text);
	put_counters(&text);
	put_writes(&text);
	put_moves(&text);
	return text.used;
}
