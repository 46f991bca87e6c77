/*
 * user/tests/ut_time.c - tests: timers and limits of processor time, what a
 * process used, setting the clock
 */
#include "ut.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t rings;

static void on_signal(int sig)
{
	(void)sig;
	rings++;
}

/* Microseconds of processor time that this process has used. */
static long used_us(void)
{
	struct rusage u;

	CHECK(getrusage(RUSAGE_SELF, &u) == 0);
	return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000 +
	       u.ru_utime.tv_usec + u.ru_stime.tv_usec;
}

/* --- processor time ------------------------------------------------ */

/* Three rounds of 50 ms of it; sleeping does not count. */
static void cpu_timer(int which, int sig)
{
	struct itimerval set = { { 0, 50000 }, { 0, 50000 } }, now;
	long start;

	signal(sig, on_signal);
	CHECK(setitimer(which, &set, &now) == 0);
	CHECK(now.it_value.tv_sec == 0 && now.it_value.tv_usec == 0);
	start = used_us();
	sleep_ms(200);
	CHECK(rings == 0);
	while (rings < 3)
		;
	CHECK(used_us() - start >= 100000);
	CHECK(getitimer(which, &now) == 0);
	CHECK(now.it_interval.tv_usec == 50000 && now.it_value.tv_sec == 0);
	memset(&set, 0, sizeof(set));
	CHECK(setitimer(which, &set, NULL) == 0);
	start = used_us();
	while (used_us() - start < 100000)
		;
	CHECK(rings <= 4);
}

static void virtual_timer(void)
{
	cpu_timer(ITIMER_VIRTUAL, SIGVTALRM);
}

static void profile_timer(void)
{
	struct itimerval now;

	cpu_timer(ITIMER_PROF, SIGPROF);
	FAILS(EINVAL, getitimer(3, &now));
}

static void sleep_for_ever(void)
{
	struct timespec ever = { 0x7fffffff, 999999999 };

	nanosleep(&ever, NULL);
}

/* A time far away does not stand in the way of near ones. */
static void far_away(void)
{
	struct itimerval set = { { 0, 0 }, { 21474836, 999999 } };
	pid_t pid = ut_start(sleep_for_ever);
	uint64_t start = now_us();

	CHECK(setitimer(ITIMER_REAL, &set, NULL) == 0);
	sleep_ms(50);
	CHECK(now_us() - start < 10000000);
	CHECK(waitpid(pid, NULL, WNOHANG) == 0);
	CHECK(kill(pid, SIGKILL) == 0 && ut_wait(pid) == SIGKILL);
}

/* A child has none. */
static void no_timer(void)
{
	struct itimerval now;

	CHECK(getitimer(ITIMER_VIRTUAL, &now) == 0);
	CHECK(now.it_value.tv_sec == 0 && now.it_value.tv_usec == 0);
}

static void timer_of_parent(void)
{
	struct itimerval set = { { 0, 0 }, { 100, 0 } }, now;

	CHECK(setitimer(ITIMER_VIRTUAL, &set, NULL) == 0);
	CHECK(ut_status_of(no_timer) == 0);
	CHECK(getitimer(ITIMER_VIRTUAL, &now) == 0);
	CHECK(now.it_value.tv_sec == 99 || now.it_value.tv_sec == 100);
}

static void on_limit(int sig)
{
	(void)sig;
	CHECK(used_us() >= 500000);
	if (++rings > 1)
		_exit(1);
}

/* A second, then a signal; another, then the end. */
static void spin_to_limit(void)
{
	struct rlimit r = { 1, 2 };

	signal(SIGXCPU, on_limit);
	CHECK(setrlimit(RLIMIT_CPU, &r) == 0);
	for (;;)
		if (rings && used_us() > 2500000)
			_exit(2);
}

static void cpu_limit(void)
{
	CHECK(ut_status_of(spin_to_limit) == SIGKILL);
}

/* --- what was used ------------------------------------------------- */

#define TOUCHED	300u		/* pages */

static void touch(void)
{
	char *p = xmalloc(TOUCHED * PAGE);

	for (size_t i = 0; i < TOUCHED; i++)
		p[i * PAGE] = 1;
}

static void largest_size(void)
{
	struct rusage child, children;
	pid_t pid = ut_start(touch);

	CHECK(wait4(pid, NULL, 0, &child) == pid);
	CHECK(child.ru_maxrss >= (long)(TOUCHED * PAGE / KB));
	CHECK(child.ru_minflt >= (long)TOUCHED);
	CHECK(getrusage(RUSAGE_CHILDREN, &children) == 0);
	CHECK(children.ru_maxrss == child.ru_maxrss);
	CHECK(children.ru_minflt >= child.ru_minflt);
	CHECK(getrusage(RUSAGE_SELF, &child) == 0 && child.ru_maxrss > 0);
}

/* --- the date ------------------------------------------------------ */

