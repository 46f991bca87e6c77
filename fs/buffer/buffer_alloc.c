/*
 * fs/buffer/buffer_alloc.c - allocation of buffers: heads, slices, whole pages.
 *
 * grow_buffers allocates a frame, cuts it into slices of one size and puts them
 * on the free list of that size; getblk takes any of them. try_to_free_buffers
 * removes all heads of a page if none is busy.  Heads without a slice are on
 * the unused list; its last NR_RESERVED are for the buffers of file pages,
 * whose I/O frees memory.
 *
 * Invariants: a slice on a free list has no references, no state and no name; a
 * page has buffers for all of it, of one size, or none.
 * Locks: free_list_lock, unused_list_lock; a page's ring under PG_locked.
 */
#include "fs/buffer/bdflush.h"
#include "fs/buffer/buffer_impl.h"
#include "mm/reclaim/reclaim.h"
#include "mm/heap/slab.h"

#define MAX_UNUSED	(NR_RESERVED + 20)	/* more go back to the slab */
#define STALL_LIMIT	(10 * HZ)		/* jiffies without progress */

SPINLOCK(free_list_lock, RANK_BUFFER_FREE);
SPINLOCK(unused_list_lock, RANK_BUFFER_UNUSED);

struct list_head free_list[NR_SIZES];
unsigned long nr_free_slices[NR_SIZES];
unsigned int nr_unused_heads;
unsigned long nr_buffer_heads;

static struct buffer_head *unused_list;		/* through b_next */
static WAIT_QUEUE(unused_wait);
static struct kmem_cache *head_cache;

/* ---- heads --------------------------------------------------------------- */

static void push_unused(struct buffer_head *bh)
{
	bh->b_next = unused_list;
	unused_list = bh;
	nr_unused_heads++;
}

/* => NULL unless more than "keep" heads are unused */
static struct buffer_head *pop_unused(unsigned int keep)
{
	struct buffer_head *bh = NULL;

	spin_lock(&unused_list_lock);
	if (nr_unused_heads > keep) {
		bh = unused_list;
		unused_list = bh->b_next;
		nr_unused_heads--;
	}
	spin_unlock(&unused_list_lock);
	return bh;
}

void buffer_alloc_init(void)
{
	struct buffer_head *bh;
	int i;

	for (i = 0; i < NR_SIZES; i++)
		list_init(&free_list[i]);
	head_cache = kmem_cache_create("buffer_head",
				       sizeof(struct buffer_head), 0);
	while (nr_unused_heads < NR_RESERVED) {
		bh = kmem_cache_alloc(head_cache, GFP_KERNEL);
		BUG_ON(!bh, "no memory for %u heads", (u32)NR_RESERVED);
		push_unused(bh);
	}
}

/* emergency: may use the reserve. => NULL: none; sleeps */
static struct buffer_head *head_get(bool emergency)
{
	struct buffer_head *bh = pop_unused(NR_RESERVED);

	if (!bh)
		bh = kmem_cache_alloc(head_cache, GFP_NOFS);
	if (!bh && emergency)
		bh = pop_unused(0);
	return bh;
}

static void head_put(struct buffer_head *bh)
{
	BUG_ON(!list_empty(&bh->b_wait.sleepers), "block %u has waiters",
	       bh->b_blocknr);
	if (nr_unused_heads >= MAX_UNUSED) {
		kmem_cache_free(head_cache, bh);
		return;
	}
	spin_lock(&unused_list_lock);
	push_unused(bh);
	spin_unlock(&unused_list_lock);
	if (!list_empty(&unused_wait.sleepers))
		wake_up(&unused_wait);
}

static void head_init(struct buffer_head *bh, struct page *page,
		      unsigned int offset, unsigned int size)
{
	memset(bh, 0, sizeof(*bh));
	bh->b_size = size;
	bh->b_data = (char *)page_address(page) + offset;
	bh->b_page = page;
	list_init(&bh->b_lru);
	list_init(&bh->b_inode_buffers);
	wait_queue_init(&bh->b_wait);
}

