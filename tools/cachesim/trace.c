/*
 * tools/cachesim/trace.c - reads a touch trace: CSV, or 24-byte records
 *
 * An object's key gets a dense number from a hash table of numbers that
 * refers to the array of keys: 4 to 8 bytes an object beside its key.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tools/cachesim/source.h"
#include "tools/cachesim/trace.h"

enum { NONE = UINT32_MAX, SECTOR = 512, PAGE = 4096, RECORD = 24 };
enum column { USEC, EVENT, KIND, DEV, OWNER, INDEX, HOW, MISSED, SECTORS, PFN,
	      OBJECT, TIME, SIZE, COLUMNS };

static const char *const column_names[COLUMNS] = {
	"usec", "event", "kind", "dev", "owner", "index", "how", "miss",
	"sectors", "pfn", "object", "time", "size",
};

const char *const sim_event_names[SIM_EVENTS] = {
	"touch", "dirtied", "written", "gone", "asked",
};
const char *const sim_touch_names[SIM_TOUCHES] = {
	"read", "write", "getblk", "fault_read", "fault_write", "prefetch",
	"young",
};
const char *const sim_gone_names[SIM_GOINGS] = { "reclaimed", "truncated",
						   "dropped" };
const char *const sim_kind_names[SIM_KINDS] = { "file", "buffer", "anon",
						"shm" };
/* io_initiator_names of kernel/base/vmstat.c */
const char *const sim_writer_names[SIM_WRITERS] = {
	"other", "kupdate", "bdflush", "balance_dirty", "refill_freelist",
	"launder_buffers", "launder_writepage", "fsync", "sync", "swap",
};

struct reader {
	struct source source;
	struct sim_trace *trace;
	const struct sim_reading *how;
	uint64_t keep;			/* hashes below it are kept */
	uint32_t room_events, room_keys;
	uint32_t *table, slots;		/* a power of two */
	uint64_t last_usec, line;
	int columns, at[COLUMNS];	/* field of each column; -1: none */
	char *field[COLUMNS];
};

/* ---- objects and events ----------------------------------------------- */

static uint64_t hash(const struct sim_key *k)
{
	return sim_mix(sim_mix((uint64_t)k->space << 32 | k->owner) ^ k->index);
}

static bool same(const struct sim_key *a, const struct sim_key *b)
{
	return a->space == b->space && a->owner == b->owner &&
	       a->index == b->index;
}

/* => the key's slot, or the empty one where it belongs */
static uint32_t *slot(struct reader *r, const struct sim_key *key, uint64_t h)
{
	uint32_t i = h & (r->slots - 1);

	while (r->table[i] != NONE && !same(&r->trace->keys[r->table[i]], key))
		i = (i + 1) & (r->slots - 1);
	return &r->table[i];
}

static void grow_table(struct reader *r)
{
	const struct sim_key *k = r->trace->keys;
	uint32_t i;

	if (r->slots > UINT32_MAX / 2)
		sim_die(SIM_FAILED, "%s: over 2^31 objects: sample the trace "
			"(--sample)", r->source.name);
	r->slots = r->slots ? r->slots * 2 : 1024;
	free(r->table);
	r->table = sim_resize(NULL, r->slots, sizeof(*r->table));
	memset(r->table, 0xff, r->slots * sizeof(*r->table));
	for (i = 0; i < r->trace->objects; i++)
		*slot(r, &k[i], hash(&k[i])) = i;
}

static uint32_t object(struct reader *r, const struct sim_key *key, uint64_t h)
{
	struct sim_trace *t = r->trace;
	uint32_t *place;

	if (t->objects >= r->slots / 4 * 3)
		grow_table(r);
	place = slot(r, key, h);
	if (*place != NONE)
		return *place;
	if (t->objects == r->room_keys) {
		r->room_keys += r->room_keys / 2 + 1024;
		t->keys = sim_resize(t->keys, r->room_keys, sizeof(*t->keys));
	}
	t->keys[t->objects] = *key;
	return *place = t->objects++;
}

