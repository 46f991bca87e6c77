/*
 * fs/proc/proc_vmhist.c - histograms and tables: /proc/vmhist
 *
 *	NAME FROM TO COUNT	a bucket of a histogram: values FROM to TO
 *	lock_wait USER SLEEPS USEC
 *	sectors INITIATOR KIND STATE COUNT
 *
 * Only what is not zero has a line.  docs/TOUCHES.md says what each counts.
 *
 * Locks: none; each number is as of the time its line is printed.
 */
#include "fs/proc/proc.h"
#include "kernel/base/vmhist.h"
#include "mm/reclaim/filemap.h"

#define CHAINS	16		/* the last: so many pages or more */

static const char *const kind_names[IO_KINDS] = { "metadata", "file", "swap" };

static size_t put_bucket(char *buf, size_t size, size_t n, const char *name,
			 u64 from, u64 to, unsigned long count)
{
	return count ? text_add(buf, size, n, "%s %llu %llu %lu\n", name, from,
				to, count) : n;
}

static size_t put_hist(char *buf, size_t size, size_t n, const char *name,
		       const struct hist *hist)
{
	unsigned int i;

	for (i = 0; i < HIST_BUCKETS; i++)
		n = put_bucket(buf, size, n, name, hist_least(i),
			       hist_least(i + 1) - 1, hist->n[i]);
	return n;
}

/* One bucket a length; the last has all that are longer. */
static size_t put_lengths(char *buf, size_t size, size_t n, const char *name,
			  const unsigned long *counts, unsigned long most,
			  unsigned int buckets)
{
	unsigned int i;

	for (i = 0; i < buckets; i++)
		n = put_bucket(buf, size, n, name, i,
			       i < buckets - 1 ? i : max(most, i), counts[i]);
	return n;
}

static size_t put_chains(char *buf, size_t size, size_t n)
{
	unsigned long counts[CHAINS] = { 0 }, i, longest = 0, chain;

	for (i = 0; i < page_hash_buckets(); i++) {
		chain = page_hash_chain(i);
		longest = max(longest, chain);
		counts[min(chain, CHAINS - 1ul)]++;
	}
	return put_lengths(buf, size, n, "chain", counts, longest, CHAINS);
}

static size_t put_sectors(char *buf, size_t size, size_t n, int who, int kind)
{
	int clean;

	for (clean = 0; clean < 2; clean++)
		if (sectors_by[who][2 * kind + clean])
			n = text_add(buf, size, n, "sectors %s %s %s %lu\n",
				     io_initiator_names[who], kind_names[kind],
				     clean ? "clean" : "dirty",
				     sectors_by[who][2 * kind + clean]);
	return n;
}

size_t vmhist_print(char *buf, size_t size)
{
	size_t n = 0;
	int i, kind;

	n = put_hist(buf, size, n, "laps", &vm_hist.laps);
	n = put_hist(buf, size, n, "alloc_stall_usec", &vm_hist.alloc_stall);
	n = put_lengths(buf, size, n, "probes", vm_hist.probes,
			page_hash_probes_max(), PROBES);
	n = put_chains(buf, size, n);
	for (i = 0; i < LOCK_USERS; i++)
		if (vm_hist.lock_wait[i].sleeps)
			n = text_add(buf, size, n, "lock_wait %s %lu %lu\n",
				     lock_user_names[i],
				     vm_hist.lock_wait[i].sleeps,
				     vm_hist.lock_wait[i].usec);
	for (i = 0; i < IO_INITIATORS; i++)
		for (kind = 0; kind < IO_KINDS; kind++)
			n = put_sectors(buf, size, n, i, kind);
	return n;
}
