/*
 * user/bench/bench_raw.c - rows that read a device in requests of one size
 *
 * Reads go from the end to the front, one at a time, so that none is read
 * ahead and each is one request; the kernel's limit for a request is set to
 * the size.  The time of a row is that of the drive and its driver.
 */
#include "bench.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define IOCTL_BLKBSZSET	0x40041271u
#define LARGEST		(124 * KB)

static char buf[LARGEST];
static int fd;

static int open_raw(size_t request)
{
	uint32_t block = PAGE;
	char text[16];

	snprintf(text, sizeof(text), "%u", (unsigned int)(request / 512));
	set_max_sectors(text);
	fd = xopen(bench_raw, O_RDONLY, 0);
	if (ioctl(fd, IOCTL_BLKBSZSET, &block) < 0)
		die_sys("BLKBSZSET %s", bench_raw);
	if (ioctl(fd, IOCTL_BLKFLSBUF, 0) < 0)
		die_sys("BLKFLSBUF %s", bench_raw);
	return 0;
}

static void close_raw(void)
{
	set_max_sectors("255");
	xclose(fd);
}

static void read_back(unsigned long ops, size_t request)
{
	while (ops--) {
		sys_ok(SYS_lseek, fd, ops * request, SEEK_SET);
		if (sys_ok(SYS_read, fd, (long)buf, request) != (long)request)
			die("short read");
	}
}

static int setup_4k(void)
{
	return open_raw(4 * KB);
}

static int setup_64k(void)
{
	return open_raw(64 * KB);
}

static int setup_124k(void)
{
	return open_raw(124 * KB);
}

static void run_4k(unsigned long ops)
{
	read_back(ops, 4 * KB);
}

static void run_64k(unsigned long ops)
{
	read_back(ops, 64 * KB);
}

static void run_124k(unsigned long ops)
{
	read_back(ops, 124 * KB);
}

static struct bench_row rows[] = {
	{ "raw_4k", 4, setup_4k, run_4k, close_raw },
	{ "raw_64k", 64, setup_64k, run_64k, close_raw },
	{ "raw_124k", 124, setup_124k, run_124k, close_raw },
};

/* The table gives the size of a request in KB where ops belong. */
struct bench_group bench_raw_rows(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		rows[i].ops = bench_mb * KB / rows[i].ops;
	return (struct bench_group){ rows, ARRAY_SIZE(rows) };
}
