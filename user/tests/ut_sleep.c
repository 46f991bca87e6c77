/*
 * user/tests/ut_sleep.c - tests: waits that must end, and waits that must not
 */
#include "ut.h"

#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* --- for children -------------------------------------------------- */

static void end_later(void)
{
	sleep_ms(50);
}

/* With SIGCHLD ignored wait() ends when no child is left, and returns none. */
static void sigchld_ignored(void)
{
	signal(SIGCHLD, SIG_IGN);
	ut_start(end_later);
	ut_start(end_later);
	FAILS(ECHILD, wait(NULL));
}

static void compute(void)
{
	unsigned long end = now_ms() + 300;

	while (now_ms() < end)
		;
}

static void wait_for_computer(void)
{
	CHECK(ut_status_of(compute) == 0);
}

/* The usage of a child from wait4 includes that of the children it waited
 * for. */
static void usage_of_family(void)
{
	struct rusage u;
	pid_t pid = ut_start(wait_for_computer);

	CHECK(wait4(pid, NULL, 0, &u) == pid);
	CHECK((u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000 +
	      u.ru_utime.tv_usec + u.ru_stime.tv_usec >= 100000);
}

/* --- for locks ----------------------------------------------------- */

static void share_then_own(void)
{
	int fd = xopen("l", O_RDWR | O_CREAT, 0644);

	CHECK(flock(fd, LOCK_SH) == 0);
	sleep_ms(100);
	CHECK(flock(fd, LOCK_EX) == 0);
	sleep_ms(20);
	CHECK(flock(fd, LOCK_UN) == 0);
}

/* Two that share and both want the lock alone get it one after the other. */
static void flock_upgrade(void)
{
	pid_t pid = ut_start(share_then_own);

	share_then_own();
	CHECK(ut_wait(pid) == 0);
}

static int lock_fd;

static void lock_byte(int cmd, int type, long start)
{
	struct flock l = { .l_type = type, .l_whence = SEEK_SET,
			   .l_start = start, .l_len = 1 };

	CHECK(fcntl(lock_fd, cmd, &l) == 0);
}

static void wait_for_byte(int n)
{
	lock_byte(F_SETLKW, F_WRLCK, n);
	_exit(0);
}

/* Holds byte 0, then wants byte 10. */
static void hold_0_want_10(void)
{
	lock_byte(F_SETLK, F_WRLCK, 0);
	sleep_ms(300);
	wait_for_byte(10);
}

static void hold_20(void)
{
	lock_byte(F_SETLK, F_WRLCK, 20);
	sleep_ms(400);
}

static void want_10(void)
{
	wait_for_byte(10);
}

/* Byte 10 is held by two processes with one table of descriptors. */
static void share_table(void)
{
	pid_t pid;

	lock_byte(F_SETLK, F_WRLCK, 10);
	pid = syscall(SYS_clone, CLONE_FILES | SIGCHLD, 0, 0, 0, 0);
	CHECK(pid >= 0);
	if (pid == 0)
		wait_for_byte(0);
	sleep_ms(100);
	lock_byte(F_SETLKW, F_WRLCK, 20);
	sleep_ms(300);
	kill(pid, SIGKILL);
}

/*
 * Table A wants byte 0 of B and, in its second process, byte 20 of C; B
 * wants byte 10 of A; C lets go.  No task can break the ring that is left,
 * and the next request for byte 10 must not search it without end.
 */
static void lock_ring(void)
{
	pid_t pids[3];

	lock_fd = xopen("l", O_RDWR | O_CREAT, 0644);
	pids[0] = ut_start(hold_0_want_10);
	pids[1] = ut_start(hold_20);
	sleep_ms(50);
	pids[2] = ut_start(share_table);
	sleep_ms(450);
	CHECK(ut_status_of(want_10) == 0);
	for (int i = 0; i < 3; i++)
		CHECK(ut_wait(pids[i]) == 0);
}

static void close_while_waiting(void)
{
	pid_t pid;

	lock_fd = xopen("l", O_RDWR, 0);
	pid = syscall(SYS_clone, CLONE_FILES | SIGCHLD, 0, 0, 0, 0);
	CHECK(pid >= 0);
	if (pid == 0)
		wait_for_byte(0);
	ut_asleep(pid);
	xclose(lock_fd);
	ut_put("closed", "");
	ut_wait(pid);
	sleep_ms(20000);
}

/* A lock granted after its descriptor was closed is dropped. */
static void lock_after_close(void)
{
	pid_t pid;

	lock_fd = xopen("l", O_RDWR | O_CREAT, 0644);
	lock_byte(F_SETLK, F_WRLCK, 0);
	pid = ut_start(close_while_waiting);
	while (access("closed", F_OK) < 0)
		sleep_ms(10);
	lock_byte(F_SETLK, F_UNLCK, 0);
	sleep_ms(50);
	lock_byte(F_SETLK, F_WRLCK, 0);
	CHECK(kill(pid, SIGKILL) == 0);
	ut_wait(pid);
}

/* --- for signals --------------------------------------------------- */

static volatile sig_atomic_t handled;

static void on_signal(int sig)
{
	(void)sig;
	handled++;
}

static void pause_until_handled(void)
{
	signal(SIGUSR1, on_signal);
	FAILS(EINTR, pause());
	CHECK(handled == 1);
}

static void suspend_until_handled(void)
{
	sigset_t set;

	signal(SIGUSR1, on_signal);
	sigemptyset(&set);
	FAILS(EINTR, sigsuspend(&set));
	CHECK(handled == 1);
}

static void wait_with_waitid(void)
{
	siginfo_t info;

	signal(SIGUSR1, SIG_IGN);
	ut_start(end_later);
	CHECK(waitid(P_ALL, 0, &info, WEXITED) == 0);
}

/* Stopped and continued, a call goes on waiting. */
static void stop_meanwhile(void (*child)(void))
{
	pid_t pid = ut_start(child);

	ut_asleep(pid);
	CHECK(kill(pid, SIGSTOP) == 0);
	CHECK(waitpid(pid, NULL, WUNTRACED) == pid);
	CHECK(kill(pid, SIGCONT) == 0);
	sleep_ms(50);
	kill(pid, SIGUSR1);
	CHECK(ut_wait(pid) == 0);
}

static void wait_out(int call)
{
	struct timespec ts = { 0, 500000000 };
	struct timeval tv = { 0, 500000 };
	unsigned long begin = now_ms();
	int result = -1;

	if (call == 0)
		result = nanosleep(&ts, NULL);
	else if (call == 1)
		result = clock_nanosleep(CLOCK_REALTIME, 0, &ts, NULL);
	else if (call == 2)
		result = poll(NULL, 0, 500);
	else if (call == 3)
		result = select(0, NULL, NULL, NULL, &tv);
	CHECK(result == 0 && now_ms() - begin >= 499);
}

static void wait_0(void)	{ wait_out(0); }
static void wait_1(void)	{ wait_out(1); }
static void wait_2(void)	{ wait_out(2); }
static void wait_3(void)	{ wait_out(3); }

/* Calls with a limit go on with what is left of it.  (One that is over before
 * the stop comes, on a slow host, has been right too.) */
static void stopped_in_sleep(void)
{
	static void (*const calls[])(void) = { wait_0, wait_1, wait_2, wait_3 };
	pid_t pids[ARRAY_SIZE(calls)];
	size_t i;
	int status;

	for (i = 0; i < ARRAY_SIZE(calls); i++)
		pids[i] = ut_start(calls[i]);
	sleep_ms(20);
	for (i = 0; i < ARRAY_SIZE(calls); i++)
		CHECK(kill(pids[i], SIGSTOP) == 0);
	for (i = 0; i < ARRAY_SIZE(calls); i++) {
		CHECK(waitpid(pids[i], &status, WUNTRACED) == pids[i]);
		if (WIFSTOPPED(status)) {
			CHECK(kill(pids[i], SIGCONT) == 0);
			status = ut_wait(pids[i]);
		}
		CHECK(status == 0);
	}
}

static void poll_until_handled(void)
{
	signal(SIGUSR1, on_signal);
	FAILS(EINTR, poll(NULL, 0, -1));
	CHECK(handled == 1);
}

/* A handler ends the sleep, and the rest of its time is returned. */
static void sleep_until_handled(void)
{
	struct timespec ts = { 20, 0 }, left = { 0, 0 };

	signal(SIGUSR1, on_signal);
	FAILS(EINTR, nanosleep(&ts, &left));
	CHECK(handled == 1 && left.tv_sec > 0 && left.tv_sec < 20);
}

static void stopped_then_handled(void)
{
	stop_meanwhile(poll_until_handled);
	stop_meanwhile(sleep_until_handled);
}

static void stopped_in_wait(void)
{
	stop_meanwhile(pause_until_handled);
	stop_meanwhile(suspend_until_handled);
	stop_meanwhile(wait_with_waitid);
}

/* --- for files ----------------------------------------------------- */

static int pipe_fds[2];

static void write_later(void)
{
	sleep_ms(200);
	xwrite(pipe_fds[1], "x", 1);
	sleep_ms(2000);
}

static int ms_of(int seconds, int part, int parts_a_ms)
{
	return seconds * 1000 + part / parts_a_ms;
}

/* select, pselect and ppoll return the rest of their time. */
static void time_left(void)
{
	struct pollfd p = { .events = POLLIN };
	int tv[2] = { 1, 0 }, ts[2] = { 1, 0 }, ts64[4] = { 1, 0, 0, 0 };
	fd_set set;
	pid_t pid;

	CHECK(pipe(pipe_fds) == 0);
	p.fd = pipe_fds[0];
	FD_ZERO(&set);
	FD_SET(p.fd, &set);
	pid = ut_start(write_later);
	CHECK(syscall(SYS__newselect, p.fd + 1, &set, 0, 0, tv) == 1);
	CHECK(ms_of(tv[0], tv[1], 1000) >= 100 &&	/* of a busy host */
	      ms_of(tv[0], tv[1], 1000) <= 900);
	CHECK(syscall(SYS_pselect6, p.fd + 1, &set, 0, 0, ts, 0) == 1);
	CHECK(ms_of(ts[0], ts[1], 1000000) > 800);
	CHECK(syscall(SYS_ppoll_time64, &p, 1, ts64, 0, 8) == 1);
	CHECK(!ts64[1] && ms_of(ts64[0], ts64[2], 1000000) > 800);
	ts[0] = 0;
	ts[1] = 30000000;
	FD_ZERO(&set);
	CHECK(syscall(SYS_pselect6, p.fd + 1, &set, 0, 0, ts, 0) == 0);
	CHECK(ts[0] == 0 && ts[1] == 0);
	CHECK(kill(pid, SIGKILL) == 0);
	ut_wait(pid);
}

/* --- which lock is in the way -------------------------------------- */

static int order_fd;

static void set_range(int type, off_t start, off_t len)
{
	struct flock lock = { .l_type = type, .l_start = start, .l_len = len };

	CHECK(fcntl(order_fd, F_SETLK, &lock) == 0);
}

/* The lock that stands in the way of all from there on is this one. */
static void range_is(off_t from, int type, off_t start, off_t len)
{
	struct flock lock = { .l_type = F_WRLCK, .l_start = from };

	CHECK(fcntl(order_fd, F_GETLK, &lock) == 0);
	CHECK(lock.l_type == type && lock.l_start == start &&
	      lock.l_len == len);
}

static void look_at_one(void)
{
	range_is(0, F_WRLCK, 10, 3);
	range_is(12, F_WRLCK, 10, 3);
	range_is(13, F_RDLCK, 13, 5);
	range_is(18, F_WRLCK, 30, 5);
	range_is(35, F_RDLCK, 35, 5);
	range_is(40, F_WRLCK, 40, 5);
	range_is(45, F_RDLCK, 100, 0);
}

static void look_at_two(void)
{
	range_is(0, F_WRLCK, 10, 3);
	range_is(200, F_RDLCK, 100, 0);
	range_is(46, F_RDLCK, 100, 0);
}

static void second_owner(void)
{
	set_range(F_WRLCK, 50, 5);
	set_range(F_RDLCK, 0, 5);
	CHECK(ut_status_of(look_at_two) == 0);
}

/* F_GETLK reports an owner's locks in the order of the file. */
static void getlk_order(void)
{
	order_fd = xopen("f", O_RDWR | O_CREAT, 0600);
	set_range(F_RDLCK, 100, 0);
	set_range(F_WRLCK, 30, 15);
	set_range(F_WRLCK, 10, 5);
	set_range(F_RDLCK, 13, 5);
	set_range(F_RDLCK, 35, 5);
	CHECK(ut_status_of(look_at_one) == 0);
	CHECK(ut_status_of(second_owner) == 0);
}

static const struct ut_test tests[] = {
	{ "getlk_order", getlk_order },
	{ "sigchld_ignored", sigchld_ignored },
	{ "usage_of_family", usage_of_family },
	{ "flock_upgrade", flock_upgrade },
	{ "lock_ring", lock_ring },
	{ "lock_after_close", lock_after_close },
	{ "stopped_in_wait", stopped_in_wait },
	{ "stopped_in_sleep", stopped_in_sleep },
	{ "stopped_then_handled", stopped_then_handled },
	{ "time_left", time_left },
};

UT_GROUP(ut_sleep, tests);
