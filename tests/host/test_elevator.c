/*
 * tests/host/test_elevator.c - order, merging and slots of a request queue.
 */
#include "blk_fakes.h"

#include "drivers/block/elevator.h"

#define SECTORS		4096u
#define IOS		256

static struct blk_queue queue;
static struct blk_dev dev = { .name = "hdx", .queue = &queue,
			      .rdev = MKDEV(3, 0), .sectors = SECTORS };
static struct blk_io ios[IOS];
static u32 io_count;

static void begin(void)
{
	fake_queue(&queue);
	io_count = 0;
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

/* At most as many transfers as its budget pass a distant read. */
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

int main(void)
{
	blk_init();
	run_test("elevator sorts upwards from the head", test_sorted);
	run_test("elevator merges at both ends and joins", test_merges);
	run_test("elevator keeps a request's transfers in order", test_chain);
	run_test("elevator obeys max_sectors", test_max_sectors);
	run_test("elevator's passover budget", test_passover);
	run_test("elevator starves no request", test_no_starvation);
	run_test("nothing passes a flush", test_flush);
	run_test("slots: two kinds, handed back by eight", test_slots);
	return failures != 0;
}
