/*
 * user/workloads/w1.c - W1: hot blocks rewritten, a streaming writer, a memory
 * hog
 *
 * Three processes.  `hot` rewrites H blocks of a device or file every R ms and
 * never lets them grow old; `stream` writes a long file once; `hog` grows
 * anonymous memory to a fixed share of the frames, holds it and gives it back,
 * so that memory falls short again and again, at times that the seed decides.
 * The run ends when the stream is written, or with the time cap.  The parent
 * then closes a pipe: the other two see that when they next sleep, and report
 * their figures; then the contents of both files are checked.
 */
#include "common.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static unsigned long seed = 1, hot_blocks = 64, block = PAGE, period = 200;
static unsigned long stream_mb = 32, chunk = 16 * KB, cap_s = 300;
static unsigned long hog_kb, hog_pct = 40, hold = 300, rest = 200;
static const char *hot_path = "/dev/hdb", *stream_path = "/w1.stream";
static int keep;

static const struct opt opts[] = {
	{ "seed", OPT_NUM, &seed, "seed of all contents, and of rests" },
	{ "hot", OPT_NUM, &hot_blocks, "number of hot blocks" },
	{ "block", OPT_NUM, &block, "bytes in a hot block" },
	{ "period-ms", OPT_NUM, &period, "time between two rewrites" },
	{ "on", OPT_STR, &hot_path, "device or file of the hot blocks" },
	{ "stream", OPT_STR, &stream_path, "file of the streaming writer" },
	{ "mb", OPT_NUM, &stream_mb, "megabytes to stream" },
	{ "chunk", OPT_NUM, &chunk, "bytes in a write of the stream" },
	{ "hog-kb", OPT_NUM, &hog_kb, "memory of the hog; 0: by --hog-pct" },
	{ "hog-pct", OPT_NUM, &hog_pct, "the same in percent of MemTotal" },
	{ "hold-ms", OPT_NUM, &hold, "how long the hog holds it" },
	{ "rest-ms", OPT_NUM, &rest, "how long the hog then waits, about" },
	{ "seconds", OPT_NUM, &cap_s, "stop streaming after that time" },
	{ "keep", OPT_FLAG, &keep, "leave the stream file behind" },
};

struct child {
	pid_t pid;
	int result;		/* read end: the child's figure at its end */
};

static int stop_read, stop_write;	/* closed by the parent: stop */

/* Sleep up to `ms`; => true once the parent has closed the pipe */
static int must_stop(unsigned long ms)
{
	struct pollfd p = { .fd = stop_read, .events = POLLIN };

	return poll(&p, 1, ms) > 0;
}

/* Hot block `b` in round `r`: the round, then a pattern of both. */
static void hot_fill(uint32_t *buf, uint32_t b, uint32_t r)
{
	buf[0] = r;
	pattern_fill(buf + 1, block - 4, mix(seed, b, r));
}

/* => rounds written; every block holds the last round when this returns */
static uint32_t run_hot(void)
{
	int fd = xopen(hot_path, O_RDWR | O_CREAT, 0644);
	uint32_t *buf = xmalloc(block), round = 0;

	do {
		round++;
		for (uint32_t b = 0; b < hot_blocks; b++) {
			hot_fill(buf, b, round);
			xpwrite(fd, buf, block, (off_t)b * block);
		}
	} while (!must_stop(period));
	xclose(fd);
	return round;
}

static void check_hot(uint32_t round)
{
	int fd = xopen(hot_path, O_RDWR, 0);
	uint32_t *buf = xmalloc(block);

	xfsync(fd);
	for (uint32_t b = 0; b < hot_blocks; b++) {
		xpread(fd, buf, block, (off_t)b * block);
		if (buf[0] != round)
			die("hot block %u is of round %u, not %u", b, buf[0],
			    round);
		if (pattern_check(buf + 1, block - 4, mix(seed, b, round)) >= 0)
			die("hot block %u has wrong contents", b);
	}
	xclose(fd);
}

