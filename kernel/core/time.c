/*
 * kernel/core/time.c - the tick, jiffies and timers.
 *
 * The hardware ticks at tick_hz; every tick moves the microsecond clock and
 * runs the modelled devices; every (tick_hz / HZ)th is a jiffy: timers, time
 * slices, the guest-time limit of a run.
 *
 * Invariant: the timer list is sorted by expiry.
 * Locks: interrupts off.
 */
#include "kernel/core/time.h"
#include "kernel/base/cmdline.h"
#include "kernel/base/power.h"
#include "kernel/core/task.h"
#include "kernel/core/trace.h"
#include "kernel/base/x86.h"

#define TICK_FUNCTIONS	4
#define TAIL_EVENTS	12
#define USEC_PER_SEC	1000000u

volatile unsigned long jiffies;
u32 tick_hz;

static struct {
	u64 usec;		/* since boot */
	u64 boot_cycles;	/* the time stamp when usec was 0 */
	u32 usec_per_tick;
	u32 ticks;		/* since the last jiffy */
	u64 boot_date;		/* microseconds since 1970, at boot; 0: not
				   read yet */
	u32 date;		/* seconds since 1970 */
	u32 date_jiffies;	/* since the start of this second */
	struct list_head timers;
	unsigned int nr_functions;
	struct {
		void (*fn)(void *arg);
		void *arg;
	} functions[TICK_FUNCTIONS];
} clock = { .timers = LIST_HEAD_INIT(clock.timers) };

static const struct clock_chip *clock_chip;

void clock_init(const struct clock_chip *chip)
{
	clock_chip = chip;
}

u64 clock_usec(void)
{
	unsigned long flags = x86_irq_save();
	u64 usec = clock.usec;

	x86_irq_restore(flags);
	return usec;
}

u64 clock_cycles(void)
{
	return x86_rdtsc();
}

/* The rate is that since boot, or 1 a microsecond in the first tick. */
unsigned long cycles_to_usec(u64 cycles)
{
	u64 usec = clock_usec(), total = x86_rdtsc() - clock.boot_cycles;

	return cycles / max(usec ? total / usec : 1, (u64)1);
}

/* Sets the date; clock_usec() is not changed.
 * => 0; -EINVAL: the date at boot would lie before 1970 */
int clock_set_date(u64 usec)
{
	unsigned long flags;

	if (usec <= clock_usec())
		return -EINVAL;
	flags = x86_irq_save();
	clock.boot_date = usec - clock.usec;
	clock.date = usec / USEC_PER_SEC;
	clock.date_jiffies = usec % USEC_PER_SEC / (USEC_PER_SEC / HZ);
	x86_irq_restore(flags);
	return 0;
}

/* The date at boot.  Works before time_init(), as the trace header needs it. */
static u64 boot_date(void)
{
	BUG_ON(!clock_chip, "the date before clock_init()");
	if (!clock.boot_date)
		clock_set_date((u64)clock_chip->seconds() * USEC_PER_SEC);
	return clock.boot_date;
}

u32 clock_boot_seconds(void)
{
	return boot_date() / USEC_PER_SEC;
}

/* => seconds since 1970; a counter of its own, since jiffies wrap after 497
 *    days */
u32 clock_seconds(void)
{
	return clock.date;
}

/* => microseconds since 1970 */
u64 clock_date_usec(void)
{
	return boot_date() + clock_usec();
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
	if (!boot_options.timeout ||
	    clock.usec < (u64)boot_options.timeout * USEC_PER_SEC)
		return;
	printk("launder: the run's limit of %u guest seconds is over "
	       "(timeout=), task %d (%s) was running\n", boot_options.timeout,
	       current->pid, current->comm);
	trace_tail(TAIL_EVENTS);
	machine_end(END_TIMEOUT);
}

static void time_tick(int irq __unused, void *frame)
{
	unsigned int i;

	clock.usec += clock.usec_per_tick;
	for (i = 0; i < clock.nr_functions; i++)
		clock.functions[i].fn(clock.functions[i].arg);
	if (++clock.ticks < tick_hz / HZ)
		return;
	clock.ticks = 0;
	jiffies++;
	if (++clock.date_jiffies == HZ) {
		clock.date_jiffies = 0;
		clock.date++;
	}
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

long ticks_until(u64 usec)
{
	u64 now = clock_usec();

	if (usec <= now)
		return 0;
	return min(div_round_up(usec - now, (u64)USEC_PER_SEC / HZ),
		   (u64)WAIT_MAX * HZ);
}

/* => sleeps that many jiffies, signals or not; the first one is partial */
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
	boot_date();
	tick_hz = boot_options.hz;
	clock.usec_per_tick = USEC_PER_SEC / tick_hz;
	clock.boot_cycles = x86_rdtsc();
	clock_chip->start(tick_hz);
	if (request_irq(0, time_tick, NULL, "timer"))
		panic("the timer's interrupt line is taken");
}
