/*
 * kernel/process/signal.c - sending signals, and acting on them on return to
 * user mode.
 *
 * A signal is a bit in sig_pending.  A signal that the target ignores is
 * dropped at once, unless blocked: the target may stop ignoring it before it
 * unblocks it.  The target acts on it on its next return to user mode: the
 * default is to exit, to stop, or nothing; a handler gets a frame on the user
 * stack (sigframe.c).
 *
 * A restartable system call that a signal ended with -EINTR is restarted if no
 * handler ran or the handler has SA_RESTART.
 *
 * Process 1 gets only signals it has handlers for; kernel threads get none.
 *
 * Invariants: SIGKILL and SIGSTOP are never blocked, ignored or handled.
 * Locks: none; interrupts are off while sig_pending changes: interrupts send
 * signals, and 64 bits need two instructions.
 */
#include "kernel/process/signal.h"
#include "kernel/process/jobs.h"
#include "kernel/base/vmstat.h"
#include "kernel/base/x86.h"

#define INT80_BYTES	2

enum {
	__NR_read = 3, __NR_write = 4, __NR_open = 5, __NR_waitpid = 7,
	__NR_pause = 29, __NR_ioctl = 54, __NR_fcntl = 55,
	__NR_sigsuspend = 72, __NR_wait4 = 114, __NR_flock = 143,
	__NR_readv = 145, __NR_writev = 146, __NR_rt_sigsuspend = 179,
	__NR_pread64 = 180, __NR_pwrite64 = 181, __NR_fcntl64 = 221,
	__NR_futex = 240, __NR_waitid = 284, __NR_openat = 295,
	__NR_preadv = 333, __NR_pwritev = 334, __NR_futex_time64 = 422,
};

#define STOPS	(SIG_BIT(SIGSTOP) | SIG_BIT(SIGTSTP) | SIG_BIT(SIGTTIN) | \
		 SIG_BIT(SIGTTOU))
#define DEFAULT_IGNORED	(SIG_BIT(SIGCHLD) | SIG_BIT(SIGCONT) | \
			 SIG_BIT(SIGURG) | SIG_BIT(SIGWINCH))

/* ---- handlers ------------------------------------------------------------ */

/* => 0 or -ENOMEM: current's handlers, defaults when it has none */
int copy_sighand(struct task *child)
{
	child->sighand = task_memory->alloc(sizeof(*child->sighand));
	if (!child->sighand)
		return -ENOMEM;
	memset(child->sighand, 0, sizeof(*child->sighand));
	if (current->sighand && child != current)
		*child->sighand = *current->sighand;
	alarm_init(child);
	return 0;
}

void put_sighand(struct task *task)
{
	struct sighand *hand = task->sighand;

	task->sighand = NULL;		/* interrupts send signals */
	task_memory->free(hand);
}

/* Exec: handlers become the default; ignored signals stay ignored. */
void flush_handlers(void)
{
	int i;

	for (i = 0; i < NSIG; i++)
		if (current->sighand->action[i].handler != SIG_IGN)
			current->sighand->action[i].handler = SIG_DFL;
	current->sighand->alt_size = 0;
}

bool signal_has_handler(int sig)
{
	return current->sighand &&
		current->sighand->action[sig - 1].handler > SIG_IGN &&
		!(current->sig_blocked & SIG_BIT(sig));
}

/* Interrupts may use sig_pending; the two words change together. */
static void change_pending(struct task *task, u64 clear, u64 set)
{
	unsigned long flags = x86_irq_save();

	task->sig_pending = (task->sig_pending & ~clear) | set;
	x86_irq_restore(flags);
}

void set_blocked(u64 blocked)
{
	current->sig_blocked = blocked & ~SIG_UNBLOCKABLE;
}

/* ---- sending ------------------------------------------------------------- */

static bool is_ignored(const struct task *task, int sig)
{
	u64 bit = SIG_BIT(sig);
	u32 handler = task->sighand->action[sig - 1].handler;

	if ((task->sig_blocked | task->sig_waited) & bit)
		return false;
	if (task->pid == 1 && handler == SIG_DFL)
		return true;
	return (task->sig_ignored & bit) ||
		(handler == SIG_DFL && (DEFAULT_IGNORED & bit));
}

