/*
 * user/tests/fuzz_call.c - random system calls with arguments chosen by their
 * kind
 *
 * Most arguments are good, so that calls get far; the rest are numbers that
 * have been trouble somewhere: limits, sign bits, addresses at the end of a
 * page.  What is pointed to is good, good with a word changed, or random.  A
 * timer interrupts calls that wait.
 *
 * Left alone, since they end a run by design: reboot; and, as root, signals
 * and limits for processes outside the run.
 */
#include "call_pages.h"
#include "fuzz.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#define ARENA		0x60000000ul	/* where pointers lead */
#define ARENA_PAGES	8u		/* then one read-only, then nothing */
#define PLAY		0x68000000ul	/* pages to unmap and protect */
#define PLAY_PAGES	32u
#define BULK		0x70000000ul	/* memory to use up */
#define BULK_PAGES	256u
#define TIMER_US	20000
#define FORKED_CALLS	8		/* what a forked child still does */

static struct rng rng;
static int is_root;
static uint32_t last_mapped;	/* what mmap gave last */

static int one_in(uint32_t n)
{
	return rng_below(&rng, n) == 0;
}

/* ---- numbers ------------------------------------------------------------- */

static const uint32_t odd_numbers[] = {
	0, 1, 2, 3, 4, 7, 8, 16, 31, 32, 63, 64, 65, 127, 255, 256, 511, 512,
	1023, 1024, 4095, 4096, 4097, 8192, 0x7fff, 0x8000, 0xffff, 0x10000,
	0xfffff, 0x100000, 0x1000000, 0x3fffffff, 0x40000000, 0x7ffff000,
	0x7fffffff, 0x80000000, 0x80000001, 0xbfffffff, 0xbffff000,
	0xc0000000, 0xc0000001, 0xc0100000, 0xf0000000, 0xfffff000,
	0xfffff001, 0xfffffff0, 0xfffffffe, 0xffffffff, (uint32_t)-100,
};

static uint32_t arena_address(void)
{
	uint32_t page = rng_below(&rng, ARENA_PAGES + 2);

	if (last_mapped && one_in(6))	/* a file's pages, then nothing */
		return last_mapped + (rng_below(&rng, 2 * PAGE) & ~7u);
	if (one_in(4))			/* short of a page's end */
		return ARENA + page * PAGE + PAGE - rng_below(&rng, 70);
	return ARENA + page * PAGE + (rng_below(&rng, PAGE) & ~7u);
}

static uint32_t play_address(void)
{
	return PLAY + rng_below(&rng, PLAY_PAGES) * PAGE;
}

static uint32_t any_number(uint32_t good)
{
	switch (rng_below(&rng, 7)) {
	case 0:
		return good ^ 1u << rng_below(&rng, 32);
	case 1:
		return (good & ~0xffu) | rng_below(&rng, 256);
	case 2:
		return rng_next(&rng);
	case 3:
		return rng_below(&rng, 70);
	case 4:
		return one_in(2) ? arena_address() : play_address();
	default:
		return odd_numbers[rng_below(&rng, ARRAY_SIZE(odd_numbers))];
	}
}

/* ---- what pointers point to ---------------------------------------------- */

static const char *const names[] = {
	"f", "f", "d", "d", "l", "p", "new", "new", "other", "d/f", "d/new",
	".", "..", "", "/", "./f", "d/..", "f/f", "l/", "d/", "//d//.", "x",
	"d/d", "/bin/exit0", "/dev/null", "/dev/zero", "/dev/full",
	"/dev/random", "/dev/tty", "/proc/self", "/proc/self/maps",
	"/proc/self/stat", "/proc/1/status", "/proc/vmstat", "/proc/mounts",
	"/proc/trace", "/proc/sys/vm/scanner", "/dev/hda", "/dev/hdb", "proc",
	"ext2", "none", "/tmp", "/tmp/f",
};

static void put_path(char *to, const struct arg *arg)
{
	if (one_in(2)) {
		strcpy(to, arg->data);
		return;
	}
	if (!is_root && one_in(10)) {
		strcpy(to, FUZZ_SECRET);
		return;
	}
	if (one_in(40)) {		/* at, below or above a limit */
		memset(to, 'n', 250 + rng_below(&rng, 8));
		to[250 + rng_below(&rng, 8)] = 0;
		return;
	}
	strcpy(to, names[rng_below(&rng, ARRAY_SIZE(names))]);
}

/* The good bytes, some words of it changed; random ones without good ones. */
static void put_data(char *to, const struct arg *arg)
{
	uint32_t words = arg->size / 4, word;

	if (arg->data && !one_in(8))
		memcpy(to, arg->data, arg->size);
	else if (one_in(2))
		memset(to, 0, arg->size);
	while (words && one_in(2)) {
		word = any_number(0);
		memcpy(to + rng_below(&rng, words) * 4, &word, 4);
	}
}

