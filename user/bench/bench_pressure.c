/*
 * user/bench/bench_pressure.c - rows that want more memory than there is
 *
 * hot_stream writes a file of --mb in pieces of 64 KB; a hot array of --hot
 * megabytes is swept after each megabyte.  swept_array sweeps an array of
 * --array KB three times.  A sweep adds 1 to the first word of every page and
 * dies if it was not what the sweep before has left.  Before each row clean
 * caches are dropped, and what is free then is said: the figures of two
 * kernels can be compared only where that agrees.
 */
#include "bench.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#define SWEEPS	3

static char buf[64 * KB], path[200];
static uint32_t *array, sweeps;
static size_t pages;
static int fd;

static void say_free(void)
{
	unsigned long kb = 0;

	sync();
	drop_caches();
	if (proc_value("/proc/meminfo", "MemFree", &kb) < 0)
		die_sys("/proc/meminfo");
	say("free %lu KB\n", kb);
}

static void map_array(size_t bytes)
{
	pages = bytes / PAGE;
	sweeps = 0;
	array = xmmap(bytes);
}

static void unmap_array(void)
{
	munmap(array, pages * PAGE);
}

static void sweep(void)
{
	for (size_t i = 0; i < pages; i++) {
		uint32_t *word = &array[i * PAGE / sizeof(*array)];

		if (*word != sweeps)
			die("page %zu holds %u, not %u", i, *word, sweeps);
		*word = sweeps + 1;
	}
	sweeps++;
}

/* --- a stream beside a hot array ------------------------------------ */

static int setup_hot(void)
{
	say_free();
	map_array(bench_hot * KB * KB);
	sweep();
	fd = xopen(path, O_RDWR | O_CREAT | O_TRUNC, 0644);
	return 0;
}

static void run_hot(unsigned long ops)
{
	for (unsigned long kb = 0; kb < ops * PAGE / KB; kb += 64) {
		sys_ok(SYS_write, fd, (long)buf, sizeof(buf));
		if (kb % KB == KB - 64)
			sweep();
	}
}

static void cleanup_hot(void)
{
	unmap_array();
	xclose(fd);
	unlink(path);
}

/* --- an array larger than memory ------------------------------------ */

static int setup_array(void)
{
	say_free();
	map_array(bench_array * KB);
	return 0;
}

static void run_array(unsigned long ops)
{
	(void)ops;
	for (int i = 0; i < SWEEPS; i++)
		sweep();
}

static struct bench_row rows[] = {
	{ "hot_stream", 0, setup_hot, run_hot, cleanup_hot },
	{ "swept_array", 0, setup_array, run_array, unmap_array },
};

struct bench_group bench_pressure_rows(void)
{
	snprintf(path, sizeof(path), "%.180s/pressure.dat", bench_dir);
	rows[0].ops = bench_mb * KB * KB / PAGE;
	rows[1].ops = bench_array * KB / PAGE * SWEEPS;
	return (struct bench_group){ rows, ARRAY_SIZE(rows) };
}
