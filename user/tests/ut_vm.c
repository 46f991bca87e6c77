/*
 * user/tests/ut_vm.c - tests: mremap, mincore, madvise, msync
 */
#include "ut_pages.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define RW	(PROT_READ | PROT_WRITE)
#define ANON	(MAP_PRIVATE | MAP_ANONYMOUS)
#define MAYMOVE	MREMAP_MAYMOVE
#define TO	(MREMAP_MAYMOVE | MREMAP_FIXED)

/* --- mremap -------------------------------------------------------- */

static void remap_in_place(void)
{
	char *m = ut_hole(8);

	CHECK(mmap(m, 4 * PAGE, RW, ANON | MAP_FIXED, -1, 0) == m);
	ut_mark(m, 4);
	CHECK(mremap(m, 4 * PAGE, 2 * PAGE + 1, 0) == m);
	CHECK(ut_dies(ut_read, m + 3 * PAGE, SIGSEGV));
	CHECK(mremap(m, 3 * PAGE, 8 * PAGE, 0) == m);
	CHECK(ut_marked(m, 3) && ut_zero(m + 3 * PAGE, 5 * PAGE));
	m[8 * PAGE - 1] = 1;
	CHECK(mremap(m, 8 * PAGE, 8 * PAGE, 0) == m);
	CHECK(munmap(m, 8 * PAGE) == 0);
}

/* Something is behind: it moves, or may not. */
static void remap_moves(void)
{
	char *m = ut_map(5 * PAGE, MAP_PRIVATE), *moved;

	CHECK(mprotect(m + 4 * PAGE, PAGE, PROT_READ) == 0);
	ut_mark(m, 4);
	FAILS(ENOMEM, mremap(m, 4 * PAGE, 6 * PAGE, 0));
	CHECK(ut_marked(m, 4));
	moved = mremap(m, 4 * PAGE, 600 * PAGE, MAYMOVE);
	CHECK(moved != MAP_FAILED && moved != m);
	CHECK(ut_marked(moved, 4) && ut_zero(moved + 4 * PAGE, 596 * PAGE));
	CHECK(ut_dies(ut_read, m, SIGSEGV));
	CHECK(m[4 * PAGE] == 0);
	CHECK(munmap(moved, 600 * PAGE) == 0);
}

/* The middle of a mapping: its ends stay. */
static void remap_middle(void)
{
	char *m = ut_map(4 * PAGE, MAP_PRIVATE), *moved;

	ut_mark(m, 4);
	moved = mremap(m + PAGE, 2 * PAGE, 3 * PAGE, MAYMOVE);
	CHECK(moved != MAP_FAILED);
	CHECK(moved[0] == 2 && moved[PAGE] == 3 && moved[2 * PAGE] == 0);
	CHECK(m[0] == 1 && m[3 * PAGE] == 4);
	CHECK(ut_dies(ut_read, m + PAGE, SIGSEGV));
}

static void remap_fixed(void)
{
	char *m = ut_map(4 * PAGE, MAP_PRIVATE);
	char *to = ut_map(6 * PAGE, MAP_PRIVATE);

	ut_mark(m, 4);
	memset(to, 'x', 6 * PAGE);
	CHECK(mremap(m, 4 * PAGE, 5 * PAGE, TO, to) == to);
	CHECK(ut_marked(to, 4) && ut_zero(to + 4 * PAGE, PAGE));
	CHECK(to[5 * PAGE] == 'x');
	CHECK(ut_dies(ut_read, m, SIGSEGV));
	CHECK(mremap(to, 5 * PAGE, 2 * PAGE, TO, m) == m);
	CHECK(ut_marked(m, 2) && ut_dies(ut_read, to, SIGSEGV));
	CHECK(ut_dies(ut_read, to + 4 * PAGE, SIGSEGV));
	FAILS(EINVAL, mremap(m, 2 * PAGE, 2 * PAGE, TO, m + PAGE));
	FAILS(EINVAL, mremap(m, 2 * PAGE, 2 * PAGE, TO, to + 1));
	FAILS(EINVAL, mremap(m, 2 * PAGE, 2 * PAGE, TO, 0xfffff000));
	CHECK(ut_marked(m, 2));
}

static void remap_errors(void)
{
	char *m = ut_map(2 * PAGE, MAP_PRIVATE);

	FAILS(EINVAL, mremap(m + 1, PAGE, 2 * PAGE, 0));
	FAILS(EINVAL, mremap(m, PAGE, 0, 0));
	FAILS(EINVAL, mremap(m, 0, PAGE, MAYMOVE));
	FAILS(EINVAL, mremap(m, PAGE, PAGE, 64));
	FAILS(EINVAL, mremap(m, PAGE, PAGE, MREMAP_FIXED, m + 9 * PAGE));
	FAILS(EFAULT, mremap(m, 9 * PAGE, 10 * PAGE, MAYMOVE));
	FAILS(EFAULT, mremap(ut_hole(1), PAGE, 2 * PAGE, MAYMOVE));
	FAILS(ENOMEM, mremap(m, 2 * PAGE, 0xb0000000, MAYMOVE));
}

