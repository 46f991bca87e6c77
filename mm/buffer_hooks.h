/*
 * mm/buffer_hooks.h - how mm reaches the buffer cache without including it:
 * one table, filled by fs/buffer_switch.c.
 */
#pragma once

#include "mm/page_alloc.h"

struct address_space;
struct buffer_design;		/* fs/buffer_design.h: a design's buffer side */
extern const struct buffer_design design_classic, design_writepage;

/* Callers of wakeup_bdflush, for counters. */
enum bdflush_caller { BDF_BALANCE, BDF_REFILL, BDF_TRY_TO_FREE, BDF_LAUNDER,
		      BDF_OTHER, BDF_CALLERS };

/*
 * The defects of patch v2 that are mended by default, one bit a number of
 * docs/CAVEATS.md: 3, 4, 6, 7, 16.  A set bit turns the defect back on.  Each
 * is mended in the one place that tests DEFECT(n).
 */
extern u32 design_defects;
#define DEFECT(n)	(design_defects >> (n) & 1)

struct buffer_hooks {
	/*
	 * Drops the page's buffers if none is busy.  Page locked; what it may
	 * do about busy ones is the gfp's WAIT and IO and the design's rule.
	 * Takes the page out of buffermem_pages.
	 * => true: page->buffers is NULL and one reference was dropped; the
	 *    caller holds another
	 */
	bool (*try_to_free_buffers)(struct page *page, gfp_t gfp);
	/* Detaches [offset, PAGE_SIZE) for truncate: waits for I/O, forgets
	 * dirtiness. => true: the page has no buffers any more; false: it
	 * became an orphan, counted in buffermem_pages; sleeps */
	bool (*flush_page)(struct page *page, unsigned int offset);
	void (*wakeup_bdflush)(bool block, int caller);
	/* Numbers for samples and the dirty percentages. */
	unsigned long (*dirty_buffers)(void);
	unsigned long (*locked_buffers)(void);
	/*
	 * The run-time switch: stop submitters, sync, drop what can be
	 * dropped, convert pinned pages in place, check.  A buffer page that
	 * a scanner has locked is waited for.  vm_scanner must change before
	 * the caller sleeps again.
	 * => 0, or -EBUSY: nothing changed; sleeps
	 */
	int (*switch_design)(const struct buffer_design *to);
	/* Owner of buffer-cache pages in the writepage design: nobody looks
	 * its pages up (counters anon_space_lookups). */
	struct address_space *anon_space;
};

extern const struct buffer_hooks buffer_hooks;
