/*
 * fs/buffer/buffer_design.h - the table of the points at which the two designs'
 * buffer caches differ.  The scanners (mm/reclaim/scan_classic.c,
 * mm/reclaim/scan_writepage.c) decide who starts the writes of reclaim, not
 * this table.
 *
 * fs/buffer/design_classic.c and fs/buffer/design_writepage.c fill one table
 * each; a scanner names its side (mm/reclaim/scanner.h .buffers).  Other code
 * calls the table and never tests which design is active.
 */
#pragma once

#include "fs/buffer/buffer.h"
#include "mm/reclaim/buffer_hooks.h"
#include "mm/reclaim/scanner.h"

struct buffer_design {
	const char *name;

	/* ---- page ownership ---- */

	/* Gives a new buffer-cache page its owner.  Page locked, without
	 * buffers, counted in buffermem_pages; it joins the page lists. */
	void (*publish)(struct page *page);
	/* adopt, disown: a page with pinned buffers enters or leaves the design
	 * in place; owns: does the design own the page? No sleep. */
	void (*adopt)(struct page *page);
	void (*disown)(struct page *page);
	bool (*owns)(const struct page *page);
	/* The page's buffers are gone. => true: uncount it in
	 * buffermem_pages */
	bool (*counts_out)(const struct page *page);
	/* => true: bforget may free this buffer; false: it drops a reference */
	bool (*may_forget)(struct buffer_head *bh);

	/* ---- writes outside reclaim ---- */

	/* Called at refile of a dirty buffer: may mark its
	 * page. lru_list_lock */
	void (*on_dirty)(struct buffer_head *bh);
	/* flush_dirty_buffers writes this dirty, unlocked buffer. => true: its
	 * write was started, lru_list_lock was dropped; false: skipped because
	 * of its page, the lock is kept */
	bool (*flush_one)(struct buffer_head *bh);
	/* sync starts the writes of the dirty buffers of dev (NULL: all) */
	void (*write_unlocked)(struct blk_dev *dev);
	/* fsync starts the write of one dirty buffer. sleeps */
	void (*fsync_one)(struct buffer_head *bh);
	/* refill_freelist could not grow: wakes the design's writer */
	void (*cannot_grow)(void);
	/* Writes a locked file page whole; dir: does not zero beyond i_size.
	 * => 0 or -E; the page lock is given away */
	int (*write_full_page)(struct page *page, get_block_t *get_block,
			       bool dir);
};

extern const struct buffer_design design_classic, design_writepage;
extern const struct buffer_design *const buffer_designs[BUFFER_SIDES];

/* => the active table. */
static inline const struct buffer_design *buffer_design(void)
{
	return buffer_designs[vm_scanner->buffers];
}

/* fs/buffer/anon_space.c: the owner of buffer-cache pages under writepage */
extern struct address_space anon_space_mapping;
int block_write_anon_page(struct page *page);
