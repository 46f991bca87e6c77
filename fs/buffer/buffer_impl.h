/*
 * fs/buffer/buffer_impl.h - what the files of the buffer cache share, private
 * to them: its lists, its locks, and the functions that edit them.
 *
 * Lock order: lru_list_lock, hash_table_lock, free_list_lock, unused_list_lock.
 * Interrupts never edit a list: completion only unlocks.
 */
#pragma once

#include "fs/buffer/buffer_design.h"
#include "kernel/core/task.h"
#include "kernel/core/trace.h"
#include "kernel/base/vmhist.h"
#include "mm/reclaim/touch.h"

/* fs/buffer/buffer.c: to the trace, by its block, or by its page in a file */
void __cold buffer_record(enum trace_event id, const struct buffer_head *bh,
			  u32 how);
static inline void trace_buffer(enum trace_event id,
				const struct buffer_head *bh, u32 how)
{
	if (touch_traced())
		buffer_record(id, bh, how);
}

extern struct spinlock lru_list_lock, hash_table_lock, free_list_lock,
	unused_list_lock;

/* fs/buffer/buffer.c: the lists by state, and the hash */
extern struct list_head lru_list[NR_LIST];
extern unsigned long nr_buffers_type[NR_LIST];		/* l: buffers */
extern unsigned long size_buffers_type[NR_LIST];	/* l: bytes */
extern unsigned long dirty_stamp;	/* l: of the newest on BUF_DIRTY */
extern unsigned long dirty_bytes;	/* a: of buffers with BH_Dirty */
extern struct buffer_head **buffer_hash;	/* h */
extern unsigned int buffer_hash_bits;

void __refile_buffer(struct buffer_head *bh);	/* lru_list_lock held */
void refile_buffer(struct buffer_head *bh);	/* takes it */
bool buffer_test_clear_dirty(struct buffer_head *bh);	/* => was dirty */
/* Marks dirty and queues for fsync, without balancing. => was clean */
bool buffer_dirty_inode(struct buffer_head *bh, struct inode *inode);
/* Takes it from hash, list and queue. */
void buffer_detach(struct buffer_head *bh, enum touch_gone why);
/* To its free list. */
void buffer_forget(struct buffer_head *bh, enum touch_gone why);

/* fs/buffer/buffer_alloc.c: heads and slices */
extern struct list_head free_list[NR_SIZES];		/* f */
extern unsigned long nr_free_slices[NR_SIZES];		/* f */
extern unsigned int nr_unused_heads;			/* unused_list_lock */
extern unsigned long nr_buffer_heads;	/* a: heads that have a slice */

void buffer_alloc_init(void);
struct buffer_head *free_slice_get(unsigned int size);	/* NULL: none */
void free_slice_put(struct buffer_head *bh);
void refill_freelist(unsigned int size);	/* => sleeps */
void write_page_buffers(struct page *page, bool wait);	/* => sleeps */
void wait_page_buffers(struct page *page);		/* => sleeps */
void create_empty_buffers(struct page *page, struct blk_dev *dev,
			  unsigned int size);	/* => sleeps, never fails */

/* fs/buffer/buffer_io.c: completion, in interrupt context */
void end_buffer_io_sync(struct buffer_head *bh, bool uptodate);
void end_buffer_io_async(struct buffer_head *bh, bool uptodate);
void buffer_throttle_init(void);

/* fs/buffer/buffer_sync.c: sync ignores buffers that joined BUF_DIRTY
 * after this stamp */
extern unsigned long sync_stamp;			/* l */

/* fs/buffer/buffer_page.c: used by both designs' full-page writes */
int buffer_map_for_write(struct inode *inode, u32 iblock,
			 struct buffer_head *bh, get_block_t *get_block);
unsigned int page_bytes_in_file(const struct page *page);

/*
 * fs/buffer/buffer_switch.c: flushers, sync and fsync pass a gate that the
 * run-time switch closes. enter: => sleeps until it is open, for tasks that
 * hold no page or buffer lock and are not inside; try_enter: => false: closed.
 */
void buffer_gate_enter(void);
bool buffer_gate_try_enter(void);
void buffer_gate_exit(void);

extern const struct buffer_hooks buffer_cache_hooks;

/* fs/buffer/buffer_check.c */
void buffer_no_progress(const char *who) __noreturn;	/* census, panic */

/* Attributes the writes that follow to "who". => the previous
 * value, to restore */
static inline int io_initiator_set(enum io_initiator who)
{
	int old = current->initiator;

	current->initiator = who;
	return old;
}

/* => true: owned by the buffer cache, or an orphan left to it by truncate */
static inline bool page_is_buffermem(const struct page *page)
{
	return page_test(page, PG_buffermem);
}

/* => true: owned by the buffer cache; an orphan has no owner
 * in either design. */
static inline bool page_is_buffer_cache(const struct page *page)
{
	return page_test(page, PG_buffermem) && !page_test(page, PG_orphan);
}
