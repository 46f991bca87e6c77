/*
 * user/workloads/hog.c - an array larger than memory, written and checked in
 * sweeps
 *
 * Each process has an array of its own.  A pass checks what the pass before
 * has written, page by page, and writes anew; a last sweep only reads.  With
 * children the array is also shared by fork: each child sees the parent's
 * first pass, then writes its own.
 *
 * Without children it may be a shared mapping of a file instead.  With them it
 * may be shared memory: then all work on one array, and in each pass a page is
 * checked and written by another process than before.
 *
 * With a time limit it is a measurement: for each size among the words the
 * array is filled, then its pages are visited for that long, and the major
 * faults are counted: what a working set of that size costs.
 *
 * The parent may kill its children in the middle, or switch swap off under
 * them; then it asks /proc whether every slot has come back.
 */
#include "common.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/swap.h>
#include <sys/wait.h>
#include <unistd.h>

#define SAMPLE	64		/* bytes at both ends of a page */
#define CLOCK_EVERY 16		/* pages between two looks at the clock */
#define MAX_CHILDREN 32

static unsigned long kb = 4096, passes = 2, seed = 1, children, kill_ms;
static unsigned long off_ms, window_ms;
static const char *device = "/dev/hdb", *file;
static int random_order, bad_disk, shared, segment;

static const struct opt opts[] = {
	{ "kb", OPT_NUM, &kb, "size of the array, in KB" },
	{ "passes", OPT_NUM, &passes, "sweeps that write" },
	{ "seed", OPT_NUM, &seed, "seed of the contents" },
	{ "children", OPT_NUM, &children, "processes that sweep; 0: this one" },
	{ "kill-ms", OPT_NUM, &kill_ms,
	  "kill the children after that; they sweep without end" },
	{ "swapoff-ms", OPT_NUM, &off_ms, "swapoff after that" },
	{ "device", OPT_STR, &device, "the swap area for that" },
	{ "ms", OPT_NUM, &window_ms,
	  "for each size (KB) behind the options: visit pages for that long" },
	{ "file", OPT_STR, &file, "the array is a shared mapping of it" },
	{ "shared", OPT_FLAG, &shared, "the children share the array" },
	{ "segment", OPT_FLAG, &segment, "share it in a System V segment" },
	{ "bad-disk", OPT_FLAG, &bad_disk,
	  "some child must die of SIGBUS, some must not" },
	{ "random", OPT_FLAG, &random_order,
	  "pages in a scattered order; with --ms drawn at random" },
};

static size_t pages;

/* A page's place in the sweep: each one once, as the step is odd. */
static size_t place(size_t i)
{
	size_t p = i * 7919 + 13;

	return random_order ? p % pages : i;
}

static void page_write(char *page, uint32_t key)
{
	pattern_fill(page, SAMPLE, key);
	pattern_fill(page + PAGE - SAMPLE, SAMPLE, key);
}

static void page_check(const char *page, size_t i, uint32_t key)
{
	if (pattern_check(page, SAMPLE, key) >= 0 ||
	    pattern_check(page + PAGE - SAMPLE, SAMPLE, key) >= 0)
		die("page %zu of %zu has wrong contents", i, pages);
}

/* Pass `pass` of process `who`; it finds what `before` left in pass - 1. */
static void sweep(char *array, uint32_t who, uint32_t before, uint32_t pass)
{
	for (size_t n = 0; n < pages; n++) {
		size_t i = place(n);
		char *page = array + i * PAGE;

		if (pass)
			page_check(page, i, mix(seed + before, i, pass - 1));
		if (pass < passes)
			page_write(page, mix(seed + who, i, pass));
	}
}

/* All children have ended the pass; no other process changes the counter. */
static void barrier(uint32_t *arrived, uint32_t pass)
{
	__atomic_add_fetch(arrived, 1, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(arrived, __ATOMIC_SEQ_CST) < children * pass)
		sleep_ms(1);
}

/* Behind the array is the barrier's page. */
static void work_shared(char *array, uint32_t who)
{
	for (uint32_t pass = 1; pass < passes; pass++) {
		for (size_t n = 0; n < pages; n++) {
			size_t i = place(n);
			char *page = array + i * PAGE;

			if ((i + pass) % children != who - 1)
				continue;
			page_check(page, i, mix(seed, i, pass - 1));
			page_write(page, mix(seed, i, pass));
		}
		barrier((uint32_t *)(array + pages * PAGE), pass);
	}
}

static void work(char *array, uint32_t who)
{
	if (kill_ms)
		passes = UINT32_MAX;
	if (shared) {
		work_shared(array, who);
		return;
	}
	sweep(array, who, 0, who ? 1 : 0);
	for (uint32_t pass = who ? 2 : 1; pass <= passes; pass++)
		sweep(array, who, who, pass);
}

static void start(char *array, pid_t *pids)
{
	sweep(array, 0, 0, 0);
	for (unsigned long i = 0; i < children; i++) {
		pids[i] = xfork();
		if (pids[i] == 0) {
			work(array, i + 1);
			_exit(0);
		}
	}
}

static void kill_all(const pid_t *pids)
{
	int status;

	sleep_ms(kill_ms);
	for (unsigned long i = 0; i < children; i++)
		kill(pids[i], SIGKILL);
	for (unsigned long i = 0; i < children; i++)
		if (waitpid(pids[i], &status, 0) != pids[i])
			die_sys("wait");
}

