/*
 * tools/cachesim/kern_disk.c - the drive of the simulated machine
 *
 * It takes the time that drivers/block/disk_time.c gives, and moves no data.
 * Files lie on it one behind another, in the order of their numbers; behind
 * them is swap.  Block devices of a trace are the whole drive: their blocks
 * keep their numbers.
 */
#include "tools/cachesim/kern_impl.h"

#define DEVICES	16

static struct blk_queue queue;
static struct blk_dev devices[DEVICES], swap_device;
static unsigned int used;

static void disk_start(struct blk_queue *of __unused,
		       struct blk_request *request __unused)
{
}

static void disk_tick(void *arg __unused)
{
	while (queue.active && queue.active->due_usec <= clock_usec())
		blk_done(&queue, 0);
}

static void device_init(struct blk_dev *dev, unsigned int number, u32 start,
			u32 sectors)
{
	*dev = (struct blk_dev){ .name = "sim", .rdev = number,
				 .queue = &queue, .start = start,
				 .sectors = sectors,
				 .block_size = kern.block };
}

void kern_disk_init(u32 file_pages, u32 swap_pages)
{
	blk_queue_init(&queue, "sim", disk_start, NULL);
	queue.modelled = true;
	tick_register(disk_tick, NULL);
	disk_time_init("seek");
	device_init(&devices[0], 0, 0, ~0u);
	device_init(&swap_device, ~0u, file_pages * PAGE_SECTORS,
		    swap_pages * PAGE_SECTORS);
	used = 1;
}

/* => a device that does not fit in the table shares the last entry */
struct blk_dev *kern_disk(unsigned int number)
{
	unsigned int i;

	for (i = 0; i < used; i++)
		if (devices[i].rdev == number)
			return &devices[i];
	if (used == DEVICES)
		return &devices[DEVICES - 1];
	device_init(&devices[used], number, 0, ~0u);
	return &devices[used++];
}

struct blk_dev *kern_swap_disk(void)
{
	return &swap_device;
}

/* The walk over all drives for sync and partitions: there is one. */
struct blk_dev *blk_next(struct blk_dev *dev)
{
	return dev ? NULL : &devices[0];
}