/* A place of the arena for the argument, so that it fits. => its address */
static uint32_t arena_for(const struct arg *arg)
{
	uint32_t room = arg->kind == A_PATH ? 300 : arg->size;
	uint32_t at = ARENA + rng_below(&rng, ARENA_PAGES * PAGE - room);

	if (arg->kind != A_PATH && one_in(3))
		at = ARENA + ARENA_PAGES * PAGE - room;	/* its very end */
	if (arg->kind == A_PATH)
		put_path((char *)at, arg);
	else if (arg->kind == A_IN)
		put_data((char *)at, arg);
	return at;
}

static long good_argument(const struct arg *arg)
{
	switch (arg->kind) {
	case A_FD:
		return !one_in(4) ? arg->value :
			3 + (long)rng_below(&rng, WORLD_END + 8);
	case A_PATH:
	case A_IN:
	case A_OUT:
		if (arg->flags & ARG_NULL && one_in(3))
			return 0;
		return last_mapped && arg->kind != A_PATH && one_in(5) ?
			(long)last_mapped : (long)arena_for(arg);
	case A_ADDR:
		return play_address();
	case A_LEN:
		return one_in(2) ? arg->value : (long)rng_below(&rng, 0x8000);
	default:
		return arg->value;
	}
}

static long argument(const struct arg *arg)
{
	if (arg->kind == A_NONE)
		return one_in(8) ? any_number(0) : 0;
	if (one_in(arg->kind <= A_SIG ? 3 : 6))
		return any_number(arg->value);
	return good_argument(arg);
}

/* ---- calls --------------------------------------------------------------- */

static const struct call *choose(void)
{
	const struct call *call;

	for (;;) {
		call = &call_table[rng_below(&rng, call_count)];
		if (call->flags & CALL_NEVER)
			continue;
		if ((call->flags & CALL_ENDS) && !one_in(8))
			continue;
		if ((call->flags & CALL_WAITS) && !one_in(4))
			continue;
		if ((call->flags & CALL_LESS) && is_root && !one_in(16))
			continue;
		return call;
	}
}

/* Root could kill or starve the watching process, so its only target is itself.
 * Other users try their parent, all processes, any process or group. */
static void choose_target(const struct call *call, long a[6])
{
	const long targets[] = { -1, 1, getppid(), -getppid(), getpid() - 1,
				 getpid() - (long)rng_below(&rng, 20) };

	if (!(call->flags & CALL_TARGET))
		return;
	if (is_root)
		a[0] = getpid();
	else if (one_in(2))
		a[0] = targets[rng_below(&rng, ARRAY_SIZE(targets))];
	if (call->nr == SYS_tgkill)
		a[1] = a[0];
}

static long do_call(const struct call *call)
{
	long a[6], result;

	for (int i = 0; i < 6; i++)
		a[i] = argument(&call->arg[i]);
	choose_target(call, a);
	if (call->nr == SYS_sigreturn || call->nr == SYS_rt_sigreturn)
		return raw_call_on(call->nr, arena_address() & ~3u);
	if (call->nr == SYS_vfork || call->nr == SYS_clone)
		return raw_birth(call->nr, a);
	result = raw_call(call->nr, a);
	if ((call->nr == SYS_mmap || call->nr == SYS_mmap2) &&
	    (result & (PAGE - 1)) == 0)
		last_mapped = result;
	return result;
}

/* A periodic signal ends calls that wait. */
static void on_signal(int sig)
{
	(void)sig;
}

static void start_timer(void)
{
	struct itimerval often = { { 0, TIMER_US }, { 0, TIMER_US } };
	struct sigaction action = { .sa_handler = on_signal };

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
}

void fuzz_calls(uint32_t seed, unsigned long calls)
{
	rng_seed(&rng, seed);
	is_root = geteuid() == 0;
	start_timer();
	map_at(ARENA, ARENA_PAGES, PROT_READ | PROT_WRITE);
	map_at(ARENA + ARENA_PAGES * PAGE, 1, PROT_READ);
	map_at(PLAY, PLAY_PAGES, PROT_READ | PROT_WRITE);
	map_at(BULK, BULK_PAGES, PROT_READ | PROT_WRITE);
	for (unsigned long i = 0; i < 200; i++) {
		uint32_t word = one_in(2) ? any_number(0) : 0;

		memcpy((char *)ARENA + rng_below(&rng, ARENA_PAGES * PAGE / 4)
		       * 4, &word, 4);
	}
	while (calls--) {
		const struct call *call = choose();

		if (one_in(4))
			*(uint32_t *)(BULK + rng_below(&rng, BULK_PAGES) *
				      PAGE) = calls;
		if (do_call(call) != 0 || call->nr != SYS_fork)
			continue;
		start_timer();
		rng_seed(&rng, mix(seed, getpid(), calls));
		if (calls > FORKED_CALLS)
			calls = FORKED_CALLS;
	}
}
