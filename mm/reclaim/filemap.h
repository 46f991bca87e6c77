/*
 * mm/reclaim/filemap.h - the page cache: page hash, the three lists of a
 * mapping.
 */
#pragma once

#include "mm/reclaim/touch.h"

extern struct spinlock pagecache_lock;
extern unsigned long page_cache_size;	/* hashed pages */

void page_cache_init(void);

/*
 * add_to_page_cache: hashes the page under (mapping, index), takes a
 * reference, puts it on clean_pages and on the active list (age START).
 * add_to_page_cache_unique: adds the page unless its key is in use.
 * => page->buffers must be NULL; _unique: 0, or -EEXIST; _locked leaves the
 *    caller's PG_locked alone, _unique locks the page
 */
void add_to_page_cache_locked(struct page *page, struct address_space *mapping,
			      unsigned long index);
int add_to_page_cache_unique(struct page *page, struct address_space *mapping,
			     unsigned long index);
/* => with a reference, PG_referenced set; NULL: not cached */
struct page *find_get_page(struct address_space *mapping, unsigned long index);
/* => true: cached and uptodate; takes no reference, counts no touch */
bool page_is_cached(struct address_space *mapping, unsigned long index);
/* => the page locked, with a reference; NULL: not cached; sleeps */
struct page *find_lock_page(struct address_space *mapping,
			    unsigned long index);
/* => found or new page, locked, with a reference; NULL: no memory; sleeps */
struct page *grab_cache_page(struct address_space *mapping,
			     unsigned long index);
/* grab_cache_page() that reports what it did; the rest of *grab is 0. */
struct page_grab {
	enum lock_user user;		/* set by the caller */
	unsigned long usec;		/* waited for the lock */
	bool added;			/* the page was not cached */
};
struct page *grab_cache_page_timed(struct address_space *mapping,
				   unsigned long index, struct page_grab *grab);
/* how: an enum touch_how, for the trace. => uptodate page with a reference, or
 * ERR_PTR; sleeps */
struct page *read_cache_page_how(struct address_space *mapping,
				 unsigned long index, u32 how);
static inline struct page *read_cache_page(struct address_space *mapping,
					   unsigned long index)
{
	return read_cache_page_how(mapping, index, TOUCH_READ);
}
/* Reads the page, held by the caller, if not uptodate. => 0 or -E; sleeps */
int page_make_uptodate(struct address_space *mapping, struct page *page,
		       enum lock_user user);
/* Removes the page from hash and mapping, mapping = NULL.  Page locked; the
 * caller drops the cache's reference; _locked: pagecache_lock held. */
void remove_inode_page_locked(struct page *page);
void remove_inode_page(struct page *page);

/* Moves the page to dirty_pages and marks the host.  Any task context. */
void set_page_dirty(struct page *page);

/* Chain statistics for /proc and experiments: full walks. */
unsigned long page_hash_duplicates(void);	/* pages with an equal key */
unsigned long page_hash_longest(void);
unsigned long page_hash_chain(unsigned long bucket);	/* its pages */
unsigned long page_hash_probes_max(void);
unsigned long page_hash_buckets(void);
/* wait_on_page() for a user whose waits are counted */
void wait_on_page_for(struct page *page, enum lock_user user);
void pagecache_check(void);			/* walker */
