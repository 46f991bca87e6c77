/*
 * mm/reclaim/address_space.h - an owner of pages, and what it can do with them.
 *
 * A page enters on clean_pages; set_page_dirty moves it to dirty_pages;
 * filemap_fdatasync moves it to locked_pages and writes it; filemap_fdatawait
 * brings it back.  All through page->list, under pagecache_lock.
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
	void *host;			/* struct inode *, opaque to mm; NULL */
	gfp_t gfp_mask;			/* for its pages */
	int error;			/* a: a failed write to report */
	unsigned int mapped;		/* n: areas that show it, and programs
					   that run from it */
};

struct address_space_operations {
	/*
	 * Starts the page's write-out.  Called with the page locked, a
	 * reference held and PG_dirty already cleared; I/O completion unlocks
	 * (or writepage itself, when nothing is to be written).
	 * => 0 or -E; the page's lock is given away in either case
	 */
	int (*writepage)(struct page *page);
	/* Starts the read of a locked page; completion unlocks. => 0, -E */
	int (*readpage)(struct page *page);
	/*
	 * For an owner whose pages do not all come by reading, instead of
	 * readpage.  *waited is set when the page had to be read.
	 * => the page, uptodate, with a reference; -EIO, -ENOMEM; sleeps
	 */
	struct page *(*nopage)(struct address_space *mapping,
			       unsigned long index, bool *waited);
	int (*sync_page)(struct page *page);	/* starts queued I/O */
	/* The page is leaving; pagecache_lock held; may be NULL */
	void (*removepage)(struct page *page);
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