/* Nothing but SIGBUS may befall a child, and not all of them. */
static void wait_with_bad_disk(const pid_t *pids)
{
	unsigned long dead = 0;
	int status;

	for (unsigned long i = 0; i < children; i++) {
		if (waitpid(pids[i], &status, 0) != pids[i])
			die_sys("wait");
		if (WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS)
			dead++;
		else if (status)
			die("child %lu ends with status %#x", i, status);
	}
	if (!dead || dead == children)
		die("%lu of %lu children died of SIGBUS", dead, children);
	say("hog: %lu of %lu children died of SIGBUS\n", dead, children);
}

static void switch_off(void)
{
	sleep_ms(off_ms);
	if (swapoff(device) < 0)
		die_sys("swapoff %s", device);
	say("hog: swap is off\n");
}

/* Removed at once, so that it goes with its last user. */
static char *make_segment(void)
{
	int id = shmget(IPC_PRIVATE, (pages + 1) * PAGE, IPC_CREAT | 0600);
	char *array = id < 0 ? NULL : shmat(id, NULL, 0);

	if (id < 0 || array == (char *)-1)
		die_sys("shared memory");
	if (shmctl(id, IPC_RMID, NULL) < 0)
		die_sys("shmctl");
	return array;
}

static char *make_array(void)
{
	int fd = file ? xopen(file, O_RDWR | O_CREAT | O_TRUNC, 0644) : -1;
	int flags = (file || shared ? MAP_SHARED : MAP_PRIVATE) |
		    (file ? 0 : MAP_ANONYMOUS);
	char *array;

	if (segment)
		return make_segment();
	if (file && ftruncate(fd, pages * PAGE) < 0)
		die_sys("truncate %s", file);
	array = mmap(NULL, (pages + shared) * PAGE, PROT_READ | PROT_WRITE,
		     flags, fd, 0);
	if (array == MAP_FAILED)
		die_sys("mmap");
	return array;
}

static unsigned long major_faults(void)
{
	struct rusage usage;

	if (getrusage(RUSAGE_SELF, &usage) < 0)
		die_sys("getrusage");
	return usage.ru_majflt;
}

/* Fill the array, then check and write pages, in order or drawn at random,
 * until time is up. */
static void sweep_window(void)
{
	uint32_t *writes = xmalloc(pages * sizeof(*writes));
	unsigned long begin, majors, touched = 0, ms = 0;
	char *array = make_array();
	struct rng draw;

	rng_seed(&draw, seed);
	sweep(array, 0, 0, 0);
	majors = major_faults();
	begin = now_ms();
	while (ms < window_ms) {
		size_t i = random_order ? rng_below(&draw, pages) :
					  touched % pages;

		page_check(array + i * PAGE, i, mix(seed, i, writes[i]));
		page_write(array + i * PAGE, mix(seed, i, ++writes[i]));
		if (++touched % CLOCK_EVERY == 0)
			ms = now_ms() - begin;
	}
	say("hog: set kb=%lu ms=%lu touched=%lu majors=%lu\n", kb, ms, touched,
	    major_faults() - majors);
}

/* Each size in a process of its own, so that it begins with empty hands. */
static void measure_all(char **sizes)
{
	pid_t pid;

	for (; *sizes; sizes++) {
		kb = parse_num(*sizes);
		pages = kb * KB / PAGE;
		if (!pages)
			die("%s KB is less than a page", *sizes);
		pid = xfork();
		if (pid == 0) {
			sweep_window();
			_exit(0);
		}
		xwait_ok(pid, "a sweep");
	}
}

/* What was stored through the mapping is what read(2) finds. */
static void check_file(void)
{
	int fd = xopen(file, O_RDONLY, 0);
	char page[PAGE];

	for (size_t i = 0; i < pages; i++) {
		xpread(fd, page, PAGE, (off_t)i * PAGE);
		page_check(page, i, mix(seed, i, passes - 1));
	}
	xclose(fd);
	if (unlink(file) < 0)
		die_sys("unlink %s", file);
}

/* Twice: what has only been read must not be lost. */
static void check_shared(const char *array)
{
	for (size_t n = 0; n < 2 * pages; n++) {
		size_t i = n % pages;

		page_check(array + i * PAGE, i, mix(seed, i, passes - 1));
	}
}

static void fill_and_check(void)
{
	char *array = make_array();
	pid_t pids[MAX_CHILDREN];

	if (!children)
		work(array, 0);
	else
		start(array, pids);
	if (children && off_ms)
		switch_off();
	if (children && kill_ms)
		kill_all(pids);
	else if (children && bad_disk)
		wait_with_bad_disk(pids);
	else
		for (unsigned long i = 0; i < children; i++)
			xwait_ok(pids[i], "child");
	if (file && !children)
		check_file();
	if (shared && !kill_ms)
		check_shared(array);
}

int main(int argc, char **argv)
{
	int first = opts_parse(argc, argv, "an array larger than memory", opts,
			       ARRAY_SIZE(opts));
	unsigned long begin = now_ms();

	pages = kb * KB / PAGE;
	shared |= segment;
	if (!pages || !passes || children > MAX_CHILDREN ||
	    (shared && (file || !children)))
		die("odd sizes");
	if (window_ms && (children || file || !argv[first]))
		die("--ms wants sizes, and neither --children nor --file");
	if (window_ms)
		measure_all(argv + first);
	else
		fill_and_check();
	say("hog: ok kb=%lu passes=%lu ms=%lu\n", kb, passes,
	    now_ms() - begin);
	return 0;
}
