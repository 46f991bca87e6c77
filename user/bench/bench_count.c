/*
 * user/bench/bench_count.c - what a row did besides taking time
 *
 * Launder's own counters, or on Linux what /proc/diskstats says of all drives
 * and /proc/vmstat of swap, under Launder's names.  Linux counts a request
 * when it is complete, Launder when the drive gets it.
 */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REQUESTS, READ, WRITTEN, TAKEN, SWAP_IN, SWAP_OUT, COUNTERS };

static const char *const names[COUNTERS] = {
	[REQUESTS] = "requests",
	[READ] = "sectors_read",
	[WRITTEN] = "sectors_written",
	[TAKEN] = "reclaim_taken",
	[SWAP_IN] = "swap_in_pages",
	[SWAP_OUT] = "swap_out_pages",
};

static unsigned long counted[MAX_RUNS][COUNTERS];

/* Linux's drives are sd and a letter; with a number it is a partition.  A flush
 * is a write of no sectors there, and no request for Launder. */
static void add_drive(const char *line, unsigned long now[])
{
	unsigned long reads, sectors_in, writes, sectors_out, flushes;
	char name[16];

	if (sscanf(line,
		   "%*u %*u %15s %lu %*u %lu %*u %lu %*u %lu %*u %*u %*u %*u "
		   "%*u %*u %*u %*u %lu",
		   name, &reads, &sectors_in, &writes, &sectors_out,
		   &flushes) != 6 ||
	    strncmp(name, "sd", 2) != 0 || strlen(name) != 3)
		return;
	now[REQUESTS] += reads + writes - flushes;
	now[READ] += sectors_in;
	now[WRITTEN] += sectors_out;
}

static void ask_linux(unsigned long now[])
{
	char *text = proc_text("/proc/diskstats"), *line = text;

	for (; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		add_drive(line, now);
	}
	free(text);
	proc_value("/proc/vmstat", "pswpin", &now[SWAP_IN]);
	proc_value("/proc/vmstat", "pswpout", &now[SWAP_OUT]);
}

static void ask(unsigned long now[])
{
	memset(now, 0, COUNTERS * sizeof(now[0]));
	if (proc_value("/proc/vmstat", names[0], &now[0]) < 0) {
		ask_linux(now);
		return;
	}
	for (int i = 1; i < COUNTERS; i++)
		proc_value("/proc/vmstat", names[i], &now[i]);
}

void count_begin(unsigned long run)
{
	ask(counted[run]);
}

void count_end(unsigned long run)
{
	unsigned long now[COUNTERS];

	ask(now);
	for (int i = 0; i < COUNTERS; i++)
		counted[run][i] = now[i] - counted[run][i];
}

static int by_requests(const void *a, const void *b)
{
	unsigned long x = ((const unsigned long *)a)[REQUESTS];
	unsigned long y = ((const unsigned long *)b)[REQUESTS];

	return x < y ? -1 : x > y;
}

void count_say(const char *row, unsigned long runs)
{
	qsort(counted, runs, sizeof(counted[0]), by_requests);
	say("counts %s", row);
	for (int i = 0; i < COUNTERS; i++)
		say(" %s=%lu", names[i], counted[runs / 2][i]);
	say("\n");
}
