/*
 * user/tests/ut_sync.c - tests: what sync, umount and the end of a file owe to
 * stores through a mapping, and that a file keeps its times (the first ones
 * want a second disk with ext2)
 */
#include "ut.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#define DISK	"/dev/hdb"

static char buf[4 * PAGE], big[200000];

static void mount_disk(void)
{
	if (mount(DISK, "m", "ext2", 0, NULL) < 0) {
		CHECK(errno == ENOENT || errno == ENXIO || errno == EINVAL);
		ut_skip("no ext2 on " DISK);
	}
}

static void again(void)
{
	CHECK(umount("m") == 0);
	mount_disk();
}

/* Whatever the test does, the disk is not mounted afterwards. */
static void on_disk(void (*test)(void))
{
	int status;

	CHECK(mkdir("m", 0755) == 0);
	mount_disk();
	status = ut_status_of(test);
	CHECK(umount("m") == 0 && status == 0);
}

static char *map(int fd, size_t size)
{
	char *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	CHECK(p != MAP_FAILED);
	return p;
}

static unsigned long blocks_free(void)
{
	struct statfs st;

	CHECK(statfs("m", &st) == 0);
	return st.f_bfree;
}

/* => the file is closed: a byte is stored at each of the n offsets */
static void store_in_holes(const char *name, const off_t *at, int n)
{
	size_t size = at[n - 1] + PAGE;
	int fd = xopen(name, O_RDWR | O_CREAT | O_EXCL, 0644);
	char *p;

	CHECK(ftruncate(fd, size) == 0 && fsync(fd) == 0);
	p = map(fd, size);
	for (int i = 0; i < n; i++)
		p[at[i]] = 'a' + i;
	CHECK(munmap(p, size) == 0);
	xclose(fd);
}

static void check_stores(const char *name, const off_t *at, int n)
{
	int fd = xopen(name, O_RDONLY, 0);
	char c;

	for (int i = 0; i < n; i++) {
		xpread(fd, &c, 1, at[i]);
		CHECK(c == 'a' + i);
	}
	xclose(fd);
}

/* The blocks that the write-back takes are in the inode on the disk: direct
 * ones, and behind one and two indirect blocks. */
static void fill_holes(void)
{
	static const off_t at[] = { 5, 20480, 30 * PAGE, 300 * PAGE + 7 };
	unsigned long before = blocks_free();

	store_in_holes("m/holes", at, ARRAY_SIZE(at));
	again();
	check_stores("m/holes", at, ARRAY_SIZE(at));
	CHECK(unlink("m/holes") == 0);
	again();
	CHECK(blocks_free() == before);
}

static void umount_holes(void)
{
	on_disk(fill_holes);
}

/* A page that was read and then written in part may be written whole: the
 * blocks for its holes belong to the file, too, or are free. */
static void write_parts(void)
{
	unsigned long before = blocks_free();
	int fd = xopen("m/parts", O_RDWR | O_CREAT | O_EXCL, 0644);

	CHECK(ftruncate(fd, sizeof(buf)) == 0);
	xpread(fd, buf, sizeof(buf), 0);
	for (int i = 0; i < 4; i++)
		xpwrite(fd, "x", 1, i * PAGE + 1100 * i);
	xclose(fd);
	again();
	fd = xopen("m/parts", O_RDONLY, 0);
	xpread(fd, buf, sizeof(buf), 0);
	xclose(fd);
	for (int i = 0; i < 4; i++)
		CHECK(buf[i * PAGE + 1100 * i] == 'x');
	CHECK(unlink("m/parts") == 0);
	again();
	CHECK(blocks_free() == before);
}

static void umount_whole_pages(void)
{
	on_disk(write_parts);
}

/* For the test that cuts the power behind it. */
int ut_sync_hole(const char *path)
{
	static const off_t at[] = { 20480 };

	store_in_holes(path, at, 1);
	sync();
	say("sync of %s is over", path);
	return pause();
}

static void put_bytes(const char *name, int c, size_t n, bool now)
{
	int fd = xopen(name, O_WRONLY | O_CREAT, 0644);

	CHECK(n <= sizeof(big));
	memset(big, c, n);
	xwrite(fd, big, n);
	CHECK(!now || fsync(fd) == 0);
	xclose(fd);
}

/* As process 1, whose end is a panic: a power cut.  a and d are on the
 * disk, but not their removal or truncation; other files take their blocks, and
 * are synced.
 * The empty files keep the inodes apart, in blocks of their own. */
int ut_reuse(const char *dir)
{
	char name[] = "e0";

	CHECK(chdir(dir) == 0);
	put_bytes("a", 'a', sizeof(big), false);
	put_bytes("d", 'd', sizeof(big), false);
	for (int i = 0; i < 64; i++, name[1]++)
		put_bytes(name, 'e', 0, false);
	put_bytes("b", 'b', 0, false);
	put_bytes("c", 'c', 0, false);
	sync();
	CHECK(unlink("a") == 0 && truncate("d", 0) == 0);
	put_bytes("b", 'b', sizeof(big), true);
	put_bytes("c", 'c', sizeof(big), true);
	say("reuse in %s is over", dir);
	return 0;
}

