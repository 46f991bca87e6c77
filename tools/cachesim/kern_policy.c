/*
 * tools/cachesim/kern_policy.c - the kernel's scanners as policies
 *
 * Each scanner of mm/reclaim/scanner_list.h is a policy.  Its frames are those
 * that the kernel's allocator manages: what the kernel keeps free, its hashes
 * and its buffer heads come out of them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/cachesim/kern.h"
#include "tools/cachesim/policy.h"

#define PAGE		4096
#define SIZES		4		/* of blocks: 512 to PAGE */
#define HOUR_USEC	3600000000ull
#define SWAP_MOST	(1u << 20)	/* pages: an area of 4 GB */
enum { IO_FSYNC = 7, IO_SYNC = 8, IO_SWAP = 9 };	/* as in
						kernel/base/vmstat.h */

static struct kern_setup setup;
static struct kern_file *files;
static uint32_t *number_of;		/* object of the trace to that here */
static uint16_t *length;		/* of the last write of an object */
static const struct sim_trace *trace;
static uint64_t start;			/* time of its first event */
static const struct sim_key *keys;	/* while they are sorted */

/* ---- objects ------------------------------------------------------------- */

static enum kern_kind kind_of(const struct sim_key *key)
{
	switch (key->space >> 28) {
	case SIM_BUFFER:
		return KERN_BUFFER;
	case SIM_ANON:
	case SIM_SHM:
		return KERN_ANON;
	default:
		return KERN_FILE;
	}
}

