/*
 * user/workloads/w7.c - W7: buffer pages come and go while file pages are
 * looked up
 *
 * Blocks of a raw device are read in bursts, each once in a turn; between two
 * bursts pages of a file are read at random.  The file fits into memory and
 * deserves to stay; the blocks do not.  Where buffer pages share a bucket of
 * the page hash, the lookups of the file pay for it.
 */
#include "area.h"

#include <unistd.h>

static unsigned long seed = 1, file_kb = 2048, churn_kb = 8192, turns = 2;
static unsigned long burst = 64, lookups = 24, bsz = KB;
static const char *path = "/w7", *device = "/dev/hdb";
static int keep;

static const struct opt opts[] = {
	{ "seed", OPT_NUM, &seed, "seed of places and contents" },
	{ "on", OPT_STR, &device, "device whose blocks are read" },
	{ "bsz", OPT_NUM, &bsz, "its buffer size" },
	{ "churn-kb", OPT_NUM, &churn_kb, "part of it to read" },
	{ "turns", OPT_NUM, &turns, "how often" },
	{ "burst", OPT_NUM, &burst, "most blocks at a time" },
	{ "file", OPT_STR, &path, "file whose pages are looked up" },
	{ "file-kb", OPT_NUM, &file_kb, "its size" },
	{ "lookups", OPT_NUM, &lookups, "pages read between two bursts" },
	{ "keep", OPT_FLAG, &keep, "leave the file behind" },
};

/* => microseconds that the lookups took */
static uint64_t look_up(struct area *file, struct rng *r)
{
	uint64_t begin = now_us();

	for (unsigned long i = 0; i < lookups; i++)
		area_read(file, rng_below(r, file->blocks));
	return now_us() - begin;
}

/* => microseconds of all lookups */
static uint64_t churn(struct area *raw, struct area *file)
{
	uint64_t usec = 0;
	struct rng r;
	uint32_t at = 0, n;

	rng_seed(&r, seed);
	for (unsigned long turn = 0; turn < turns; turn++)
		for (at = 0; at < raw->blocks; at += n) {
			n = 1 + rng_below(&r, burst);
			if (n > raw->blocks - at)
				n = raw->blocks - at;
			for (uint32_t i = at; i < at + n; i++)
				area_read(raw, i);
			usec += look_up(file, &r);
		}
	return usec;
}

int main(int argc, char **argv)
{
	struct area raw, file;
	unsigned long begin;
	uint64_t usec;

	opts_parse(argc, argv, "buffer pages in passing, file pages in use",
		   opts, ARRAY_SIZE(opts));
	if (!burst)
		die("--burst 0");
	raw = (struct area){ .path = device, .block = bsz, .seed = seed };
	file = (struct area){ .path = path, .seed = seed };
	area_open_raw(&raw, churn_kb);
	area_write_all(&raw);
	area_make_file(&file, file_kb);
	sync();
	begin = now_ms();
	usec = churn(&raw, &file);
	area_read_all(&file);
	area_close(&raw);
	area_close(&file);
	if (!keep && unlink(path) < 0)
		die_sys("unlink %s", path);
	say("w7: ok file_kb=%lu churn_kb=%lu turns=%lu lookup_ms=%lu ms=%lu\n",
	    file_kb, churn_kb, turns, (unsigned long)(usec / 1000),
	    now_ms() - begin);
	return 0;
}
