/*
 * kernel/core/lock.h - ranked locks for one processor and a kernel that is not
 * preemptive.
 *
 * On one processor a spinlock excludes only interrupts (the _irq forms).  It
 * states which data a section owns, forbids sleeping inside it, and checks the
 * order.  A mutex sleeps.  Taking a lock whose rank is not higher than that of
 * every spinlock held, or a mutex of lower rank than a mutex held, panics: an
 * order that could deadlock is found on the first run.  Release builds compile
 * spinlocks to nothing.
 */
#pragma once

#include "kernel/base/list.h"
#include "kernel/core/wait.h"
#include "kernel/base/x86.h"

/* Outermost first.  docs/LOCKING.md says what each protects. */
enum lock_rank {
	/* mutexes */
	RANK_SCANNER_SWITCH,	/* the run-time change of design */
	RANK_SWAP,		/* swapon, swapoff */
	RANK_NAMESPACE,		/* rename across directories */
	RANK_MOUNT,		/* mount table */
	RANK_INODE,		/* i_sem; a parent before its child */
	RANK_PIPE,
	/* spinlocks */
	RANK_PAGECACHE,		/* pagecache_lock: page hash, mapping lists */
	RANK_PAGEMAP_LRU,	/* pagemap_lru_lock: the three page lists */
	RANK_BUFFER_LRU,	/* lru_list_lock: buffer lists by state */
	RANK_BUFFER_HASH,	/* hash_table_lock: buffer hash */
	RANK_BUFFER_FREE,	/* free_list lock: slices by size */
	RANK_BUFFER_UNUSED,	/* unused_list_lock: heads without a slice */
	RANK_INODE_HASH,	/* inode hash and dirty lists */
	RANK_SLAB,
	RANK_BLK_QUEUE,		/* irq: request queues */
	RANK_ZONE,		/* irq: free areas */
};

struct spinlock {
	const char *name;
	enum lock_rank rank;
	bool held;
	struct spinlock *below;		/* held when this one was taken */
};

#define SPINLOCK(var, rank_)						\
	struct spinlock var = { .name = #var, .rank = (rank_) }

#ifdef NDEBUG_WALKERS
#define LOCK_CHECKS	false
#else
#define LOCK_CHECKS	true
#endif

void lock_check_take(struct spinlock *lock);
void lock_check_give(struct spinlock *lock);
void lock_check_sleep(void);

static inline void spin_lock(struct spinlock *lock)
{
	if (LOCK_CHECKS)
		lock_check_take(lock);
}

static inline void spin_unlock(struct spinlock *lock)
{
	if (LOCK_CHECKS)
		lock_check_give(lock);
}

/* Panics if a spinlock is held: every function that may sleep calls it. */
static inline void might_sleep(void)
{
	if (LOCK_CHECKS)
		lock_check_sleep();
}

static inline unsigned long spin_lock_irqsave(struct spinlock *lock)
{
	unsigned long flags = x86_irq_save();

	spin_lock(lock);
	return flags;
}

static inline void spin_unlock_irqrestore(struct spinlock *lock,
					  unsigned long flags)
{
	spin_unlock(lock);
	x86_irq_restore(flags);
}

struct mutex {
	const char *name;
	enum lock_rank rank;
	struct task *owner;
	struct wait_queue wait;
};

#define MUTEX(var, rank_)						\
	struct mutex var = { .name = #var, .rank = (rank_),		\
			     .wait = WAIT_QUEUE_INIT(var.wait) }

void mutex_init(struct mutex *mutex, const char *name, enum lock_rank rank);
/* => sleeps; not interruptible.  Not recursive. */
void mutex_lock(struct mutex *mutex);
bool mutex_trylock(struct mutex *mutex);
void mutex_unlock(struct mutex *mutex);
