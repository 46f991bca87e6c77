/*
 * fs/buffer/buffer.c - the buffer cache: block lookup, and the lists by state.
 *
 * A buffer-cache buffer is identified by (device, block, size) and hashed;
 * buffers of file pages are found through their page and are not hashed.  Every
 * buffer that was ever named or dirtied is on one of three lists, CLEAN, LOCKED
 * or DIRTY; only the order of DIRTY matters.  The end of a write does not move
 * the buffer: the next task that finds it on the wrong list refiles it.
 *
 * Departure from 2.4.7: its hash has 1024 buckets below 64 MB and a function
 * that reaches 64 of them.  Here the hash has one bucket per frame, at least
 * 4096, and is multiplicative, so that experiments measure the reclaim design
 * and not the hash.
 *
 * Invariants: a dirty buffer is on BUF_DIRTY; BUF_DIRTY is in order of
 * b_dirtied; a hashed buffer has a slice and is on no free list.
 * Locks: lru_list_lock for the lists by state and the inode queues,
 * hash_table_lock for the hash.  Task context only.
 */
#include "fs/buffer/bdflush.h"
#include "fs/buffer/buffer_impl.h"
#include "fs/fs.h"

#define RECLAIMED_BITS	10

SPINLOCK(lru_list_lock, RANK_BUFFER_LRU);
SPINLOCK(hash_table_lock, RANK_BUFFER_HASH);

struct list_head lru_list[NR_LIST];
unsigned long nr_buffers_type[NR_LIST];
unsigned long size_buffers_type[NR_LIST];
unsigned long dirty_stamp;
unsigned long dirty_bytes;
struct buffer_head **buffer_hash;
unsigned int buffer_hash_bits = 12;
static u32 reclaimed[1 << RECLAIMED_BITS];	/* by name_hash(): lately */

/* => called before the first getblk, with the frame allocator running */
void buffer_init(void)
{
	unsigned long bytes;
	struct page *page;
	int i;

	register_buffer_hooks(&buffer_cache_hooks);
	for (i = 0; i < NR_LIST; i++)
		list_init(&lru_list[i]);
	while (1UL << buffer_hash_bits < num_physpages && buffer_hash_bits < 18)
		buffer_hash_bits++;
	bytes = sizeof(*buffer_hash) << buffer_hash_bits;
	page = alloc_pages(GFP_KERNEL, __builtin_ctzl(bytes >> PAGE_SHIFT));
	BUG_ON(!page, "no memory for a hash of %lu bytes", bytes);
	buffer_hash = page_address(page);
	memset(buffer_hash, 0, bytes);
	buffer_alloc_init();
	buffer_throttle_init();
}

/* ---- the hash ------------------------------------------------------------ */

/* => different for each block of each device */
static u32 name_hash(const struct blk_dev *dev, u32 block)
{
	return (block ^ dev->rdev << 20) * 0x9E3779B1u;
}

static struct buffer_head **hash_bucket(const struct blk_dev *dev, u32 block)
{
	return &buffer_hash[name_hash(dev, block) >> (32 - buffer_hash_bits)];
}

static void hash_insert(struct buffer_head *bh)
{
	struct buffer_head **bucket = hash_bucket(bh->b_dev, bh->b_blocknr);

	bh->b_next = *bucket;
	bh->b_pprev = bucket;
	if (bh->b_next)
		bh->b_next->b_pprev = &bh->b_next;
	*bucket = bh;
}

static void hash_remove(struct buffer_head *bh)
{
	if (!bh->b_pprev)
		return;
	*bh->b_pprev = bh->b_next;
	if (bh->b_next)
		bh->b_next->b_pprev = bh->b_pprev;
	bh->b_next = NULL;
	bh->b_pprev = NULL;
}

/*
 * => the cached buffer of the block with a reference, for brelse(), or NULL; no
 * I/O, no sleep
 */
struct buffer_head *get_hash_table(struct blk_dev *dev, u32 block,
				   unsigned int size)
{
	struct buffer_head *bh;

	spin_lock(&hash_table_lock);
	bh = *hash_bucket(dev, block);
	while (bh && (bh->b_blocknr != block || bh->b_dev != dev ||
		      bh->b_size != size))
		bh = bh->b_next;
	if (bh)
		get_bh(bh);
	spin_unlock(&hash_table_lock);
	return bh;
}

/* ---- the lists by state -------------------------------------------------- */

static void lru_insert(struct buffer_head *bh, enum buf_list list)
{
	bh->b_list = list;
	if (list == BUF_DIRTY)
		bh->b_dirtied = ++dirty_stamp;
	list_add_tail(&bh->b_lru, &lru_list[list]);
	nr_buffers_type[list]++;
	size_buffers_type[list] += bh->b_size;
}

/* A clean buffer of a file page may be on no list yet. */
static inline void lru_remove(struct buffer_head *bh)
{
	if (list_empty(&bh->b_lru))
		return;
	list_del(&bh->b_lru);
	nr_buffers_type[bh->b_list]--;
	size_buffers_type[bh->b_list] -= bh->b_size;
}

