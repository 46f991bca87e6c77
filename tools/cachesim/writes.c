/*
 * tools/cachesim/writes.c - which writes were needed, useful, wasted
 *
 * The bound.  What a program stores in a file or block must be on disk when it
 * is as old as age plus interval: the flusher looks every interval for what is
 * older than age.  One write serves all that was stored before it, so the
 * fewest writes are those that come at the last moment, each for what was
 * stored since the one before (the choice of points that hit all intervals).
 * An object that ends by its last moment needs none.  A sync that a program
 * asks for forces what was stored until then; a trace without `asked` has its
 * writes by fsync and sync instead.  What is dirty when the trace ends is
 * counted apart (end).
 * Memory sets a second one: of what is dirty at a moment, by that schedule, all
 * that does not fit into the frames has been written.  Processes' memory, which
 * never ages, is dirty from its first store to its end.
 * The sectors of such a write: those that became dirty since the one before,
 * less those written meanwhile, at their most; at least one block.
 *
 * Useful: the object is reclaimed within the window T, not stored to since.
 * Wasted: it is written again within T, stored to in between and not gone; the
 * first of the two writes is the wasted one.  Deleted: it ends within T.  These
 * go by the object: two blocks of one page are one.
 *
 * An inversion: a write that starts while an object that became dirty earlier
 * stays dirty; overtaken counts these objects.  The trace does not say why it
 * was passed over.  Only those count whose writer takes the dirty list in
 * order: kupdate, bdflush, balance_dirty, refill_freelist.  O(n log n).
 */
#include <stdlib.h>
#include <string.h>

#include "tools/cachesim/command.h"
#include "tools/cachesim/dirty.h"

enum { KUPDATE = 1, BDFLUSH, BALANCE_DIRTY, REFILL_FREELIST, FSYNC = 7, SYNC };
enum { NONE = UINT32_MAX, FRAME_SECTORS = 8 };
enum cause { AGE, AT_SYNC, AT_END, CAUSES };

struct tally {
	uint64_t writes, sectors, clean;	/* clean: sectors unchanged */
	uint64_t useful, wasted, deleted;
	uint64_t inversions, overtaken;
};

/* Of an object: what the bound's schedule has not yet written, and the writes
 * of the trace whose verdict is open: chains of events. */
struct state {
	uint64_t since;
	uint32_t run, most;	/* sectors */
	uint32_t fresh, stale;	/* not stored to since; stored to */
	bool pending;
};

static struct {
	const struct sim_trace *trace;
	uint64_t limit, window;
	struct dirty dirty;
	struct state *state;
	uint32_t *chain;	/* of each write: the next */
	uint32_t *sum;		/* ordinals that are dirty: a Fenwick tree */
	uint32_t ordinals;
	bool asked;		/* there are `asked` events */
	struct tally by[SIM_WRITERS], all;
	struct { uint64_t writes, sectors; } bound[CAUSES];
	uint64_t room, pending, forced;	/* sectors: in memory, dirty, due */
	uint64_t crowded;	/* the most of forced and pending over room */
} w;

/* ---- the bound ---------------------------------------------------------- */

static void forget(struct state *s)
{
	if (s->pending)
		w.pending -= s->most;
	s->pending = false;
}

static void force(struct state *s, enum cause cause)
{
	w.bound[cause].writes++;
	w.bound[cause].sectors += s->most;
	w.forced += s->most;
	forget(s);
}

/* What was due before now. */
static void settle(struct state *s, uint64_t now)
{
	if (s->pending && now > s->since && now - s->since > w.limit)
		force(s, AGE);
}

static void store(struct state *s, const struct sim_event *e)
{
	bool whole = w.dirty.implied || !sim_ages(w.trace, e->object);
	uint32_t unit = whole ? sim_sectors(e) : w.dirty.unit;

	if (!s->pending) {
		s->pending = true;
		s->since = e->usec;
		s->run = s->most = 0;
	}
	w.pending -= s->most;
	if (e->event == SIM_DIRTIED)
		s->run += sim_sectors(e);
	if (s->most < s->run)
		s->most = s->run;
	if (s->most < unit)
		s->most = unit;
	w.pending += s->most;
	if (w.pending > w.room && w.crowded < w.forced + w.pending - w.room)
		w.crowded = w.forced + w.pending - w.room;
}

/* That a mapped page of a file was stored to is known when the entry's dirty
 * bit is taken (`dirtied`), not at the fault: a sync between does not ask for
 * it, and the age rule begins there. */
static bool is_dirtier(const struct sim_event *e, bool ages)
{
	return e->event == SIM_DIRTIED ||
	       (sim_is_store(e) && (w.dirty.implied || !ages ||
				    e->how != SIM_FAULT_WRITE));
}