static void put_ring(struct buffer_head *head)
{
	struct buffer_head *bh = head, *next;

	do {
		next = bh->b_this_page;
		nr_buffer_heads--;
		head_put(bh);
		bh = next;
	} while (bh != head);
}

/* => a closed ring of heads for the page, first slice first; NULL: none */
static struct buffer_head *create_buffers(struct page *page, unsigned int size,
					  bool emergency)
{
	struct buffer_head *head = NULL, *last = NULL, *bh;
	unsigned int offset;

	for (offset = 0; offset < PAGE_SIZE; offset += size) {
		bh = head_get(emergency);
		if (!bh)
			goto out_undo;
		head_init(bh, page, offset, size);
		if (!head)
			head = last = bh;
		last->b_this_page = bh;
		bh->b_this_page = head;
		last = bh;
	}
	nr_buffer_heads += PAGE_SIZE / size;
	return head;
out_undo:
	nr_buffer_heads += offset / size;
	if (head)
		put_ring(head);
	return NULL;
}

/*
 * Gives a file page buffers without blocks.
 * => page locked, without buffers; takes the reference that counts as "has
 * buffers"; sleeps until heads are available
 */
void create_empty_buffers(struct page *page, struct blk_dev *dev,
			  unsigned int size)
{
	unsigned long start = jiffies;
	struct buffer_head *head, *bh;

	BUG_ON(page->buffers, "pfn %lx has buffers", page_to_pfn(page));
	while (!(head = create_buffers(page, size, true))) {
		if (time_after(jiffies, start + STALL_LIMIT))
			buffer_no_progress("create_empty_buffers");
		count_vm(heads_stall);
		blk_unplug_all();
		wait_event_timeout(unused_wait,
				   nr_unused_heads >= MAX_BUF_PER_PAGE, 1);
	}
	bh = head;
	do {
		bh->b_dev = dev;
		bh = bh->b_this_page;
	} while (bh != head);
	page->buffers = head;
	get_page(page);
}

/* ---- slices -------------------------------------------------------------- */

static int size_index(unsigned int size)
{
	int i = __builtin_ctz(size) - __builtin_ctz(BUF_MIN_SIZE);

	BUG_ON(i < 0 || i >= NR_SIZES || size & (size - 1), "size %u", size);
	return i;
}

/* => a slice without a name; NULL: none of that size; no sleep */
struct buffer_head *free_slice_get(unsigned int size)
{
	int i = size_index(size);
	struct buffer_head *bh = NULL;

	spin_lock(&free_list_lock);
	if (!list_empty(&free_list[i])) {
		bh = list_first(&free_list[i], struct buffer_head, b_lru);
		list_del(&bh->b_lru);
		bh->b_free = false;
		nr_free_slices[i]--;
	}
	spin_unlock(&free_list_lock);
	return bh;
}

/* Puts a slice on its free list. => detached from all lists, unused */
void free_slice_put(struct buffer_head *bh)
{
	int i = size_index(bh->b_size);

	BUG_ON(bh->b_pprev || !list_empty(&bh->b_lru), "block %u is in use",
	       bh->b_blocknr);
	bh->b_state = 0;
	spin_lock(&free_list_lock);
	bh->b_free = true;
	list_add_tail(&bh->b_lru, &free_list[i]);
	nr_free_slices[i]++;
	spin_unlock(&free_list_lock);
}

static void free_slice_remove(struct buffer_head *bh)
{
	spin_lock(&free_list_lock);
	list_del(&bh->b_lru);
	bh->b_free = false;
	nr_free_slices[size_index(bh->b_size)]--;
	spin_unlock(&free_list_lock);
}

/* Allocates a page and cuts it into free slices. => false: no memory; sleeps */
static bool grow_buffers(unsigned int size)
{
	struct page *page = alloc_page(GFP_NOFS);
	struct buffer_head *head, *bh;

	if (!page)
		return false;
	head = create_buffers(page, size, false);
	if (!head) {
		put_page(page);
		return false;
	}
	page_set(page, PG_locked);
	buffermem_add(page);
	buffer_design()->publish(page);
	page_clear(page, PG_referenced);
	page->buffers = head;
	bh = head;
	do {
		free_slice_put(bh);
		bh = bh->b_this_page;
	} while (bh != head);
	unlock_page(page);
	count_vm(freelist_grow);
	return true;
}

