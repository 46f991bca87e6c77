/*
 * tools/cachesim/order.c - does the dirty list know what is used least?
 *
 * At each look the dirty objects are taken in the order in which they became
 * dirty, which is that of the dirty list, and compared with the order of their
 * last touches: Kendall's tau, the share of pairs that both orders agree on
 * less the share on which they do not.  1: what became dirty first is what was
 * touched longest ago; 0: the list says nothing; -1: the reverse.  A look is at
 * each multiple of the period before which something happened since the last
 * look.  O(k log k) a look with k dirty objects, by merge sort (Knight 1966).
 */
#include <stdlib.h>
#include <string.h>

#include "tools/cachesim/command.h"
#include "tools/cachesim/dirty.h"

static struct {
	struct dirty dirty;
	uint32_t *last;		/* of each object: its last touch, from 1 */
	uint32_t *rank, *other;	/* of the dirty ones, oldest first; room */
	uint64_t looks, pairs, discordant;
} k;

/* Sorts rank[from, to). => pairs that were in the wrong order */
static uint64_t sort(uint32_t from, uint32_t to)
{
	uint32_t middle = from + (to - from) / 2, a = from, b = middle, i;
	uint64_t wrong;

	if (to - from < 2)
		return 0;
	wrong = sort(from, middle) + sort(middle, to);
	for (i = from; i < to; i++) {
		bool left = b == to || (a < middle && k.rank[a] <= k.rank[b]);

		wrong += left ? 0 : middle - a;
		k.other[i] = k.rank[left ? a++ : b++];
	}
	memcpy(k.rank + from, k.other + from, (to - from) * sizeof(*k.rank));
	return wrong;
}

static void print_tau(const char *name, uint64_t pairs, uint64_t wrong)
{
	char text[32] = "-";

	if (pairs)
		snprintf(text, sizeof(text), "%.6f",
			 1 - 2 * (double)wrong / pairs);
	figure_text(name, text);
}

static void look(const struct options *o, uint64_t usec)
{
	const struct lists *l = &k.dirty.list;
	uint32_t head = l->objects + DIRTY, i, n = 0;
	uint64_t pairs, wrong;

	for (i = l->prev[head]; i != head; i = l->prev[i])
		k.rank[n++] = k.last[i];
	if (n < 2)
		return;
	pairs = (uint64_t)n * (n - 1) / 2;
	wrong = sort(0, n);
	k.looks++;
	k.pairs += pairs;
	k.discordant += wrong;
	if (!o->csv && !o->rows)
		return;
	figure("usec", usec);
	figure("dirty", n);
	figure("discordant", wrong);
	print_tau("tau", pairs, wrong);
	figures_print(o->csv, o->rows);
}

static void order(const struct options *o, const struct sim_trace *t)
{
	uint64_t next;
	uint32_t i;

	if (!t->timed || t->backward)
		sim_die(SIM_FAILED, "%s: its times are missing or go backward: "
			"`order` needs them", t->name);
	dirty_open(&k.dirty, t);
	k.last = sim_alloc(t->objects, sizeof(*k.last));
	k.rank = sim_alloc(t->objects, sizeof(*k.rank));
	k.other = sim_alloc(t->objects, sizeof(*k.other));
	next = t->count ? (t->events[0].usec / o->every + 1) * o->every : 0;
	for (i = 0; i < t->count; i++) {
		const struct sim_event *e = &t->events[i];

		if (e->usec >= next) {
			look(o, next);
			next = (e->usec / o->every + 1) * o->every;
		}
		if (sim_is_touch(e) || (e->event == SIM_DIRTIED &&
					!k.last[e->object]))
			k.last[e->object] = i + 1;
		dirty_event(&k.dirty, e);
	}
	if (!o->csv && !o->rows) {
		figure("looks", k.looks);
		figure("pairs", k.pairs);
		figure("discordant", k.discordant);
		print_tau("tau", k.pairs, k.discordant);
		figures_print(false, false);
	}
	dirty_close(&k.dirty);
	free(k.last);
	free(k.rank);
	free(k.other);
}

static const char order_text[] =
"Kendall's tau, at a look every so often, between the order in which the\n"
"dirty objects became dirty (that of the dirty list) and the order of\n"
"their last touches: 1 where the list's head is what was touched longest\n"
"ago, 0 where the list says nothing, -1 where it is the reverse. Prints\n"
"tau over the pairs of all looks, or with --csv a row for each look with\n"
"two dirty objects or more.";

const struct command order_command = {
	"order", "ncr", "dirty-list order against true recency",
	order_text, order,
};
