/*
 * fs/vfs/page_file.h - files whose data is in the page cache: read, write,
 * read-ahead, truncate.
 */
#pragma once

#include "fs/open_file.h"

/*
 * Operations of a mapping that write(2) can modify, in addition to those mm
 * calls. a_ops of such a mapping points to .pages.
 */
struct page_file_operations {
	struct address_space_operations pages;
	/* Page locked; [from, to) will be overwritten. => 0; -E; 1: a part
	 * of an old block stays, which is read if the page has it not */
	int (*prepare_write)(struct page *page, unsigned int from,
			     unsigned int to);
	/* The prepared range; to == from when no byte could be copied */
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
#define READAHEAD_MAX	32u	/* limit of a chunk that fits one request */
extern unsigned int drop_behind;	/* tunable: 1 as in 2.4.7 */

/* => true: the reader is in the last chunk requested; the next one is due. */
static inline bool readahead_due(const struct readahead *ra,
				 unsigned long index)
{
	return ra->window && index >= ra->ahead - ra->window;
}

/* Starts reads for a reader that is about to use page "index" and "want" pages
 * from there on.  The file has "end" pages. sleeps (memory) */
void page_cache_readahead(struct address_space *mapping, struct readahead *ra,
			  unsigned long index, unsigned long want,
			  unsigned long end, bool missing);

/* Starts reads of the uncached pages in [from, to). sleeps (memory) */
void page_cache_read_range(struct address_space *mapping, unsigned long from,
			   unsigned long to);

/* => bytes read (0 at the end) or -E when none; buf is user memory; sleeps */
long generic_file_read(struct address_space *mapping, struct readahead *ra,
		       loff_t pos, char *buf, size_t n, loff_t i_size);
/* => bytes written or -E when none; i_sem of the host held; sleeps.
 * commit_write of a_ops moves i_size */
long generic_file_write(struct address_space *mapping, loff_t pos,
			const char *buf, size_t n);

/* filemap_fdatasync starts the write of every dirty page; filemap_fdatawait
 * waits for writes under way. => 0 or the first -E; sleeps */
int filemap_fdatasync(struct address_space *mapping);
int filemap_fdatawait(struct address_space *mapping);

/* fs/vfs/truncate.c: drops pages from byte "start" on and zeroes the rest of a
 * partial page; waits for or detaches buffers in flight. sleeps */
void truncate_inode_pages(struct address_space *mapping, loff_t start);
/* Drops clean, unlocked, unmapped pages, and buffer pages without heads.
 * => pages dropped; never sleeps */
unsigned long invalidate_inode_pages(struct address_space *mapping);
/* Drops such pages of all mappings and of the buffer cache, for
 * /proc/sys/vm/drop_caches.  The caller has synced. => pages dropped */
unsigned long drop_caches(void);
