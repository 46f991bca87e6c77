/*
 * user/workloads/w2.c - W2: random small writes to a raw device
 *
 * Blocks are chosen uniformly or by a Zipf law.  A count of writes is kept for
 * each block; contents follow from (seed, block, count), so reading back finds
 * a lost write as well as a wrong one.  The buffer size of the device can be
 * set apart from the size of the writes (--bsz).
 */
#include "common.h"
#include "zipf.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define IOCTL_BLKBSZSET	0x40041271u

static unsigned long seed = 1, block = 1024, count = 4096, span_kb, bsz;
static unsigned long fsync_every, hog_kb, nfract;
static const char *path = "/dev/hdb", *zipf_s;
static int drop;

static const struct opt opts[] = {
	{ "seed", OPT_NUM, &seed, "seed of places and contents" },
	{ "on", OPT_STR, &path, "device or file" },
	{ "block", OPT_NUM, &block, "bytes in a write: 512, 1024, ..." },
	{ "count", OPT_NUM, &count, "number of writes" },
	{ "span-kb", OPT_NUM, &span_kb, "part of it to use; 0: all" },
	{ "zipf", OPT_STR, &zipf_s, "exponent, such as 0.8; else uniform" },
	{ "bsz", OPT_NUM, &bsz, "set the device's buffer size first" },
	{ "fsync-every", OPT_NUM, &fsync_every, "writes between two fsyncs" },
	{ "hog-kb", OPT_NUM, &hog_kb, "hold that much memory meanwhile" },
	{ "nfract", OPT_NUM, &nfract,
	  "percent dirty before bdflush is woken (stays set); 0: as it is" },
	{ "drop", OPT_FLAG, &drop, "empty the caches before reading back" },
};

static uint32_t blocks;
static uint16_t *writes;	/* per block, how often; may wrap around */
static struct zipf zipf;

/* "1.25" => 125 */
static unsigned parse_hundredths(const char *s)
{
	char *end;
	unsigned n = strtoul(s, &end, 10) * 100, unit = 10;

	if (*end == '.')
		for (end++; *end >= '0' && *end <= '9'; end++, unit /= 10)
			n += (*end - '0') * unit;
	if (*end || n > 400)
		die("'%s' is no exponent between 0 and 4", s);
	return n;
}

static uint32_t pick(struct rng *r)
{
	return zipf_s ? zipf_next(&zipf, r) : rng_below(r, blocks);
}

static void write_all(int fd)
{
	char *buf = xmalloc(block);
	struct rng r;

	rng_seed(&r, seed);
	for (unsigned long i = 1; i <= count; i++) {
		uint32_t b = pick(&r);

		pattern_fill(buf, block, mix(seed, b, ++writes[b]));
		xpwrite(fd, buf, block, (off_t)b * block);
		if (fsync_every && i % fsync_every == 0)
			xfsync(fd);
	}
	xfsync(fd);
	free(buf);
}

/* => number of different blocks that were written */
static uint32_t check_all(int fd)
{
	char *buf = xmalloc(block);
	uint32_t found = 0;

	for (uint32_t b = 0; b < blocks; b++) {
		if (!writes[b])
			continue;
		found++;
		xpread(fd, buf, block, (off_t)b * block);
		if (pattern_check(buf, block, mix(seed, b, writes[b])) >= 0)
			die("block %u is wrong after %u writes", b, writes[b]);
	}
	free(buf);
	return found;
}

static int open_device(void)
{
	int fd = xopen(path, O_RDWR, 0);
	int size = bsz;

	if (bsz && ioctl(fd, IOCTL_BLKBSZSET, &size) < 0)
		die_sys("buffer size %lu for %s", bsz, path);
	blocks = (span_kb ? (uint64_t)span_kb * KB : fd_size(fd)) / block;
	if (!blocks)
		die("%s is smaller than a block", path);
	return fd;
}

/* Anonymous memory that is there and cannot be taken. */
static void hold_memory(void)
{
	volatile char *m = hog_kb ? xmalloc(hog_kb * KB) : NULL;

	for (unsigned long i = 0; i < hog_kb * KB; i += PAGE)
		m[i] = 1;
}

/* Writers flush by themselves at 100 percent only: what else is written before
 * bdflush wakes, the page scanner has asked for. */
static void keep_flushers_away(void)
{
	char percent[12];

	if (!nfract)
		return;
	snprintf(percent, sizeof(percent), "%lu", nfract);
	if (proc_write("/proc/sys/vm/nfract", percent) < 0 ||
	    proc_write("/proc/sys/vm/nfract_sync", "10000") < 0)
		die_sys("cannot set nfract to %lu", nfract);
}

int main(int argc, char **argv)
{
	unsigned long begin, written;
	uint32_t distinct;
	int fd;

	opts_parse(argc, argv, "random small writes to a raw device", opts,
		   ARRAY_SIZE(opts));
	if (!block)
		die("--block 0");
	fd = open_device();
	writes = xmalloc(blocks * sizeof(*writes));
	if (zipf_s)
		zipf_init(&zipf, blocks, parse_hundredths(zipf_s));
	keep_flushers_away();
	hold_memory();
	begin = now_ms();
	write_all(fd);
	written = now_ms() - begin;
	if (drop && drop_caches() < 0)
		die_sys("cannot drop the caches");
	distinct = check_all(fd);
	xclose(fd);
	say("w2: ok writes=%lu block=%lu distinct=%u write_ms=%lu ms=%lu\n",
	    count, block, distinct, written, now_ms() - begin);
	return 0;
}
