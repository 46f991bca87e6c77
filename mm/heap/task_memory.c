/*
 * mm/heap/task_memory.c - the memory of tasks: a cache of struct task, kernel
 * stacks, and kmalloc for the rest.
 *
 * kernel/ is the lower room, so it calls through struct task_memory.
 */
#include "kernel/core/task.h"
#include "mm/heap/kmap.h"
#include "mm/heap/slab.h"

static struct kmem_cache *task_cache;

static struct task *alloc_task(void)
{
	return kmem_cache_alloc(task_cache, GFP_KERNEL);
}

static void free_task(struct task *task)
{
	kmem_cache_free(task_cache, task);
}

static void *alloc_task_area(size_t bytes)
{
	return kmalloc(bytes, GFP_KERNEL);
}

static const struct task_memory task_slab = {
	.alloc_task = alloc_task,
	.free_task = free_task,
	.alloc_stack = kstack_alloc,
	.free_stack = kstack_free,
	.alloc = alloc_task_area,
	.free = kfree,
};

/* => after slab_init() and kmap_init(), before the first thread */
void task_memory_init(void)
{
	task_cache = kmem_cache_create("task", sizeof(struct task), 0);
	task_memory = &task_slab;
}
