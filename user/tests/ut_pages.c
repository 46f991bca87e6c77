/*
 * user/tests/ut_pages.c - what tests of mapped memory share: see ut_pages.h
 */
#include "ut_pages.h"

#include <sys/mman.h>
#include <sys/wait.h>

#define RW	(PROT_READ | PROT_WRITE)

volatile char *ut_target;

void ut_read(void)
{
	(void)*ut_target;
}

void ut_touch(void)
{
	*ut_target = 7;
}

int ut_dies(void (*access)(void), volatile char *at, int sig)
{
	int status;

	ut_target = at;
	status = ut_status_of(access);
	return WIFSIGNALED(status) && WTERMSIG(status) == sig;
}

char *ut_map(size_t len, int flags)
{
	char *m = mmap(NULL, len, RW, flags | MAP_ANONYMOUS, -1, 0);

	CHECK(m != MAP_FAILED);
	return m;
}

/* Room of so many pages, with nothing mapped there. */
char *ut_hole(size_t n)
{
	char *m = ut_map(n * PAGE, MAP_PRIVATE);

	CHECK(munmap(m, n * PAGE) == 0);
	return m;
}

void ut_mark(char *m, size_t n)
{
	for (size_t i = 0; i < n; i++)
		m[i * PAGE] = i + 1;
}

/* => page i of n holds i + 1, and the rest of it zeroes */
int ut_marked(const volatile char *m, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (m[i * PAGE] != (char)(i + 1) || m[i * PAGE + 1])
			return 0;
	return 1;
}

int ut_zero(const volatile char *m, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (m[i])
			return 0;
	return 1;
}

/* Four pages of a file, marked. */
int ut_marked_file(void)
{
	static char pages[4 * PAGE];
	int fd = xopen("f", O_RDWR | O_CREAT | O_TRUNC, 0600);

	ut_mark(pages, 4);
	xwrite(fd, pages, sizeof(pages));
	return fd;
}

char *ut_map_file(int fd, size_t n, int flags)
{
	char *m = mmap(NULL, n * PAGE, RW, flags, fd, 0);

	CHECK(m != MAP_FAILED);
	return m;
}

/* => the pages that are there, page 0 in bit 0 */
unsigned ut_present(char *m, size_t n)
{
	unsigned char vec[32];
	unsigned bits = 0;

	CHECK(mincore(m, n * PAGE, vec) == 0);
	for (size_t i = 0; i < n; i++)
		bits |= (vec[i] & 1u) << i;
	return bits;
}
