/*
 * tools/cachesim/simple.c - the policies LRU, FIFO, CLOCK, 2Q and ARC
 *
 * 2Q is the full version of Johnson and Shasha (VLDB 1994) with Kin a quarter
 * and Kout half of the frames; ARC is the one of Megiddo and Modha (FAST 2003),
 * its target a number with a fraction.  CLOCK takes an object in with its bit
 * clear.  An object that ends leaves all lists, also those of the past.
 * O(1) a touch.
 */
#include <stdlib.h>
#include <string.h>

#include "tools/cachesim/lists.h"
#include "tools/cachesim/policy.h"

enum { FRAME = 4096 };
/* LRU, FIFO and CLOCK have one list.  2Q: A1in, Am, A1out; ARC: T1, T2, B1,
 * B2.  What is in the first two is in memory. */
enum { T1 = 1, T2, B1, B2 };

static struct {
	const struct policy *policy;
	struct lists l;
	uint8_t *young;		/* CLOCK: the bit of each object */
	uint64_t room;		/* in frames, or in bytes */
	bool bytes;
	double target;		/* ARC: of T1's length */
	struct policy_result result;
} s;

static bool in_memory(uint32_t object)
{
	return s.l.in[object] == T1 || s.l.in[object] == T2;
}

static bool full(void)
{
	return s.l.count[T1] + s.l.count[T2] >= s.room;
}

/* The last of list `from` leaves memory for list `to`; 0: for none. */
static void evict(int from, int to)
{
	uint32_t object = lists_tail(&s.l, from);

	s.result.evicted++;
	s.result.scanned++;
	if (to)
		lists_move(&s.l, object, to);
	else
		lists_remove(&s.l, object);
}

static void forget(int list)
{
	lists_remove(&s.l, lists_tail(&s.l, list));
}

/* ---- LRU, FIFO, CLOCK --------------------------------------------------- */

/* CLOCK: those with the bit set go round. */
static void turn(void)
{
	uint32_t object;

	while (s.young && s.young[object = lists_tail(&s.l, T1)]) {
		s.young[object] = 0;
		s.result.scanned++;
		lists_move(&s.l, object, T1);
	}
}

static void admit(const struct sim_event *e)
{
	uint32_t size = s.bytes ? e->size : 1;

	if (size > s.room)
		return;
	while (s.l.used[T1] + size > s.room) {
		turn();
		evict(T1, 0);
	}
	s.l.size[e->object] = size;
	lists_move(&s.l, e->object, T1);
	if (s.young)
		s.young[e->object] = 0;
}

static void lru(const struct sim_event *e, bool hit)
{
	if (hit)
		lists_move(&s.l, e->object, T1);
	else
		admit(e);
}

static void fifo(const struct sim_event *e, bool hit)
{
	if (!hit)
		admit(e);
}

static void clock_touch(const struct sim_event *e, bool hit)
{
	if (hit)
		s.young[e->object] = 1;
	else
		admit(e);
}

/* ---- 2Q ----------------------------------------------------------------- */

static uint64_t share(unsigned int part)
{
	return s.room / part ? s.room / part : 1;
}

static void two_room(void)
{
	if (!full())
		return;
	if (s.l.count[T1] <= share(4) && s.l.count[T2]) {
		evict(T2, 0);
		return;
	}
	evict(T1, B1);
	if (s.l.count[B1] > share(2))
		forget(B1);
}

static void two(const struct sim_event *e, bool hit)
{
	bool past = s.l.in[e->object] == B1;

	if (!hit)
		two_room();
	if (!hit || s.l.in[e->object] == T2)
		lists_move(&s.l, e->object, hit || past ? T2 : T1);
}

/* ---- ARC ---------------------------------------------------------------- */

static void replace(bool in_b2)
{
	uint64_t n = s.l.count[T1];

	if (!full())
		return;
	if (n && (n > s.target || (in_b2 && n == s.target)))
		evict(T1, B1);
	else
		evict(T2, B2);
}

static double step(int more, int less)
{
	uint64_t a = s.l.count[more], b = s.l.count[less];

	return a > b ? (double)a / b : 1;
}

static void arc_past(const struct sim_event *e, bool in_b2)
{
	if (in_b2)
		s.target -= step(B1, B2);
	else
		s.target += step(B2, B1);
	if (s.target < 0)
		s.target = 0;
	if (s.target > s.room)
		s.target = s.room;
	replace(in_b2);
	lists_move(&s.l, e->object, T2);
}

static void arc_new(const struct sim_event *e)
{
	uint64_t l1 = s.l.count[T1] + s.l.count[B1];
	uint64_t l2 = s.l.count[T2] + s.l.count[B2];

	if (l1 == s.room && s.l.count[T1] == s.room) {
		evict(T1, 0);
	} else if (l1 == s.room) {
		forget(B1);
		replace(false);
	} else {
		if (l1 + l2 == 2 * s.room)
			forget(B2);
		replace(false);
	}
	lists_move(&s.l, e->object, T1);
}

static void arc(const struct sim_event *e, bool hit)
{
	int in = s.l.in[e->object];

	if (hit)
		lists_move(&s.l, e->object, T2);
	else if (in)
		arc_past(e, in == B2);
	else
		arc_new(e);
}

/* ---- all ---------------------------------------------------------------- */

typedef void touch_fn(const struct sim_event *, bool hit);

static int open_simple(const struct policy *p, uint64_t frames,
		       const struct sim_trace *t, bool bytes)
{
	touch_fn *touch = *(touch_fn *const *)p->private;
	uint32_t i;

	if (bytes && (touch == two || touch == arc)) {
		fprintf(stderr, "cachesim: %s counts frames, not --bytes\n",
			p->name);
		return -1;
	}
	memset(&s, 0, sizeof(s));
	s.policy = p;
	s.bytes = bytes;
	s.room = bytes ? frames * FRAME : frames;
	lists_open(&s.l, t->objects);
	for (i = 0; i < t->objects; i++)
		s.l.size[i] = 1;
	if (touch == clock_touch)
		s.young = sim_alloc(t->objects, 1);
	return 0;
}

static void event(const struct sim_event *e)
{
	bool hit = in_memory(e->object);

	if (sim_leaves(e))
		lists_remove(&s.l, e->object);
	if (!sim_is_touch(e))
		return;
	policy_count(&s.result, e, hit);
	(*(touch_fn *const *)s.policy->private)(e, hit);
}

static void end(struct policy_result *r)
{
	*r = s.result;
}

static void close_simple(void)
{
	lists_close(&s.l);
	free(s.young);
}

#define SIMPLE(name, what, touch)					\
	{ name, what, open_simple, event, end, close_simple,		\
	  &(touch_fn *const){ touch }, 0 }

static const struct policy simples[] = {
	SIMPLE("lru", "the least recently touched goes", lru),
	SIMPLE("fifo", "the first that came goes", fifo),
	SIMPLE("clock", "FIFO, and what was touched goes round once more",
	       clock_touch),
	SIMPLE("2q", "FIFO for new ones, LRU for those that return", two),
	SIMPLE("arc", "LRU of once and of often touched, balanced", arc),
};

__attribute__((constructor)) static void add(void)
{
	size_t i;

	for (i = 0; i < sizeof(simples) / sizeof(simples[0]); i++)
		policy_add(&simples[i]);
}
