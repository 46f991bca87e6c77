/*
 * user/bench/bench_file.c - rows that read and write files
 *
 * A row that needs cold caches is skipped where they cannot be dropped.
 */
#include "bench.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define CACHED		(1024 * KB)	/* size of the cached file */
#define SMALL_FILES	200
#define REWRITES	64
#define RANDOM_READS	256u

static char buf[64 * KB];
static char file_path[200], small_path[SMALL_FILES][220];
static int fd = -1;

static unsigned long file_pages(void)
{
	return bench_mb * KB * KB / PAGE;
}

/* --- one file ------------------------------------------------------ */

static void write_pages(unsigned long pages)
{
	while (pages--)
		sys_ok(SYS_write, fd, (long)buf, PAGE);
}

static void rewind_file(void)
{
	sys_ok(SYS_lseek, fd, 0, SEEK_SET);
}

static int setup_new(void)
{
	fd = xopen(file_path, O_RDWR | O_CREAT | O_TRUNC, 0644);
	return 0;
}

static void cleanup_file(void)
{
	xclose(fd);
	if (unlink(file_path) < 0)
		die_sys("unlink %s", file_path);
	sync();
}

static int setup_cached(void)
{
	setup_new();
	write_pages(CACHED / PAGE);
	xfsync(fd);
	for (rewind_file(); xread(fd, buf, sizeof(buf)); )
		;
	rewind_file();
	return 0;
}

/* Read the cached file over and over in pieces of that size. */
static void read_cached(unsigned long ops, size_t size)
{
	unsigned long left = CACHED / size;

	while (ops--) {
		sys_ok(SYS_read, fd, (long)buf, size);
		if (--left == 0) {
			rewind_file();
			left = CACHED / size;
		}
	}
}

static void run_read_4k(unsigned long ops)
{
	read_cached(ops, 4 * KB);
}

static void run_read_64k(unsigned long ops)
{
	read_cached(ops, 64 * KB);
}

static const volatile char *mapped;

static int setup_mapped(void)
{
	setup_cached();
	mapped = mmap(NULL, CACHED, PROT_READ, MAP_SHARED, fd, 0);
	if (mapped == MAP_FAILED)
		die_sys("mmap");
	return 0;
}

static void run_mapped(unsigned long ops)
{
	for (unsigned long i = 0; i < ops; i++)
		(void)mapped[i * PAGE];
}

static void cleanup_mapped(void)
{
	munmap((void *)mapped, CACHED);
	cleanup_file();
}

static int setup_written(void)
{
	setup_new();
	write_pages(file_pages());
	return 0;
}

static void run_fsync(unsigned long ops)
{
	(void)ops;
	sys_ok(SYS_fsync, fd, 0, 0);
}

static void run_sync(unsigned long ops)
{
	(void)ops;
	sync();
}

static void run_rewrite_fsync(unsigned long ops)
{
	while (ops--) {
		rewind_file();
		write_pages(1);
		run_fsync(1);
	}
}

/* --- cold reads ---------------------------------------------------- */

/* Linux's drop_caches leaves the buffers that it used last. */
static void drop_buffers(void)
{
	int dev = open("/dev/hda", O_RDONLY);

	if (dev < 0)
		return;
	if (ioctl(dev, IOCTL_BLKFLSBUF, 0) < 0)
		die_sys("BLKFLSBUF /dev/hda");
	xclose(dev);
}

/*
 * The file is closed meanwhile, so that nothing keeps the places of its blocks:
 * the first drop_caches ends the inode, the second takes what that had held.
 */
static int setup_cold(void)
{
	int dropped;

	setup_written();
	xfsync(fd);
	xclose(fd);
	drop_caches();
	drop_buffers();
	dropped = drop_caches();
	fd = xopen(file_path, O_RDWR, 0);
	if (dropped == 0)
		return 0;
	cleanup_file();
	bench_why = "the caches cannot be dropped";
	return -1;
}

static void run_read_pages(unsigned long ops)
{
	while (ops--)
		if (sys_ok(SYS_read, fd, (long)buf, PAGE) != PAGE)
			die("short read");
}

/* Pages in an order without runs; none twice if --mb is a power of two. */
static void run_read_random(unsigned long ops)
{
	unsigned long pages = file_pages(), page = 0;

	while (ops--) {
		page = (page + pages / 8 * 3 + 5) % pages;
		sys_ok(SYS_lseek, fd, page * PAGE, SEEK_SET);
		run_read_pages(1);
	}
}

/* --- small files --------------------------------------------------- */

static void run_create(unsigned long ops)
{
	for (unsigned long i = 0; i < ops; i++) {
		long f = sys_ok(SYS_open, (long)small_path[i],
				O_WRONLY | O_CREAT | O_TRUNC, 0644);

		sys_ok(SYS_write, f, (long)buf, KB);
		sys_ok(SYS_close, f, 0, 0);
	}
}

static void run_unlink(unsigned long ops)
{
	for (unsigned long i = 0; i < ops; i++)
		sys_ok(SYS_unlink, (long)small_path[i], 0, 0);
}

static int setup_small(void)
{
	run_create(SMALL_FILES);
	return 0;
}

static void cleanup_small(void)
{
	run_unlink(SMALL_FILES);
}

/* Ops of 0 are pages of the big file. */
static struct bench_row rows[] = {
	{ "read_4k", 1024, setup_cached, run_read_4k, cleanup_file },
	{ "read_64k", 128, setup_cached, run_read_64k, cleanup_file },
	{ "mapped_fault", CACHED / PAGE, setup_mapped, run_mapped,
	  cleanup_mapped },
	{ "write_4k_new", 0, setup_new, write_pages, cleanup_file },
	{ "fsync_page", 0, setup_written, run_fsync, cleanup_file },
	{ "sync_page", 0, setup_written, run_sync, cleanup_file },
	{ "rewrite_fsync", REWRITES, setup_cached, run_rewrite_fsync,
	  cleanup_file },
	{ "cold_seq_4k", 0, setup_cold, run_read_pages, cleanup_file },
	{ "cold_random_4k", RANDOM_READS, setup_cold, run_read_random,
	  cleanup_file },
	{ "create_1k", SMALL_FILES, NULL, run_create, cleanup_small },
	{ "unlink", SMALL_FILES, setup_small, run_unlink, NULL },
};

struct bench_group bench_file_rows(void)
{
	snprintf(file_path, sizeof(file_path), "%.180s/bench.dat", bench_dir);
	for (int i = 0; i < SMALL_FILES; i++)
		snprintf(small_path[i], sizeof(small_path[i]),
			 "%.180s/bench.%d", bench_dir, i);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (!rows[i].ops)
			rows[i].ops = file_pages();
	return (struct bench_group){ rows, ARRAY_SIZE(rows) };
}
