/*
 * drivers/block/ide.c - executes a request on an IDE channel.
 *
 * A request becomes one or more commands: a command moves at most 256 sectors
 * (65536 with LBA48) and as many pieces of memory as the table of the bus
 * master has entries.  There is one interrupt a command with DMA, one a sector
 * without.  Each state of the channel has a function for its interrupt; in any
 * other state an interrupt is only acknowledged.
 *
 * Two drives share a channel, with one command at a time; they take turns.
 *
 * Invariants: channel->active is the drive whose queue.active is served; the
 * channel's timer runs from the command until the interrupt.
 * Locks: interrupts off.  ide_start() runs under the queue's lock, which
 * blk_done() must not: so a command that cannot be issued is left to the timer.
 */
#include "drivers/block/ide.h"


#define LBA28_SECTORS	(1u << 28)
#define DEVICE_LBA	0xe0
#define READY_READS	10000	/* of the status: 10 ms at ISA speed */
#define FLUSH_PATIENCE	6	/* time-outs allowed for a whole cache */

/* Commands: the short form, and the one for LBA48. */
struct ide_command {
	u8 lba28, lba48;
};

static const struct ide_command pio_commands[] = {
	[BLK_READ] = { 0x20, 0x24 },
	[BLK_WRITE] = { 0x30, 0x34 },
};

static const struct ide_command dma_commands[] = {
	[BLK_READ] = { 0xc8, 0x25 },
	[BLK_WRITE] = { 0xca, 0x35 },
};

static const struct ide_command flush_command = { 0xe7, 0xea };

u32 ide_timeout = 5 * HZ;

void ide_select(struct ide_channel *channel, const struct ide_drive *drive)
{
	ide_out(channel, IDE_REG_DEVICE, DEVICE_LBA | drive->unit << 4);
	for (int i = 0; i < 4; i++)
		ide_status(channel);	/* 400 ns until the status is valid */
}

bool ide_wait_ready(const struct ide_channel *channel)
{
	for (u32 i = 0; i < READY_READS; i++) {
		u8 status = ide_status(channel);

		if (!(status & (STATUS_BSY | STATUS_DRQ)))
			return status & STATUS_DRDY;
	}
	return false;
}

static void put_lba(struct ide_channel *channel, u8 count, u32 lba)
{
	ide_out(channel, IDE_REG_COUNT, count);
	ide_out(channel, IDE_REG_LBA_LOW, lba);
	ide_out(channel, IDE_REG_LBA_MID, lba >> 8);
	ide_out(channel, IDE_REG_LBA_HIGH, lba >> 16);
}

/* The drive must be ready.  A count of 256 or 65536 is encoded as 0. */
static void give_command(struct ide_channel *channel,
			 const struct ide_command *command)
{
	const struct ide_drive *drive = channel->active;
	u32 lba = channel->sector, count = channel->command_sectors;

	timer_add(&channel->timer, jiffies + ide_timeout);
	if (drive->lba48 && (count > 256 || lba + count > LBA28_SECTORS)) {
		put_lba(channel, count >> 8, lba >> 24);
		put_lba(channel, count, lba);
		ide_out(channel, IDE_REG_COMMAND, command->lba48);
		return;
	}
	put_lba(channel, count, lba);
	ide_out(channel, IDE_REG_DEVICE,
		DEVICE_LBA | drive->unit << 4 | (lba >> 24 & 15));
	ide_out(channel, IDE_REG_COMMAND, command->lba28);
}

/* ---- PIO: the processor moves each sector ------------------------------- */

static void *next_sector(struct ide_channel *channel)
{
	char *data = (char *)channel->io->data + channel->io_offset;

	channel->io_offset += SECTOR_SIZE;
	if (channel->io_offset == channel->io->bytes) {
		channel->io = channel->io->next;
		channel->io_offset = 0;
	}
	channel->pio_left--;
	return data;
}

static void put_sector(struct ide_channel *channel)
{
	outsw(channel->base + IDE_REG_DATA, next_sector(channel),
	      SECTOR_SIZE / 2);
}

/* Polls: the drive requests a write's first sector without an interrupt. */
static bool wait_drq(const struct ide_channel *channel)
{
	for (u32 i = 0; i < READY_READS; i++) {
		u8 status = ide_status(channel);

		if (!(status & STATUS_BSY) &&
		    (status & (STATUS_DRQ | STATUS_ERR | STATUS_DF)))
			return status & STATUS_DRQ;
	}
	return false;
}

static void start_pio(struct ide_channel *channel, u8 rw, u32 limit)
{
	channel->state = rw == BLK_READ ? IDE_PIO_READ : IDE_PIO_WRITE;
	channel->command_sectors = min(channel->left, limit);
	channel->pio_left = channel->command_sectors;
	give_command(channel, &pio_commands[rw]);
	/* Without DRQ: an interrupt reports the error, or the time-out. */
	if (rw == BLK_WRITE && wait_drq(channel))
		put_sector(channel);
}

/* ---- commands ----------------------------------------------------------- */

static void start_dma(struct ide_channel *channel, u8 rw, u32 limit)
{
	channel->state = IDE_DMA;
	channel->command_sectors = ide_dma_prepare(channel, limit, rw);
	give_command(channel, &dma_commands[rw]);
	ide_dma_go(channel, rw);
}

