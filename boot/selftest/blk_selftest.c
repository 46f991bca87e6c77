/*
 * boot/selftest/blk_selftest.c - tests of the block layer on real drives.
 *
 *	test=blk	hdb and ram0 are overwritten: two threads, many small
 *			transfers out of order; on hdb with DMA and with PIO
 *	test=ide_error	hdc is overwritten; sector 2000 and flushes must fail
 *	test=ide_fallback hdc is read: sector 0 must fail twice, then not
 *	test=ide_silent	hdd is read: it must need more than a second to answer;
 *			hdc is overwritten at the same time
 *	test=ide_flush	hdd, with DMA, is overwritten; it must need more than a
 *			second to respond, and less than six
 *
 * A missing drive is skipped, with a message.
 */
#include "drivers/block/ide.h"

#include "kernel/core/selftest.h"
#include "kernel/process/process.h"
#include "kernel/base/vmstat.h"
#include "mm/frames/page_alloc.h"

#define TRANSFERS	128	/* per thread, of a block each */
#define BLOCK		1024u
#define BLOCK_SECTORS	(BLOCK / SECTOR_SIZE)
#define THREADS		2
#define ROUNDS		3
#define BATCH_ORDER	1	/* frames for the transfers' descriptors */
#define DATA_ORDER	5	/* and for their data */
#define BAD_SECTOR	2000u
#define LBA28_END	(1u << 28)

struct test_io {
	struct blk_io io;
	int error;
	u32 finished;		/* completion order; 0: not complete */
	struct batch *batch;
};

/* The transfers of one thread. */
struct batch {
	struct blk_dev *dev;
	u32 first;		/* sector */
	u32 seed;
	u32 submitted, finished, errors;
	struct wait_queue wait;
	struct test_io *ios;
	char *data;
	const char *why;
	bool over;
};

static struct wait_queue over_wait = WAIT_QUEUE_INIT(over_wait);

static void test_end_io(struct blk_io *io, int error)
{
	struct test_io *test = container_of(io, struct test_io, io);

	test->error = error;
	test->finished = ++test->batch->finished;
	if (error)
		test->batch->errors++;
	wake_up(&test->batch->wait);
}

static void blktest_submit(struct batch *batch, u32 i, int rw, u32 sector)
{
	struct test_io *test = &batch->ios[i];

	*test = (struct test_io){
		.io = { .dev = batch->dev, .sector = sector, .bytes = BLOCK,
			.data = batch->data + i * BLOCK, .rw = rw,
			.end_io = test_end_io },
		.batch = batch,
	};
	batch->submitted++;
	blk_submit(&test->io);
}

static void wait_batch(struct batch *batch)
{
	blk_unplug(batch->dev->queue);
	wait_event(batch->wait, batch->finished == batch->submitted);
	batch->submitted = 0;
	batch->finished = 0;
}

static u32 blktest_pattern(const struct batch *batch, u32 word)
{
	return (batch->seed + word) * 2654435761u;
}

static void blktest_fill(struct batch *batch)
{
	u32 *data = (u32 *)batch->data;

	for (u32 word = 0; word < TRANSFERS * BLOCK / 4; word++)
		data[word] = blktest_pattern(batch, word);
}

static bool blktest_filled(struct batch *batch)
{
	u32 *data = (u32 *)batch->data;

	for (u32 word = 0; word < TRANSFERS * BLOCK / 4; word++)
		if (data[word] != blktest_pattern(batch, word))
			return false;
	return true;
}

/* All blocks, "step" apart: odd, so each is visited once. */
static void move_all(struct batch *batch, int rw, u32 step)
{
	for (u32 n = 0, i = 0; n < TRANSFERS; n++) {
		blktest_submit(batch, i, rw, batch->first + i * BLOCK_SECTORS);
		i = (i + step) % TRANSFERS;
	}
	wait_batch(batch);
}

static const char *write_and_read(struct batch *batch)
{
	for (u32 round = 0; round < ROUNDS; round++) {
		batch->seed = batch->first + round;
		blktest_fill(batch);
		move_all(batch, BLK_WRITE, 37 + 2 * round);
		memset(batch->data, 0, TRANSFERS * BLOCK);
		move_all(batch, BLK_READ, 1 + 50 * round);
		EXPECT(!batch->errors);
		EXPECT(blktest_filled(batch));
	}
	return NULL;
}

static void batch_thread(void *arg)
{
	struct batch *batch = arg;

	batch->why = write_and_read(batch);
	batch->over = true;
	wake_up(&over_wait);
}

/* => false: no memory */
static bool batch_init(struct batch *batch, struct blk_dev *dev, u32 first)
{
	struct page *ios = alloc_pages(GFP_KERNEL, BATCH_ORDER);
	struct page *data = alloc_pages(GFP_KERNEL, DATA_ORDER);

	*batch = (struct batch){
		.dev = dev, .first = first, .wait = WAIT_QUEUE_INIT(batch->wait)
	};
	if (ios)
		batch->ios = page_address(ios);
	if (data)
		batch->data = page_address(data);
	return ios && data;
}

