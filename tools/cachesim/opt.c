/*
 * tools/cachesim/opt.c - Belady's OPT, and OPT that knows less
 *
 * opt		on a miss the object goes whose next touch is farthest (Belady
 *		1966): no policy that takes each object in at its touch misses
 *		less.  With --bytes as many go as are needed, the farthest
 *		first: that is a policy, no bound.
 * opt-reads	the least misses for which something is read.  What is next
 *		touched by one that reads nothing (a block overwritten whole)
 *		need not be kept; of the rest the farthest goes.
 * opt-prefetch	each prefetch event may bring its object in without a miss, or
 *		be declined.  An object whose next event is a prefetch need not
 *		be kept.  Of what is kept until a touch, the farthest goes.
 *		That gives the least misses: it is the choice of the most
 *		intervals that fit (on overload the one that ends last goes).
 * opt-scan	knows of the future only in which periods an object is touched:
 *		what a scan of accessed bits at the end of each period would
 *		find.  All objects of a period are alike to it; of those that
 *		are seen in the farthest period the one goes that came into
 *		memory first.  An object touched in this period counts as seen
 *		by the coming scan, whether it is touched again before it or
 *		not.  As the period shrinks to single touches this is OPT; with
 *		one period for all it is FIFO.
 *
 * The end of an object ends its uses: it goes first.  O(n log n); 4 bytes an
 * event and 32 bytes an object.
 */
#include <stdlib.h>
#include <string.h>

#include "tools/cachesim/heap.h"
#include "tools/cachesim/policy.h"

enum { NEVER = UINT32_MAX, FRAME = 4096 };
enum kind { EXACT, READS, PREFETCH, SCAN };

uint64_t policy_scan_period;

static struct {
	enum kind kind;
	const struct sim_trace *trace;
	uint32_t *next;		/* event; SCAN: number of the period */
	struct heap heap;	/* what is in memory, by its next use */
	uint32_t *size;		/* of what is in memory, in units */
	uint64_t used, room;	/* in frames, or in bytes */
	bool bytes;
	struct policy_result result;

	uint64_t period;	/* SCAN: the present one, its number, */
	uint32_t number;
	uint32_t *touched;	/* the objects touched in it */
	uint32_t touches;
	uint32_t *seen;		/* of each object: its last period */
	uint32_t *latest;	/* of each object: its last touch, an event */
	uint32_t loads;		/* how many objects came in */
} o;

/* ---- the next use of each touch ----------------------------------------- */

static void find_next(const struct sim_trace *t, bool prefetch)
{
	uint32_t *last = sim_resize(NULL, t->objects, sizeof(*last)), i;

	memset(last, 0xff, t->objects * sizeof(*last));
	for (i = t->count; i-- > 0;) {
		const struct sim_event *e = &t->events[i];

		if (sim_leaves(e))
			last[e->object] = NEVER;
		if (!sim_is_touch(e) && !(prefetch && sim_is_prefetch(e)))
			continue;
		o.next[i] = last[e->object];
		last[e->object] = i;
	}
	free(last);
}

/* Numbers the periods that have touches, then replaces each touch's number
 * by that of the next period in which its object is touched. */
static void find_periods(const struct sim_trace *t)
{
	uint32_t *mine = sim_resize(NULL, t->objects, sizeof(*mine));
	uint32_t *later = sim_resize(NULL, t->objects, sizeof(*later));
	uint64_t period = UINT64_MAX;
	uint32_t i, number = 0;

	for (i = 0; i < t->count; i++) {
		if (!sim_is_touch(&t->events[i]))
			continue;
		number += t->events[i].usec / policy_scan_period != period;
		period = t->events[i].usec / policy_scan_period;
		o.next[i] = number;
	}
	memset(mine, 0xff, t->objects * sizeof(*mine));
	memset(later, 0xff, t->objects * sizeof(*later));
	for (i = t->count; i-- > 0;) {
		const struct sim_event *e = &t->events[i];
		uint32_t *m = &mine[e->object];

		if (sim_leaves(e))
			*m = NEVER;
		if (!sim_is_touch(e))
			continue;
		if (*m != o.next[i])
			later[e->object] = *m;
		*m = o.next[i];
		o.next[i] = later[e->object];
	}
	free(mine);
	free(later);
}

/* ---- memory ------------------------------------------------------------- */

static bool resident(uint32_t object)
{
	return o.heap.place[object];
}

static void drop(uint32_t object)
{
	heap_remove(&o.heap, object);
	o.used -= o.size[object];
}

/* Makes room. => false: the object is larger than memory */
static bool take(const struct sim_event *e, uint64_t key)
{
	uint32_t size = o.bytes ? e->size : 1;

	if (size > o.room)
		return false;
	while (o.used + size > o.room) {
		drop(o.heap.array[1]);
		o.result.evicted++;
		o.result.scanned++;
	}
	o.size[e->object] = size;
	o.used += size;
	o.loads++;
	heap_set(&o.heap, e->object, key);
	return true;
}

