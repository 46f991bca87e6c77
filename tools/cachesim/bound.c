/*
 * tools/cachesim/bound.c - the fewest sectors that had to be read and written
 *
 * Objects of several sizes share frames: the fewest misses are hard to find
 * then.  So each object is split into units of the largest size that divides
 * all, and OPT of reads runs on the units.  What a machine does with whole
 * objects it could do with their units: no policy reads fewer sectors.
 */
#include <stdlib.h>

#include "tools/cachesim/command.h"
#include "tools/cachesim/dirty.h"

enum { FRAME_SECTORS = 8 };

static uint32_t common(uint32_t a, uint32_t b)
{
	return b ? common(b, a % b) : a;
}

static bool in_units(const struct sim_event *e)
{
	return sim_is_touch(e) || e->event == SIM_GONE;
}

static uint32_t unit_of(const struct sim_trace *t)
{
	uint32_t i, unit = FRAME_SECTORS;

	for (i = 0; i < t->count; i++)
		if (sim_is_touch(&t->events[i]))
			unit = common(unit, sim_sectors(&t->events[i]));
	return unit;
}

/* The touches and the ends of the trace, each as one of every unit. */
static void split(struct sim_trace *units, const struct sim_trace *t,
		  uint32_t unit)
{
	uint32_t *size = sim_alloc(t->objects, sizeof(*size));
	uint32_t *first = sim_alloc(t->objects, sizeof(*first));
	struct sim_event *e;
	uint64_t count = 0, objects = 0;
	uint32_t i, k;

	for (i = 0; i < t->count; i++) {
		e = &t->events[i];
		if (sim_is_touch(e) && size[e->object] < sim_sectors(e) / unit)
			size[e->object] = sim_sectors(e) / unit;
	}
	for (i = 0; i < t->objects; i++) {
		first[i] = objects;
		objects += size[i];
	}
	for (i = 0; i < t->count; i++)
		count += in_units(&t->events[i]) ?
			size[t->events[i].object] : 0;
	if (count > UINT32_MAX)
		sim_die(SIM_FAILED, "%s: too long for units of %u sectors",
			t->name, unit);
	*units = *t;
	units->count = 0;
	units->objects = objects;
	units->keys = NULL;
	units->events = sim_resize(NULL, count, sizeof(*units->events));
	for (i = 0; i < t->count; i++) {
		e = &t->events[i];
		for (k = 0; in_units(e) && k < size[e->object]; k++) {
			units->events[units->count] = *e;
			units->events[units->count++].object =
				first[e->object] + k;
		}
	}
	free(size);
	free(first);
}

static uint64_t sectors_read(const struct sim_trace *t)
{
	uint64_t sum = 0;
	uint32_t i;

	for (i = 0; i < t->count; i++) {
		const struct sim_event *e = &t->events[i];

		if (e->event == SIM_TOUCH && e->flags & SIM_MISS &&
		    !(e->flags & SIM_NEW))
			sum += sim_sectors(e);
	}
	return sum;
}

static void least_reads(const struct options *o, const struct sim_trace *t,
			uint64_t frames)
{
	static const struct { const char *figure, *policy; } rows[] = {
		{ "opt_read_sectors", "opt-reads" },
		{ "scan_read_sectors", "opt-scan" },
		{ "lru_read_sectors", "lru" },
		{ "fifo_read_sectors", "fifo" },
	};
	uint32_t i, unit = unit_of(t);
	struct policy_result r;
	struct sim_trace units;

	split(&units, t, unit);
	figure("unit_sectors", unit);
	figure("read_sectors", sectors_read(t));
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (i == 1 && !o->degrade)
			continue;
		if (policy_run(policy_find(rows[i].policy),
			       frames * FRAME_SECTORS / unit, &units, false,
			       &r) < 0)
			exit(SIM_USE);
		figure(rows[i].figure, (r.misses - r.fresh) * unit);
	}
	free(units.events);
}

static void bound(const struct options *o, const struct sim_trace *t)
{
	unsigned int i;

	policy_scan_period = o->degrade;
	for (i = 0; i < o->sizes; i++) {
		figure("frames", o->frames[i]);
		least_reads(o, t, o->frames[i]);
		if (t->timed && !t->backward)
			writes_figures(o, t, o->frames[i]);
		figures_print(o->csv, o->rows);
	}
}

static const char bound_text[] =
"read_sectors: what the traced machine read, on misses and ahead.\n"
"opt_read_sectors: no policy reads fewer with so many frames, for the same\n"
"touches: Belady's OPT of reads, on units of unit_sectors of each object.\n"
"scan_read_sectors (--degrade): OPT that knows of the future what scans of\n"
"accessed bits would see. lru_..., fifo_...: these policies, without\n"
"reading ahead.\n"
"written_sectors: what it wrote. least_written_sectors: the larger of two.\n"
"Each dirty generation that the age rule forces to disk, that fsync or sync\n"
"asked for, or that is dirty when the trace ends, once. At the worst moment:\n"
"what was forced until then, and what is dirty and does not fit into memory.\n"
"Without times in the trace there are no figures of writes.";

const struct command bound_command = {
	"bound", "f daicr", "the fewest sectors that had to be transferred",
	bound_text, bound,
};
