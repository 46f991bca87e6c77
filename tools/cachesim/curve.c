/*
 * tools/cachesim/curve.c - reuse distances and the miss-ratio curve of LRU
 *
 * A touch's distance is its object's place in the order of last touches, the
 * latest being 1 (Mattson and others 1970): LRU with so many frames or more
 * hits.  Each object has a mark at the time of its last touch; the distance is
 * the number of marks from there on, from a tree of partial sums (Fenwick
 * 1994).  When the times are used up the marks are numbered anew, so that both
 * take memory by the number of objects: 24 bytes each.  O(n log objects).
 *
 * An object that ends leaves a hole: a frame that is free in every memory in
 * which it was.  A miss uses the hole that was touched last, so what lies
 * behind that hole stays where it is; the place of the object that moved
 * becomes the hole of the memories in which it did not miss.
 *
 * With --sample the distances are those among the sampled objects divided by
 * the rate, and the counts too.  What the sample has too many or too few
 * touches for its rate is counted at distance 1 (SHARDS-adj, Waldspurger and
 * others, FAST 2015).
 */
#include <stdlib.h>
#include <string.h>

#include "tools/cachesim/command.h"
#include "tools/cachesim/heap.h"

enum { NONE = UINT32_MAX };

static struct {
	uint32_t times, now;	/* of the tree; the last one used, from 1 */
	uint32_t marks;
	uint32_t *sum;		/* the tree, from 1 */
	uint32_t *owner;	/* object of a time; NONE: a hole, or no mark */
	uint32_t *time;		/* of each object's mark; 0: none */
	struct heap holes;	/* by their time */
	uint64_t *at;		/* touches with distance i, 1 to objects */
	uint64_t touches, cold;
} c;

static void sum_add(uint32_t time, int32_t n)
{
	for (; time <= c.times; time += time & -time)
		c.sum[time] += n;
}

static uint32_t sum_to(uint32_t time)
{
	uint32_t n = 0;

	for (; time; time -= time & -time)
		n += c.sum[time];
	return n;
}

static bool is_hole(uint32_t time)
{
	return c.holes.place[time];
}

/* Numbers the marks 1, 2, ... in their order. */
static void renumber(void)
{
	uint32_t t, i = 0;

	memset(c.sum, 0, (c.times + 1) * sizeof(*c.sum));
	for (t = 1; t <= c.times; t++) {
		bool hole = is_hole(t);

		if (!hole && c.owner[t] == NONE)
			continue;
		c.owner[++i] = c.owner[t];
		if (i < t)
			c.owner[t] = NONE;
		if (hole)
			heap_remove(&c.holes, t);
		if (hole)
			heap_set(&c.holes, i, i);
		else
			c.time[c.owner[i]] = i;
	}
	c.now = i;
	for (t = 1; t <= i; t++)
		sum_add(t, 1);
}

/* => the time of the hole touched last; 0: there is none */
static uint32_t last_hole(void)
{
	return c.holes.count ? c.holes.array[1] : 0;
}

static void unmark(uint32_t time)
{
	if (is_hole(time))
		heap_remove(&c.holes, time);
	c.owner[time] = NONE;
	c.marks--;
	sum_add(time, -1);
}

static void make_hole(uint32_t object)
{
	uint32_t time = c.time[object];

	c.time[object] = 0;
	c.owner[time] = NONE;
	heap_set(&c.holes, time, time);
}

static void touch(uint32_t object)
{
	uint32_t time = c.time[object], hole;

	c.touches++;
	if (time)
		c.at[c.marks - sum_to(time) + 1]++;
	else
		c.cold++;
	hole = last_hole();
	if (hole > time) {
		unmark(hole);
		if (time)
			make_hole(object);
	} else if (time) {
		unmark(time);
	}
	if (c.now == c.times)
		renumber();
	c.time[object] = ++c.now;
	c.owner[c.now] = object;
	c.marks++;
	sum_add(c.now, 1);
}

static void measure(const struct sim_trace *t)
{
	uint32_t i;

	/* Marks and holes together are never more than the objects. */
	c.times = 2 * t->objects + 1024;
	c.sum = sim_alloc((size_t)c.times + 1, sizeof(*c.sum));
	c.owner = sim_resize(NULL, (size_t)c.times + 1, sizeof(*c.owner));
	memset(c.owner, 0xff, ((size_t)c.times + 1) * sizeof(*c.owner));
	c.time = sim_alloc(t->objects, sizeof(*c.time));
	c.at = sim_alloc((size_t)t->objects + 2, sizeof(*c.at));
	heap_open(&c.holes, c.times + 1);
	for (i = 0; i < t->count; i++) {
		const struct sim_event *e = &t->events[i];

		if (sim_is_touch(e))
			touch(e->object);
		else if (sim_leaves(e) && c.time[e->object])
			make_hole(e->object);
	}
}

/* ---- output ------------------------------------------------------------- */

/* => hits of the sample with so many of its own frames */
static uint64_t hits_with(uint64_t frames, uint32_t objects)
{
	static uint64_t reached, sum;

	if (frames < reached)
		reached = sum = 0;
	while (reached < frames && reached < objects)
		sum += c.at[++reached];
	return sum;
}

static uint64_t scaled(uint64_t n, double rate)
{
	return n / rate + 0.5;
}

static void print_size(const struct options *o, const struct sim_trace *t,
		       uint64_t frames)
{
	double rate = o->reading.rate;
	int64_t hits = scaled(hits_with(frames * rate, t->objects), rate);

	hits += (int64_t)(t->touches - scaled(c.touches, rate));
	if (hits < 0)
		hits = 0;
	if (hits > (int64_t)t->touches)
		hits = t->touches;
	figure("frames", frames);
	figure("hits", hits);
	figure("misses", t->touches - hits);
	figure_ratio("miss_ratio", t->touches - hits, t->touches);
	figures_print(true, o->rows);
}

/* => the fewest frames whose share in the sample is n */
static uint64_t unscaled(uint64_t n, double rate)
{
	uint64_t frames = n / rate;

	while (frames * rate < n)
		frames++;
	return frames;
}

/* The sizes of --frames; or with --csv all at which the hits change; or some,
 * each 1.4 times the one before. */
static void curve(const struct options *o, const struct sim_trace *t)
{
	uint64_t f, n = t->objects;
	unsigned int i;

	measure(t);
	for (i = 0; i < o->sizes; i++)
		print_size(o, t, o->frames[i]);
	for (f = 1; f <= n && !o->sizes; f++) {
		if (!o->csv || c.at[f] || f == n)
			print_size(o, t, unscaled(f, o->reading.rate));
		if (!o->csv && f < n)
			f = f + f * 2 / 5 < n ? f + f * 2 / 5 : n - 1;
	}
	heap_close(&c.holes);
	free(c.sum);
	free(c.owner);
	free(c.time);
	free(c.at);
}

static const char curve_text[] =
"Prints how many touches hit and miss under LRU with so many frames, for\n"
"some sizes, for those of --frames, or with --csv for every size at which\n"
"the hits change. hits less those of the row above is the number of\n"
"touches whose reuse distance (the number of objects touched since, the\n"
"object itself included) lies between the two. Prefetch is ignored.\n"
"--sample RATE keeps this share of the objects and scales (SHARDS): time\n"
"and memory shrink with it, and the figures are estimates.";

const struct command curve_command = {
	"curve", "fscr", "reuse distances: what LRU misses with every size",
	curve_text, curve,
};
