/*
 * kernel/process/fork.c - a new process from a running one.
 *
 * The child gets copies of everything: the address space (pages shared until
 * one side writes), descriptors, handlers, FPU registers, and a trap_frame on
 * its own kernel stack that returns 0 from the same system call.  vfork lends
 * the parent's address space instead; the parent sleeps until the child leaves
 * it by exec or exit.  Threads (CLONE_VM without CLONE_VFORK) do not exist.
 *
 * Invariant: of the two tasks of a vfork only one runs in the address space.
 * Locks: none; a child is on the run queue only when it is complete.
 */
#include "kernel/process/clone.h"
#include "kernel/core/fpu.h"
#include "kernel/base/power.h"
#include "kernel/process/signal.h"
#include "kernel/core/uaccess.h"
#include "kernel/base/vmstat.h"
#include "kernel/base/x86.h"

#define FRAMES_PER_PROCESS	16	/* half of memory for bookkeeping */
#define MOST_PROCESSES		960u	/* there are 1,024 kernel stacks */

extern char fork_entry[];		/* entry.asm: pops the trap_frame */

unsigned int nr_processes;

static void copy_ids(struct task *child)
{
	child->pgrp = current->pgrp;
	child->session = current->session;
	child->uid = current->uid;
	child->gid = current->gid;
	child->euid = current->euid;
	child->egid = current->egid;
	child->suid = current->suid;
	child->sgid = current->sgid;
	child->nice = current->nice;
	child->personality = current->personality;
	child->flags = current->flags & (PF_TRACED | PF_CHANGED);
	memcpy(child->rlimits, current->rlimits, sizeof(child->rlimits));
	child->ngroups = current->ngroups;
	memcpy(child->groups, current->groups, sizeof(child->groups));
	child->sig_blocked = current->sig_blocked;
	child->sig_ignored = current->sig_ignored;
	memcpy(child->tls, current->tls, sizeof(child->tls));
}

/* The first frame of a new process: switch_to's part, then fork_entry's. */
struct user_entry {
	u32 edi, esi, ebx, ebp;
	void *eip;
	struct trap_frame frame;
};

static void copy_thread(struct task *child, const struct trap_frame *frame,
			unsigned long sp)
{
	unsigned long top = child->kstack + KSTACK_SIZE;
	struct user_entry *entry = (struct user_entry *)top - 1;

	*entry = (struct user_entry){ .eip = fork_entry, .frame = *frame };
	entry->frame.eax = 0;
	if (sp)
		entry->frame.esp = sp;
	child->frame = &entry->frame;
	child->esp = (unsigned long)entry;
}

/* Turns a kernel thread into a process with these registers; the next entry
 * from user mode starts at the top of its stack. => never returns */
void enter_user_mode(const struct trap_frame *frame)
{
	struct user_entry entry = { .eip = fork_entry, .frame = *frame };
	unsigned long unused;

	x86_cli();
	switch_to(&unused, (unsigned long)&entry);
	panic("task %d came back from user mode", current->pid);
}

/* The parts of a task, in the order of registration. */
static const struct task_part *parts[TASK_PARTS];
static unsigned int nr_parts;

void task_part_register(const struct task_part *part)
{
	BUG_ON(nr_parts == TASK_PARTS, "%u parts", nr_parts);
	parts[nr_parts++] = part;
}

/* Exits the first n parts, the last one first. => sleeps */
static void exit_parts_below(struct task *task, unsigned int n)
{
	while (n-- > 0)
		if (parts[n]->exit)
			parts[n]->exit(task);
}

void exit_parts(struct task *task)
{
	exit_parts_below(task, nr_parts);
}

static int fork_parts(struct task *child, unsigned long flags)
{
	unsigned int i;
	int error = 0;

	for (i = 0; i < nr_parts && !error; i++)
		if (parts[i]->fork)
			error = parts[i]->fork(child, flags);
	if (error)
		exit_parts_below(child, i - 1);
	return error;
}

