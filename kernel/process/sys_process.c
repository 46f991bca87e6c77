/*
 * kernel/process/sys_process.c - system calls about processes: birth, end,
 * identity.
 *
 * Locks: none.
 */
#include "kernel/process/clone.h"
#include "kernel/process/exit.h"
#include "kernel/process/signal.h"
#include "kernel/process/syscall.h"
#include "kernel/core/uaccess.h"

#define PR_SET_PDEATHSIG 1
#define PR_GET_PDEATHSIG 2
#define PR_GET_DUMPABLE	3
#define PR_SET_DUMPABLE	4
#define PR_GET_KEEPCAPS	7
#define PR_SET_KEEPCAPS	8
#define PR_SET_NAME	15
#define PR_GET_NAME	16
#define RUSAGE_SELF	0
#define RUSAGE_CHILDREN	(-1)
#define RUSAGE_THREAD	1	/* each process has one thread */
#define WAIT_OPTIONS	(WNOHANG | WUNTRACED | WCONTINUED | WNOTHREAD | \
			 WALL | WCLONE)

/* ---- birth and end ------------------------------------------------------- */

SYSCALL_DEFINE0(fork)
{
	return do_fork(current->frame, SIGCHLD, 0, 0, NULL);
}

SYSCALL_DEFINE0(vfork)
{
	return do_fork(current->frame, CLONE_VM | CLONE_VFORK | SIGCHLD, 0, 0,
		       NULL);
}

SYSCALL_DEFINE5(clone, u32, flags, unsigned long, stack,
		int __user *, parent_tid, unsigned long, tls,
		int __user *, child_tid)
{
	int pid = do_fork(current->frame, flags, stack,
			  flags & CLONE_SETTLS ? tls : 0,
			  flags & CLONE_CHILD_SETTID ? child_tid : NULL);

	if (pid > 0 && (flags & CLONE_PARENT_SETTID))
		put_user(pid, parent_tid);
	return pid;
}

SYSCALL_DEFINE1(exit, u32, status)
{
	do_exit((status & 0xff) << 8);
}

SYSCALL_DEFINE4(wait4, int, pid, int __user *, status, u32, options,
		struct rusage __user *, usage)
{
	if (options & ~WAIT_OPTIONS)
		return -EINVAL;
	return do_wait4(pid, status, options, usage);
}

/* waitid's id types, and codes of its siginfo. */
#define P_ALL		0
#define P_PID		1
#define P_PGID		2
#define WAITID_OPTIONS	(WAIT_OPTIONS | WEXITED | WNOWAIT)

/* => the pid argument of wait_for_child(); *error: -EINVAL or 0 */
static int waitid_pid(unsigned long type, int id, int *error)
{
	*error = 0;
	if (type == P_ALL)
		return 0;
	if (type == P_PID && id > 0)
		return id;
	if (type == P_PGID && id >= 0)
		return -(id ? id : current->pgrp);
	*error = -EINVAL;
	return 0;
}

/* WSTOPPED is WUNTRACED. */
SYSCALL_DEFINE5(waitid, u32, type, int, id, s32 __user *, siginfo,
		u32, options, struct rusage __user *, usage)
{
	struct child_news news;
	struct signal_info info;
	s32 filled[32] = { 0 };
	int error, pid = waitid_pid(type, id, &error);

	if ((options & ~WAITID_OPTIONS) ||
	    !(options & (WEXITED | WUNTRACED | WCONTINUED)))
		return -EINVAL;
	if (!error)
		error = wait_for_child(pid, options, &news);
	if (error)
		return error;
	if (news.pid) {
		info = child_info(news.pid, news.uid, news.status);
		signal_fill_info(filled, SIGCHLD, &info);
	}
	if (siginfo && copy_to_user(siginfo, filled, sizeof(filled)))
		return -EFAULT;
	if (usage && news.pid &&
	    copy_to_user(usage, &news.usage, sizeof(news.usage)))
		return -EFAULT;
	return 0;
}

SYSCALL_DEFINE3(waitpid, int, pid, int __user *, status, u32, options)
{
	return sys_wait4(pid, status, options, NULL);
}

SYSCALL_DEFINE2(getrusage, int, who, struct rusage __user *, to)
{
	struct rusage usage;

	if (who == RUSAGE_SELF || who == RUSAGE_THREAD)
		task_rusage(current, &usage);
	else if (who == RUSAGE_CHILDREN)
		children_rusage(&usage);
	else
		return -EINVAL;
	return copy_to_user(to, &usage, sizeof(usage));
}

/* ---- identity ------------------------------------------------------------ */

/* Also gettid and set_tid_address: a task has one thread, so no task waits for
 * the word to become 0. */
SYSCALL_DEFINE0(getpid)
{
	return current->pid;
}

/* No other thread needs to learn of locks held at exit. */
SYSCALL_DEFINE2(set_robust_list, const void __user *, head __unused,
		size_t, length)
{
	return length == 12 ? 0 : -EINVAL;
}

SYSCALL_DEFINE0(getppid)
{
	return current->parent->pid;
}

/* ---- the rest ------------------------------------------------------------ */

/* Personalities and flags that change nothing on this machine: PER_LINUX and
 * PER_LINUX32; no random layout, executable data, 3 GB. */
#define PER_KNOWN	(0x08u | 0x0040000u | 0x0400000u | 0x0800000u | \
			 0x8000000u)
#define PER_ASK		0xffffffffu

/* => the old personality */
SYSCALL_DEFINE1(personality, u32, persona)
{
	u32 old = current->personality;

	if (persona != PER_ASK && (persona & ~PER_KNOWN))
		return -EINVAL;
	if (persona != PER_ASK)
		current->personality = persona;
	return old;
}

static long set_name(const char __user *user)
{
	char name[TASK_COMM];
	long n = strncpy_from_user(name, user, TASK_COMM - 1);

	if (n == -EFAULT)
		return n;
	name[TASK_COMM - 1] = 0;
	memset(current->comm, 0, TASK_COMM);
	strncpy(current->comm, name, TASK_COMM - 1);
	return 0;
}

/* prctl(PR_SET_NAME | PR_GET_NAME, buf[16]); (PR_SET_PDEATHSIG, signal): sent
 * to current when its parent exits; (PR_GET_PDEATHSIG, int *);
 * (PR_SET_DUMPABLE, 0 or 1): stored only, there are no core dumps;
 * (PR_SET_KEEPCAPS, 0): only root has capabilities */
SYSCALL_DEFINE2(prctl, u32, option, unsigned long, arg)
{
	switch (option) {
	case PR_GET_NAME:
		return copy_to_user((void __user *)arg, current->comm,
				    TASK_COMM);
	case PR_SET_NAME:
		return set_name((const char __user *)arg);
	case PR_SET_PDEATHSIG:
		if (arg > NSIG)
			return -EINVAL;
		current->death_signal = arg;
		return 0;
	case PR_GET_PDEATHSIG:
		return put_user(current->death_signal,
				(int __user *)arg);
	case PR_GET_DUMPABLE:
		return !(current->flags & PF_CHANGED);
	case PR_SET_DUMPABLE:
		if (arg > 1)
			return -EINVAL;
		current->flags &= ~PF_CHANGED;
		current->flags |= arg ? 0 : PF_CHANGED;
		return 0;
	case PR_GET_KEEPCAPS:
		return 0;
	case PR_SET_KEEPCAPS:
		return arg > 1 ? -EINVAL : arg ? -EPERM : 0;
	}
	return -EINVAL;
}
