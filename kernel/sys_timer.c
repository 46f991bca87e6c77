/*
 * kernel/sys_timer.c - system calls about a process's own timers: alarm and
 * setitimer; and futex, whose waits here can only end by time or signal.
 *
 * One timer runs in real time, one while the process is in user mode
 * (SIGVTALRM), one while it has the processor (SIGPROF); all in jiffies.  The
 * tick counts the last two down, and looks at RLIMIT_CPU: SIGXCPU with every
 * second beyond the limit, SIGKILL at its ceiling.
 *
 * Locks: interrupts off between reading a timer and setting it.
 * Callers: kernel/syscall.c, the timer interrupt.  Calls: kernel/time.c.
 */
#include "kernel/signal.h"
#include "kernel/syscall.h"
#include "kernel/uaccess.h"
#include "kernel/x86.h"
#include "mm/mm.h"

#define USEC_PER_SEC	1000000
#define USEC_PER_TICK	(USEC_PER_SEC / HZ)
#define NSEC_PER_SEC	1000000000
#define NSEC_PER_TICK	(NSEC_PER_SEC / HZ)

enum { ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF };

struct timeval32 {
	s32 sec, usec;
};

struct itimerval {
	struct timeval32 interval, value;
};

/* From the timer interrupt: the signal, and the next round. */
static void alarm_rings(void *arg)
{
	struct task *task = arg;

	send_signal(task, SIGALRM);
	if (task->alarm_interval)
		timer_add(&task->alarm, jiffies + task->alarm_interval);
}

void alarm_init(struct task *task)
{
	timer_setup(&task->alarm, alarm_rings, task);
}

/* => jiffies that the old one had left, 0: it was not set */
static unsigned long set_alarm(unsigned long ticks, unsigned long interval)
{
	struct timer *alarm = &current->alarm;
	unsigned long flags = x86_irq_save(), left = 0;

	if (timer_del(alarm))
		left = max((long)(alarm->expires - jiffies), 1L);
	current->alarm_interval = interval;
	if (ticks)
		timer_add(alarm, jiffies + ticks);
	x86_irq_restore(flags);
	return left;
}

/* alarm(seconds): SIGALRM then; 0 cancels. => seconds the last one had left */
long sys_alarm(SYSCALL_ARGS)
{
	return div_round_up(set_alarm(min(a, WAIT_MAX) * HZ, 0), HZ);
}

static unsigned long timeval_ticks(const struct timeval32 *t)
{
	return min(t->sec, WAIT_MAX) * HZ +
		div_round_up(t->usec, USEC_PER_TICK);
}

static struct timeval32 ticks_timeval(unsigned long ticks)
{
	return (struct timeval32){ ticks / HZ, ticks % HZ * USEC_PER_TICK };
}

static bool timeval_valid(const struct timeval32 *t)
{
	return t->sec >= 0 && t->usec >= 0 && t->usec < USEC_PER_SEC;
}

static long give_itimer(unsigned long left, unsigned long interval, void *user)
{
	struct itimerval out = { ticks_timeval(interval), ticks_timeval(left) };

	return copy_to_user(user, &out, sizeof(out));
}

/* => a timer of processor time; NULL: the one in real time, or none */
static struct cpu_timer *cpu_timer(unsigned long which)
{
	if (which == ITIMER_VIRTUAL)
		return &current->virtual_timer;
	return which == ITIMER_PROF ? &current->profile_timer : NULL;
}

/* getitimer(which, value) */
long sys_getitimer(SYSCALL_ARGS)
{
	const struct cpu_timer *timer = cpu_timer(a);
	unsigned long left = 0;

	if (a > ITIMER_PROF)
		return -EINVAL;
	if (timer)
		return give_itimer(timer->left, timer->interval, (void *)b);
	if (!list_empty(&current->alarm.node))
		left = max((long)(current->alarm.expires - jiffies), 1L);
	return give_itimer(left, current->alarm_interval, (void *)b);
}

/* Starts or stops the timer; in real time a jiffy later, since the current
 * one has begun. => what it was */