static void start_flush(struct ide_channel *channel)
{
	channel->state = IDE_FLUSH;
	channel->command_sectors = 0;
	give_command(channel, &flush_command);
	timer_add(&channel->timer, jiffies + FLUSH_PATIENCE * ide_timeout);
}

static void start_command(struct ide_channel *channel)
{
	struct ide_drive *drive = channel->active;
	const struct blk_request *request = drive->queue.active;
	u32 limit = drive->lba48 ? 65536 : 256;

	ide_select(channel, drive);
	if (!ide_wait_ready(channel)) {
		channel->state = IDE_STUCK;
		timer_add(&channel->timer, jiffies + 1);
	} else if (request->rw == BLK_FLUSH) {
		start_flush(channel);
	} else if (drive->dma && request->tries < IDE_TRIES - 1) {
		start_dma(channel, request->rw, limit);
	} else {
		start_pio(channel, request->rw, limit);
	}
}

void ide_restart(struct ide_channel *channel)
{
	const struct blk_request *request = channel->active->queue.active;

	BUG_ON(!request, "%s has no request", channel->active->dev.name);
	channel->io = request->first;
	channel->io_offset = 0;
	channel->sector = request->rw == BLK_FLUSH ? 0 : request->sector;
	channel->left = request->sectors;
	start_command(channel);
}

/* Serves the drive that was not served last, if both want it. */
static void serve_next(struct ide_channel *channel)
{
	struct ide_drive *drive = &channel->drives[0];

	if (channel->active)
		return;
	if (!drive->wants || (channel->last == drive && drive[1].wants))
		drive = &channel->drives[1];
	if (!drive->wants)
		return;
	channel->active = drive;
	ide_restart(channel);
}

void ide_start(struct blk_queue *queue, struct blk_request *request __unused)
{
	struct ide_drive *drive = queue->drive;

	drive->wants = true;
	serve_next(drive->channel);
}

/* Counts a request that only PIO could do; a few of them turn DMA off. */
static void count_dma_fault(struct ide_drive *drive)
{
	if (++drive->dma_faults < IDE_DMA_FAULTS)
		return;
	drive->dma = false;
	printk("%s: %u requests failed with DMA but not without: PIO now\n",
	       drive->dev.name, drive->dma_faults);
}

void ide_finish(struct ide_channel *channel, int error)
{
	struct ide_drive *drive = channel->active;
	const struct blk_request *request = drive->queue.active;

	if (!error && drive->dma && request->tries == IDE_TRIES - 1 &&
	    request->rw != BLK_FLUSH)
		count_dma_fault(drive);
	channel->state = IDE_IDLE;
	channel->active = NULL;
	channel->last = drive;
	drive->wants = false;
	blk_done(&drive->queue, error);
	serve_next(channel);
}

static void command_done(struct ide_channel *channel)
{
	channel->left -= channel->command_sectors;
	channel->sector += channel->command_sectors;
	if (channel->left)
		start_command(channel);
	else
		ide_finish(channel, 0);
}

/* ---- interrupts: one function a state ----------------------------------- */

static bool ide_failed(u8 status)
{
	return status & (STATUS_ERR | STATUS_DF);
}

static void dma_interrupt(struct ide_channel *channel, u8 status)
{
	bool moved = ide_dma_stop(channel);

	if (ide_failed(status) || status & STATUS_DRQ || !moved)
		ide_fail(channel, status);
	else
		command_done(channel);
}

static void pio_read_interrupt(struct ide_channel *channel, u8 status)
{
	if (ide_failed(status) || !(status & STATUS_DRQ)) {
		ide_fail(channel, status);
		return;
	}
	insw(channel->base + IDE_REG_DATA, next_sector(channel),
	     SECTOR_SIZE / 2);
	if (channel->pio_left)
		timer_add(&channel->timer, jiffies + ide_timeout);
	else
		command_done(channel);
}

static void pio_write_interrupt(struct ide_channel *channel, u8 status)
{
	if (ide_failed(status) ||
	    !(status & STATUS_DRQ) != !channel->pio_left) {
		ide_fail(channel, status);
	} else if (channel->pio_left) {
		timer_add(&channel->timer, jiffies + ide_timeout);
		put_sector(channel);
	} else {
		command_done(channel);
	}
}

/* A drive without FLUSH CACHE has no cache: its error is no failure. */
static void flush_interrupt(struct ide_channel *channel, u8 status)
{
	bool refused = ide_in(channel, IDE_REG_ERROR) & ERROR_ABRT &&
		       !channel->active->knows_flush;

	if (ide_failed(status) && !refused)
		ide_fail(channel, status);
	else
		ide_finish(channel, 0);
}

void ide_interrupt(int irq __unused, void *arg)
{
	static void (*const handlers[IDE_STATES])(struct ide_channel *, u8) = {
		[IDE_DMA] = dma_interrupt,
		[IDE_PIO_READ] = pio_read_interrupt,
		[IDE_PIO_WRITE] = pio_write_interrupt,
		[IDE_FLUSH] = flush_interrupt,
	};
	struct ide_channel *channel = arg;
	u8 status;

	if (channel->state == IDE_DMA && !ide_dma_interrupted(channel))
		return;
	if (ide_status(channel) & STATUS_BSY)
		return;
	status = ide_in(channel, IDE_REG_STATUS);
	if (!handlers[channel->state])
		return;
	timer_del(&channel->timer);
	handlers[channel->state](channel, status);
}
