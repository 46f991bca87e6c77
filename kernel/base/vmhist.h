/*
 * kernel/base/vmhist.h - histograms and tables of /proc/vmhist.
 *
 * A histogram has four buckets for each power of two, and one for each value
 * below 4: a quantile read from it is at most a quarter too high.
 */
#pragma once

#include "kernel/base/vmstat.h"

#define HIST_BUCKETS	124		/* for all of 32 bits */
#define PROBES		32		/* the last: so many or more */

struct hist {
	unsigned long n[HIST_BUCKETS];
	u32 most;			/* largest value */
};

/* Who waits for a lock.  buffer: BH_Lock of metadata, of a file's data. */
enum lock_user { LOCK_READ, LOCK_WRITE, LOCK_FAULT, LOCK_TRUNCATE, LOCK_SYNC,
		 LOCK_SWAP, LOCK_OTHER, LOCK_METADATA, LOCK_DATA, LOCK_USERS };

extern unsigned int reclaimers;		/* tasks inside reclaim_begin() */

/* Zeroed with each epoch. */
struct vm_hist {
	struct hist laps;		/* looks of the scanner at a page until
					   reclaim freed its frame */
	struct hist alloc_stall;	/* usec below tier 3, by stall */
	unsigned long probes[PROBES];	/* page-hash lookups */
	unsigned long probes_most;	/* of a lookup in the last of them */
	struct { unsigned long sleeps, usec; } lock_wait[LOCK_USERS];
	u64 reclaim_cycles;		/* of the time-stamp counter */
};

extern struct vm_hist vm_hist;
extern const char *const lock_user_names[LOCK_USERS];

unsigned int hist_bucket(u32 value);
/* => the least value of a bucket; of HIST_BUCKETS: 2^32 */
u64 hist_least(unsigned int bucket);
void hist_add(struct hist *hist, u32 value);
unsigned long hist_count(const struct hist *hist);
/* => a value that permille of the values do not exceed; 0: there are none */
u32 hist_quantile(const struct hist *hist, unsigned int permille);
void lock_waited(enum lock_user user, unsigned long usec);