/* Sampling is by the object: all of its events are kept, or none (SHARDS,
 * Waldspurger and others, FAST 2015). */
static void add(struct reader *r, struct sim_event *e,
		const struct sim_key *key)
{
	struct sim_trace *t = r->trace;
	uint64_t h = hash(key);

	t->rows++;
	t->backward |= e->usec < r->last_usec;
	r->last_usec = e->usec;
	if (r->how->exact && e->event == SIM_TOUCH && e->how == SIM_YOUNG)
		return;
	t->touches += sim_is_touch(e);
	if (h >> 11 >= r->keep)
		return;
	if (t->count >= INT32_MAX)
		sim_die(SIM_FAILED, "%s: over 2^31 events: sample the trace "
			"(--sample)", r->source.name);
	if (t->count == r->room_events) {
		r->room_events += r->room_events / 2 + 4096;
		t->events = sim_resize(t->events, r->room_events,
				       sizeof(*t->events));
	}
	e->object = object(r, key, h);
	t->events[t->count++] = *e;
}

/* ---- CSV -------------------------------------------------------------- */

static void wrong(const struct reader *r, enum column c, const char *want)
{
	sim_die(SIM_FAILED, "%s, line %llu: %s is \"%.40s\": it must be %s",
		r->source.name, (unsigned long long)r->line, column_names[c],
		r->field[r->at[c]], want);
}

/* Cuts the line at its commas; blanks around a field are dropped. */
static int split(char *line, char **field)
{
	char *end;
	int n = 0;

	for (; line && n < COLUMNS; n++) {
		end = strchr(line, ',');
		if (end)
			*end = 0;
		field[n] = line += strspn(line, " \t");
		line = end ? end + 1 : NULL;
		end = field[n] + strlen(field[n]);
		while (end > field[n] && (end[-1] == ' ' || end[-1] == '\t'))
			*--end = 0;
	}
	return line ? COLUMNS + 1 : n;
}

static uint64_t number(const struct reader *r, enum column c, uint64_t most)
{
	uint64_t value = 0;

	if (r->at[c] < 0)
		return 0;
	if (!sim_number(r->field[r->at[c]], &value) || value > most)
		wrong(r, c, most == UINT64_MAX ? "a number" :
		      most == UINT32_MAX ? "a number of 32 bits" :
		      most == 7 ? "0 to 7" : "a smaller number");
	return value;
}

/* A number below count, or one of the names. */
static int named(const struct reader *r, enum column c,
		 const char *const *names, int count)
{
	const char *s;
	uint64_t value;
	int i;

	if (r->at[c] < 0)
		return 0;
	s = r->field[r->at[c]];
	if (sim_number(s, &value) && value < (uint64_t)count)
		return value;
	for (i = 0; i < count; i++) {
		if (!strcmp(s, names[i]))
			return i;
	}
	wrong(r, c, count == SIM_EVENTS ?
	      "touch, dirtied, written, gone or asked" :
	      "one of those that `cachesim --help` names");
	return 0;
}

static int how(const struct reader *r, int event)
{
	switch (event) {
	case SIM_TOUCH:
		return named(r, HOW, sim_touch_names, SIM_TOUCHES);
	case SIM_WRITTEN:
		return named(r, HOW, sim_writer_names, SIM_WRITERS);
	case SIM_GONE:
		return named(r, HOW, sim_gone_names, SIM_GOINGS);
	default:
		return 0;
	}
}

static void launder_row(struct reader *r)
{
	struct sim_event e = { .usec = number(r, USEC, UINT64_MAX) };
	struct sim_key key = { .owner = number(r, OWNER, UINT32_MAX) };

	key.index = number(r, INDEX, UINT64_MAX);
	key.space = (uint32_t)named(r, KIND, sim_kind_names, SIM_KINDS) << 28 |
		    number(r, DEV, (1 << 28) - 1);
	e.event = named(r, EVENT, sim_event_names, SIM_EVENTS);
	e.how = how(r, e.event);
	e.flags = number(r, MISSED, 7);
	e.pfn = number(r, PFN, UINT32_MAX);
	e.size = r->at[SECTORS] < 0 ? PAGE :
		 number(r, SECTORS, UINT32_MAX / SECTOR) * SECTOR;
	add(r, &e, &key);
}

