/*
 * kernel/process/sys_limit.c - system calls about limits and priority.
 *
 * A limit has a value that is enforced and a ceiling that only root may raise.
 * Enforced are RLIMIT_NOFILE, RLIMIT_FSIZE (a write beyond it gets SIGXFSZ and
 * EFBIG), RLIMIT_CPU (sys_timer.c), RLIMIT_NPROC (fork.c; not for root) and, in
 * mm, RLIMIT_AS, RLIMIT_STACK and RLIMIT_MEMLOCK (not for root).  The others
 * are only stored and returned.
 * The nice value changes the length of the time slice.  No other scheduling
 * policy exists.
 *
 * Locks: none.
 */
#include "kernel/process/syscall.h"
#include "kernel/process/process.h"
#include "kernel/core/uaccess.h"

#define STACK_LIMIT	(8u << 20)
#define MEMLOCK_LIMIT	(64u << 10)
#define FILES_LIMIT	1024u

void set_default_limits(struct task *task)
{
	int i;

	for (i = 0; i < RLIMITS; i++)
		task->rlimits[i] = (struct rlimit){ RLIM_INFINITY,
						    RLIM_INFINITY };
	task->rlimits[RLIMIT_STACK].now = STACK_LIMIT;
	task->rlimits[RLIMIT_MEMLOCK] = (struct rlimit){ MEMLOCK_LIMIT,
							 MEMLOCK_LIMIT };
	task->rlimits[RLIMIT_NPROC] = (struct rlimit){ max_processes() / 2,
						       max_processes() / 2 };
	task->rlimits[RLIMIT_NOFILE] = (struct rlimit){ FILES_LIMIT,
							FILES_LIMIT };
}

/* => 0, -EINVAL, -EPERM */
static int set_limit(struct task *task, unsigned long resource,
		     struct rlimit limit)
{
	struct rlimit *old = &task->rlimits[resource];

	if (limit.now > limit.max)
		return -EINVAL;
	if (limit.max > old->max && current->euid)
		return -EPERM;
	if (resource == RLIMIT_NOFILE && limit.max > NR_OPEN)
		return -EPERM;
	*old = limit;
	return 0;
}

SYSCALL_DEFINE2(setrlimit, u32, resource, const struct rlimit __user *, from)
{
	struct rlimit limit;

	if (resource >= RLIMITS)
		return -EINVAL;
	if (copy_from_user(&limit, from, sizeof(limit)))
		return -EFAULT;
	return set_limit(current, resource, limit);
}

#define NR_OLD_GETRLIMIT	76

/* getrlimit, ugetrlimit: the old call returns infinity as the largest signed
 * number */
SYSCALL_DEFINE2(getrlimit, u32, resource, struct rlimit __user *, to)
{
	u32 most = syscall_number() == NR_OLD_GETRLIMIT ? 0x7fffffffu : ~0u;
	struct rlimit limit;

	if (resource >= RLIMITS)
		return -EINVAL;
	limit = current->rlimits[resource];
	limit.now = min(limit.now, most);
	limit.max = min(limit.max, most);
	return copy_to_user(to, &limit, sizeof(limit));
}

/* ---- prlimit64: 64 bits, and other processes ----------------------------- */

static u64 rlimit_widen(u32 value)
{
	return value == RLIM_INFINITY ? ~0ULL : value;
}

static u32 rlimit_narrow(u64 value)
{
	return value > RLIM_INFINITY ? RLIM_INFINITY : (u32)value;
}

/* False for a set-id program, even if current started it. */
static bool all_ids_match(const struct task *task)
{
	return current->uid == task->uid && current->uid == task->euid &&
		current->uid == task->suid && current->gid == task->gid &&
		current->gid == task->egid && current->gid == task->sgid;
}

/* Does not sleep between find_task() and the last use of the task. */
SYSCALL_DEFINE4(prlimit64, int, pid, u32, resource,
		const u64 __user *, new_limit, u64 __user *, old_limit)
{
	struct task *task;
	u64 in[2], out[2];
	int error = 0;

	if (resource >= RLIMITS)
		return -EINVAL;
	if (new_limit && copy_from_user(in, new_limit, sizeof(in)))
		return -EFAULT;
	task = pid ? find_task(pid) : current;
	if (!task || !task->sighand)
		return -ESRCH;
	if (task != current && current->euid && !all_ids_match(task))
		return -EPERM;
	out[0] = rlimit_widen(task->rlimits[resource].now);
	out[1] = rlimit_widen(task->rlimits[resource].max);
	if (new_limit)
		error = set_limit(task, resource,
				  (struct rlimit){ rlimit_narrow(in[0]),
						   rlimit_narrow(in[1]) });
	if (!error && old_limit)
		error = copy_to_user(old_limit, out, sizeof(out));
	return error;
}

/* ---- priority ------------------------------------------------------------ */

#define PRIO_PROCESS	0
#define PRIO_PGRP	1
#define PRIO_USER	2
#define NICE_MIN	(-20)
#define NICE_MAX	19

