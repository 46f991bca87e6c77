/*
 * kernel/process/exit.c - the end of a process, and waiting for it.
 *
 * A process that exits releases memory, files and handlers at once.  It stays a
 * zombie (task and kernel stack) until its parent has read its status.  Its
 * children are given to process 1, as is the process itself if its parent
 * ignores SIGCHLD: process 1 waits for all its children.
 *
 * Invariant: a task is on its parent's children list from fork to reaping.
 * Locks: none; from ZOMBIE to schedule() nothing sleeps.
 */
#include "kernel/process/exit.h"
#include "kernel/core/fpu.h"
#include "kernel/process/jobs.h"
#include "kernel/process/signal.h"
#include "kernel/core/trace.h"
#include "kernel/core/uaccess.h"
#include "kernel/base/vmstat.h"

#define INIT_PID	1
#define STOPPED_STATUS(sig)	((sig) << 8 | 0x7f)
#define CONTINUED_STATUS	0xffff

static void exit_adopt(struct task *child, struct task *parent)
{
	child->parent = parent;
	child->exit_signal = SIGCHLD;
	list_move_tail(&child->sibling_node, &parent->children);
	if (child->state == TASK_ZOMBIE)
		wake_up(&parent->child_wait);
}

static void give_children_to(struct task *init)
{
	struct task *child, *next;

	list_for_each_entry_safe(child, next, &current->children,
				 sibling_node) {
		exit_adopt(child, init);
		if (child->death_signal)
			send_signal(child, child->death_signal);
		exit_jobs_of_child(child);
	}
}

/* => true: the parent does not wait for current's status */
static bool parent_ignores_children(const struct task *parent)
{
	if (!parent->sighand || current->exit_signal != SIGCHLD)
		return !parent->sighand;
	return (parent->sig_ignored & SIG_BIT(SIGCHLD)) ||
		(parent->sighand->action[SIGCHLD - 1].flags & SA_NOCLDWAIT);
}

/* => the siginfo of SIGCHLD and waitid; status as wait4 reports it */
struct signal_info child_info(int pid, u32 uid, int status)
{
	int sig = status & 0x7f;

	if (status == CONTINUED_STATUS)
		return (struct signal_info){ CLD_CONTINUED,
					     { pid, uid, SIGCONT } };
	if (!sig)
		return (struct signal_info){ CLD_EXITED,
					     { pid, uid, status >> 8 } };
	if (sig == (STOPPED_STATUS(0) & 0x7f))
		return (struct signal_info){ CLD_STOPPED,
					     { pid, uid, status >> 8 } };
	return (struct signal_info){ CLD_KILLED, { pid, uid, sig } };
}

static void notify_parent(struct task *init)
{
	struct signal_info info = child_info(current->pid, current->uid,
					     current->exit_status);
	struct task *parent = current->parent;

	if (parent_ignores_children(parent)) {
		exit_adopt(current, init);
		wake_up(&parent->child_wait);	/* maybe its last child */
	}
	send_signal_info(current->parent, current->exit_signal, &info);
	wake_up(&current->parent->child_wait);
}

/* => never returns; status as wait4 reports it; no lock held */
void do_exit(int status)
{
	struct task *init = find_task(INIT_PID);

	BUG_ON(current == &init_idle || current->mutex_ranks,
	       "task %d ends with mutexes %x", current->pid,
	       current->mutex_ranks);
	if (current == init)
		panic("process 1 (%s) ended with status %x", current->comm,
		      status);
	count_vm(exits);
	TRACE(TASK_EXIT, status);
	current->flags |= PF_EXITING;
	if (current->sighand)
		timer_del(&current->alarm);
	exit_parts(current);
	fpu_release(current);
	put_sighand(current);
	give_children_to(init);
	current->exit_status = status;
	current->state = TASK_ZOMBIE;
	exit_jobs();
	notify_parent(init);
	schedule();
	panic("zombie %d runs", current->pid);
}

/* ---- wait4 --------------------------------------------------------------- */

/* pid: a child's pid; 0: any child; negative: the children of that group.
 * Children that exit without SIGCHLD need WCLONE or WALL. */
static bool wait_wanted(const struct task *child, int pid, int options)
{
	if (!(options & WALL) &&
	    (child->exit_signal != SIGCHLD) != !!(options & WCLONE))
		return false;
	return !pid || child->pid == pid || child->pgrp + pid == 0;
}

static bool has_news(const struct task *child, int options)
{
	if (child->state == TASK_ZOMBIE)
		return options & WEXITED;
	return ((options & WUNTRACED) && child->stop_report) ||
		((options & WCONTINUED) && child->continue_report);
}