static void inode_queue_remove(struct buffer_head *bh)
{
	list_del(&bh->b_inode_buffers);
	bh->b_inode = NULL;
}

static enum buf_list list_for(const struct buffer_head *bh)
{
	if (buffer_test(bh, BH_Dirty))
		return BUF_DIRTY;
	if (buffer_test(bh, BH_Protected))
		return BUF_PROTECTED;
	return buffer_test(bh, BH_Lock) ? BUF_LOCKED : BUF_CLEAN;
}

/*
 * Moves the buffer to the tail of the list for its state, unless it is on that
 * list already; a clean buffer also leaves its inode's queue.
 * => lru_list_lock held
 */
void __refile_buffer(struct buffer_head *bh)
{
	enum buf_list list = list_for(bh);

	if (list == BUF_DIRTY)
		buffer_design()->on_dirty(bh);
	if (list == bh->b_list)
		return;
	lru_remove(bh);
	if (list == BUF_CLEAN)
		inode_queue_remove(bh);
	lru_insert(bh, list);
}

/* => takes lru_list_lock, no sleep */
void refile_buffer(struct buffer_head *bh)
{
	spin_lock(&lru_list_lock);
	__refile_buffer(bh);
	spin_unlock(&lru_list_lock);
}

static void note_reclaimed(u32 name)
{
	reclaimed[name >> (32 - RECLAIMED_BITS)] = name;
}

/* Forgets the name. => true: it was one of about a thousand reclaimed last */
static bool was_reclaimed(u32 name)
{
	u32 *slot = &reclaimed[name >> (32 - RECLAIMED_BITS)];
	bool was = *slot == name;

	*slot = was ? 0 : *slot;
	return was;
}

/* Removes the buffer from hash, list and inode queue. => lru_list_lock held */
void buffer_detach(struct buffer_head *bh, enum touch_gone why)
{
	if (bh->b_pprev) {
		trace_buffer(TRACE_GONE, bh, why);
		if (why == TOUCH_RECLAIMED)
			note_reclaimed(name_hash(bh->b_dev, bh->b_blocknr));
	}
	spin_lock(&hash_table_lock);
	hash_remove(bh);
	spin_unlock(&hash_table_lock);
	lru_remove(bh);
	inode_queue_remove(bh);
	bh->b_list = BUF_CLEAN;
}

void buffer_record(enum trace_event id, const struct buffer_head *bh, u32 how)
{
	if (bh->b_pprev)
		trace_write(id, TOUCH_SPACE(TOUCH_BUFFER, bh->b_dev->rdev), 0,
			    bh->b_blocknr, how | TOUCH_SECTORS(bh->b_size),
			    page_to_pfn(bh->b_page));
	else if (bh->b_page->mapping)
		touch_record(id, bh->b_page, bh->b_size, how);
}

/* ---- references ---------------------------------------------------------- */

/* Assigns (device, block) to a free slice; its data is not uptodate. */
static void name_slice(struct buffer_head *bh, struct blk_dev *dev, u32 block)
{
	bh->b_count = 1;
	bh->b_state = 1UL << BH_Mapped;
	bh->b_dev = dev;
	bh->b_blocknr = block;
	bh->b_flushtime = 0;
	spin_lock(&lru_list_lock);
	lru_insert(bh, BUF_CLEAN);
	spin_lock(&hash_table_lock);
	hash_insert(bh);
	spin_unlock(&hash_table_lock);
	spin_unlock(&lru_list_lock);
}

/* Assigns the block to any free slice of that size, unless another task does
 * meanwhile: the slices of one page belong to unrelated blocks. */
static struct buffer_head *__cold getblk_miss(struct blk_dev *dev, u32 block,
					      unsigned int size)
{
	struct buffer_head *bh;

	count_vm(getblk_miss);
	count_vm_add(getblk_miss_reclaimed,
		     was_reclaimed(name_hash(dev, block)));
	do {
		bh = free_slice_get(size);
		if (bh) {
			name_slice(bh, dev, block);
			break;
		}
		refill_freelist(size);
		bh = get_hash_table(dev, block, size);
	} while (!bh);
	return bh;
}

/*
 * Finds the block's buffer, or makes one.
 * how: of the touch, in the trace; TOUCH_NEW: the caller reads nothing.
 * => with a reference, perhaps not uptodate; sleeps, never fails
 */
struct buffer_head *getblk_how(struct blk_dev *dev, u32 block,
			       unsigned int size, u32 how)
{
	struct buffer_head *bh = get_hash_table(dev, block, size);

	if (likely(bh)) {
		count_vm(getblk_hit);
	} else {
		bh = getblk_miss(dev, block, size);
		how |= TOUCH_MISS;
	}
	page_touched(bh->b_page);
	trace_buffer(TRACE_TOUCH, bh, how);
	return bh;
}

struct buffer_head *getblk(struct blk_dev *dev, u32 block, unsigned int size)
{
	return getblk_how(dev, block, size, TOUCH_GETBLK | TOUCH_NEW);
}

/* => uptodate, with a reference; NULL after an I/O error; sleeps */
struct buffer_head *bread(struct blk_dev *dev, u32 block, unsigned int size)
{
	struct buffer_head *bh = getblk_how(dev, block, size, TOUCH_GETBLK);