static bool prio_matches(const struct task *task, unsigned long which, u32 who)
{
	if (!task->sighand)
		return false;
	if (which == PRIO_PROCESS)
		return (u32)task->pid == (who ? who : (u32)current->pid);
	if (which == PRIO_PGRP)
		return (u32)task->pgrp == (who ? who : (u32)current->pgrp);
	return task->uid == (who ? who : current->uid);
}

/* => 20 - nice of the most favoured process, so that it is never negative */
SYSCALL_DEFINE2(getpriority, u32, which, u32, who)
{
	struct task *task;
	long best = -ESRCH;

	if (which > PRIO_USER)
		return -EINVAL;
	list_for_each_entry(task, &task_list, all_node)
		if (prio_matches(task, which, who))
			best = max(best, 20L - task->nice);
	return best;
}

static bool may_schedule(const struct task *task)
{
	return !current->euid || current->euid == task->uid ||
	       current->euid == task->euid;
}

/* => 0, -EPERM: another user's process, -EACCES: a higher priority */
static long set_nice(struct task *task, int nice)
{
	if (!may_schedule(task))
		return -EPERM;
	if (current->euid && nice < task->nice)
		return -EACCES;
	task->nice = nice;
	return 0;
}

SYSCALL_DEFINE3(setpriority, u32, which, u32, who, int, nice)
{
	struct task *task;
	long result = -ESRCH, one;

	if (which > PRIO_USER)
		return -EINVAL;
	nice = min(max(nice, NICE_MIN), NICE_MAX);
	list_for_each_entry(task, &task_list, all_node) {
		if (!prio_matches(task, which, who))
			continue;
		one = set_nice(task, nice);
		if (result == -ESRCH || one)
			result = one;
	}
	return result;
}

/* nice(increment). => 0: getpriority returns the new value */
SYSCALL_DEFINE1(nice, int, increment)
{
	long error;

	increment = min(max(increment, -40), 40);
	error = set_nice(current, min(max(current->nice + increment, NICE_MIN),
				      NICE_MAX));
	return error == -EACCES ? -EPERM : error;
}

/* ---- the scheduler: one policy, one processor ---------------------------- */

enum { SCHED_OTHER, SCHED_FIFO, SCHED_RR, SCHED_BATCH, SCHED_IDLE = 5 };
#define NR_SETPARAM	154
#define NR_PRIORITY_MAX	159

SYSCALL_DEFINE0(sched_yield)
{
	yield();
	return 0;
}

/* One processor: bit 0.  => bytes of the mask */
SYSCALL_DEFINE3(sched_getaffinity, int, pid, size_t, size, u32 __user *, to)
{
	u32 mask = 1;

	if (size < sizeof(mask) || size % sizeof(mask))
		return -EINVAL;
	if (pid && !find_task(pid))
		return -ESRCH;
	if (copy_to_user(to, &mask, sizeof(mask)))
		return -EFAULT;
	return sizeof(mask);
}

static bool real_time(u32 policy)
{
	return policy == SCHED_FIFO || policy == SCHED_RR;
}

/* sched_setparam(pid, param), sched_setscheduler(pid, policy, param): a
 * real-time policy returns -EPERM */
SYSCALL_DEFINE3(sched_setscheduler, int, pid, unsigned long, policy_or_param,
		const s32 __user *, param)
{
	bool old = syscall_number() == NR_SETPARAM;
	u32 policy = old ? SCHED_OTHER : policy_or_param;
	struct task *task = pid ? find_task(pid) : current;
	s32 priority;

	if (old)
		param = (const s32 __user *)policy_or_param;
	if (!param || pid < 0)
		return -EINVAL;
	if (get_user(priority, param))
		return -EFAULT;
	if (!task)
		return -ESRCH;
	if (real_time(policy) ? priority < 1 || priority > 99 :
	    policy != SCHED_OTHER || priority)
		return -EINVAL;
	return real_time(policy) || !may_schedule(task) ? -EPERM : 0;
}

SYSCALL_DEFINE1(sched_getscheduler, int, pid)
{
	if (pid < 0)
		return -EINVAL;
	return !pid || find_task(pid) ? SCHED_OTHER : -ESRCH;
}

SYSCALL_DEFINE2(sched_getparam, int, pid, s32 __user *, param)
{
	long error = param ? sys_sched_getscheduler(pid) : -EINVAL;

	return error ? error : put_user(0, param);
}

/* sched_get_priority_max, _min(policy): 99 and 1 in real time, else 0 */
SYSCALL_DEFINE1(sched_priority, u32, policy)
{
	if (real_time(policy))
		return syscall_number() == NR_PRIORITY_MAX ? 99 : 1;
	return policy <= SCHED_BATCH || policy == SCHED_IDLE ? 0 : -EINVAL;
}

/* sched_rr_get_interval(pid, timespec): the whole slice */
SYSCALL_DEFINE2(sched_rr_get_interval, int, pid, s32 __user *, interval)
{
	long error = sys_sched_getscheduler(pid);
	s32 out[2] = { 0 };

	if (error)
		return error;
	out[1] = slice_of(pid ? find_task(pid) : current) * (1000000000 / HZ);
	return copy_to_user(interval, out, sizeof(out));
}