/* => a child with a state change to report; NULL: none yet; -ECHILD: no
 *    matching child, or only zombies when the caller does not wait for those */
static struct task *find_news(int pid, int options)
{
	struct task *child, *none = ERR_PTR(-ECHILD);

	list_for_each_entry(child, &current->children, sibling_node) {
		if (!wait_wanted(child, pid, options))
			continue;
		if (has_news(child, options))
			return child;
		if (child->state != TASK_ZOMBIE)
			none = NULL;
	}
	return none;
}

static struct task *wait_for_news(int pid, int options)
{
	struct task *child;
	int error;

	child = find_news(pid, options);
	if (child || (options & WNOHANG))
		return child;
	error = wait_event_interruptible(current->child_wait,
					 (child = find_news(pid, options)));
	return error ? ERR_PTR(error) : child;
}

/* Clears the reported state change; frees a zombie and adds its times to the
 * parent's. */
static void exit_reap(struct task *child)
{
	if (child->state != TASK_ZOMBIE) {
		child->stop_report = 0;
		child->continue_report = false;
		return;
	}
	current->cutime += child->utime + child->cutime;
	current->cstime += child->stime + child->cstime;
	current->cmin_flt += child->min_flt + child->cmin_flt;
	current->cmaj_flt += child->maj_flt + child->cmaj_flt;
	current->cswitches += child->context_switches + child->cswitches;
	current->cmax_rss = max(current->cmax_rss,
				max(child->max_rss, child->cmax_rss));
	give_slice(child, current, 1);
	task_free(child);
	nr_processes--;
}

/* => the child's state change as wait4 reports it */
static int news_status(const struct task *child)
{
	if (child->state == TASK_ZOMBIE)
		return child->exit_status;
	return child->stop_report ? STOPPED_STATUS(child->stop_report) :
				    CONTINUED_STATUS;
}

static void ticks_to_timeval(unsigned long ticks, s32 tv[2])
{
	tv[0] = ticks / HZ;
	tv[1] = ticks % HZ * (1000000 / HZ);
}

/*
 * Waits for a state change of a child: pid as for wait_wanted(); options must
 * have WEXITED to wait for zombies.  The usage includes the child's own reaped
 * children.
 * => 0 with *news filled (pid 0: WNOHANG and none); -ECHILD, -EINTR; sleeps
 */
int wait_for_child(int pid, int options, struct child_news *news)
{
	struct task *child = wait_for_news(pid, options);

	news->pid = 0;
	if (!child || IS_ERR(child))
		return PTR_ERR(child);
	news->pid = child->pid;
	news->uid = child->uid;
	news->status = news_status(child);
	task_rusage(child, &news->usage);
	ticks_to_timeval(child->utime + child->cutime, news->usage.utime);
	ticks_to_timeval(child->stime + child->cstime, news->usage.stime);
	if (!(options & WNOWAIT))
		exit_reap(child);
	return 0;
}

/*
 * => pid; 0: WNOHANG and no state change; -ECHILD, -EINTR, -EFAULT.  status and
 *    rusage are user memory or NULL; sleeps
 */
long do_wait4(int pid, int *status, int options, void *rusage)
{
	int which = pid == -1 ? 0 : pid ? pid : -current->pgrp;
	struct child_news news;
	int error = wait_for_child(which, options | WEXITED, &news);

	if (error || !news.pid)
		return error;
	if ((status && put_user(news.status, status)) ||
	    (rusage && copy_to_user(rusage, &news.usage, sizeof(news.usage))))
		return -EFAULT;
	return news.pid;
}

#define KB(pages)	((pages) << (PAGE_SHIFT - 10))

/* Fills in the usage of task without its children. */
void task_rusage(const struct task *task, struct rusage *usage)
{
	memset(usage, 0, sizeof(*usage));
	ticks_to_timeval(task->utime, usage->utime);
	ticks_to_timeval(task->stime, usage->stime);
	usage->maxrss = KB(task->max_rss);
	usage->minflt = task->min_flt;
	usage->majflt = task->maj_flt;
	usage->nvcsw = task->context_switches;
}

/* Fills in the usage of current's reaped children; max RSS is the largest. */
void children_rusage(struct rusage *usage)
{
	memset(usage, 0, sizeof(*usage));
	ticks_to_timeval(current->cutime, usage->utime);
	ticks_to_timeval(current->cstime, usage->stime);
	usage->maxrss = KB(current->cmax_rss);
	usage->minflt = current->cmin_flt;
	usage->majflt = current->cmaj_flt;
	usage->nvcsw = current->cswitches;
}
