/*
 * tests/host/test_disk_time.c - the modelled drive: the same time for the same
 * request, and the averages of the drive it is modelled on.
 */
#include "blk_fakes.h"

#define DRIVE_SECTORS	78165360u	/* 40 GB */
#define TURN		8333u
#define SAMPLES		100000

static const char *test_models(void)
{
	disk_time_init("flat");
	CHECK(!disk_time_on());
	disk_time_init("seek");
	CHECK(disk_time_on());
	disk_time_init("flat");
	CHECK(disk_time(0, 5000, 8, 1) == disk_time(900, 20, 8, 77));
	CHECK(disk_time(0, 0, 60000, 0) - disk_time(0, 0, 0, 0) == 1024020);
	disk_time_init("seek");
	return NULL;
}

static const char *test_same(void)
{
	for (u32 i = 0; i < 1000; i++) {
		u32 from = test_random(DRIVE_SECTORS);
		u32 to = test_random(DRIVE_SECTORS);
		u32 usec = disk_time(from, to, 8, i * 12345ull);

		CHECK(usec == disk_time(from, to, 8, i * 12345ull));
		CHECK(usec == disk_time(from, to, 8, i * 12345ull + TURN));
	}
	return NULL;
}

/* The wait for the sector is under a turn; without it, seek and the rest. */
static u32 shortest(u32 from, u32 to)
{
	u32 best = ~0u;

	for (u32 now = 0; now < TURN; now += 7)
		best = min(best, disk_time(from, to, 0, now));
	return best;
}

static const char *test_seek(void)
{
	CHECK(disk_time(100, 100, 0, 5) == 300);
	CHECK(disk_time(100, 100, 8, 5) == 436);
	CHECK(shortest(100, 101) - 1301 < 10);
	CHECK(shortest(0, 10000) - (1300 + 159) < 10);
	CHECK(shortest(10000, 0) - (1300 + 159) < 10);
	CHECK(shortest(0, 1000000) - (1300 + 1591) < 10);
	CHECK(shortest(0, ~0u) - (1300 + 104264) < 10);
	return NULL;
}

static const char *test_rotation(void)
{
	u32 least = ~0u, most = 0;

	for (u32 now = 0; now < TURN; now++) {
		u32 usec = disk_time(0, 1, 0, now) - 1301;

		least = min(least, usec);
		most = max(most, usec);
	}
	CHECK(least == 0 && most == TURN - 1);
	return NULL;
}

static const char *test_averages(void)
{
	u64 sum = 0;

	for (u32 i = 0; i < SAMPLES; i++)
		sum += disk_time(test_random(DRIVE_SECTORS),
				 test_random(DRIVE_SECTORS), 0,
				 test_random(1u << 30)) - 300;
	sum /= SAMPLES;
	printf("average seek and rotation: %u us\n", (u32)sum);
	CHECK(sum > 12666 - 100 && sum < 12666 + 100);
	return NULL;
}

int main(void)
{
	run_test("disk=flat and disk=seek", test_models);
	run_test("disk time is a function of its arguments", test_same);
	run_test("seek time grows with the root of the distance", test_seek);
	run_test("rotation takes from nothing to a turn", test_rotation);
	run_test("averages of a drive of 2001: 8.5 ms and half a turn",
		 test_averages);
	return failures != 0;
}
