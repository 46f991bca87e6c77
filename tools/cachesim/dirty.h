/*
 * tools/cachesim/dirty.h - what is dirty, in the order in which it became so
 *
 * A file's page may have several dirty blocks: it is dirty from the first that
 * became dirty until as many sectors are written.  Anonymous and shared memory
 * is on no dirty list: it goes to disk for lack of frames only.  A trace
 * without `dirtied` events has its write touches instead.
 */
#pragma once

#include "tools/cachesim/lists.h"
#include "tools/cachesim/trace.h"

enum { DIRTY = 1 };		/* the list; the oldest is its tail */

struct dirty {
	const struct sim_trace *trace;
	struct lists list;
	uint32_t *sectors;	/* of each object: dirty now */
	uint32_t *ordinal;	/* of each dirty object, from 1 */
	uint32_t last;		/* ordinal */
	bool implied;		/* there are no `dirtied` events */
	uint32_t unit;		/* the fewest sectors that a write dirties */
};

void dirty_open(struct dirty *, const struct sim_trace *);
void dirty_close(struct dirty *);
/* After the event. */
void dirty_event(struct dirty *, const struct sim_event *);

static inline uint32_t sim_sectors(const struct sim_event *e)
{
	return (e->size + 511) / 512;
}

static inline bool sim_is_store(const struct sim_event *e)
{
	return e->event == SIM_TOUCH &&
	       (e->how == SIM_WRITE || e->how == SIM_FAULT_WRITE);
}

/* Does the object's data belong to a disk, and age? */
static inline bool sim_ages(const struct sim_trace *t, uint32_t object)
{
	uint32_t kind = t->keys[object].space >> 28;

	return kind != SIM_ANON && kind != SIM_SHM;
}

static inline bool dirty_is(const struct dirty *d, uint32_t object)
{
	return d->list.in[object];
}
