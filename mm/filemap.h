/*
 * mm/filemap.h - the page cache: page hash, the three lists of a mapping,
 * read-ahead, and the generic read and write of files.
 */
#pragma once

#include "mm/address_space.h"

extern struct spinlock pagecache_lock;
extern unsigned long page_cache_size;	/* hashed pages */

void page_cache_init(void);

/*
 * add_to_page_cache: hashes the page under (mapping, index), takes a
 * reference, puts it on clean_pages and on the active list (age START).
 * add_to_page_cache_unique: the same, unless the key is there already.
 * => page->buffers must be NULL; _unique: 0, or -EEXIST; _locked leaves the
 *    caller's PG_locked alone, _unique locks the page
 */
void add_to_page_cache_locked(struct page *page, struct address_space *mapping,
			      unsigned long index);
int add_to_page_cache_unique(struct page *page, struct address_space *mapping,
			     unsigned long index);
/* => with a reference, PG_referenced set; NULL: not there */
struct page *find_get_page(struct address_space *mapping, unsigned long index);
/* => it is there and uptodate; that is no touch */
bool page_is_cached(struct address_space *mapping, unsigned long index);
/* => the same, locked; sleeps */
struct page *find_lock_page(struct address_space *mapping,
			    unsigned long index);
/* => found or new page, locked, with a reference; NULL: no memory; sleeps */
struct page *grab_cache_page(struct address_space *mapping,
			     unsigned long index);
/* The same, adding the microseconds waited for the page lock to *usec. */
struct page *grab_cache_page_timed(struct address_space *mapping,
				   unsigned long index, unsigned long *usec);
/* => uptodate page with a reference, or ERR_PTR; sleeps */
struct page *read_cache_page(struct address_space *mapping,
			     unsigned long index);
/* Page with a reference: read it if nobody did. => 0 or -EIO, -E; sleeps */
int page_make_uptodate(struct address_space *mapping, struct page *page);
/* Unhash, off the mapping's list, mapping = NULL. page locked; keeps the
 * cache's reference for the caller to drop; _locked: pagecache_lock held */
void remove_inode_page_locked(struct page *page);
void remove_inode_page(struct page *page);

/* To dirty_pages, and the host is told. any task context */
void set_page_dirty(struct page *page);

/* Window of a reader: one per open file. */
struct readahead {
	unsigned long next;	/* page index expected from a sequential read */
	unsigned long ahead;	/* first page not yet asked for */
	unsigned int window;	/* pages of the last chunk; 0: random */
};

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

/* mm/truncate.c.  Drops pages from byte "start" on, zeroes the rest of a
 * partial page; waits for or detaches buffers in flight.  sleeps */
void truncate_inode_pages(struct address_space *mapping, loff_t start);
/* Drops clean, unlocked, unmapped pages, headless buffer pages too.
 * => pages dropped; never sleeps */
unsigned long invalidate_inode_pages(struct address_space *mapping);
/* The same for all mappings and the buffer cache: /proc/sys/vm/drop_caches.
 * The caller has synced. => pages dropped */
unsigned long drop_caches(void);

/* Chain statistics for /proc and experiments: full walks. */
unsigned long page_hash_duplicates(void);	/* pages with an equal key */
unsigned long page_hash_longest(void);
unsigned long page_hash_buckets(void);
void pagecache_check(void);			/* walker */
