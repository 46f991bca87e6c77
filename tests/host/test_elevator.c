/*
 * tests/host/test_elevator.c - order, merging and slots of a request queue,
 * and the block layer around it with a drive made of memory.
 */
#include "blk_fakes.h"

#include "drivers/elevator.h"

#define SECTORS		4096u
#define IOS		256

static struct blk_queue queue;
static struct blk_dev dev = { .name = "hdx", .queue = &queue,
			      .rdev = MKDEV(3, 0), .sectors = SECTORS };
static struct blk_io ios[IOS];
static u32 io_count;
static char disk[SECTORS][SECTOR_SIZE];

static void no_start(struct blk_queue *q __unused,
		     struct blk_request *request __unused)
{
}

static void begin(void)
{
	if (queue.node.next)
		list_del(&queue.node);	/* no longer one of all queues */
	memset(&queue, 0, sizeof(queue));
	blk_queue_init(&queue, "hdx", no_start, NULL);
	dev.sectors = SECTORS;
	io_count = 0;
	fake_wakeups = 0;
}

/* A new transfer at a sector, merged or added; false: no slot. */
static bool put(u32 sector, u32 sectors, u8 rw)
{
	struct blk_io *io = &ios[io_count++ % IOS];

	*io = (struct blk_io){ .dev = &dev, .sector = sector,
			       .bytes = sectors * SECTOR_SIZE, .rw = rw };
	return elevator_merge(&queue, io) || elevator_add(&queue, io, 0);
}

/* Does the queue hold requests at just these sectors, in this order? */
static bool order_is(const u32 *sectors, u32 n)
{
	struct blk_request *request;
	u32 i = 0;

	list_for_each_entry(request, &queue.waiting, node)
		if (i == n || request->sector != sectors[i++])
			return false;
	return i == n && queue.depth == n;
}

#define ORDER(...)							\
	order_is((const u32[]){ __VA_ARGS__ },				\
		 sizeof((const u32[]){ __VA_ARGS__ }) / sizeof(u32))

static struct blk_request *nth(u32 n)
{
	struct list_head *node = queue.waiting.next;

	while (n--)
		node = node->next;
	return list_entry(node, struct blk_request, node);
}

static const char *test_sorted(void)
{
	begin();
	queue.head = 100;
	put(500, 2, BLK_READ);
	put(50, 2, BLK_READ);
	put(200, 2, BLK_WRITE);
	put(10, 2, BLK_WRITE);
	put(100, 2, BLK_READ);
	CHECK(ORDER(100, 200, 500, 10, 50));
	CHECK(elevator_next(&queue)->sector == 100);
	queue.head = 102;
	put(101, 1, BLK_READ);
	put(300, 2, BLK_READ);
	CHECK(ORDER(200, 300, 500, 10, 50, 101));
	return NULL;
}

static const char *test_merges(void)
{
	begin();
	put(100, 2, BLK_READ);
	put(102, 2, BLK_READ);
	put(98, 2, BLK_READ);
	CHECK(ORDER(98) && nth(0)->sectors == 6);
	put(104, 2, BLK_WRITE);
	put(96, 2, BLK_WRITE);
	CHECK(ORDER(96, 98, 104));
	put(108, 2, BLK_WRITE);
	CHECK(ORDER(96, 98, 104, 108));
	put(106, 2, BLK_WRITE);
	CHECK(ORDER(96, 98, 104) && nth(2)->sectors == 6);
	CHECK(queue.held_back[BLK_WRITE] == 1);
	return NULL;
}

static const char *test_chain(void)
{
	struct blk_request *request;
	u32 sector, n = 0;

	begin();
	put(8, 2, BLK_READ);
	put(4, 2, BLK_READ);
	put(6, 2, BLK_READ);
	put(10, 1, BLK_READ);
	put(0, 4, BLK_READ);
	CHECK(ORDER(0));
	request = elevator_next(&queue);
	sector = request->sector;
	for (struct blk_io *io = request->first; io; io = io->next, n++) {
		CHECK(io->sector == sector);
		CHECK(io->next || io == request->last);
		sector += io->bytes / SECTOR_SIZE;
	}
	CHECK(n == 5 && sector == 11 && request->sectors == 11);
	return NULL;
}

