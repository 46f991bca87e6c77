/*
 * tools/cachesim/kern_disk.c - the drives of the simulated machine
 *
 * Each device of the trace is a drive, and so is swap: they work at the same
 * time.  A drive takes the time that drivers/block/disk_time.c gives, and moves
 * no data.  Files lie on one of them one behind another, in the order of their
 * numbers.  The blocks of a device keep their numbers.
 */
#include "tools/cachesim/kern_impl.h"

#define DRIVES		16
#define SWAP		~0u		/* its number */

static struct drive {
	struct blk_queue queue;
	struct blk_dev dev;
} drives[DRIVES];
static unsigned int used;

static void disk_start(struct blk_queue *of __unused,
		       struct blk_request *request __unused)
{
}

static void disk_tick(void *arg __unused)
{
	struct drive *d;

	for (d = drives; d < drives + used; d++)
		while (d->queue.active &&
		       d->queue.active->due_usec <= clock_usec())
			blk_done(&d->queue, 0);
}

void kern_disk_init(void)
{
	tick_register(disk_tick, NULL);
	disk_time_init("seek");
}

/* => a device that does not fit in the table shares the last entry */
struct blk_dev *kern_disk(unsigned int number)
{
	struct drive *d;

	for (d = drives; d < drives + used; d++)
		if (d->dev.rdev == number)
			return &d->dev;
	if (used == DRIVES)
		return &drives[DRIVES - 1].dev;
	used++;
	blk_queue_init(&d->queue, "sim", disk_start, NULL);
	d->queue.modelled = true;
	d->dev = (struct blk_dev){ .name = "sim", .rdev = number,
				   .queue = &d->queue, .sectors = ~0u,
				   .block_size = kern.block };
	return &d->dev;
}

struct blk_dev *kern_swap_disk(void)
{
	return kern_disk(SWAP);
}

/* The walk over all drives. */
struct blk_dev *blk_next(struct blk_dev *dev)
{
	struct drive *d = dev ? container_of(dev, struct drive, dev) + 1 :
				drives;

	return d < drives + used ? &d->dev : NULL;
}