static int copy_parts(struct task *child, unsigned long flags)
{
	int error = copy_sighand(child);

	if (error)
		return error;
	error = fpu_fork(child);
	if (error)
		goto out_sighand;
	error = fork_parts(child, flags);
	if (!error)
		return 0;
	fpu_release(child);
out_sighand:
	put_sighand(child);
	return error;
}

/* Writes the child's pid into the child's memory: current loads its mm. */
static void put_child_tid(struct task *child, int *tid)
{
	struct mm_struct *mm = current->mm;
	unsigned long cr3 = current->cr3;

	current->mm = child->mm;
	current->cr3 = child->cr3;
	load_cr3(current->cr3);
	put_user(child->pid, tid);
	current->mm = mm;
	current->cr3 = cr3;
	load_cr3(cr3);
}

static void wait_for_vfork(void)
{
	if (current->in_vfork)
		wait_event(current->child_wait, !current->in_vfork);
}

/*
 * Makes task runnable without setting need_resched: a parent continues after
 * fork, and a sender after kill, until it sleeps or its slice is used up.
 * => any context; in an interrupt it acts as wake_up_task()
 */
void wake_up_behind(struct task *task)
{
	bool resched = current->need_resched;

	wake_up_task(task);
	if (!in_interrupt())
		current->need_resched = resched;
}

/* During shutdown process 1 must not restart the services that end: it sleeps.
 */
static int fork_at_the_end(void)
{
	WAIT_QUEUE(never);

	if (current->pid == 1)
		wait_event(never, false);
	return -EAGAIN;
}

static unsigned int most_processes;

/* => frames: managed by the page allocator */
void fork_init(unsigned long frames)
{
	most_processes = min((unsigned int)frames / FRAMES_PER_PROCESS,
			     MOST_PROCESSES);
}

unsigned int max_processes(void)
{
	return most_processes;
}

/* Zombies count.  The last sixteenth is reserved for root. */
static bool may_fork(void)
{
	unsigned int most = max_processes(), own = 0;
	const struct task *task;

	if (!current->euid)
		return nr_processes < most;
	list_for_each_entry(task, &task_list, all_node)
		own += task->uid == current->uid;
	return nr_processes < most - most / 16 &&
	       own < current->rlimits[RLIMIT_NPROC].now;
}

/*
 * => the child's pid; -EINVAL: flags of a thread; -EAGAIN: too many processes
 *    for this memory or this user, or no stack; -ENOMEM, -EFAULT; sleeps.
 *    "sp" 0: the parent's sp; child_tid may be NULL
 */
int do_fork(struct trap_frame *frame, unsigned long flags, unsigned long sp,
	    unsigned long tls_or_zero, int *child_tid)
{
	struct task *child;
	int error, pid;

	if ((flags & ~CLONE_KNOWN) || (flags & CLONE_SIGNAL) > NSIG ||
	    !current->mm || (flags & (CLONE_VM | CLONE_VFORK)) == CLONE_VM ||
	    ((flags & CLONE_PARENT) && current->pid == 1))
		return -EINVAL;
	if (machine_ends)
		return fork_at_the_end();
	if (!may_fork())
		return -EAGAIN;
	child = task_alloc(current->comm);
	if (!child)
		return -EAGAIN;
	pid = child->pid;
	copy_ids(child);
	error = tls_or_zero ? set_tls(child, (void *)tls_or_zero) : 0;
	if (!error)
		error = copy_parts(child, flags);
	if (error) {
		task_free(child);
		return error;
	}
	copy_thread(child, frame, sp);
	child->exit_signal = flags & CLONE_SIGNAL;
	child->parent = current;
	if (flags & CLONE_PARENT) {
		child->parent = current->parent;
		child->exit_signal = current->exit_signal;
	}
	list_add_tail(&child->sibling_node, &child->parent->children);
	if (child_tid)
		put_child_tid(child, child_tid);
	if (flags & CLONE_VFORK) {
		current->in_vfork = true;
		child->vfork_parent = current;
	}
	nr_processes++;
	count_vm(forks);
	child->counter = 0;
	give_slice(current, child, 2);
	wake_up_behind(child);
	wait_for_vfork();
	return pid;
}