static const char *test_max_sectors(void)
{
	begin();
	for (u32 i = 0; i < 60; i++)
		put(i * 8, 8, BLK_WRITE);
	CHECK(queue.depth == 2 && nth(0)->sectors == 248);
	queue.max_sectors = 16;
	put(1000, 8, BLK_WRITE);
	put(1016, 8, BLK_WRITE);
	put(1008, 8, BLK_WRITE);
	CHECK(queue.depth == 4 && nth(3)->sectors == 16);
	return NULL;
}

static const char *test_passover(void)
{
	begin();
	put(1000, 2, BLK_READ);
	CHECK(nth(0)->passover == ELEVATOR_READ_PASSOVER);
	nth(0)->passover = 3;
	put(100, 2, BLK_READ);
	put(200, 2, BLK_READ);
	put(202, 2, BLK_READ);
	CHECK(ORDER(100, 200, 1000) && nth(2)->passover == 0);
	put(300, 2, BLK_READ);
	CHECK(ORDER(100, 200, 1000, 300));
	put(204, 2, BLK_READ);
	CHECK(ORDER(100, 200, 1000, 204, 300));
	put(998, 2, BLK_READ);
	CHECK(ORDER(100, 200, 998, 204, 300));
	put(2000, 2, BLK_WRITE);
	CHECK(nth(5)->passover == ELEVATOR_WRITE_PASSOVER);
	return NULL;
}

/* A read far off is passed by no more transfers than its budget. */
static const char *test_no_starvation(void)
{
	struct blk_request *request;
	u32 passed = 0;

	begin();
	put(4000, 2, BLK_READ);
	for (u32 i = 0; passed <= 2 * ELEVATOR_READ_PASSOVER; i++) {
		put(i % 500 * 6, 2, BLK_READ);
		request = elevator_next(&queue);
		if (request->sector == 4000)
			break;
		passed++;
		elevator_release(&queue, request);
	}
	CHECK(passed <= ELEVATOR_READ_PASSOVER);
	return NULL;
}

static const char *test_flush(void)
{
	begin();
	put(100, 2, BLK_WRITE);
	put(300, 2, BLK_WRITE);
	put(0, 0, BLK_FLUSH);
	put(200, 2, BLK_WRITE);
	put(102, 2, BLK_WRITE);
	CHECK(ORDER(100, 300, 0, 102, 200));
	CHECK(nth(2)->rw == BLK_FLUSH);
	return NULL;
}

static const char *test_slots(void)
{
	struct blk_request *taken[BLK_SLOTS / 2];
	const u32 half = BLK_SLOTS / 2;

	begin();
	for (u32 i = 0; i < half; i++)
		CHECK(put(i * 4, 2, BLK_WRITE));
	CHECK(!put(2000, 2, BLK_WRITE));
	CHECK(put(2, 2, BLK_WRITE) && queue.free_count[BLK_WRITE] == 0);
	CHECK(put(2000, 2, BLK_READ));
	CHECK(queue.free_count[BLK_READ] == half - 1);
	for (u32 i = 0; i < 8; i++)
		taken[i] = elevator_next(&queue);
	for (u32 i = 0; i < 6; i++)
		elevator_release(&queue, taken[i]);
	CHECK(!put(2000, 2, BLK_WRITE) && !fake_wakeups);
	elevator_release(&queue, taken[6]);
	CHECK(fake_wakeups == 1 && queue.free_count[BLK_WRITE] == 8);
	CHECK(queue.held_back[BLK_WRITE] == 0);
	CHECK(put(2000, 2, BLK_WRITE));
	return NULL;
}

/* ---- the block layer, with a drive of memory ---- */

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
	blk_done(&queue, error);
}

static void begin_memory(void)
{
	begin();
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

int main(void)
{
	blk_init();
	run_test("elevator sorts upwards from the head", test_sorted);
	run_test("elevator merges at both ends and joins", test_merges);
	run_test("elevator keeps a request's transfers in order", test_chain);
	run_test("elevator obeys max_sectors", test_max_sectors);
	run_test("elevator's passover budget", test_passover);
	run_test("elevator starves nobody", test_no_starvation);
	run_test("nothing passes a flush", test_flush);
	run_test("slots: two kinds, handed back by eight", test_slots);
	run_test("queue plugs and unplugs", test_plug);
	run_test("transfers outside the device are refused", test_refused);
	run_test("submitters sleep for slots", test_sleeps);
	run_test("a bad sector spoils its own transfer only", test_bad_sector);
	run_test("random traffic", test_traffic);
	run_test("the disk-time model holds requests back", test_held);
	run_test("devices and partitions", test_devices);
	return failures != 0;
}
