/*
 * drivers/block/blk_dev.c - block devices by name and number, and their
 * partitions.
 *
 * A device is a range of sectors of a drive.  Drivers register whole drives;
 * the primary partitions of an MBR become devices hda1..hda4, the logical ones
 * hda5 and up, that share the drive's queue.
 *
 * Invariants: numbers are unique; a device is never removed.
 * Locks: none; devices are added only at boot.
 */
#include "drivers/block/blk.h"

#include "kernel/base/phys.h"

#define MAX_PARTITIONS	64	/* on all drives */
#define MAX_DEVS	(4 + MAX_PARTITIONS + RAMDISKS)	/* drives: 4 */
#define FIRST_LOGICAL	5
#define MAX_NUMBER	63	/* hda63; number 64 is hdb */
#define MAX_TABLES	64	/* in one extended partition */

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

/* A drive is in use when one of its partitions is; a partition also when its
 * drive is.  => true: sectors of dev have a holder */
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

/* => an extended partition, which holds logical ones */
static bool is_extended(const struct mbr_entry *e)
{
	return e->type == 0x05 || e->type == 0x0f || e->type == 0x85;
}

/* => false: the partition reaches beyond "sectors" */
static bool is_inside(const struct mbr_entry *e, u32 sectors)
{
	return e->start && e->sectors && e->start < sectors &&
	       e->sectors <= sectors - e->start;
}

/* A boot sector of a file system has the signature, but no valid entries. */
static bool mbr_valid(const struct mbr *mbr, const struct blk_dev *dev)
{
	if (mbr->signature != MBR_SIGNATURE)
		return false;
	for (u32 i = 0; i < 4; i++) {
		const struct mbr_entry *e = &mbr->entries[i];

		if (e->status & 0x7f)
			return false;
		if (e->type && !is_inside(e, dev->sectors))
			return false;
	}
	return true;
}

/* => false: not registered */
static bool add_partition(const struct blk_dev *drive, u32 number,
			  const struct mbr_entry *entry)
{
	struct blk_dev *dev = &partitions[partition_count];

	if (!entry->type)
		return false;
	if (partition_count == MAX_PARTITIONS || number > MAX_NUMBER) {
		printk("%s%u: one partition too many\n", drive->name, number);
		return false;
	}
	*dev = (struct blk_dev){
		.rdev = drive->rdev + number,
		.queue = drive->queue,
		.start = entry->start,
		/* Protects the tables of logical partitions. */
		.sectors = is_extended(entry) ? min(entry->sectors, 2u) :
						entry->sectors,
		.read_only = drive->read_only,
		.block_size = drive->block_size,
	};
	snprintf(dev->name, sizeof(dev->name), "%.5s%u", drive->name, number);
	if (blk_register(dev))
		return false;
	partition_count++;
	printk("%s: type %x, %u sectors from %u\n", dev->name, entry->type,
	       dev->sectors, dev->start);
	return true;
}

/*
 * Logical partitions are a chain of tables.  Entry 0 is a partition, relative
 * to its table; entry 1 is the next table, relative to the extended partition.
 * => the number for the next partition; mbr is overwritten
 */
static u32 scan_logical(struct blk_dev *drive, const struct mbr_entry *whole,
			u32 number, struct mbr *mbr)
{
	struct mbr_entry *part = &mbr->entries[0], *next = &mbr->entries[1];
	u32 seen[MAX_TABLES + 1] = { 0 }, i, n;

	for (i = 0; i < MAX_TABLES; i++) {
		for (n = 0; n < i && seen[n] != seen[i]; n++)
			;
		if (n < i || seen[i] >= whole->sectors ||
		    blk_transfer(drive, BLK_READ, whole->start + seen[i], mbr,
				 SECTOR_SIZE) ||
		    mbr->signature != MBR_SIGNATURE ||
		    (part->type && !is_inside(part, whole->sectors - seen[i])))
			break;
		part->start += whole->start + seen[i];
		number += add_partition(drive, number, part);
		if (!is_extended(next))
			return number;
		seen[i + 1] = next->start;
	}
	printk("%s: table %u of the logical partitions is damaged or leads "
	       "back: the rest is left out\n", drive->name, i);
	return number;
}

static void scan_table(struct blk_dev *drive, struct mbr *mbr)
{
	struct mbr first = *mbr;
	u32 logical = FIRST_LOGICAL;

	for (u32 i = 0; i < 4; i++)
		add_partition(drive, i + 1, &first.entries[i]);
	for (u32 i = 0; i < 4; i++)
		if (is_extended(&first.entries[i]))
			logical = scan_logical(drive, &first.entries[i],
					       logical, mbr);
}

/*
 * blk_scan_partitions: registers a drive's primary and logical partitions.
 * => sleeps; a partition, a ramdisk (its minors are other ramdisks), or a
 *    drive without an MBR adds nothing
 */
void blk_scan_partitions(struct blk_dev *dev)
{
	static struct mbr mbr __attribute__((aligned(SECTOR_SIZE)));

	if (dev->start || MAJOR(dev->rdev) == 1)
		return;
	if (blk_transfer(dev, BLK_READ, 0, &mbr, SECTOR_SIZE))
		printk("%s: the partition table cannot be read\n", dev->name);
	else if (mbr_valid(&mbr, dev))
		scan_table(dev, &mbr);
}
