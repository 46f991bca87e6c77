/*
 * kernel/base/vmhist.c - histograms of the memory manager's counters
 *
 * Locks: none; each count is one word.
 */
#include "kernel/base/vmhist.h"

#define EXACT	4u			/* values below it have a bucket each */

struct vm_hist vm_hist;
unsigned int reclaimers;

const char *const lock_user_names[LOCK_USERS] = {
	"read", "write", "fault", "truncate", "sync", "swap", "other",
	"buffer_metadata", "buffer_data",
};

unsigned int hist_bucket(u32 value)
{
	unsigned int log;

	if (value < EXACT)
		return value;
	log = 31 - (unsigned int)__builtin_clz(value);
	return EXACT * (log - 1) + (value >> (log - 2)) % EXACT;
}

u64 hist_least(unsigned int bucket)
{
	if (bucket < EXACT)
		return bucket;
	return (u64)(EXACT + bucket % EXACT) << (bucket / EXACT - 1);
}

void hist_add(struct hist *hist, u32 value)
{
	hist->n[hist_bucket(value)]++;
	hist->most = max(hist->most, value);
}

unsigned long hist_count(const struct hist *hist)
{
	unsigned long sum = 0;
	unsigned int i;

	for (i = 0; i < HIST_BUCKETS; i++)
		sum += hist->n[i];
	return sum;
}

u32 hist_quantile(const struct hist *hist, unsigned int permille)
{
	u64 wanted = ((u64)hist_count(hist) * permille + 999) / 1000, sum = 0;
	unsigned int i = 0;

	if (!wanted)
		return 0;
	while ((sum += hist->n[i]) < wanted)
		i++;
	return min(hist_least(i + 1) - 1, (u64)hist->most);
}

void lock_waited(enum lock_user user, unsigned long usec)
{
	vm_hist.lock_wait[user].sleeps++;
	vm_hist.lock_wait[user].usec += usec;
}
