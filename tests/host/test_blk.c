/*
 * tests/host/test_blk.c - the block layer with a drive made of memory: plugs,
 * slots, errors, partitions.
 */
#include "blk_fakes.h"

#include "drivers/block/elevator.h"

#define SECTORS		4096u

static struct blk_queue queue;
static struct blk_dev dev = { .name = "hdx", .queue = &queue,
			      .rdev = MKDEV(3, 0), .sectors = SECTORS };
static char disk[SECTORS][SECTOR_SIZE];

struct test_io {
	struct blk_io io;
	int ends, error;
	char data[PAGE_SIZE];
};

static struct test_io tests[64];
static u32 bad_sector = ~0u;
static u32 under_way;
static int drive_error = -EIO;

static void memory_end_io(struct blk_io *io, int error)
{
	struct test_io *test = container_of(io, struct test_io, io);

	test->ends++;
	test->error = error;
	under_way--;
}

/* Completes the active request, if there is one. */
static void memory_drive(void)
{
	struct blk_request *request = queue.active;
	u32 sector, left;
	struct blk_io *io;
	int error = 0;

	BUG_ON(!request, "%s", "sleeps while the drive is idle");
	sector = request->sector;
	left = request->sectors;
	for (io = request->first; left; io = io->next) {
		u32 n = io->bytes / SECTOR_SIZE;

		BUG_ON(n > left, "%u", left);
		BUG_ON(io->sector + io->dev->start != sector, "%u", sector);
		if (bad_sector >= sector && bad_sector < sector + n)
			error = drive_error;
		else if (io->rw == BLK_READ)
			memcpy(io->data, disk[sector], io->bytes);
		else
			memcpy(disk[sector], io->data, io->bytes);
		sector += n;
		left -= n;
	}
	blk_check_queue(&queue);
	blk_done(&queue, error);
	blk_check_queue(&queue);
}

static void begin_memory(void)
{
	fake_queue(&queue);
	dev.sectors = SECTORS;
	fake_schedule = memory_drive;
	bad_sector = ~0u;
	under_way = 0;
}

static void submit(u32 i, u8 rw, u32 sector, u32 sectors)
{
	struct test_io *test = &tests[i];

	test->io = (struct blk_io){ .dev = &dev, .sector = sector,
				    .bytes = sectors * SECTOR_SIZE,
				    .data = test->data, .rw = rw,
				    .end_io = memory_end_io };
	test->ends = 0;
	under_way++;
	blk_submit(&test->io);
	blk_check_queue(&queue);
}

static void drain(void)
{
	blk_unplug_all();
	while (queue.active)
		memory_drive();
}

static const char *test_plug(void)
{
	begin_memory();
	submit(0, BLK_WRITE, 10, 2);
	submit(1, BLK_WRITE, 14, 2);
	CHECK(queue.plugged && !queue.active && queue.depth == 2);
	CHECK(blk_queued_sectors() == 4);
	submit(2, BLK_WRITE, 12, 2);
	CHECK(queue.depth == 1);
	blk_unplug(&queue);
	CHECK(!queue.plugged && queue.active && queue.depth == 0);
	submit(3, BLK_WRITE, 16, 2);
	CHECK(!queue.plugged && queue.depth == 1);
	memory_drive();
	CHECK(tests[0].ends && tests[1].ends && tests[2].ends);
	CHECK(!tests[3].ends && queue.active && blk_queued_sectors() == 2);
	memory_drive();
	CHECK(tests[3].ends && !queue.active && !blk_queued_sectors());
	CHECK(queue.head == 18);
	return NULL;
}

static const char *test_refused(void)
{
	static const struct { u32 sector, sectors; u8 rw; } cases[] = {
		{ SECTORS, 1, BLK_READ }, { SECTORS - 1, 2, BLK_READ },
		{ ~0u, 2, BLK_READ }, { 0, 0, BLK_READ }, { 0, 9, BLK_READ },
		{ 0, 2, BLK_WRITE },
	};

	begin_memory();
	dev.read_only = true;
	for (u32 i = 0; i < ARRAY_SIZE(cases); i++) {
		submit(0, cases[i].rw, cases[i].sector, cases[i].sectors);
		CHECK(tests[0].ends == 1 && tests[0].error == -EIO);
		CHECK(!queue.depth);
	}
	dev.read_only = false;
	submit(0, BLK_READ, SECTORS - 1, 1);
	drain();
	CHECK(tests[0].ends == 1 && !tests[0].error);
	return NULL;
}

