/*
 * kernel/process/sys_timer.c - system calls alarm and setitimer.
 *
 * One timer runs in real time, one while the process is in user mode
 * (SIGVTALRM), one while it has the processor (SIGPROF).  Each expires with the
 * first jiffy after its time, never before it.  The tick counts the last two
 * down and checks RLIMIT_CPU: SIGXCPU with every second beyond the limit,
 * SIGKILL at its ceiling.
 *
 * Locks: interrupts off between reading a timer and setting it.
 */
#include "kernel/process/signal.h"
#include "kernel/process/syscall.h"
#include "kernel/core/uaccess.h"
#include "kernel/base/x86.h"

#define USEC_PER_SEC	1000000
#define USEC_PER_TICK	(USEC_PER_SEC / HZ)

enum { ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF };

struct timeval32 {
	s32 sec, usec;
};

struct itimerval {
	struct timeval32 interval, value;
};

/* In the timer interrupt: sends the signal and starts the next interval.  A
 * partial jiffy, or a wait longer than WAIT_MAX, only continues the wait. */
static void alarm_expired(void *arg)
{
	struct task *task = arg;
	u64 now = clock_usec();

	if (now >= task->alarm_end) {
		send_signal(task, SIGALRM);
		if (!task->alarm_interval)
			return;
		task->alarm_end += task->alarm_interval;
		if (task->alarm_end <= now)
			task->alarm_end = now + task->alarm_interval;
	}
	timer_add(&task->alarm, jiffies + ticks_until(task->alarm_end));
}

void alarm_init(struct task *task)
{
	timer_setup(&task->alarm, alarm_expired, task);
}

/* => a timer of processor time; NULL: ITIMER_REAL or an unknown one */
static struct cpu_timer *cpu_timer(unsigned long which)
{
	if (which == ITIMER_VIRTUAL)
		return &current->virtual_timer;
	return which == ITIMER_PROF ? &current->profile_timer : NULL;
}

/* The time left and the interval, neither greater than requested.  A running
 * timer has at least a microsecond left. */
static struct cpu_timer timer_state(unsigned long which)
{
	const struct cpu_timer *timer = cpu_timer(which);
	u64 now = clock_usec(), end = current->alarm_end;

	if (timer)
		return (struct cpu_timer){
			!timer->left ? 0 : timer->left <= USEC_PER_TICK ? 1 :
				timer->left - USEC_PER_TICK, timer->interval };
	return (struct cpu_timer){
		list_empty(&current->alarm.node) ? 0 : end <= now ? 1 :
			end - now, current->alarm_interval };
}

/* Starts or stops a timer.  A timer of processor time gets one tick more, since
 * the current tick is partial. => its old state */
static struct cpu_timer set_timer(unsigned long which, u64 usec, u64 interval)
{
	struct cpu_timer *timer = cpu_timer(which), old;
	unsigned long flags = x86_irq_save();

	old = timer_state(which);
	if (timer) {
		timer->left = usec ? usec + USEC_PER_TICK : 0;
		timer->interval = interval;
	} else {
		timer_del(&current->alarm);
		current->alarm_end = clock_usec() + usec;
		current->alarm_interval = usec ? interval : 0;
		if (usec)
			timer_add(&current->alarm, jiffies +
				  ticks_until(current->alarm_end));
	}
	x86_irq_restore(flags);
	return old;
}

/* seconds 0: cancels.  => seconds left of the last alarm, to the nearest, at
 * least 1 if it was pending */
SYSCALL_DEFINE1(alarm, unsigned long, seconds)
{
	u64 left = set_timer(ITIMER_REAL, min(seconds, 0x7ffffffful) *
			     (u64)USEC_PER_SEC, 0).left;

	return left && left < USEC_PER_SEC ? 1 :
	       (left + USEC_PER_SEC / 2) / USEC_PER_SEC;
}

static u64 timeval_usec(const struct timeval32 *t)
{
	return (u64)t->sec * USEC_PER_SEC + t->usec;
}

static bool timeval_valid(const struct timeval32 *t)
{
	return t->sec >= 0 && t->usec >= 0 && t->usec < USEC_PER_SEC;
}

static long give_itimer(const struct cpu_timer *timer, void *user)
{
	struct itimerval out = {
		{ timer->interval / USEC_PER_SEC,
		  timer->interval % USEC_PER_SEC },
		{ timer->left / USEC_PER_SEC, timer->left % USEC_PER_SEC } };

	return copy_to_user(user, &out, sizeof(out));
}

SYSCALL_DEFINE2(getitimer, u32, which, struct itimerval __user *, value)
{
	struct cpu_timer timer;

	if (which > ITIMER_PROF)
		return -EINVAL;
	timer = timer_state(which);
	return give_itimer(&timer, value);
}

/* new_value NULL: the same as a value of 0 */
SYSCALL_DEFINE3(setitimer, u32, which,
		const struct itimerval __user *, new_value,
		struct itimerval __user *, old_value)
{
	struct itimerval in = { { 0, 0 }, { 0, 0 } };
	struct cpu_timer old;

	if (new_value && copy_from_user(&in, new_value, sizeof(in)))
		return -EFAULT;
	if (which > ITIMER_PROF || !timeval_valid(&in.interval) ||
	    !timeval_valid(&in.value))
		return -EINVAL;
	old = set_timer(which, timeval_usec(&in.value),
			timeval_usec(&in.interval));
	return old_value ? give_itimer(&old, old_value) : 0;
}

/* ---- processor time ------------------------------------------------------ */

static void count_down(struct cpu_timer *timer, int sig)
{
	u32 over;

	if (timer->left > USEC_PER_TICK)
		timer->left -= USEC_PER_TICK;
	else if (timer->left) {
		over = USEC_PER_TICK - (u32)timer->left;
		timer->left = !timer->interval ? 0 : timer->interval > over ?
			      timer->interval - over : 1;
		send_signal(current, sig);
	}
}

/* Checks RLIMIT_CPU after each full second. */
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

/* From the timer interrupt: charges current, a process, one jiffy. */
void cpu_timers_tick(bool user)
{
	if (user)
		count_down(&current->virtual_timer, SIGVTALRM);
	count_down(&current->profile_timer, SIGPROF);
	check_cpu_limit();
}
