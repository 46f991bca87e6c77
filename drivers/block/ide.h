/*
 * drivers/block/ide.h - IDE channels and drives: private to drivers/ide*.c.
 *
 * Letters: (c) constant after ide_init(); (i) interrupts off.
 */
#pragma once

#include "drivers/block/blk.h"
#include "kernel/base/x86.h"

/* Registers, from channel->base. */
#define IDE_REG_DATA	0
#define IDE_REG_ERROR	1	/* read */
#define IDE_REG_COUNT	2
#define IDE_REG_LBA_LOW	3
#define IDE_REG_LBA_MID	4
#define IDE_REG_LBA_HIGH	5
#define IDE_REG_DEVICE	6	/* 0xe0: LBA; 0x10: the slave */
#define IDE_REG_STATUS	7	/* read: clears the interrupt */
#define IDE_REG_COMMAND	7	/* write */

#define STATUS_BSY	0x80u	/* the other bits are invalid */
#define STATUS_DRDY	0x40u
#define STATUS_DF	0x20u	/* device fault */
#define STATUS_DRQ	0x08u	/* ready to transfer a sector */
#define STATUS_ERR	0x01u	/* see the error register */
#define ERROR_ABRT	0x04u	/* command unsupported or failed */
#define CONTROL_SRST	0x04u
#define CONTROL_NIEN	0x02u	/* no interrupts */

#define IDE_TRIES	3	/* per request; the last one without DMA */
#define IDE_DMA_FAULTS	3	/* requests that only PIO could do */
#define IDE_PRD_ENTRIES	512

/* The channel's state: it decides what an interrupt or time-out means. */
enum ide_state { IDE_IDLE, IDE_DMA, IDE_PIO_READ, IDE_PIO_WRITE, IDE_FLUSH,
		 IDE_STUCK, IDE_RESET, IDE_STATES };

struct ide_drive {
	struct ide_channel *channel;	/* c */
	u8 unit;			/* c: 0 master, 1 slave */
	bool lba48;			/* c */
	bool dma;			/* i: may still be used */
	bool wants;			/* i: queue.active is set */
	bool knows_flush;		/* c: FLUSH CACHE is supported */
	u8 dma_faults;			/* i: requests only PIO could do */
	struct blk_queue queue;
	struct blk_dev dev;		/* c: sectors 0: no drive */
};

/* One command at a time, whichever drive it is for. */
struct ide_channel {
	u16 base, control;		/* c: ports */
	u16 bus_master;			/* c: ports; 0: no DMA */
	u8 number, irq;			/* c */
	enum ide_state state;		/* i */
	struct ide_drive *active;	/* i: the drive served */
	struct ide_drive *last;		/* i: the drive served before */
	struct ide_drive drives[2];

	/* i: the request's progress */
	struct blk_io *io;		/* the transfer in progress */
	u32 io_offset;
	u32 sector;			/* of the current command */
	u32 command_sectors;		/* in it */
	u32 left;			/* of the request, incl. the command */
	u32 pio_left;			/* of the command, in PIO */

	struct timer timer;		/* time-out; polling after a reset */
	unsigned long reset_end;	/* i: jiffies */
	u32 (*prd)[2];			/* c: address; bytes and end mark */
};

extern u32 ide_timeout;		/* tunable: jiffies until a drive is reset */
extern struct ide_channel ide_channels[2];

/* drives a request: drivers/block/ide.c */
void ide_start(struct blk_queue *queue, struct blk_request *request);
void ide_restart(struct ide_channel *channel);	/* from its start */
void ide_finish(struct ide_channel *channel, int error);
void ide_interrupt(int irq, void *channel);
void ide_select(struct ide_channel *channel, const struct ide_drive *drive);
/* => false: busy for longer than the limit */
bool ide_wait_ready(const struct ide_channel *channel);

/* bus master: drivers/block/ide_dma.c */
void ide_dma_init(struct ide_channel *channel);
/* Fills the table. => sectors it covers, <= limit */
u32 ide_dma_prepare(struct ide_channel *channel, u32 limit, u8 rw);
void ide_dma_go(struct ide_channel *channel, u8 rw);
bool ide_dma_interrupted(const struct ide_channel *channel);
bool ide_dma_stop(struct ide_channel *channel);	/* false: bus error */

/* errors: drivers/block/ide_error.c */
void ide_fail(struct ide_channel *channel, u8 status);
void ide_timer_fn(void *channel);

static inline u8 ide_in(const struct ide_channel *channel, u16 reg)
{
	return inb(channel->base + reg);
}

static inline void ide_out(const struct ide_channel *channel, u16 reg, u8 value)
{
	outb(channel->base + reg, value);
}

/* The status without its side effect on the interrupt. */
static inline u8 ide_status(const struct ide_channel *channel)
{
	return inb(channel->control);
}
