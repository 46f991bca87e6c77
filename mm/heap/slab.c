/*
 * mm/heap/slab.c - caches of small objects, and kmalloc on top of them.
 *
 * A slab is one frame: a header, then objects of one size.  Free objects are
 * chained through their first word; the second holds a mark derived from the
 * address, so a double free is found at once.  A cache has three lists: full,
 * partial and empty slabs.  One empty slab is kept for the next burst, the
 * others are returned to the page allocator.
 *
 * Only PF_MEMALLOC tasks may let the free objects of a cache with a reserve
 * fall below that number: the write-out of a dirty page must not wait for
 * memory that only the write-out can free.
 *
 * kmalloc of more than 1 KB takes whole frames: such an object begins on a
 * page boundary, which no object inside a slab does; page->index is its order.
 *
 * Invariants: free objects of a slab = chain length; a slab is on the list of
 * its count; cache->free is the sum; free >= reserve unless PF_MEMALLOC has
 * used it (slab_check).
 * Locks: slab_lock, interrupts off; never held while a frame is allocated.
 */
#include "kernel/core/task.h"
#include "kernel/base/vmstat.h"
#include "mm/heap/slab.h"

#define SLAB_MAGIC	0x51ab51abUL
#define FREE_MARK	0x5f2eef2eUL
#define OBJECT_ALIGN	16UL
#define SLAB_HEADER	round_up(sizeof(struct slab), OBJECT_ALIGN)
#define KMALLOC_SMALL	1024
#define KMALLOC_LARGE	65536

struct free_object {
	struct free_object *next;
	unsigned long mark;
};

struct slab {
	unsigned long magic;
	struct kmem_cache *cache;
	struct list_head node;		/* full, partial or empty */
	struct free_object *chain;
	unsigned int free;
};

struct kmem_cache {
	const char *name;
	size_t size;			/* of an object, with padding */
	unsigned int per_slab;
	unsigned int reserve;		/* objects kept for PF_MEMALLOC */
	unsigned long free;		/* objects free in all slabs */
	unsigned long slabs, empties;
	struct list_head full, partial, empty;
	struct list_head node;		/* caches */
};

static SPINLOCK(slab_lock, RANK_SLAB);
static LIST_HEAD(caches);
static struct kmem_cache cache_cache;
static struct kmem_cache *size_caches[8];
static const size_t sizes[ARRAY_SIZE(size_caches)] = {
	16, 32, 64, 128, 256, 336, 512, KMALLOC_SMALL };
static const char *const size_names[ARRAY_SIZE(size_caches)] = {
	"kmalloc-16", "kmalloc-32", "kmalloc-64", "kmalloc-128",
	"kmalloc-256", "kmalloc-336", "kmalloc-512", "kmalloc-1024" };
static unsigned long large_pages;	/* frames of kmallocs over 1 KB */

static unsigned long mark_of(const void *object)
{
	return (unsigned long)object ^ FREE_MARK;
}

static struct slab *slab_of(const void *object)
{
	return (struct slab *)((unsigned long)object & PAGE_MASK);
}

/* ---- one slab (slab_lock held) ------------------------------------------- */

static void *slab_take(struct kmem_cache *cache, struct slab *slab)
{
	struct free_object *object = slab->chain;

	BUG_ON(object->mark != mark_of(object),
	       "%s: freed object %p was written to", cache->name, object);
	object->mark = 0;
	slab->chain = object->next;
	if (slab->free-- == cache->per_slab)
		cache->empties--;
	cache->free--;
	if (!slab->free)
		list_move(&slab->node, &cache->full);
	else if (slab->free == cache->per_slab - 1)
		list_move(&slab->node, &cache->partial);
	return object;
}

static void slab_give(struct kmem_cache *cache, struct slab *slab, void *at)
{
	struct free_object *object = at;

	BUG_ON(object->mark == mark_of(object), "%s: double free of %p",
	       cache->name, at);
	object->next = slab->chain;
	object->mark = mark_of(object);
	slab->chain = object;
	cache->free++;
	if (++slab->free == cache->per_slab) {
		cache->empties++;
		list_move(&slab->node, &cache->empty);
	} else if (slab->free == 1) {
		list_move(&slab->node, &cache->partial);
	}
}

static void slab_add(struct kmem_cache *cache, struct slab *slab)
{
	char *object = (char *)slab + SLAB_HEADER;
	unsigned int i;

	page_set(virt_to_page(slab), PG_slab);
	slab->magic = SLAB_MAGIC;
	slab->cache = cache;
	slab->chain = NULL;
	slab->free = 0;
	list_init(&slab->node);
	cache->slabs++;
	for (i = 0; i < cache->per_slab; i++, object += cache->size) {
		((struct free_object *)object)->mark = 0;
		slab_give(cache, slab, object);
	}
	count_vm(slab_grown);
}

