/*
 * kernel/process/process.h - processes: birth, parts, end, signals.
 *
 * kernel/core/task.h has the task itself and the scheduler.
 */
#pragma once

#include "kernel/core/task.h"

/* kernel/process/task.c */
/* => a runnable thread; panics without memory (only boot makes threads) */
struct task *kernel_thread(const char *name, void (*fn)(void *), void *arg);
/* => a new task sharing nothing yet, not on the run queue; NULL: no memory */
struct task *task_alloc(const char *name);
void task_announce(const struct task *task);	/* its name, for the trace */
void task_free(struct task *task);	/* a reaped zombie, never current */
struct task *find_task(int pid);	/* NULL: none */

/* kernel/process/fork.c, exit.c */
void wake_up_behind(struct task *task);	/* current keeps running */
void set_default_limits(struct task *task);	/* sys_limit.c */
bool in_group(u32 gid);			/* current: egid or one of groups */

/*
 * A part of a task that a higher room owns: memory, files, undo lists.
 * Parts fork in the order of registration and exit in reverse order.
 */
struct task_part {
	/* clone's flags.  => 0, or -E and child has no such part; sleeps */
	int (*fork)(struct task *child, unsigned long flags);
	void (*exit)(struct task *task);	/* sleeps */
};

#define TASK_PARTS	4
void task_part_register(const struct task_part *part);
void exit_parts(struct task *task);
void fork_init(unsigned long frames);	/* sets the limit of processes */
extern unsigned int nr_processes;	/* forked and not yet reaped */
int do_fork(struct trap_frame *frame, unsigned long flags, unsigned long sp,
	    unsigned long tls_or_zero, int *child_tid);
void enter_user_mode(const struct trap_frame *frame) __noreturn;
void do_exit(int status) __noreturn;	/* status as wait4 reports it */
long do_wait4(int pid, int *status, int options, void *rusage);
int send_signal(struct task *task, int sig);	/* any context; 0 or -E */
void deliver_signals(struct trap_frame *frame);	/* on return to user mode */
