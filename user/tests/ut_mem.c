/*
 * user/tests/ut_mem.c - tests: brk, mmap, munmap, mprotect, the stack
 *
 * Mapping files is optional in a kernel: those tests are skipped where mmap
 * refuses it with ENODEV or ENOSYS.
 */
#include "ut.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define RW	(PROT_READ | PROT_WRITE)
#define ANON	(MAP_PRIVATE | MAP_ANONYMOUS)

static volatile char *target;

static char *map(size_t len)
{
	char *m = mmap(NULL, len, RW, ANON, -1, 0);

	CHECK(m != MAP_FAILED);
	return m;
}

static void touch_target(void)
{
	*target = 1;
}

static void read_target(void)
{
	(void)*target;
}

/* => whether the access is punished with that signal */
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

/* --- brk ----------------------------------------------------------- */

static char *set_brk(char *to)
{
	return (char *)syscall(SYS_brk, to);
}

static void brk_grows(void)
{
	char *old = set_brk(NULL), *end = old + 100 * KB + 7;

	CHECK(set_brk(end) == end);
	CHECK(all_zero(old, end - old));
	memset(old, 'x', end - old);
	CHECK(set_brk(old) == old);
	CHECK(set_brk(end) == end);
	CHECK(all_zero((char *)(((uintptr_t)old + PAGE - 1) & -PAGE), 64 * KB));
	CHECK(set_brk(old) == old);
}

static void brk_shrinks(void)
{
	char *old = set_brk(NULL), *end = old + 64 * KB;

	CHECK(set_brk(end) == end);
	old[40 * KB] = 1;
	CHECK(set_brk(old) == old);
	CHECK(dies(touch_target, old + 40 * KB, SIGSEGV));
}

static void brk_refused(void)
{
	char *old = set_brk(NULL);

	CHECK(set_brk((char *)0xfffff000) == old);
	CHECK(set_brk((char *)0x1000) == old);
}

/* --- anonymous mappings -------------------------------------------- */

static void mmap_zero(void)
{
	char *m = map(64 * KB);

	CHECK(all_zero(m, 64 * KB));
	memset(m, 1, 64 * KB);
	CHECK(munmap(m, 64 * KB) == 0);
	CHECK(all_zero(map(64 * KB), 64 * KB));
}

static void mmap_unmapped_dies(void)
{
	char *m = map(4 * PAGE);

	m[0] = m[PAGE] = m[2 * PAGE] = m[3 * PAGE] = 1;
	CHECK(munmap(m + PAGE, 2 * PAGE) == 0);
	CHECK(m[0] == 1 && m[3 * PAGE] == 1);
	CHECK(dies(read_target, m + PAGE, SIGSEGV));
	CHECK(dies(touch_target, m + 2 * PAGE, SIGSEGV));
	CHECK(munmap(m, 4 * PAGE) == 0);
	CHECK(munmap(m, 4 * PAGE) == 0);
	CHECK(dies(touch_target, m + 3 * PAGE, SIGSEGV));
}

static void mmap_fixed(void)
{
	char *m = map(4 * PAGE);

	memset(m, 'x', 4 * PAGE);
	CHECK(mmap(m + PAGE, PAGE, RW, ANON | MAP_FIXED, -1, 0) == m + PAGE);
	CHECK(all_zero(m + PAGE, PAGE));
	CHECK(m[PAGE - 1] == 'x' && m[2 * PAGE] == 'x');
}

static void mmap_errors(void)
{
	char *m = map(PAGE);

	FAILS(EINVAL, mmap(NULL, 0, RW, ANON, -1, 0));
	FAILS(EINVAL, mmap(NULL, PAGE, RW, MAP_ANONYMOUS, -1, 0));
	FAILS(EINVAL, mmap(m + 1, PAGE, RW, ANON | MAP_FIXED, -1, 0));
	FAILS(EBADF, mmap(NULL, PAGE, RW, MAP_PRIVATE, 99, 0));
	FAILS(ENOMEM, mmap(NULL, 0xf0000000, RW, ANON, -1, 0));
	FAILS(EINVAL, munmap(m + 1, PAGE));
	FAILS(EINVAL, munmap(m, 0));
}