static void bound(struct state *s, const struct sim_event *e)
{
	bool ages = sim_ages(w.trace, e->object);

	if (ages)
		settle(s, e->usec);
	if (is_dirtier(e, ages))
		store(s, e);
	if (sim_is_end(e))
		forget(s);
	if (e->event == SIM_ASKED && s->pending && ages)
		force(s, AT_SYNC);
	if (e->event != SIM_WRITTEN)
		return;
	s->run -= s->run < sim_sectors(e) ? s->run : sim_sectors(e);
	if (s->pending && ages && !w.asked &&
	    (e->how == FSYNC || e->how == SYNC))
		force(s, AT_SYNC);
}

/* ---- useful, wasted ----------------------------------------------------- */

static bool in_window(const struct sim_event *first, const struct sim_event *e)
{
	return e->usec - first->usec <= w.window;
}

static void stored(struct state *s)
{
	uint32_t i, next;

	for (i = s->fresh; i != NONE; i = next) {
		next = w.chain[i];
		w.chain[i] = s->stale;
		s->stale = i;
	}
	s->fresh = NONE;
}

static void written(struct state *s, const struct sim_event *e)
{
	uint32_t i;

	for (i = s->stale; i != NONE; i = w.chain[i])
		w.by[w.trace->events[i].how].wasted +=
			in_window(&w.trace->events[i], e);
	s->stale = NONE;
	i = e - w.trace->events;
	w.chain[i] = s->fresh;
	s->fresh = i;
}

static void gone(struct state *s, const struct sim_event *e)
{
	uint32_t i;

	if (sim_is_end(e))
		stored(s);
	if (e->how == SIM_DROPPED)
		s->fresh = s->stale = NONE;
	for (i = s->fresh; i != NONE; i = w.chain[i])
		w.by[w.trace->events[i].how].useful +=
			in_window(&w.trace->events[i], e);
	for (i = s->stale; i != NONE && sim_is_end(e); i = w.chain[i])
		w.by[w.trace->events[i].how].deleted +=
			in_window(&w.trace->events[i], e);
	s->fresh = s->stale = NONE;
}

/* ---- inversions --------------------------------------------------------- */

static void sum_add(uint32_t i, int32_t n)
{
	for (; i && i <= w.ordinals; i += i & -i)
		w.sum[i] += n;
}

static uint32_t older(uint32_t ordinal)
{
	uint32_t n = 0;

	for (ordinal--; ordinal; ordinal -= ordinal & -ordinal)
		n += w.sum[ordinal];
	return n;
}

static void count_write(const struct sim_event *e)
{
	struct tally *t = &w.by[e->how];
	uint32_t n = 0;

	t->writes++;
	t->sectors += sim_sectors(e);
	if (e->flags & SIM_MISS)
		t->clean += sim_sectors(e);
	if (dirty_is(&w.dirty, e->object))
		n = older(w.dirty.ordinal[e->object]);
	t->inversions += n > 0;
	t->overtaken += n;
}

/* ---- the trace ---------------------------------------------------------- */

static void event(const struct sim_event *e)
{
	struct state *s = &w.state[e->object];
	bool was = dirty_is(&w.dirty, e->object);

	bound(s, e);
	if (e->event == SIM_DIRTIED || sim_is_store(e))
		stored(s);
	if (e->event == SIM_GONE)
		gone(s, e);
	if (e->event == SIM_WRITTEN) {
		count_write(e);
		written(s, e);
	}
	dirty_event(&w.dirty, e);
	if (was != dirty_is(&w.dirty, e->object))
		sum_add(w.dirty.ordinal[e->object], was ? -1 : 1);
}

static void measure(const struct options *o, const struct sim_trace *t,
		    uint64_t frames)
{
	uint32_t i;

	memset(&w, 0, sizeof(w));
	w.room = frames * FRAME_SECTORS;
	w.trace = t;
	w.limit = o->age + o->interval;
	w.window = o->window;
	dirty_open(&w.dirty, t);
	w.state = sim_alloc(t->objects, sizeof(*w.state));
	w.chain = sim_resize(NULL, t->count, sizeof(*w.chain));
	for (i = 0; i < t->objects; i++)
		w.state[i].fresh = w.state[i].stale = NONE;
	for (i = 0; i < t->count; i++) {
		w.ordinals += t->events[i].event == SIM_DIRTIED ||
			      sim_is_store(&t->events[i]);
		w.asked |= t->events[i].event == SIM_ASKED;
	}
	w.sum = sim_alloc((size_t)w.ordinals + 1, sizeof(*w.sum));
	for (i = 0; i < t->count; i++)
		event(&t->events[i]);
	for (i = 0; i < t->objects && t->count; i++) {
		if (!sim_ages(t, i))
			continue;
		settle(&w.state[i], t->events[t->count - 1].usec);
		if (w.state[i].pending)
			force(&w.state[i], AT_END);
	}
	dirty_close(&w.dirty);
	free(w.state);
	free(w.chain);
	free(w.sum);
}

