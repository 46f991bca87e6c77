/*
 * boot/selftest/selftest_buffer.c - self-test of the buffer cache on a real
 * drive (test=buffer): hdb, which is overwritten; without it the test is
 * skipped.
 *
 * Three threads read blocks in a scattered order, invert every bit and mark
 * them dirty, while a fourth changes the design twice.  Then all is written and
 * dropped, and a second round must find the blocks inverted; it inverts them
 * back, so the drive ends as it began.
 */
#include "fs/buffer/buffer.h"
#include "kernel/core/selftest.h"
#include "kernel/process/process.h"
#include "kernel/core/walker.h"
#include "mm/reclaim/reclaim.h"
#include "mm/heap/slab.h"

#define WORKERS		3
#define BLOCKS		4096u	/* of 1 KB, per worker */
#define STRIDE		1237u	/* odd: reaches every block once */

static struct {
	struct blk_dev *dev;
	u32 blocks;			/* per worker */
	u32 *sums;			/* of the blocks' present contents */
	bool first_round;
	unsigned int failed;
	int running;
	struct wait_queue done;
} job = { .done = WAIT_QUEUE_INIT(job.done) };

/* Inverts every bit. => the checksum before */
static u32 buffertest_flip(struct buffer_head *bh)
{
	u32 *word = (u32 *)bh->b_data, sum = 0;
	unsigned int i;

	for (i = 0; i < bh->b_size / sizeof(*word); i++) {
		sum = (sum << 1 | sum >> 31) + word[i];
		word[i] = ~word[i];
	}
	return sum;
}

static void flip_block(u32 block)
{
	struct buffer_head *bh = bread(job.dev, block, 1024);
	u32 before, after;

	if (!bh) {
		job.failed++;
		return;
	}
	before = buffertest_flip(bh);
	after = buffertest_flip(bh);
	buffertest_flip(bh);
	if (!job.first_round && before != job.sums[block])
		job.failed++;
	job.sums[block] = after;
	mark_buffer_dirty(bh);
	brelse(bh);
}

static void buffertest_worker(void *arg)
{
	u32 first = (u32)(unsigned long)arg * job.blocks, i;

	for (i = 0; i < job.blocks; i++) {
		flip_block(first + i * STRIDE % job.blocks);
		cond_resched();
	}
	job.running--;
	wake_up(&job.done);
}

static int switch_twice(void)
{
	char other[16] = "writepage", first[16];
	int err;

	strncpy(first, vm_scanner->name, sizeof(first));
	if (strcmp(first, other) == 0)
		strncpy(other, "classic", sizeof(other));
	err = scanner_switch(other);
	return err ? err : scanner_switch(first);
}

static const char *flip_all(bool first_round)
{
	unsigned long i;
	int err;

	job.first_round = first_round;
	job.running = WORKERS;
	for (i = 0; i < WORKERS; i++)
		kernel_thread("flip", buffertest_worker, (void *)i);
	err = switch_twice();
	wait_event(job.done, job.running == 0);
	EXPECT(err == 0);
	EXPECT(job.failed == 0);
	EXPECT(sync_dev(job.dev) == 0);
	vm_check();
	invalidate_buffers(job.dev);
	vm_check();
	return NULL;
}

static const char *test_buffer(void)
{
	const char *why;

	job.dev = blk_find_name("hdb");
	if (!job.dev) {
		printk("selftest: no hdb, skipped\n");
		return NULL;
	}
	set_blocksize(job.dev, 1024);
	job.blocks = min(BLOCKS, job.dev->sectors / 2 / WORKERS);
	job.sums = kmalloc(job.blocks * WORKERS * sizeof(u32), GFP_KERNEL);
	EXPECT(job.sums != NULL);
	why = flip_all(true);
	if (!why)
		why = flip_all(false);
	kfree(job.sums);
	return why;
}
SELFTEST(buffer, test_buffer);