/* RLIMIT_AS, for mmap and brk: a smaller mapping still fits, and what was given
 * back may be taken again. */
static void address_space_limit(void)
{
	struct rlimit r = { 8 << 20, 8 << 20 };
	char *brk = set_brk(NULL), *m;

	CHECK(setrlimit(RLIMIT_AS, &r) == 0);
	FAILS(ENOMEM, mmap(NULL, 8 << 20, RW, ANON, -1, 0));
	CHECK(set_brk(brk + (8 << 20)) == brk);
	m = map(4 << 20);
	FAILS(ENOMEM, mmap(NULL, 4 << 20, RW, ANON, -1, 0));
	CHECK(munmap(m, 4 << 20) == 0);
	m = map(4 << 20);
	m[0] = m[(4 << 20) - 1] = 1;
	while (mmap(NULL, 16 * KB, RW, ANON, -1, 0) != MAP_FAILED)
		;
	CHECK(errno == ENOMEM);
}

static void mmap_sparse(void)
{
	enum { SIZE = 8 << 20 };
	char *m = map(SIZE);

	for (size_t i = 0; i < SIZE; i += SIZE / 16)
		m[i] = i / (SIZE / 16) + 1;
	for (size_t i = 0; i < SIZE; i += SIZE / 16)
		CHECK(m[i] == (char)(i / (SIZE / 16) + 1));
	CHECK(munmap(m, SIZE) == 0);
}

/* A mapping that is given back must be free again: no frame may leak. */
static void mmap_again_and_again(void)
{
	for (int i = 0; i < 200; i++) {
		char *m = map(64 * PAGE);

		for (size_t p = 0; p < 64; p++)
			m[p * PAGE] = i;
		CHECK(munmap(m, 64 * PAGE) == 0);
	}
}

static void mmap_many(void)
{
	char *m[64];

	for (int i = 0; i < 64; i++) {
		m[i] = mmap(NULL, PAGE, i % 2 ? RW : PROT_READ, ANON, -1, 0);
		CHECK(m[i] != MAP_FAILED);
	}
	for (int i = 1; i < 64; i += 2)
		m[i][0] = i;
	for (int i = 0; i < 64; i++)
		CHECK(m[i][0] == (i % 2 ? i : 0) && !munmap(m[i], PAGE));
}

static void mmap_fork(void)
{
	char *m = map(PAGE);

	m[0] = 'a';
	target = m;
	CHECK(ut_status_of(touch_target) == 0);
	CHECK(m[0] == 'a');
}

static void mprotect_works(void)
{
	char *m = map(3 * PAGE);

	m[PAGE] = 5;
	CHECK(mprotect(m + PAGE, PAGE, PROT_READ) == 0);
	CHECK(m[PAGE] == 5);
	CHECK(dies(touch_target, m + PAGE, SIGSEGV));
	m[0] = m[2 * PAGE] = 1;
	CHECK(mprotect(m + PAGE, PAGE, RW) == 0);
	m[PAGE] = 6;
	CHECK(mprotect(m, PAGE, PROT_NONE) == 0);
	CHECK(dies(read_target, m, SIGSEGV));
	FAILS(EINVAL, syscall(SYS_mprotect, m + 1, PAGE, RW));
	CHECK(munmap(m, 3 * PAGE) == 0);
	FAILS(ENOMEM, mprotect(m, PAGE, RW));
}

/* The read system call must break copy-on-write as the processor does. */
static void cow_by_kernel(void)
{
	char *m = map(PAGE);
	int fd;
	pid_t pid;

	ut_put("f", "new");
	m[0] = 'o';
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		fd = xopen("f", O_RDONLY, 0);
		CHECK(read(fd, m, 3) == 3 && m[0] == 'n');
		_exit(0);
	}
	CHECK(ut_wait(pid) == 0);
	CHECK(m[0] == 'o');
}