	if (buffer_test(bh, BH_Uptodate))
		return bh;
	count_vm(bread_io);
	ll_rw_block(BLK_READ, 1, &bh);
	wait_on_buffer(bh);
	if (buffer_test(bh, BH_Uptodate))
		return bh;
	brelse(bh);
	return NULL;
}

/* Drops a reference; the buffer stays cached. => NULL is allowed */
void brelse(struct buffer_head *bh)
{
	if (!bh)
		return;
	BUG_ON(bh->b_count <= 0, "block %u count %d", bh->b_blocknr,
	       bh->b_count);
	bh->b_count--;
}

/* Frees the slice, dirty or not. => no references, not locked */
void buffer_forget(struct buffer_head *bh, enum touch_gone why)
{
	BUG_ON(bh->b_count || buffer_test(bh, BH_Lock), "block %u count %d",
	       bh->b_blocknr, bh->b_count);
	spin_lock(&lru_list_lock);
	buffer_test_clear_dirty(bh);
	buffer_detach(bh, why);
	spin_unlock(&lru_list_lock);
	free_slice_put(bh);
}

/*
 * brelse of freed metadata: the block will not be written if this is the last
 * reference and no transfer is under way.
 */
void bforget(struct buffer_head *bh)
{
	if (!bh)
		return;
	BUG_ON(bh->b_count <= 0, "block %u count %d", bh->b_blocknr,
	       bh->b_count);
	if (bh->b_count > 1 || buffer_test(bh, BH_Lock) ||
	    buffer_test(bh, BH_Protected) || !buffer_design()->may_forget(bh)) {
		bh->b_count--;
		return;
	}
	bh->b_count = 0;
	buffer_forget(bh, TOUCH_TRUNCATED);
}

/* ---- dirtying and cleaning ----------------------------------------------- */

static void __cold trace_dirtied(const struct buffer_head *bh)
{
	TRACE(BH_DIRTY, page_to_pfn(bh->b_page), bh->b_dev->rdev,
	      bh->b_blocknr, bh->b_size, bh->b_flushtime);
	trace_buffer(TRACE_DIRTIED, bh, 0);
}

/* Marks a clean buffer dirty; only this sets its due time and list position. */
static bool test_set_dirty(struct buffer_head *bh)
{
	if (buffer_test(bh, BH_Dirty))
		return true;
	buffer_set(bh, BH_Dirty);
	buffer_set(bh, BH_Modified);
	bh->b_flushtime = jiffies + bdf_prm.age_buffer;
	bh->b_since = jiffies;
	dirty_bytes += bh->b_size;
	count_vm(buffer_dirtied);
	if (bh->b_list == BUF_DIRTY)
		count_vm(dirty_kept_place);
	if (unlikely(trace_mask))
		trace_dirtied(bh);
	return false;
}

/* Clears BH_Dirty; leaves the lists alone. => true: it was dirty */
bool buffer_test_clear_dirty(struct buffer_head *bh)
{
	unsigned long age = jiffies - bh->b_since;

	if (!buffer_test(bh, BH_Dirty))
		return false;
	buffer_clear(bh, BH_Dirty);
	dirty_bytes -= bh->b_size;
	vm_stat.max_dirty_age = max(age, vm_stat.max_dirty_age);
	return true;
}

/* Marks dirty without balancing. => no sleep */
void __mark_buffer_dirty(struct buffer_head *bh)
{
	if (!test_set_dirty(bh))
		refile_buffer(bh);
}

/* Marks dirty, then balances. => may flush, so may sleep */
void mark_buffer_dirty(struct buffer_head *bh)
{
	if (test_set_dirty(bh))
		return;
	refile_buffer(bh);
	balance_dirty();
}

static void inode_queue_insert(struct buffer_head *bh, struct inode *inode)
{
	if (bh->b_inode == inode)
		return;
	bh->b_inode = inode;
	list_move_tail(&bh->b_inode_buffers, &inode->dirty_buffers);
}

/* Marks dirty without balancing. => true: it was clean; no sleep */
bool buffer_dirty_inode(struct buffer_head *bh, struct inode *inode)
{
	bool was_dirty = test_set_dirty(bh);

	spin_lock(&lru_list_lock);
	if (!was_dirty)
		__refile_buffer(bh);
	inode_queue_insert(bh, inode);
	spin_unlock(&lru_list_lock);
	return !was_dirty;
}

/* Marks dirty metadata that fsync of the inode must write. => may sleep */
void mark_buffer_dirty_inode(struct buffer_head *bh, struct inode *inode)
{
	if (buffer_dirty_inode(bh, inode))
		balance_dirty();
}

/* Drops the dirty state without a write. => no sleep */
void mark_buffer_clean(struct buffer_head *bh)
{
	if (buffer_test_clear_dirty(bh))
		refile_buffer(bh);
}

/* => any context */
void mark_buffer_uptodate(struct buffer_head *bh, bool uptodate)
{
	if (uptodate)
		buffer_set(bh, BH_Uptodate);
	else
		buffer_clear(bh, BH_Uptodate);
}
