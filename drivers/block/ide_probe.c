/*
 * drivers/block/ide_probe.c - finds IDE channels and drives at boot.
 *
 * The channels are at the addresses of the PC/AT (1F0 and 170, lines 14 and
 * 15); PCI only gives the ports of the bus master, if there is one.  Probing
 * polls with interrupts off and a bound on every wait.  A channel without
 * drives floats: all its registers read FF.
 *
 * Locks: none; at boot.
 */
#include "drivers/block/ide.h"

#include "drivers/chip/pci.h"
#include "kernel/base/cmdline.h"
#include "kernel/core/trap.h"

#define PCI_CLASS_IDE	0x0101
#define BUS_MASTER_BAR	4

#define COMMAND_IDENTIFY 0xec
#define IDENTIFY_READS	2000000	/* of the status: 2 s at ISA speed */
#define FLOATING	0xff

/* Words of the IDENTIFY data. */
#define ID_MODEL	27	/* 20 words, two characters each, swapped */
#define ID_CAPABILITIES	49
#define ID_HAS_DMA	0x100u
#define ID_HAS_LBA	0x200u
#define ID_SECTORS	60	/* two words */
#define ID_COMMANDS	83
#define ID_HAS_LBA48	0x400u
#define ID_HAS_FLUSH	0x1000u
#define ID_VALID	0xc000u	/* the word is valid if of these bits */
#define ID_VALID_MARK	0x4000u	/* only this one is set */
#define ID_SECTORS48	100	/* four words */

struct ide_channel ide_channels[2] = {
	{ .number = 0, .base = 0x1f0, .control = 0x3f6, .irq = 14 },
	{ .number = 1, .base = 0x170, .control = 0x376, .irq = 15 },
};

/* => false: no drive stores the values written */
static bool registers_answer(const struct ide_channel *channel)
{
	ide_out(channel, IDE_REG_COUNT, 0x55);
	ide_out(channel, IDE_REG_LBA_LOW, 0xaa);
	return ide_in(channel, IDE_REG_COUNT) == 0x55 &&
	       ide_in(channel, IDE_REG_LBA_LOW) == 0xaa;
}

/* => the status once not busy */
static u8 wait_not_busy(const struct ide_channel *channel)
{
	u8 status = STATUS_BSY;

	for (u32 i = 0; i < IDENTIFY_READS && status & STATUS_BSY; i++)
		status = ide_status(channel);
	return status;
}

static bool is_atapi(const struct ide_channel *channel)
{
	return ide_in(channel, IDE_REG_LBA_MID) == 0x14 &&
	       ide_in(channel, IDE_REG_LBA_HIGH) == 0xeb;
}

/* => false: no disk there */
static bool ide_identify(struct ide_channel *channel, struct ide_drive *drive,
			 u16 *id)
{
	u8 status;

	ide_select(channel, drive);
	if (ide_status(channel) == FLOATING || !registers_answer(channel))
		return false;
	ide_out(channel, IDE_REG_COMMAND, COMMAND_IDENTIFY);
	if (!ide_status(channel))
		return false;
	status = wait_not_busy(channel);
	if (!(status & (STATUS_BSY | STATUS_ERR)) && status & STATUS_DRQ) {
		insw(channel->base + IDE_REG_DATA, id, SECTOR_SIZE / 2);
		ide_in(channel, IDE_REG_STATUS);
		return true;
	}
	if (status & STATUS_ERR && is_atapi(channel))
		printk("%s: not a disk (ATAPI), ignored\n",
		       drive->dev.name);
	ide_in(channel, IDE_REG_STATUS);
	return false;
}