/* --- files --------------------------------------------------------- */

static char *map_file(const char *name, int open_flags, int prot, int flags)
{
	int fd = xopen(name, open_flags, 0);
	char *m = mmap(NULL, 2 * PAGE, prot, flags, fd, 0);

	if (m == MAP_FAILED && (errno == ENODEV || errno == ENOSYS))
		ut_skip("this kernel does not map files so");
	CHECK(m != MAP_FAILED);
	xclose(fd);
	return m;
}

static void file_private(void)
{
	char *m;

	ut_put("f", "hello");
	m = map_file("f", O_RDONLY, RW, MAP_PRIVATE);
	CHECK(memcmp(m, "hello", 5) == 0 && all_zero(m + 5, PAGE - 5));
	m[0] = 'j';
	CHECK(ut_has("f", "hello"));
	CHECK(dies(read_target, m + PAGE, SIGBUS));
}

static void file_shared(void)
{
	char *m;
	int fd;

	ut_put("f", "hello");
	m = map_file("f", O_RDWR, RW, MAP_SHARED);
	m[0] = 'j';
	CHECK(ut_has("f", "jello"));
	fd = xopen("f", O_WRONLY, 0);
	xpwrite(fd, "y", 1, 4);
	CHECK(m[4] == 'y');
	CHECK(munmap(m, 2 * PAGE) == 0);
	xfsync(fd);
	CHECK(ut_has("f", "jelly"));
}

/* Only the page table knows of the store, until munmap. */
static void file_shared_reaches_disk(void)
{
	char *m;

	ut_put("f", "hello");
	sync();
	m = map_file("f", O_RDWR, RW, MAP_SHARED);
	m[0] = 'j';
	CHECK(munmap(m, 2 * PAGE) == 0);
	CHECK(drop_caches() == 0);
	CHECK(ut_has("f", "jello"));
}

static void file_access(void)
{
	int fd;

	ut_put("f", "hello");
	map_file("f", O_RDONLY, PROT_READ, MAP_PRIVATE);
	fd = xopen("f", O_WRONLY, 0);
	FAILS(EACCES, mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 0));
	xclose(fd);
	fd = xopen("f", O_RDONLY, 0);
	FAILS(EACCES, mmap(NULL, PAGE, RW, MAP_SHARED, fd, 0));
}

/* The file's mode decides what a mapping may become, not its first rights. */
static void file_protect(void)
{
	char *m;
	int fd;

	ut_put("f", "hello");
	fd = xopen("f", O_RDWR, 0);
	m = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);
	CHECK(m != MAP_FAILED && mprotect(m, PAGE, RW) == 0);
	m[0] = 'j';
	CHECK(ut_has("f", "jello"));
	xclose(fd);
	fd = xopen("f", O_RDONLY, 0);
	m = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);
	CHECK(m != MAP_FAILED);
	FAILS(EACCES, mprotect(m, PAGE, RW));
	m = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 0);
	CHECK(m != MAP_FAILED && mprotect(m, PAGE, RW) == 0);
	m[0] = 'x';
	CHECK(ut_has("f", "jello"));
}

/* --- other memory -------------------------------------------------- */

static int use_stack(int depth)
{
	volatile char frame[16 * KB];

	frame[0] = depth;
	frame[sizeof(frame) - 1] = 1;
	return depth ? use_stack(depth - 1) + frame[0] - depth : frame[0];
}

static void stack_grows(void)
{
	CHECK(use_stack(64) == 0);
}

static char bss[256 * KB];

static void bss_zero(void)
{
	CHECK(all_zero(bss, sizeof(bss)));
	memset(bss, 1, sizeof(bss));
}

