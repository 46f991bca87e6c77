/*
 * user/bench/bench.h - the rows of the benchmark, and raw system calls
 */
#pragma once

#include "common.h"

#include <sys/syscall.h>

#define IOCTL_BLKFLSBUF	0x1261u		/* drops a device's clean buffers */

#define MAX_RUNS	15

struct bench_row {
	const char *name;
	unsigned long ops;		/* what the time is divided by */
	int (*setup)(void);		/* => 0, or -1 and bench_why; or NULL */
	void (*run)(unsigned long ops);	/* the only part that is timed */
	void (*cleanup)(void);		/* or NULL */
};

struct bench_group {
	struct bench_row *rows;
	size_t n;
};

extern const char *bench_dir;		/* where files may be made */
extern const char *bench_exec;		/* path of exit0 */
extern const char *bench_why;		/* why a row cannot be run */
extern unsigned long bench_pages;	/* pages of the memory rows */
extern unsigned long bench_mb;		/* size of the big file */
extern unsigned long bench_hot;		/* MB of the array beside a stream */
extern unsigned long bench_array;	/* KB of the array that is swept */
extern const char *bench_raw;		/* device of the raw rows */
extern const char *bench_sectors;	/* limit of a request, NULL: as it is */

/* => the rows, with ops filled in from the options */
struct bench_group bench_cpu_rows(void);
struct bench_group bench_file_rows(void);
struct bench_group bench_raw_rows(void);
struct bench_group bench_stream_rows(void);
struct bench_group bench_pressure_rows(void);

/* What was counted in between is said after the row, of the run with the median
 * number of requests. */
void count_begin(unsigned long run);
void count_end(unsigned long run);
void count_say(const char *row, unsigned long runs);

/* The kernel's limit for a request, in sectors. */
static inline void set_max_sectors(const char *sectors)
{
	if (proc_write("/proc/sys/vm/max_sectors", sectors) < 0)
		die_sys("max_sectors");
}

/* A system call as the C library would not make it: three arguments, and the
 * result as the kernel gives it. */
static inline long sys(long nr, long a, long b, long c)
{
	long result;

	__asm__ volatile("int $0x80" : "=a"(result)
			 : "a"(nr), "b"(a), "c"(b), "d"(c), "S"(0)
			 : "memory");
	return result;
}

/* A system call that must not fail. => its value */
static inline long sys_ok(long nr, long a, long b, long c)
{
	long result = sys(nr, a, b, c);

	if (result < 0)
		die("system call %ld gives %ld", nr, result);
	return result;
}
