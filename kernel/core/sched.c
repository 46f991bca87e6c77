/*
 * kernel/core/sched.c - the scheduler.
 *
 * Round robin with a slice of SLICE jiffies.  A task that wakes up with part of
 * its slice left goes to the front of the run queue and sets need_resched:
 * tasks that waited for the disk or a pipe run before tasks that compute.  A
 * task that has used its slice goes to the end, with a new one.  A child gets
 * half of its parent's slice, rounded down; a parent that waits for the child
 * gets back the rest.  So a chain of forks uses up its slices and goes to the
 * end of the queue.  The kernel is not preemptive: need_resched acts on return
 * to user mode and in cond_resched().
 *
 * Invariants: the running task is not on the run queue.  Every other task of
 * state TASK_RUNNING is, except the idle task, which runs when it is empty.
 * Locks: interrupts off around the queue.
 */
#include "kernel/core/fpu.h"
#include "kernel/core/lock.h"
#include "kernel/core/task.h"
#include "kernel/core/trace.h"
#include "kernel/base/vmhist.h"
#include "kernel/base/x86.h"

#define SLICE	5

LIST_HEAD(task_list);
struct task init_idle = { .comm = "idle", .flags = PF_KTHREAD,
			  .child_wait = WAIT_QUEUE_INIT(init_idle.child_wait),
			  .children = LIST_HEAD_INIT(init_idle.children),
			  .run_node = LIST_HEAD_INIT(init_idle.run_node) };
struct task *current = &init_idle;
const struct task_memory *task_memory;
void (*charge_tick)(bool user);

static LIST_HEAD(run_queue);
static unsigned int runnable;
static unsigned long active_cr3;

/* boot_stack: the lowest address of the stack that boot runs on */
void sched_init(void *boot_stack)
{
	init_idle.kstack = (unsigned long)boot_stack;
}

unsigned int nr_running(void)
{
	return runnable + (current != &init_idle);
}

/* => jiffies: 1 for nice 19, up to 9 for nice -20 */
int slice_of(const struct task *task)
{
	return SLICE - task->nice / 5 - (task->nice > 15);
}

/* Appends the task to the run queue with a full slice. */
static void add_to_tail(struct task *task)
{
	if (task->counter <= 0)
		task->counter = slice_of(task);
	list_add_tail(&task->run_node, &run_queue);
}

/* Moves 1/part of the rest of "from"'s slice to "to". */
void give_slice(struct task *from, struct task *to, int part)
{
	unsigned long flags = x86_irq_save();
	int ticks = max(from->counter, 0) / part;

	from->counter -= ticks;
	to->counter = min(to->counter + ticks, slice_of(to));
	x86_irq_restore(flags);
}

/* => the task is runnable; a new task does not run before its first wake-up */
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

/* Removes and returns the next task to run; the idle task if there is none. */
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

static void sched_requeue(struct task *prev, bool to_tail)
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

/* => interrupts off, or current is a kernel thread, or the directory is its own
 */
void load_cr3(unsigned long cr3)
{
	active_cr3 = cr3;
	x86_write_cr3(cr3);
}

/* Reclaim's time is that in which its tasks run. */
static void __cold switch_reclaim(struct task *prev, struct task *next)
{
	u64 now = clock_cycles();

	if (prev->reclaiming)
		vm_hist.reclaim_cycles += now - prev->reclaim_since;
	next->reclaim_since = now;
}

static void switch_task(struct task *prev, struct task *next)
{
	int slot;

	TRACE(TASK_SWITCH, next->pid, runnable, prev->state);
	if (unlikely(reclaimers))
		switch_reclaim(prev, next);
	next->context_switches++;
	nr_switches++;
	current = next;
	tss_set_stack(next->kstack + KSTACK_SIZE);
	fpu_switch(next);
	if (next->cr3 && next->cr3 != active_cr3)
		load_cr3(next->cr3);
	if (next->cr3)
		for (slot = 0; slot < TLS_SLOTS; slot++)
			gdt_set_tls(slot, next->tls[slot]);
	switch_to(&prev->esp, next->esp);
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
		sched_requeue(prev, true);
		next = pick_next();
	} else {
		next = pick_next();
		sched_requeue(prev, false);
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
	if (charge_tick && current->sighand)
		charge_tick(user);
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