static void malloc_mix(void)
{
	enum { N = 200 };
	static char *p[N];
	static size_t len[N];
	struct rng r;

	rng_seed(&r, 7);
	for (int i = 0; i < 2000; i++) {
		uint32_t k = rng_below(&r, N);

		CHECK(!p[k] || pattern_check(p[k], len[k], k) < 0);
		free(p[k]);
		len[k] = rng_below(&r, 8000) + 1;
		p[k] = malloc(len[k]);
		CHECK(p[k] != NULL);
		pattern_fill(p[k], len[k], k);
	}
}

/* --- /dev/zero ----------------------------------------------------- */

static char *map_zero(int open_flags, int prot, int flags)
{
	int fd = xopen("/dev/zero", open_flags, 0);
	char *m = mmap(NULL, 2 * PAGE, prot, flags, fd, 0);

	xclose(fd);
	return m;
}

static char *zero_seen;

static void change_zero(void)
{
	zero_seen[0] = 'x';
	zero_seen[PAGE + 1] = 'y';
}

/* Its mappings are zeroed memory; shared ones are seen by children. */
static void zero_device(void)
{
	char *m = map_zero(O_RDONLY, PROT_READ | PROT_WRITE, MAP_PRIVATE);

	CHECK(m != MAP_FAILED && m[0] == 0 && m[2 * PAGE - 1] == 0);
	zero_seen = m;
	CHECK(ut_status_of(change_zero) == 0 && m[0] == 0);
	m = map_zero(O_RDONLY, PROT_READ, MAP_SHARED);
	CHECK(m != MAP_FAILED && m[0] == 0 && m[2 * PAGE - 1] == 0);
	FAILS(EACCES, mprotect(m, PAGE, PROT_READ | PROT_WRITE));
	m = zero_seen = map_zero(O_RDWR, PROT_READ | PROT_WRITE, MAP_SHARED);
	CHECK(m != MAP_FAILED && ut_status_of(change_zero) == 0);
	CHECK(m[0] == 'x' && m[PAGE + 1] == 'y');
	m = map_zero(O_RDWR, PROT_READ, MAP_SHARED);
	CHECK(m != MAP_FAILED && m[0] == 0);
	CHECK(mprotect(m, PAGE, PROT_READ | PROT_WRITE) == 0 && !(m[1] = 0));
}

static void zero_errors(void)
{
	static const char *const others[] = { "/dev/null", "/dev/full",
					      "/dev/urandom", "/proc", "." };
	size_t i;

	FAILS(EACCES, map_zero(O_WRONLY, PROT_READ, MAP_PRIVATE));
	FAILS(EACCES, map_zero(O_RDONLY, PROT_WRITE, MAP_SHARED));
	for (i = 0; i < ARRAY_SIZE(others); i++) {
		int fd = xopen(others[i], O_RDONLY, 0);

		FAILS(ENODEV, mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0));
		FAILS(ENODEV, mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 0));
	}
}

static const struct ut_test tests[] = {
	{ "zero_device", zero_device },
	{ "zero_errors", zero_errors },
	{ "brk_grows", brk_grows },
	{ "brk_shrinks", brk_shrinks },
	{ "brk_refused", brk_refused },
	{ "mmap_zero", mmap_zero },
	{ "mmap_unmapped_dies", mmap_unmapped_dies },
	{ "mmap_fixed", mmap_fixed },
	{ "mmap_errors", mmap_errors },
	{ "address_space_limit", address_space_limit },
	{ "mmap_sparse", mmap_sparse },
	{ "mmap_again_and_again", mmap_again_and_again },
	{ "mmap_many", mmap_many },
	{ "mmap_fork", mmap_fork },
	{ "mprotect", mprotect_works },
	{ "cow_by_kernel", cow_by_kernel },
	{ "file_private", file_private },
	{ "file_shared", file_shared },
	{ "file_shared_reaches_disk", file_shared_reaches_disk },
	{ "file_access", file_access },
	{ "file_protect", file_protect },
	{ "stack_grows", stack_grows },
	{ "bss_zero", bss_zero },
	{ "malloc_mix", malloc_mix },
};

UT_GROUP(ut_mem, tests);
