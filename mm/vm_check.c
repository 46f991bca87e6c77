/*
 * mm/vm_check.c - every structure's walker, one after the other
 *
 * From inside to outside: a broken free list shows before what was built on
 * it.  Callable from gdb; kswapd calls it once a second with debug=1.
 *
 * Locks: none held; nothing sleeps, so what is seen is one moment.
 * Callers: kswapd, self-tests.  Calls: the walkers, which panic.
 */
#include "kernel/task.h"
#include "mm/buffer_hooks.h"
#include "mm/filemap.h"
#include "mm/mm.h"
#include "mm/reclaim.h"
#include "mm/shmem.h"
#include "mm/slab.h"
#include "mm/swap.h"

void vm_check(void)
{
	struct task *task;

	buddy_check();
	slab_check();
	lru_check();
	pagecache_check();
	buffer_hooks.check();
	list_for_each_entry(task, &task_list, all_node)
		if (task->mm)
			pt_check(task->mm);
	shmem_check();
	swap_check();
}
