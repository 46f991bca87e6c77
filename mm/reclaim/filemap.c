/*
 * mm/reclaim/filemap.c - the page cache: lookup of a page by owner and index,
 * and the owner's three lists
 *
 * The hash has one bucket a frame (rounded up to a power of two) and the
 * function of Linux 2.4.7: a mapping's consecutive pages are in consecutive
 * buckets, equal keys in the same one.  Keys are unique for files, since only
 * add_to_page_cache_unique() adds those; the pages that the writepage design
 * hashes for the buffer cache may have equal keys.
 *
 * A new page is on clean_pages.  set_page_dirty() moves it to dirty_pages,
 * filemap_fdatasync() to locked_pages, filemap_fdatawait() back.
 *
 * Invariants: a hashed page has a mapping, is on one of its lists and is
 *	counted in nrpages and page_cache_size; a page that is added has no
 *	buffers (pagecache_check).
 * Locks: pagecache_lock for hash and lists; PG_locked for contents and for
 *	leaving the cache.
 */
#include "kernel/core/trace.h"
#include "kernel/base/vmhist.h"
#include "mm/reclaim/buffer_hooks.h"
#include "mm/reclaim/filemap.h"
#include "mm/reclaim/scanner.h"
#include "mm/reclaim/touch.h"

/* Stands for the lowest set bit of sizeof(struct inode), by which 2.4.7 divides
 * the mapping's address: no two inodes' mappings share a quotient. */
#define HASH_UNIT	32UL

SPINLOCK(pagecache_lock, RANK_PAGECACHE);
unsigned long page_cache_size;

static struct page **page_hash;
static unsigned int page_hash_bits;

/* ---- the hash ------------------------------------------------------------ */

/* One bucket a frame, rounded up to a power of two. */
void page_cache_init(void)
{
	unsigned int order = 0;
	unsigned long bytes;
	struct page *page;

	while (1UL << page_hash_bits < num_physpages)
		page_hash_bits++;
	bytes = sizeof(*page_hash) << page_hash_bits;
	while (PAGE_SIZE << order < bytes)
		order++;
	page = alloc_pages(GFP_KERNEL, order);
	BUG_ON(!page, "no memory for a hash of %lu bytes", bytes);
	page_hash = page_address(page);
	memset(page_hash, 0, bytes);
}

void address_space_init(struct address_space *mapping,
			const struct address_space_operations *a_ops,
			void *host)
{
	memset(mapping, 0, sizeof(*mapping));
	list_init(&mapping->clean_pages);
	list_init(&mapping->dirty_pages);
	list_init(&mapping->locked_pages);
	mapping->a_ops = a_ops;
	mapping->host = host;
	mapping->gfp_mask = GFP_USER;
}

static struct page **page_bucket(const struct address_space *mapping,
				 unsigned long index)
{
	unsigned long x = (unsigned long)mapping / HASH_UNIT + index;

	x += x >> page_hash_bits;
	return &page_hash[x & ((1UL << page_hash_bits) - 1)];
}

/* Inserts at the head: lookups often want new pages.  pagecache_lock held */
static void page_hash_insert(struct page *page, struct page **bucket)
{
	page->next_hash = *bucket;
	page->pprev_hash = bucket;
	if (page->next_hash)
		page->next_hash->pprev_hash = &page->next_hash;
	*bucket = page;
	page_cache_size++;
}

/* pprev_hash points at the pointer to this page: in its bucket or neighbour. */
static void page_hash_remove(struct page *page)
{
	if (page->next_hash)
		page->next_hash->pprev_hash = page->pprev_hash;
	*page->pprev_hash = page->next_hash;
	page->next_hash = NULL;
	page->pprev_hash = NULL;
	page_cache_size--;
}

/* => the last of vm_hist.probes */
static unsigned long __cold note_many_probes(unsigned long probes)
{
	vm_hist.probes_most = max(vm_hist.probes_most, probes);
	return PROBES - 1;
}

/* => the page with that key; NULL: none.  pagecache_lock held */
static struct page *search_page(struct address_space *mapping,
				unsigned long index)
{
	struct page *page = *page_bucket(mapping, index);
	unsigned long probes = 1;

	if (unlikely(mapping == buffer_hooks()->anon_space))
		count_vm(anon_space_lookups);
	while (page && (page->mapping != mapping || page->index != index)) {
		page = page->next_hash;
		probes++;
	}
	count_vm_add(page_hash_probes, probes);
	if (unlikely(probes >= PROBES))
		probes = note_many_probes(probes);
	vm_hist.probes[probes]++;
	if (page)
		count_vm(page_hash_hits);
	return page;
}

/* As search_page(); counts the lookup and reports a hit as a touch. */
static struct page *find_page(struct address_space *mapping,
			      unsigned long index)
{
	struct page *page = search_page(mapping, index);

	if (page)
		page_touched(page);
	return page;
}