static void remap_limit(void)
{
	struct rlimit limit = { 64 << 20, 64 << 20 };
	char *m = ut_map(PAGE, MAP_PRIVATE);

	CHECK(setrlimit(RLIMIT_AS, &limit) == 0);
	FAILS(ENOMEM, mremap(m, PAGE, 65 << 20, MAYMOVE));
	m = mremap(m, PAGE, 32 << 20, MAYMOVE);
	CHECK(m != MAP_FAILED);
	FAILS(ENOMEM, mremap(m, 32 << 20, 63 << 20, MAYMOVE));
}

/* Private pages written before the move are the process's own after it. */
static void remap_file(void)
{
	char *m, *moved;
	int fd = ut_marked_file();

	m = ut_map_file(fd, 2, MAP_PRIVATE);
	m[PAGE] = 'p';
	moved = mremap(m, 2 * PAGE, 4 * PAGE, MAYMOVE);
	CHECK(moved != MAP_FAILED);
	CHECK(moved[0] == 1 && moved[PAGE] == 'p');
	CHECK(moved[2 * PAGE] == 3 && moved[3 * PAGE] == 4);
	m = ut_map_file(fd, 1, MAP_SHARED);
	moved = mremap(m, PAGE, 5 * PAGE, MAYMOVE);
	CHECK(moved != MAP_FAILED && ut_marked(moved, 4));
	CHECK(ut_dies(ut_read, moved + 4 * PAGE, SIGBUS));
	moved[3 * PAGE] = 's';
	xpread(fd, &moved[2 * PAGE], 1, 3 * PAGE);
	CHECK(moved[2 * PAGE] == 's');
}

/* Shared with a child before the move, and still after it. */
static void remap_shared(void)
{
	char *m = ut_map(4 * PAGE, MAP_SHARED), *moved;

	ut_mark(m, 4);
	moved = mremap(m + PAGE, 2 * PAGE, 2 * PAGE, TO, ut_hole(2));
	CHECK(moved != MAP_FAILED && moved[0] == 2 && moved[PAGE] == 3);
	ut_target = moved;
	CHECK(ut_status_of(ut_touch) == 0 && moved[0] == 7);
}

/* A page that fork shares is copied by the first who writes, moved or not. */
static void remap_then_write(void)
{
	ut_target = mremap((char *)ut_target, PAGE, 2 * PAGE, TO, ut_hole(2));
	CHECK(ut_target != MAP_FAILED && *ut_target == 1);
	*ut_target = 2;
}

static void remap_fork(void)
{
	char *m = ut_map(PAGE, MAP_PRIVATE);

	ut_mark(m, 1);
	ut_target = m;
	CHECK(ut_status_of(remap_then_write) == 0);
	CHECK(m[0] == 1);
}

/* --- mincore ------------------------------------------------------- */

static void incore(void)
{
	char *m = ut_map(5 * PAGE, MAP_PRIVATE);
	char *shared = ut_map(3 * PAGE, MAP_SHARED);
	unsigned char vec[4];
	int fd = ut_marked_file();

	m[PAGE] = m[3 * PAGE] = 1;
	CHECK(ut_present(m, 5) == 0xa);
	shared[2 * PAGE] = 1;
	CHECK(ut_present(shared, 3) == 4);
	CHECK(ut_present(ut_map_file(fd, 4, MAP_PRIVATE), 4) == 0xf);
	CHECK(mincore(m, 0, vec) == 0);
	FAILS(EINVAL, mincore(m + 1, PAGE, vec));
	FAILS(EFAULT, mincore(m, PAGE, (unsigned char *)16));
	CHECK(munmap(m + 2 * PAGE, PAGE) == 0);
	FAILS(ENOMEM, mincore(m, 4 * PAGE, vec));
	FAILS(ENOMEM, mincore(m, 0xf0000000, vec));
}

/* --- madvise ------------------------------------------------------- */

static void dont_need_private(void)
{
	char *m = ut_map(4 * PAGE, MAP_PRIVATE);
	int fd = ut_marked_file();

	ut_mark(m, 4);
	CHECK(madvise(m + PAGE, PAGE + 1, MADV_DONTNEED) == 0);
	CHECK(m[0] == 1 && m[3 * PAGE] == 4 && ut_zero(m + PAGE, 2 * PAGE));
	m[PAGE] = 'x';
	m = ut_map_file(fd, 4, MAP_PRIVATE);
	m[PAGE] = 'p';
	CHECK(madvise(m, 4 * PAGE, MADV_DONTNEED) == 0);
	CHECK(ut_marked(m, 4));
	m[PAGE] = 'q';
	CHECK(m[PAGE] == 'q');
}

static void dont_need_shared(void)
{
	char *m = ut_map(4 * PAGE, MAP_SHARED);
	int fd = ut_marked_file();

	ut_mark(m, 4);
	CHECK(madvise(m, 4 * PAGE, MADV_DONTNEED) == 0);
	CHECK(ut_marked(m, 4));
	m = ut_map_file(fd, 4, MAP_SHARED);
	m[PAGE + 1] = 's';
	CHECK(madvise(m, 4 * PAGE, MADV_DONTNEED) == 0);
	CHECK(m[PAGE] == 2 && m[PAGE + 1] == 's');
}

