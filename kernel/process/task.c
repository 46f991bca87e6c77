/*
 * kernel/process/task.c - the birth of tasks: process numbers, memory, kernel
 * threads
 *
 * A task's memory comes from a higher room: the slab and the map of kernel
 * stacks register struct task_memory.  Boot creates the kernel threads, fork
 * the processes.
 *
 * Invariant: a task is on task_list from task_alloc() to task_free().
 * Locks: none; the kernel is not preemptive and nothing here sleeps between
 * the search for a number and its use.
 */
#include "kernel/process/process.h"
#include "kernel/core/trace.h"

static int last_pid;

extern char thread_entry[];		/* kernel/process/entry.asm */

/* A group or session may outlive the process it is named after. */
static bool pid_is_used(int pid)
{
	struct task *task;

	list_for_each_entry(task, &task_list, all_node)
		if (task->pid == pid || task->pgrp == pid ||
		    task->session == pid)
			return true;
	return false;
}

static int next_pid(void)
{
	do {
		if (++last_pid > PID_MAX)
			last_pid = 2;
	} while (pid_is_used(last_pid));
	return last_pid;
}

struct task *find_task(int pid)
{
	struct task *task;

	list_for_each_entry(task, &task_list, all_node)
		if (task->pid == pid)
			return task;
	return NULL;
}

/* Writes to the trace a task's name: at birth and after exec. */
void task_announce(const struct task *task)
{
	u32 name[2];

	memcpy(name, task->comm, sizeof(name));
	TRACE(TASK_NEW, task->pid, current->pid, name[0], name[1]);
}

/* => pid, stack and lists are set; the caller fills the rest */
struct task *task_alloc(const char *name)
{
	struct task *task;

	BUG_ON(!task_memory, "the task %s before there is memory", name);
	task = task_memory->alloc_task();
	if (!task)
		return NULL;
	memset(task, 0, sizeof(*task));
	task->kstack = task_memory->alloc_stack();
	if (!task->kstack) {
		task_memory->free_task(task);
		return NULL;
	}
	task->pid = next_pid();
	strncpy(task->comm, name, TASK_COMM - 1);
	task->state = TASK_UNINTERRUPTIBLE;
	task->counter = slice_of(task);
	task->start_jiffies = jiffies;
	list_init(&task->run_node);
	list_init(&task->timer_node);
	list_init(&task->children);
	list_init(&task->sibling_node);
	wait_queue_init(&task->child_wait);
	list_add_tail(&task->all_node, &task_list);
	task_announce(task);
	return task;
}

void task_free(struct task *task)
{
	BUG_ON(task == current, "pid %d frees itself", task->pid);
	list_del(&task->all_node);
	list_del(&task->sibling_node);
	task_memory->free_stack(task->kstack);
	task_memory->free_task(task);
}

/* From thread_entry; a thread that returns ends. */
void kernel_thread_main(void (*fn)(void *), void *arg)
{
	fn(arg);
	do_exit(0);
}

struct task *kernel_thread(const char *name, void (*fn)(void *), void *arg)
{
	struct task *task = task_alloc(name);
	unsigned long *stack;

	if (!task)
		panic("no memory for the kernel thread %s", name);
	task->flags |= PF_KTHREAD;
	set_default_limits(task);
	task->parent = &init_idle;
	stack = (unsigned long *)(task->kstack + KSTACK_SIZE);
	*--stack = (unsigned long)thread_entry;
	*--stack = 0;				/* ebp */
	*--stack = (unsigned long)fn;		/* ebx */
	*--stack = (unsigned long)arg;		/* esi */
	*--stack = 0;				/* edi */
	task->esp = (unsigned long)stack;
	wake_up_task(task);
	return task;
}