static const char *test_sleeps(void)
{
	unsigned long waited = vm_stat.requests_waited;

	begin_memory();
	for (u32 i = 0; i < 64; i++)
		submit(i, BLK_WRITE, i * 16, 2);
	CHECK(vm_stat.requests_waited - waited == 4);
	drain();
	CHECK(!under_way);
	for (u32 i = 0; i < 64; i++)
		CHECK(tests[i].ends == 1 && !tests[i].error);
	CHECK(queue.free_count[BLK_WRITE] == BLK_SLOTS / 2);
	CHECK(queue.held_back[BLK_WRITE] == 0);
	return NULL;
}

static const char *test_bad_sector(void)
{
	unsigned long errors = vm_stat.disk_errors;

	begin_memory();
	bad_sector = 105;
	for (u32 i = 0; i < 8; i++)
		submit(i, BLK_READ, 100 + i * 2, 2);
	submit(8, BLK_READ, 400, 2);
	drain();
	for (u32 i = 0; i < 9; i++)
		CHECK(tests[i].ends == 1 &&
		      tests[i].error == (i == 2 ? -EIO : 0));
	CHECK(vm_stat.disk_errors == errors + 1);
	drive_error = -ETIMEDOUT;
	for (u32 i = 0; i < 8; i++)
		submit(i, BLK_READ, 100 + i * 2, 2);
	drain();
	drive_error = -EIO;
	for (u32 i = 0; i < 8; i++)
		CHECK(tests[i].ends == 1 && tests[i].error == -EIO);
	CHECK(vm_stat.disk_errors == errors + 2);
	return NULL;
}

/* Many transfers of distinct places: each once, with the right data. */
static const char *test_traffic(void)
{
	static u8 want[64];

	begin_memory();
	memset(disk, 0, sizeof(disk));
	memset(want, 0, sizeof(want));
	for (u32 step = 0; step < 200000; step++) {
		u32 i = test_random(64);
		struct test_io *test = &tests[i];

		if (step < 64)
			i = step, test = &tests[i];
		else if (!test->ends)
			continue;
		if (step >= 64 && test->io.rw == BLK_READ)
			CHECK(test->data[0] == (char)want[i] &&
			      test->data[1023] == (char)want[i]);
		if (test_random(2)) {
			want[i] = test_random(256);
			memset(test->data, want[i], 1024);
			submit(i, BLK_WRITE, i * 2, 2);
		} else {
			submit(i, BLK_READ, i * 2, 2);
		}
		if (!test_random(20))
			blk_unplug_all();
		if (queue.active && test_random(3))
			memory_drive();
		if (under_way == 64)
			drain();
	}
	drain();
	CHECK(!under_way && !blk_queued_sectors());
	for (int kind = BLK_READ; kind <= BLK_WRITE; kind++)
		CHECK(queue.free_count[kind] + queue.held_back[kind] ==
		      BLK_SLOTS / 2);
	return NULL;
}

/* Under the model a request ends at its time, found at a tick. */
static const char *test_held(void)
{
	begin_memory();
	disk_time_init("seek");
	queue.modelled = true;
	fake_usec = 1000000;
	submit(0, BLK_READ, 0, 8);
	submit(1, BLK_READ, 8, 8);
	submit(2, BLK_READ, 2000, 8);
	blk_unplug_all();
	memory_drive();
	CHECK(!tests[0].ends && queue.active->ended);
	fake_usec = queue.active->due_usec - 1;
	fake_tick();
	CHECK(!tests[0].ends);
	fake_usec += 501;
	fake_tick();
	CHECK(tests[0].ends && tests[1].ends && queue.active);
	CHECK(queue.active->issue_usec == fake_usec - 500);
	memory_drive();
	fake_usec = queue.active->due_usec;
	fake_tick();
	CHECK(tests[2].ends && !queue.active);
	disk_time_init("flat");
	return NULL;
}