/* => true: cached and uptodate; takes no reference, counts no touch */
bool page_is_cached(struct address_space *mapping, unsigned long index)
{
	struct page *page;

	spin_lock(&pagecache_lock);
	page = search_page(mapping, index);
	spin_unlock(&pagecache_lock);
	return page && page_test(page, PG_uptodate);
}

/* => never sleeps; the reference keeps the frame, not its place in the file: a
 *    caller that locks the page later tests page->mapping again */
struct page *find_get_page(struct address_space *mapping, unsigned long index)
{
	struct page *page;

	spin_lock(&pagecache_lock);
	page = find_page(mapping, index);
	if (page)
		get_page(page);
	spin_unlock(&pagecache_lock);
	return page;
}

/* ---- adding and removing ------------------------------------------------- */

/* pagecache_lock held; clears the flags of the page's former use. */
static void add_page(struct page *page, struct address_space *mapping,
		     unsigned long index)
{
	BUG_ON(page->buffers || page->mapping, "pfn %lx buffers %p mapping %p",
	       page_to_pfn(page), (void *)page->buffers,
	       (void *)page->mapping);
	page_clear(page, PG_uptodate);
	page_clear(page, PG_error);
	page_clear(page, PG_dirty);
	page_clear(page, PG_referenced);
	get_page(page);
	page->mapping = mapping;
	page->index = index;
	list_add(&page->list, &mapping->clean_pages);
	mapping->nrpages++;
	page_hash_insert(page, page_bucket(mapping, index));
	TRACE(PAGE_ADD, page_to_pfn(page), (unsigned long)mapping, index);
}

/* => page locked by the caller, without buffers; the key is not checked */
void add_to_page_cache_locked(struct page *page, struct address_space *mapping,
			      unsigned long index)
{
	BUG_ON(!page_test(page, PG_locked), "pfn %lx", page_to_pfn(page));
	spin_lock(&pagecache_lock);
	add_page(page, mapping, index);
	spin_unlock(&pagecache_lock);
	lru_cache_add(page);
}

/* => 0: in the cache and locked; -EEXIST: another page has the key */
int add_to_page_cache_unique(struct page *page, struct address_space *mapping,
			     unsigned long index)
{
	bool taken;

	spin_lock(&pagecache_lock);
	taken = find_page(mapping, index);
	if (!taken) {
		page_set(page, PG_locked);
		add_page(page, mapping, index);
	}
	spin_unlock(&pagecache_lock);
	if (taken)
		return -EEXIST;
	lru_cache_add(page);
	return 0;
}

/* => pagecache_lock held, page locked or not findable; the cache's reference
 *    becomes the caller's */
void remove_inode_page_locked(struct page *page)
{
	BUG_ON(!page->mapping, "pfn %lx has no mapping", page_to_pfn(page));
	TRACE(PAGE_REMOVE, page_to_pfn(page), (unsigned long)page->mapping,
	      page->index);
	if (page->mapping->a_ops->removepage)
		page->mapping->a_ops->removepage(page);
	page_hash_remove(page);
	list_del(&page->list);
	page->mapping->nrpages--;
	page->mapping = NULL;
}

/* => remove_inode_page_locked() with pagecache_lock taken */
void remove_inode_page(struct page *page)
{
	spin_lock(&pagecache_lock);
	remove_inode_page_locked(page);
	spin_unlock(&pagecache_lock);
}

/*
 * Mend of B6: PG_dirty may have been set for a dirty buffer alone, so it does
 * not imply that the page is on dirty_pages and that the host knows; v2 took it
 * for both.
 * => any task context
 */
void set_page_dirty(struct page *page)
{
	struct address_space *mapping;

	trace_page(TRACE_DIRTIED, page, 0);
	page_clear(page, PG_hole);
	if (page_test_and_set(page, PG_dirty) && DEFECT(6))
		return;
	spin_lock(&pagecache_lock);
	mapping = page->mapping;
	if (mapping)
		list_move(&page->list, &mapping->dirty_pages);
	spin_unlock(&pagecache_lock);
	if (mapping && mapping->a_ops->mark_dirty_pages)
		mapping->a_ops->mark_dirty_pages(mapping);
}

/* ---- finding or adding --------------------------------------------------- */

/* => locked, with a reference; NULL: not cached, or removed during the wait */
static struct page *find_lock_page_timed(struct address_space *mapping,
					 unsigned long index,
					 struct page_grab *grab)
{
	struct page *page = find_get_page(mapping, index);

	while (page) {
		grab->usec += lock_page_for(page, grab->user);
		if (page->mapping == mapping)
			break;
		unlock_page(page);
		put_page(page);
		page = find_get_page(mapping, index);
	}
	return page;
}

