/*
 * tools/cachesim/dirty.c - what is dirty, in the order in which it became so
 */
#include <stdlib.h>

#include "tools/cachesim/dirty.h"

void dirty_open(struct dirty *d, const struct sim_trace *t)
{
	uint32_t i;

	d->trace = t;
	d->last = 0;
	d->implied = true;
	d->unit = UINT32_MAX;
	for (i = 0; i < t->count; i++) {
		const struct sim_event *e = &t->events[i];

		if (e->event != SIM_DIRTIED)
			continue;
		d->implied = false;
		if (sim_sectors(e) < d->unit)
			d->unit = sim_sectors(e);
	}
	lists_open(&d->list, t->objects);
	d->sectors = sim_alloc(t->objects, sizeof(*d->sectors));
	d->ordinal = sim_alloc(t->objects, sizeof(*d->ordinal));
}

void dirty_close(struct dirty *d)
{
	lists_close(&d->list);
	free(d->sectors);
	free(d->ordinal);
}

static void clean(struct dirty *d, uint32_t object)
{
	d->sectors[object] = 0;
	lists_remove(&d->list, object);
}

static void dirtied(struct dirty *d, const struct sim_event *e)
{
	if (!dirty_is(d, e->object)) {
		d->ordinal[e->object] = ++d->last;
		lists_move(&d->list, e->object, DIRTY);
	}
	d->sectors[e->object] += sim_sectors(e);
}

void dirty_event(struct dirty *d, const struct sim_event *e)
{
	uint32_t object = e->object;

	if (!sim_ages(d->trace, object))
		return;
	if (e->event == SIM_DIRTIED ||
	    (d->implied && sim_is_store(e) && !dirty_is(d, object)))
		dirtied(d, e);
	if (e->event == SIM_GONE)
		clean(d, object);
	if (e->event != SIM_WRITTEN || !dirty_is(d, object) ||
	    e->flags & SIM_MISS)
		return;
	if (d->sectors[object] <= sim_sectors(e))
		clean(d, object);
	else
		d->sectors[object] -= sim_sectors(e);
}
