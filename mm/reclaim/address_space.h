/*
 * mm/reclaim/address_space.h - an owner of pages, and its operations.
 *
 * A new page is on clean_pages; set_page_dirty moves it to dirty_pages;
 * filemap_fdatasync moves it to locked_pages and writes it; filemap_fdatawait
 * moves it back.  All through page->list, under pagecache_lock.
 */
#pragma once

#include "mm/frames/page_alloc.h"

struct address_space_operations;

struct address_space {
	struct list_head clean_pages;	/* p: pagecache_lock */
	struct list_head dirty_pages;	/* p */
	struct list_head locked_pages;	/* p */
	unsigned long nrpages;		/* p */
	const struct address_space_operations *a_ops;
	void *host;			/* struct inode, opaque to mm; NULL */
	gfp_t gfp_mask;			/* for its pages */
	int error;			/* a: a failed write to report */
	unsigned int mapped;		/* n: areas that map it, and programs
					   executed from it */
};

struct address_space_operations {
	/*
	 * Starts the page's write-out.  Called with the page locked, a
	 * reference held and PG_dirty already cleared; I/O completion unlocks
	 * the page (or writepage itself, if it writes nothing).
	 * => 0 or -E; the caller loses the page lock in either case
	 */
	int (*writepage)(struct page *page);
	/* Starts the read of a locked page; completion unlocks. => 0, -E */
	int (*readpage)(struct page *page);
	/*
	 * For an owner with pages that are not read, instead of readpage.
	 * *how gets TOUCH_MISS when the page had to be read, TOUCH_MISS and
	 * TOUCH_NEW when it was made, and is traced (mm/reclaim/touch.h).
	 * => the page, uptodate, with a reference; -EIO, -ENOMEM; sleeps
	 */
	struct page *(*nopage)(struct address_space *mapping,
			       unsigned long index, u32 *how);
	int (*sync_page)(struct page *page);	/* starts queued I/O */
	/* The page is leaving; pagecache_lock held; may be NULL */
	void (*removepage)(struct page *page);
	/* Names its pages in the trace (mm/reclaim/touch.h); may be NULL */
	void (*key)(const struct address_space *mapping, u32 *space,
		    u32 *owner);
	/* The host has dirty pages now (I_DIRTY_PAGES); may be NULL */
	void (*mark_dirty_pages)(struct address_space *mapping);
};

/* => the error of a failed write, once: fsync and close report it; 0 */
static inline int mapping_take_error(struct address_space *mapping)
{
	int error = mapping->error;

	mapping->error = 0;
	return error;
}

void address_space_init(struct address_space *mapping,
			const struct address_space_operations *a_ops,
			void *host);
