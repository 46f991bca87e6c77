/*
 * tests/host/test_kernsim.c - the kernel's scanners in the simulator of
 * policies: they repeat, break no invariant, lose no frame, and differ as they
 * must
 */
#include <stdlib.h>
#include <string.h>

#include "tests/host/check.h"
#include "tools/cachesim/policy.h"

#define FRAMES	512
#define EVENTS	60000
#define FILES	8
#define PAGES	250		/* of a file */
#define OBJECTS	3200

static struct sim_event events[EVENTS];
static struct sim_key keys[OBJECTS];
static struct sim_trace trace = {
	.events = events, .keys = keys, .objects = OBJECTS, .timed = true,
};
static const char *scanner;		/* under test */

/* ---- traces ------------------------------------------------------------- */

/* Files, then blocks of 1 KB, then pages of two processes. */
static void begin(void)
{
	u32 i;

	memset(events, 0, sizeof(events));
	trace.count = 0;
	for (i = 0; i < OBJECTS; i++) {
		u32 kind = i < FILES * PAGES ? SIM_FILE :
			   i < 2600 ? SIM_BUFFER : SIM_ANON;

		keys[i] = (struct sim_key){ kind << 28 | 256,
			kind == SIM_BUFFER ? 0 : i / PAGES, i };
	}
}

static void add(u64 usec, u32 object, u32 event, u32 how, u32 flags)
{
	events[trace.count++] = (struct sim_event){
		.usec = usec, .object = object, .event = event, .how = how,
		.flags = flags,
		.size = object >= FILES * PAGES && object < 2600 ? 1024 : 4096,
	};
}

static void touch(u64 usec, u32 object, u32 how)
{
	add(usec, object, SIM_TOUCH, how, 0);
}

/* Every kind of event, at random. */
static void mixed(void)
{
	u64 usec = 0;

	begin();
	while (trace.count < EVENTS - 2) {
		u32 file = test_random(FILES) * test_random(2) * PAGES +
			   test_random(PAGES), what = test_random(100);
		u32 block = FILES * PAGES + test_random(600);

		usec += test_random(4) ? 0 : test_random(4000);
		if (what < 50)
			touch(usec, file, SIM_READ);
		else if (what < 65)
			add(usec, file, SIM_TOUCH, SIM_WRITE, SIM_MISS |
			    (what & 1 ? SIM_NEW : 0));
		else if (what < 75)
			touch(usec, block, SIM_GETBLK);
		else if (what < 80)
			add(usec, block, SIM_DIRTIED, 0, 0);
		else if (what < 87)
			touch(usec, 2600 + test_random(300), SIM_FAULT_WRITE);
		else if (what < 90)
			touch(usec, file, SIM_FAULT_READ);
		else if (what < 92)
			touch(usec, file, SIM_FAULT_WRITE);
		else if (what < 95)
			touch(usec, file, SIM_PREFETCH);
		else if (what < 96)
			touch(usec, file, SIM_YOUNG);
		else if (what < 97)
			add(usec, file, SIM_WRITTEN, 7, 0);
		else
			add(usec, what < 99 ? file : 2600 + test_random(300),
			    SIM_GONE, SIM_TRUNCATED, 0);
	}
	add(usec, 2600, SIM_WRITTEN, 9, 0);	/* there is swap */
}

/* A scan of 1500 pages, round and round, and between two of them one of the hot
 * pages, each of which returns after twice as many others. */
static void scan_and_loop(u32 hot)
{
	u32 i;

	begin();
	for (i = 0; i < 20000; i++)
		touch(5000 * i, i % 2 ? 2 * PAGES + i / 2 * 77 % 1500 :
					i / 2 * 7 % hot, SIM_READ);
}

static struct policy_result run(const char *name)
{
	struct policy_result result;
	const struct policy *policy = policy_find(name);

	if (!policy || policy_run(policy, FRAMES, &trace, false, &result))
		abort();
	result.cpu_ns = 0;
	return result;
}

/* ---- tests -------------------------------------------------------------- */

static const char *test_mixed(void)
{
	struct policy_result once = run(scanner), twice = run(scanner);

	CHECK(!memcmp(&once, &twice, sizeof(once)));
	CHECK(once.hits + once.misses == once.touches);
	CHECK(once.misses + once.prefetched >= once.cold);
	CHECK(once.hits > 1000 && once.misses > 1000);
	CHECK(once.evicted > 1000 && once.scanned >= once.evicted);
	CHECK(once.writes > 1000 && once.sectors >= once.writes);
	return NULL;
}

struct scan_misses {
	u64 classic, sieve, twolist;
};

static struct scan_misses run_scan(u32 hot)
{
	struct scan_misses m;

	scan_and_loop(hot);
	m.classic = run("classic").misses;
	m.sieve = run("sieve").misses;
	m.twolist = run("twolist").misses;
	printf("# %u hot: classic %llu, sieve %llu, twolist %llu misses\n", hot,
	       m.classic, m.sieve, m.twolist);
	return m;
}

/* The 10,000 touches of the scan miss.  A bit keeps hot pages that return after
 * three quarters of memory, and aging forgets some.  When they return after all
 * of it, a second chance sees them too late, since its lists share memory.
 * With 30 to 48 frames reserved the differences are 240 and 490 at least. */
static const char *test_scan(void)
{
	struct scan_misses near = run_scan(180), far = run_scan(205);

	CHECK(near.sieve > 10000 && near.sieve + 150 < near.classic);
	CHECK(near.twolist > 10000 && near.twolist + 150 < near.classic);
	CHECK(far.classic + 300 < far.twolist);
	return NULL;
}

/* Dirty pages of a file that ends before their age are never written. */
static const char *test_ended(void)
{
	u32 i;

	begin();
	for (i = 0; i < 100; i++)
		add(i * 1000, i, SIM_TOUCH, SIM_WRITE, SIM_MISS | SIM_NEW);
	for (i = 0; i < 100; i++)
		add(1000000, i, SIM_GONE, SIM_TRUNCATED, 0);
	touch(60000000, 100, SIM_READ);
	CHECK(run("classic").writes == 0 && run("sieve").writes == 0);
	return NULL;
}

/* Those of a file that stays are written once, when they are 30 s old. */
static const char *test_aged(void)
{
	u32 i;

	begin();
	for (i = 0; i < 100; i++)
		add(i * 1000, i, SIM_TOUCH, SIM_WRITE, SIM_MISS | SIM_NEW);
	touch(29000000, 200, SIM_READ);
	CHECK(run("classic").writes == 0);
	touch(60000000, 201, SIM_READ);
	CHECK(run("classic").sectors == 100 * 8);
	return NULL;
}

static const char *test_readahead(void)
{
	struct policy_result r;
	u32 i;

	begin();
	for (i = 0; i < PAGES; i++)
		touch(i * 100000, i, SIM_READ);
	r = run("sieve");
	CHECK(r.misses == 1 && r.prefetched == PAGES - 1);
	return NULL;
}

int main(void)
{
	const struct policy *policy;
	char name[60];
	unsigned int i;

	setenv("CACHESIM_CHECK", "1", 1);
	setenv("CACHESIM_RESERVED", "40", 1);
	for (i = 0; (policy = policy_number(i)); i++) {
		scanner = policy->name;
		mixed();
		snprintf(name, sizeof(name), "kernsim_mixed_%s", scanner);
		test_report(name, test_mixed());
	}
	test_report("kernsim_scan_and_loop", test_scan());
	test_report("kernsim_ended_unwritten", test_ended());
	test_report("kernsim_aged_written", test_aged());
	test_report("kernsim_readahead", test_readahead());
	return failures != 0;
}
