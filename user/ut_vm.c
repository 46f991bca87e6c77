/*
 * user/ut_vm.c - tests: mremap, mincore, madvise, msync, mlock
 */
#include "ut.h"

#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define RW	(PROT_READ | PROT_WRITE)
#define ANON	(MAP_PRIVATE | MAP_ANONYMOUS)
#define MAYMOVE	MREMAP_MAYMOVE
#define TO	(MREMAP_MAYMOVE | MREMAP_FIXED)

static volatile char *target;

static void read_target(void)
{
	(void)*target;
}

static void touch_target(void)
{
	*target = 7;
}

static int dies(void (*access)(void), char *at, int sig)
{
	int status;

	target = at;
	status = ut_status_of(access);
	return WIFSIGNALED(status) && WTERMSIG(status) == sig;
}

static char *map(size_t len, int flags)
{
	char *m = mmap(NULL, len, RW, flags | MAP_ANONYMOUS, -1, 0);

	CHECK(m != MAP_FAILED);
	return m;
}

/* Room of so many pages, with nothing mapped there. */
static char *hole(size_t n)
{
	char *m = map(n * PAGE, MAP_PRIVATE);

	CHECK(munmap(m, n * PAGE) == 0);
	return m;
}

static void mark(char *m, size_t n)
{
	for (size_t i = 0; i < n; i++)
		m[i * PAGE] = i + 1;
}

/* => page i of n holds i + 1, and the rest of it zeroes */
static int marked(const volatile char *m, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (m[i * PAGE] != (char)(i + 1) || m[i * PAGE + 1])
			return 0;
	return 1;
}

static int zero(const volatile char *m, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (m[i])
			return 0;
	return 1;
}

/* Four pages of a file, marked. */
static int marked_file(void)
{
	static char pages[4 * PAGE];
	int fd = xopen("f", O_RDWR | O_CREAT | O_TRUNC, 0600);

	mark(pages, 4);
	xwrite(fd, pages, sizeof(pages));
	return fd;
}

static char *map_file(int fd, size_t n, int flags)
{
	char *m = mmap(NULL, n * PAGE, RW, flags, fd, 0);

	CHECK(m != MAP_FAILED);
	return m;
}

/* --- mremap -------------------------------------------------------- */

static void remap_in_place(void)
{
	char *m = hole(8);

	CHECK(mmap(m, 4 * PAGE, RW, ANON | MAP_FIXED, -1, 0) == m);
	mark(m, 4);
	CHECK(mremap(m, 4 * PAGE, 2 * PAGE + 1, 0) == m);
	CHECK(dies(read_target, m + 3 * PAGE, SIGSEGV));
	CHECK(mremap(m, 3 * PAGE, 8 * PAGE, 0) == m);
	CHECK(marked(m, 3) && zero(m + 3 * PAGE, 5 * PAGE));
	m[8 * PAGE - 1] = 1;
	CHECK(mremap(m, 8 * PAGE, 8 * PAGE, 0) == m);
	CHECK(munmap(m, 8 * PAGE) == 0);
}

/* Something is behind: it moves, or may not. */
static void remap_moves(void)
{
	char *m = map(5 * PAGE, MAP_PRIVATE), *moved;

	CHECK(mprotect(m + 4 * PAGE, PAGE, PROT_READ) == 0);
	mark(m, 4);
	FAILS(ENOMEM, mremap(m, 4 * PAGE, 6 * PAGE, 0));
	CHECK(marked(m, 4));
	moved = mremap(m, 4 * PAGE, 600 * PAGE, MAYMOVE);
	CHECK(moved != MAP_FAILED && moved != m);
	CHECK(marked(moved, 4) && zero(moved + 4 * PAGE, 596 * PAGE));
	CHECK(dies(read_target, m, SIGSEGV));
	CHECK(m[4 * PAGE] == 0);
	CHECK(munmap(moved, 600 * PAGE) == 0);
}

