/*
 * mm/reclaim/filemap.h - the page cache: page hash, the three lists of a
 * mapping.
 */
#pragma once

#include "mm/reclaim/address_space.h"

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

/* Chain statistics for /proc and experiments: full walks. */
unsigned long page_hash_duplicates(void);	/* pages with an equal key */
unsigned long page_hash_longest(void);
unsigned long page_hash_buckets(void);
void pagecache_check(void);			/* walker */