/* => the locked page: it stays cached and unchanged until the unlock; NULL */
struct page *find_lock_page(struct address_space *mapping, unsigned long index)
{
	struct page_grab grab = { .user = LOCK_OTHER };

	return find_lock_page_timed(mapping, index, &grab);
}

/* => locked, with a reference, maybe not uptodate; NULL: no memory; sleeps */
struct page *grab_cache_page_timed(struct address_space *mapping,
				   unsigned long index, struct page_grab *grab)
{
	struct page *page;

	for (;;) {
		page = find_lock_page_timed(mapping, index, grab);
		if (page)
			return page;
		page = alloc_page(mapping->gfp_mask);
		if (!page)
			return NULL;
		grab->added = !add_to_page_cache_unique(page, mapping, index);
		if (grab->added)
			return page;
		put_page(page);
	}
}

/* => as grab_cache_page_timed(), without the report */
struct page *grab_cache_page(struct address_space *mapping, unsigned long index)
{
	struct page_grab grab = { .user = LOCK_OTHER };

	return grab_cache_page_timed(mapping, index, &grab);
}

/* => 0, -EIO when the transfer failed, -E of ->readpage; sleeps */
int page_make_uptodate(struct address_space *mapping, struct page *page,
		       enum lock_user user)
{
	int error;

	lock_page_for(page, user);
	if (page_test(page, PG_uptodate) || page->mapping != mapping) {
		unlock_page(page);
		return 0;
	}
	page_clear(page, PG_error);
	error = mapping->a_ops->readpage(page);
	if (error)
		return error;
	wait_on_page_for(page, user);
	return page_test(page, PG_uptodate) ? 0 : -EIO;
}

/* Retries if the page leaves the cache while it is read. => the page with a
 *    reference, uptodate, or ERR_PTR; sleeps */
struct page *read_cache_page_how(struct address_space *mapping,
				 unsigned long index, u32 how)
{
	struct page *page;
	int error;

	for (;;) {
		page = find_get_page(mapping, index);
		if (!page) {
			page = grab_cache_page(mapping, index);
			if (!page)
				return ERR_PTR(-ENOMEM);
			unlock_page(page);
			how |= TOUCH_MISS;
		}
		error = page_test(page, PG_uptodate) ? 0 :
			page_make_uptodate(mapping, page,
				(u8)how == TOUCH_READ ? LOCK_READ :
							LOCK_FAULT);
		if (!error && page->mapping == mapping)
			break;
		put_page(page);
		if (error)
			return ERR_PTR(error);
	}
	trace_page(TRACE_TOUCH, page, how);
	return page;
}

/* ---- statistics, walker -------------------------------------------------- */

unsigned long page_hash_buckets(void)
{
	return 1UL << page_hash_bits;
}

/* => pages in the bucket */
unsigned long page_hash_chain(unsigned long bucket)
{
	struct page *page;
	unsigned long n = 0;

	for (page = page_hash[bucket]; page; page = page->next_hash)
		n++;
	return n;
}

/* => pages in the fullest bucket */
unsigned long page_hash_longest(void)
{
	unsigned long i, longest = 0;

	for (i = 0; i < page_hash_buckets(); i++)
		longest = max(longest, page_hash_chain(i));
	return longest;
}

/* => pages compared, and one for the bucket, by the longest lookup */
unsigned long page_hash_probes_max(void)
{
	unsigned long i = PROBES - 1;

	if (vm_hist.probes[i])
		return vm_hist.probes_most;
	while (i && !vm_hist.probes[i])
		i--;
	return i;
}

/* => pages that a lookup does not find, since another page has their key */
unsigned long page_hash_duplicates(void)
{
	unsigned long i, n = 0;
	struct page *page, *other;

	for (i = 0; i < num_physpages; i++) {
		page = &mem_map[i];
		if (!page->pprev_hash)
			continue;
		other = *page_bucket(page->mapping, page->index);
		while (other->mapping != page->mapping ||
		       other->index != page->index)
			other = other->next_hash;
		n += other != page;
	}
	return n;
}

/* => panics unless hash, mappings and counts agree; nothing sleeps */
void pagecache_check(void)
{
	unsigned long i, hashed = 0;
	struct page *page;

	for (i = 0; i < num_physpages; i++) {
		page = &mem_map[i];
		BUG_ON(!page->pprev_hash != !page->mapping,
		       "pfn %lx mapping %p", page_to_pfn(page),
		       (void *)page->mapping);
		if (!page->pprev_hash)
			continue;
		hashed++;
		BUG_ON(*page->pprev_hash != page || list_empty(&page->list),
		       "pfn %lx is not well linked", page_to_pfn(page));
		BUG_ON(page->mapping->nrpages == 0, "mapping %p has no pages",
		       (void *)page->mapping);
	}
	BUG_ON(hashed != page_cache_size, "page_cache_size %lu, counted %lu",
	       page_cache_size, hashed);
}