/* ---- events ------------------------------------------------------------- */

/* => the next event for which it is worth to keep the object; NEVER: none */
static uint32_t next_use(const struct sim_event *e)
{
	uint32_t next = o.next[e - o.trace->events];

	if (next == NEVER || sim_is_prefetch(&o.trace->events[next]) ||
	    (o.kind == READS && o.trace->events[next].flags & SIM_NEW))
		return NEVER;
	return next;
}

static void touch_exact(const struct sim_event *e)
{
	uint32_t next = next_use(e);
	bool hit = resident(e->object);

	policy_count(&o.result, e, hit);
	if (hit)
		heap_set(&o.heap, e->object, next);
	else
		take(e, next);
}

static void prefetch(const struct sim_event *e)
{
	uint32_t next = next_use(e);
	uint32_t size = o.bytes ? e->size : 1;

	if (resident(e->object)) {
		heap_set(&o.heap, e->object, next);
		return;
	}
	if (next == NEVER || (o.used + size > o.room &&
			      o.heap.key[o.heap.array[1]] < next))
		return;
	o.result.prefetched += take(e, next);
}

static uint64_t scan_key(uint32_t period, uint32_t load)
{
	return (uint64_t)period << 32 | (UINT32_MAX - load);
}

/* The end of a period: what was touched in it is next seen in a later one. */
static void scan(uint64_t period)
{
	uint32_t i;

	for (i = 0; i < o.touches; i++) {
		uint32_t object = o.touched[i];
		uint32_t load = UINT32_MAX - (uint32_t)o.heap.key[object];

		if (resident(object))
			heap_set(&o.heap, object,
				 scan_key(o.next[o.latest[object]], load));
	}
	o.touches = 0;
	o.period = period;
	o.number++;
}

static void touch_scan(const struct sim_event *e)
{
	uint64_t period = e->usec / policy_scan_period;
	bool hit = resident(e->object);

	if (period != o.period || !o.number)
		scan(period);
	policy_count(&o.result, e, hit);
	if (!hit)
		take(e, scan_key(o.number, o.loads));
	if (o.seen[e->object] != o.number) {
		o.seen[e->object] = o.number;
		o.touched[o.touches++] = e->object;
	}
	o.latest[e->object] = e - o.trace->events;
}

static void event(const struct sim_event *e)
{
	if (sim_leaves(e) && resident(e->object))
		drop(e->object);
	if (sim_is_touch(e) && o.kind == SCAN)
		touch_scan(e);
	else if (sim_is_touch(e))
		touch_exact(e);
	if (sim_is_prefetch(e) && o.kind == PREFETCH)
		prefetch(e);
}

/* ---- the policy --------------------------------------------------------- */

static int refuse(const char *why)
{
	fprintf(stderr, "cachesim: opt-scan: %s\n", why);
	return -1;
}

static int open_opt(const struct policy *p, uint64_t frames,
		    const struct sim_trace *t, bool bytes)
{
	memset(&o, 0, sizeof(o));
	o.kind = *(const enum kind *)p->private;
	if (o.kind == SCAN && !policy_scan_period)
		return refuse("--degrade PERIOD is missing");
	if (o.kind == SCAN && (!t->timed || t->backward))
		return refuse("the trace's times are missing or go backward");
	o.trace = t;
	o.bytes = bytes;
	o.room = bytes ? frames * FRAME : frames;
	o.next = sim_resize(NULL, t->count, sizeof(*o.next));
	o.size = sim_alloc(t->objects, sizeof(*o.size));
	heap_open(&o.heap, t->objects);
	if (o.kind != SCAN) {
		find_next(t, o.kind == PREFETCH);
		return 0;
	}
	find_periods(t);
	o.touched = sim_alloc(t->objects, sizeof(*o.touched));
	o.seen = sim_alloc(t->objects, sizeof(*o.seen));
	o.latest = sim_alloc(t->objects, sizeof(*o.latest));
	return 0;
}

static void end(struct policy_result *r)
{
	*r = o.result;
}

static void close_opt(void)
{
	heap_close(&o.heap);
	free(o.next);
	free(o.size);
	free(o.touched);
	free(o.seen);
	free(o.latest);
}

#define OPT(name, what, which)						\
	{ name, what, open_opt, event, end, close_opt,			\
	  &(const enum kind){ which }, 0 }

static const struct policy opts[] = {
	OPT("opt", "Belady: the farthest next touch goes", EXACT),
	OPT("opt-reads", "OPT of reads: what is overwritten next need not stay",
	    READS),
	OPT("opt-prefetch", "the same, and prefetch events may be used",
	    PREFETCH),
	OPT("opt-scan", "OPT that sees scans of accessed bits (--degrade)",
	    SCAN),
};

__attribute__((constructor)) static void add(void)
{
	size_t i;

	for (i = 0; i < sizeof(opts) / sizeof(opts[0]); i++)
		policy_add(&opts[i]);
}