static void batch_free(struct batch *batch)
{
	if (batch->ios)
		free_pages(virt_to_page(batch->ios), BATCH_ORDER);
	if (batch->data)
		free_pages(virt_to_page(batch->data), DATA_ORDER);
}

/* Runs one test on its own batch. */
static const char *with_batch(struct blk_dev *dev, u32 first,
			      const char *(*test)(struct batch *batch))
{
	struct batch batch;
	const char *why = "no memory";

	if (batch_init(&batch, dev, first))
		why = test(&batch);
	batch_free(&batch);
	return why;
}

/* ---- test=blk ----------------------------------------------------------- */

static const char *test_threads(struct blk_dev *dev)
{
	struct batch batch[THREADS];
	struct vm_stat before = vm_stat;
	u64 start = clock_usec();
	const char *why = NULL;
	int i;

	for (i = 0; i < THREADS; i++) {
		if (!batch_init(&batch[i], dev, i * TRANSFERS * BLOCK_SECTORS))
			return "no memory";
		kernel_thread("blk_test", batch_thread, &batch[i]);
	}
	for (i = 0; i < THREADS; i++) {
		wait_event(over_wait, batch[i].over);
		why = why ? why : batch[i].why;
		batch_free(&batch[i]);
	}
	printk("%s: %u transfers, %lu requests, %lu merged, %lu waits, "
	       "%u ms\n", dev->name, THREADS * ROUNDS * 2 * TRANSFERS,
	       vm_stat.requests - before.requests,
	       vm_stat.requests_merged - before.requests_merged,
	       vm_stat.requests_waited - before.requests_waited,
	       (u32)(clock_usec() - start) / 1000);
	EXPECT(vm_stat.requests_merged > before.requests_merged);
	EXPECT(vm_stat.requests_waited > before.requests_waited);
	return why;
}

/* Transfers submitted in descending order must complete in ascending order. */
static const char *test_order(struct batch *batch)
{
	const u32 n = 16;

	if (blk_transfer(batch->dev, BLK_READ, 0, batch->data, SECTOR_SIZE))
		return "sector 0 cannot be read";
	for (u32 i = 0; i < n; i++)
		blktest_submit(batch, i, BLK_READ, (n - i) * 8);
	wait_batch(batch);
	for (u32 i = 0; i < n; i++)
		EXPECT(batch->ios[i].finished == n - i);
	return NULL;
}

static const char *test_bounds(struct batch *batch)
{
	struct blk_dev *dev = batch->dev;
	u32 end = dev->sectors;
	bool read_only = dev->read_only;
	int refused;

	EXPECT(!blk_transfer(dev, BLK_READ, end - 1, batch->data, 512));
	EXPECT(blk_transfer(dev, BLK_READ, end - 1, batch->data, 1024) == -EIO);
	EXPECT(blk_transfer(dev, BLK_READ, end, batch->data, 512) == -EIO);
	EXPECT(blk_transfer(dev, BLK_READ, ~0u, batch->data, 1024) == -EIO);
	EXPECT(blk_transfer(dev, BLK_READ, 0, batch->data, 100) == -EIO);
	dev->read_only = true;
	refused = blk_transfer(dev, BLK_WRITE, 0, batch->data, 512);
	dev->read_only = read_only;
	EXPECT(refused == -EIO);
	EXPECT(!blk_flush_cache(dev));
	return NULL;
}

/* Tests transfers across the 28-bit sector limit, and at the drive's end. */
static const char *test_big(struct batch *batch)
{
	struct blk_dev *dev = batch->dev;

	if (dev->sectors <= LBA28_END)
		return NULL;
	batch->first = LBA28_END - TRANSFERS;
	EXPECT(!write_and_read(batch));
	batch->first = dev->sectors - TRANSFERS * BLOCK_SECTORS;
	EXPECT(!write_and_read(batch));
	printk("%s: sectors beyond 2^28 are right\n", dev->name);
	return NULL;
}

static const char *test_device(struct blk_dev *dev)
{
	const char *why = test_threads(dev);

	why = why ? why : with_batch(dev, 0, test_order);
	why = why ? why : with_batch(dev, 0, test_bounds);
	return why ? why : with_batch(dev, 0, test_big);
}

static struct blk_dev *test_drive(const char *name)
{
	struct blk_dev *dev = blk_find_name(name);

	if (!dev)
		printk("selftest: no %s, skipped\n", name);
	return dev;
}

/* Tests DMA, also with requests of several 256-sector commands, and PIO. */
static const char *test_modes(struct blk_dev *dev, struct ide_drive *drive)
{
	bool dma = drive->dma, lba48 = drive->lba48;
	u32 limit = blk_max_sectors;
	const char *why = test_device(dev);

	drive->lba48 = lba48 && dev->sectors > LBA28_END;
	blk_max_sectors = 65535;
	why = why ? why : test_threads(dev);
	blk_max_sectors = limit;
	drive->lba48 = lba48;
	drive->dma = false;
	why = why ? why : test_device(dev);
	drive->dma = dma;
	return why;
}

