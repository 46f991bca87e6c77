/*
 * kernel/process/sys_signal.c - system calls about signals, the old and the rt
 * forms.
 *
 * Locks: none.
 */
#include "kernel/process/signal.h"
#include "kernel/process/syscall.h"
#include "kernel/core/uaccess.h"

#define SIG_BLOCK	0
#define SIG_UNBLOCK	1
#define SIG_SETMASK	2
#define MIN_ALT_STACK	2048u

struct old_sigaction {
	u32 handler, mask, flags, restorer;
};

/* ---- sending ------------------------------------------------------------- */

/* SIGCONT is allowed within a session even after a change of user. */
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

/* Signals a group; pgrp 0: every process but current and process 1.
 * => 0 when one got the signal, else -EPERM or -ESRCH */
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

SYSCALL_DEFINE2(kill, int, pid, int, sig)
{
	if (sig < 0 || sig > NSIG)
		return -EINVAL;
	if (pid > 0)
		return kill_one(pid, sig, SI_USER);
	if (pid == -1)
		return kill_many(0, sig);
	return kill_many(pid ? -pid : current->pgrp, sig);
}

SYSCALL_DEFINE2(tkill, int, pid, int, sig)
{
	return pid > 0 ? kill_one(pid, sig, SI_TKILL) : -EINVAL;
}

/* A group has one thread. */
SYSCALL_DEFINE3(tgkill, int, group, int, pid, int, sig)
{
	if (group <= 0 || pid <= 0)
		return -EINVAL;
	return group == pid ? kill_one(pid, sig, SI_TKILL) : -ESRCH;
}

/* The sender chooses code, pid, uid and value.  Codes of the kernel and of kill
 * are allowed only when it signals itself. */
