/*
 * kernel/sys_time.c - system calls about time: clocks, setting the date, and
 * sleeping.
 *
 * The clocks have the grain of the tick; sleeps end with the first jiffy
 * behind their time.
 *
 * Locks: none.  Callers: kernel/syscall.c.  Calls: kernel/time.c.
 */
#include "kernel/signal.h"
#include "kernel/syscall.h"
#include "kernel/time.h"
#include "kernel/uaccess.h"

#define USEC_PER_SEC		1000000u
#define NSEC_PER_USEC		1000u
#define NSEC_PER_SEC		1000000000u
#define NSEC_PER_TICK		(1000000000 / HZ)
#define CLOCK_PROCESS_CPUTIME	2
#define CLOCK_THREAD_CPUTIME	3
#define CLOCK_LAST		7	/* _RAW, _COARSE, CLOCK_BOOTTIME */
#define CLOCK_REALTIME_COARSE	5
#define TIMER_ABSTIME		1

struct timespec32 {
	s32 sec, nsec;
};

struct timeval32 {
	s32 sec, usec;
};

/* ---- clocks -------------------------------------------------------------- */

static u64 cpu_usec(void)
{
	return (u64)(current->utime + current->stime) * (USEC_PER_SEC / HZ);
}

static bool is_date(unsigned long clock)
{
	return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
}

/* => 0 and the clock's time, or -EINVAL */
static int read_clock(unsigned long clock, struct timespec64 *now)
{
	u64 usec;

	if (clock > CLOCK_LAST)
		return -EINVAL;
	if (clock == CLOCK_PROCESS_CPUTIME || clock == CLOCK_THREAD_CPUTIME)
		usec = cpu_usec();
	else
		usec = is_date(clock) ? clock_date_usec() : clock_usec();
	now->sec = usec / USEC_PER_SEC;
	now->nsec = (u32)(usec % USEC_PER_SEC) * NSEC_PER_USEC;
	now->pad = 0;
	return 0;
}

long sys_time(SYSCALL_ARGS)
{
	s32 now = clock_seconds();

	if (a && put_user(now, (s32 *)a))
		return -EFAULT;
	return now;
}

/* Minutes west of Greenwich and a kind of summer time: kept for whoever asks,
 * and used by nobody. */
static s32 zone[2];

/* gettimeofday(timeval, timezone) */
long sys_gettimeofday(SYSCALL_ARGS)
{
	struct timespec64 now;
	struct timeval32 out;

	read_clock(CLOCK_REALTIME, &now);
	out = (struct timeval32){ now.sec, now.nsec / NSEC_PER_USEC };
	if (a && copy_to_user((void *)a, &out, sizeof(out)))
		return -EFAULT;
	return b ? copy_to_user((void *)b, zone, sizeof(zone)) : 0;
}

/* The calls from this number on have 64-bit seconds, others 32. */
#define NR_TIME64	403

int get_timespec(struct timespec64 *t, const void *user)
{
	struct timespec32 old;

	if (syscall_number() >= NR_TIME64)
		return copy_from_user(t, user, sizeof(*t));
	if (copy_from_user(&old, user, sizeof(old)))
		return -EFAULT;
	*t = (struct timespec64){ old.sec, old.nsec, 0 };
	return 0;
}

int put_timespec(void *user, const struct timespec64 *t)
{
	struct timespec32 old = { t->sec, t->nsec };

	if (syscall_number() >= NR_TIME64)
		return copy_to_user(user, t, sizeof(*t));
	return copy_to_user(user, &old, sizeof(old));
}

/* clock_gettime(clock, timespec) */
long sys_clock_gettime(SYSCALL_ARGS)
{
	struct timespec64 now;

	return read_clock(a, &now) ? -EINVAL : put_timespec((void *)b, &now);
}