static struct cpu_timer set_timer(unsigned long which,
				  const struct itimerval *in)
{
	struct cpu_timer *timer = cpu_timer(which), old;
	struct cpu_timer new = { timeval_ticks(&in->value),
				 timeval_ticks(&in->interval) };
	unsigned long flags;

	if (!timer) {
		old.interval = current->alarm_interval;
		old.left = set_alarm(new.left + (new.left != 0), new.interval);
		return old;
	}
	flags = x86_irq_save();
	old = *timer;
	*timer = new;
	x86_irq_restore(flags);
	return old;
}

/* setitimer(which, new, old): no new one is one of 0 */
long sys_setitimer(SYSCALL_ARGS)
{
	struct itimerval in = { { 0, 0 }, { 0, 0 } };
	struct cpu_timer old;

	if (b && copy_from_user(&in, (void *)b, sizeof(in)))
		return -EFAULT;
	if (a > ITIMER_PROF || !timeval_valid(&in.interval) ||
	    !timeval_valid(&in.value))
		return -EINVAL;
	old = set_timer(a, &in);
	return c ? give_itimer(old.left, old.interval, (void *)c) : 0;
}

/* ---- processor time ------------------------------------------------------ */

static void count_down(struct cpu_timer *timer, int sig)
{
	if (!timer->left || --timer->left)
		return;
	timer->left = timer->interval;
	send_signal(current, sig);
}

/* RLIMIT_CPU, when a second is full. */
static void check_cpu_limit(void)
{
	const struct rlimit *limit = &current->rlimits[RLIMIT_CPU];
	unsigned long ticks = current->utime + current->stime;

	if (limit->now == RLIM_INFINITY || ticks % HZ)
		return;
	if (ticks / HZ >= limit->max)
		send_signal(current, SIGKILL);
	else if (ticks / HZ >= limit->now)
		send_signal(current, SIGXCPU);
}

/* From the timer interrupt: current, a process, has used a jiffy. */
void cpu_timers_tick(bool user)
{
	if (user)
		count_down(&current->virtual_timer, SIGVTALRM);
	count_down(&current->profile_timer, SIGPROF);
	check_cpu_limit();
	if (current->mm)
		current->max_rss = max(current->max_rss, current->mm->rss);
}

/* ---- futex --------------------------------------------------------------- */

#define FUTEX_WAIT	0
#define FUTEX_WAKE	1
#define FUTEX_COMMAND	0x7f

struct timespec32 {
	s32 sec, nsec;
};

/* A process has one thread: whoever waits for a word to change waits for
 * ever, unless a signal or the time ends it. */
static long futex_wait(const u32 *word, u32 value,
		       const struct timespec32 *user)
{
	WAIT_QUEUE(nobody);
	WAIT_ENTRY(entry);
	struct timespec32 time;
	long left;
	u32 now;

	if (get_user(now, word))
		return -EFAULT;
	if (now != value)
		return -EAGAIN;
	if (!user)
		return wait_event_interruptible(nobody, false);
	if (get_user(time, user))
		return -EFAULT;
	if (time.sec < 0 || time.nsec < 0 || time.nsec >= NSEC_PER_SEC)
		return -EINVAL;
	left = min(time.sec, WAIT_MAX) * HZ +
		div_round_up(time.nsec, NSEC_PER_TICK) + 1;
	while (left > 0 && !signal_pending()) {
		wait_prepare(&nobody, &entry, true);
		left = schedule_timeout(left);
	}
	wait_finish(&entry);
	return left > 0 ? -EINTR : -ETIMEDOUT;
}

/* futex(word, command, value, timeout) */
long sys_futex(SYSCALL_ARGS)
{
	u32 word;

	if (a & 3)
		return -EINVAL;
	switch (b & FUTEX_COMMAND) {
	case FUTEX_WAIT:
		return futex_wait((const u32 *)a, c, (void *)d);
	case FUTEX_WAKE:
		return get_user(word, (const u32 *)a) ? -EFAULT : 0;
	}
	return -ENOSYS;
}
