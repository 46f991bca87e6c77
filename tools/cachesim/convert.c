/*
 * tools/cachesim/convert.c - writes a trace in another format
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tools/cachesim/command.h"

enum { NONE = UINT32_MAX };

static FILE *out;

/* => are all objects numbers of one space? Then they keep them. */
static bool plain(const struct sim_trace *t)
{
	uint32_t i;

	for (i = 0; i < t->objects; i++) {
		if (t->keys[i].space || t->keys[i].owner)
			return false;
	}
	return true;
}

static void bytes(uint64_t value, int n)
{
	for (; n--; value >>= 8)
		fputc(value & 0xff, out);
}

/* Requests are numbered from 1; -1: none follows. */
static void oracle(const struct sim_trace *t)
{
	uint32_t *next = sim_resize(NULL, t->count, sizeof(*next));
	uint32_t *last = sim_resize(NULL, t->objects, sizeof(*last)), i;
	uint32_t request = 1;
	bool keep = plain(t);

	for (i = 0; i < t->count; i++)
		request += sim_is_touch(&t->events[i]);
	memset(last, 0xff, t->objects * sizeof(*last));
	for (i = t->count; i-- > 0;) {
		const struct sim_event *e = &t->events[i];

		if (!sim_is_touch(e))
			continue;
		next[i] = last[e->object];
		last[e->object] = --request;
	}
	for (i = 0; i < t->count; i++) {
		const struct sim_event *e = &t->events[i];

		if (!sim_is_touch(e))
			continue;
		bytes(t->timed ? e->usec / 1000000 : e->usec, 4);
		bytes(keep ? t->keys[e->object].index : e->object + 1ull, 8);
		bytes(e->size, 4);
		bytes(next[i] == NONE ? UINT64_MAX : next[i], 8);
	}
	free(next);
	free(last);
}

static void ostep(const struct sim_trace *t)
{
	bool keep = plain(t);
	uint32_t i;

	for (i = 0; i < t->count; i++) {
		const struct sim_event *e = &t->events[i];

		if (sim_is_touch(e))
			fprintf(out, "%" PRIu64 "\n", keep ?
				t->keys[e->object].index : e->object);
	}
}

static void how(const struct sim_event *e)
{
	const char *name = "-";

	if (e->event == SIM_TOUCH)
		name = sim_touch_names[e->how];
	if (e->event == SIM_WRITTEN)
		name = sim_writer_names[e->how];
	if (e->event == SIM_GONE)
		name = sim_gone_names[e->how];
	fprintf(out, "%s,", name);
}

/* Text has no names here: its objects are numbered. */
static void csv(const struct sim_trace *t)
{
	uint32_t i;

	if (t->lost)
		fprintf(out, "# lost %" PRIu64 "\n", t->lost);
	fputs("usec,event,kind,dev,owner,index,how,miss,sectors,pfn\n", out);
	for (i = 0; i < t->count; i++) {
		const struct sim_event *e = &t->events[i];
		struct sim_key k = t->keys[e->object];

		if (k.space >> 28 == SIM_TEXT)
			k = (struct sim_key){ .index = e->object };
		fprintf(out, "%" PRIu64 ",%s,%s,%u,%u,%" PRIu64 ",", e->usec,
			sim_event_names[e->event],
			sim_kind_names[k.space >> 28], k.space & 0xfffffff,
			k.owner, k.index);
		how(e);
		fprintf(out, "%u,%u,%u\n", e->flags, (e->size + 511) / 512,
			e->pfn);
	}
}

static void convert(const struct options *o, const struct sim_trace *t)
{
	static const struct {
		const char *name;
		void (*write)(const struct sim_trace *);
	} formats[] = { { "csv", csv }, { "oracle", oracle },
			{ "ostep", ostep } };
	unsigned int i;

	for (i = 0; i < 3 && strcmp(o->to, formats[i].name); i++)
		;
	if (i == 3)
		sim_die(SIM_USE, "--to %s: choose csv, oracle or ostep", o->to);
	out = o->out ? fopen(o->out, "wb") : stdout;
	if (!out)
		sim_die(SIM_USE, "%s: %s", o->out, strerror(errno));
	formats[i].write(t);
	if (ferror(out) || (o->out && fclose(out)))
		sim_die(SIM_FAILED, "%s: it cannot be written: %s",
			o->out ? o->out : "standard output", strerror(errno));
}

static const char convert_text[] =
"csv: Launder CSV. oracle: libCacheSim's oracleGeneral, the touches only\n"
"(no prefetch), in seconds, with the number of each object's next request\n"
"(from 1; -1: none). ostep: one object a line, the touches only. Numbers\n"
"of a plain list stay; all other objects are numbered. Times of a list\n"
"without them count its rows.";

const struct command convert_command = {
	"convert", "t o", "write the trace in another format",
	convert_text, convert,
};