/* The resolution of the clocks: a tick. */
long sys_clock_getres(SYSCALL_ARGS)
{
	struct timespec64 out = { 0, NSEC_PER_SEC / tick_hz, 0 };

	if (a > CLOCK_LAST)
		return -EINVAL;
	return b ? put_timespec((void *)b, &out) : 0;
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

/* ---- setting ------------------------------------------------------------- */

static bool valid(const struct timespec64 *t)
{
	return t->sec >= 0 && t->nsec >= 0 && (u32)t->nsec < NSEC_PER_SEC;
}

/* The date: root's to set, as far as 32 bits can tell it.  Whoever sleeps goes
 * on as long as it meant to. */
static long set_date(unsigned long clock, const struct timespec64 *t)
{
	if (clock != CLOCK_REALTIME || !valid(t) || t->sec > 0x7fffffff)
		return -EINVAL;
	if (current->euid)
		return -EPERM;
	return clock_set_date(t->sec * USEC_PER_SEC + t->nsec / NSEC_PER_USEC);
}

/* clock_settime(clock, timespec) */
long sys_clock_settime(SYSCALL_ARGS)
{
	struct timespec64 t;

	return get_timespec(&t, (void *)b) ? -EFAULT : set_date(a, &t);
}

/* stime(seconds) */
long sys_stime(SYSCALL_ARGS)
{
	struct timespec64 time = { 0 };
	s32 sec;

	if (get_user(sec, (void *)a))
		return -EFAULT;
	time.sec = sec;
	return set_date(CLOCK_REALTIME, &time);
}

/* settimeofday(timeval, timezone) */
long sys_settimeofday(SYSCALL_ARGS)
{
	struct timeval32 t;
	struct timespec64 time;
	s32 new_zone[2];

	if ((a && get_user(t, (void *)a)) ||
	    (b && copy_from_user(new_zone, (void *)b, sizeof(new_zone))))
		return -EFAULT;
	if (a && (u32)t.usec >= USEC_PER_SEC)
		return -EINVAL;
	if (current->euid)
		return -EPERM;
	if (b)
		memcpy(zone, new_zone, sizeof(zone));
	if (!a)
		return 0;
	time = (struct timespec64){ t.sec, t.usec * (s32)NSEC_PER_USEC, 0 };
	return set_date(CLOCK_REALTIME, &time);
}

/* ---- sleeping ------------------------------------------------------------ */

#define SEC_MAX		(1ll << 40)

/* => 0, or -EINTR with what is left in *t; sleeps */
static long sleep_for(struct timespec64 *t)
{
	WAIT_QUEUE(nothing);
	WAIT_ENTRY(entry);
	u64 begin = clock_usec(), now = begin;
	u64 end = begin + (u64)min(t->sec, SEC_MAX) * USEC_PER_SEC +
		  div_round_up((u32)t->nsec, NSEC_PER_USEC);

	while (now < end && !signal_ends_call()) {
		wait_prepare(&nothing, &entry, true);
		schedule_timeout(ticks_until(end));
		now = clock_usec();
	}
	wait_finish(&entry);
	if (now >= end)
		return 0;
	if (now > begin) {
		t->sec = (end - now) / USEC_PER_SEC;
		t->nsec = (u32)((end - now) % USEC_PER_SEC) * NSEC_PER_USEC;
	}
	return -EINTR;
}

/* An absolute time becomes what is left until then. */
static void until(unsigned long clock, struct timespec64 *t)
{
	struct timespec64 now = { 0 };	/* callers know the clock */

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

int get_timeout(const void *user, int clock, long *ticks)
{
	struct timespec64 t;

	*ticks = -1;
	if (!user)
		return 0;
	if (get_timespec(&t, user))
		return -EFAULT;
	if (!valid(&t))
		return -EINVAL;
	if (clock != FROM_NOW)
		until(clock, &t);
	*ticks = (long)min(t.sec, (s64)WAIT_MAX) * HZ +
		div_round_up(t.nsec, NSEC_PER_TICK) + (t.sec || t.nsec);
	return 0;
}

static long clock_sleep(unsigned long clock, unsigned long flags,
			struct timespec64 *t)
{
	if (clock > CLOCK_LAST || !valid(t))
		return -EINVAL;
	if (clock > CLOCK_MONOTONIC && clock != CLOCK_LAST)
		return -EOPNOTSUPP;
	if (flags & TIMER_ABSTIME)
		until(clock, t);
	return sleep_for(t);
}

/* clock_nanosleep(clock, flags, time, left) */
long sys_clock_nanosleep(SYSCALL_ARGS)
{
	struct timespec64 t;
	long result;

	if (get_timespec(&t, (void *)c))
		return -EFAULT;
	result = clock_sleep(a, b, &t);
	if (result == -EINTR && d && !(b & TIMER_ABSTIME) &&
	    put_timespec((void *)d, &t))
		return -EFAULT;
	return result;
}

long sys_nanosleep(SYSCALL_ARGS)
{
	return sys_clock_nanosleep(CLOCK_MONOTONIC, 0, a, b, 0, 0);
}
