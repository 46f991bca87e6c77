/*
 * user/tests/ut_lock.c - tests: what stays when memory is short (mlock,
 * munlock, mlockall, munlockall), and what goes
 */
#include "ut_pages.h"

#include <stdbool.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define RW	(PROT_READ | PROT_WRITE)
#define ANON	(MAP_PRIVATE | MAP_ANONYMOUS)

static void set_limit(size_t bytes)
{
	struct rlimit limit = { bytes, bytes };

	CHECK(setrlimit(RLIMIT_MEMLOCK, &limit) == 0);
}

/* Locked pages are there at once, in a private mapping as one's own. */
static void lock_present(void)
{
	char *m = ut_map(4 * PAGE, MAP_PRIVATE);
	int fd = ut_marked_file();

	CHECK(mlock(m + PAGE + 5, PAGE) == 0);
	CHECK(ut_present(m, 4) == 6 && ut_zero(m, 4 * PAGE));
	FAILS(EINVAL, madvise(m + PAGE, PAGE, MADV_DONTNEED));
	CHECK(munlock(m, 4 * PAGE) == 0);
	CHECK(madvise(m, 4 * PAGE, MADV_DONTNEED) == 0);
	m = ut_map_file(fd, 4, MAP_PRIVATE);
	CHECK(mlock(m, 4 * PAGE) == 0 && ut_marked(m, 4));
	m[PAGE] = 'p';
	CHECK(munlock(m, PAGE) == 0 && m[PAGE] == 'p');
	m = ut_map_file(fd, 4, MAP_SHARED);
	CHECK(mlock(m, 4 * PAGE) == 0);
	FAILS(EBUSY, msync(m, PAGE, MS_INVALIDATE | MS_ASYNC));
	CHECK(mlock(m, 0) == 0);
}

static void lock_errors(void)
{
	char *m = ut_map(4 * PAGE, MAP_PRIVATE);

	CHECK(munmap(m + 2 * PAGE, PAGE) == 0);
	FAILS(ENOMEM, mlock(m, 4 * PAGE));
	FAILS(ENOMEM, munlock(m, 4 * PAGE));
	FAILS(EINVAL, mlockall(0));
	FAILS(EINVAL, mlockall(64));
	m = ut_map_file(ut_marked_file(), 8, MAP_SHARED);
	FAILS(ENOMEM, mlock(m, 8 * PAGE));
	CHECK(munlockall() == 0);
}

/* mlockall: what there is, and what comes; a child has no locks. */
static void child_unlocked(void)
{
	CHECK(madvise((char *)ut_target, PAGE, MADV_DONTNEED) == 0);
	CHECK(ut_present(ut_map(PAGE, MAP_PRIVATE), 1) == 0);
}

static void lock_all(void)
{
	char *m = ut_map(2 * PAGE, MAP_PRIVATE);

	CHECK(mlockall(MCL_FUTURE) == 0);
	CHECK(ut_present(m, 2) == 0);
	m = ut_map(3 * PAGE, MAP_PRIVATE);
	CHECK(ut_present(m, 3) == 7);
	m = mremap(m, 3 * PAGE, 9 * PAGE, MREMAP_MAYMOVE);
	CHECK(m != MAP_FAILED && ut_present(m, 9) == 0x1ff);
	CHECK(mprotect(m, PAGE, PROT_READ) == 0);
	FAILS(EINVAL, madvise(m, PAGE, MADV_DONTNEED));
	ut_target = m;
	CHECK(ut_status_of(child_unlocked) == 0);
	CHECK(munlockall() == 0);
	CHECK(ut_present(ut_map(2 * PAGE, MAP_PRIVATE), 2) == 0);
	CHECK(madvise(m, PAGE, MADV_DONTNEED) == 0);
}

static void as_user(void)
{
	char *m = ut_map(8 * PAGE, MAP_PRIVATE);

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
		ut_skip("only root can try to be another user");
	CHECK(ut_status_of(as_user) == 0);
}