/* ---- output ------------------------------------------------------------- */

static bool walks(int writer)
{
	return writer >= KUPDATE && writer <= REFILL_FREELIST;
}

static bool pressed(int writer)
{
	return writer != KUPDATE && writer != FSYNC && writer != SYNC;
}

static void print_tally(const struct tally *t)
{
	figure("writes", t->writes);
	figure("sectors", t->sectors);
	figure("clean_sectors", t->clean);
	figure("useful", t->useful);
	figure("wasted", t->wasted);
	figure("deleted", t->deleted);
	figure("inversions", t->inversions);
	figure("overtaken", t->overtaken);
}

static void print_writers(const struct options *o)
{
	int i;

	for (i = 0; i < SIM_WRITERS; i++) {
		figure_text("writer", sim_writer_names[i]);
		print_tally(&w.by[i]);
		figures_print(true, o->rows);
	}
}

static void print_all(const struct options *o)
{
	uint64_t pressure = 0, useful = 0, least;
	struct tally *a = &w.all;
	int i;

	for (i = 0; i < SIM_WRITERS; i++) {
		const struct tally *t = &w.by[i];

		a->writes += t->writes;
		a->sectors += t->sectors;
		a->clean += t->clean;
		a->useful += t->useful;
		a->wasted += t->wasted;
		a->deleted += t->deleted;
		a->inversions += walks(i) ? t->inversions : 0;
		a->overtaken += walks(i) ? t->overtaken : 0;
		pressure += pressed(i) ? t->writes : 0;
		useful += pressed(i) ? t->useful : 0;
	}
	print_tally(a);
	figure("pressure_writes", pressure);
	figure_ratio("pressure_useful", useful, pressure);
	figure("age_writes", w.bound[AGE].writes);
	figure("age_sectors", w.bound[AGE].sectors);
	figure("sync_writes", w.bound[AT_SYNC].writes);
	figure("sync_sectors", w.bound[AT_SYNC].sectors);
	figure("end_writes", w.bound[AT_END].writes);
	figure("end_sectors", w.bound[AT_END].sectors);
	least = w.bound[AGE].sectors + w.bound[AT_SYNC].sectors;
	figure("bound_writes", w.bound[AGE].writes + w.bound[AT_SYNC].writes);
	figure("bound_sectors", least);
	figure_ratio("sectors_to_bound", a->sectors, least);
	figures_print(o->csv, o->rows);
}

void writes_figures(const struct options *o, const struct sim_trace *t,
		    uint64_t frames)
{
	uint64_t written = 0;
	int i;

	measure(o, t, frames);
	for (i = 0; i < SIM_WRITERS; i++)
		written += w.by[i].sectors;
	figure("written_sectors", written);
	figure("least_written_sectors",
	       w.forced > w.crowded ? w.forced : w.crowded);
}

static void writes(const struct options *o, const struct sim_trace *t)
{
	if (!t->timed || t->backward)
		sim_die(SIM_FAILED, "%s: its times are missing or go backward: "
			"`writes` needs them", t->name);
	measure(o, t, UINT32_MAX);
	if (o->by_writer)
		print_writers(o);
	else
		print_all(o);
}

static const char writes_text[] =
"age_...: the fewest writes that the age rule leaves: each dirty\n"
"generation once, as late as the rule (--age plus --interval) allows,\n"
"unless its object ended by then. sync_...: those that programs asked for\n"
"by fsync and sync. bound_...: both. end_...: what is dirty at the end of the\n"
"trace.\n"
"useful: reclaimed within the window T, not stored to since. wasted:\n"
"stored to and written again within T, not gone between (the first of the\n"
"two writes). deleted: the object ended within T. clean_sectors: the\n"
"trace says that they held nothing new. pressure_useful: the useful share\n"
"of the writes by others than kupdate, fsync and sync.\n"
"inversions: writes by kupdate, bdflush, balance_dirty or refill_freelist\n"
"that started while an object dirty for longer stayed dirty; overtaken:\n"
"such objects, over all these writes. The trace does not say why: the\n"
"object was locked, or the writer wanted another.";

const struct command writes_command = {
	"writes", "aiwWcr", "the least writes; those useful, wasted",
	writes_text, writes,
};