/* Frees an empty slab's frame. */
static void slab_destroy(struct kmem_cache *cache, struct slab *slab)
{
	list_del(&slab->node);
	cache->slabs--;
	cache->empties--;
	cache->free -= cache->per_slab;
	slab->magic = 0;
	page_clear(virt_to_page(slab), PG_slab);
	free_page(slab);
	count_vm(slab_returned);
}

/* => more empty slabs than "keep", and the reserve does not need this one */
static bool has_spare(const struct kmem_cache *cache, unsigned long keep)
{
	return cache->empties > keep &&
		cache->free - cache->per_slab >= cache->reserve;
}

/* ---- caches -------------------------------------------------------------- */

static void *cache_take(struct kmem_cache *cache)
{
	unsigned long flags = spin_lock_irqsave(&slab_lock);
	bool urgent = current->flags & PF_MEMALLOC;
	struct list_head *from = &cache->partial;
	void *object = NULL;

	if (cache->free <= (urgent ? 0 : cache->reserve))
		goto out;
	if (cache->free <= cache->reserve)
		count_vm(slab_reserve_used);
	if (list_empty(from))
		from = &cache->empty;
	object = slab_take(cache, list_first(from, struct slab, node));
out:
	spin_unlock_irqrestore(&slab_lock, flags);
	return object;
}

static bool cache_grow(struct kmem_cache *cache, gfp_t gfp)
{
	struct slab *slab = get_free_page(gfp);
	unsigned long flags;

	if (!slab)
		return false;
	flags = spin_lock_irqsave(&slab_lock);
	slab_add(cache, slab);
	spin_unlock_irqrestore(&slab_lock, flags);
	return true;
}

/* => an object, not cleared; NULL: no memory; sleeps with __GFP_WAIT */
void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t gfp)
{
	void *object = cache_take(cache);

	while (unlikely(!object)) {
		if (!cache_grow(cache, gfp))
			return NULL;
		object = cache_take(cache);
	}
	return object;
}

/* => any context */
void kmem_cache_free(struct kmem_cache *cache, void *object)
{
	struct slab *slab = slab_of(object);
	size_t offset = (char *)object - (char *)slab - SLAB_HEADER;
	unsigned long flags;

	BUG_ON(slab->magic != SLAB_MAGIC || slab->cache != cache ||
	       offset % cache->size, "%s: free of %p, not an object of it",
	       cache->name, object);
	flags = spin_lock_irqsave(&slab_lock);
	slab_give(cache, slab, object);
	if (slab->free == cache->per_slab && has_spare(cache, 1))
		slab_destroy(cache, slab);
	spin_unlock_irqrestore(&slab_lock, flags);
}

static void cache_init(struct kmem_cache *cache, const char *name,
		       size_t size, unsigned int reserve)
{
	cache->name = name;
	cache->size = round_up(max(size, sizeof(struct free_object)),
			       OBJECT_ALIGN);
	cache->per_slab = (PAGE_SIZE - SLAB_HEADER) / cache->size;
	BUG_ON(!cache->per_slab, "%s: %lu bytes are too many", name,
	       (unsigned long)size);
	cache->reserve = reserve;
	cache->free = cache->slabs = cache->empties = 0;
	list_init(&cache->full);
	list_init(&cache->partial);
	list_init(&cache->empty);
	list_add_tail(&cache->node, &caches);
	while (cache->free < reserve)
		if (!cache_grow(cache, GFP_KERNEL))
			panic("slab: no memory for the reserve of %s", name);
}

/* => panics without memory: only start-up makes caches */
struct kmem_cache *kmem_cache_create(const char *name, size_t size,
				     unsigned int reserve)
{
	struct kmem_cache *cache = kmem_cache_alloc(&cache_cache, GFP_KERNEL);

	if (!cache)
		panic("slab: no memory for cache %s", name);
	cache_init(cache, name, size, reserve);
	return cache;
}

/* ---- kmalloc ------------------------------------------------------------- */

static void *kmalloc_large(size_t size, gfp_t gfp)
{
	unsigned int order = 0;
	struct page *page;

	while (PAGE_SIZE << order < size)
		order++;
	page = alloc_pages(gfp, order);
	if (!page)
		return NULL;
	page_set(page, PG_slab);
	page->index = order;
	large_pages += 1UL << order;
	return page_address(page);
}

