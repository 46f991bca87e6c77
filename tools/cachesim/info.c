/*
 * tools/cachesim/info.c - what a trace holds; other formats of it
 */
#include <inttypes.h>
#include <string.h>

#include "tools/cachesim/command.h"

static uint64_t by_event[SIM_EVENTS], by_touch[SIM_TOUCHES],
	by_kind[SIM_TEXT + 1], misses, fresh;

static void count(const struct sim_trace *t)
{
	uint32_t i;

	for (i = 0; i < t->count; i++) {
		const struct sim_event *e = &t->events[i];

		by_event[e->event]++;
		if (e->event != SIM_TOUCH)
			continue;
		by_touch[e->how]++;
		if (!sim_is_touch(e) || !(e->flags & SIM_MISS))
			continue;
		misses++;
		fresh += e->flags & SIM_NEW ? 1 : 0;
	}
	for (i = 0; i < t->objects; i++)
		by_kind[t->keys[i].space >> 28]++;
}

static void info(const struct options *o, const struct sim_trace *t)
{
	uint64_t span = t->count ? t->events[t->count - 1].usec -
		t->events[0].usec : 0;
	int i;

	count(t);
	figure_text("format", t->format ? t->format : "-");
	figure("events", t->count);
	figure("lost", t->lost);
	figure("objects", t->objects);
	figure("programs_touches", t->touches);
	figure("traced_misses", misses);
	figure("traced_fresh", fresh);
	figure("usec", t->timed ? span : 0);
	figure_text("times", !t->timed ? "none" : t->backward ? "go backward" :
		    "in order");
	for (i = 0; i < SIM_EVENTS; i++)
		figure(sim_event_names[i], by_event[i]);
	for (i = 0; i < SIM_TOUCHES; i++)
		figure(sim_touch_names[i], by_touch[i]);
	for (i = 0; i < SIM_KINDS; i++)
		figure(sim_kind_names[i], by_kind[i]);
	figure("text", by_kind[SIM_TEXT]);
	figures_print(o->csv, o->rows);
}

static const char info_text[] =
"Prints how many events of each kind a trace holds, and of how many\n"
"objects. programs_touches leaves out prefetch; traced_misses are those\n"
"touches that missed when the trace was taken, and traced_fresh those of\n"
"them for which nothing had to be read: the difference is what was read\n"
"because a program touched it.";

const struct command info_command = {
	"info", "cr", "what a trace holds",
	info_text, info,
};