/* As much as the machine has. */
static void fill_memory(void)
{
	unsigned long kb;
	char *m;

	CHECK(proc_value("/proc/meminfo", "MemTotal", &kb) == 0);
	m = ut_map(kb * KB, MAP_PRIVATE);
	for (size_t i = 0; i < kb * KB; i += PAGE)
		m[i] = 1;
}

static void need_swap(void)
{
	unsigned long total, swap;

	if (access("/proc/sys/vm/scanner", F_OK) < 0 ||
	    proc_value("/proc/meminfo", "MemTotal", &total) < 0 ||
	    proc_value("/proc/meminfo", "SwapFree", &swap) < 0 ||
	    swap < total)
		ut_skip("no swap is on");
}

/* What is locked stays when everything else goes; in Launder with swap. */
static void lock_holds(void)
{
	char *loose = ut_map(24 * PAGE, MAP_PRIVATE), *m;

	need_swap();
	m = ut_map(24 * PAGE, MAP_PRIVATE);
	ut_mark(loose, 24);
	ut_mark(m, 24);
	CHECK(mlock(m, 24 * PAGE) == 0);
	CHECK(ut_status_of(fill_memory) == 0);
	CHECK(ut_present(m, 24) == 0xffffff);
	CHECK(ut_present(loose, 24) != 0xffffff);
	CHECK(madvise(loose, 24 * PAGE, MADV_WILLNEED) == 0);
	for (int i = 0; i < 1000 && ut_present(loose, 24) != 0xffffff; i++)
		sleep_ms(10);
	CHECK(ut_present(loose, 24) == 0xffffff);
	CHECK(ut_marked(m, 24) && ut_marked(loose, 24));
}

extern char __executable_start[], etext[];

/* The program's own text, a byte a page. => their sum */
static unsigned long read_text(void)
{
	unsigned long at, sum = 0;

	for (at = (unsigned long)__executable_start; at < (unsigned long)etext;
	     at += PAGE)
		sum += *(volatile unsigned char *)at;
	return sum;
}

static long major_faults(void)
{
	struct rusage u;

	CHECK(getrusage(RUSAGE_SELF, &u) == 0);
	return u.ru_majflt;
}

/* => no page of the text has left memory */
static bool text_is_present(void)
{
	size_t pages = (etext - __executable_start + PAGE - 1) / PAGE;
	unsigned char present[256];

	CHECK(pages <= sizeof(present));
	CHECK(mincore(__executable_start, pages * PAGE, present) == 0);
	while (pages && present[pages - 1] & 1)
		pages--;
	return !pages;
}

/* Text is clean: it is dropped, and read again from the file.  How old its
 * pages are, and so how much memory must be filled for that, differs. */
static void text_comes_back(void)
{
	unsigned long sum;
	long before;

	need_swap();
	sum = read_text();
	before = major_faults();
	CHECK(read_text() == sum && major_faults() == before);
	for (int i = 0; i < 20 && text_is_present(); i++)
		CHECK(ut_status_of(fill_memory) == 0);
	CHECK(read_text() == sum && major_faults() > before);
}

static char *third;
static size_t third_pages;

static void lock_second_third(void)
{
	FAILS(ENOMEM, mlock(third, third_pages * PAGE));
	CHECK(munmap(third, third_pages * PAGE) == 0);
	third = ut_map(PAGE, MAP_PRIVATE);
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
	third = ut_map(third_pages * PAGE, MAP_PRIVATE);
	CHECK(mlock(third, third_pages * PAGE) == 0);
	CHECK(ut_status_of(lock_second_third) == 0);
}

static const struct ut_test tests[] = {
	{ "present", lock_present },
	{ "errors", lock_errors },
	{ "all", lock_all },
	{ "limit", lock_limit },
	{ "together", lock_together },
	{ "holds", lock_holds },
	{ "text_comes_back", text_comes_back },
};

UT_GROUP(ut_lock, tests);
