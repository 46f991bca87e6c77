/*
 * user/workloads/w9.c - W9: a process with much memory of its own beside a
 * writer of files
 *
 * The hog has an array that it visits page by page: most visits go to a hot
 * part.  Each visit checks the page and writes it anew.  The writer rewrites
 * one file at random and appends to another, so that its pages compete with
 * the array's.  Who gives way: anonymous pages (by swap) or those of files?
 * With a device for swap, the program switches it on and off.
 */
#include "area.h"

#include <fcntl.h>
#include <string.h>
#include <sys/swap.h>
#include <unistd.h>

static unsigned long seed = 1, hog_kb = 3072, visits = 6000, hot_pct = 80;
static unsigned long file_kb = 1024, writes = 1500, log_every = 2;
static const char *path = "/w9", *log_path = "/w9.log", *swap;
static int keep;

static const struct opt opts[] = {
	{ "seed", OPT_NUM, &seed, "seed of places and contents" },
	{ "swap", OPT_STR, &swap, "device to swap on meanwhile" },
	{ "hog-kb", OPT_NUM, &hog_kb, "the hog's array" },
	{ "visits", OPT_NUM, &visits, "pages of it visited" },
	{ "hot-pct", OPT_NUM, &hot_pct, "of the visits, to a quarter" },
	{ "file", OPT_STR, &path, "file that is rewritten at random" },
	{ "file-kb", OPT_NUM, &file_kb, "its size" },
	{ "writes", OPT_NUM, &writes, "pages rewritten" },
	{ "log", OPT_STR, &log_path, "file that is appended to" },
	{ "log-every", OPT_NUM, &log_every, "rewrites between two pages" },
	{ "keep", OPT_FLAG, &keep, "leave the files behind" },
};

static uint32_t pages;

static uint32_t pick(struct rng *r)
{
	return rng_below(r, rng_below(r, 100) < hot_pct ? (pages + 3) / 4 :
							  pages);
}

/* A page holds the visit that wrote it last, and its stamp. */
static void run_hog(void)
{
	uint32_t *m = xmmap(pages * PAGE), *last, *at, p;
	struct rng r;

	last = xmalloc(pages * sizeof(*last));
	rng_seed(&r, seed);
	for (unsigned long i = 1; i <= visits + pages; i++) {
		p = i <= pages ? i - 1 : pick(&r);
		at = m + p * PAGE / 4;
		if (at[0] != last[p] || (last[p] && !stamp_right(at + 1,
		    PAGE - 4, mix(seed, p, last[p]))))
			die("hog: page %u is of visit %u, not %u", p, at[0],
			    last[p]);
		at[0] = last[p] = i;
		stamp_fill(at + 1, PAGE - 4, mix(seed, p, i));
	}
}

static void run_writer(struct area *file, struct area *log)
{
	struct rng r;
	uint32_t at = 0;

	rng_seed(&r, seed + 1);
	area_write_all(file);
	for (unsigned long i = 0; i < writes; i++) {
		uint32_t b = rng_below(&r, file->blocks);

		area_read(file, b);
		area_write(file, b);
		if (i % log_every == 0 && at < log->blocks)
			area_write(log, at++);
	}
	area_read_all(file);
	for (uint32_t i = 0; i < at; i++)
		area_read(log, i);
}

int main(int argc, char **argv)
{
	struct area file = { 0 }, log = { 0 };
	unsigned long begin;
	pid_t pid;

	opts_parse(argc, argv, "an anonymous hog beside a writer of files",
		   opts, ARRAY_SIZE(opts));
	pages = hog_kb * KB / PAGE;
	if (!pages || !log_every)
		die("--hog-kb is at least 4, --log-every at least 1");
	if (swap && swapon(swap, 0) < 0)
		die_sys("swapon %s", swap);
	file.path = path;
	log.path = log_path;
	file.seed = log.seed = seed;
	file.block = log.block = PAGE;
	file.blocks = file_kb * KB / PAGE;
	log.blocks = writes / log_every + 1;
	area_open(&file);
	area_open(&log);
	begin = now_ms();
	pid = xfork();
	if (pid == 0) {
		run_hog();
		_exit(0);
	}
	run_writer(&file, &log);
	xwait_ok(pid, "the hog");
	begin = now_ms() - begin;
	if (swap && swapoff(swap) < 0)
		die_sys("swapoff %s", swap);
	if (!keep && (unlink(path) < 0 || unlink(log_path) < 0))
		die_sys("unlink");
	say("w9: ok hog_kb=%lu visits=%lu writes=%lu ms=%lu\n", hog_kb, visits,
	    writes, begin);
	return 0;
}
