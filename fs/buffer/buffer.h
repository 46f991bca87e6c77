/*
 * fs/buffer/buffer.h - buffer heads: blocks of a device as slices of pages.
 *
 * Lock legend: (h) hash_table_lock; (l) lru_list_lock; (f) free_list_lock;
 * (k) the page's PG_locked; (b) BH_Lock; (a) one atomic step; (c) constant
 * while the head has a slice.
 *
 * BUF_DIRTY is in order of insertion: a buffer is appended, and b_flushtime
 * set, only when it changes from clean to dirty.
 */
#pragma once

#include "drivers/block/blk.h"
#include "mm/reclaim/touch.h"

struct inode;

/* BH_Modified: changed since it was last submitted (for counting). */
enum bh_state { BH_Uptodate, BH_Dirty, BH_Lock, BH_Req, BH_Mapped, BH_New,
		BH_Protected, BH_Modified };
enum buf_list { BUF_CLEAN, BUF_LOCKED, BUF_DIRTY, BUF_PROTECTED, NR_LIST };

#define BUF_MIN_SIZE	512
#define NR_SIZES	4		/* 512, 1K, 2K, 4K */
#define MAX_BUF_PER_PAGE (PAGE_SIZE / BUF_MIN_SIZE)
#define NR_RESERVED	(10 * MAX_BUF_PER_PAGE)	/* unused heads kept back */

struct buffer_head {
	struct buffer_head *b_next, **b_pprev;	/* h: NULL pprev: not hashed */
	u32 b_blocknr;				/* c */
	u16 b_size;				/* c: bytes */
	u8 b_list;				/* l: enum buf_list */
	bool b_free;				/* f: on a free list (B_FREE) */
	struct blk_dev *b_dev;			/* c */
	int b_count;				/* a: references */
	unsigned long b_state;			/* a: bit per enum bh_state */
	unsigned long b_flushtime;		/* l: jiffies when due */
	unsigned long b_since;			/* a: jiffies when dirtied */
	unsigned long b_dirtied;		/* l: stamp, joins BUF_DIRTY */
	struct list_head b_lru;			/* l: lru_list; f: free list */
	struct buffer_head *b_this_page;	/* k: ring of one page */
	char *b_data;				/* c: kernel address */
	struct page *b_page;			/* c */
	void (*b_end_io)(struct buffer_head *bh, bool uptodate);
	struct wait_queue b_wait;		/* a: for BH_Lock */
	struct inode *b_inode;			/* l: on its dirty list */
	struct list_head b_inode_buffers;	/* l */
	struct blk_io b_io;			/* b */
};

static inline bool buffer_test(const struct buffer_head *bh, enum bh_state bit)
{
	return bh->b_state >> bit & 1;
}

static inline void buffer_set(struct buffer_head *bh, enum bh_state bit)
{
	__atomic_or_fetch(&bh->b_state, 1UL << bit, __ATOMIC_RELAXED);
}

static inline void buffer_clear(struct buffer_head *bh, enum bh_state bit)
{
	__atomic_and_fetch(&bh->b_state, ~(1UL << bit), __ATOMIC_RELAXED);
}

/* => true: the buffer cannot be dropped. */
static inline bool buffer_busy(const struct buffer_head *bh)
{
	return bh->b_count > 0 ||
	       (bh->b_state & (1UL << BH_Dirty | 1UL << BH_Lock |
			       1UL << BH_Protected));
}

static inline void get_bh(struct buffer_head *bh)
{
	bh->b_count++;
}

/* For get_block: assigns a block to the buffer of a file page. */
static inline void map_bh(struct buffer_head *bh, struct blk_dev *dev,
			  u32 block)
{
	buffer_set(bh, BH_Mapped);
	bh->b_dev = dev;
	bh->b_blocknr = block;
}

/* dev, block and size identify a buffer. getblk never fails; bread returns NULL
 * after an I/O error; brelse drops a reference.  All sleep. */
struct buffer_head *getblk_how(struct blk_dev *, u32, unsigned int, u32 how);
struct buffer_head *getblk(struct blk_dev *dev, u32 block, unsigned int size);
struct buffer_head *bread(struct blk_dev *dev, u32 block, unsigned int size);
struct buffer_head *get_hash_table(struct blk_dev *dev, u32 block,
				   unsigned int size);	/* NULL: not cached */
void brelse(struct buffer_head *bh);	/* NULL is allowed */
void bforget(struct buffer_head *bh);
void mark_buffer_dirty(struct buffer_head *bh);		/* balances: sleeps */
void __mark_buffer_dirty(struct buffer_head *bh);	/* does not balance */
void mark_buffer_clean(struct buffer_head *bh);
void mark_buffer_uptodate(struct buffer_head *bh, bool uptodate);
void mark_buffer_dirty_inode(struct buffer_head *bh, struct inode *inode);
void lock_buffer(struct buffer_head *bh);
bool trylock_buffer(struct buffer_head *bh);
void unlock_buffer(struct buffer_head *bh);
void wait_on_buffer(struct buffer_head *bh);

/* submit_bh needs BH_Lock and BH_Mapped. ll_rw_block takes BH_Lock or skips,
 * cleans, refiles and throttles on queued sectors. */
void submit_bh(int rw, struct buffer_head *bh);
void ll_rw_block(int rw, int n, struct buffer_head *bhs[]);

int sync_dirty_buffer(struct buffer_head *bh);	/* waits; 0, -EIO */
int sync_dev(struct blk_dev *dev);		/* NULL: all; waits; 0, -EIO */
int sync_buffers(struct blk_dev *dev, bool wait);
int sync_metadata(struct blk_dev *dev);	/* waits; 0, -EIO */
/* hold_metadata: metadata dirty now must be on disk before a later change.
 * metadata_settled: a sync of all or of metadata, begun since, has done it. */
void hold_metadata(struct blk_dev *dev);
bool metadata_settled(const struct blk_dev *dev);
int fsync_inode_buffers(struct inode *inode);	/* 0 or -EIO */
/* => true: new in the inode's queue and not on the disk; no sleep */
bool inode_block_unwritten(struct inode *inode, u32 block);
void invalidate_inode_buffers(struct inode *inode);
/* Drops all clean buffers. => number of dirty ones, which stay */
unsigned long invalidate_buffers(struct blk_dev *dev);
void set_blocksize(struct blk_dev *dev, unsigned int size);
bool free_buffers(struct page *page, enum touch_gone why);
bool try_to_free_buffers(struct page *page);
void buffer_init(void);

/* fs/buffer/buffer_page.c: buffers of file pages, for a_ops */
typedef int get_block_t(struct inode *inode, u32 iblock,
			struct buffer_head *bh, bool create);
int block_read_full_page(struct page *page, get_block_t *get_block);
int block_write_full_page(struct page *page, get_block_t *get_block);
int block_write_dir_page(struct page *page, get_block_t *get_block);
int block_prepare_write(struct page *page, unsigned int from, unsigned int to,
			get_block_t *get_block);
int generic_commit_write(struct page *, unsigned int from, unsigned int to);
int block_sync_page(struct page *page);
bool block_flush_page(struct page *page, unsigned int offset);
int block_truncate_page(struct address_space *mapping, loff_t from,
			get_block_t *get_block);
void unmap_underlying_metadata(struct buffer_head *bh);
/* => true: the block of the page has been dirty ever since; no sleep */
bool block_dirty_since(struct page *page, unsigned int offset,
		       unsigned long when);
void bufcache_check(void);	/* walker: lists, their order, counts */
size_t buffers_print(char *buf, size_t size);	/* /proc/buffers */
