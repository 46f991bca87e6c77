/*
 * tools/cachesim/policy.h - a replacement policy that runs over a trace
 *
 * A policy counts a touch as a miss when its object is not in memory, and
 * takes it in then.  One runs at a time in a process, so its state may be
 * static.  A file adds its own by policy_add() from a constructor:
 *
 *	static const struct policy fifo = { .name = "fifo", ... };
 *	__attribute__((constructor)) static void add(void)
 *	{
 *		policy_add(&fifo);
 *	}
 */
#pragma once

#include "tools/cachesim/trace.h"

struct policy_result {
	uint64_t touches;	/* hits + misses */
	uint64_t hits, misses;
	uint64_t fresh;		/* misses with SIM_NEW: nothing was read */
	uint64_t cold;		/* misses that no policy can avoid */
	uint64_t prefetched;	/* objects that read-ahead brought in */
	uint64_t evicted;	/* objects that went for lack of frames */
	uint64_t scanned;	/* objects looked at to find these */
	uint64_t writes, sectors;	/* transfers that the policy started */
	uint64_t cpu_ns;	/* this and cold: filled in by policy_run() */
};

struct policy {
	const char *name;	/* lower case, as --policy takes it */
	const char *what;	/* a line of --help */
	/* Frames of one object each, or, if bytes is set, of 4,096 bytes.
	 * => 0, or -1 after one line on standard error */
	int (*open)(const struct policy *, uint64_t frames,
		    const struct sim_trace *, bool bytes);
	/* Every event of the trace, in order: an element of its array. */
	void (*event)(const struct sim_event *);
	/* After the last event: fills in all but cold and cpu_ns. */
	void (*end)(struct policy_result *);
	void (*close)(void);
	const void *private;	/* the policy's own */
	uint64_t least;		/* frames: below, `all` leaves it out */
};

/* Counts a touch. */
static inline void policy_count(struct policy_result *r,
				const struct sim_event *e, bool hit)
{
	r->touches++;
	r->hits += hit;
	r->misses += !hit;
	r->fresh += !hit && e->flags & SIM_NEW;
}

/* What of policy "opt-scan": microseconds between two scans; 0: not given. */
extern uint64_t policy_scan_period;

void policy_add(const struct policy *);
const struct policy *policy_find(const char *name);	/* NULL: none */
/* In alphabetical order. => NULL behind the last */
const struct policy *policy_number(unsigned int);
/* => 0, or -1 after one line on standard error */
int policy_run(const struct policy *, uint64_t frames,
	       const struct sim_trace *, bool bytes, struct policy_result *);