/* One burst: grow, hold, check, release, wait. => false: stop */
static int hog_burst(size_t pages, unsigned long wait)
{
	uint32_t *m = xmmap(pages * PAGE);
	int stop;

	for (size_t i = 0; i < pages; i++)
		m[i * PAGE / 4] = mix(seed, i, 3);
	stop = must_stop(hold);
	for (size_t i = 0; i < pages; i++)
		if (m[i * PAGE / 4] != mix(seed, i, 3))
			die("hog: page %zu has wrong contents", i);
	munmap(m, pages * PAGE);
	return !stop && !must_stop(wait);
}

static uint32_t run_hog(void)
{
	unsigned long total = 0;
	uint32_t bursts = 1;
	struct rng r;

	if (!hog_kb && proc_value("/proc/meminfo", "MemTotal", &total) < 0)
		die("no MemTotal in /proc/meminfo; give --hog-kb");
	if (!hog_kb)
		hog_kb = total / 100 * hog_pct;
	rng_seed(&r, seed);
	while (hog_burst(hog_kb * KB / PAGE,
			 rest / 2 + rng_below(&r, rest + 1)))
		bursts++;
	return bursts;
}

/* => chunks written before the time cap */
static uint32_t run_stream(void)
{
	unsigned long end = now_ms() + cap_s * 1000;
	uint32_t chunks = stream_mb * KB * KB / chunk, i;
	int fd = xopen(stream_path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	char *buf = xmalloc(chunk);

	for (i = 0; i < chunks && now_ms() < end; i++) {
		pattern_fill(buf, chunk, mix(seed, i, 4));
		xwrite(fd, buf, chunk);
	}
	xclose(fd);
	return i;
}

static void check_stream(uint32_t chunks)
{
	int fd = xopen(stream_path, O_RDONLY, 0);
	char *buf = xmalloc(chunk);

	for (uint32_t i = 0; i < chunks; i++) {
		if (xread(fd, buf, chunk) != chunk)
			die("%s ends in chunk %u of %u", stream_path, i,
			    chunks);
		if (pattern_check(buf, chunk, mix(seed, i, 4)) >= 0)
			die("%s: chunk %u has wrong contents", stream_path, i);
	}
	xclose(fd);
}

static struct child start(uint32_t (*run)(void))
{
	struct child c;
	uint32_t figure;
	int fds[2];

	if (pipe(fds) < 0)
		die_sys("pipe");
	c.pid = xfork();
	if (c.pid == 0) {
		close(stop_write);
		close(fds[0]);
		figure = run();
		xwrite(fds[1], &figure, sizeof(figure));
		_exit(0);
	}
	xclose(fds[1]);
	c.result = fds[0];
	return c;
}

/* => the figure of a child that is about to end, or has */
static uint32_t finish(struct child c, const char *what)
{
	uint32_t figure = 0;
	size_t n = xread(c.result, &figure, sizeof(figure));

	xwait_ok(c.pid, what);
	if (n != sizeof(figure))
		die("%s reported no figure", what);
	xclose(c.result);
	return figure;
}

int main(int argc, char **argv)
{
	struct child hot, hog, stream;
	uint32_t rounds, bursts, chunks;
	unsigned long begin, ms;
	int fds[2];

	opts_parse(argc, argv, "hot blocks, a stream and a memory hog", opts,
		   ARRAY_SIZE(opts));
	if (block < 8 || block % 4 || !hot_blocks || !chunk)
		die("odd sizes");
	if (pipe(fds) < 0)
		die_sys("pipe");
	stop_read = fds[0];
	stop_write = fds[1];
	begin = now_ms();
	hot = start(run_hot);
	hog = start(run_hog);
	stream = start(run_stream);
	chunks = finish(stream, "stream");
	ms = now_ms() - begin;
	xclose(stop_write);
	rounds = finish(hot, "hot");
	bursts = finish(hog, "hog");
	check_hot(rounds);
	check_stream(chunks);
	if (!keep && unlink(stream_path) < 0)
		die_sys("unlink %s", stream_path);
	say("w1: ok stream_kb=%lu rounds=%u hot_writes=%lu bursts=%u ms=%lu\n",
	    chunks * (chunk / KB), rounds, rounds * hot_blocks, bursts, ms);
	return 0;
}
