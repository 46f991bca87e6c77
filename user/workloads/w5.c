/*
 * user/workloads/w5.c - W5: one big scan over a hot set
 *
 * A set of small files is read again and again by one process; another reads
 * one big file, once.  A good reclaim policy keeps the hot set in memory.
 * Passes over the hot set are timed before, during and after the scan, and
 * every byte is checked against the seed.
 */
#include "common.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static unsigned long seed = 1, hot_files = 16, hot_kb = 64, big_mb = 24;
static unsigned long warm = 3, pause_ms = 50;
static const char *dir = "/w5";
static int keep, shuffle;
static uint32_t *order;		/* of the hot files in a pass */
static struct rng rng;

static const struct opt opts[] = {
	{ "seed", OPT_NUM, &seed, "seed of contents and of the order" },
	{ "dir", OPT_STR, &dir, "directory to work in" },
	{ "hot-files", OPT_NUM, &hot_files, "number of hot files" },
	{ "hot-kb", OPT_NUM, &hot_kb, "size of each" },
	{ "big-mb", OPT_NUM, &big_mb, "size of the file scanned once" },
	{ "warm", OPT_NUM, &warm, "passes before and after the scan" },
	{ "pause-ms", OPT_NUM, &pause_ms, "time between two passes" },
	{ "shuffle", OPT_FLAG, &shuffle, "another order in each pass" },
	{ "keep", OPT_FLAG, &keep, "leave the files behind" },
};

/* What one phase of passes over the hot set took. */
struct phase {
	unsigned long passes, total_us, worst_us;
};

static char buf[PAGE];

/* File 0 is the big one; 1.. are hot. */
static void path_of(char *path, size_t n, uint32_t file)
{
	snprintf(path, n, "%s/f%u", dir, file);
}

static unsigned long pages_of(uint32_t file)
{
	return (file ? hot_kb : big_mb * KB) * KB / PAGE;
}

static void make_file(uint32_t file)
{
	char path[128];
	int fd;

	path_of(path, sizeof(path), file);
	fd = xopen(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	for (unsigned long i = 0; i < pages_of(file); i++) {
		pattern_fill(buf, PAGE, mix(seed, file, i));
		xwrite(fd, buf, PAGE);
	}
	xclose(fd);
}

static void read_file(uint32_t file)
{
	char path[128];
	int fd;

	path_of(path, sizeof(path), file);
	fd = xopen(path, O_RDONLY, 0);
	for (unsigned long i = 0; i < pages_of(file); i++) {
		if (xread(fd, buf, PAGE) != PAGE)
			die("%s ends in page %lu", path, i);
		if (pattern_check(buf, PAGE, mix(seed, file, i)) >= 0)
			die("%s: page %lu has wrong contents", path, i);
	}
	xclose(fd);
}

static void make_order(void)
{
	order = malloc(hot_files * sizeof(*order));
	if (!order)
		die("no memory for the order of %lu files", hot_files);
	for (uint32_t i = 0; i < hot_files; i++)
		order[i] = i + 1;
	rng_seed(&rng, seed);
}

/* Each order is as likely (Fisher and Yates). */
static void shuffle_order(void)
{
	for (uint32_t i = hot_files; i > 1; i--) {
		uint32_t k = rng_below(&rng, i), file = order[k];

		order[k] = order[i - 1];
		order[i - 1] = file;
	}
}

static void pass(struct phase *ph)
{
	uint64_t begin = now_us();
	unsigned long us;

	if (shuffle)
		shuffle_order();
	for (uint32_t i = 0; i < hot_files; i++)
		read_file(order[i]);
	us = now_us() - begin;
	ph->passes++;
	ph->total_us += us;
	if (us > ph->worst_us)
		ph->worst_us = us;
}

static void passes(struct phase *ph, unsigned long n)
{
	while (n--)
		pass(ph);
}

/* Passes as long as the scan goes on: its end closes the pipe. */
static void passes_during_scan(struct phase *ph)
{
	struct pollfd p = { .events = POLLIN };
	int fds[2];
	pid_t pid;

	if (pipe(fds) < 0)
		die_sys("pipe");
	pid = xfork();
	if (pid == 0) {
		read_file(0);
		_exit(0);
	}
	xclose(fds[1]);
	p.fd = fds[0];
	do
		pass(ph);
	while (poll(&p, 1, pause_ms) == 0);
	xclose(fds[0]);
	xwait_ok(pid, "the scan");
}

static void report(const char *name, const struct phase *ph)
{
	unsigned long n = ph->passes ? ph->passes : 1;

	say("w5: %-6s passes=%lu us_per_pass=%lu worst_us=%lu "
	    "kb_per_pass=%lu\n", name, ph->passes, ph->total_us / n,
	    ph->worst_us, hot_files * hot_kb);
}

static void remove_files(void)
{
	char path[128];

	for (uint32_t file = 0; file <= hot_files; file++) {
		path_of(path, sizeof(path), file);
		if (unlink(path) < 0)
			die_sys("unlink %s", path);
	}
	if (rmdir(dir) < 0)
		die_sys("rmdir %s", dir);
}

int main(int argc, char **argv)
{
	struct phase cold = { 0 }, before = { 0 }, during = { 0 };
	struct phase after = { 0 };
	unsigned long begin;
	int dropped;

	opts_parse(argc, argv, "one big scan over a hot set", opts,
		   ARRAY_SIZE(opts));
	if (mkdir(dir, 0755) < 0 && errno != EEXIST)
		die_sys("mkdir %s", dir);
	make_order();
	for (uint32_t file = 0; file <= hot_files; file++)
		make_file(file);
	dropped = drop_caches() == 0;
	begin = now_ms();
	passes(&cold, 1);
	passes(&before, warm);
	passes_during_scan(&during);
	passes(&after, warm);
	begin = now_ms() - begin;
	report(dropped ? "cold" : "first", &cold);
	report("before", &before);
	report("during", &during);
	report("after", &after);
	if (!keep)
		remove_files();
	say("w5: ok hot_kb=%lu big_mb=%lu before_us=%lu during_us=%lu "
	    "worst_us=%lu ms=%lu\n", hot_files * hot_kb, big_mb,
	    before.total_us / (warm ? warm : 1),
	    during.total_us / during.passes, during.worst_us, begin);
	return 0;
}
