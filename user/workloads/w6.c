/*
 * user/workloads/w6.c - W6: sparse read-modify-write
 *
 * A file begins as one hole.  Each step chooses a page by a Zipf law, reads it
 * whole and checks its records (those never written are zeroes), then writes
 * one of them.  Where blocks are smaller than pages, a page has both holes and
 * data, and a flusher that writes whole pages allocates the holes: the blocks
 * of the file are compared with those that were written.
 */
#include "area.h"
#include "zipf.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static unsigned long seed = 1, size_kb = 6144, record = KB, steps = 3000;
static unsigned long zipf_100ths = 80;
static const char *path = "/w6";
static int drop, keep;

static const struct opt opts[] = {
	{ "seed", OPT_NUM, &seed, "seed of places and contents" },
	{ "file", OPT_STR, &path, "file to work on" },
	{ "kb", OPT_NUM, &size_kb, "its size, mostly holes" },
	{ "record", OPT_NUM, &record, "bytes in a write: 512 to 4096" },
	{ "steps", OPT_NUM, &steps, "number of read-modify-writes" },
	{ "zipf", OPT_NUM, &zipf_100ths, "exponent in hundredths" },
	{ "drop", OPT_FLAG, &drop, "empty the caches before the check" },
	{ "keep", OPT_FLAG, &keep, "leave the file behind" },
};

static uint32_t page[PAGE / 4];

/* Reads a page and checks its records. */
static void read_page(const struct area *a, uint32_t n)
{
	uint32_t records = PAGE / a->block;

	xpread(a->fd, page, PAGE, (off_t)n * PAGE);
	for (uint32_t i = 0; i < records; i++)
		area_check(a, n * records + i, page + i * a->block / 4);
}

/* => records written at least once */
static uint32_t work(struct area *a, uint32_t pages)
{
	uint32_t records = PAGE / a->block, distinct = 0, n, r;
	struct zipf zipf;
	struct rng rng;

	zipf_init(&zipf, pages, zipf_100ths);
	rng_seed(&rng, seed);
	for (unsigned long i = 0; i < steps; i++) {
		n = zipf_next(&zipf, &rng);
		read_page(a, n);
		r = n * records + rng_below(&rng, records);
		distinct += !a->writes[r];
		area_write(a, r);
	}
	return distinct;
}

int main(int argc, char **argv)
{
	struct area a = { 0 };
	uint32_t pages, distinct;
	unsigned long begin;
	struct stat st;

	opts_parse(argc, argv, "sparse read-modify-write", opts,
		   ARRAY_SIZE(opts));
	if (record < 512 || record > PAGE || PAGE % record)
		die("--record is 512, 1024, 2048 or 4096");
	pages = size_kb * KB / PAGE;
	a.path = path;
	a.seed = seed;
	a.block = record;
	a.blocks = pages * (PAGE / record);
	area_open(&a);
	if (ftruncate(a.fd, 0) < 0 || ftruncate(a.fd, (off_t)pages * PAGE) < 0)
		die_sys("ftruncate %s", path);
	begin = now_ms();
	distinct = work(&a, pages);
	xfsync(a.fd);
	if (drop && drop_caches() < 0)
		die_sys("cannot drop the caches");
	for (uint32_t n = 0; n < pages; n++)
		read_page(&a, n);
	if (fstat(a.fd, &st) < 0)
		die_sys("fstat");
	area_close(&a);
	if (!keep && unlink(path) < 0)
		die_sys("unlink %s", path);
	say("w6: ok steps=%lu record=%lu written_kb=%lu blocks_kb=%lu ms=%lu\n",
	    steps, record, distinct * record / KB,
	    (unsigned long)st.st_blocks / 2, now_ms() - begin);
	return 0;
}
