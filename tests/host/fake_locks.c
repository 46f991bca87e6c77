/* tests/host/fake_locks.c - see fake_locks.h */
#include "kernel/core/lock.h"
#include "tests/host/check.h"
#include "tests/host/fake_locks.h"

int fake_locks_held;

void lock_check_take(struct spinlock *lock)
{
	BUG_ON(lock->held, "%s is taken twice", lock->name);
	lock->held = true;
	fake_locks_held++;
}

void lock_check_give(struct spinlock *lock)
{
	BUG_ON(!lock->held, "%s is not held", lock->name);
	lock->held = false;
	fake_locks_held--;
}

void lock_check_sleep(void)
{
	BUG_ON(fake_locks_held, "sleeps with %d locks", fake_locks_held);
}
