/*
 * drivers/block/disk_time.c - models the timing of a disk drive of 2001.
 *
 * An emulated disk responds at once wherever its data lie, so the order of
 * requests would make no difference to the results.  With disk=seek every
 * request takes at least
 *
 *	t = c0 + (settle + c1 * sqrt(|distance|)) + rotation + sectors * c2
 *
 * microseconds: the command, the seek, the rotational delay, the transfer.  The
 * platter's angle follows the clock, so runs with the same clock have the same
 * delays; the seed is its angle at boot.  A request that begins where the last
 * one ended comes from the drive's track buffer: no seek, no rotation.  With
 * disk=flat only a drive without delays of its own (the ramdisk) takes c0 +
 * sectors * c2.
 *
 * The figures are those of a 40 GB desktop drive: 7200 turns a minute, 30 MB
 * a second, 8.5 ms for the average seek.  Over a whole drive of N sectors the
 * average of sqrt(|distance|) is 8/15 * sqrt(N); with N = 78,165,360 and 1 ms
 * to settle, c1 = (8.5 - 1) ms / 4715 = 1591 ns.  A small image is a small
 * part of that drive: its seeks are short, and the rotation weighs more.
 *
 * Invariants: integers only; the same arguments give the same time.
 * Locks: none.
 */
#include "drivers/block/blk.h"

static const struct {
	u32 c0_usec;		/* a command, before the seek */
	u32 settle_usec;	/* any seek, whatever the distance */
	u32 c1_nsec;		/* a seek, per root of the distance */
	u32 c2_nsec;		/* a sector at 30 MB/s */
	u32 turn_usec;		/* 60 s / 7200 */
	u32 track_sectors;	/* turn / c2 */
	u32 seed_usec;		/* the angle at boot, in time */
} drive_2001 = {
	.c0_usec = 300,
	.settle_usec = 1000,
	.c1_nsec = 1591,
	.c2_nsec = 17067,
	.turn_usec = 8333,
	.track_sectors = 488,
	.seed_usec = 2001,
};

static bool seek;

void disk_time_init(const char *name)
{
	seek = !strcmp(name, "seek");
	if (seek)
		printk("disk: seek: c0 %u us, settle %u us, c1 %u ns, "
		       "c2 %u ns, turn %u us, seed %u us\n",
		       drive_2001.c0_usec, drive_2001.settle_usec,
		       drive_2001.c1_nsec, drive_2001.c2_nsec,
		       drive_2001.turn_usec, drive_2001.seed_usec);
}

bool disk_time_on(void)
{
	return seek;
}

/* => the largest root with root * root <= n */
static u32 square_root(u32 n)
{
	u32 root = 0;

	for (u32 bit = 1u << 15; bit; bit >>= 1) {
		u32 try = root | bit;

		if (try * try <= n)
			root = try;
	}
	return root;
}

static u32 seek_usec(u32 from, u32 to)
{
	u32 distance = from > to ? from - to : to - from;

	return drive_2001.settle_usec +
	       square_root(distance) * drive_2001.c1_nsec / 1000;
}

/* => delay from "now" until the sector is under the head */
static u32 rotation_usec(u32 sector, u64 now_usec)
{
	const u32 turn = drive_2001.turn_usec;
	u32 angle = (now_usec + drive_2001.seed_usec) % turn;
	u32 wanted = sector % drive_2001.track_sectors * turn /
		     drive_2001.track_sectors;

	return (wanted + turn - angle) % turn;
}

u32 disk_time(u32 from, u32 sector, u32 sectors, u64 now_usec)
{
	u32 usec = drive_2001.c0_usec;

	if (seek && from != sector) {
		usec += seek_usec(from, sector);
		usec += rotation_usec(sector, now_usec + usec);
	}
	return usec + (u32)((u64)sectors * drive_2001.c2_nsec / 1000);
}
