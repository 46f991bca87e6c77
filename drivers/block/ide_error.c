/*
 * drivers/block/ide_error.c - errors and time-outs of IDE drives.
 *
 * A failed request is tried three times, the last time without DMA; it ends
 * with the error of the last try.  A drive that times out, reports a device
 * fault, or rejects a command is reset first, with its whole channel.  The
 * timer checks once a jiffy for the end of the reset: nothing here spins.
 *
 * Locks: interrupts off; all of it runs in interrupts.
 */
#include "drivers/block/ide.h"

#include "kernel/core/trace.h"
#include "kernel/base/vmstat.h"

#define RESET_READS	50	/* of the status: at least 5 us */

static const char *const status_bits[8] = {
	"ERR", "IDX", "CORR", "DRQ", "DSC", "DF", "DRDY", "BSY",
};

static const char *const error_bits[8] = {
	"AMNF", "TK0NF", "ABRT", "MCR", "IDNF", "MC", "UNC", "ICRC",
};

static void print_bits(const char *what, u8 value, const char *const names[8])
{
	printk(", %s 0x%x", what, value);
	for (int bit = 7; bit >= 0; bit--)
		if (value >> bit & 1)
			printk(" %s", names[bit]);
}

/* Reports the first failure of a request, and the final one. */
static void ide_report(struct ide_channel *channel, const char *what, u8 status,
		       u8 error)
{
	const struct ide_drive *drive = channel->active;
	const struct blk_request *request = drive->queue.active;
	static const char *const verbs[] = { "read", "write", "flush" };

	TRACE(IDE_ERROR, channel->number, status, error, request->sector,
	      request->tries);
	if (request->tries > 1 && request->tries < IDE_TRIES)
		return;
	printk("%s: %s of %u sectors at %u %s, try %u of %u", drive->dev.name,
	       verbs[request->rw], request->sectors, request->sector, what,
	       request->tries, IDE_TRIES);
	print_bits("status", status, status_bits);
	if (status & STATUS_ERR)
		print_bits("error", error, error_bits);
	printk("\n");
}

static void try_again(struct ide_channel *channel, int error)
{
	if (channel->active->queue.active->tries < IDE_TRIES) {
		count_vm(disk_retries);
		ide_restart(channel);
	} else {
		ide_finish(channel, error);
	}
}

/* Resets both drives; the state of the current request is lost. */
static void reset_channel(struct ide_channel *channel)
{
	count_vm(disk_resets);
	channel->state = IDE_RESET;
	channel->reset_end = jiffies + ide_timeout;
	outb(channel->control, CONTROL_SRST | CONTROL_NIEN);
	for (int i = 0; i < RESET_READS; i++)
		ide_status(channel);
	outb(channel->control, 0);
	timer_add(&channel->timer, jiffies + 1);
}

static void look_after_reset(struct ide_channel *channel)
{
	if (ide_status(channel) & STATUS_BSY &&
	    time_after(channel->reset_end, jiffies)) {
		timer_add(&channel->timer, jiffies + 1);
		return;
	}
	ide_in(channel, IDE_REG_STATUS);
	try_again(channel, -ETIMEDOUT);
}

/* Handles the failure of the current command with this status. */
void ide_fail(struct ide_channel *channel, u8 status)
{
	channel->active->queue.active->tries++;
	ide_report(channel, "failed", status, ide_in(channel, IDE_REG_ERROR));
	if (status & (STATUS_DF | STATUS_DRQ))
		reset_channel(channel);
	else
		try_again(channel, -EIO);
}

/* The timer: a time-out, or the next check of a reset. */
void ide_timer_fn(void *arg)
{
	struct ide_channel *channel = arg;

	if (channel->state == IDE_RESET) {
		look_after_reset(channel);
		return;
	}
	count_vm(disk_timeouts);
	channel->active->queue.active->tries++;
	ide_report(channel, "is not answered", ide_status(channel), 0);
	if (channel->state == IDE_DMA)
		ide_dma_stop(channel);
	reset_channel(channel);
}
