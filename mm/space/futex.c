/*
 * mm/space/futex.c - futex: waiting until another process changes a word.
 *
 * A word in shared memory is identified by the mapping and the offset in it, so
 * all processes that map it agree; any other word by the address space.  A
 * waiter is on the list while it sleeps; futex_wake() removes it.
 *
 * Locks: none: nothing sleeps between a test of the list and its change.  A
 * waiter is on the list before it reads the word, so no wake-up is lost.
 */
#include "kernel/process/signal.h"
#include "kernel/process/syscall.h"
#include "kernel/core/uaccess.h"
#include "mm/space/mm.h"

enum { FUTEX_WAIT, FUTEX_WAKE, FUTEX_WAIT_BITSET = 9, FUTEX_WAKE_BITSET };

#define FUTEX_PRIVATE		128u
#define FUTEX_CLOCK_REALTIME	256u
#define FUTEX_OP(op)		((op) & ~(FUTEX_PRIVATE | FUTEX_CLOCK_REALTIME))

struct waiter {
	struct list_head node;		/* in waiters; empty: woken up */
	const void *space;		/* the word's mapping or mm_struct */
	u64 place;			/* in it, bytes */
	u32 bits;			/* wake-ups it accepts */
	struct wait_queue queue;	/* it sleeps here */
};

static LIST_HEAD(waiters);

/* => 0 with space and place; -EFAULT, -EINVAL: not aligned; sleeps */
static int find_word(const u32 __user *word, u32 op, struct waiter *waiter)
{
	unsigned long address = (unsigned long)word;
	struct vm_area *area;
	u32 value;

	if (address & 3)
		return -EINVAL;
	if (get_user(value, word))
		return -EFAULT;
	area = find_area(current->mm, address);
	waiter->space = current->mm;
	waiter->place = address;
	if (area && (area->flags & VM_SHARED) && !(op & FUTEX_PRIVATE)) {
		waiter->space = file_map_ops->mapping(area->file);
		waiter->place = ((u64)area->pgoff << PAGE_SHIFT) +
			address - area->start;
	}
	return 0;
}

/* Wakes up waiters for the word of "key", the longest waiting ones first.
 * => how many, at most "most" */
static long futex_wake(const struct waiter *key, long most)
{
	struct waiter *waiter, *next;
	long woken = 0;

	list_for_each_entry_safe(waiter, next, &waiters, node) {
		if (waiter->space != key->space ||
		    waiter->place != key->place || !(waiter->bits & key->bits))
			continue;
		list_del(&waiter->node);
		wake_up(&waiter->queue);
		if (++woken >= most)
			break;
	}
	return woken;
}

/* Sleeps until woken up; ticks negative: no limit. => 0: woken up; -EAGAIN:
 * the word's value differs; -EFAULT, -EINTR, -ETIMEDOUT */
static long futex_wait(struct waiter *waiter, const u32 __user *word,
		       u32 value,
		       long ticks)
{
	long result = -EFAULT;
	bool woken;
	u32 now;

	wait_queue_init(&waiter->queue);
	list_add_tail(&waiter->node, &waiters);
	if (!get_user(now, word))
		result = now != value ? -EAGAIN :
			wait_event_interruptible_timeout(waiter->queue,
				list_empty(&waiter->node), ticks);
	woken = list_empty(&waiter->node);
	list_del(&waiter->node);
	return woken ? 0 : result;
}

/* FUTEX_WAIT has a relative time-out, FUTEX_WAIT_BITSET an absolute one. */
static int futex_clock(u32 op)
{
	if (FUTEX_OP(op) != FUTEX_WAIT_BITSET)
		return FROM_NOW;
	return op & FUTEX_CLOCK_REALTIME ? CLOCK_REALTIME : CLOCK_MONOTONIC;
}

static bool futex_waits(u32 op)
{
	return FUTEX_OP(op) == FUTEX_WAIT || FUTEX_OP(op) == FUTEX_WAIT_BITSET;
}

SYSCALL_DEFINE6(futex, u32 __user *, word, u32, op, u32, value,
		const void __user *, timeout, u32 __user *, word2 __unused,
		u32, bits)
{
	u32 command = FUTEX_OP(op);
	struct waiter waiter = { .bits = command <= FUTEX_WAKE ? ~0u : bits };
	long ticks, error;

	if ((command > FUTEX_WAKE && command - FUTEX_WAIT_BITSET > 1u) ||
	    ((op & FUTEX_CLOCK_REALTIME) && command != FUTEX_WAIT_BITSET))
		return -ENOSYS;
	error = futex_waits(op) ?
		get_timeout(timeout, futex_clock(op), &ticks) : 0;
	if (!error)
		error = waiter.bits ? find_word(word, op, &waiter) : -EINVAL;
	if (error)
		return error;
	return futex_waits(op) ? futex_wait(&waiter, word, value, ticks) :
			   futex_wake(&waiter, (int)value);
}