/* => sectors, as many as 32 bits can number; 0: no LBA */
static u32 read_abilities(struct ide_drive *drive, const u16 *id)
{
	u32 sectors = id[ID_SECTORS] | id[ID_SECTORS + 1] << 16;

	if (!(id[ID_CAPABILITIES] & ID_HAS_LBA))
		return 0;
	if ((id[ID_COMMANDS] & ID_VALID) == ID_VALID_MARK) {
		drive->lba48 = id[ID_COMMANDS] & ID_HAS_LBA48;
		drive->knows_flush = id[ID_COMMANDS] & ID_HAS_FLUSH;
	}
	if (!drive->lba48)
		return sectors;
	if (id[ID_SECTORS48 + 2] || id[ID_SECTORS48 + 3])
		return ~0u;
	return max(sectors, id[ID_SECTORS48] |
				    (u32)id[ID_SECTORS48 + 1] << 16);
}

static void print_drive(const struct ide_drive *drive, const u16 *id)
{
	char model[41];
	int n = 40;

	for (int i = 0; i < 40; i++)
		model[i] = id[ID_MODEL + i / 2] >> (i & 1 ? 0 : 8);
	while (n && model[n - 1] == ' ')
		n--;
	model[n] = 0;
	printk("%s: %s, %u MB, %s%s\n", drive->dev.name, model,
	       drive->dev.sectors / 2048, drive->dma ? "DMA" : "PIO",
	       drive->lba48 ? ", LBA48" : "");
}

static bool add_drive(struct ide_channel *channel, int unit)
{
	static u16 id[SECTOR_SIZE / 2];
	struct ide_drive *drive = &channel->drives[unit];
	struct blk_dev *dev = &drive->dev;

	drive->channel = channel;
	drive->unit = unit;
	snprintf(dev->name, sizeof(dev->name), "hd%c",
		 'a' + 2 * channel->number + unit);
	if (!ide_identify(channel, drive, id))
		return false;
	dev->sectors = read_abilities(drive, id);
	if (!dev->sectors) {
		printk("%s: no LBA, ignored\n", dev->name);
		return false;
	}
	drive->dma = channel->bus_master && id[ID_CAPABILITIES] & ID_HAS_DMA;
	dev->rdev = MKDEV(channel->number ? 22 : 3, 64 * unit);
	dev->queue = &drive->queue;
	dev->block_size = 1024;
	blk_queue_init(&drive->queue, dev->name, ide_start, drive);
	print_drive(drive, id);
	return !blk_register(dev);
}

/* => number of disks on the channel */
static int probe_channel(struct ide_channel *channel)
{
	int count;

	timer_setup(&channel->timer, ide_timer_fn, channel);
	ide_dma_init(channel);
	outb(channel->control, CONTROL_NIEN);
	count = add_drive(channel, 0) + add_drive(channel, 1);
	if (!count)
		return 0;
	if (request_irq(channel->irq, ide_interrupt, channel, "ide"))
		printk("ide: line %u is taken\n", channel->irq);
	ide_select(channel, &channel->drives[0]);
	ide_in(channel, IDE_REG_STATUS);
	outb(channel->control, 0);
	return count;
}

/* => ports of the bus master; 0: none, or ide=pio */
static u16 find_bus_master(void)
{
	const struct pci_function *fn = pci_find_class(PCI_CLASS_IDE);
	u32 bar;

	if (!fn) {
		printk("ide: no PCI controller, no DMA\n");
		return 0;
	}
	bar = pci_read(fn, PCI_BAR(BUS_MASTER_BAR));
	if (!strcmp(boot_options.ide, "pio") || !(bar & 1) || bar < 16)
		return 0;
	pci_write(fn, PCI_COMMAND,
		  (pci_read(fn, PCI_COMMAND) & 0xffff) | PCI_COMMAND_IO |
			  PCI_COMMAND_MASTER);
	return bar & 0xfff0;
}

void ide_init(void)
{
	u16 bus_master = find_bus_master();
	int count = 0;

	for (int i = 0; i < 2; i++) {
		if (bus_master)
			ide_channels[i].bus_master = bus_master + 8 * i;
		count += probe_channel(&ide_channels[i]);
	}
	if (!count)
		printk("ide: no disks\n");
}