static bool grow_or_wait(unsigned int size)
{
	if (free_shortage())
		page_launder(GFP_NOFS, false);
	if (grow_buffers(size))
		return true;
	count_vm(freelist_stall);
	buffer_design()->cannot_grow();
	blk_unplug_all();
	nap(1);
	return false;
}

/*
 * Makes slices of this size available: flushes if too much is dirty, launders
 * if frames are short, then cuts a page; if that fails, wakes the design's
 * writer and sleeps shortly.
 * => sleeps; another task may take the slices first
 */
void refill_freelist(unsigned int size)
{
	int old = io_initiator_set(IO_REFILL_FREELIST);
	unsigned long start = jiffies;

	balance_dirty();
	while (list_empty(&free_list[size_index(size)]) && !grow_or_wait(size))
		if (time_after(jiffies, start + STALL_LIMIT))
			buffer_no_progress("refill_freelist");
	current->initiator = old;
}

/* ---- freeing a page's buffers -------------------------------------------- */

/* => true: a buffer is busy; the reason is counted */
static bool some_buffer_busy(struct buffer_head *head)
{
	struct buffer_head *bh = head;

	do {
		if (buffer_busy(bh)) {
			if (buffer_test(bh, BH_Dirty))
				count_vm(buffers_busy_dirty);
			else if (buffer_test(bh, BH_Lock))
				count_vm(buffers_busy_locked);
			else
				count_vm(buffers_busy_pinned);
			return true;
		}
		bh = bh->b_this_page;
	} while (bh != head);
	return false;
}

static void drop_ring(struct buffer_head *head, enum touch_gone why)
{
	struct buffer_head *bh = head;

	spin_lock(&lru_list_lock);
	do {
		if (bh->b_free)
			free_slice_remove(bh);
		else
			buffer_detach(bh, why);
		bh = bh->b_this_page;
	} while (bh != head);
	spin_unlock(&lru_list_lock);
	put_ring(head);
}

/* Frees the page's buffers if none is busy; why: for the trace.
 * => page locked, with buffers and a reference of the caller; true: the buffers
 * are gone and their reference dropped; does not sleep */
bool free_buffers(struct page *page, enum touch_gone why)
{
	BUG_ON(!page->buffers || !page_test(page, PG_locked),
	       "pfn %lx flags %lx", page_to_pfn(page), page->flags);
	if (some_buffer_busy(page->buffers))
		return false;
	TRACE(BH_FREE, page_to_pfn(page), (unsigned long)page->mapping);
	drop_ring(page->buffers, why);
	page->buffers = NULL;
	if (buffer_design()->counts_out(page))
		buffermem_del(page);
	page_clear(page, PG_buffermem);
	put_page(page);
	count_vm(buffers_freed);
	return true;
}

bool try_to_free_buffers(struct page *page)
{
	return free_buffers(page, TOUCH_RECLAIMED);
}

/* Starts the writes of the page's dirty buffers; wait: also waits for locked
 * ones. => page locked; sleeps for requests */
void write_page_buffers(struct page *page, bool wait)
{
	struct buffer_head *bh = page->buffers;
	int old = io_initiator_set(IO_LAUNDER_BUFFERS);

	do {
		if (buffer_test(bh, BH_Lock)) {
			if (wait)
				wait_on_buffer(bh);
		} else if (buffer_test(bh, BH_Dirty)) {
			get_bh(bh);
			ll_rw_block(BLK_WRITE, 1, &bh);
			brelse(bh);
		}
		bh = bh->b_this_page;
	} while (bh != page->buffers);
	current->initiator = old;
}

/* => page locked; sleeps until none of its buffers is under I/O */
void wait_page_buffers(struct page *page)
{
	struct buffer_head *bh = page->buffers;

	do {
		wait_on_buffer(bh);
		bh = bh->b_this_page;
	} while (bh != page->buffers);
}
