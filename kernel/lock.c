/*
 * kernel/lock.c - the checks behind spinlocks, and mutexes.
 *
 * The ranks of the spinlocks held form a stack that must rise; mutex ranks are
 * a set a task, whose highest member a new one must not go below.  Equal
 * mutex ranks may nest (two directories of a rename): their order is the
 * callers' to state.
 *
 * Callers: everybody.  Calls: the wait queues.
 */
#include "kernel/lock.h"
#include "kernel/task.h"

#define HELD_MAX	8

/* One processor, no preemption: the held spinlocks are one stack.  An interrupt
 * puts its own on top, at any instruction, and takes them away again: the top
 * is right before "n" counts it, and what is above "n" is nobody's. */
static struct {
	const struct spinlock *lock[HELD_MAX];
	unsigned int n;
} held;

void lock_check_take(struct spinlock *lock)
{
	BUG_ON(lock->held, "%s is taken twice", lock->name);
	BUG_ON(held.n && held.lock[held.n - 1]->rank >= lock->rank,
	       "%s after %s", lock->name, held.lock[held.n - 1]->name);
	BUG_ON(held.n == HELD_MAX, "%u spinlocks", held.n);
	lock->held = true;
	held.lock[held.n] = lock;
	barrier();
	held.n++;
}

void lock_check_give(struct spinlock *lock)
{
	unsigned int i;

	BUG_ON(!lock->held, "%s is not held", lock->name);
	lock->held = false;
	for (i = held.n; i--;)
		if (held.lock[i] == lock)
			break;
	for (; i + 1 < held.n; i++)
		held.lock[i] = held.lock[i + 1];
	barrier();
	held.n--;
}

void lock_check_sleep(void)
{
	BUG_ON(held.n, "task %d may sleep while %s is held", current->pid,
	       held.lock[held.n - 1]->name);
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
