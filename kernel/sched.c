/*
 * kernel/sched.c - tasks and who runs.
 *
 * Round robin with a slice of SLICE jiffies.  A task that wakes up with some
 * of its slice left goes to the front and asks for the processor: whoever
 * waited for the disk or a pipe runs before whoever computes; a used-up slice
 * means the end of the queue, and a new one there.  A child gets half of its
 * parent's slice, rounded down, and the parent what is left of it when it has
 * waited for the child: so a chain of forks comes to the end of the queue
 * after a few.  The kernel is not preemptive: need_resched acts on the way to
 * user mode and in cond_resched().
 *
 * Invariants: the running task is not on the run queue; every other task of
 * state TASK_RUNNING is, except the idle task, which runs when it is empty.
 * Locks: interrupts off around the queue.
 * Callers: everybody.  Calls: switch.asm, mm_activate, fpu_switch.
 */
#include "kernel/fpu.h"
#include "kernel/lock.h"
#include "kernel/task.h"
#include "kernel/time.h"
#include "kernel/trace.h"
#include "kernel/x86.h"
#include "mm/mm.h"
#include "mm/slab.h"

#define SLICE	5

LIST_HEAD(task_list);
struct task init_idle = { .comm = "idle", .flags = PF_KTHREAD,
			  .child_wait = WAIT_QUEUE_INIT(init_idle.child_wait),
			  .children = LIST_HEAD_INIT(init_idle.children),
			  .run_node = LIST_HEAD_INIT(init_idle.run_node) };
struct task *current = &init_idle;

static LIST_HEAD(run_queue);
static unsigned int runnable;
static struct mm_struct *active_mm;
static struct kmem_cache *task_cache;
static int last_pid;

extern char thread_entry[], boot_stack[];

void sched_init(void)
{
	task_cache = kmem_cache_create("task", sizeof(struct task), 0);
	init_idle.kstack = (unsigned long)boot_stack;
}

unsigned int nr_running(void)
{
	return runnable + (current != &init_idle);
}

/* A group or a session may outlive the process that it is called after. */
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

/* Tells the trace what a task is called: at birth and after exec. */
void task_announce(const struct task *task)
{
	u32 name[2];

	memcpy(name, task->comm, sizeof(name));
	TRACE(TASK_NEW, task->pid, current->pid, name[0], name[1]);
}

/* => pid, stack and lists are set; the caller fills the rest */
struct task *task_alloc(const char *name)
{
	struct task *task = kmem_cache_alloc(task_cache, GFP_KERNEL);

	if (!task)
		return NULL;
	memset(task, 0, sizeof(*task));
	task->kstack = kstack_alloc();
	if (!task->kstack) {
		kmem_cache_free(task_cache, task);
		return NULL;
	}
	task->pid = next_pid();
	strncpy(task->comm, name, TASK_COMM - 1);
	task->state = TASK_UNINTERRUPTIBLE;
	task->counter = SLICE;
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
	kstack_free(task->kstack);
	kmem_cache_free(task_cache, task);
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

/* From 1 jiffy for nice 19 to 9 for nice -20. */
int slice_of(const struct task *task)
{
	return SLICE - task->nice / 5 - (task->nice > 15);
}

/* Behind everybody, with a slice of its own. */
static void add_to_tail(struct task *task)
{
	if (task->counter <= 0)
		task->counter = slice_of(task);
	list_add_tail(&task->run_node, &run_queue);
}

/* => a part of the slice that "from" has left is added to the other's */
void give_slice(struct task *from, struct task *to, int part)
{
	unsigned long flags = x86_irq_save();
	int ticks = max(from->counter, 0) / part;

	from->counter -= ticks;
	to->counter = min(to->counter + ticks, slice_of(to));
	x86_irq_restore(flags);
}

/* => the task is runnable; before its first wake-up nothing runs it */
void wake_up_task(struct task *task)
{
	unsigned long flags = x86_irq_save();

	if (task->state != TASK_RUNNING && task->state != TASK_ZOMBIE) {
		task->state = TASK_RUNNING;
		if (task != current && list_empty(&task->run_node)) {
			if (task->counter > 0)
				list_add(&task->run_node, &run_queue);
			else
				add_to_tail(task);
			runnable++;
			current->need_resched = true;
		}
	}
	x86_irq_restore(flags);
}

void wake_up(struct wait_queue *queue)
{
	unsigned long flags;
	struct wait_entry *entry, *next;

	if (list_empty(&queue->sleepers))
		return;
	flags = x86_irq_save();
	list_for_each_entry_safe(entry, next, &queue->sleepers, node)
		wake_up_task(entry->task);
	x86_irq_restore(flags);
}

void wait_prepare(struct wait_queue *queue, struct wait_entry *entry,
		  bool interruptible)
{
	unsigned long flags = x86_irq_save();

	might_sleep();
	entry->task = current;
	list_del(&entry->node);
	list_add_tail(&entry->node, &queue->sleepers);
	current->state = interruptible ? TASK_INTERRUPTIBLE :
					 TASK_UNINTERRUPTIBLE;
	x86_irq_restore(flags);
}

void wait_finish(struct wait_entry *entry)
{
	unsigned long flags = x86_irq_save();

	list_del(&entry->node);
	current->state = TASK_RUNNING;
	x86_irq_restore(flags);
}

bool signal_pending(void)
{
	return current->sig_pending & ~current->sig_blocked;
}

/* The chosen task off the queue; the idle task when there is none. */
static struct task *pick_next(void)
{
	struct task *next;

