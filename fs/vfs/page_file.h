/*
 * fs/vfs/page_file.h - files whose data is in the page cache: read, write, read
 * ahead, truncate.
 */
#pragma once

#include "fs/open_file.h"

/*
 * What a mapping that is written through write(2) can do besides what mm asks
 * of it: a_ops of such a mapping points to .pages.
 */
struct page_file_operations {
	struct address_space_operations pages;
	/* Page locked; [from, to) will be overwritten. => 0 or -E */
	int (*prepare_write)(struct page *page, unsigned int from,
			     unsigned int to);
	/* The same range; to == from when the bytes could not be had */
	int (*commit_write)(struct page *page, unsigned int from,
			    unsigned int to);
};

static inline const struct page_file_operations *
page_file_ops(const struct address_space *mapping)
{
	return container_of(mapping->a_ops, const struct page_file_operations,
			    pages);
}

#define READAHEAD_MIN	4u	/* pages of a first sequential chunk */
#define READAHEAD_MAX	32u	/* of any chunk, if one request holds them */
extern unsigned int drop_behind;	/* tunable: 1 as in 2.4.7 */

/* The reader has entered the last chunk it asked for: time for the next. */
static inline bool readahead_due(const struct readahead *ra,
				 unsigned long index)
{
	return ra->window && index >= ra->ahead - ra->window;
}

/* The reader is about to use page "index", and "want" pages from it on; the
 * file has "end" pages.  Starts reads that pay. sleeps (memory) */
void page_cache_readahead(struct address_space *mapping, struct readahead *ra,
			  unsigned long index, unsigned long want,
			  unsigned long end, bool missing);

/* Reads of [from, to) are started, of what is not cached. sleeps (memory) */
void page_cache_read_range(struct address_space *mapping, unsigned long from,
			   unsigned long to);

/* => bytes read (0 at the end) or -E when none; buf is user memory; sleeps */
long generic_file_read(struct address_space *mapping, struct readahead *ra,
		       loff_t pos, char *buf, size_t n, loff_t i_size);
/* => bytes written or -E when none; the host's i_sem held; sleeps.  a_ops'
 *    commit_write moves i_size */
long generic_file_write(struct address_space *mapping, loff_t pos,
			const char *buf, size_t n);

/* Starts the write of every dirty page / waits for those under way.
 * => 0 or the first -E; sleeps */
int filemap_fdatasync(struct address_space *mapping);
int filemap_fdatawait(struct address_space *mapping);

/* fs/vfs/truncate.c.  Drops pages from byte "start" on, zeroes the rest of a
 * partial page; waits for or detaches buffers in flight.  sleeps */
void truncate_inode_pages(struct address_space *mapping, loff_t start);
/* Drops clean, unlocked, unmapped pages, headless buffer pages too.
 * => pages dropped; never sleeps */
unsigned long invalidate_inode_pages(struct address_space *mapping);
/* The same for all mappings and the buffer cache: /proc/sys/vm/drop_caches.
 * The caller has synced. => pages dropped */
unsigned long drop_caches(void);
