/*
 * user/ut_full.c - tests: a file system without room (only with --full DIR)
 */
#include "ut.h"

#include <string.h>
#include <stdio.h>
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

static const struct ut_test tests[] = {
	{ "data", full_data },
	{ "names", full_names },
};

UT_GROUP(ut_full, tests);