static const char *test_blk(void)
{
	struct blk_dev *hdb = test_drive("hdb"), *ram0 = test_drive("ram0");
	const char *why = NULL;

	if (hdb)
		why = test_modes(hdb, &ide_channels[0].drives[1]);
	if (ram0 && !why)
		why = test_device(ram0);
	return why;
}

SELFTEST(blk, test_blk);

/* ---- drives that fail --------------------------------------------------- */

/* One request around a bad sector: only the transfer with it may fail. */
static const char *move_around(struct batch *batch, int rw)
{
	const u32 bad = (BAD_SECTOR - batch->first) / BLOCK_SECTORS;

	batch->errors = 0;
	for (u32 i = 0; i < 64; i++)
		blktest_submit(batch, i, rw, batch->first + i * BLOCK_SECTORS);
	wait_batch(batch);
	EXPECT(batch->errors == 1);
	EXPECT(batch->ios[bad].error == -EIO);
	return NULL;
}

static const char *write_and_read_around(struct batch *batch)
{
	blktest_fill(batch);
	EXPECT(!move_around(batch, BLK_WRITE));
	memset(batch->data, 0, 64 * BLOCK);
	EXPECT(!move_around(batch, BLK_READ));
	for (u32 i = 0; i < 64; i++)
		if (!batch->ios[i].error)
			EXPECT(*(u32 *)batch->ios[i].io.data ==
			       blktest_pattern(batch, i * BLOCK / 4));
	return NULL;
}

static const char *test_ide_error(void)
{
	struct blk_dev *dev = test_drive("hdc");
	struct vm_stat before = vm_stat;

	if (!dev)
		return NULL;
	EXPECT(!with_batch(dev, BAD_SECTOR - 40, write_and_read_around));
	EXPECT(blk_flush_cache(dev) == -EIO);
	EXPECT(vm_stat.disk_errors == before.disk_errors + 3);
	EXPECT(vm_stat.disk_retries == before.disk_retries + 10);
	EXPECT(ide_channels[1].drives[0].dma_faults == 0);
	return NULL;
}

SELFTEST(ide_error, test_ide_error);

/* Each request succeeds only without DMA: in the end DMA must be off. */
static const char *read_without_dma(struct batch *batch)
{
	const struct ide_drive *drive = &ide_channels[1].drives[0];

	EXPECT(drive->dma);
	for (u32 i = 0; i < 2 * IDE_DMA_FAULTS && drive->dma; i++)
		EXPECT(!blk_transfer(batch->dev, BLK_READ, 0, batch->data,
				     SECTOR_SIZE));
	EXPECT(!drive->dma);
	return NULL;
}

static const char *test_ide_fallback(void)
{
	struct blk_dev *dev = test_drive("hdc");

	return dev ? with_batch(dev, 0, read_without_dma) : NULL;
}

SELFTEST(ide_fallback, test_ide_fallback);

/* The other drive of the channel waits during the resets and has no error. */
static const char *read_silent(struct batch *batch)
{
	struct blk_dev *neighbour = test_drive("hdc");

	batch->errors = 0;
	blktest_submit(batch, 0, BLK_READ, 0);
	blk_unplug(batch->dev->queue);
	for (u32 i = 1; neighbour && i < 8; i++) {
		batch->dev = neighbour;
		blktest_submit(batch, i, i & 1 ? BLK_WRITE : BLK_READ, 16 * i);
	}
	blk_unplug_all();
	wait_batch(batch);
	EXPECT(batch->errors == 1 && batch->ios[0].error == -EIO);
	return NULL;
}

static const char *test_ide_silent(void)
{
	struct blk_dev *dev = test_drive("hdd");
	struct vm_stat before = vm_stat;
	u32 timeout = ide_timeout;
	const char *why;

	if (!dev)
		return NULL;
	ide_timeout = HZ;
	why = with_batch(dev, 0, read_silent);
	ide_timeout = timeout;
	EXPECT(!why);
	EXPECT(vm_stat.disk_timeouts == before.disk_timeouts + IDE_TRIES);
	EXPECT(vm_stat.disk_resets == before.disk_resets + IDE_TRIES);
	return NULL;
}

SELFTEST(ide_silent, test_ide_silent);

/* A flush has a longer time-out than a transfer.  The write before it fills the
 * drive's cache. */
static const char *flush_slowly(struct batch *batch)
{
	ide_timeout = 60 * HZ;
	EXPECT(!blk_transfer(batch->dev, BLK_WRITE, 0, batch->data, 1024));
	ide_timeout = HZ;
	EXPECT(!blk_flush_cache(batch->dev));
	return NULL;
}

static const char *test_ide_flush(void)
{
	struct blk_dev *dev = test_drive("hdd");
	unsigned long timeouts = vm_stat.disk_timeouts;
	u32 timeout = ide_timeout;
	const char *why = dev ? with_batch(dev, 0, flush_slowly) : NULL;

	ide_timeout = timeout;
	EXPECT(!why);
	EXPECT(vm_stat.disk_timeouts == timeouts);
	return NULL;
}

SELFTEST(ide_flush, test_ide_flush);