#define LATE	1900000000	/* in 2030 */

static long date_us(void)
{
	struct timeval now;

	CHECK(gettimeofday(&now, NULL) == 0);
	return (now.tv_sec - LATE) * 1000000 + now.tv_usec;
}

/* The date jumps, what counts from boot does not. */
static void date_set(void)
{
	struct timespec was, new = { LATE, 700000000 };
	uint64_t start = now_us();

	if (access("/proc/sys/vm/scanner", F_OK) < 0 || geteuid() != 0)
		ut_skip("only as root of this kernel");
	CHECK(clock_gettime(CLOCK_REALTIME, &was) == 0);
	CHECK(clock_settime(CLOCK_REALTIME, &new) == 0);
	CHECK(date_us() >= 700000 && date_us() < 2700000);
	while (date_us() < 1000000)
		sleep_ms(10);
	CHECK(time(NULL) >= LATE + 1 && time(NULL) < LATE + 3);
	CHECK(now_us() - start < 5000000);
	new = (struct timespec){ 5, 0 };
	FAILS(EINVAL, clock_settime(CLOCK_MONOTONIC, &new));
	new.tv_sec = -1;
	FAILS(EINVAL, clock_settime(CLOCK_REALTIME, &new));
	CHECK(clock_settime(CLOCK_REALTIME, &was) == 0);
	CHECK(time(NULL) - was.tv_sec < 3);
}

static void date_is_roots(void)
{
	struct timespec now = { LATE, 0 };
	struct timeval tv = { LATE, 0 };

	if (geteuid() == 0)
		CHECK(setuid(1000) == 0);
	FAILS(EPERM, clock_settime(CLOCK_REALTIME, &now));
	FAILS(EPERM, settimeofday(&tv, NULL));
	FAILS(EPERM, syscall(SYS_stime, &tv.tv_sec));
	CHECK(time(NULL) < LATE);
}

/* --- the clock chip ------------------------------------------------ */

#define RTC_RD_TIME	0x80247009
#define RTC_SET_TIME	0x4024700a

struct rtc_time {
	int sec, min, hour, mday, mon, year, wday, yday, isdst;
};

static time_t chip_time(int fd)
{
	struct rtc_time t;
	struct tm tm = { 0 };

	CHECK(ioctl(fd, RTC_RD_TIME, &t) == 0);
	tm.tm_sec = t.sec, tm.tm_min = t.min, tm.tm_hour = t.hour;
	tm.tm_mday = t.mday, tm.tm_mon = t.mon, tm.tm_year = t.year;
	return timegm(&tm);
}

static void chip_set(int fd, time_t when)
{
	struct tm tm;
	struct rtc_time t;

	CHECK(gmtime_r(&when, &tm));
	t = (struct rtc_time){ tm.tm_sec, tm.tm_min, tm.tm_hour, tm.tm_mday,
			       tm.tm_mon, tm.tm_year, 0, 0, 0 };
	CHECK(ioctl(fd, RTC_SET_TIME, &t) == 0);
}

static void chip_of_another(void)
{
	struct rtc_time t = { 0 };
	int fd = xopen("/dev/rtc", O_RDONLY, 0);

	CHECK(setuid(1000) == 0);
	FAILS(EACCES, ioctl(fd, RTC_SET_TIME, &t));
}

static void clock_chip(void)
{
	struct rtc_time bad = { 0, 0, 0, 30, 1, 110, 0, 0, 0 };
	int fd;

	if (access("/proc/sys/vm/scanner", F_OK) < 0 || geteuid() != 0)
		ut_skip("only as root of this kernel");
	fd = xopen("/dev/rtc", O_RDONLY, 0);
	CHECK(llabs(chip_time(fd) - time(NULL)) < 3600);	/* lost ticks */
	chip_set(fd, LATE + 12 * 3600);
	CHECK(llabs(chip_time(fd) - (LATE + 12 * 3600)) < 60);
	FAILS(EINVAL, ioctl(fd, RTC_SET_TIME, &bad));
	chip_set(fd, time(NULL));
	CHECK(llabs(chip_time(fd) - time(NULL)) < 60);
	CHECK(ut_status_of(chip_of_another) == 0);
}

/* --- what is left -------------------------------------------------- */

static long long usec_of(const struct timeval *t)
{
	return t->tv_sec * 1000000LL + t->tv_usec;
}

/* A timer just set has at most the time asked for left (Linux reports a tick
 * more for the last two kinds), and an interval is as it was given. */
