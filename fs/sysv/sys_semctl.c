/*
 * fs/sysv/sys_semctl.c - semctl and /proc/sysvipc/sem
 *
 * Locks: none: no sleep between a test of a set and its change; a function that
 * copies user memory in between holds the set.
 */
#include "fs/sysv/sem.h"
#include "kernel/core/task.h"
#include "kernel/core/time.h"
#include "kernel/core/uaccess.h"

#define GETPID		11u		/* commands of semctl */
#define GETVAL		12u
#define GETALL		13u
#define GETNCNT		14u
#define GETZCNT		15u
#define SETVAL		16u
#define SETALL		17u
#define SEM_STAT	18u
#define SEM_INFO	19u
#define SEM_STAT_ANY	20u

/* Structures of Linux i386. */
struct semid64_ds {
	struct ipc64_perm perm;
	u32 otime, otime_high, ctime, ctime_high;
	u32 n;
	u32 unused[2];
};

struct seminfo {
	s32 map, mni, mns, mnu, msl, opm, ume, usz, vmx, aem;
};

static long remove_set(struct sem_set *set)
{
	struct sem_call *call;

	if (check_ipc_owner(&set->ipc))
		return -EPERM;
	ipc_leave(&sem_sets, &set->ipc);
	set->removed = true;
	while (!list_empty(&set->pending)) {
		call = list_first(&set->pending, struct sem_call, node);
		call->result = -EIDRM;
		list_del(&call->node);
	}
	wake_up(&set->changed);
	sem_set_hold(set);
	sem_set_release(set);
	return 0;
}

static long stat_set(const struct sem_set *set, void *user)
{
	struct semid64_ds ds = { .otime = set->otime, .ctime = set->ipc.ctime,
				 .n = set->n };

	ipc_fill_perm(&set->ipc, &ds.perm);
	return copy_to_user(user, &ds, sizeof(ds));
}

/* IPC_INFO reports limits; SEM_INFO replaces two of them by usage. */
static long tell_semaphores(u32 command, void *user)
{
	struct seminfo info = { .mni = IPC_PLACES, .mns = IPC_PLACES * SEMMSL,
				.msl = SEMMSL, .opm = SEMOPM, .ume = SEMMSL,
				.usz = IPC_PLACES, .vmx = SEMVMX,
				.aem = SEMVMX };
	u32 i;

	if (command == SEM_INFO) {
		info.usz = ipc_count(&sem_sets);
		info.aem = 0;
		for (i = 0; i < IPC_PLACES; i++)
			if (sem_sets.objects[i])
				info.aem += to_sem_set(sem_sets.objects[i])->n;
	}
	if (copy_to_user(user, &info, sizeof(info)))
		return -EFAULT;
	return ipc_last_place(&sem_sets);
}

/* Sets a value and clears all processes' undo adjustments for it. */
static void set_value(struct sem_set *set, int n, u16 value)
{
	struct sem_undo *undo;

	set->sems[n].value = value;
	set->sems[n].pid = current->pid;
	list_for_each_entry(undo, &set->undos, node)
		undo->add[n] = 0;
	set->ipc.ctime = clock_seconds();
}

static long get_all(const struct sem_set *set, void *user)
{
	size_t bytes = set->n * sizeof(u16);
	u16 values[SEMMSL];
	int i;

	for (i = 0; i < set->n; i++)
		values[i] = set->sems[i].value;
	return copy_to_user(user, values, bytes) ? -EFAULT : 0;
}

static long set_all(struct sem_set *set, const void *user)
{
	u16 values[SEMMSL];
	long error = 0;
	int i;

	sem_set_hold(set);
	if (copy_from_user(values, user, set->n * sizeof(u16)))
		error = -EFAULT;
	for (i = 0; i < set->n && !error; i++)
		error = values[i] > SEMVMX ? -ERANGE : 0;
	if (set->removed)
		error = -EIDRM;
	for (i = 0; i < set->n && !error; i++)
		set_value(set, i, values[i]);
	sem_run_pending(set);
	sem_set_release(set);
	return error;
}

