/*
 * kernel/sys_signal.c - system calls about signals, the old and the rt forms.
 *
 * Locks: none.  Callers: kernel/syscall.c.  Calls: kernel/signal.c.
 */
#include "kernel/signal.h"
#include "kernel/syscall.h"
#include "kernel/uaccess.h"

#define SIG_BLOCK	0
#define SIG_UNBLOCK	1
#define SIG_SETMASK	2
#define MIN_ALT_STACK	2048u

struct old_sigaction {
	u32 handler, mask, flags, restorer;
};

/* ---- sending ------------------------------------------------------------- */

/* A shell may wake its own jobs, whoever they have become. */
static bool may_signal(const struct task *task, int sig)
{
	return !current->euid || current->euid == task->uid ||
		current->uid == task->uid || current->euid == task->suid ||
		current->uid == task->suid ||
		(sig == SIGCONT && current->session == task->session);
}

static long signal_task(struct task *task, int sig, int code)
{
	struct signal_info info = { code, { current->pid, current->uid, 0 } };

	return may_signal(task, sig) ? send_signal_info(task, sig, &info) :
				       -EPERM;
}

static long kill_one(int pid, int sig, int code)
{
	struct task *task = find_task(pid);

	return task ? signal_task(task, sig, code) : -ESRCH;
}

/* The members of a group; pgrp 0: everybody but current and process 1.
 * => 0 when one was reached, else -EPERM or -ESRCH */
static long kill_many(int pgrp, int sig)
{
	struct task *task;
	long result = -ESRCH, error;

	list_for_each_entry(task, &task_list, all_node) {
		if (!task->sighand || (pgrp && task->pgrp != pgrp) ||
		    (!pgrp && (task->pid <= 1 || task == current)))
			continue;
		error = signal_task(task, sig, SI_USER);
		result = result ? error : 0;
	}
	return result;
}

long sys_kill(SYSCALL_ARGS)
{
	int pid = a, sig = b;

	if (sig < 0 || sig > NSIG)
		return -EINVAL;
	if (pid > 0)
		return kill_one(pid, sig, SI_USER);
	if (pid == -1)
		return kill_many(0, sig);
	return kill_many(pid ? -pid : current->pgrp, sig);
}

long sys_tkill(SYSCALL_ARGS)
{
	return (int)a > 0 ? kill_one(a, b, SI_TKILL) : -EINVAL;
}

/* tgkill(group, thread, sig): one thread a group */
long sys_tgkill(SYSCALL_ARGS)
{
	if ((int)a <= 0 || (int)b <= 0)
		return -EINVAL;
	return a == b ? kill_one(b, c, SI_TKILL) : -ESRCH;
}

/* rt_sigqueueinfo(pid, sig, siginfo): code, pid, uid and value are the sender's
 * to say, but not that the kernel or kill had sent it */
long sys_rt_sigqueueinfo(SYSCALL_ARGS)
{
	struct signal_info info;
	struct task *task;
	s32 whole[32];

	if (copy_from_user(whole, (void *)c, sizeof(whole)))
		return -EFAULT;
	memcpy(&info, whole + 2, sizeof(info));
	if ((info.code >= 0 || info.code == SI_TKILL) && (int)a != current->pid)
		return -EPERM;
	task = find_task(a);
	if (!task)
		return -ESRCH;
	return may_signal(task, b) ? send_signal_info(task, b, &info) : -EPERM;
}

/* ---- handlers ------------------------------------------------------------ */

static bool can_change(unsigned long sig)
{
	return sig >= 1 && sig <= NSIG && !(SIG_BIT(sig) & SIG_UNBLOCKABLE);
}

static void set_action(int sig, const struct sigaction *action)
{
	u64 bit = SIG_BIT(sig);

	current->sighand->action[sig - 1] = *action;
	current->sig_ignored &= ~bit;
	if (action->handler == SIG_IGN)
		current->sig_ignored |= bit;
	if (action->handler == SIG_IGN ||
	    (action->handler == SIG_DFL && sig == SIGCHLD))
		signal_forget(sig);
}

/* rt_sigaction(sig, act, old, 8) */
long sys_rt_sigaction(SYSCALL_ARGS)
{
	struct sigaction action;

	if (d != sizeof(action.mask) || a < 1 || a > NSIG ||
	    (b && !can_change(a)))
		return -EINVAL;
	if (b && copy_from_user(&action, (void *)b, sizeof(action)))
		return -EFAULT;
	if (c && copy_to_user((void *)c, &current->sighand->action[a - 1],
			      sizeof(action)))
		return -EFAULT;
	if (b)
		set_action(a, &action);
	return 0;
}

long sys_sigaction(SYSCALL_ARGS)
{
	struct old_sigaction in, out;
	struct sigaction *now, action;

	if (a < 1 || a > NSIG || (b && !can_change(a)))
		return -EINVAL;
	now = &current->sighand->action[a - 1];
	out = (struct old_sigaction){ now->handler, now->mask, now->flags,
				      now->restorer };
	if (b && copy_from_user(&in, (void *)b, sizeof(in)))
		return -EFAULT;
	if (c && copy_to_user((void *)c, &out, sizeof(out)))
		return -EFAULT;
	if (b) {
		action = (struct sigaction){ .handler = in.handler,
					     .flags = in.flags,
					     .restorer = in.restorer,
					     .mask = in.mask };
		set_action(a, &action);
	}
	return 0;
}