/* Reports a stop or continue to the parent; SA_NOCLDSTOP mutes the signal. */
static void report_to_parent(const struct task *task, int code, int sig)
{
	struct signal_info info = { code, { task->pid, task->uid, sig } };
	struct task *parent = task->parent;

	if (parent->sighand && !(parent->sighand->action[SIGCHLD - 1].flags &
				 SA_NOCLDSTOP))
		send_signal_info(parent, SIGCHLD, &info);
	wake_up(&parent->child_wait);
}

static void report_continue(struct task *task)
{
	task->stop_report = 0;
	task->continue_report = true;
	report_to_parent(task, CLD_CONTINUED, SIGCONT);
}

/* SIGCONT continues a stopped task even if the signal itself is ignored or
 * blocked.  SIGCONT and the stop signals cancel each other. */
static void continue_or_stop(struct task *task, u64 bit)
{
	if (bit == SIG_BIT(SIGCONT)) {
		change_pending(task, STOPS, 0);
		if (task->state == TASK_STOPPED)
			report_continue(task);
	} else if (bit & STOPS) {
		change_pending(task, SIG_BIT(SIGCONT), 0);
	}
	if (task->state == TASK_STOPPED &&
	    (bit & (SIG_BIT(SIGCONT) | SIG_BIT(SIGKILL))))
		wake_up_behind(task);
}

/*
 * Sends a signal; one that is pending keeps the info of its first sender.
 * => 0 (also if ignored), -EINVAL; sig 0 only tests.  Any context; the caller
 *    checks permissions
 */
int send_signal_info(struct task *task, int sig, const struct signal_info *info)
{
	if (sig < 0 || sig > NSIG)
		return -EINVAL;
	if (!sig || !task->sighand || task->state == TASK_ZOMBIE)
		return 0;
	count_vm(signals_sent);
	continue_or_stop(task, SIG_BIT(sig));
	if (is_ignored(task, sig))
		return 0;
	if (!(task->sig_pending & SIG_BIT(sig)))
		task->sighand->info[sig - 1] = *info;
	change_pending(task, 0, SIG_BIT(sig));
	if (task->state == TASK_INTERRUPTIBLE &&
	    !(task->sig_blocked & ~task->sig_waited & SIG_BIT(sig)))
		wake_up_behind(task);
	return 0;
}

/* => send_signal_info() with SI_KERNEL */
int send_signal(struct task *task, int sig)
{
	static const struct signal_info info = { .code = SI_KERNEL };

	return send_signal_info(task, sig, &info);
}

/* => 0, or -ESRCH when the group has no member */
int kill_pgrp(int pgrp, int sig)
{
	struct task *task;
	int result = -ESRCH;

	list_for_each_entry(task, &task_list, all_node) {
		if (task->pgrp != pgrp || !task->sighand)
			continue;
		send_signal(task, sig);
		result = 0;
	}
	return result;
}

/* Sends sig for a fault, even if current blocks or ignores it. */
void force_signal(int sig, int code, unsigned long address)
{
	struct signal_info info = { code, { address, 0, 0 } };
	struct sighand *hand = current->sighand;
	struct sigaction *action;

	if (!hand)
		panic("signal %d for kernel thread %s at %lx", sig,
		      current->comm, address);
	action = &hand->action[sig - 1];
	if (current->frame) {
		hand->trap = current->frame->vector;
		hand->trap_error = current->frame->error;
	}
	hand->cr2 = address;
	if (!signal_has_handler(sig))
		action->handler = SIG_DFL;
	current->sig_blocked &= ~SIG_BIT(sig);
	current->sig_ignored &= ~SIG_BIT(sig);
	if (current->pid == 1 && action->handler == SIG_DFL)
		do_exit(sig);
	change_pending(current, SIG_BIT(sig), 0);
	send_signal_info(current, sig, &info);
}

/* ---- acting on them ------------------------------------------------------ */

static void do_stop(int sig)
{
	current->stop_report = sig;
	current->continue_report = false;
	current->state = TASK_STOPPED;
	report_to_parent(current, CLD_STOPPED, sig);
	schedule();
}

/* An orphaned group stops for SIGSTOP only. */
static bool may_stop(int sig)
{
	return sig == SIGSTOP || !orphaned_pgrp(current->pgrp);
}