/* Seconds, with decimals. => microseconds */
static uint64_t seconds(const struct reader *r)
{
	char *s = r->field[r->at[TIME]], *dot = strchr(s, '.');
	uint64_t whole, part = 0;
	int i;

	if (dot) {
		*dot++ = 0;
		for (i = 0; i < 6; i++)
			part = part * 10 + (*dot >= '0' && *dot <= '9' ?
					    *dot++ - '0' : 0);
		dot += strspn(dot, "0123456789");
	}
	if (!sim_number(s, &whole) || whole > UINT64_MAX / 1000000 - 1 ||
	    (dot && *dot))
		wrong(r, TIME, "seconds");
	return whole * 1000000 + part;
}

/* An object may be any text; what is no number is known by 96 bits of hash. */
static void plain_row(struct reader *r)
{
	const char *s = r->field[r->at[OBJECT]];
	struct sim_event e = { .event = SIM_TOUCH, .size = PAGE };
	struct sim_key key = { 0 };
	uint64_t other = 0;

	e.usec = r->at[TIME] >= 0 ? seconds(r) : r->at[USEC] >= 0 ?
		 number(r, USEC, UINT64_MAX) : r->trace->rows;
	if (r->at[SIZE] >= 0)
		e.size = number(r, SIZE, UINT32_MAX);
	if (!*s)
		wrong(r, OBJECT, "a name or a number");
	if (!sim_number(s, &key.index)) {
		for (key.index = strlen(s); *s; s++) {
			key.index = sim_mix(key.index ^ (unsigned char)*s);
			other = sim_mix(other + (unsigned char)*s);
		}
		key.space = (uint32_t)SIM_TEXT << 28;
		key.owner = other;
	}
	add(r, &e, &key);
}

/* => is it the header of a table? */
static bool header(struct reader *r)
{
	uint64_t value;
	int i, c;

	memset(r->at, -1, sizeof(r->at));
	if (sim_number(r->field[0], &value) || (r->columns > 1 &&
	    strchr("0123456789", r->field[0][0]))) {
		if (r->columns > 3)
			sim_die(SIM_FAILED, "%s: %d columns and no header: "
				"give it one (`cachesim --help` has the names)",
				r->source.name, r->columns);
		r->at[OBJECT] = r->columns > 1;
		if (r->columns > 1)
			r->at[TIME] = 0;
		if (r->columns > 2)
			r->at[SIZE] = 2;
		return false;
	}
	for (i = 0; i < r->columns; i++) {
		for (c = 0; c < COLUMNS; c++) {
			if (!strcasecmp(r->field[i], column_names[c]))
				break;
		}
		if (c < COLUMNS)
			r->at[c] = i;
	}
	return true;
}

static bool has_launder(const struct reader *r)
{
	int c;

	if (r->at[OBJECT] >= 0)
		return false;
	for (c = USEC; c <= INDEX; c++) {
		if (r->at[c] < 0)
			sim_die(SIM_FAILED, "%s: its header has no column "
				"`object`, and none `%s` either",
				r->source.name, column_names[c]);
	}
	return true;
}

static void add_held(struct sim_trace *t, uint32_t frames)
{
	t->held = sim_resize(t->held, t->helds + 1, sizeof(*t->held));
	t->held[t->helds++] = (struct sim_held){ t->count, frames };
}

/* `# lost N`: how many events the writer had no room for.  `# held N` */
static void comment(struct reader *r, const char *line)
{
	unsigned long long n;
	unsigned int frames;

	if (sscanf(line, "# held %u", &frames) == 1)
		add_held(r->trace, frames);

	if (sscanf(line, "# lost %llu", &n) == 1)
		r->trace->lost += n;
}

