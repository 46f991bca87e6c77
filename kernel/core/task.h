/*
 * kernel/core/task.h - a task: a kernel thread or a process of one thread.
 *
 * Letters state the protection of a field: (t) only the task itself uses it;
 * (q) interrupts off, the run queue's lock; (c) constant after creation; (n) no
 * lock: the kernel is not preemptive and no user sleeps between test and use.
 */
#pragma once

#include "kernel/base/limit.h"
#include "kernel/base/list.h"
#include "kernel/core/time.h"
#include "kernel/core/trap.h"
#include "kernel/core/wait.h"

struct mm_struct;
struct files_struct;
struct fs_struct;
struct sighand;
struct mutex;

#define KSTACK_SIZE	8192	/* mapped; an unmapped guard lies below */
#define TASK_COMM	16
#define PID_MAX		32767
#define NSIG		64
#define CAP_LAST	28	/* the highest capability: CAP_LEASE */
#define TLS_SLOTS	3
#define NGROUPS		32

enum task_state { TASK_RUNNING, TASK_INTERRUPTIBLE, TASK_UNINTERRUPTIBLE,
		  TASK_STOPPED, TASK_ZOMBIE };

#define PF_KTHREAD	1u	/* no user memory */
#define PF_MEMALLOC	2u	/* may use the last pages; never reclaims */
#define PF_EXITING	4u
#define PF_MEMDIE	128u	/* killed because memory was exhausted */
#define PF_FLUSH	8u	/* inside flush_dirty_buffers */
#define PF_TRACED	16u	/* its system calls are printed */
#define PF_EXECED	32u	/* runs another program than its parent */
#define PF_CHANGED	64u	/* rights changed: prctl says not dumpable */

struct task {
	int pid;			/* c: unique */
	char comm[TASK_COMM];		/* t: name, changed by exec */
	enum task_state state;		/* q */
	unsigned int flags;		/* t: PF_* */
	int initiator;			/* t: enum io_initiator of its writes */
	unsigned int reclaiming;	/* t: depth of reclaim_begin() */
	u64 reclaim_since;		/* t: time stamp: began to run in it */
	struct list_head run_node;	/* q: run queue */
	struct list_head all_node;	/* n: task_list */
	int counter;			/* q: ticks left of the time slice */
	bool need_resched;		/* q: set by the tick and wake-ups */
	unsigned long kstack;		/* c: lowest address of the stack */
	unsigned long esp;		/* q: saved by switch_to */
	struct trap_frame *frame;	/* t: user registers at kernel entry */
	unsigned long wake_jiffies;	/* q: end of schedule_timeout */
	struct list_head timer_node;	/* q */

	struct mm_struct *mm;		/* t: NULL for kernel threads */
	unsigned long cr3;		/* t: of mm's directory; 0: no mm */
	struct files_struct *files;	/* t */
	struct fs_struct *fs;		/* t: root, cwd, umask */

	struct task *parent;		/* n */
	struct list_head children;	/* n: their sibling_node */
	struct list_head sibling_node;	/* n */
	struct wait_queue child_wait;	/* n: wait4 sleeps here */
	int exit_status;		/* t: as wait4 reports it */
	int exit_signal;		/* n: to the parent at exit; 0: none */
	int stop_report;		/* n: stop signal for wait4; 0: none */
	int death_signal;		/* t: sent when the parent exits */
	bool continue_report;		/* n: continued, not yet reported */
	bool in_vfork;			/* n: waits for the child using mm */
	struct task *vfork_parent;	/* n: owner of the borrowed mm */
	int pgrp, session;		/* n */
	u32 uid, gid, euid, egid;	/* t */
	u32 suid, sgid, personality;	/* t: saved ids; personality(2) */
	u32 groups[NGROUPS], ngroups;	/* t: supplementary groups */

	u64 sig_pending;		/* n: bit n - 1 is signal n */
	u64 sig_blocked;		/* t */
	u64 sig_ignored;		/* t: signals set to SIG_IGN */
	u64 sig_suspended;		/* t: mask that sigsuspend replaced */
	u64 sig_waited;			/* t: awaited by rt_sigtimedwait */
	bool sig_restore;		/* t: restore sig_suspended */
	struct sighand *sighand;	/* t: handlers; process/signal.h */

	struct timer alarm;		/* t: alarm(2), setitimer(2) */
	u64 alarm_end;			/* q: expiry, in clock_usec() units */
	u64 alarm_interval;		/* t: microseconds; 0: once */
	struct cpu_timer virtual_timer;	/* q: time in user mode */
	struct cpu_timer profile_timer;	/* q: time in both modes */
	int nice;			/* t: -20 to 19: length of the slice */
	struct rlimit rlimits[RLIMITS];	/* t */

	u64 tls[TLS_SLOTS];		/* t: GDT descriptors */
	u16 gs;				/* t: saved at switch */
	void *fpu;			/* t: save area, NULL until used */
	unsigned long utime, stime;	/* q: ticks (jiffies) */
	unsigned long cutime, cstime;	/* t: of children waited for */
	unsigned long min_flt, maj_flt;	/* t */
	unsigned long cmin_flt, cmaj_flt;	/* t: of children */
	unsigned long max_rss, cmax_rss;	/* q, t: most pages seen */
	unsigned long start_jiffies;	/* c */
	unsigned long context_switches;	/* q */
	unsigned long cswitches;	/* t: of children waited for */
	int spinlocks_held;		/* t: lock checks */
	u32 mutex_ranks;		/* t: bit per mutex rank held */
};

/*
 * Where the memory of tasks comes from.  The slab and the map of kernel stacks
 * are in a higher room and register here (mm/heap/task_memory.c).  Both
 * allocators return NULL or 0 without memory.
 */
struct task_memory {
	struct task *(*alloc_task)(void);	/* not cleared */
	void (*free_task)(struct task *task);
	unsigned long (*alloc_stack)(void);	/* => its lowest address */
	void (*free_stack)(unsigned long stack);
	void *(*alloc)(size_t bytes);		/* FPU areas, handlers */
	void (*free)(void *area);		/* NULL is fine */
};

extern const struct task_memory *task_memory;
extern struct task *current;
extern struct list_head task_list;	/* all, by all_node */
/* Charges the current process a jiffy: kernel/process/sys_timer.c.  Interrupt
 * context. */
extern void (*charge_tick)(bool user);
extern unsigned long cpu_ticks[3];	/* jiffies of all tasks but idle:
					   user, nice user, system */
extern unsigned long nr_switches;	/* of tasks, since boot */
extern struct task init_idle;		/* pid 0: boots, then idles */

void sched_init(void *boot_stack);
void sched_idle(void) __noreturn;		/* boot ends here */
/* Loads a page directory.  Kernel threads keep the last one. */
void load_cr3(unsigned long cr3);
void give_slice(struct task *from, struct task *to, int part);
void wake_up_task(struct task *task);	/* any context */
int slice_of(const struct task *task);	/* jiffies */
void sched_tick(bool user);		/* from the timer interrupt */
void yield(void);			/* to the end of the run queue */
void cond_resched(void);		/* schedule() if the slice is used up */
void switch_to(unsigned long *old_esp, unsigned long new_esp); /* asm */
unsigned int nr_running(void);
/* set_thread_area(2) for any task. => 0, -EFAULT, -EINVAL, -ESRCH */
int set_tls(struct task *task, void *user_desc);
