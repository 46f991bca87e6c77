/*
 * kernel/process/signal.h - signals: handlers and sending.
 */
#pragma once

#include "kernel/core/siginfo.h"
#include "kernel/process/process.h"

#define SIG_BIT(sig)	(1ULL << ((sig) - 1))
#define SIG_UNBLOCKABLE	(SIG_BIT(SIGKILL) | SIG_BIT(SIGSTOP))

#define SIG_DFL		0u		/* values of sigaction.handler */
#define SIG_IGN		1u

#define SS_ONSTACK	1u		/* flags of sigaltstack */
#define SS_DISABLE	2u

#define SA_NOCLDSTOP	0x00000001u
#define SA_NOCLDWAIT	0x00000002u
#define SA_SIGINFO	0x00000004u
#define SA_RESTORER	0x04000000u
#define SA_ONSTACK	0x08000000u
#define SA_RESTART	0x10000000u
#define SA_NODEFER	0x40000000u
#define SA_RESETHAND	0x80000000u

/* Layout of rt_sigaction. */
struct sigaction {
	u32 handler, flags, restorer;
	u64 mask;
} __packed;

/* A process's handlers and alternate stack: one per task with user memory. */
struct sighand {
	struct sigaction action[NSIG];	/* t: of signal i + 1 */
	struct signal_info info[NSIG];	/* n: of the pending signal i + 1 */
	u32 alt_stack, alt_size;	/* t: sigaltstack; size 0: none */
	u32 trap, trap_error, cr2;	/* t: of the last fault, for the
					   sigcontext */
};

/* => 0 or -ENOMEM: copies current's handlers, defaults when it has none */
int copy_sighand(struct task *child);
void alarm_init(struct task *task);	/* kernel/process/sys_timer.c */
void put_sighand(struct task *task);
void flush_handlers(void);		/* exec: handlers become defaults */
/* Whether the alternate stack is in use where esp points. */
static inline bool on_alt_stack(const struct sighand *hand, u32 esp)
{
	return esp - hand->alt_stack < hand->alt_size;
}

/* => the flags that sigaltstack returns for current */
static inline u32 alt_stack_flags(u32 esp)
{
	const struct sighand *hand = current->sighand;

	return !hand->alt_size ? SS_DISABLE :
		on_alt_stack(hand, esp) ? SS_ONSTACK : 0;
}

bool signal_has_handler(int sig);	/* of current */
/* Sends sig for a fault at address, even if current blocks or ignores it. */
void force_signal(int sig, int code, unsigned long address);
/* send_signal() with info other than SI_KERNEL */
int send_signal_info(struct task *task, int sig,
		     const struct signal_info *info);
/* Fills in the siginfo_t of a signal that current takes. */
void signal_fill_info(s32 to[32], int sig, const struct signal_info *info);
void signal_forget(int sig);	/* no longer pending for current */
/* For a call that waits with a time limit: acts at once on signals that need no
 * handler. => true: another signal must end the call; sleeps while stopped;
 * current must be on no wait queue */
bool signal_ends_call(void);
/* => 0, or -ESRCH when the group has no member */
int kill_pgrp(int pgrp, int sig);
/* Sets current's blocked set without SIGKILL and SIGSTOP. */
void set_blocked(u64 blocked);
/* kernel/process/sigframe.c: user mode continues in the handler of sig;
 * "blocked" is restored when it returns. => 0, or -EFAULT: no stack */
int push_signal_frame(struct trap_frame *frame, int sig,
		      const struct sigaction *action, u64 blocked);
