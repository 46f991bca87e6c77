/*
 * user/bench/bench_stream.c - rows with a file larger than memory
 *
 * A file of --mb is written, then read from end to end, again and again.  What
 * is not timed fills memory, so that each page after it needs a frame that was
 * in use.  Reclaim works in bursts as large as memory; the laps even them out.
 */
#include "bench.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define PAGES	(sizeof(buf) / PAGE)	/* of one call */
#define LAPS	3

static char buf[64 * KB], path[200];
static int fd;

static void write_stream(unsigned long ops)
{
	for (; ops >= PAGES; ops -= PAGES)
		sys_ok(SYS_write, fd, (long)buf, sizeof(buf));
}

static void read_stream(unsigned long ops)
{
	for (; ops >= PAGES; ops -= PAGES)
		if (sys_ok(SYS_read, fd, (long)buf, sizeof(buf)) == 0)
			sys_ok(SYS_lseek, fd, 0, SEEK_SET);
}

static unsigned long file_pages(void)
{
	return bench_mb * KB * KB / PAGE;
}

static int setup_write(void)
{
	fd = xopen(path, O_RDWR | O_CREAT | O_TRUNC, 0644);
	write_stream(file_pages() / 2);
	return 0;
}

static void cleanup_write(void)
{
	xfsync(fd);
	xclose(fd);
}

static int setup_read(void)
{
	fd = xopen(path, O_RDONLY, 0);
	read_stream(file_pages());
	return 0;
}

static void cleanup_read(void)
{
	xclose(fd);
}

static struct bench_row rows[] = {
	{ "stream_write", 0, setup_write, write_stream, cleanup_write },
	{ "stream_read", 0, setup_read, read_stream, cleanup_read },
};

struct bench_group bench_stream_rows(void)
{
	snprintf(path, sizeof(path), "%.180s/stream.dat", bench_dir);
	rows[0].ops = file_pages() / 2;
	rows[1].ops = file_pages() * LAPS;
	return (struct bench_group){ rows, ARRAY_SIZE(rows) };
}
