/*
 * drivers/block/ide_dma.c - the bus master of an IDE channel.
 *
 * It moves a command's data by a table in memory: physical address and length
 * of each piece, the last one marked.  No piece may cross a 64 KB boundary.
 * Pieces that touch each other become one, so a request over adjacent frames
 * needs few entries.
 *
 * Locks: interrupts off.
 */
#include "drivers/block/ide.h"

#include "kernel/core/trace.h"
#include "kernel/base/phys.h"

#define BM_COMMAND	0
#define BM_STATUS	2
#define BM_TABLE	4
#define BM_START	0x01u
#define BM_TO_MEMORY	0x08u
#define BM_ERROR	0x02u	/* these two are cleared by writing a 1 */
#define BM_INTERRUPT	0x04u

#define PRD_END		0x80000000u
#define BOUNDARY	0x10000u

static u32 prd_tables[2][IDE_PRD_ENTRIES][2]
	__attribute__((aligned(sizeof(u32) * 2 * IDE_PRD_ENTRIES)));

void ide_dma_init(struct ide_channel *channel)
{
	channel->prd = prd_tables[channel->number];
}

/* Lengthens the last piece or begins one. => the new number of entries */
static u32 add_piece(u32 (*prd)[2], u32 entries, u32 phys, u32 bytes)
{
	if (entries && phys % BOUNDARY &&
	    prd[entries - 1][0] + prd[entries - 1][1] == phys) {
		prd[entries - 1][1] += bytes;
		return entries;
	}
	prd[entries][0] = phys;
	prd[entries][1] = bytes;
	return entries + 1;
}

/* Adds contiguous memory, split where it crosses a 64 KB boundary. */
static u32 add_memory(u32 (*prd)[2], u32 entries, u32 phys, u32 bytes)
{
	u32 room = BOUNDARY - phys % BOUNDARY;

	if (bytes <= room)
		return add_piece(prd, entries, phys, bytes);
	entries = add_piece(prd, entries, phys, room);
	return add_piece(prd, entries, phys + room, bytes - room);
}

/* Marks the last piece; a length of 64 KB is encoded as 0. */
static void finish_table(u32 (*prd)[2], u32 entries)
{
	for (u32 i = 0; i < entries; i++)
		prd[i][1] &= BOUNDARY - 1;
	prd[entries - 1][1] |= PRD_END;
}

/* Advances the channel's position in the request past the table's pieces. */
u32 ide_dma_prepare(struct ide_channel *channel, u32 limit, u8 rw)
{
	u32 entries = 0, sectors = 0;

	limit = min(limit, channel->left);
	while (sectors < limit && entries < IDE_PRD_ENTRIES - 1) {
		struct blk_io *io = channel->io;
		u32 bytes = min(io->bytes - channel->io_offset,
				(limit - sectors) * SECTOR_SIZE);
		char *data = (char *)io->data + channel->io_offset;

		entries = add_memory(channel->prd, entries, virt_to_phys(data),
				     bytes);
		sectors += bytes / SECTOR_SIZE;
		channel->io_offset += bytes;
		if (channel->io_offset < io->bytes)
			break;
		channel->io = io->next;
		channel->io_offset = 0;
	}
	BUG_ON(!entries || entries > IDE_PRD_ENTRIES, "%u entries, %u sectors",
	       entries, sectors);
	finish_table(channel->prd, entries);
	TRACE(IDE_DMA, channel->number, channel->sector, sectors, rw, entries);
	outl(channel->bus_master + BM_TABLE, virt_to_phys(channel->prd));
	outb(channel->bus_master + BM_COMMAND,
	     rw == BLK_READ ? BM_TO_MEMORY : 0);
	outb(channel->bus_master + BM_STATUS,
	     inb(channel->bus_master + BM_STATUS) | BM_ERROR | BM_INTERRUPT);
	return sectors;
}

/* Starts the transfer after the command was issued. */
void ide_dma_go(struct ide_channel *channel, u8 rw)
{
	outb(channel->bus_master + BM_COMMAND,
	     BM_START | (rw == BLK_READ ? BM_TO_MEMORY : 0));
}

bool ide_dma_interrupted(const struct ide_channel *channel)
{
	return inb(channel->bus_master + BM_STATUS) & BM_INTERRUPT;
}

bool ide_dma_stop(struct ide_channel *channel)
{
	u8 status = inb(channel->bus_master + BM_STATUS);

	outb(channel->bus_master + BM_COMMAND, 0);
	outb(channel->bus_master + BM_STATUS,
	     status | BM_ERROR | BM_INTERRUPT);
	return !(status & BM_ERROR);
}
