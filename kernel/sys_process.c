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
#define RUSAGE_THREAD	1	/* the only one */
#define WAIT_OPTIONS	(WNOHANG | WUNTRACED | WCONTINUED | WNOTHREAD | \
			 WALL | WCLONE)

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

long sys_wait4(SYSCALL_ARGS)
{
	if (c & ~WAIT_OPTIONS)
		return -EINVAL;
	return do_wait4(a, (int *)b, c, (void *)d);
}

/* waitid's id types, and codes of its siginfo. */
#define P_ALL		0
#define P_PID		1
#define P_PGID		2
#define WAITID_OPTIONS	(WAIT_OPTIONS | WEXITED | WNOWAIT)

/* => as wait_for_child() numbers it; *error: -EINVAL for what is none */
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

/* waitid(type, id, siginfo, options, rusage): WSTOPPED is WUNTRACED */
long sys_waitid(SYSCALL_ARGS)
{
	struct child_news news;
	struct signal_info info;
	s32 filled[32] = { 0 };
	int error, pid = waitid_pid(a, b, &error);

	if ((d & ~WAITID_OPTIONS) ||
	    !(d & (WEXITED | WUNTRACED | WCONTINUED)))
		return -EINVAL;
	if (!error)
		error = wait_for_child(pid, d, &news);
	if (error)
		return error;
	if (news.pid) {
		info = child_info(news.pid, news.uid, news.status);
		signal_fill_info(filled, SIGCHLD, &info);
	}
	if (c && copy_to_user((void *)c, filled, sizeof(filled)))
		return -EFAULT;
	if (e && news.pid &&
	    copy_to_user((void *)e, &news.usage, sizeof(news.usage)))
		return -EFAULT;
	return 0;
}

long sys_waitpid(SYSCALL_ARGS)
{
	return sys_wait4(a, b, c, 0, 0, 0);
}

long sys_getrusage(SYSCALL_ARGS)
{
	struct rusage usage;

	if ((int)a == RUSAGE_SELF || (int)a == RUSAGE_THREAD)
		task_rusage(current, &usage);
	else if ((int)a == RUSAGE_CHILDREN)
		children_rusage(&usage);
	else
		return -EINVAL;
	return copy_to_user((void *)b, &usage, sizeof(usage));
}

/* ---- identity ------------------------------------------------------------ */

/* gettid too; and set_tid_address, since the task has one thread: nobody waits
 * for the word to become 0 */
long sys_getpid(SYSCALL_ARGS)
{
	return current->pid;
}

/* There is not anybody to tell of locks it held when it ends. */
long sys_set_robust_list(SYSCALL_ARGS)
{
	return b == 12 ? 0 : -EINVAL;
}

long sys_getppid(SYSCALL_ARGS)
{
	return current->parent->pid;
}

/* ---- the rest ------------------------------------------------------------ */

/* Personalities and flags of them that change nothing on this machine:
 * PER_LINUX and PER_LINUX32; no random layout, data may be run, 3 GB. */
#define PER_KNOWN	(0x08u | 0x0040000u | 0x0400000u | 0x0800000u | \
			 0x8000000u)
#define PER_ASK		0xffffffffu

/* personality(new) => the old one */
long sys_personality(SYSCALL_ARGS)
{
	u32 old = current->personality;

	if (a != PER_ASK && (a & ~PER_KNOWN))
		return -EINVAL;
	if (a != PER_ASK)
		current->personality = a;
	return old;
}

static long set_name(const char *user)
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

/* prctl(PR_SET_NAME | PR_GET_NAME, buf[16]); (PR_SET_PDEATHSIG, signal): what
 * to get when the parent ends; (PR_GET_PDEATHSIG, int *); (PR_SET_DUMPABLE,
 * 0 or 1), kept for who asks: there are no dumps; (PR_SET_KEEPCAPS, 0): rights
 * always go with root */
long sys_prctl(SYSCALL_ARGS)
{
	switch (a) {
	case PR_GET_NAME:
		return copy_to_user((void *)b, current->comm, TASK_COMM);
	case PR_SET_NAME:
		return set_name((const char *)b);
	case PR_SET_PDEATHSIG:
		if (b > NSIG)
			return -EINVAL;
		current->death_signal = b;
		return 0;
	case PR_GET_PDEATHSIG:
		return put_user(current->death_signal, (int *)b);
	case PR_GET_DUMPABLE:
		return !(current->flags & PF_CHANGED);
	case PR_SET_DUMPABLE:
		if (b > 1)
			return -EINVAL;
		current->flags &= ~PF_CHANGED;
		current->flags |= b ? 0 : PF_CHANGED;
		return 0;
	case PR_GET_KEEPCAPS:
		return 0;
	case PR_SET_KEEPCAPS:
		return b > 1 ? -EINVAL : b ? -EPERM : 0;
	}
	return -EINVAL;
}
