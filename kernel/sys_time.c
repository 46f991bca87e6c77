/*
 * kernel/sys_time.c - system calls about time: clocks and sleeping.
 *
 * The clocks have the grain of the tick; sleeps are rounded up to jiffies.
 *
 * Locks: none.  Callers: kernel/syscall.c.  Calls: kernel/time.c.
 */
#include "kernel/task.h"
#include "kernel/syscall.h"
#include "kernel/time.h"
#include "kernel/uaccess.h"

#define USEC_PER_SEC		1000000u
#define NSEC_PER_USEC		1000u
#define NSEC_PER_SEC		1000000000u
#define CLOCK_REALTIME		0
#define CLOCK_MONOTONIC		1
#define CLOCK_PROCESS_CPUTIME	2
#define CLOCK_THREAD_CPUTIME	3
#define CLOCK_LAST		7	/* _RAW, _COARSE, CLOCK_BOOTTIME */
#define CLOCK_REALTIME_COARSE	5
#define TIMER_ABSTIME		1
#define SLEEP_MAX		(0x7fffffff / HZ)	/* seconds */

struct timespec32 {
	s32 sec, nsec;
};

struct timespec64 {
	s64 sec;
	s32 nsec, pad;
};

struct timeval32 {
	s32 sec, usec;
};

/* ---- clocks -------------------------------------------------------------- */

static u64 cpu_usec(void)
{
	return (u64)(current->utime + current->stime) * (USEC_PER_SEC / HZ);
}

/* => 0 and the clock's time, or -EINVAL */
static int read_clock(unsigned long clock, struct timespec64 *now)
{
	u64 usec = clock_usec();

	if (clock > CLOCK_LAST)
		return -EINVAL;
	if (clock == CLOCK_PROCESS_CPUTIME || clock == CLOCK_THREAD_CPUTIME)
		usec = cpu_usec();
	now->sec = usec / USEC_PER_SEC;
	now->nsec = (u32)(usec % USEC_PER_SEC) * NSEC_PER_USEC;
	now->pad = 0;
	if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)
		now->sec += clock_boot_seconds();
	return 0;
}

long sys_time(SYSCALL_ARGS)
{
	s32 now = clock_seconds();

	if (a && put_user(now, (s32 *)a))
		return -EFAULT;
	return now;
}

/* gettimeofday(timeval, timezone): the zone is UTC */
long sys_gettimeofday(SYSCALL_ARGS)
{
	struct timespec64 now;
	struct timeval32 out;

	read_clock(CLOCK_REALTIME, &now);
	out = (struct timeval32){ now.sec, now.nsec / NSEC_PER_USEC };
	if (a && copy_to_user((void *)a, &out, sizeof(out)))
		return -EFAULT;
	return b ? clear_user((void *)b, 2 * sizeof(s32)) : 0;
}

long sys_clock_gettime(SYSCALL_ARGS)
{
	struct timespec64 now;
	struct timespec32 out;

	if (read_clock(a, &now))
		return -EINVAL;
	out = (struct timespec32){ now.sec, now.nsec };
	return copy_to_user((void *)b, &out, sizeof(out));
}

long sys_clock_gettime64(SYSCALL_ARGS)
{
	struct timespec64 now;

	if (read_clock(a, &now))
		return -EINVAL;
	return copy_to_user((void *)b, &now, sizeof(now));
}

long sys_clock_getres(SYSCALL_ARGS)
{
	struct timespec32 out = { 0, NSEC_PER_SEC / tick_hz };

	if (a > CLOCK_LAST)
		return -EINVAL;
	return b ? copy_to_user((void *)b, &out, sizeof(out)) : 0;
}

/* times(tms): user, system, the children's; in jiffies. => jiffies */
long sys_times(SYSCALL_ARGS)
{
	u32 out[4] = { current->utime, current->stime, current->cutime,
		       current->cstime };

	if (a && copy_to_user((void *)a, out, sizeof(out)))
		return -EFAULT;
	return jiffies;
}

/* ---- sleeping ------------------------------------------------------------ */

static bool valid(const struct timespec64 *t)
{
	return t->sec >= 0 && t->nsec >= 0 && (u32)t->nsec < NSEC_PER_SEC;
}

/* => jiffies, rounded up, and one more: the current one has begun */
static long to_ticks(const struct timespec64 *t)
{
	u32 sec = t->sec > SLEEP_MAX ? SLEEP_MAX : (u32)t->sec;

	if (!sec && !t->nsec)
		return 0;
	return sec * HZ + div_round_up((u32)t->nsec, NSEC_PER_SEC / HZ) + 1;
}

/* => 0, or -EINTR with what is left in *t; sleeps */
static long sleep_for(struct timespec64 *t)
{
	WAIT_QUEUE(nothing);
	WAIT_ENTRY(entry);
	long left = to_ticks(t);

	for (;;) {
		wait_prepare(&nothing, &entry, true);
		if (left <= 0 || signal_pending())
			break;
		left = schedule_timeout(left);
	}
	wait_finish(&entry);
	if (left <= 0)
		return 0;
	t->sec = left / HZ;
	t->nsec = left % HZ * (NSEC_PER_SEC / HZ);
	return -EINTR;
}

/* An absolute time becomes what is left until then. */
static void until(unsigned long clock, struct timespec64 *t)
{
	struct timespec64 now;

	read_clock(clock, &now);
	t->sec -= now.sec;
	t->nsec -= now.nsec;
	if (t->nsec < 0) {
		t->nsec += NSEC_PER_SEC;
		t->sec--;
	}
	if (t->sec < 0)
		t->sec = t->nsec = 0;
}

static long clock_sleep(unsigned long clock, unsigned long flags,
			struct timespec64 *t)
{
	if (clock > CLOCK_LAST || !valid(t))
		return -EINVAL;
	if (flags & TIMER_ABSTIME)
		until(clock, t);
	return sleep_for(t);
}

/* clock_nanosleep(clock, flags, time, left) */
long sys_clock_nanosleep(SYSCALL_ARGS)
{
	struct timespec32 t;
	struct timespec64 time;
	long result;

	if (get_user(t, (void *)c))
		return -EFAULT;
	time = (struct timespec64){ t.sec, t.nsec, 0 };
	result = clock_sleep(a, b, &time);
	t = (struct timespec32){ time.sec, time.nsec };
	if (result == -EINTR && d && !(b & TIMER_ABSTIME) &&
	    copy_to_user((void *)d, &t, sizeof(t)))
		return -EFAULT;
	return result;
}

long sys_clock_nanosleep64(SYSCALL_ARGS)
{
	struct timespec64 time;
	long result;

	if (get_user(time, (void *)c))
		return -EFAULT;
	result = clock_sleep(a, b, &time);
	if (result == -EINTR && d && !(b & TIMER_ABSTIME) &&
	    copy_to_user((void *)d, &time, sizeof(time)))
		return -EFAULT;
	return result;
}

long sys_nanosleep(SYSCALL_ARGS)
{
	return sys_clock_nanosleep(CLOCK_MONOTONIC, 0, a, b, 0, 0);
}
