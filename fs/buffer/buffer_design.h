/*
 * fs/buffer/buffer_design.h - the points at which the two designs' buffer
 * caches differ, as a table.  Who starts the writes of reclaim is decided by
 * the two scanners (mm/reclaim/scan_classic.c, mm/reclaim/scan_writepage.c),
 * not here.
 *
 * fs/buffer/design_classic.c and fs/buffer/design_writepage.c fill one each; a
 * scanner names the side it wants (mm/reclaim/scanner.h .buffers).  The code
 * outside these two files asks the table and never which design is on.
 */
#pragma once

#include "fs/buffer/buffer.h"
#include "mm/reclaim/buffer_hooks.h"
#include "mm/reclaim/scanner.h"

struct buffer_design {
	const char *name;

	/* ---- whose page is it? ---- */

	/* A new buffer-cache page gets its owner.  Page locked, without
	 * buffers, counted in buffermem_pages; it joins the page lists. */
	void (*publish)(struct page *page);
	/* A page with pinned buffers enters or leaves the design in place; does
	 * it carry the design's owner?  No sleep. */
	void (*adopt)(struct page *page);
	void (*disown)(struct page *page);
	bool (*owns)(const struct page *page);
	/* The page's buffers are gone: is it buffer memory to count out? */
	bool (*counts_out)(const struct page *page);
	/* bforget may forget this one, else it drops a reference */
	bool (*may_forget)(struct buffer_head *bh);

	/* ---- who writes outside reclaim? ---- */

	/* The buffer is dirty at refile: mark the page? lru_list_lock */
	void (*on_dirty)(struct buffer_head *bh);
	/* flush_dirty_buffers writes this dirty, unlocked one. => true: its
	 * write was started, lru_list_lock was dropped; false: skipped
	 * because of its page, the lock is kept */
	bool (*flush_one)(struct buffer_head *bh);
	/* sync starts the writes of what is dirty on dev (NULL: all) */
	void (*write_unlocked)(struct blk_dev *dev);
	/* fsync starts the write of one dirty buffer. sleeps */
	void (*fsync_one)(struct buffer_head *bh);
	/* refill_freelist could not grow: wakes the design's writer */
	void (*cannot_grow)(void);
	/* Full-page write of a locked file page; dir: no zeroing
	 * beyond i_size. => 0 or -E; the page's lock is given away */
	int (*write_full_page)(struct page *page, get_block_t *get_block,
			       bool dir);
};

extern const struct buffer_design design_classic, design_writepage;
extern const struct buffer_design *const buffer_designs[BUFFER_SIDES];

/* The table in charge. */
static inline const struct buffer_design *buffer_design(void)
{
	return buffer_designs[vm_scanner->buffers];
}

/* fs/buffer/anon_space.c: the owner of buffer-cache pages under writepage */
extern struct address_space anon_space_mapping;
int block_write_anon_page(struct page *page);
