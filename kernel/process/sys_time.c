/*
 * kernel/process/sys_time.c - system calls about time: clocks, setting the
 * date, and sleeping.
 *
 * The clocks have the resolution of the tick; a sleep ends with the first jiffy
 * after its time.
 *
 * Locks: none.
 */
#include "kernel/process/signal.h"
#include "kernel/process/syscall.h"
#include "kernel/core/time.h"
#include "kernel/core/uaccess.h"

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

SYSCALL_DEFINE1(time, s32 __user *, tloc)
{
	s32 now = clock_seconds();

	if (tloc && put_user(now, tloc))
		return -EFAULT;
	return now;
}

/* Minutes west of Greenwich and the kind of summer time: stored for programs,
 * unused by the kernel. */
static s32 zone[2];

SYSCALL_DEFINE2(gettimeofday, struct timeval32 __user *, tv, s32 __user *, tz)
{
	struct timespec64 now;
	struct timeval32 out;

	read_clock(CLOCK_REALTIME, &now);
	out = (struct timeval32){ now.sec, now.nsec / NSEC_PER_USEC };
	if (tv && copy_to_user(tv, &out, sizeof(out)))
		return -EFAULT;
	return tz ? copy_to_user(tz, zone, sizeof(zone)) : 0;
}

/* Calls from this number on have 64-bit seconds, earlier ones 32-bit. */
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

SYSCALL_DEFINE2(clock_gettime, unsigned long, clock, void __user *, tp)
{
	struct timespec64 now;

	return read_clock(clock, &now) ? -EINVAL : put_timespec(tp, &now);
}

/* The resolution of the clocks: a tick. */
SYSCALL_DEFINE2(clock_getres, unsigned long, clock, void __user *, res)
{
	struct timespec64 out = { 0, NSEC_PER_SEC / tick_hz, 0 };

	if (clock > CLOCK_LAST)
		return -EINVAL;
	return res ? put_timespec(res, &out) : 0;
}

/* buf: user and system time, both also of reaped children. => jiffies */
SYSCALL_DEFINE1(times, u32 __user *, buf)
{
	u32 out[4] = { current->utime, current->stime, current->cutime,
		       current->cstime };

	if (buf && copy_to_user(buf, out, sizeof(out)))
		return -EFAULT;
	return jiffies;
}

/* ---- setting ------------------------------------------------------------- */

static bool timespec_valid(const struct timespec64 *t)
{
	return t->sec >= 0 && t->nsec >= 0 && (u32)t->nsec < NSEC_PER_SEC;
}

/* Only root may set the date, up to the largest 32-bit second.  The time left
 * of sleeping tasks does not change. */
static long set_date(unsigned long clock, const struct timespec64 *t)
{
	if (clock != CLOCK_REALTIME || !timespec_valid(t) ||
	    t->sec > 0x7fffffff)
		return -EINVAL;
	if (current->euid)
		return -EPERM;
	return clock_set_date(t->sec * USEC_PER_SEC + t->nsec / NSEC_PER_USEC);
}

SYSCALL_DEFINE2(clock_settime, unsigned long, clock, const void __user *, tp)
{
	struct timespec64 t;

	return get_timespec(&t, tp) ? -EFAULT : set_date(clock, &t);
}

SYSCALL_DEFINE1(stime, const s32 __user *, seconds)
{
	struct timespec64 time = { 0 };
	s32 sec;

	if (get_user(sec, seconds))
		return -EFAULT;
	time.sec = sec;
	return set_date(CLOCK_REALTIME, &time);
}

SYSCALL_DEFINE2(settimeofday, const struct timeval32 __user *, tv,
		const s32 __user *, tz)
{
	struct timeval32 t;
	struct timespec64 time;
	s32 new_zone[2];

	if ((tv && get_user(t, tv)) ||
	    (tz && copy_from_user(new_zone, tz, sizeof(new_zone))))
		return -EFAULT;
	if (tv && (u32)t.usec >= USEC_PER_SEC)
		return -EINVAL;
	if (current->euid)
		return -EPERM;
	if (tz)
		memcpy(zone, new_zone, sizeof(zone));
	if (!tv)
		return 0;
	time = (struct timespec64){ t.sec, t.usec * (s32)NSEC_PER_USEC, 0 };
	return set_date(CLOCK_REALTIME, &time);
}

/* ---- sleeping ------------------------------------------------------------ */

#define SEC_MAX		(1ll << 40)

/* => 0, or -EINTR with the time left in *t; sleeps */
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

/* Replaces an absolute time by the time left until then. */
static void timespec_left(unsigned long clock, struct timespec64 *t)
{
	struct timespec64 now = { 0 };	/* callers have checked clock */

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
	if (!timespec_valid(&t))
		return -EINVAL;
	if (clock != FROM_NOW)
		timespec_left(clock, &t);
	*ticks = (long)min(t.sec, (s64)WAIT_MAX) * HZ +
		div_round_up(t.nsec, NSEC_PER_TICK) + (t.sec || t.nsec);
	return 0;
}

static long clock_sleep(unsigned long clock, unsigned long flags,
			struct timespec64 *t)
{
	if (clock > CLOCK_LAST || !timespec_valid(t))
		return -EINVAL;
	if (clock > CLOCK_MONOTONIC && clock != CLOCK_LAST)
		return -EOPNOTSUPP;
	if (flags & TIMER_ABSTIME)
		timespec_left(clock, t);
	return sleep_for(t);
}

SYSCALL_DEFINE4(clock_nanosleep, unsigned long, clock, u32, flags,
		const void __user *, request, void __user *, left)
{
	struct timespec64 t;
	long result;

	if (get_timespec(&t, request))
		return -EFAULT;
	result = clock_sleep(clock, flags, &t);
	if (result == -EINTR && left && !(flags & TIMER_ABSTIME) &&
	    put_timespec(left, &t))
		return -EFAULT;
	return result;
}

SYSCALL_DEFINE2(nanosleep, const void __user *, request, void __user *, left)
{
	return sys_clock_nanosleep(CLOCK_MONOTONIC, 0, request, left);
}
