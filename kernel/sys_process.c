/*
 * kernel/sys_process.c - system calls about processes: birth, end, identity.
 *
 * Locks: none.  Callers: kernel/syscall.c.  Calls: fork, exit, exec.
 */
#include "kernel/clone.h"
#include "kernel/exit.h"
#include "kernel/signal.h"
#include "kernel/syscall.h"
#include "kernel/uaccess.h"

#define PR_SET_NAME	15
#define PR_GET_NAME	16
#define RUSAGE_SELF	0
#define RUSAGE_CHILDREN	(-1)
#define WAIT_OPTIONS	(WNOHANG | WUNTRACED | 0xe0000000)

/* ---- birth and end ------------------------------------------------------- */

long sys_fork(SYSCALL_ARGS)
{
	return do_fork(current->frame, SIGCHLD, 0, 0, NULL);
}

long sys_vfork(SYSCALL_ARGS)
{
	return do_fork(current->frame, CLONE_VM | CLONE_VFORK | SIGCHLD, 0, 0,
		       NULL);
}

/* clone(flags, stack, parent_tid, tls, child_tid) */
long sys_clone(SYSCALL_ARGS)
{
	int pid = do_fork(current->frame, a, b, a & CLONE_SETTLS ? d : 0,
			  a & CLONE_CHILD_SETTID ? (int *)e : NULL);

	if (pid > 0 && (a & CLONE_PARENT_SETTID))
		put_user(pid, (int *)c);
	return pid;
}

long sys_exit(SYSCALL_ARGS)
{
	do_exit((a & 0xff) << 8);
}

long sys_exit_group(SYSCALL_ARGS)
{
	do_exit((a & 0xff) << 8);
}

long sys_wait4(SYSCALL_ARGS)
{
	if (c & ~WAIT_OPTIONS)
		return -EINVAL;
	return do_wait4(a, (int *)b, c, (void *)d);
}

long sys_waitpid(SYSCALL_ARGS)
{
	return sys_wait4(a, b, c, 0, 0, 0);
}

long sys_getrusage(SYSCALL_ARGS)
{
	struct rusage usage;

	if ((int)a == RUSAGE_SELF)
		task_rusage(current, &usage);
	else if ((int)a == RUSAGE_CHILDREN)
		children_rusage(&usage);
	else
		return -EINVAL;
	return copy_to_user((void *)b, &usage, sizeof(usage));
}

/* ---- identity ------------------------------------------------------------ */

long sys_getpid(SYSCALL_ARGS)
{
	return current->pid;
}

long sys_gettid(SYSCALL_ARGS)
{
	return current->pid;
}

/* The task has one thread: nobody waits for the word to become 0. */
long sys_set_tid_address(SYSCALL_ARGS)
{
	return current->pid;
}

long sys_getppid(SYSCALL_ARGS)
{
	return current->parent->pid;
}

long sys_getuid32(SYSCALL_ARGS)
{
	return current->uid;
}

long sys_getgid32(SYSCALL_ARGS)
{
	return current->gid;
}

long sys_geteuid32(SYSCALL_ARGS)
{
	return current->euid;
}

long sys_getegid32(SYSCALL_ARGS)
{
	return current->egid;
}

/* Root may become anybody; others only what they are already. */
long sys_setuid32(SYSCALL_ARGS)
{
	if (current->euid && a != current->uid)
		return -EPERM;
	if (!current->euid)
		current->uid = a;
	current->euid = a;
	return 0;
}

long sys_setgid32(SYSCALL_ARGS)
{
	if (current->euid && a != current->gid)
		return -EPERM;
	if (!current->euid)
		current->gid = a;
	current->egid = a;
	return 0;
}

/* getgroups(size, list): size 0 only counts */
long sys_getgroups32(SYSCALL_ARGS)
{
	u32 n = current->ngroups;

	if (!a)
		return n;
	if (a < n)
		return -EINVAL;
	if (copy_to_user((void *)b, current->groups, n * sizeof(u32)))
		return -EFAULT;
	return n;
}

long sys_setgroups32(SYSCALL_ARGS)
{
	u32 groups[NGROUPS];

	if (current->euid)
		return -EPERM;
	if (a > NGROUPS)
		return -EINVAL;
	if (copy_from_user(groups, (void *)b, a * sizeof(u32)))
		return -EFAULT;
	memcpy(current->groups, groups, a * sizeof(u32));
	current->ngroups = a;
	return 0;
}

bool in_group(u32 gid)
{
	u32 i;

	for (i = 0; i < current->ngroups; i++)
		if (current->groups[i] == gid)
			return true;
	return current->egid == gid;
}

/* ---- groups and sessions ------------------------------------------------- */

/* => current for 0, else the task; NULL: none with user memory */
static struct task *task_or_current(int pid)
{
	struct task *task = pid ? find_task(pid) : current;

	return task && task->sighand ? task : NULL;
}

static bool group_in_session(int pgrp, int session)
{
	struct task *task;

	list_for_each_entry(task, &task_list, all_node)
		if (task->pgrp == pgrp && task->session == session)
			return true;
	return false;
}

/* setpgid(pid, pgrp): oneself or a child, inside the session */
long sys_setpgid(SYSCALL_ARGS)
{
	struct task *task = task_or_current(a);
	int pgrp = b ? (int)b : task ? task->pid : 0;

	if ((int)b < 0)
		return -EINVAL;
	if (!task || (task != current && task->parent != current))
		return -ESRCH;
	if (task->session != current->session || task->session == task->pid)
		return -EPERM;
	if (pgrp != task->pid && !group_in_session(pgrp, current->session))
		return -EPERM;
	task->pgrp = pgrp;
	return 0;
}

long sys_getpgid(SYSCALL_ARGS)
{
	struct task *task = task_or_current(a);

	return task ? task->pgrp : -ESRCH;
}

long sys_getpgrp(SYSCALL_ARGS)
{
	return current->pgrp;
}

long sys_getsid(SYSCALL_ARGS)
{
	struct task *task = task_or_current(a);

	return task ? task->session : -ESRCH;
}

long sys_setsid(SYSCALL_ARGS)
{
	if (current->pgrp == current->pid)
		return -EPERM;
	current->session = current->pgrp = current->pid;
	return current->pid;
}

/* ---- the rest ------------------------------------------------------------ */

long sys_sched_yield(SYSCALL_ARGS)
{
	yield();
	return 0;
}

/* One processor: bit 0.  => bytes of the mask */
long sys_sched_getaffinity(SYSCALL_ARGS)
{
	u32 mask = 1;

	if (b < sizeof(mask))
		return -EINVAL;
	if (copy_to_user((void *)c, &mask, sizeof(mask)))
		return -EFAULT;
	return sizeof(mask);
}

/* prctl(PR_SET_NAME | PR_GET_NAME, buf[16]) */
long sys_prctl(SYSCALL_ARGS)
{
	char name[TASK_COMM];
	long n;

	if (a == PR_GET_NAME)
		return copy_to_user((void *)b, current->comm, TASK_COMM);
	if (a != PR_SET_NAME)
		return -EINVAL;
	n = strncpy_from_user(name, (const char *)b, TASK_COMM - 1);
	if (n == -EFAULT)
		return n;
	name[TASK_COMM - 1] = 0;
	memset(current->comm, 0, TASK_COMM);
	strncpy(current->comm, name, TASK_COMM - 1);
	return 0;
}
