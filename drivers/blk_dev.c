/*
 * drivers/blk_dev.c - block devices by name and number, and their partitions.
 *
 * A device is a range of sectors of a drive.  Drivers register whole drives;
 * the primary partitions of an MBR become devices hda1..hda4 that share the
 * drive's queue.
 *
 * Invariants: numbers are unique; a device stays for ever.
 * Locks: none; devices come only at boot.
 * Callers: drivers, fs/, kernel/main.c.  Calls: blk_transfer().
 */
#include "drivers/blk.h"

#include "mm/page_alloc.h"

#define MAX_DEVS	24	/* 4 drives, 16 partitions, ramdisk */
#define MAX_PARTITIONS	16

static struct blk_dev *devs[MAX_DEVS];
static u32 dev_count;
static struct blk_dev partitions[MAX_PARTITIONS];
static u32 partition_count;

int blk_register(struct blk_dev *dev)
{
	if (blk_find(dev->rdev))
		return -EBUSY;
	BUG_ON(dev_count == MAX_DEVS, "%s", dev->name);
	devs[dev_count++] = dev;
	return 0;
}

struct blk_dev *blk_find(dev_t rdev)
{
	for (u32 i = 0; i < dev_count; i++)
		if (devs[i]->rdev == rdev)
			return devs[i];
	return NULL;
}

struct blk_dev *blk_find_name(const char *name)
{
	for (u32 i = 0; i < dev_count; i++)
		if (!strcmp(devs[i]->name, name))
			return devs[i];
	return NULL;
}

struct blk_dev *blk_next(struct blk_dev *dev)
{
	u32 i = 0;

	while (dev && devs[i++] != dev)
		;
	return i < dev_count ? devs[i] : NULL;
}

/* A drive is in use when one of its partitions is, and the reverse.
 * => somebody holds sectors of dev */
bool blk_in_use(const struct blk_dev *dev)
{
	const struct blk_dev *other;

	for (u32 i = 0; i < dev_count; i++) {
		other = devs[i];
		if (other->holder && other->queue == dev->queue &&
		    other->start < dev->start + dev->sectors &&
		    dev->start < other->start + other->sectors)
			return true;
	}
	return false;
}

/* => bytes of /proc/partitions: drives and partitions, in KB */
size_t partitions_print(char *buf, size_t size)
{
	size_t n = snprintf(buf, size, "major minor  #blocks  name\n\n");
	struct blk_dev *dev = NULL;

	while ((dev = blk_next(dev)) && n < size)
		n += snprintf(buf + n, size - n, "%4u  %7u %10u %s\n",
			      MAJOR(dev->rdev), MINOR(dev->rdev),
			      dev->sectors / (1024 / SECTOR_SIZE), dev->name);
	return min(n, size);
}

/* => bytes of /proc/diskstats: drives, not their partitions */
size_t diskstats_print(char *buf, size_t size)
{
	struct blk_dev *dev = NULL;
	size_t n = 0;

	while ((dev = blk_next(dev)) && n < size) {
		const struct blk_queue *q = dev->queue;
		const struct blk_stats *r = &q->stats[BLK_READ];
		const struct blk_stats *w = &q->stats[BLK_WRITE];
		u32 read_ms = r->usec / 1000, write_ms = w->usec / 1000;

		if (dev->start)
			continue;
		n += snprintf(buf + n, size - n, "%4u %7u %s %u %u %u %u %u %u "
			      "%u %u %u %u %u\n", MAJOR(dev->rdev),
			      MINOR(dev->rdev), dev->name, r->requests,
			      r->merged, r->sectors, read_ms, w->requests,
			      w->merged, w->sectors, write_ms,
			      q->depth + !!q->active,
			      (u32)(q->busy_usec / 1000), read_ms + write_ms);
	}
	return min(n, size);
}

/* ---- MBR ---------------------------------------------------------------- */

struct mbr_entry {
	u8 status;		/* 0x80: bootable, 0: not */
	u8 first_chs[3];
	u8 type;		/* 0: no partition */
	u8 last_chs[3];
	u32 start, sectors;
} __packed;

struct mbr {
	u8 code[446];
	struct mbr_entry entries[4];
	u16 signature;
} __packed;

#define MBR_SIGNATURE	0xaa55

/* A boot sector of a file system has the signature too, but not the rest. */
static bool mbr_valid(const struct mbr *mbr, const struct blk_dev *dev)
{
	if (mbr->signature != MBR_SIGNATURE)
		return false;
	for (u32 i = 0; i < 4; i++) {
		const struct mbr_entry *e = &mbr->entries[i];

		if (e->status & 0x7f)
			return false;
		if (e->type && (!e->start || !e->sectors ||
				e->start >= dev->sectors ||
				e->sectors > dev->sectors - e->start))
			return false;
	}
	return true;
}

static void add_partition(const struct blk_dev *drive, u32 number,
			  const struct mbr_entry *entry)
{
	struct blk_dev *dev = &partitions[partition_count];

	if (!entry->type || partition_count == MAX_PARTITIONS)
		return;
	*dev = (struct blk_dev){
		.rdev = drive->rdev + number,
		.queue = drive->queue,
		.start = entry->start,
		.sectors = entry->sectors,
		.read_only = drive->read_only,
		.block_size = drive->block_size,
	};
	snprintf(dev->name, sizeof(dev->name), "%.6s%c", drive->name,
		 (char)('0' + number));
	if (blk_register(dev))
		return;
	partition_count++;
	printk("%s: type %x, %u sectors from %u\n", dev->name, entry->type,
	       dev->sectors, dev->start);
}

/*
 * blk_scan_partitions: registers a drive's primary partitions.
 * => sleeps; a partition, a ramdisk (its minors are other ramdisks), or a
 *    drive without an MBR adds nothing
 */
void blk_scan_partitions(struct blk_dev *dev)
{
	struct mbr *mbr;

	if (dev->start || MAJOR(dev->rdev) == 1)
		return;
	mbr = get_free_page(GFP_KERNEL);
	if (!mbr)
		return;
	if (blk_transfer(dev, BLK_READ, 0, mbr, SECTOR_SIZE))
		printk("%s: the partition table cannot be read\n", dev->name);
	else if (mbr_valid(mbr, dev))
		for (u32 i = 0; i < 4; i++)
			add_partition(dev, i + 1, &mbr->entries[i]);
	free_page(mbr);
}
