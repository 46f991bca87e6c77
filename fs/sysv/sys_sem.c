/*
 * fs/sysv/sys_sem.c - System V semaphores: semget, semop
 *
 * A set is an array of counters.  semop() performs all of its operations or
 * none: it tries them in order and reverts them when one has to wait; then the
 * call joins the set's queue and the task sleeps.  A task that changes a
 * counter also performs the queued calls that have become possible, for their
 * tasks: they stay done even if the set is removed before those tasks run.
 *
 * With SEM_UNDO the set records for the process the adjustment that reverts the
 * operation; exit applies it.
 *
 * Invariants: values are 0 to SEMVMX; a set removed from the table exists while
 * a task sleeps in semop().
 * Locks: none: no sleep between a test of a set and its change.
 */
#include "fs/sysv/sem.h"
#include "kernel/process/process.h"
#include "kernel/core/time.h"
#include "kernel/core/uaccess.h"
#include "mm/heap/slab.h"

#define WOULD_BLOCK	1
#define UNDOS_PART	4	/* users' undos may use 1/4 of frames */

static unsigned long nr_undos;

struct ipc_table sem_sets;

/* ---- semget -------------------------------------------------------------- */

/* => the id, or -E; all values are 0; sleeps */
long semget(s32 key, int n, u32 flags)
{
	struct sem_set *set;
	long id;

	if (n < 0 || n > SEMMSL)
		return -EINVAL;
	id = ipc_get_existing(&sem_sets, key, n, flags);
	if (id != -ENOENT || (key && !(flags & IPC_CREAT)))
		return id;
	set = n ? kzalloc(sizeof(*set) + n * sizeof(*set->sems), GFP_KERNEL) :
		  NULL;
	if (!set)
		return n ? -ENOMEM : -EINVAL;
	ipc_init_object(&set->ipc, key, n, flags);
	wait_queue_init(&set->changed);
	list_init(&set->pending);
	list_init(&set->undos);
	set->n = n;
	id = ipc_get_existing(&sem_sets, key, n, flags);
	if (id == -ENOENT) {
		id = ipc_enter(&sem_sets, &set->ipc);
		if (id >= 0)
			return id;
	}
	kfree(set);
	return id;
}

/* ---- operations ---------------------------------------------------------- */

/* => 0, -ERANGE, -EAGAIN: IPC_NOWAIT, WOULD_BLOCK */
static int try_op(struct sem_set *set, const struct sem_call *call,
		  const struct sembuf *op)
{
	struct sem *sem = &set->sems[op->num];
	int add = op->flags & SEM_UNDO ? call->undo->add[op->num] - op->op : 0;

	if (op->op ? sem->value + op->op < 0 : sem->value)
		return op->flags & IPC_NOWAIT ? -EAGAIN : WOULD_BLOCK;
	if (sem->value + op->op > SEMVMX || add > SEMVMX || add < -SEMVMX)
		return -ERANGE;
	sem->value += op->op;
	if (op->flags & SEM_UNDO)
		call->undo->add[op->num] = add;
	return 0;
}

static void take_back(struct sem_set *set, const struct sem_call *call,
		      const struct sembuf *op)
{
	set->sems[op->num].value -= op->op;
	if (op->flags & SEM_UNDO)
		call->undo->add[op->num] += op->op;
}

/* Performs all operations or none. => as try_op(), with call->blocked set */
static int try_all(struct sem_set *set, struct sem_call *call)
{
	unsigned int i;
	int result = 0;

	for (i = 0; i < call->n && !result; i++)
		result = try_op(set, call, &call->ops[i]);
	if (result) {
		call->blocked = --i;
		while (i--)
			take_back(set, call, &call->ops[i]);
		return result;
	}
	for (i = 0; i < call->n; i++)
		set->sems[call->ops[i].num].pid = call->pid;
	set->otime = clock_seconds();
	return 0;
}

/* => the first queued call that need not wait, already done; NULL: none */
static struct sem_call *next_ready(struct sem_set *set)
{
	struct sem_call *call;

	list_for_each_entry(call, &set->pending, node) {
		call->result = try_all(set, call);
		if (call->result != WOULD_BLOCK)
			return call;
	}
	return NULL;
}

/* Call after values have changed. => does not sleep */
void sem_run_pending(struct sem_set *set)
{
	struct sem_call *call;

	while ((call = next_ready(set)))
		list_del(&call->node);
	wake_up(&set->changed);
}

/* ---- undo ---------------------------------------------------------------- */

static struct sem_undo *find_undo(struct sem_set *set)
{
	struct sem_undo *undo;

	list_for_each_entry(undo, &set->undos, node)
		if (undo->pid == current->pid)
			return undo;
	return NULL;
}

