/*
 * user/workloads/w10.c - W10: fsync, msync and sync among writes and stores
 *
 * Some files, larger than memory together, are changed by write(2) and through
 * shared mappings.  Each step chooses a file and a page (mostly of the hot
 * ones), checks the page by the other way than it changes it, and now and then
 * syncs: this file, its mapping, or everything.  At the end the caches are
 * emptied and all is checked: what was said to be on the disk is there.
 */
#include "area.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#define MAX_FILES	16

static unsigned long seed = 1, files = 8, file_kb = 512, steps = 3000;
static unsigned long hot_pct = 70, sync_every = 100;
static const char *stem = "/w10.";
static int keep;

static const struct opt opts[] = {
	{ "seed", OPT_NUM, &seed, "seed of places and contents" },
	{ "stem", OPT_STR, &stem, "how the files' names begin" },
	{ "files", OPT_NUM, &files, "number of files, up to 16" },
	{ "file-kb", OPT_NUM, &file_kb, "size of each" },
	{ "steps", OPT_NUM, &steps, "pages changed" },
	{ "hot-pct", OPT_NUM, &hot_pct, "of the steps, on a quarter of them" },
	{ "sync-every", OPT_NUM, &sync_every, "steps between two syncs" },
	{ "keep", OPT_FLAG, &keep, "leave the files behind" },
};

static struct area area[MAX_FILES];
static uint32_t *map[MAX_FILES];
static char name[MAX_FILES][64];

static void open_file(unsigned long i)
{
	struct area *a = &area[i];

	snprintf(name[i], sizeof(name[i]), "%s%lu", stem, i);
	a->path = name[i];
	a->seed = mix(seed, i, 10);
	area_make_file(a, file_kb);
	map[i] = mmap(NULL, a->blocks * PAGE, PROT_READ | PROT_WRITE,
		      MAP_SHARED, a->fd, 0);
	if (map[i] == MAP_FAILED)
		die_sys("mmap of %s", name[i]);
}

/* Changes a page one way, having checked it the other way. */
static void change(struct area *a, uint32_t *m, uint32_t page, bool store)
{
	uint32_t *at = m + page * PAGE / 4;

	if (store) {
		area_read(a, page);
		area_fill(a, page, at);
	} else {
		area_check(a, page, at);
		area_write(a, page);
	}
}

static void sync_one(unsigned long i, uint32_t how)
{
	if (how == 0)
		xfsync(area[i].fd);
	else if (how == 1 && msync(map[i], area[i].blocks * PAGE, MS_SYNC) < 0)
		die_sys("msync of %s", name[i]);
	else if (how == 2)
		sync();
}

static void work(void)
{
	struct rng r;

	rng_seed(&r, seed);
	for (unsigned long s = 1; s <= steps; s++) {
		bool hot = rng_below(&r, 100) < hot_pct;
		uint32_t i = rng_below(&r, hot ? (files + 3) / 4 : files);
		uint32_t page = rng_below(&r, area[i].blocks);

		change(&area[i], map[i], page, rng_below(&r, 2));
		if (s % sync_every == 0)
			sync_one(i, rng_below(&r, 3));
	}
}

/* Dropped pages must come back from the disk as they were last written. */
static void check(unsigned long i)
{
	if (munmap(map[i], area[i].blocks * PAGE) < 0)
		die_sys("munmap");
	xfsync(area[i].fd);
	if (drop_caches() < 0)
		die_sys("cannot drop the caches");
	area_read_all(&area[i]);
	area_close(&area[i]);
	if (!keep && unlink(name[i]) < 0)
		die_sys("unlink %s", name[i]);
}

int main(int argc, char **argv)
{
	unsigned long begin, ms;

	opts_parse(argc, argv, "fsync, msync and sync, with checks", opts,
		   ARRAY_SIZE(opts));
	if (!files || files > MAX_FILES || !sync_every)
		die("1 to %u files, and a sync after at least a step",
		    MAX_FILES);
	for (unsigned long i = 0; i < files; i++)
		open_file(i);
	begin = now_ms();
	work();
	ms = now_ms() - begin;
	for (unsigned long i = 0; i < files; i++)
		check(i);
	say("w10: ok files=%lu kb=%lu steps=%lu ms=%lu\n", files,
	    files * file_kb, steps, ms);
	return 0;
}