/* The middle of a mapping: its ends stay. */
static void remap_middle(void)
{
	char *m = map(4 * PAGE, MAP_PRIVATE), *moved;

	mark(m, 4);
	moved = mremap(m + PAGE, 2 * PAGE, 3 * PAGE, MAYMOVE);
	CHECK(moved != MAP_FAILED);
	CHECK(moved[0] == 2 && moved[PAGE] == 3 && moved[2 * PAGE] == 0);
	CHECK(m[0] == 1 && m[3 * PAGE] == 4);
	CHECK(dies(read_target, m + PAGE, SIGSEGV));
}

static void remap_fixed(void)
{
	char *m = map(4 * PAGE, MAP_PRIVATE), *to = map(6 * PAGE, MAP_PRIVATE);

	mark(m, 4);
	memset(to, 'x', 6 * PAGE);
	CHECK(mremap(m, 4 * PAGE, 5 * PAGE, TO, to) == to);
	CHECK(marked(to, 4) && zero(to + 4 * PAGE, PAGE));
	CHECK(to[5 * PAGE] == 'x');
	CHECK(dies(read_target, m, SIGSEGV));
	CHECK(mremap(to, 5 * PAGE, 2 * PAGE, TO, m) == m);
	CHECK(marked(m, 2) && dies(read_target, to, SIGSEGV));
	CHECK(dies(read_target, to + 4 * PAGE, SIGSEGV));
	FAILS(EINVAL, mremap(m, 2 * PAGE, 2 * PAGE, TO, m + PAGE));
	FAILS(EINVAL, mremap(m, 2 * PAGE, 2 * PAGE, TO, to + 1));
	FAILS(EINVAL, mremap(m, 2 * PAGE, 2 * PAGE, TO, 0xfffff000));
	CHECK(marked(m, 2));
}

static void remap_errors(void)
{
	char *m = map(2 * PAGE, MAP_PRIVATE);

	FAILS(EINVAL, mremap(m + 1, PAGE, 2 * PAGE, 0));
	FAILS(EINVAL, mremap(m, PAGE, 0, 0));
	FAILS(EINVAL, mremap(m, 0, PAGE, MAYMOVE));
	FAILS(EINVAL, mremap(m, PAGE, PAGE, 64));
	FAILS(EINVAL, mremap(m, PAGE, PAGE, MREMAP_FIXED, m + 9 * PAGE));
	FAILS(EFAULT, mremap(m, 9 * PAGE, 10 * PAGE, MAYMOVE));
	FAILS(EFAULT, mremap(hole(1), PAGE, 2 * PAGE, MAYMOVE));
	FAILS(ENOMEM, mremap(m, 2 * PAGE, 0xb0000000, MAYMOVE));
}

static void remap_limit(void)
{
	struct rlimit limit = { 64 << 20, 64 << 20 };
	char *m = map(PAGE, MAP_PRIVATE);

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
	int fd = marked_file();

	m = map_file(fd, 2, MAP_PRIVATE);
	m[PAGE] = 'p';
	moved = mremap(m, 2 * PAGE, 4 * PAGE, MAYMOVE);
	CHECK(moved != MAP_FAILED);
	CHECK(moved[0] == 1 && moved[PAGE] == 'p');
	CHECK(moved[2 * PAGE] == 3 && moved[3 * PAGE] == 4);
	m = map_file(fd, 1, MAP_SHARED);
	moved = mremap(m, PAGE, 5 * PAGE, MAYMOVE);
	CHECK(moved != MAP_FAILED && marked(moved, 4));
	CHECK(dies(read_target, moved + 4 * PAGE, SIGBUS));
	moved[3 * PAGE] = 's';
	xpread(fd, &moved[2 * PAGE], 1, 3 * PAGE);
	CHECK(moved[2 * PAGE] == 's');
}

/* Shared with a child before the move, and still after it. */
static void remap_shared(void)
{
	char *m = map(4 * PAGE, MAP_SHARED), *moved;

	mark(m, 4);
	moved = mremap(m + PAGE, 2 * PAGE, 2 * PAGE, TO, hole(2));
	CHECK(moved != MAP_FAILED && moved[0] == 2 && moved[PAGE] == 3);
	target = moved;
	CHECK(ut_status_of(touch_target) == 0 && moved[0] == 7);
}

/* A page that fork shares is copied by the first who writes, moved or not. */
static void remap_then_write(void)
{
	target = mremap((char *)target, PAGE, 2 * PAGE, TO, hole(2));
	CHECK(target != MAP_FAILED && *target == 1);
	*target = 2;
}