/* A page shared by fork is dropped here and stays there. */
static void drop_target(void)
{
	CHECK(madvise((char *)ut_target, PAGE, MADV_DONTNEED) == 0);
	CHECK(*ut_target == 0);
}

static void dont_need_fork(void)
{
	char *m = ut_map(PAGE, MAP_PRIVATE);

	m[0] = 1;
	ut_target = m;
	CHECK(ut_status_of(drop_target) == 0 && m[0] == 1);
}

/* The mapped parts are processed, the hole is reported (ENOMEM). */
static void advise_hole(void)
{
	char *m = ut_map(5 * PAGE, MAP_PRIVATE);

	ut_mark(m, 5);
	CHECK(munmap(m + PAGE, 2 * PAGE) == 0);
	FAILS(ENOMEM, madvise(m, 4 * PAGE, MADV_DONTNEED));
	CHECK(m[0] == 0 && m[3 * PAGE] == 0 && m[4 * PAGE] == 5);
	FAILS(ENOMEM, madvise(m + PAGE, PAGE, MADV_DONTNEED));
}

static void advise_errors(void)
{
	char *m = ut_map(4 * PAGE, MAP_PRIVATE);
	int fd = ut_marked_file();

	for (int advice = MADV_NORMAL; advice <= MADV_DONTNEED; advice++)
		CHECK(madvise(m, 4 * PAGE, advice) == 0);
	CHECK(madvise(m, 0, MADV_DONTNEED) == 0);
	FAILS(EINVAL, madvise(m + 1, PAGE, MADV_NORMAL));
	FAILS(EINVAL, madvise(m, PAGE, 9999));
	FAILS(EINVAL, madvise(m, PAGE, -1));
	FAILS(EINVAL, madvise(m, -PAGE, MADV_DONTNEED));
	FAILS(EINVAL, madvise(ut_map_file(fd, 4, MAP_PRIVATE), PAGE,
			      MADV_FREE));
	CHECK(madvise(m, 4 * PAGE, MADV_FREE) == 0);
	ut_mark(m, 4);
	CHECK(ut_marked(m, 4));
}

/* Without a touch the pages come; what is behind the file is no error. */
static void will_need(void)
{
	int fd = xopen("f", O_RDWR | O_CREAT | O_TRUNC, 0600);
	char *m;

	CHECK(ftruncate(fd, 4 * PAGE) == 0);	/* nothing is cached yet */
	m = ut_map_file(fd, 8, MAP_SHARED);
	CHECK(ut_present(m, 8) == 0);
	CHECK(madvise(m, 8 * PAGE, MADV_WILLNEED) == 0);
	for (int i = 0; i < 1000 && ut_present(m, 4) != 0xf; i++)
		sleep_ms(10);
	CHECK(ut_present(m, 8) == 0xf && ut_zero(m, 4 * PAGE));
}

/* --- msync --------------------------------------------------------- */

static void sync_part(void)
{
	int fd = ut_marked_file();
	char *m = ut_map_file(fd, 4, MAP_SHARED);

	m[0] = m[3 * PAGE] = 'm';
	FAILS(EINVAL, msync(m, PAGE, MS_SYNC | MS_ASYNC));
	FAILS(EINVAL, msync(m, PAGE, 64));
	FAILS(EINVAL, msync(m + 1, PAGE, MS_SYNC));
	CHECK(msync(m, 0, MS_SYNC) == 0 && msync(m, PAGE, 0) == 0);
	CHECK(msync(m, 4 * PAGE, MS_ASYNC | MS_INVALIDATE) == 0);
	CHECK(munmap(m + PAGE, 2 * PAGE) == 0);
	FAILS(ENOMEM, msync(m, 4 * PAGE, MS_SYNC));
	FAILS(ENOMEM, msync(m + PAGE, PAGE, MS_ASYNC));
	FAILS(ENOMEM, msync(m, -PAGE, MS_ASYNC));
	CHECK(msync(m + 3 * PAGE, 100, MS_SYNC) == 0);
}

static const struct ut_test tests[] = {
	{ "remap_in_place", remap_in_place },
	{ "remap_moves", remap_moves },
	{ "remap_middle", remap_middle },
	{ "remap_fixed", remap_fixed },
	{ "remap_errors", remap_errors },
	{ "remap_limit", remap_limit },
	{ "remap_file", remap_file },
	{ "remap_shared", remap_shared },
	{ "remap_fork", remap_fork },
	{ "incore", incore },
	{ "dont_need_private", dont_need_private },
	{ "dont_need_shared", dont_need_shared },
	{ "dont_need_fork", dont_need_fork },
	{ "advise_hole", advise_hole },
	{ "advise_errors", advise_errors },
	{ "will_need", will_need },
	{ "sync_part", sync_part },
};

UT_GROUP(ut_vm, tests);
