/*
 * kernel/core/lock.c - the checks behind spinlocks, and mutexes.
 *
 * The ranks of the spinlocks held form a stack that must rise.  The mutex ranks
 * a task holds form a set; a new one must not be below the highest of them.
 * Mutexes of equal rank may nest (two directories of a rename): the callers
 * define their order.
 */
#include "kernel/core/lock.h"
#include "kernel/core/task.h"

/*
 * One processor, no preemption: the held spinlocks are one stack.  An interrupt
 * may push and pop its own at any instruction; so each change is a single
 * store.
 */
static struct spinlock *top;

void lock_check_take(struct spinlock *lock)
{
	BUG_ON(lock->held, "%s is taken twice", lock->name);
	BUG_ON(top && top->rank >= lock->rank, "%s after %s", lock->name,
	       top->name);
	lock->held = true;
	lock->below = top;
	barrier();
	top = lock;
}

void lock_check_give(struct spinlock *lock)
{
	struct spinlock **at = &top;

	BUG_ON(!lock->held, "%s is not held", lock->name);
	while (*at != lock)
		at = &(*at)->below;
	*at = lock->below;
	barrier();
	lock->held = false;
}

void lock_check_sleep(void)
{
	BUG_ON(top, "task %d may sleep while %s is held", current->pid,
	       top->name);
}

void mutex_init(struct mutex *mutex, const char *name, enum lock_rank rank)
{
	mutex->name = name;
	mutex->rank = rank;
	mutex->owner = NULL;
	wait_queue_init(&mutex->wait);
}

static void mutex_own(struct mutex *mutex)
{
	mutex->owner = current;
	current->mutex_ranks |= 1u << mutex->rank;
}

void mutex_lock(struct mutex *mutex)
{
	might_sleep();
	BUG_ON(mutex->owner == current, "%s is taken twice by task %d",
	       mutex->name, current->pid);
	BUG_ON(current->mutex_ranks >> mutex->rank > 1,
	       "%s (rank %d) after ranks %x", mutex->name, mutex->rank,
	       current->mutex_ranks);
	if (mutex->owner)
		wait_event(mutex->wait, !mutex->owner);
	mutex_own(mutex);
}

bool mutex_trylock(struct mutex *mutex)
{
	if (mutex->owner)
		return false;
	mutex_own(mutex);
	return true;
}

void mutex_unlock(struct mutex *mutex)
{
	BUG_ON(mutex->owner != current, "%s belongs to another task",
	       mutex->name);
	mutex->owner = NULL;
	current->mutex_ranks &= ~(1u << mutex->rank);
	wake_up(&mutex->wait);
}