static void remap_fork(void)
{
	char *m = map(PAGE, MAP_PRIVATE);

	mark(m, 1);
	target = m;
	CHECK(ut_status_of(remap_then_write) == 0);
	CHECK(m[0] == 1);
}

/* --- mincore ------------------------------------------------------- */

/* => the pages that are there, page 0 in bit 0 */
static unsigned present(char *m, size_t n)
{
	unsigned char vec[32];
	unsigned bits = 0;

	CHECK(mincore(m, n * PAGE, vec) == 0);
	for (size_t i = 0; i < n; i++)
		bits |= (vec[i] & 1u) << i;
	return bits;
}

static void incore(void)
{
	char *m = map(5 * PAGE, MAP_PRIVATE);
	char *shared = map(3 * PAGE, MAP_SHARED);
	unsigned char vec[4];
	int fd = marked_file();

	m[PAGE] = m[3 * PAGE] = 1;
	CHECK(present(m, 5) == 0xa);
	shared[2 * PAGE] = 1;
	CHECK(present(shared, 3) == 4);
	CHECK(present(map_file(fd, 4, MAP_PRIVATE), 4) == 0xf);
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
	char *m = map(4 * PAGE, MAP_PRIVATE);
	int fd = marked_file();

	mark(m, 4);
	CHECK(madvise(m + PAGE, PAGE + 1, MADV_DONTNEED) == 0);
	CHECK(m[0] == 1 && m[3 * PAGE] == 4 && zero(m + PAGE, 2 * PAGE));
	m[PAGE] = 'x';
	m = map_file(fd, 4, MAP_PRIVATE);
	m[PAGE] = 'p';
	CHECK(madvise(m, 4 * PAGE, MADV_DONTNEED) == 0);
	CHECK(marked(m, 4));
	m[PAGE] = 'q';
	CHECK(m[PAGE] == 'q');
}

static void dont_need_shared(void)
{
	char *m = map(4 * PAGE, MAP_SHARED);
	int fd = marked_file();

	mark(m, 4);
	CHECK(madvise(m, 4 * PAGE, MADV_DONTNEED) == 0);
	CHECK(marked(m, 4));
	m = map_file(fd, 4, MAP_SHARED);
	m[PAGE + 1] = 's';
	CHECK(madvise(m, 4 * PAGE, MADV_DONTNEED) == 0);
	CHECK(m[PAGE] == 2 && m[PAGE + 1] == 's');
}

/* A page shared by fork is dropped here and stays there. */
static void drop_target(void)
{
	CHECK(madvise((char *)target, PAGE, MADV_DONTNEED) == 0);
	CHECK(*target == 0);
}

static void dont_need_fork(void)
{
	char *m = map(PAGE, MAP_PRIVATE);

	m[0] = 1;
	target = m;
	CHECK(ut_status_of(drop_target) == 0 && m[0] == 1);
}

/* What is mapped is done, the hole is told. */
static void advise_hole(void)
{
	char *m = map(5 * PAGE, MAP_PRIVATE);

	mark(m, 5);
	CHECK(munmap(m + PAGE, 2 * PAGE) == 0);
	FAILS(ENOMEM, madvise(m, 4 * PAGE, MADV_DONTNEED));
	CHECK(m[0] == 0 && m[3 * PAGE] == 0 && m[4 * PAGE] == 5);
	FAILS(ENOMEM, madvise(m + PAGE, PAGE, MADV_DONTNEED));
}

static void advise_errors(void)
{
	char *m = map(4 * PAGE, MAP_PRIVATE);
	int fd = marked_file();

	for (int advice = MADV_NORMAL; advice <= MADV_DONTNEED; advice++)
		CHECK(madvise(m, 4 * PAGE, advice) == 0);
	CHECK(madvise(m, 0, MADV_DONTNEED) == 0);
	FAILS(EINVAL, madvise(m + 1, PAGE, MADV_NORMAL));
	FAILS(EINVAL, madvise(m, PAGE, 9999));
	FAILS(EINVAL, madvise(m, PAGE, -1));
	FAILS(EINVAL, madvise(m, -PAGE, MADV_DONTNEED));
	FAILS(EINVAL, madvise(map_file(fd, 4, MAP_PRIVATE), PAGE, MADV_FREE));
	CHECK(madvise(m, 4 * PAGE, MADV_FREE) == 0);
	mark(m, 4);
	CHECK(marked(m, 4));
}