/* signal(sig, handler): once, and not blocked meanwhile. => the old one */
long sys_signal(SYSCALL_ARGS)
{
	struct sigaction action = { .handler = b,
				    .flags = SA_RESETHAND | SA_NODEFER };
	u32 old;

	if (!can_change(a))
		return -EINVAL;
	old = current->sighand->action[a - 1].handler;
	set_action(a, &action);
	return old;
}

/* sigaltstack(new, old): { sp, flags, size } each */
long sys_sigaltstack(SYSCALL_ARGS)
{
	struct sighand *hand = current->sighand;
	u32 esp = current->frame->esp;
	u32 out[3] = { hand->alt_stack, alt_stack_flags(esp), hand->alt_size };
	u32 in[3];

	if (a && copy_from_user(in, (void *)a, sizeof(in)))
		return -EFAULT;
	if (a && on_alt_stack(hand, esp))
		return -EPERM;
	if (a && (in[1] & ~(SS_ONSTACK | SS_DISABLE)))
		return -EINVAL;
	if (a && !(in[1] & SS_DISABLE) && in[2] < MIN_ALT_STACK)
		return -ENOMEM;
	if (b && copy_to_user((void *)b, out, sizeof(out)))
		return -EFAULT;
	if (a) {
		hand->alt_stack = in[0];
		hand->alt_size = in[1] & SS_DISABLE ? 0 : in[2];
	}
	return 0;
}

/* ---- masks --------------------------------------------------------------- */

static long change_mask(int how, u64 set)
{
	switch (how) {
	case SIG_BLOCK:
		set_blocked(current->sig_blocked | set);
		return 0;
	case SIG_UNBLOCK:
		set_blocked(current->sig_blocked & ~set);
		return 0;
	case SIG_SETMASK:
		set_blocked(set);
		return 0;
	}
	return -EINVAL;
}

/* rt_sigprocmask(how, set, old, 8) */
long sys_rt_sigprocmask(SYSCALL_ARGS)
{
	u64 old = current->sig_blocked, set;

	if (d != sizeof(set))
		return -EINVAL;
	if (b && get_user(set, (void *)b))
		return -EFAULT;
	if (c && put_user(old, (u64 *)c))
		return -EFAULT;
	return b ? change_mask(a, set) : 0;
}

/* The old form changes the first 32 signals only. */
long sys_sigprocmask(SYSCALL_ARGS)
{
	u64 high = current->sig_blocked & ~0xffffffffULL;
	u32 old = current->sig_blocked, set;

	if (b && get_user(set, (void *)b))
		return -EFAULT;
	if (c && put_user(old, (u32 *)c))
		return -EFAULT;
	if (!b)
		return 0;
	return change_mask(a, a == SIG_SETMASK ? high | set : set);
}

long sys_rt_sigpending(SYSCALL_ARGS)
{
	u64 set = current->sig_pending & current->sig_blocked;

	if (b != sizeof(set))
		return -EINVAL;
	return put_user(set, (u64 *)a);
}

long sys_sigpending(SYSCALL_ARGS)
{
	return put_user((u32)(current->sig_pending & current->sig_blocked),
			(u32 *)a);
}

/* => the lowest pending signal of the set, or 0: none */
static int pending_of(u64 set)
{
	u64 found = current->sig_pending & set;

	return found ? __builtin_ctzll(found) + 1 : 0;
}

/* Takes a signal of the set instead of letting it act; ticks negative: no
 * limit. => it; -EAGAIN: the time is over; -EINTR: another one came */
static int wait_for_signal(u64 set, long ticks)
{
	WAIT_QUEUE(nothing);
	int sig, error;

	current->sig_waited = set;
	error = wait_event_interruptible_timeout(nothing,
						 (sig = pending_of(set)),
						 ticks);
	current->sig_waited = 0;
	if (error)
		return error == -ETIMEDOUT ? -EAGAIN : error;
	signal_forget(sig);
	return sig;
}

/* rt_sigtimedwait(set, siginfo, timespec, 8) */
long sys_rt_sigtimedwait(SYSCALL_ARGS)
{
	s32 filled[32];
	long ticks;
	u64 set;
	int sig;

	if (d != sizeof(set))
		return -EINVAL;
	sig = get_timeout((void *)c, FROM_NOW, &ticks);
	if (sig)
		return sig;
	if (get_user(set, (u64 *)a))
		return -EFAULT;
	sig = wait_for_signal(set & ~SIG_UNBLOCKABLE, ticks);
	if (sig <= 0 || !b)
		return sig;
	signal_fill_info(filled, sig, &current->sighand->info[sig - 1]);
	return copy_to_user((void *)b, filled, sizeof(filled)) ? -EFAULT : sig;
}

/* Sleeps with another mask until a signal comes; the old mask returns when
 * its handler does. */
static long suspend_with(u64 mask)
{
	WAIT_QUEUE(nothing);

	current->sig_suspended = current->sig_blocked;
	current->sig_restore = true;
	set_blocked(mask);
	return wait_event_interruptible(nothing, false);
}

long sys_rt_sigsuspend(SYSCALL_ARGS)
{
	u64 mask;

	if (b != sizeof(mask))
		return -EINVAL;
	if (get_user(mask, (void *)a))
		return -EFAULT;
	return suspend_with(mask);
}

/* sigsuspend(unused, unused, mask) */
long sys_sigsuspend(SYSCALL_ARGS)
{
	return suspend_with(c);
}

long sys_pause(SYSCALL_ARGS)
{
	return suspend_with(current->sig_blocked);
}