static void read_csv(struct reader *r)
{
	bool first = true, launder = false, skip;
	char *line;
	int n;

	while ((line = source_line(&r->source))) {
		r->line++;
		if (*line == '#')
			comment(r, line);
		if (!*line || *line == '#')
			continue;
		n = split(line, r->field);
		skip = false;
		if (first) {
			r->columns = n;
			skip = header(r);
			launder = has_launder(r);
			r->trace->format = launder ? "Launder CSV" : "CSV";
			r->trace->timed = launder || r->at[TIME] >= 0 ||
					  r->at[USEC] >= 0;
			first = false;
		}
		if (n != r->columns || n > COLUMNS)
			sim_die(SIM_FAILED, "%s, line %llu: %d columns, not "
				"the %d of the header", r->source.name,
				(unsigned long long)r->line, n, r->columns);
		if (!skip)
			(launder ? launder_row : plain_row)(r);
	}
}

/* ---- libCacheSim's oracleGeneral -------------------------------------- */

static uint64_t little(const char *bytes, int n)
{
	uint64_t value = 0;

	while (n--)
		value = value << 8 | (unsigned char)bytes[n];
	return value;
}

/* Little-endian, packed: u32 seconds, u64 object, u32 bytes, i64 number of the
 * next request for the object.  The last is not used: it is found anew. */
static void read_oracle(struct reader *r)
{
	size_t ready;

	r->trace->format = "oracleGeneral";
	r->trace->timed = true;
	while ((ready = source_peek(&r->source, RECORD)) >= RECORD) {
		const char *p = r->source.buf + r->source.at;
		struct sim_event e = { .event = SIM_TOUCH };
		struct sim_key key = { .index = little(p + 4, 8) };

		e.usec = little(p, 4) * 1000000;
		e.size = little(p + 12, 4);
		add(r, &e, &key);
		r->source.at += RECORD;
	}
	if (ready)
		sim_die(SIM_FAILED, "%s: %zu bytes behind the last record of "
			"%d: is it whole?", r->source.name, ready, RECORD);
}

/* ---- all -------------------------------------------------------------- */

static bool is_binary(struct source *s)
{
	size_t i, n = source_peek(s, 10 * RECORD);

	for (i = 0; i < n && i < 10 * RECORD; i++) {
		unsigned char c = s->buf[s->at + i];

		if (c == 127 || (c < ' ' && !strchr("\t\r\n", c)) || !c)
			return true;
	}
	return false;
}

void sim_trace_read(struct sim_trace *t, const char *path,
		    const struct sim_reading *how)
{
	static struct reader r;

	memset(t, 0, sizeof(*t));
	memset(&r, 0, sizeof(r));
	r.trace = t;
	r.how = how;
	r.keep = how->rate * (1ull << 53);
	source_open(&r.source, path);
	t->name = r.source.name;
	if (source_peek(&r.source, 8) >= 8 &&
	    !memcmp(r.source.buf + r.source.at, "LAUNDTRC", 8))
		sim_die(SIM_USE, "%s is the kernel's ring: write its touches "
			"by `tools/trace --touches FILE`", t->name);
	if (!source_peek(&r.source, 1))
		sim_die(SIM_FAILED, "%s: it is empty", t->name);
	if (how->format ? !strcmp(how->format, "oracle") : is_binary(&r.source))
		read_oracle(&r);
	else
		read_csv(&r);
	source_close(&r.source);
	free(r.table);
	if (t->lost && !how->lossy)
		sim_die(SIM_FAILED, "%s: %llu events are lost: give the kernel "
			"a larger trace_kb=, or take it as it is (--lossy)",
			t->name, (unsigned long long)t->lost);
}

void sim_trace_free(struct sim_trace *t)
{
	free(t->events);
	free(t->keys);
	free(t->held);
}
