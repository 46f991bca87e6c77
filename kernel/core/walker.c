/*
 * kernel/core/walker.c - runs the walkers of all structures
 *
 * Callable from gdb and through /proc/sys/vm/vm_check; kswapd calls it once a
 * second with debug=1.  A panic inside a walker names it.
 *
 * Locks: none held; nothing sleeps, so all walkers see one state.
 */
#include "kernel/core/walker.h"

static const struct walker *walkers[WALKERS];
static unsigned int nr_walkers;
static const struct walker *at_work;

void walker_register(const struct walker *walker)
{
	BUG_ON(nr_walkers == WALKERS, "%s is one too many", walker->name);
	walkers[nr_walkers++] = walker;
}

const char *walker_at_work(void)
{
	return at_work ? at_work->name : NULL;
}

void vm_check(void)
{
	unsigned int i;

	for (i = 0; i < nr_walkers; i++) {
		at_work = walkers[i];
		at_work->check();
	}
	at_work = NULL;
}
