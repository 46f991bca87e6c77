/*
 * kernel/core/time.h - the tick, jiffies, and timers.
 *
 * The PIT ticks at tick_hz (hz=, default 1000); jiffies count at 100 Hz in
 * every constant of the design.  clock_usec() is the finer clock of the
 * disk-time model: microseconds since boot, at the tick's grain.
 */
#pragma once

#include "kernel/base/list.h"

extern volatile unsigned long jiffies;
extern u32 tick_hz;

#define time_after(a, b)	((long)((b) - (a)) < 0)
#define time_after_eq(a, b)	((long)((a) - (b)) >= 0)

/*
 * The longest wait of a program, in seconds: 124 days.  Times are compared by
 * their difference, so two pending ones must be less than 2^31 jiffies apart;
 * even twice this value is.
 */
#define WAIT_MAX		(0x3fffffff / HZ)

struct timer {
	struct list_head node;
	unsigned long expires;		/* jiffies */
	void (*fn)(void *arg);		/* in interrupt context */
	void *arg;
};

struct timespec64 {
	s64 sec;
	s32 nsec, pad;
};

/* Reads the timespec layout of the current call. => 0 or -EFAULT; sleeps */
int get_timespec(struct timespec64 *t, const void *user);
int put_timespec(void *user, const struct timespec64 *t);

#define CLOCK_REALTIME	0
#define CLOCK_MONOTONIC	1
#define FROM_NOW	(-1)		/* no clock: the time is relative */

/* Converts a deadline on that clock to jiffies from now, rounded up, plus the
 * partial one. => 0; -1 if user is NULL; -EFAULT, -EINVAL; sleeps */
int get_timeout(const void *user, int clock, long *ticks);

/* The machine's timer and clock: drivers/chip/pit.c and
 * drivers/chip/rtc.c. */
struct clock_chip {
	void (*start)(u32 hz);		/* IRQ 0 comes hz times a second */
	u32 (*seconds)(void);		/* since 1970 */
};

void clock_init(const struct clock_chip *chip);	/* before the first date */
void time_init(void);
u64 clock_usec(void);
/* The processor's time stamps, finer than a tick. */
u64 clock_cycles(void);
unsigned long cycles_to_usec(u64 cycles);
u32 clock_seconds(void);	/* since 1970, from the RTC at boot */
u64 clock_date_usec(void);	/* microseconds since 1970 */

/* A file's time: also before 1970 and after 2038. */
struct timestamp {
	s64 sec;			/* since 1970 */
	u32 nsec;
};

int clock_set_date(u64 usec);	/* => 0 or -EINVAL */
void timer_add(struct timer *timer, unsigned long expires);
bool timer_del(struct timer *timer);	/* true: it was pending */
void timer_setup(struct timer *timer, void (*fn)(void *), void *arg);
/* fn runs at every hardware tick, in interrupt context: modelled devices. */
void tick_register(void (*fn)(void *arg), void *arg);
/* => jiffies until clock_usec() reaches usec, rounded up, at most WAIT_MAX's;
 * 0: past.  The first jiffy is partial, so a waiter must check the clock again.
 */
long ticks_until(u64 usec);
void nap(long ticks);		/* => sleeps that many jiffies */
void msleep(unsigned int ms);		/* => sleeps, rounded up to a jiffy */
u32 clock_boot_seconds(void);	/* clock_seconds() at boot */