/* Without a touch the pages come; what is behind the file is no error. */
static void will_need(void)
{
	int fd = xopen("f", O_RDWR | O_CREAT | O_TRUNC, 0600);
	char *m;

	CHECK(ftruncate(fd, 4 * PAGE) == 0);	/* nothing is cached yet */
	m = map_file(fd, 8, MAP_SHARED);
	CHECK(present(m, 8) == 0);
	CHECK(madvise(m, 8 * PAGE, MADV_WILLNEED) == 0);
	for (int i = 0; i < 200 && present(m, 4) != 0xf; i++)
		sleep_ms(10);
	CHECK(present(m, 8) == 0xf && zero(m, 4 * PAGE));
}

/* --- msync --------------------------------------------------------- */

static void sync_part(void)
{
	int fd = marked_file();
	char *m = map_file(fd, 4, MAP_SHARED);

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

/* --- mlock --------------------------------------------------------- */

static void set_limit(size_t bytes)
{
	struct rlimit limit = { bytes, bytes };

	CHECK(setrlimit(RLIMIT_MEMLOCK, &limit) == 0);
}

/* Locked pages are there at once, in a private mapping as one's own. */
static void lock_present(void)
{
	char *m = map(4 * PAGE, MAP_PRIVATE);
	int fd = marked_file();

	CHECK(mlock(m + PAGE + 5, PAGE) == 0);
	CHECK(present(m, 4) == 6 && zero(m, 4 * PAGE));
	FAILS(EINVAL, madvise(m + PAGE, PAGE, MADV_DONTNEED));
	CHECK(munlock(m, 4 * PAGE) == 0);
	CHECK(madvise(m, 4 * PAGE, MADV_DONTNEED) == 0);
	m = map_file(fd, 4, MAP_PRIVATE);
	CHECK(mlock(m, 4 * PAGE) == 0 && marked(m, 4));
	m[PAGE] = 'p';
	CHECK(munlock(m, PAGE) == 0 && m[PAGE] == 'p');
	m = map_file(fd, 4, MAP_SHARED);
	CHECK(mlock(m, 4 * PAGE) == 0);
	FAILS(EBUSY, msync(m, PAGE, MS_INVALIDATE | MS_ASYNC));
	CHECK(mlock(m, 0) == 0);
}

static void lock_errors(void)
{
	char *m = map(4 * PAGE, MAP_PRIVATE);

	CHECK(munmap(m + 2 * PAGE, PAGE) == 0);
	FAILS(ENOMEM, mlock(m, 4 * PAGE));
	FAILS(ENOMEM, munlock(m, 4 * PAGE));
	FAILS(EINVAL, mlockall(0));
	FAILS(EINVAL, mlockall(64));
	m = map_file(marked_file(), 8, MAP_SHARED);
	FAILS(ENOMEM, mlock(m, 8 * PAGE));
	CHECK(munlockall() == 0);
}

/* mlockall: what there is, and what comes; a child has no locks. */
static void child_unlocked(void)
{
	CHECK(madvise((char *)target, PAGE, MADV_DONTNEED) == 0);
	CHECK(present(map(PAGE, MAP_PRIVATE), 1) == 0);
}

static void lock_all(void)
{
	char *m = map(2 * PAGE, MAP_PRIVATE);

	CHECK(mlockall(MCL_FUTURE) == 0);
	CHECK(present(m, 2) == 0);
	m = map(3 * PAGE, MAP_PRIVATE);
	CHECK(present(m, 3) == 7);
	m = mremap(m, 3 * PAGE, 9 * PAGE, MAYMOVE);
	CHECK(m != MAP_FAILED && present(m, 9) == 0x1ff);
	CHECK(mprotect(m, PAGE, PROT_READ) == 0);
	FAILS(EINVAL, madvise(m, PAGE, MADV_DONTNEED));
	target = m;
	CHECK(ut_status_of(child_unlocked) == 0);
	CHECK(munlockall() == 0);
	CHECK(present(map(2 * PAGE, MAP_PRIVATE), 2) == 0);
	CHECK(madvise(m, PAGE, MADV_DONTNEED) == 0);
}

static void as_user(void)
{
	char *m = map(8 * PAGE, MAP_PRIVATE);

	set_limit(3 * PAGE);
	CHECK(setgid(65534) == 0 && setuid(65534) == 0);
	CHECK(mlock(m, 3 * PAGE) == 0);
	FAILS(ENOMEM, mlock(m + 4 * PAGE, PAGE));
	FAILS(ENOMEM, mlockall(MCL_CURRENT));
	CHECK(munlock(m, PAGE) == 0 && mlock(m + 4 * PAGE, PAGE) == 0);
	CHECK(munlockall() == 0 && mlockall(MCL_FUTURE) == 0);
	FAILS(EAGAIN, mmap(NULL, 4 * PAGE, RW, ANON, -1, 0));
	CHECK(mmap(NULL, PAGE, RW, ANON, -1, 0) != MAP_FAILED);
	CHECK(munlockall() == 0);
	set_limit(0);
	FAILS(EPERM, mlock(m, PAGE));
	FAILS(EPERM, mlockall(MCL_CURRENT));
}

static void lock_limit(void)
{
	if (geteuid() != 0)
		ut_skip("only root can try to be somebody else");
	CHECK(ut_status_of(as_user) == 0);
}

/* As much as the machine has. */
static void fill_memory(void)
{
	unsigned long kb;
	char *m;

	CHECK(proc_value("/proc/meminfo", "MemTotal", &kb) == 0);
	m = map(kb * KB, MAP_PRIVATE);
	for (size_t i = 0; i < kb * KB; i += PAGE)
		m[i] = 1;
}

/* What is locked stays when everything else goes; in Launder with swap. */
static void lock_holds(void)
{
	char *loose = map(24 * PAGE, MAP_PRIVATE), *m;
	unsigned long total, swap;

	if (access("/proc/sys/vm/scanner", F_OK) < 0 ||
	    proc_value("/proc/meminfo", "MemTotal", &total) < 0 ||
	    proc_value("/proc/meminfo", "SwapFree", &swap) < 0 ||
	    swap < total)
		ut_skip("no swap is on");
	m = map(24 * PAGE, MAP_PRIVATE);
	mark(loose, 24);
	mark(m, 24);
	CHECK(mlock(m, 24 * PAGE) == 0);
	CHECK(ut_status_of(fill_memory) == 0);
	CHECK(present(m, 24) == 0xffffff && present(loose, 24) != 0xffffff);
	CHECK(madvise(loose, 24 * PAGE, MADV_WILLNEED) == 0);
	for (int i = 0; i < 200 && present(loose, 24) != 0xffffff; i++)
		sleep_ms(10);
	CHECK(present(loose, 24) == 0xffffff);
	CHECK(marked(m, 24) && marked(loose, 24));
}

static char *third;
static size_t third_pages;

static void lock_second_third(void)
{
	FAILS(ENOMEM, mlock(third, third_pages * PAGE));
	CHECK(munmap(third, third_pages * PAGE) == 0);
	third = map(PAGE, MAP_PRIVATE);
	CHECK(mlock(third, PAGE) == 0);
}

/* Half of memory is for all who lock, in Linux for each. */
static void lock_together(void)
{
	unsigned long kb;

	if (access("/proc/sys/vm/scanner", F_OK) < 0 ||
	    proc_value("/proc/meminfo", "MemTotal", &kb) < 0)
		ut_skip("Linux lets each process lock half of memory");
	third_pages = kb / (PAGE / KB) / 3;
	third = map(third_pages * PAGE, MAP_PRIVATE);
	CHECK(mlock(third, third_pages * PAGE) == 0);
	CHECK(ut_status_of(lock_second_third) == 0);
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
	{ "lock_present", lock_present },
	{ "lock_errors", lock_errors },
	{ "lock_all", lock_all },
	{ "lock_limit", lock_limit },
	{ "lock_together", lock_together },
	{ "lock_holds", lock_holds },
};

UT_GROUP(ut_vm, tests);
