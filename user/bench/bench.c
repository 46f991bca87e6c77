/*
 * user/bench/bench.c - what system calls cost: one line a row
 *
 *   bench ROW OPS TICKS	time-stamp counter ticks for OPS operations
 *   counts ROW NAME=N ...	what the median run added to the counters
 *   free N KB			before a row of --pressure
 *
 * Each row is set up, run and cleaned up --runs times; the median is printed.
 * Before and after the timed loop stands the instruction `xchg %bx, %bx`, which
 * does nothing: an observer outside (an emulator's plugin) can count from one
 * to the next.  Under `-icount shift=0` virtual time is instructions; the row
 * `calibrate` takes OPS instructions which gives the ticks of one.  Where
 * a row waits for the disk, ticks are time and only the observer counts work.
 */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static unsigned long seed = 1, runs = 3;
static const char *only;

const char *bench_dir = "/tmp", *bench_exec, *bench_why;
const char *bench_raw, *bench_sectors;
unsigned long bench_pages = 1024, bench_mb = 8;
unsigned long bench_hot = 16, bench_array = 16 * KB;

static int stream, pressure;

static const struct opt opts[] = {
	{ "seed", OPT_NUM, &seed, "unused: nothing is random" },
	{ "dir", OPT_STR, &bench_dir, "where to make files" },
	{ "only", OPT_STR, &only, "rows with this in their names" },
	{ "runs", OPT_NUM, &runs, "runs of each row, of which the median" },
	{ "pages", OPT_NUM, &bench_pages, "pages of the memory rows" },
	{ "mb", OPT_NUM, &bench_mb, "size of the file of the file rows" },
	{ "exec", OPT_STR, &bench_exec, "program to execute; else exit0" },
	{ "raw", OPT_STR, &bench_raw, "only the rows that read this device" },
	{ "sectors", OPT_STR, &bench_sectors, "first set vm/max_sectors" },
	{ "stream", OPT_FLAG, &stream, "only the rows with a file of --mb" },
	{ "pressure", OPT_FLAG, &pressure, "only the rows that need swap" },
	{ "hot", OPT_NUM, &bench_hot, "MB of the array beside a stream" },
	{ "array", OPT_NUM, &bench_array, "KB of the array that is swept" },
};

static inline uint64_t ticks(void)
{
	uint32_t low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
	return (uint64_t)high << 32 | low;
}

static inline void mark(void)
{
	__asm__ volatile("xchg %%bx, %%bx" : : : "memory");
}

/* Two instructions a turn. */
static void run_calibrate(unsigned long ops)
{
	unsigned long turns = ops / 2;

	__asm__ volatile("1: decl %0; jnz 1b" : "+r"(turns) : : "cc");
}

static struct bench_row calibrate = {
	.name = "calibrate", .ops = 2000000, .run = run_calibrate,
};

static uint64_t time_once(const struct bench_row *row, unsigned long run)
{
	uint64_t begin, end;

	count_begin(run);
	mark();
	begin = ticks();
	row->run(row->ops);
	end = ticks();
	mark();
	count_end(run);
	return end - begin;
}

static int by_size(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void run_row(const struct bench_row *row)
{
	uint64_t took[MAX_RUNS];

	if (only && !strstr(row->name, only))
		return;
	for (unsigned long i = 0; i < runs; i++) {
		if (row->setup && row->setup() < 0) {
			say("bench %s skipped: %s\n", row->name, bench_why);
			return;
		}
		took[i] = time_once(row, i);
		if (row->cleanup)
			row->cleanup();
	}
	qsort(took, runs, sizeof(took[0]), by_size);
	say("bench %s %lu %llu\n", row->name, row->ops,
	    (unsigned long long)took[runs / 2]);
	count_say(row->name, runs);
}

static void run_group(struct bench_group g)
{
	for (size_t i = 0; i < g.n; i++)
		run_row(&g.rows[i]);
}

/* exit0 lies beside this program, which init finds in /bin by its name. */
static const char *beside(const char *self)
{
	static char path[256];
	const char *slash = strrchr(self, '/');

	if (!slash)
		return "/bin/exit0";
	snprintf(path, sizeof(path), "%.*s/exit0", (int)(slash - self), self);
	return path;
}

int main(int argc, char **argv)
{
	opts_parse(argc, argv, "what system calls cost", opts,
		   ARRAY_SIZE(opts));
	if (runs < 1 || runs > MAX_RUNS || !bench_pages || !bench_mb)
		die("--runs is 1 to %d; sizes are not 0", MAX_RUNS);
	say("bench: began %llu us after the boot\n",
	    (unsigned long long)now_us());
	if (!bench_exec)
		bench_exec = beside(argv[0]);
	if (access(bench_exec, F_OK) < 0)
		die_sys("%s", bench_exec);
	mkdir(bench_dir, 0755);
	if (bench_sectors)
		set_max_sectors(bench_sectors);
	if (bench_raw) {
		run_group(bench_raw_rows());
	} else if (stream) {
		run_group(bench_stream_rows());
	} else if (pressure) {
		run_group(bench_pressure_rows());
	} else {
		run_row(&calibrate);
		run_group(bench_cpu_rows());
		run_group(bench_file_rows());
	}
	say("bench: ok runs=%lu pages=%lu mb=%lu\n", runs, bench_pages,
	    bench_mb);
	return 0;
}