/* --- times of a file ------------------------------------------------------ */

static const struct timespec dates[] = {
	{ -304973695, 250000000 },		/* 5 May 1960 */
	{ -1, 999999999 },
	{ 0, 0 },
	{ 996624000, 123456789 },
	{ 0x7fffffff, 1 },
};

static void set_dates(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(dates); i++) {
		char name[] = { 'm', '/', 'a' + i, 0 };
		struct timespec times[2] = { dates[i], dates[i] };

		ut_put(name, "dated");
		times[0].tv_nsec /= 2;
		CHECK(utimensat(AT_FDCWD, name, times, 0) == 0);
	}
}

/* A file system with inodes of 128 bytes keeps whole seconds. */
static void check_dates(bool fine)
{
	for (size_t i = 0; i < ARRAY_SIZE(dates); i++) {
		char name[] = { 'm', '/', 'a' + i, 0 };
		long nsec = fine ? dates[i].tv_nsec : 0;
		struct stat st;

		CHECK(stat(name, &st) == 0);
		CHECK(st.st_mtim.tv_sec == dates[i].tv_sec);
		CHECK(st.st_mtim.tv_nsec == nsec);
		CHECK(st.st_atim.tv_sec == dates[i].tv_sec);
		CHECK(st.st_atim.tv_nsec == nsec / 2);
	}
}

/* The files stay: the host looks at one. */
static void keep_dates(void)
{
	struct stat st;
	bool fine;

	set_dates();
	CHECK(stat("m/d", &st) == 0);
	fine = st.st_mtim.tv_nsec;
	check_dates(fine);
	again();
	check_dates(fine);
}

static void umount_times(void)
{
	on_disk(keep_dates);
}

/* --- behind the end of a file --------------------------------------------- */

/* A file of "size" bytes whose last page is mapped and full of 'q' behind its
 * end. */
static int stored_behind(const char *name, off_t size, char **page)
{
	int fd = xopen(name, O_RDWR | O_CREAT | O_TRUNC, 0644);

	memset(buf, 'f', size);
	xwrite(fd, buf, size);
	*page = map(fd, PAGE);
	memset(*page + size, 'q', PAGE - size);
	return fd;
}

/* => bytes that are neither the file's nor zero in [from, from + n) */
static int strangers(int fd, off_t from, size_t n)
{
	int bad = 0;

	xpread(fd, buf, n, from);
	for (size_t i = 0; i < n; i++)
		bad += buf[i] != 0;
	return bad;
}

static const off_t ends[] = { 5, 1023, 1024, 1500, 2048, 4000 };

static void behind_truncate(void)
{
	char *page;

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		int fd = stored_behind("f", ends[i], &page);

		CHECK(ftruncate(fd, 2 * PAGE) == 0);
		CHECK(strangers(fd, ends[i], 2 * PAGE - ends[i]) == 0);
		CHECK(page[ends[i]] == 0 && page[0] == 'f');
		CHECK(munmap(page, PAGE) == 0);
		xclose(fd);
	}
}

/* The growth is by a write that begins behind the old end: in the same page
 * and in a later one.  An append shows nothing that it did not write. */
static void behind_write(void)
{
	char *page;

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		int fd = stored_behind("f", ends[i], &page);

		xpwrite(fd, "x", 1, ends[i] + 50);
		CHECK(strangers(fd, ends[i], 50) == 0);
		memset(page + ends[i] + 51, 'q', PAGE - ends[i] - 51);
		xpwrite(fd, "x", 1, 2 * PAGE);
		CHECK(strangers(fd, ends[i] + 51,
				2 * PAGE - ends[i] - 51) == 0);
		CHECK(munmap(page, PAGE) == 0);
		xclose(fd);
	}
}

/* The stores reach the disk with a byte of the file that shares their block,
 * and come back from there. */
static void behind_disk(void)
{
	char *page;

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		int fd = stored_behind("f", ends[i], &page);

		xpwrite(fd, "f", 1, ends[i] - 1);
		CHECK(munmap(page, PAGE) == 0);
		sync();
		CHECK(drop_caches() == 0);
		CHECK(ftruncate(fd, 2 * PAGE) == 0);
		CHECK(strangers(fd, ends[i], 2 * PAGE - ends[i]) == 0);
		xclose(fd);
	}
}

static const struct ut_test tests[] = {
	{ "umount_holes", umount_holes },
	{ "umount_whole_pages", umount_whole_pages },
	{ "umount_times", umount_times },
	{ "behind_truncate", behind_truncate },
	{ "behind_write", behind_write },
	{ "behind_disk", behind_disk },
};

UT_GROUP(ut_sync, tests);
