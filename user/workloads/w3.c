/*
 * user/workloads/w3.c - W3: a file written, rewritten, read, and then read and
 * written at random
 *
 * The shape of iozone: each phase goes over the same file and is timed.  The
 * random phases choose records by a Zipf law, so some of the file is worth
 * keeping.  Every read is checked.
 */
#include "area.h"
#include "zipf.h"

#include <unistd.h>

static unsigned long seed = 1, size_kb = 4096, record = PAGE, passes = 2;
static unsigned long random_ops = 2000, zipf_100ths = 80;
static const char *path = "/w3";
static int keep;

static const struct opt opts[] = {
	{ "seed", OPT_NUM, &seed, "seed of places and contents" },
	{ "file", OPT_STR, &path, "file to work on" },
	{ "kb", OPT_NUM, &size_kb, "its size" },
	{ "record", OPT_NUM, &record, "bytes in a read or write" },
	{ "passes", OPT_NUM, &passes, "sequential reads of the whole" },
	{ "random", OPT_NUM, &random_ops, "random reads, then as many writes" },
	{ "zipf", OPT_NUM, &zipf_100ths, "exponent in hundredths" },
	{ "keep", OPT_FLAG, &keep, "leave the file behind" },
};

static struct zipf zipf;
static struct rng rng;

static void write_all(struct area *a)
{
	area_write_all(a);
	xfsync(a->fd);
}

static void read_all(struct area *a)
{
	for (unsigned long i = 0; i < passes; i++)
		area_read_all(a);
}

static void read_random(struct area *a)
{
	for (unsigned long i = 0; i < random_ops; i++)
		area_read(a, zipf_next(&zipf, &rng));
}

static void write_random(struct area *a)
{
	for (unsigned long i = 0; i < random_ops; i++)
		area_write(a, zipf_next(&zipf, &rng));
	xfsync(a->fd);
}

static const struct {
	const char *name;
	void (*run)(struct area *a);
} phases[] = {
	{ "write", write_all },
	{ "rewrite", write_all },
	{ "read", read_all },
	{ "random_read", read_random },
	{ "random_write", write_random },
	{ "check", area_read_all },
};

int main(int argc, char **argv)
{
	struct area a = { 0 };
	unsigned long begin, all;

	opts_parse(argc, argv, "a file in sequence and at random", opts,
		   ARRAY_SIZE(opts));
	a.path = path;
	a.seed = seed;
	a.block = record;
	a.blocks = record ? size_kb * KB / record : 0;
	area_open(&a);
	rng_seed(&rng, seed);
	zipf_init(&zipf, a.blocks, zipf_100ths);
	all = now_ms();
	for (size_t i = 0; i < ARRAY_SIZE(phases); i++) {
		begin = now_ms();
		phases[i].run(&a);
		say("w3: %-12s ms=%lu\n", phases[i].name, now_ms() - begin);
	}
	area_close(&a);
	if (!keep && unlink(path) < 0)
		die_sys("unlink %s", path);
	say("w3: ok kb=%lu record=%lu random=%lu ms=%lu\n", size_kb, record,
	    random_ops, now_ms() - all);
	return 0;
}
