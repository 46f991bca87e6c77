/*
 * user/workloads/rewrite1k.c - rewrite 1 KB of each page of a cached file
 *
 * The file is made, synced and read whole, so each page is uptodate and clean.
 * Then one slot of every page is rewritten and the data is flushed, by sync()
 * or by waiting for kupdate.  With 1 KB blocks classic writes 2 sectors a page
 * and writepage 8, since it writes all the blocks of an uptodate page.  The
 * counter may include metadata; nothing is subtracted here.
 *
 * With --holes the file is one hole to begin with: blocks_kb is what
 * was allocated, 1 KB a page for classic and 4 KB for writepage.
 */
#include "common.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static unsigned long seed = 1, pages = 256, slot = 1, bytes = 1024;
static unsigned long wait_s = 60;
static const char *path = "/rewrite1k.dat", *flush = "sync";
static int keep, use_old, holes;

static const struct opt opts[] = {
	{ "seed", OPT_NUM, &seed, "seed of the contents" },
	{ "file", OPT_STR, &path, "file to use" },
	{ "old", OPT_FLAG, &use_old, "use the file of an earlier run" },
	{ "holes", OPT_FLAG, &holes, "start from a file without blocks" },
	{ "pages", OPT_NUM, &pages, "pages in the file" },
	{ "slot", OPT_NUM, &slot, "which slot of each page is rewritten" },
	{ "bytes", OPT_NUM, &bytes, "size of a slot" },
	{ "flush", OPT_STR, &flush, "sync, or kupdate to wait for it" },
	{ "wait-s", OPT_NUM, &wait_s, "longest wait for kupdate" },
	{ "keep", OPT_FLAG, &keep, "leave the file behind" },
};

static char buf[PAGE];

static unsigned long sectors_written(void)
{
	unsigned long n;

	if (proc_value("/proc/vmstat", "data_sectors_written", &n) == 0 ||
	    proc_value("/proc/vmstat", "sectors_written", &n) == 0)
		return n;
	die("no sectors_written in /proc/vmstat");
}

/* Page i as made (generation 0), or with its slot rewritten (1). */
static void page_fill(unsigned long i, int generation)
{
	memset(buf, 0, PAGE);
	if (!holes)
		pattern_fill(buf, PAGE, mix(seed, i, 0));
	if (generation)
		pattern_fill(buf + slot * bytes, bytes, mix(seed, i, 1));
}

static void make_file(int fd)
{
	if (holes && ftruncate(fd, pages * PAGE) < 0)
		die_sys("ftruncate");
	if (holes)
		return;
	for (unsigned long i = 0; i < pages; i++) {
		page_fill(i, 0);
		xwrite(fd, buf, PAGE);
	}
}

static void read_all(int fd)
{
	for (unsigned long i = 0; i < pages; i++)
		xpread(fd, buf, PAGE, (off_t)i * PAGE);
}

static void rewrite(int fd)
{
	for (unsigned long i = 0; i < pages; i++) {
		page_fill(i, 1);
		xpwrite(fd, buf + slot * bytes, bytes,
			(off_t)i * PAGE + slot * bytes);
	}
}

static void check(int fd)
{
	static char got[PAGE];

	for (unsigned long i = 0; i < pages; i++) {
		xpread(fd, got, PAGE, (off_t)i * PAGE);
		page_fill(i, 1);
		if (memcmp(got, buf, PAGE))
			die("page %lu has wrong contents", i);
	}
}

/* Wait until the counter has moved and then stood still for 8 seconds. */
static void wait_for_kupdate(unsigned long before)
{
	unsigned long last = before, still = 0, now;

	for (unsigned long s = 0; s < wait_s && still < 8; s++) {
		sleep_ms(1000);
		now = sectors_written();
		still = now == last && now != before ? still + 1 : 0;
		last = now;
	}
	if (last == before)
		die("kupdate wrote nothing in %lu seconds", wait_s);
}

/* => sectors written while the rewritten slots went to the disk */
static unsigned long measure(int fd)
{
	unsigned long before = sectors_written();

	rewrite(fd);
	if (strcmp(flush, "sync") == 0)
		sync();
	else
		wait_for_kupdate(before);
	return sectors_written() - before;
}

static unsigned long allocated_kb(int fd)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		die_sys("fstat");
	return st.st_blocks / 2;
}

int main(int argc, char **argv)
{
	unsigned long sectors, hundredths, kb;
	int fd;

	opts_parse(argc, argv, "rewrite 1 KB of each page of a cached file",
		   opts, ARRAY_SIZE(opts));
	if (!pages || !bytes || (slot + 1) * bytes > PAGE)
		die("slot %lu of %lu bytes is outside the page", slot, bytes);
	if (strcmp(flush, "sync") && strcmp(flush, "kupdate"))
		die("--flush is sync or kupdate");
	fd = xopen(path, O_RDWR | (use_old ? 0 : O_CREAT | O_TRUNC), 0644);
	if (!use_old)
		make_file(fd);
	sync();
	read_all(fd);
	sync();
	sectors = measure(fd);
	kb = allocated_kb(fd);
	check(fd);
	xclose(fd);
	if (!keep && unlink(path) < 0)
		die_sys("unlink %s", path);
	hundredths = sectors * 100 / pages;
	say("rewrite1k: ok pages=%lu sectors=%lu sectors_per_page=%lu.%02lu "
	    "blocks_kb=%lu\n", pages, sectors, hundredths / 100,
	    hundredths % 100, kb);
	return 0;
}