SYSCALL_DEFINE3(rt_sigqueueinfo, int, pid, int, sig,
		const s32 __user *, user_info)
{
	struct signal_info info;
	struct task *task;
	s32 whole[32];

	if (copy_from_user(whole, user_info, sizeof(whole)))
		return -EFAULT;
	memcpy(&info, whole + 2, sizeof(info));
	if ((info.code >= 0 || info.code == SI_TKILL) && pid != current->pid)
		return -EPERM;
	task = find_task(pid);
	if (!task)
		return -ESRCH;
	return may_signal(task, sig) ? send_signal_info(task, sig, &info) :
				       -EPERM;
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

SYSCALL_DEFINE4(rt_sigaction, int, sig,
		const struct sigaction __user *, new_action,
		struct sigaction __user *, old_action, size_t, mask_size)
{
	struct sigaction action;

	if (mask_size != sizeof(action.mask) || sig < 1 || sig > NSIG ||
	    (new_action && !can_change(sig)))
		return -EINVAL;
	if (new_action && copy_from_user(&action, new_action, sizeof(action)))
		return -EFAULT;
	if (old_action &&
	    copy_to_user(old_action, &current->sighand->action[sig - 1],
			 sizeof(action)))
		return -EFAULT;
	if (new_action)
		set_action(sig, &action);
	return 0;
}

SYSCALL_DEFINE3(sigaction, int, sig,
		const struct old_sigaction __user *, new_action,
		struct old_sigaction __user *, old_action)
{
	struct old_sigaction in, out;
	struct sigaction *now, action;

	if (sig < 1 || sig > NSIG || (new_action && !can_change(sig)))
		return -EINVAL;
	now = &current->sighand->action[sig - 1];
	out = (struct old_sigaction){ now->handler, now->mask, now->flags,
				      now->restorer };
	if (new_action && copy_from_user(&in, new_action, sizeof(in)))
		return -EFAULT;
	if (old_action && copy_to_user(old_action, &out, sizeof(out)))
		return -EFAULT;
	if (new_action) {
		action = (struct sigaction){ .handler = in.handler,
					     .flags = in.flags,
					     .restorer = in.restorer,
					     .mask = in.mask };
		set_action(sig, &action);
	}
	return 0;
}

/* The handler runs once, with sig unblocked.
 * => the old handler */
SYSCALL_DEFINE2(signal, int, sig, u32, handler)
{
	struct sigaction action = { .handler = handler,
				    .flags = SA_RESETHAND | SA_NODEFER };
	u32 old;

	if (!can_change(sig))
		return -EINVAL;
	old = current->sighand->action[sig - 1].handler;
	set_action(sig, &action);
	return old;
}

/* new_stack, old_stack: { sp, flags, size } */
SYSCALL_DEFINE2(sigaltstack, const u32 __user *, new_stack,
		u32 __user *, old_stack)
{
	struct sighand *hand = current->sighand;
	u32 esp = current->frame->esp;
	u32 out[3] = { hand->alt_stack, alt_stack_flags(esp), hand->alt_size };
	u32 in[3];

	if (new_stack && copy_from_user(in, new_stack, sizeof(in)))
		return -EFAULT;
	if (new_stack && on_alt_stack(hand, esp))
		return -EPERM;
	if (new_stack && (in[1] & ~(SS_ONSTACK | SS_DISABLE)))
		return -EINVAL;
	if (new_stack && !(in[1] & SS_DISABLE) && in[2] < MIN_ALT_STACK)
		return -ENOMEM;
	if (old_stack && copy_to_user(old_stack, out, sizeof(out)))
		return -EFAULT;
	if (new_stack) {
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

SYSCALL_DEFINE4(rt_sigprocmask, int, how, const u64 __user *, new_mask,
		u64 __user *, old_mask, size_t, mask_size)
{
	u64 old = current->sig_blocked, set;

	if (mask_size != sizeof(set))
		return -EINVAL;
	if (new_mask && get_user(set, new_mask))
		return -EFAULT;
	if (old_mask && put_user(old, old_mask))
		return -EFAULT;
	return new_mask ? change_mask(how, set) : 0;
}

/* The old call changes the first 32 signals only. */
SYSCALL_DEFINE3(sigprocmask, int, how, const u32 __user *, new_mask,
		u32 __user *, old_mask)
{
	u64 high = current->sig_blocked & ~0xffffffffULL;
	u32 old = current->sig_blocked, set;

	if (new_mask && get_user(set, new_mask))
		return -EFAULT;
	if (old_mask && put_user(old, old_mask))
		return -EFAULT;
	if (!new_mask)
		return 0;
	return change_mask(how, how == SIG_SETMASK ? high | set : set);
}

SYSCALL_DEFINE2(rt_sigpending, u64 __user *, to, size_t, mask_size)
{
	u64 set = current->sig_pending & current->sig_blocked;

	if (mask_size != sizeof(set))
		return -EINVAL;
	return put_user(set, to);
}

SYSCALL_DEFINE1(sigpending, u32 __user *, to)
{
	return put_user((u32)(current->sig_pending & current->sig_blocked),
			to);
}

/* => the lowest pending signal of the set, or 0: none */
static int pending_of(u64 set)
{
	u64 found = current->sig_pending & set;

	return found ? __builtin_ctzll(found) + 1 : 0;
}

/* Takes a signal of the set before it acts; ticks negative: no limit.
 * => the signal; -EAGAIN: time-out; -EINTR: another signal arrived */
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

SYSCALL_DEFINE4(rt_sigtimedwait, const u64 __user *, user_set,
		s32 __user *, info, const void __user *, timeout,
		size_t, mask_size)
{
	s32 filled[32];
	long ticks;
	u64 set;
	int sig;

	if (mask_size != sizeof(set))
		return -EINVAL;
	sig = get_timeout(timeout, FROM_NOW, &ticks);
	if (sig)
		return sig;
	if (get_user(set, user_set))
		return -EFAULT;
	sig = wait_for_signal(set & ~SIG_UNBLOCKABLE, ticks);
	if (sig <= 0 || !info)
		return sig;
	signal_fill_info(filled, sig, &current->sighand->info[sig - 1]);
	return copy_to_user(info, filled, sizeof(filled)) ? -EFAULT : sig;
}

/* Sleeps with another mask until a signal arrives.  The old mask is restored
 * when its handler returns. */
static long suspend_with(u64 mask)
{
	WAIT_QUEUE(nothing);

	current->sig_suspended = current->sig_blocked;
	current->sig_restore = true;
	set_blocked(mask);
	return wait_event_interruptible(nothing, false);
}

SYSCALL_DEFINE2(rt_sigsuspend, const u64 __user *, user_mask, size_t, mask_size)
{
	u64 mask;

	if (mask_size != sizeof(mask))
		return -EINVAL;
	if (get_user(mask, user_mask))
		return -EFAULT;
	return suspend_with(mask);
}

SYSCALL_DEFINE3(sigsuspend, u32, unused1 __unused, u32, unused2 __unused,
		u32, mask)
{
	return suspend_with(mask);
}

SYSCALL_DEFINE0(pause)
{
	return suspend_with(current->sig_blocked);
}
