/*
 * drivers/block/ramdisk.c - ram0, ram1, ram2: disks whose data are boot modules
 * in memory.
 *
 * They have no delays of their own: the disk-time model decides when a request
 * is due (disk=seek: seek and rotation; disk=flat: a fixed cost and a cost per
 * sector), and the tick completes it.  Nothing depends on the host, so a run
 * with counted instructions repeats exactly.  As on a drive, a read's data
 * appear only when it is due.
 *
 * Locks: the queue's, held by the block layer around ramdisk_start().
 */
#include "drivers/block/blk.h"

#include "kernel/base/phys.h"

struct ramdisk {
	struct blk_queue queue;
	struct blk_dev dev;
	char *data;
};

static struct ramdisk disks[RAMDISKS];

/* Nothing to start: the tick completes the active request. */
static void ramdisk_start(struct blk_queue *queue __unused,
			  struct blk_request *request __unused)
{
}

static void ramdisk_copy(const struct ramdisk *disk,
			 const struct blk_request *request)
{
	char *data = disk->data + request->sector * SECTOR_SIZE;
	const struct blk_io *io;

	if (request->rw == BLK_FLUSH)
		return;
	BUG_ON(request->sector + request->sectors > disk->dev.sectors,
	       "%s: %u sectors at %u", disk->dev.name, request->sectors,
	       request->sector);
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
	struct ramdisk *disk = data;
	struct blk_request *request;

	while ((request = disk->queue.active) &&
	       request->due_usec <= clock_usec()) {
		ramdisk_copy(disk, request);
		blk_done(&disk->queue, 0);
	}
}

/* => the ramdisk keeps phys..phys+bytes; bytes 0: no ramdisk */
void ramdisk_init(u32 number, unsigned long phys, unsigned long bytes)
{
	struct ramdisk *disk = &disks[number];
	struct blk_dev *dev = &disk->dev;

	dev->sectors = bytes / SECTOR_SIZE;
	if (!dev->sectors)
		return;
	snprintf(dev->name, sizeof(dev->name), "ram%u", number);
	dev->rdev = MKDEV(1, number);
	dev->queue = &disk->queue;
	dev->block_size = 1024;
	disk->data = phys_to_virt(phys);
	blk_queue_init(&disk->queue, dev->name, ramdisk_start, NULL);
	disk->queue.modelled = true;
	blk_register(dev);
	tick_register(ramdisk_tick, disk);
	printk("%s: %u sectors of memory\n", dev->name, dev->sectors);
}