/* => not cleared; NULL: no memory, or over 64 KB; sleeps with __GFP_WAIT */
void *kmalloc(size_t size, gfp_t gfp)
{
	unsigned int i = 0;

	if (size > KMALLOC_SMALL)
		return size <= KMALLOC_LARGE ? kmalloc_large(size, gfp) : NULL;
	while (sizes[i] < size)
		i++;
	return kmem_cache_alloc(size_caches[i], gfp);
}

void *kzalloc(size_t size, gfp_t gfp)
{
	void *object = kmalloc(size, gfp);

	return object ? memset(object, 0, size) : NULL;
}

/* => any context; object: from kmalloc or kzalloc, or NULL */
void kfree(void *object)
{
	struct page *page;

	if (!object)
		return;
	if ((unsigned long)object & ~PAGE_MASK) {
		kmem_cache_free(slab_of(object)->cache, object);
		return;
	}
	page = virt_to_page(object);
	BUG_ON(!page_test(page, PG_slab), "kfree of %p", object);
	page_clear(page, PG_slab);
	large_pages -= 1UL << page->index;
	free_pages(page, page->index);
}

/* ---- shrinking, reports, walker ------------------------------------------ */

/* Frees every empty slab that no reserve needs. => frames; any context */
unsigned long slab_shrink(void)
{
	unsigned long flags = spin_lock_irqsave(&slab_lock);
	unsigned long freed = 0;
	struct kmem_cache *cache;

	list_for_each_entry(cache, &caches, node) {
		while (has_spare(cache, 0)) {
			slab_destroy(cache, list_first(&cache->empty,
						       struct slab, node));
			freed++;
		}
	}
	spin_unlock_irqrestore(&slab_lock, flags);
	return freed;
}

/* => after page_alloc_init, before anything allocates objects */
void slab_init(void)
{
	unsigned int i;

	cache_init(&cache_cache, "kmem_cache", sizeof(cache_cache), 0);
	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		size_caches[i] = kmem_cache_create(size_names[i], sizes[i], 0);
}

/* => frames in use by slabs and by large kmallocs */
unsigned long slab_pages(void)
{
	unsigned long pages = large_pages;
	struct kmem_cache *cache;

	list_for_each_entry(cache, &caches, node)
		pages += cache->slabs;
	return pages;
}

/* => bytes written: a line per cache: objects in use and in all, size, slabs */
size_t slabinfo_print(char *buf, size_t size)
{
	struct kmem_cache *cache;
	unsigned long total;
	size_t n = 0;

	list_for_each_entry(cache, &caches, node) {
		total = cache->slabs * cache->per_slab;
		n += snprintf(buf + n, size - n, "%-16s %6lu %6lu %6lu %5lu\n",
			      cache->name, total - cache->free, total,
			      (unsigned long)cache->size, cache->slabs);
		n = min(n, size);
	}
	return n;
}

/* => free objects on the list; each of its slabs must have "lo" to "hi" */
static unsigned long check_list(struct kmem_cache *cache,
				struct list_head *list, unsigned int lo,
				unsigned int hi, unsigned long *slabs)
{
	struct free_object *object;
	unsigned long all = 0;
	unsigned int n;
	struct slab *slab;

	list_for_each_entry(slab, list, node) {
		n = 0;
		for (object = slab->chain; object; object = object->next) {
			BUG_ON(slab_of(object) != slab ||
			       object->mark != mark_of(object),
			       "%s: free object %p damaged", cache->name,
			       object);
			n++;
		}
		BUG_ON(slab->magic != SLAB_MAGIC || slab->cache != cache ||
		       n != slab->free || n < lo || n > hi,
		       "%s: slab %p has %u free, counted %u", cache->name,
		       slab, slab->free, n);
		all += n;
		++*slabs;
	}
	return all;
}

/* => panics on a damaged cache; any context */
void slab_check(void)
{
	unsigned long flags = spin_lock_irqsave(&slab_lock);
	unsigned long free, slabs, empties;
	struct kmem_cache *cache;

	list_for_each_entry(cache, &caches, node) {
		slabs = empties = 0;
		free = check_list(cache, &cache->full, 0, 0, &slabs);
		free += check_list(cache, &cache->partial, 1,
				   cache->per_slab - 1, &slabs);
		free += check_list(cache, &cache->empty, cache->per_slab,
				   cache->per_slab, &empties);
		BUG_ON(free != cache->free || slabs + empties != cache->slabs ||
		       empties != cache->empties,
		       "%s: %lu free in %lu slabs, counted %lu in %lu",
		       cache->name, cache->free, cache->slabs, free,
		       slabs + empties);
	}
	spin_unlock_irqrestore(&slab_lock, flags);
}
