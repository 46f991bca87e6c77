/*
 * user/workloads/w12.c - W12: allocations from the timer interrupt while caches
 * fill memory
 *
 * The kernel's interrupt takes frames in bursts, as a network card's driver
 * does (/proc/sys/vm/atomic_load), and cannot wait for them.  Meanwhile a raw
 * device's blocks and a file's pages are read at random: what their caches
 * keep, and in which state, decides whether the interrupt finds a free frame.
 */
#include "area.h"

#include <stdio.h>
#include <unistd.h>

#define LOAD_FILE	"/proc/sys/vm/atomic_load"
#define VMSTAT		"/proc/vmstat"

static unsigned long seed = 1, burst = 32, raw_kb = 4096, file_kb = 2048;
static unsigned long reads = 8000, bsz = KB;
static const char *device = "/dev/hdb", *path = "/w12";
static int keep;

static const struct opt opts[] = {
	{ "seed", OPT_NUM, &seed, "seed of places and contents" },
	{ "burst", OPT_NUM, &burst, "frames that the interrupt wants" },
	{ "on", OPT_STR, &device, "device whose blocks are read" },
	{ "bsz", OPT_NUM, &bsz, "its buffer size" },
	{ "kb", OPT_NUM, &raw_kb, "part of it to read" },
	{ "file", OPT_STR, &path, "file that is read" },
	{ "file-kb", OPT_NUM, &file_kb, "its size" },
	{ "reads", OPT_NUM, &reads, "blocks read, and half as many pages" },
	{ "keep", OPT_FLAG, &keep, "leave the file behind" },
};

static unsigned long counter(const char *name)
{
	unsigned long n;

	if (proc_value(VMSTAT, name, &n) < 0)
		die("no %s in " VMSTAT, name);
	return n;
}

static void set_load(unsigned long frames)
{
	char text[12];

	snprintf(text, sizeof(text), "%lu", frames);
	if (proc_write(LOAD_FILE, text) < 0)
		die_sys("%s: %lu frames", LOAD_FILE, frames);
}

/* Most of the file's reads go to its first quarter. */
static void work(struct area *raw, struct area *file)
{
	uint32_t hot = (file->blocks + 3) / 4;
	struct rng r;

	rng_seed(&r, seed);
	for (unsigned long i = 0; i < reads; i++) {
		area_read(raw, rng_below(&r, raw->blocks));
		if (i % 2)
			area_read(file, rng_below(&r, rng_below(&r, 4) ? hot :
						      file->blocks));
	}
}

int main(int argc, char **argv)
{
	unsigned long begin, got, failed, ms;
	struct area raw, file;

	opts_parse(argc, argv, "allocations from the timer interrupt", opts,
		   ARRAY_SIZE(opts));
	raw = (struct area){ .path = device, .block = bsz, .seed = seed };
	file = (struct area){ .path = path, .seed = seed };
	area_open_raw(&raw, raw_kb);
	area_write_all(&raw);
	area_make_file(&file, file_kb);
	sync();
	got = counter("atomic_load_frames");
	failed = counter("alloc_failed_atomic");
	begin = now_ms();
	set_load(burst);
	work(&raw, &file);
	set_load(0);
	ms = now_ms() - begin;
	area_close(&raw);
	area_close(&file);
	if (!keep && unlink(path) < 0)
		die_sys("unlink %s", path);
	say("w12: ok burst=%lu frames=%lu failed=%lu ms=%lu\n", burst,
	    counter("atomic_load_frames") - got,
	    counter("alloc_failed_atomic") - failed, ms);
	return 0;
}