/* True for calls that may be restarted after a signal: they wait without a time
 * limit and have done nothing yet.  handled: a handler runs; then pause and
 * sigsuspend end. */
static bool signal_restartable(u32 number, bool handled)
{
	switch (number) {
	case __NR_pause:
	case __NR_sigsuspend:
	case __NR_rt_sigsuspend:
		return !handled;
	case __NR_read:
	case __NR_write:
	case __NR_open:
	case __NR_waitpid:
	case __NR_ioctl:
	case __NR_fcntl:
	case __NR_wait4:
	case __NR_flock:
	case __NR_readv:
	case __NR_writev:
	case __NR_pread64:
	case __NR_pwrite64:
	case __NR_fcntl64:
	case __NR_futex:
	case __NR_waitid:
	case __NR_openat:
	case __NR_preadv:
	case __NR_pwritev:
	case __NR_futex_time64:
		return true;
	}
	return false;
}

/* Sets eip back to the int 0x80 and eax to the call's number. */
static void restart_syscall(struct trap_frame *frame, bool handled)
{
	if (frame->vector != SYSCALL_VECTOR || (s32)frame->eax != -EINTR ||
	    !signal_restartable(frame->error, handled))
		return;
	frame->eax = frame->error;
	frame->eip -= INT80_BYTES;
	frame->vector = 0;
}

static void run_handler(struct trap_frame *frame, int sig)
{
	struct sigaction *action = &current->sighand->action[sig - 1];
	u64 blocked = current->sig_restore ? current->sig_suspended :
		current->sig_blocked;

	if (action->flags & SA_RESTART)
		restart_syscall(frame, true);
	frame->vector = 0;
	current->sig_restore = false;
	count_vm(signals_handled);
	if (push_signal_frame(frame, sig, action, blocked)) {
		printk("%s[%d]: no stack at %08x for the handler of signal "
		       "%d\n", current->comm, current->pid, frame->esp, sig);
		do_exit(SIGSEGV);
	}
	set_blocked(current->sig_blocked | action->mask |
		    (action->flags & SA_NODEFER ? 0 : SIG_BIT(sig)));
	if (action->flags & SA_RESETHAND)
		action->handler = SIG_DFL;
}

/* => true: a handler will run; other signals stay pending */
static bool act_on(struct trap_frame *frame, int sig)
{
	u32 handler = current->sighand->action[sig - 1].handler;

	if (handler > SIG_IGN) {
		run_handler(frame, sig);
		return true;
	}
	if (is_ignored(current, sig))
		return false;
	if (!(SIG_BIT(sig) & STOPS))
		do_exit(sig);
	if (may_stop(sig))
		do_stop(sig);
	return false;
}

/* => the lowest pending signal that is not blocked; 0: none */
static int next_signal(void)
{
	u64 open = current->sig_pending & ~current->sig_blocked;

	if (!open)
		return 0;
	return open & SIG_BIT(SIGKILL) ? SIGKILL : __builtin_ctzll(open) + 1;
}

/* => the lowest pending signal that is not blocked, now cleared; 0: none */
static int take_signal(void)
{
	int sig = next_signal();

	if (sig)
		change_pending(current, SIG_BIT(sig), 0);
	return sig;
}

/* => true: the signal can act inside a call: it is ignored or stops */
static bool acts_anywhere(int sig)
{
	return current->sighand->action[sig - 1].handler <= SIG_IGN &&
		(is_ignored(current, sig) || (SIG_BIT(sig) & STOPS));
}

/* Acts on stops and ignored signals inside a call, which then continues. */
bool signal_ends_call(void)
{
	int sig;

	while ((sig = next_signal()) && acts_anywhere(sig))
		act_on(current->frame, take_signal());
	return sig;
}

/* Clears a pending signal that a call has returned. */
void signal_forget(int sig)
{
	change_pending(current, SIG_BIT(sig), 0);
}

/* Acts on signals before user mode. => may not return: the task may exit */
void deliver_signals(struct trap_frame *frame)
{
	int sig;

	if (!current->sighand)
		return;
	while ((sig = take_signal()))
		if (act_on(frame, sig))
			return;
	restart_syscall(frame, false);
	if (current->sig_restore) {
		current->sig_restore = false;
		set_blocked(current->sig_suspended);
	}
}
