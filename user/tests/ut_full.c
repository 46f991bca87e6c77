/*
 * user/tests/ut_full.c - tests: a file system without room (only with --full
 * DIR)
 */
#include "ut.h"

#include <string.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_FILL	(256u << 20)	/* no small file system is larger */

static char buf[8 * KB];

static void enter(void)
{
	if (!ut_full_dir)
		ut_skip("no --full DIR");
	CHECK(chdir(ut_full_dir) == 0);
	memset(buf, 'f', sizeof(buf));
}

/* Write until nothing more goes in. => bytes written */
static size_t fill(int fd)
{
	size_t total = 0;
	ssize_t n;

	while (total < MAX_FILL && (n = write(fd, buf, sizeof(buf))) > 0)
		total += n;
	CHECK(total < MAX_FILL && n == -1 && errno == ENOSPC);
	return total;
}

static size_t fill_and_remove(void)
{
	int fd = xopen("fill", O_RDWR | O_CREAT | O_EXCL, 0644);
	size_t size = fill(fd);

	FAILS(ENOSPC, write(fd, buf, sizeof(buf)));
	xpread(fd, buf, 100, size - 100);
	CHECK(buf[0] == 'f' && buf[99] == 'f');
	xclose(fd);
	CHECK(unlink("fill") == 0);
	sync();
	return size;
}

/* Full, then empty again: the same amount must fit a second time. */
static void full_data(void)
{
	size_t first;

	enter();
	first = fill_and_remove();
	CHECK(fill_and_remove() == first);
}

/* Creating files must fail cleanly too, and leave none half made. */
static void full_names(void)
{
	char name[32];
	int fd = 0, n = 0;

	enter();
	CHECK(mkdir("many", 0755) == 0);
	for (; n < 20000 && fd >= 0; n++) {
		sprintf(name, "many/%d", n);
		fd = open(name, O_WRONLY | O_CREAT | O_EXCL, 0644);
		if (fd >= 0 && write(fd, buf, KB) < 0)
			CHECK(errno == ENOSPC);
		if (fd >= 0)
			xclose(fd);
	}
	CHECK(fd >= 0 || errno == ENOSPC);
	for (n -= fd < 0; n > 0; n--) {
		sprintf(name, "many/%d", n - 1);
		CHECK(unlink(name) == 0);
	}
	CHECK(rmdir("many") == 0);
}

/* --- dirty pages of a mapping that get no blocks ------------------- */

#define MAPPED_PAGES	256
#define INTERVAL	"/proc/sys/vm/interval"
#define AGE_BUFFER	"/proc/sys/vm/age_buffer"

static int mapped_fd, fill_fd;
static char *mapped;

/* A file of holes, mapped; then no block is left for them. */
static void map_and_fill(void)
{
	enter();
	mapped_fd = xopen("mapped", O_RDWR | O_CREAT | O_EXCL, 0644);
	CHECK(ftruncate(mapped_fd, MAPPED_PAGES * PAGE) == 0);
	mapped = mmap(NULL, MAPPED_PAGES * PAGE, PROT_READ | PROT_WRITE,
		      MAP_SHARED, mapped_fd, 0);
	CHECK(mapped != MAP_FAILED);
	fill_fd = xopen("fill", O_RDWR | O_CREAT | O_EXCL, 0644);
	fill(fill_fd);
	while (write(fill_fd, buf, KB) > 0)
		;
	sync();
}

static void store_all(char c)
{
	for (size_t i = 0; i < MAPPED_PAGES; i++)
		memset(mapped + i * PAGE, c, PAGE);
}

static unsigned long vmstat(const char *name)
{
	unsigned long n = 0;

	CHECK(proc_value("/proc/vmstat", name, &n) == 0);
	return n;
}

/* kupdate, too, writes dirty pages: from its next round on it sleeps for ten
 * minutes, and when it writes an old buffer the round has done its inodes. */
static void put_kupdate_to_sleep(void)
{
	unsigned long before = vmstat("writes_by_kupdate");

	if (ut_has(INTERVAL, "60000\n"))
		return;
	CHECK(proc_write(INTERVAL, "60000") == 0 &&
	      proc_write(AGE_BUFFER, "1") == 0);
	sync();				/* none that is not old before it */
	ut_put("old", "x");
	for (int i = 0; i < 2000 && vmstat("writes_by_kupdate") == before; i++)
		sleep_ms(10);
	CHECK(vmstat("writes_by_kupdate") > before);
	CHECK(proc_write(AGE_BUFFER, "3000") == 0 && unlink("old") == 0);
}

