/*
 * mm/swap/page_io.c - transfers between pages of the swap cache and their slots
 *
 * A transfer is a struct blk_io and has no buffer heads.  Until it ends the
 * page is locked and has one reference for it, marked by PG_swap_io (reclaim
 * counts it like the reference of buffers).  The end of the transfer, in an
 * interrupt, unlocks the page; after a write it is clean, and page_launder
 * moves it to inactive_clean like any clean page.
 *
 * At most 8 << page_cluster transfers are in flight; a task that needs one more
 * sleeps until one ends.
 *
 * A failed read leaves the page not uptodate: a task that faults on it gets
 * SIGBUS.  A failed write leaves it dirty and referenced, so that it goes back
 * to active and is written again later.
 *
 * Invariants: busy is the number of entries of ios[] that are in use.
 * Locks: interrupts off around the free list.
 */
#include "kernel/core/trace.h"
#include "kernel/base/vmstat.h"
#include "kernel/base/x86.h"
#include "mm/reclaim/reclaim.h"
#include "mm/reclaim/touch.h"
#include "mm/swap/swap.h"

#define SWAP_IOS	128u	/* 8 << 4 */
#define PAGE_SECTORS	(PAGE_SIZE >> SECTOR_SHIFT)

struct swap_io {
	struct blk_io io;
	struct page *page;		/* NULL: free */
};

static struct swap_io ios[SWAP_IOS];
static unsigned int busy;
static WAIT_QUEUE(io_wait);

static void end_write(struct page *page, int error)
{
	if (!error)
		return;
	count_vm(swap_write_errors);
	page_set(page, PG_dirty);
	page_set(page, PG_referenced);
}

static void end_read(struct page *page, int error)
{
	if (error) {
		count_vm(swap_read_errors);
		page_set(page, PG_error);
	} else {
		page_set(page, PG_uptodate);
	}
}

/* blk_io.end_io: interrupt context. */
static void end_swap_io(struct blk_io *io, int error)
{
	struct swap_io *swap_io = container_of(io, struct swap_io, io);
	struct page *page = swap_io->page;

	if (io->rw == BLK_WRITE)
		end_write(page, error);
	else
		end_read(page, error);
	swap_io->page = NULL;
	busy--;
	page_clear(page, PG_swap_io);
	unlock_page(page);
	put_page(page);
	wake_up(&io_wait);
}

/* => an entry for the page's transfer; NULL: too many are in flight */
static struct swap_io *try_get_io(struct page *page)
{
	unsigned int limit = min(8u << page_cluster, SWAP_IOS), i = 0;
	unsigned long flags = x86_irq_save();
	struct swap_io *swap_io = NULL;

	if (busy < limit) {
		while (ios[i].page)
			i++;
		swap_io = &ios[i];
		swap_io->page = page;
		busy++;
	}
	x86_irq_restore(flags);
	return swap_io;
}

static struct swap_io *get_io(struct page *page)
{
	struct swap_io *swap_io = try_get_io(page);

	if (swap_io)
		return swap_io;
	count_vm(swap_io_waits);
	blk_unplug_all();
	wait_event(io_wait, (swap_io = try_get_io(page)) != NULL);
	return swap_io;
}

/* => page locked, in the swap cache, the caller holding a reference; the end of
 *    the transfer unlocks; sleeps */
void rw_swap_page(int rw, struct page *page)
{
	struct swap_io *swap_io = get_io(page);
	swp_entry entry = page->index;

	if (rw == BLK_WRITE) {
		count_vm(swap_out_pages);
		trace_page(TRACE_WRITTEN, page, IO_SWAP);
	} else {
		count_vm(swap_in_pages);
	}
	TRACE(SWAP_IO, page_to_pfn(page), entry, rw);
	get_page(page);
	page_set(page, PG_swap_io);
	swap_io->io = (struct blk_io){
		.dev = swap_info[SWP_TYPE(entry)].dev,
		.sector = SWP_SLOT(entry) * PAGE_SECTORS,
		.bytes = PAGE_SIZE,
		.data = page_address(page),
		.rw = rw,
		.initiator = IO_SWAP,
		.place = 2 * IO_SWAPPED,
		.end_io = end_swap_io,
	};
	blk_submit(&swap_io->io);
}