/* => number of tasks that wait for the value to be zero, or to rise */
static int waiting_for(const struct sem_set *set, u32 n, bool zero)
{
	const struct sembuf *op;
	struct sem_call *call;
	int count = 0;

	list_for_each_entry(call, &set->pending, node) {
		op = &call->ops[call->blocked];
		count += op->num == n && !op->op == zero;
	}
	return count;
}

/* Performs a command on one semaphore: one of those below. */
static long one_value(struct sem_set *set, u32 n, u32 command, int value)
{
	struct sem *sem = &set->sems[n];

	if (n >= (u32)set->n)
		return -EINVAL;
	switch (command) {
	case GETVAL:
		return sem->value;
	case GETPID:
		return sem->pid;
	case GETNCNT:
		return waiting_for(set, n, false);
	case GETZCNT:
		return waiting_for(set, n, true);
	default:
		if (value < 0 || value > SEMVMX)
			return -ERANGE;
		set_value(set, n, value);
		sem_run_pending(set);
		return 0;
	}
}

static long values_command(struct sem_set *set, u32 n, u32 command,
			   unsigned long arg)
{
	bool change = command == SETVAL || command == SETALL;

	if (check_ipc_access(&set->ipc, change ? IPC_WRITE : IPC_READ))
		return -EACCES;
	if (command == GETALL)
		return get_all(set, (void *)arg);
	if (command == SETALL)
		return set_all(set, (void *)arg);
	return one_value(set, n, command, arg);
}

/* => by command, or -E; sleeps for user memory only */
long semctl(int id, u32 n, u32 command, unsigned long arg)
{
	struct ipc_object *object;
	long error;

	command &= ~IPC_64;
	if (command == IPC_INFO || command == SEM_INFO)
		return tell_semaphores(command, (void *)arg);
	if (command == IPC_SET)
		return ipc_set(&sem_sets, id, (void *)arg);
	if (command == SEM_STAT || command == SEM_STAT_ANY)
		object = ipc_by_place(&sem_sets, id, command == SEM_STAT_ANY);
	else
		object = ipc_by_id(&sem_sets, id);
	if (IS_ERR(object))
		return PTR_ERR(object);
	switch (command) {
	case GETPID ... SETALL:
		return values_command(to_sem_set(object), n, command, arg);
	case SEM_STAT:
	case SEM_STAT_ANY:
		id = object->id;
		error = stat_set(to_sem_set(object), (void *)arg);
		return error ? error : id;
	case IPC_STAT:
		return check_ipc_access(object, IPC_READ) ? -EACCES :
			stat_set(to_sem_set(object), (void *)arg);
	case IPC_RMID:
		return remove_set(to_sem_set(object));
	default:
		return -EINVAL;
	}
}

static size_t put_set(const struct sem_set *set, char *buf, size_t size)
{
	const struct ipc_object *ipc = &set->ipc;

	return snprintf(buf, size, "%10d %10d  %4o %10d %5u %5u %5u %5u %10u "
			"%10u\n", ipc->key, ipc->id, ipc->mode, set->n,
			ipc->uid, ipc->gid, ipc->cuid, ipc->cgid, set->otime,
			ipc->ctime);
}

/* Prints in the format of Linux's /proc/sysvipc/sem. => bytes */
size_t sysvipc_sem_print(char *buf, size_t size)
{
	size_t n = snprintf(buf, size, "%10s %10s %5s %10s %5s %5s %5s %5s "
			    "%10s %10s\n", "key", "semid", "perms", "nsems",
			    "uid", "gid", "cuid", "cgid", "otime", "ctime");
	u32 i;

	for (i = 0; i < IPC_PLACES && n < size; i++)
		if (sem_sets.objects[i])
			n += put_set(to_sem_set(sem_sets.objects[i]), buf + n,
				     size - n);
	return min(n, size);
}
