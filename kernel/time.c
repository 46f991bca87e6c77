/*
 * kernel/time.c - the tick, and everything that waits for a time.
 *
 * The hardware ticks at tick_hz; every tick moves the microsecond clock and
 * runs the modelled devices; every (tick_hz / HZ)th is a jiffy: timers, time
 * slices, the guest-time limit of a run.
 *
 * Invariant: the timer list is sorted by expiry.
 * Locks: interrupts off.
 * Callers: IRQ 0, everybody who sleeps.  Calls: sched_tick, handlers.
 */
#include "kernel/time.h"
#include "drivers/console.h"
#include "kernel/cmdline.h"
#include "kernel/power.h"
#include "kernel/task.h"
#include "kernel/trace.h"
#include "kernel/x86.h"

#define TICK_FUNCTIONS	4
#define TAIL_EVENTS	12
#define USEC_PER_SEC	1000000u

volatile unsigned long jiffies;
u32 tick_hz;

static struct {
	u64 usec;		/* since boot */
	u32 usec_per_tick;
	u32 ticks;		/* since the last jiffy */
	u32 boot_seconds;	/* the date at boot, since 1970 */
	u32 boot_usec;		/* and its fraction, once it was set */
	struct list_head timers;
	unsigned int nr_functions;
	struct {
		void (*fn)(void *arg);
		void *arg;
	} functions[TICK_FUNCTIONS];
} clock = { .timers = LIST_HEAD_INIT(clock.timers) };

u64 clock_usec(void)
{
	unsigned long flags = x86_irq_save();
	u64 usec = clock.usec;

	x86_irq_restore(flags);
	return usec;
}

/* Works before time_init(): the trace ring is dated before the tick runs. */
u32 clock_boot_seconds(void)
{
	if (!clock.boot_seconds)
		clock.boot_seconds = rtc_seconds();
	return clock.boot_seconds;
}

/* => seconds since 1970 */
u32 clock_seconds(void)
{
	u32 begun = clock.boot_usec / (USEC_PER_SEC / HZ);

	return clock_boot_seconds() + (jiffies + begun) / HZ;
}

/* => microseconds since 1970 */
u64 clock_date_usec(void)
{
	return (u64)clock_boot_seconds() * USEC_PER_SEC + clock.boot_usec +
		clock_usec();
}

/* The date becomes this: the clock that counts from boot goes on as it did.
 * => 0; -EINVAL: the machine would have been booted before 1970 */
int clock_set_date(u64 usec)
{
	u64 up = clock_usec();

	if (usec < up)
		return -EINVAL;
	clock.boot_seconds = (usec - up) / USEC_PER_SEC;
	clock.boot_usec = (usec - up) % USEC_PER_SEC;
	return 0;
}

void tick_register(void (*fn)(void *arg), void *arg)
{
	BUG_ON(clock.nr_functions == TICK_FUNCTIONS, "%u",
	       clock.nr_functions);
	clock.functions[clock.nr_functions].fn = fn;
	clock.functions[clock.nr_functions++].arg = arg;
}

void timer_setup(struct timer *timer, void (*fn)(void *), void *arg)
{
	list_init(&timer->node);
	timer->fn = fn;
	timer->arg = arg;
}

/* => a pending timer is moved to its new time */
void timer_add(struct timer *timer, unsigned long expires)
{
	unsigned long flags = x86_irq_save();
	struct timer *later;

	list_del(&timer->node);
	timer->expires = expires;
	list_for_each_entry(later, &clock.timers, node)
		if (time_after(later->expires, expires))
			break;
	list_add_tail(&timer->node, &later->node);
	x86_irq_restore(flags);
}

bool timer_del(struct timer *timer)
{
	unsigned long flags = x86_irq_save();
	bool pending = !list_empty(&timer->node);

	list_del(&timer->node);
	x86_irq_restore(flags);
	return pending;
}

static void run_timers(void)
{
	struct timer *timer;

	while (!list_empty(&clock.timers)) {
		timer = list_first(&clock.timers, struct timer, node);
		if (time_after(timer->expires, jiffies))
			return;
		list_del(&timer->node);
		timer->fn(timer->arg);
	}
}

static void check_time_limit(void)
{
	if (!boot_options.timeout || jiffies < boot_options.timeout * HZ)
		return;
	printk("launder: the run's limit of %u guest seconds is over "
	       "(timeout=), task %d (%s) was running\n", boot_options.timeout,
	       current->pid, current->comm);
	trace_tail(TAIL_EVENTS);
	machine_end(END_TIMEOUT);
}

static void tick(int irq __unused, void *frame)
{
	unsigned int i;

	clock.usec += clock.usec_per_tick;
	for (i = 0; i < clock.nr_functions; i++)
		clock.functions[i].fn(clock.functions[i].arg);
	if (++clock.ticks < tick_hz / HZ)
		return;
	clock.ticks = 0;
	jiffies++;
	run_timers();
	sched_tick(frame_from_user(frame));
	check_time_limit();
}

static void timer_wakes_task(void *task)
{
	wake_up_task(task);
}

long schedule_timeout(long ticks)
{
	unsigned long end = jiffies + ticks;
	struct timer timer;

	timer_setup(&timer, timer_wakes_task, current);
	timer_add(&timer, end);
	schedule();
	timer_del(&timer);
	return time_after(end, jiffies) ? (long)(end - jiffies) : 0;
}

/* => sleeps that many jiffies, whatever happens; 1 is up to the next one */
void nap(long ticks)
{
	unsigned long end = jiffies + ticks;

	while (time_after(end, jiffies)) {
		current->state = TASK_UNINTERRUPTIBLE;
		schedule_timeout(end - jiffies);
	}
}

void msleep(unsigned int ms)
{
	nap(div_round_up(ms * HZ, 1000u) + 1);
}

void time_init(void)
{
	tick_hz = boot_options.hz;
	clock.usec_per_tick = USEC_PER_SEC / tick_hz;
	pit_init(tick_hz);
	if (request_irq(0, tick, NULL, "timer"))
		panic("the timer's interrupt line is taken");
}