/* Finds or makes current's undo record of a set, which is held. => -ENOMEM;
 * -ENOSPC: too many; sleeps */
static struct sem_undo *get_undo(struct sem_set *set)
{
	struct sem_undo *undo = find_undo(set);

	if (undo)
		return undo;
	if (current->euid && nr_undos >= num_physpages / UNDOS_PART)
		return ERR_PTR(-ENOSPC);
	undo = kzalloc(sizeof(*undo) + set->n * sizeof(*undo->add),
		       GFP_KERNEL);
	if (!undo)
		return ERR_PTR(-ENOMEM);
	nr_undos++;
	undo->pid = current->pid;
	list_add(&undo->node, &set->undos);
	return undo;
}

static void run_undo(struct sem_set *set, struct sem_undo *undo)
{
	int i, value;

	for (i = 0; i < set->n; i++) {
		if (!undo->add[i])
			continue;
		value = set->sems[i].value + undo->add[i];
		set->sems[i].value = min(max(value, 0), SEMVMX);
		set->sems[i].pid = current->pid;
	}
	list_del(&undo->node);
	kfree(undo);
	nr_undos--;
	sem_run_pending(set);
}

/* Applies the task's undo records. => does not sleep */
static void exit_sem(struct task *task)
{
	struct sem_undo *undo;
	struct sem_set *set;
	u32 i;

	BUG_ON(task != current, "pid %d", task->pid);
	for (i = 0; i < IPC_PLACES; i++) {
		if (!sem_sets.objects[i])
			continue;
		set = to_sem_set(sem_sets.objects[i]);
		undo = find_undo(set);
		if (undo)
			run_undo(set, undo);
	}
}

const struct task_part sem_part = { .exit = exit_sem };

/* ---- holding a set ------------------------------------------------------- */

void sem_set_hold(struct sem_set *set)
{
	set->holders++;
}

/* Drops a hold; the set may be freed. => does not sleep */
void sem_set_release(struct sem_set *set)
{
	struct sem_undo *undo, *next;

	if (--set->holders || !set->removed)
		return;
	list_for_each_entry_safe(undo, next, &set->undos, node) {
		kfree(undo);
		nr_undos--;
	}
	kfree(set);
}

/* ---- semop --------------------------------------------------------------- */

/* Waits in the queue until another task has completed the call, or the time is
 * over; ticks < 0: no limit.  The set is held. => 0 or -E */
static int wait_for_all(struct sem_set *set, struct sem_call *call, long ticks)
{
	int error;

	list_add_tail(&call->node, &set->pending);
	error = wait_event_interruptible_timeout(set->changed,
						 list_empty(&call->node),
						 ticks);
	if (!error)
		return call->result;
	list_del(&call->node);
	return error == -ETIMEDOUT ? -EAGAIN : error;
}

static int do_call(struct sem_set *set, struct sem_call *call, long ticks)
{
	int result = set->removed ? -EIDRM : try_all(set, call);

	if (result == WOULD_BLOCK)
		return wait_for_all(set, call, ticks);
	if (!result && call->alters)
		sem_run_pending(set);
	return result;
}

/* Checks the operations against the set. => 0, -EFBIG, -EACCES... */
static int check_ops(struct sem_set *set, struct sem_call *call)
{
	bool undone = false;
	unsigned int i;

	for (i = 0; i < call->n; i++) {
		if (call->ops[i].num >= set->n)
			return -EFBIG;
		call->alters |= call->ops[i].op != 0;
		undone |= call->ops[i].flags & SEM_UNDO;
	}
	if (check_ipc_access(&set->ipc, call->alters ? IPC_WRITE : IPC_READ))
		return -EACCES;
	call->undo = undone ? get_undo(set) : NULL;
	return IS_ERR(call->undo) ? PTR_ERR(call->undo) : 0;
}

/* => 0 or -E; sleeps */
long semop(int id, const void *user, unsigned int n, const void *timeout)
{
	struct ipc_object *object;
	struct sem_call call = { .n = n, .pid = current->pid };
	struct sem_set *set;
	long ticks;
	int error;

	if (!n || n > SEMOPM)
		return n ? -E2BIG : -EINVAL;
	if (copy_from_user(call.ops, user, n * sizeof(*call.ops)))
		return -EFAULT;
	error = get_timeout(timeout, FROM_NOW, &ticks);
	if (error)
		return error;
	object = ipc_by_id(&sem_sets, id);
	if (IS_ERR(object))
		return PTR_ERR(object);
	set = to_sem_set(object);
	sem_set_hold(set);
	error = check_ops(set, &call);
	if (!error)
		error = do_call(set, &call, ticks);
	sem_set_release(set);
	return error;
}
