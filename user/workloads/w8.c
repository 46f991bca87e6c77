/*
 * user/workloads/w8.c - W8: a loop over blocks of a raw device, with bursts of
 * memory use
 *
 * The set of blocks is about as large as the cache.  A turn reads each block
 * once, in an order of its own (or always the same), and a share of the turns
 * ends with a burst of anonymous memory that takes frames from the cache.  A
 * block that comes back soon after it was dropped is what a cache that can
 * find such pages again would have saved.
 */
#include "area.h"

static unsigned long seed = 1, set_kb = 4096, turns = 8, bsz = KB;
static unsigned long burst_kb = 512, burst_every = 2, hot_pct = 50;
static const char *device = "/dev/hdb";
static int cyclic;

static const struct opt opts[] = {
	{ "seed", OPT_NUM, &seed, "seed of places and contents" },
	{ "on", OPT_STR, &device, "device" },
	{ "bsz", OPT_NUM, &bsz, "its buffer size" },
	{ "kb", OPT_NUM, &set_kb, "size of the set of blocks" },
	{ "turns", OPT_NUM, &turns, "turns over the set" },
	{ "burst-kb", OPT_NUM, &burst_kb, "memory that a burst takes" },
	{ "burst-every", OPT_NUM, &burst_every, "turns between two bursts" },
	{ "hot-pct", OPT_NUM, &hot_pct, "of the reads, in the first tenth" },
	{ "cyclic", OPT_FLAG, &cyclic, "from the first to the last block" },
};

static uint32_t pick(const struct area *a, struct rng *r, uint32_t i)
{
	if (cyclic)
		return i;
	if (rng_below(r, 100) < hot_pct)
		return rng_below(r, (a->blocks + 9) / 10);
	return rng_below(r, a->blocks);
}

static void turn(struct area *a, struct rng *r)
{
	for (uint32_t i = 0; i < a->blocks; i++)
		area_read(a, pick(a, r, i));
}

int main(int argc, char **argv)
{
	struct area a = { 0 };
	unsigned long begin, ms, last = 0;
	struct rng r;

	opts_parse(argc, argv, "blocks that come back, with bursts of memory",
		   opts, ARRAY_SIZE(opts));
	if (!burst_every)
		die("--burst-every 0");
	a.path = device;
	a.seed = seed;
	a.block = bsz;
	area_open_raw(&a, set_kb);
	area_write_all(&a);
	xfsync(a.fd);
	rng_seed(&r, seed);
	begin = now_ms();
	for (unsigned long i = 0; i < turns; i++) {
		ms = now_ms();
		turn(&a, &r);
		last = now_ms() - ms;
		if ((i + 1) % burst_every == 0)
			burst_of_memory(burst_kb, seed + i);
	}
	ms = now_ms() - begin;
	area_close(&a);
	say("w8: ok kb=%lu turns=%lu last_turn_ms=%lu ms=%lu\n", set_kb, turns,
	    last, ms);
	return 0;
}
