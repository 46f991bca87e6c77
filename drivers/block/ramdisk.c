/*
 * drivers/block/ramdisk.c - ram0, a disk whose data are a boot module in
 * memory.
 *
 * It has no delays of its own: the disk-time model decides when a request is
 * due (disk=seek: seek and rotation; disk=flat: a fixed cost and a cost per
 * sector), and the tick completes it.  Nothing depends on the host, so a run
 * with counted instructions repeats exactly.  As on a drive, a read's data
 * appear only when it is due.
 *
 * Locks: the queue's, held by the block layer around ramdisk_start().
 */
#include "drivers/block/blk.h"

#include "kernel/base/phys.h"

static struct blk_queue ramdisk_queue;
static struct blk_dev ramdisk_dev = {
	.name = "ram0",
	.rdev = MKDEV(1, 0),
	.queue = &ramdisk_queue,
	.block_size = 1024,
};

/* Nothing to start: the tick completes the active request. */
static void ramdisk_start(struct blk_queue *queue __unused,
			  struct blk_request *request __unused)
{
}

static void ramdisk_copy(const struct blk_request *request, char *data)
{
	const struct blk_io *io;

	if (request->rw == BLK_FLUSH)
		return;
	BUG_ON(request->sector + request->sectors > ramdisk_dev.sectors,
	       "ram0: %u sectors at %u", request->sectors, request->sector);
	data += request->sector * SECTOR_SIZE;
	for (io = request->first; io; io = io->next) {
		if (io->rw == BLK_READ)
			memcpy(io->data, data, io->bytes);
		else
			memcpy(data, io->data, io->bytes);
		data += io->bytes;
	}
}

static void ramdisk_tick(void *data)
{
	struct blk_request *request;

	while ((request = ramdisk_queue.active) &&
	       request->due_usec <= clock_usec()) {
		ramdisk_copy(request, data);
		blk_done(&ramdisk_queue, 0);
	}
}

/* => the ramdisk keeps phys..phys+bytes; bytes 0: no ramdisk */
void ramdisk_init(unsigned long phys, unsigned long bytes)
{
	ramdisk_dev.sectors = bytes / SECTOR_SIZE;
	if (!ramdisk_dev.sectors)
		return;
	blk_queue_init(&ramdisk_queue, ramdisk_dev.name, ramdisk_start, NULL);
	ramdisk_queue.modelled = true;
	blk_register(&ramdisk_dev);
	tick_register(ramdisk_tick, phys_to_virt(phys));
	printk("ram0: %u sectors of memory\n", ramdisk_dev.sectors);
}