/* Takes more and more memory until the scanner has tried half of the pages;
 * then gives it back.  => how many it has tried */
static unsigned long press(void)
{
	unsigned long before = vmstat("launder_writepage_file"), kb, i;
	size_t step = 32 * KB;
	char *m[512];

	CHECK(proc_value("/proc/meminfo", "MemTotal", &kb) == 0);
	for (i = 0; i < ARRAY_SIZE(m) && i * step < kb * KB; i++) {
		m[i] = mmap(NULL, step, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		CHECK(m[i] != MAP_FAILED);
		memset(m[i], 'p', step);
		if (vmstat("launder_writepage_file") - before >=
		    MAPPED_PAGES / 2)
			break;
	}
	while (i--)
		munmap(m[i], step);
	return vmstat("launder_writepage_file") - before;
}

/* Room comes back: what is stored now is on the disk after msync. */
static void store_with_room(void)
{
	char page[PAGE];

	xclose(fill_fd);
	CHECK(unlink("fill") == 0);
	store_all('r');
	CHECK(msync(mapped, MAPPED_PAGES * PAGE, MS_SYNC) == 0);
	CHECK(munmap(mapped, MAPPED_PAGES * PAGE) == 0);
	CHECK(drop_caches() == 0);
	for (size_t i = 0; i < MAPPED_PAGES; i++) {
		xpread(mapped_fd, page, PAGE, i * PAGE);
		for (size_t j = 0; j < PAGE; j++)
			CHECK(page[j] == 'r');
	}
	xclose(mapped_fd);
	CHECK(unlink("mapped") == 0);
}

/* msync reports the error once; the process lives, and its stores stay while
 * the pages do. */
static void full_msync(void)
{
	map_and_fill();
	store_all('m');
	FAILS(ENOSPC, msync(mapped, MAPPED_PAGES * PAGE, MS_SYNC));
	CHECK(mapped[0] == 'm' && mapped[MAPPED_PAGES * PAGE - 1] == 'm');
	CHECK(msync(mapped, MAPPED_PAGES * PAGE, MS_SYNC) == 0);
	CHECK(fsync(mapped_fd) == 0);
	store_with_room();
}

/* The pages are dirty, mapped nowhere, and memory is short: the scanner tries
 * each once only, and fsync reports the error. */
static void full_reclaim(void)
{
	unsigned long tried;

	enter();
	put_kupdate_to_sleep();
	map_and_fill();
	store_all('u');
	CHECK(munmap(mapped, MAPPED_PAGES * PAGE) == 0);
	tried = press();
	CHECK(tried >= MAPPED_PAGES / 2 && tried <= MAPPED_PAGES);
	FAILS(ENOSPC, fsync(mapped_fd));
	CHECK(fsync(mapped_fd) == 0);
	mapped = mmap(NULL, MAPPED_PAGES * PAGE, PROT_READ | PROT_WRITE,
		      MAP_SHARED, mapped_fd, 0);
	CHECK(mapped != MAP_FAILED);
	store_with_room();
}

/* Two blocks are left for a page of four (or one of two): what a block held
 * before must not show in the file. */
static void full_part_of_page(void)
{
	char page[PAGE];
	size_t left = 2 * KB;
	long size;

	map_and_fill();
	size = fd_size(fill_fd);
	CHECK(ftruncate(fill_fd, (size - left) / KB * KB) == 0);
	sync();
	memset(mapped, 'm', PAGE);
	CHECK(msync(mapped, PAGE, MS_SYNC) == 0 || errno == ENOSPC);
	CHECK(munmap(mapped, MAPPED_PAGES * PAGE) == 0);
	CHECK(drop_caches() == 0);
	xpread(mapped_fd, page, PAGE, 0);
	for (size_t i = 0; i < PAGE; i++)
		CHECK(page[i] == 'm' || page[i] == 0);
	xclose(fill_fd);
	xclose(mapped_fd);
	CHECK(unlink("fill") == 0 && unlink("mapped") == 0);
}

static const struct ut_test tests[] = {
	{ "msync", full_msync },
	{ "reclaim", full_reclaim },
	{ "part_of_page", full_part_of_page },
	{ "data", full_data },
	{ "names", full_names },
};

UT_GROUP(ut_full, tests);