static int compare(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int by_place(const void *a, const void *b)
{
	const struct sim_key *x = &keys[*(const uint32_t *)a];
	const struct sim_key *y = &keys[*(const uint32_t *)b];
	int order = compare(x->space, y->space);

	if (!order)
		order = compare(x->owner, y->owner);
	return order ? order : compare(x->index, y->index);
}

static bool same_file(const struct sim_key *a, const struct sim_key *b)
{
	return a->space == b->space && a->owner == b->owner;
}

/* Numbers the objects in the order in which they lie on the drive, and the
 * files. */
static void number_objects(void)
{
	uint32_t *order = sim_alloc(trace->objects, sizeof(*order)), i;

	setup.objects = sim_alloc(trace->objects, sizeof(*setup.objects));
	setup.count = trace->objects;
	setup.nfiles = 0;
	files = sim_alloc(trace->objects, sizeof(*files));
	number_of = sim_alloc(trace->objects, sizeof(*number_of));
	for (i = 0; i < trace->objects; i++)
		order[i] = i;
	keys = trace->keys;
	qsort(order, trace->objects, sizeof(*order), by_place);
	for (i = 0; i < trace->objects; i++) {
		const struct sim_key *key = &keys[order[i]];
		struct kern_object *object = &setup.objects[i];

		if (!i || !same_file(key, &keys[order[i - 1]]))
			files[setup.nfiles++].first = i;
		files[setup.nfiles - 1].pages++;
		object->kind = kind_of(key);
		object->dev = key->space & 0xffff;
		object->file = setup.nfiles - 1;
		object->index = key->index;
		number_of[order[i]] = i;
	}
	files = sim_resize(files, setup.nfiles, sizeof(*files));
	setup.files = files;
	free(order);
}

static bool block_size(uint32_t bytes)
{
	return bytes >= 512 && bytes <= 4096 && !(bytes & (bytes - 1));
}

/* => the size that occurs most often, 0 without one; blocks of 512 << i bytes
 * occur seen[i] times */
static uint32_t common_size(const uint32_t *seen)
{
	unsigned int i, most = 0;

	for (i = 1; i < SIZES; i++)
		if (seen[i] > seen[most])
			most = i;
	return seen[most] ? 512u << most : 0;
}

/* Blocks have the size of their last event.  A file system's block is as large
 * as what becomes dirty of files, or as most blocks: a mount reads the
 * superblock in a size of its own. */
static void size_blocks(void)
{
	uint32_t dirtied[SIZES] = { 0 }, blocks[SIZES] = { 0 }, i;

	for (i = 0; i < trace->count; i++) {
		const struct sim_event *e = &trace->events[i];
		struct kern_object *object =
			&setup.objects[number_of[e->object]];
		bool sized = block_size(e->size);

		if (e->event == SIM_ASKED)
			continue;
		if (object->kind == KERN_BUFFER) {
			if (sized)
				object->bytes = e->size;
			else if (!object->bytes)
				object->bytes = 1024;
			blocks[__builtin_ctz(object->bytes) - 9]++;
		} else if (object->kind == KERN_FILE && sized &&
			   e->event == SIM_DIRTIED) {
			dirtied[__builtin_ctz(e->size) - 9]++;
		}
	}
	setup.block = common_size(dirtied);
	if (!setup.block)
		setup.block = common_size(blocks);
	if (!setup.block)
		setup.block = PAGE;
}

/* A machine whose trace shows no write to swap has none.  => pages */
static uint32_t swap_pages(void)
{
	uint32_t i, pages = 0;

	for (i = 0; i < trace->objects; i++)
		pages += setup.objects[i].kind == KERN_ANON;
	for (i = 0; i < trace->count; i++) {
		const struct sim_event *e = &trace->events[i];

		if (e->event == SIM_WRITTEN && e->how == IO_SWAP)
			return pages < SWAP_MOST ? pages : SWAP_MOST;
	}
	return 0;
}

/* ---- events -------------------------------------------------------------- */

static const uint8_t act_of[SIM_TOUCHES] = {
	[SIM_READ] = KERN_READ, [SIM_WRITE] = KERN_WRITE,
	[SIM_GETBLK] = KERN_READ, [SIM_FAULT_READ] = KERN_FAULT_READ,
	[SIM_FAULT_WRITE] = KERN_FAULT_WRITE,
	[SIM_PREFETCH] = KERN_PREFETCH, [SIM_YOUNG] = KERN_YOUNG,
};

/* => false: the kernel does that itself */
static bool translate(const struct sim_event *e, struct kern_event *event)
{
	switch (e->event) {
	case SIM_TOUCH:
		event->act = act_of[e->how];
		return true;
	case SIM_DIRTIED:
		event->act = KERN_DIRTY;
		return true;
	case SIM_WRITTEN:
		event->act = KERN_FLUSH;
		return e->how == IO_FSYNC || e->how == IO_SYNC;
	case SIM_ASKED:
		return false;
	default:
		event->act = e->how == SIM_DROPPED ? KERN_DROP_CLEAN :
						     KERN_DROP;
		return sim_leaves(e);
	}
}

/* How much of its page the write changes.  The blocks that became dirty by it
 * follow in the trace; if all were dirty, it is as long as the last one. */
static void measure_write(const struct sim_event *e, struct kern_event *event)
{
	const struct sim_event *end = trace->events + trace->count, *next;
	uint32_t bytes = 0;

	for (next = e + 1; next < end && next->event == SIM_DIRTIED &&
	     next->object == e->object; next++)
		bytes += next->size;
	event->dirties = bytes;
	if (bytes > PAGE || (!bytes && !length[event->object]))
		bytes = PAGE;
	if (bytes)
		length[event->object] = bytes;
	event->bytes = length[event->object];
}

static void replay(const struct sim_event *e)
{
	struct kern_event event = { .usec = e->usec - start,
				    .object = number_of[e->object] };

	if (!translate(e, &event))
		return;
	event.missed = e->flags & SIM_MISS;
	event.fresh = e->flags & SIM_NEW;
	event.at_end = e->flags & SIM_END;
	if (event.act == KERN_WRITE)
		measure_write(e, &event);
	kern_do(&event);
}

/* What else the kernel had frames for, from this event of the trace on. */
static void replay_held(uint32_t at, uint64_t usec)
{
	static uint32_t next;

	for (; next < trace->helds && trace->held[next].event <= at; next++)
		kern_do(&(struct kern_event){ .usec = usec - start,
			.act = KERN_HOLD, .object = trace->held[next].frames });
}

static void prepare(void)
{
	number_objects();
	size_blocks();
	length = sim_alloc(trace->objects, sizeof(*length));
	setup.swap = swap_pages();
	setup.hz = 1000;
	if (trace->count) {
		start = trace->events[0].usec;
		if (trace->events[trace->count - 1].usec - start > HOUR_USEC)
			setup.hz = 100;
	}
}

/* ---- the policy ---------------------------------------------------------- */

static int from_environment(const char *name, unsigned long *value)
{
	const char *text = getenv(name);
	uint64_t number;

	*value = 0;
	if (!text)
		return 0;
	if (!sim_number(text, &number)) {
		fprintf(stderr, "cachesim: %s=%s is no number\n", name, text);
		return -1;
	}
	*value = number;
	return 0;
}

static int kern_open(const struct policy *policy, uint64_t frames,
		     const struct sim_trace *t, bool bytes)
{
	unsigned long check;

	(void)bytes;		/* a page takes a frame, blocks share one */
	if (from_environment("CACHESIM_RESERVED", &setup.reserved) ||
	    from_environment("CACHESIM_CHECK", &check))
		return -1;
	setup.check = check;
	if (!setup.reserved && t->helds)
		setup.reserved = t->held[0].frames;
	if (frames < KERN_FRAMES_MIN + setup.reserved) {
		fprintf(stderr, "cachesim: %s: the kernel needs %lu frames\n",
			policy->name, KERN_FRAMES_MIN + setup.reserved);
		return -1;
	}
	setup.scanner = policy->private;
	setup.frames = frames;
	trace = t;
	return 0;
}

/* The kernel's files have static state: the run is a child's. */
static void kern_event(const struct sim_event *e)
{
	(void)e;
}

static void run_child(int out)
{
	struct kern_counts counts;
	uint32_t i;

	prepare();
	kern_boot(&setup);
	for (i = 0; i < trace->count; i++) {
		replay_held(i, trace->events[i].usec);
		replay(&trace->events[i]);
	}
	kern_end(&counts);
	_exit(write(out, &counts, sizeof(counts)) != sizeof(counts));
}

static void run(struct kern_counts *counts)
{
	int ends[2], status;
	ssize_t got;
	pid_t pid;

	fflush(NULL);
	if (pipe(ends) < 0 || (pid = fork()) < 0)
		sim_die(SIM_FAILED, "%s: no process for it", setup.scanner);
	if (!pid)
		run_child(ends[1]);
	close(ends[1]);
	got = read(ends[0], counts, sizeof(*counts));
	close(ends[0]);
	waitpid(pid, &status, 0);
	if (WIFSIGNALED(status))
		sim_die(SIM_FAILED, "%s: it ended by signal %d", setup.scanner,
			WTERMSIG(status));
	if (status || got != sizeof(*counts))
		exit(SIM_FAILED);	/* it has said why */
}

static void kern_result(struct policy_result *result)
{
	struct kern_counts counts;

	run(&counts);
	*result = (struct policy_result){
		.touches = counts.hits + counts.misses,
		.hits = counts.hits, .misses = counts.misses,
		.fresh = counts.fresh, .prefetched = counts.prefetched,
		.evicted = counts.evicted, .scanned = counts.scanned,
		.writes = counts.writes, .sectors = counts.sectors,
	};
}

static void kern_close(void)
{
}

/* A scanner whose name the simulator's own policy has (clock) is scan_NAME: the
 * linker puts this file behind the others. */
static void __attribute__((constructor)) add_scanners(void)
{
	static const char *const names[] = {
#define S(scanner) "scan_" #scanner,
#include "mm/reclaim/scanner_list.h"
#undef S
	};
	static struct policy policies[] = {
#define S(scanner) { .name = #scanner, .open = kern_open,	\
		     .event = kern_event, .end = kern_result,	\
		     .close = kern_close, .private = #scanner,	\
		     .least = KERN_FRAMES_MIN },
#include "mm/reclaim/scanner_list.h"
#undef S
	};

	for (unsigned int i = 0; i < sizeof(policies) / sizeof(*policies);
	     i++) {
		policies[i].what = kern_scanner_what(policies[i].name);
		if (policy_find(policies[i].name))
			policies[i].name = names[i];
		policy_add(&policies[i]);
	}
}
