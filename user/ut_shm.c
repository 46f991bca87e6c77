/*
 * user/ut_shm.c - tests: memory that processes share by fork
 */
#include "ut.h"

#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define RW	(PROT_READ | PROT_WRITE)
#define ANON	(MAP_SHARED | MAP_ANONYMOUS)

static volatile char *target;

static void touch_target(void)
{
	*target = 7;
}

static void read_target(void)
{
	(void)*target;
}

static int dies(void (*access)(void), volatile char *at, int sig)
{
	int status;

	target = at;
	status = ut_status_of(access);
	return WIFSIGNALED(status) && WTERMSIG(status) == sig;
}

static int all_zero(const volatile char *m, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (m[i])
			return 0;
	return 1;
}

static char *shared(size_t len)
{
	char *m = mmap(NULL, len, RW, ANON, -1, 0);

	CHECK(m != MAP_FAILED);
	return m;
}

/* --- anonymous ----------------------------------------------------- */

static void anon_fork(void)
{
	char *m = shared(3 * PAGE);

	CHECK(all_zero(m, 3 * PAGE));
	m[0] = 1;
	target = m + PAGE;
	CHECK(ut_status_of(touch_target) == 0);
	CHECK(m[0] == 1 && m[PAGE] == 7 && m[2 * PAGE] == 0);
	CHECK(munmap(m, 3 * PAGE) == 0);
	m = shared(3 * PAGE);
	CHECK(all_zero(m, 3 * PAGE));
}

static void child_forks(void)
{
	CHECK(ut_status_of(touch_target) == 0);
	CHECK(*target == 7);
}

static void anon_grandchild(void)
{
	target = shared(PAGE);
	CHECK(ut_status_of(child_forks) == 0);
	CHECK(*target == 7);
}

static void anon_part(void)
{
	char *m = shared(4 * PAGE);

	m[0] = m[3 * PAGE] = 1;
	m[PAGE] = 5;
	CHECK(munmap(m + PAGE, 2 * PAGE) == 0);
	CHECK(dies(read_target, m + PAGE, SIGSEGV));
	target = m + 3 * PAGE;
	CHECK(ut_status_of(touch_target) == 0);
	CHECK(m[0] == 1 && m[3 * PAGE] == 7);
}

static void anon_protect(void)
{
	char *m = mmap(NULL, PAGE, PROT_READ, ANON, -1, 0);

	CHECK(m != MAP_FAILED && all_zero(m, PAGE));
	CHECK(dies(touch_target, m, SIGSEGV));
	CHECK(mprotect(m, PAGE, RW) == 0);
	CHECK(ut_status_of(touch_target) == 0 && m[0] == 7);
	CHECK(mprotect(m, PAGE, PROT_READ) == 0);
	CHECK(m[0] == 7 && dies(touch_target, m, SIGSEGV));
}

/* A private and a shared mapping side by side are not one area. */
static void anon_beside_private(void)
{
	char *m = mmap(NULL, 2 * PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(m != MAP_FAILED);
	CHECK(mmap(m, PAGE, RW, ANON | MAP_FIXED, -1, 0) == m);
	target = m + PAGE;
	CHECK(ut_status_of(touch_target) == 0 && m[PAGE] == 0);
	target = m;
	CHECK(ut_status_of(touch_target) == 0 && m[0] == 7);
}

/* The kernel's own store, by read(2), is seen as well. */
static void read_into(void)
{
	char c = 7;
	int fd = xopen("f", O_RDWR | O_CREAT, 0600);

	xwrite(fd, &c, 1);
	xpread(fd, (char *)target, 1, 0);
}

static void anon_by_kernel(void)
{
	target = shared(PAGE);
	CHECK(ut_status_of(read_into) == 0);
	CHECK(*target == 7);
}

static void anon_errors(void)
{
	FAILS(EINVAL, mmap(NULL, 0, RW, ANON, -1, 0));
	FAILS(ENOMEM, mmap(NULL, 0xf0000000, RW, ANON, -1, 0));
}

static const struct ut_test tests[] = {
	{ "anon_fork", anon_fork },
	{ "anon_grandchild", anon_grandchild },
	{ "anon_part", anon_part },
	{ "anon_protect", anon_protect },
	{ "anon_beside_private", anon_beside_private },
	{ "anon_by_kernel", anon_by_kernel },
	{ "anon_errors", anon_errors },
};

UT_GROUP(ut_shm, tests);
