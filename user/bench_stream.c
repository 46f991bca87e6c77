/*
 * user/bench_stream.c - rows with a file larger than memory
 *
 * A file of --mb is written, then read, once from end to end.  The first half
 * fills memory; the second, which is timed, needs a frame that was in use for
 * each page.
 */
#include "bench.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static char buf[64 * KB], path[200];
static int fd;

/* "ops" pages; ends of files do not matter here. */
static void write_stream(unsigned long ops)
{
	for (; ops; ops -= sizeof(buf) / PAGE)
		sys_ok(SYS_write, fd, (long)buf, sizeof(buf));
}

static void read_stream(unsigned long ops)
{
	for (; ops; ops -= sizeof(buf) / PAGE)
		if (sys_ok(SYS_read, fd, (long)buf, sizeof(buf)) == 0)
			die("short read");
}

static unsigned long half(void)
{
	return bench_mb * KB * KB / PAGE / 2;
}

static int setup_write(void)
{
	fd = xopen(path, O_RDWR | O_CREAT | O_TRUNC, 0644);
	write_stream(half());
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
	read_stream(half());
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
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		rows[i].ops = half();
	return (struct bench_group){ rows, ARRAY_SIZE(rows) };
}
