/*
 * mm/reclaim/buffer_hooks.h - mm's calls into the buffer cache without an
 * include of it: one table, registered by the buffer cache at start-up.
 */
#pragma once

#include "mm/frames/page_alloc.h"

struct address_space;

/*
 * The design of the buffer cache that a scanner names; each is a table there
 * (fs/buffer/buffer_design.h).
 */
enum buffer_side {
	BUFFERS_CLASSIC,	/* buffer pages have no owner; each buffer is
				   written separately */
	BUFFERS_WRITEPAGE,	/* one mapping owns them; a dirty buffer marks
				   its page dirty; the owner writes the page */
	BUFFER_SIDES
};

/* Callers of wakeup_bdflush, for counters. */
enum bdflush_caller { BDF_BALANCE, BDF_REFILL, BDF_TRY_TO_FREE, BDF_LAUNDER,
		      BDF_OTHER, BDF_CALLERS };

/*
 * The defects of patch v2 that are mended by default, one bit per number of
 * docs/CAVEATS.md: 3, 4, 6, 7, 16.  A set bit turns the defect back on.  Each
 * is mended in the one place that tests DEFECT(n).
 */
extern u32 design_defects;
#define DEFECT(n)	(design_defects >> (n) & 1)

struct buffer_hooks {
	/*
	 * Drops the page's buffers if none is busy, and takes the page out of
	 * buffermem_pages.  Page locked.  No I/O, no sleep.
	 * => true: page->buffers is NULL and one reference was dropped; the
	 *    caller holds another
	 */
	bool (*try_to_free_buffers)(struct page *page);
	/* Starts the writes of the page's dirty buffers, one by one; with
	 * wait, waits for those already in flight.  Page locked; sleeps for
	 * requests. */
	void (*write_page_buffers)(struct page *page, bool wait);
	/* Waits for the transfers of the page's buffers; page locked. */
	void (*wait_page_buffers)(struct page *page);
	void (*wakeup_bdflush)(bool block, int caller);
	/* Numbers for samples and the dirty percentages. */
	unsigned long (*dirty_buffers)(void);
	unsigned long (*locked_buffers)(void);
	unsigned long (*heads)(void);
	/*
	 * The run-time switch: stops submitters, syncs, drops the buffers that
	 * can be dropped, converts pinned pages in place, checks.  It waits for
	 * a buffer page that a scanner has locked.  vm_scanner must change
	 * before the caller sleeps again.
	 * => 0, or -EBUSY: nothing changed; sleeps
	 */
	int (*switch_side)(enum buffer_side to);
	/* Owner of buffer-cache pages in the writepage design: no lookup uses
	 * its keys (counters anon_space_lookups). */
	struct address_space *anon_space;
};

/* mm/reclaim/scanner.c.  => once, before the first page joins a list */
void register_buffer_hooks(const struct buffer_hooks *hooks);
extern const struct buffer_hooks *registered_buffer_hooks;

static inline const struct buffer_hooks *buffer_hooks(void)
{
	return registered_buffer_hooks;
}