static void left_of(int which, long sec, long usec)
{
	struct itimerval set = { { 0, 3 }, { sec, usec } }, now, old, off;

	memset(&off, 0, sizeof(off));
	CHECK(setitimer(which, &set, NULL) == 0);
	CHECK(getitimer(which, &now) == 0);
	CHECK(usec_of(&now.it_value) <= usec_of(&set.it_value));
	CHECK(usec_of(&now.it_value) > 0);
	CHECK(usec_of(&now.it_value) + 10000000 > usec_of(&set.it_value));
	CHECK(now.it_interval.tv_sec == 0 && now.it_interval.tv_usec == 3);
	CHECK(setitimer(which, &off, &old) == 0);
	CHECK(usec_of(&old.it_value) <= usec_of(&now.it_value));
	CHECK(usec_of(&old.it_value) > 0 && old.it_interval.tv_usec == 3);
	CHECK(getitimer(which, &now) == 0 && !usec_of(&now.it_value));
}

static void timer_left(void)
{
	static const int kinds[] = { ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		left_of(kinds[i], 50, 0);
		left_of(kinds[i], 60, 1);
		left_of(kinds[i], 0x7fffffff, 999999);
	}
	left_of(ITIMER_VIRTUAL, 1, 5000);
}

/* alarm returns seconds: those asked for, until half of one has passed. */
static void alarm_left(void)
{
	CHECK(syscall(SYS_alarm, 100) == 0 && syscall(SYS_alarm, 1000) == 100);
	CHECK(syscall(SYS_alarm, 0x7fffffff) == 1000);
	CHECK(syscall(SYS_alarm, 1000000) == 0x7fffffff);
	CHECK(alarm(2147483647) == 1000000 && alarm(0) == 2147483647);
	CHECK(syscall(SYS_alarm, 0) == 0);
}

static volatile uint64_t rang_at;

static void ring(int sig)
{
	(void)sig;
	rang_at = now_us();
	rings++;
}

/* Until a signal has come, or soon has. */
static void pause_for_ring(void)
{
	struct timespec t = { 0, 1000000 };

	nanosleep(&t, NULL);
}

/* Whatever part of a tick has gone when it is set. */
static void never_early(void)
{
	uint64_t start, end;
	int i;

	signal(SIGALRM, ring);
	for (i = 0; i < 12; i++) {
		struct itimerval set = { { 0, 0 }, { 0, 15000 + i } };

		for (end = now_us() + 1100 * i; now_us() < end; )
			;
		rings = 0;
		start = now_us();
		CHECK(setitimer(ITIMER_REAL, &set, NULL) == 0);
		while (!rings)
			pause_for_ring();
		CHECK(rang_at - start >= 15000);
	}
}

/* An interval that is no multiple of a tick is kept on the whole. */
static void interval_kept(void)
{
	struct itimerval set = { { 0, 25000 }, { 0, 25000 } };
	uint64_t start;

	signal(SIGALRM, ring);
	rings = 0;
	start = now_us();
	CHECK(setitimer(ITIMER_REAL, &set, NULL) == 0);
	while (rings < 20)
		pause_for_ring();
	CHECK(rang_at - start >= 20 * 25000 - 25000);
}

/* What a sleep, a poll or a select has left when a signal ends it. */
static void sleep_left(void)
{
	struct timespec ask = { 1000, 7 }, left = { 9999, 0 };
	pid_t pid = getpid(), child;

	signal(SIGUSR1, ring);
	child = fork();
	if (child == 0) {
		ut_asleep(pid);
		_exit(kill(pid, SIGUSR1));
	}
	FAILS(EINTR, nanosleep(&ask, &left));
	CHECK(left.tv_sec < 1000 || (left.tv_sec == 1000 && left.tv_nsec <= 7));
	CHECK(left.tv_sec >= 800 && ut_wait(child) == 0);
}

static void select_left(void)
{
	long t[2] = { 5000000, 999999 };
	fd_set out;

	FD_ZERO(&out);
	FD_SET(1, &out);
	CHECK(syscall(SYS__newselect, 2, NULL, &out, NULL, t) == 1);
	CHECK(t[0] <= 5000000 && t[0] > 4999900 && t[1] < 1000000);
	t[0] = 5000000;
	t[1] = 7;
	FD_SET(1, &out);
	CHECK(syscall(SYS_pselect6, 2, NULL, &out, NULL, t, NULL) == 1);
	CHECK(t[0] < 5000000 || (t[0] == 5000000 && t[1] <= 7));
	CHECK(t[0] > 4999900);
}

static const struct ut_test tests[] = {
	{ "timer_left", timer_left },
	{ "alarm_left", alarm_left },
	{ "never_early", never_early },
	{ "interval_kept", interval_kept },
	{ "sleep_left", sleep_left },
	{ "select_left", select_left },
	{ "clock_chip", clock_chip },
	{ "date_set", date_set },
	{ "date_is_roots", date_is_roots },
	{ "virtual_timer", virtual_timer },
	{ "profile_timer", profile_timer },
	{ "far_away", far_away },
	{ "timer_of_parent", timer_of_parent },
	{ "cpu_limit", cpu_limit },
	{ "largest_size", largest_size },
};

UT_GROUP(ut_time, tests);