	if (list_empty(&run_queue))
		return &init_idle;
	next = list_first(&run_queue, struct task, run_node);
	list_del(&next->run_node);
	runnable--;
	return next;
}

unsigned long cpu_ticks[3], nr_switches;

static void requeue(struct task *prev, bool to_tail)
{
	if (prev->state != TASK_RUNNING || prev == &init_idle)
		return;
	prev->counter = to_tail ? 0 : prev->counter;
	if (prev->counter <= 0)
		add_to_tail(prev);
	else
		list_add(&prev->run_node, &run_queue);
	runnable++;
}

static void switch_task(struct task *prev, struct task *next)
{
	int slot;

	TRACE(TASK_SWITCH, next->pid, runnable);
	next->context_switches++;
	nr_switches++;
	current = next;
	tss_set_stack(next->kstack + KSTACK_SIZE);
	fpu_switch(next);
	if (next->mm && next->mm != active_mm)
		mm_activate(next->mm);
	if (next->mm)
		for (slot = 0; slot < TLS_SLOTS; slot++)
			gdt_set_tls(slot, next->tls[slot]);
	switch_to(&prev->esp, next->esp);
}

/* mm tells which directory is loaded: kernel threads keep the last one. */
void sched_active_mm(struct mm_struct *mm)
{
	active_mm = mm;
}

static void schedule_from(bool to_tail)
{
	unsigned long flags = x86_irq_save();
	struct task *prev = current, *next;

	might_sleep();
	BUG_ON(in_interrupt(), "%s sleeps in an interrupt", prev->comm);
	prev->need_resched = false;
	if (prev->state == TASK_INTERRUPTIBLE && signal_pending())
		prev->state = TASK_RUNNING;
	if (to_tail) {
		requeue(prev, true);
		next = pick_next();
	} else {
		next = pick_next();
		requeue(prev, false);
	}
	if (next == &init_idle && prev->state == TASK_RUNNING &&
	    prev != &init_idle) {
		list_del(&prev->run_node);
		runnable--;
		next = prev;
	}
	if (next != prev)
		switch_task(prev, next);
	x86_irq_restore(flags);
}

/* => sleeps unless the state is TASK_RUNNING; no spinlock held */
void schedule(void)
{
	schedule_from(current->counter <= 0);
}

void yield(void)
{
	schedule_from(true);
}

void cond_resched(void)
{
	if (current->need_resched)
		schedule();
}

/* From the timer interrupt, once a jiffy. */
void sched_tick(bool user)
{
	if (user)
		current->utime++;
	else
		current->stime++;
	if (current != &init_idle)
		cpu_ticks[!user ? 2 : current->nice > 0]++;
	if (current->sighand)
		cpu_timers_tick(user);
	if (current != &init_idle && --current->counter <= 0)
		current->need_resched = true;
}

/* The idle task: what boot becomes. */
void sched_idle(void)
{
	for (;;) {
		x86_cli();
		if (list_empty(&run_queue))
			x86_sti_hlt();
		x86_sti();
		schedule();
	}
}