static const char *test_devices(void)
{
	static struct blk_dev a = { .name = "hda", .rdev = MKDEV(3, 0),
				    .queue = &queue, .sectors = SECTORS };
	u8 *mbr = (u8 *)disk[0];
	struct blk_dev *part;

	begin_memory();
	memset(mbr, 0, SECTOR_SIZE);
	CHECK(!blk_register(&a) && blk_register(&a) == -EBUSY);
	blk_scan_partitions(&a);
	CHECK(!blk_find(MKDEV(3, 1)));
	mbr[510] = 0x55;
	mbr[511] = 0xaa;
	mbr[446 + 16] = 0x80;
	mbr[446 + 16 + 4] = 0x83;
	mbr[446 + 16 + 8] = 64;
	mbr[446 + 16 + 13] = SECTORS >> 8;
	blk_scan_partitions(&a);
	CHECK(!blk_find(MKDEV(3, 2)));
	mbr[446 + 16 + 13] = 1;
	blk_scan_partitions(&a);
	part = blk_find_name("hda2");
	CHECK(part && part->rdev == MKDEV(3, 2));
	CHECK(part->start == 64 && part->sectors == 256);
	CHECK(blk_next(NULL) == &a && blk_next(&a) == part && !blk_next(part));
	memset(disk[64 + 255], 0x5a, SECTOR_SIZE);
	CHECK(!blk_transfer(part, BLK_READ, 255, tests[0].data, SECTOR_SIZE));
	CHECK(tests[0].data[7] == 0x5a);
	CHECK(blk_transfer(part, BLK_READ, 256, tests[0].data, 512) == -EIO);
	CHECK(!blk_flush_cache(part) && !blk_flush_cache(NULL));
	return NULL;
}

/* A partition's entry: where it lies in its table's sector, its type. */
static void set_entry(u32 sector, u32 number, u8 type, u32 start, u32 sectors)
{
	u8 *entry = (u8 *)disk[sector] + 446 + 16 * number;

	entry[4] = type;
	memcpy(entry + 8, &start, 4);
	memcpy(entry + 12, &sectors, 4);
	disk[sector][510] = 0x55;
	disk[sector][511] = 0xaa;
}

/* Three tables in the extended partition hdb2, not in the order of sectors;
 * the last leads to "next", if there is one. */
static struct blk_dev *logical(struct blk_dev *drive, u32 minor, u32 next)
{
	begin_memory();
	for (u32 i = 0; i < SECTORS; i++)
		memset(disk[i], 0, SECTOR_SIZE);
	drive->rdev = MKDEV(22, minor);
	drive->queue = &queue;
	drive->sectors = SECTORS;
	set_entry(0, 0, 0x83, 1, 9);
	set_entry(0, 1, 0x0f, 100, 800);
	set_entry(100, 0, 0x83, 1, 49);
	set_entry(100, 1, 0x05, 300, 100);
	set_entry(400, 0, 0x82, 2, 48);
	set_entry(400, 1, 0x05, 50, 100);
	set_entry(150, 0, 0x83, 1, 99);
	if (next != SECTORS)
		set_entry(150, 1, 0x05, next, 100);
	if (!blk_register(drive))
		blk_scan_partitions(drive);
	return blk_find(drive->rdev + 8) ? NULL : blk_find(drive->rdev + 7);
}

static const char *test_logical(void)
{
	static struct blk_dev drives[] = { { .name = "hdc" },
		{ .name = "hdd" }, { .name = "hde" }, { .name = "hdf" } };
	struct blk_dev *dev = logical(&drives[0], 0, SECTORS);

	CHECK(dev && !strcmp(dev->name, "hdc7"));
	CHECK(dev->start == 151 && dev->sectors == 99);
	dev = blk_find_name("hdc6");
	CHECK(dev && dev->start == 402 && dev->sectors == 48);
	CHECK(blk_find_name("hdc5")->start == 101);
	CHECK(blk_find_name("hdc2")->sectors == 2 && blk_find_name("hdc1"));
	/* to itself, to the first, out of the extended partition */
	CHECK(logical(&drives[1], 64, 50));
	CHECK(logical(&drives[2], 128, 0));
	CHECK(logical(&drives[3], 192, 800));
	return NULL;
}

int main(void)
{
	blk_init();
	run_test("queue plugs and unplugs", test_plug);
	run_test("transfers outside the device are refused", test_refused);
	run_test("submitters sleep for slots", test_sleeps);
	run_test("a bad sector spoils its own transfer only", test_bad_sector);
	run_test("random traffic", test_traffic);
	run_test("the disk-time model holds requests back", test_held);
	run_test("devices and partitions", test_devices);
	run_test("logical partitions", test_logical);
	return failures != 0;
}
