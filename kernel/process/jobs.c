/*
 * kernel/process/jobs.c - process groups and sessions.
 *
 * A job is a process group: a shell stops, continues and waits for all of it.
 * A group is orphaned when no member has a parent in another group of the same
 * session.  No shell could continue it, so terminal signals do not stop it; if
 * it is stopped when it becomes orphaned, it gets SIGHUP and SIGCONT.
 *
 * Locks: none: nothing here sleeps.
 */
#include "kernel/process/jobs.h"
#include "kernel/core/selftest.h"
#include "kernel/process/signal.h"
#include "kernel/process/syscall.h"

void (*session_leader_leaves)(int session);

/* => true: task's parent may continue task's group; process 1 never does */
static bool parent_can_continue(const struct task *task)
{
	const struct task *parent = task->parent;

	return parent && parent->pid > 1 &&
		parent->session == task->session &&
		parent->pgrp != task->pgrp && parent->state != TASK_ZOMBIE;
}

bool orphaned_pgrp(int pgrp)
{
	struct task *task;

	list_for_each_entry(task, &task_list, all_node)
		if (task->pgrp == pgrp && task->state != TASK_ZOMBIE &&
		    parent_can_continue(task))
			return false;
	return true;
}

static bool has_stopped(int pgrp)
{
	struct task *task;

	list_for_each_entry(task, &task_list, all_node)
		if (task->pgrp == pgrp && task->state == TASK_STOPPED)
			return true;
	return false;
}

static void wake_if_orphaned(int pgrp)
{
	if (!has_stopped(pgrp) || !orphaned_pgrp(pgrp))
		return;
	kill_pgrp(pgrp, SIGHUP);
	kill_pgrp(pgrp, SIGCONT);
}

void exit_jobs_of_child(const struct task *child)
{
	if (child->session == current->session && child->pgrp != current->pgrp)
		wake_if_orphaned(child->pgrp);
}

void exit_jobs(void)
{
	if (parent_can_continue(current))	/* maybe the last such member */
		wake_if_orphaned(current->pgrp);
	if (current->session == current->pid && session_leader_leaves)
		session_leader_leaves(current->session);
}

/* ---- system calls -------------------------------------------------------- */

/* => current for 0, else the task; NULL: no such process */
static struct task *task_or_current(int pid)
{
	struct task *task = pid ? find_task(pid) : current;

	return task && !(task->flags & PF_KTHREAD) ? task : NULL;
}

static bool group_in_session(int pgrp, int session)
{
	struct task *task;

	list_for_each_entry(task, &task_list, all_node)
		if (task->pgrp == pgrp && task->session == session)
			return true;
	return false;
}

/* pid: the caller, or its child before execve(); pgrp: a group of the session,
 * or 0: a new group named after the process. */
SYSCALL_DEFINE2(setpgid, int, pid, int, pgrp)
{
	struct task *task = task_or_current(pid);

	if (pid < 0 || pgrp < 0)
		return -EINVAL;
	if (!task || (task != current && task->parent != current))
		return -ESRCH;
	if (task->session != current->session || task->session == task->pid)
		return -EPERM;
	if (task != current && (task->flags & PF_EXECED))
		return -EACCES;
	if (!pgrp)
		pgrp = task->pid;
	if (pgrp != task->pid && !group_in_session(pgrp, current->session))
		return -EPERM;
	task->pgrp = pgrp;
	return 0;
}

SYSCALL_DEFINE1(getpgid, int, pid)
{
	struct task *task = task_or_current(pid);

	return task ? task->pgrp : -ESRCH;
}

SYSCALL_DEFINE0(getpgrp)
{
	return current->pgrp;
}

SYSCALL_DEFINE1(getsid, int, pid)
{
	struct task *task = task_or_current(pid);

	return task ? task->session : -ESRCH;
}

SYSCALL_DEFINE0(setsid)
{
	struct task *task;

	list_for_each_entry(task, &task_list, all_node)
		if (task->pgrp == current->pid)
			return -EPERM;
	current->session = current->pgrp = current->pid;
	return current->pid;
}

/* ---- test ---------------------------------------------------------------- */

/* The number of a group without leader is not reused as a pid. */
static const char *pids_test(void)
{
	struct task *task = task_alloc("leader");
	struct task *member = task_alloc("member");
	int group, i;

	EXPECT(task && member);
	group = member->pgrp = task->pid;
	for (i = 0; i < PID_MAX; i++) {
		task_free(task);
		task = task_alloc("other");
		EXPECT(task && task->pid != group && task->pid != member->pid);
	}
	task_free(task);
	task_free(member);
	return NULL;
}

SELFTEST(pids, pids_test);
