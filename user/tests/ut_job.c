/*
 * user/tests/ut_job.c - tests: job control, timers, file locks, limits, users
 */
#include "ut.h"

#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static volatile sig_atomic_t alarms;

static void on_alarm(int sig)
{
	(void)sig;
	alarms++;
}

/* --- groups, stop and continue ------------------------------------- */

static void sleep_long(void)
{
	sleep_ms(20000);
}

static void stop_and_continue(void)
{
	pid_t pid = ut_start(sleep_long);
	int status;

	sleep_ms(20);
	CHECK(kill(pid, SIGSTOP) == 0);
	CHECK(waitpid(pid, &status, WUNTRACED) == pid);
	CHECK(WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP);
	CHECK(waitpid(pid, &status, WUNTRACED | WNOHANG) == 0);
	CHECK(kill(pid, SIGCONT) == 0);
	CHECK(waitpid(pid, &status, WCONTINUED) == pid);
	CHECK(WIFCONTINUED(status));
	CHECK(kill(pid, SIGTERM) == 0);
	CHECK(WIFSIGNALED(ut_wait(pid)));
}

static void wait_id(void)
{
	pid_t pid = ut_start(sleep_long);
	siginfo_t info;

	CHECK(kill(pid, SIGSTOP) == 0);
	CHECK(waitid(P_PID, pid, &info, WSTOPPED) == 0);
	CHECK(info.si_code == CLD_STOPPED && info.si_status == SIGSTOP);
	CHECK(kill(pid, SIGKILL) == 0);
	CHECK(waitid(P_PID, pid, &info, WEXITED | WNOWAIT) == 0);
	CHECK(info.si_pid == pid && info.si_code == CLD_KILLED);
	CHECK(waitid(P_ALL, 0, &info, WEXITED) == 0);
	CHECK(info.si_pid == pid && info.si_status == SIGKILL);
	FAILS(ECHILD, waitid(P_ALL, 0, &info, WEXITED));
	FAILS(EINVAL, waitid(P_ALL, 0, &info, 0));
}

/* In a group of its own whose parent has died: SIGTSTP does nothing. */
static void orphan(void)
{
	CHECK(setsid() > 0);
	CHECK(raise(SIGTSTP) == 0);
	_exit(7);
}

static void orphan_does_not_stop(void)
{
	int status = ut_status_of(orphan);

	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 7);
}

/* A child stops in its own group; when its parent ends it gets SIGHUP. */
static void leave_stopped_child(void)
{
	pid_t pid = ut_start(sleep_long);
	char text[16];
	int status;

	CHECK(setpgid(pid, pid) == 0);
	CHECK(kill(pid, SIGSTOP) == 0);
	CHECK(waitpid(pid, &status, WUNTRACED) == pid);
	snprintf(text, sizeof(text), "%d", (int)pid);
	ut_put("pid", text);
}

static void stopped_orphan_hangs_up(void)
{
	char text[16] = "";
	int fd, tries;
	pid_t pid;

	ut_status_of(leave_stopped_child);
	fd = xopen("pid", O_RDONLY, 0);
	CHECK(xread(fd, text, sizeof(text) - 1) > 0);
	xclose(fd);
	pid = parse_num(text);
	for (tries = 0; tries < 100 && kill(pid, 0) == 0; tries++)
		sleep_ms(10);
	FAILS(ESRCH, kill(pid, 0));
}

static void sessions(void)
{
	pid_t pid = getpid();

	FAILS(EPERM, setpgid(0, 999999));
	CHECK(setpgid(0, 0) == 0 && getpgrp() == pid);
	FAILS(EPERM, setsid());
	FAILS(ESRCH, getsid(999999));
}

static void new_session(void)
{
	CHECK(setsid() == getpid());
	CHECK(getsid(0) == getpid() && getpgrp() == getpid());
	FAILS(ENXIO, open("/dev/tty", O_RDWR));
}

static void session_has_no_tty(void)
{
	CHECK(ut_status_of(new_session) == 0);
}

/* The third console has no session: it can be taken and given back. */
static void take_terminal(void)
{
	struct termios t;
	struct winsize size = { .ws_row = 50, .ws_col = 100 };
	int fd, own;

	CHECK(setsid() > 0);
	fd = open("/dev/tty3", O_RDWR);
	CHECK(fd >= 0);
	CHECK(tcgetpgrp(fd) == getpgrp() && tcgetsid(fd) == getpid());
	own = open("/dev/tty", O_RDWR);
	CHECK(own >= 0);
	CHECK(tcgetattr(own, &t) == 0 && (t.c_lflag & ICANON));
	t.c_lflag &= ~(ICANON | ECHO);
	t.c_cc[VMIN] = 0;
	t.c_cc[VTIME] = 1;
	CHECK(tcsetattr(fd, TCSAFLUSH, &t) == 0);
	CHECK(read(fd, &size.ws_xpixel, 1) == 0);
	CHECK(ioctl(fd, TIOCSWINSZ, &size) == 0);
	size.ws_row = size.ws_col = 0;
	CHECK(ioctl(own, TIOCGWINSZ, &size) == 0);
	CHECK(size.ws_row == 50 && size.ws_col == 100);
	size = (struct winsize){ .ws_row = 25, .ws_col = 80 };
	CHECK(ioctl(fd, TIOCSWINSZ, &size) == 0);
	t.c_lflag |= ICANON | ECHO;
	CHECK(tcsetattr(fd, TCSANOW, &t) == 0);
	FAILS(EPERM, tcsetpgrp(fd, 1));
	signal(SIGHUP, SIG_IGN);
	CHECK(ioctl(fd, TIOCNOTTY) == 0);
	FAILS(ENOTTY, tcgetpgrp(fd));
	FAILS(ENXIO, open("/dev/tty", O_RDWR));
}

static void controlling_terminal(void)
{
	if (access("/dev/tty3", R_OK | W_OK))
		ut_skip("no /dev/tty3");
	CHECK(ut_status_of(take_terminal) == 0);
}

/* --- time ---------------------------------------------------------- */

static void interval_timer(void)
{
	struct itimerval t = { { 0, 20000 }, { 0, 20000 } }, now;
	struct sigaction sa = { .sa_handler = on_alarm };

	CHECK(sigaction(SIGALRM, &sa, NULL) == 0);
	CHECK(setitimer(ITIMER_REAL, &t, NULL) == 0);
	while (alarms < 3)
		pause();
	CHECK(getitimer(ITIMER_REAL, &now) == 0);
	CHECK(now.it_interval.tv_usec >= 20000);
	memset(&t, 0, sizeof(t));
	CHECK(setitimer(ITIMER_REAL, &t, &now) == 0);
	CHECK(now.it_value.tv_usec > 0 || now.it_value.tv_sec > 0);
	t.it_value.tv_usec = 1000000;
	FAILS(EINVAL, setitimer(ITIMER_REAL, &t, NULL));
}

/* The mask of pselect lets the signal in, and only there. */
static void select_mask(void)
{
	struct sigaction sa = { .sa_handler = on_alarm };
	sigset_t block, none;

	CHECK(sigaction(SIGALRM, &sa, NULL) == 0);
	sigemptyset(&none);
	sigemptyset(&block);
	sigaddset(&block, SIGALRM);
	CHECK(sigprocmask(SIG_BLOCK, &block, NULL) == 0);
	CHECK(raise(SIGALRM) == 0 && alarms == 0);
	FAILS(EINTR, pselect(0, NULL, NULL, NULL, NULL, &none));
	CHECK(alarms == 1);
	CHECK(raise(SIGALRM) == 0 && alarms == 1);
	CHECK(sigprocmask(SIG_SETMASK, NULL, &none) == 0);
	CHECK(sigismember(&none, SIGALRM) == 1);
}

/* --- locks --------------------------------------------------------- */

static int lock_fd;

static int lock_range(int cmd, int type, long start, long len)
{
	struct flock l = { .l_type = type, .l_whence = SEEK_SET,
			   .l_start = start, .l_len = len };

	return fcntl(lock_fd, cmd, &l);
}

static void probe_locks(void)
{
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	FAILS(EAGAIN, lock_range(F_SETLK, F_WRLCK, 0, 10));
	CHECK(lock_range(F_SETLK, F_WRLCK, 10, 10) == 0);
	FAILS(EAGAIN, lock_range(F_SETLK, F_RDLCK, 25, 1));
	CHECK(fcntl(lock_fd, F_GETLK, &l) == 0);
	CHECK(l.l_type == F_WRLCK && l.l_pid == getppid());
}

static void wait_for_lock(void)
{
	CHECK(lock_range(F_SETLKW, F_WRLCK, 0, 0) == 0);
}

static void record_locks(void)
{
	pid_t pid;

	lock_fd = xopen("l", O_RDWR | O_CREAT, 0644);
	CHECK(lock_range(F_SETLK, F_WRLCK, 0, 30) == 0);
	CHECK(lock_range(F_SETLK, F_UNLCK, 10, 10) == 0);
	CHECK(ut_status_of(probe_locks) == 0);
	CHECK(lock_range(F_SETLK, F_WRLCK, 10, 10) == 0);
	pid = ut_start(wait_for_lock);
	ut_asleep(pid);
	xclose(xopen("l", O_RDONLY, 0));	/* drops them all */
	CHECK(ut_wait(pid) == 0);
	FAILS(EINVAL, lock_range(F_SETLK, F_WRLCK, -1, 1));
	FAILS(EINVAL, lock_range(F_SETLK, 9, 0, 1));
}

static void lock_other_way(void)
{
	CHECK(lock_range(F_SETLK, F_WRLCK, 1, 1) == 0);
	CHECK(lock_range(F_SETLKW, F_WRLCK, 0, 1) == 0);
}

static void lock_deadlock(void)
{
	pid_t pid;

	lock_fd = xopen("l", O_RDWR | O_CREAT, 0644);
	CHECK(lock_range(F_SETLK, F_WRLCK, 0, 1) == 0);
	pid = ut_start(lock_other_way);
	ut_asleep(pid);
	FAILS(EDEADLK, lock_range(F_SETLKW, F_WRLCK, 1, 1));
	CHECK(lock_range(F_SETLK, F_UNLCK, 0, 1) == 0);
	CHECK(ut_wait(pid) == 0);
}

static void file_locks(void)
{
	int a = xopen("l", O_RDWR | O_CREAT, 0644), b = dup(a);
	int c = xopen("l", O_RDONLY, 0);

	CHECK(flock(a, LOCK_EX) == 0);
	CHECK(flock(b, LOCK_EX | LOCK_NB) == 0);
	FAILS(EWOULDBLOCK, flock(c, LOCK_SH | LOCK_NB));
	CHECK(close(a) == 0);
	FAILS(EWOULDBLOCK, flock(c, LOCK_SH | LOCK_NB));
	CHECK(close(b) == 0);
	CHECK(flock(c, LOCK_SH | LOCK_NB) == 0);
	FAILS(EINVAL, flock(c, 77));
}

/* --- limits, priority, users --------------------------------------- */

static void limits(void)
{
	struct rlimit old, r = { 5, 10 };
	int fds[8], n = 0;

	CHECK(getrlimit(RLIMIT_NOFILE, &old) == 0 && old.rlim_cur >= 20);
	r.rlim_cur = 8;
	CHECK(setrlimit(RLIMIT_NOFILE, &r) == 0);
	while (n < 8 && (fds[n] = dup(0)) >= 0)
		n++;
	CHECK(n < 8 && errno == EMFILE);
	FAILS(EINVAL, fcntl(0, F_DUPFD, 8));
	r.rlim_cur = 11;
	FAILS(EINVAL, setrlimit(RLIMIT_NOFILE, &r));
}

static void file_size_limit(void)
{
	struct rlimit r = { 5000, 5000 };
	char buf[4096] = "";
	int fd = xopen("f", O_WRONLY | O_CREAT, 0644);

	CHECK(setrlimit(RLIMIT_FSIZE, &r) == 0);
	signal(SIGXFSZ, SIG_IGN);
	CHECK(write(fd, buf, sizeof(buf)) == 4096);
	CHECK(write(fd, buf, sizeof(buf)) == 904);
	FAILS(EFBIG, write(fd, buf, 1));
	FAILS(EFBIG, ftruncate(fd, 5001));
	FAILS(EFBIG, truncate("f", 1 << 30));
	CHECK(ftruncate(fd, 10) == 0 && ftruncate(fd, 5000) == 0);
}

static void priority(void)
{
	CHECK(getpriority(PRIO_PROCESS, 0) == 0);
	CHECK(setpriority(PRIO_PROCESS, 0, 7) == 0);
	CHECK(nice(3) == 10 && getpriority(PRIO_PROCESS, 0) == 10);
	CHECK(setuid(1000) == 0);
	FAILS(EACCES, setpriority(PRIO_PROCESS, 0, 1));
	FAILS(EPERM, setpriority(PRIO_PROCESS, 1, 19));
}

static void become_user(void)
{
	uid_t r, e, s;
	gid_t groups[2] = { 50, 60 };

	CHECK(setgroups(2, groups) == 0 && getgroups(0, NULL) == 2);
	CHECK(setresgid(7, 7, 7) == 0 && setresuid(1000, 1001, 1002) == 0);
	CHECK(getresuid(&r, &e, &s) == 0 && r == 1000 && e == 1001 &&
	      s == 1002);
	CHECK(seteuid(1002) == 0 && geteuid() == 1002);
	FAILS(EPERM, setuid(0));
	FAILS(EPERM, setgroups(0, NULL));
	CHECK(setreuid(1002, 1002) == 0 || errno == EPERM);
}

/* A file of group 60 that only the group may read; one that only root may. */
static void file_rights(void)
{
	gid_t group = 60;

	ut_put("mine", "x");
	ut_put("group", "x");
	CHECK(chmod("mine", 0600) == 0 && chown("group", 0, 60) == 0 &&
	      chmod("group", 0640) == 0 && chmod(".", 01777) == 0);
	CHECK(setgroups(1, &group) == 0 && setuid(1000) == 0);
	FAILS(EACCES, open("mine", O_RDONLY));
	xclose(xopen("group", O_RDONLY, 0));
	FAILS(EACCES, open("group", O_WRONLY));
	FAILS(EPERM, chmod("group", 0777));
	FAILS(EPERM, chown("group", 1000, -1));
	FAILS(EPERM, unlink("mine"));
	ut_put("own", "x");
	CHECK(chmod("own", 02755) == 0 && unlink("own") == 0);
	FAILS(EPERM, kill(1, 0));
}

static pid_t victim;

static void kill_as_user(void)
{
	CHECK(setuid(1000) == 0);
	FAILS(EPERM, kill(victim, SIGTERM));
	FAILS(EPERM, kill(-victim, SIGTERM));
	CHECK(kill(victim, SIGCONT) == 0);	/* same session */
}

static void kill_rights(void)
{
	victim = ut_start(sleep_long);
	CHECK(setpgid(victim, victim) == 0);
	CHECK(ut_status_of(kill_as_user) == 0);
	CHECK(kill(-victim, SIGKILL) == 0);
	CHECK(WTERMSIG(ut_wait(victim)) == SIGKILL);
}

static void probe_old_lock(void)
{
	struct { short type, whence; int start, len, pid; } l = { 0 };

	FAILS(EOVERFLOW, syscall(SYS_fcntl, lock_fd, 5, &l));
}

/* The old F_GETLK cannot say where a lock beyond 4 GB is. */
static void lock_beyond_4g(void)
{
	struct flock l = { .l_type = F_WRLCK, .l_start = 5LL << 30,
			   .l_len = 1 };

	lock_fd = xopen("l", O_RDWR | O_CREAT, 0644);
	CHECK(fcntl(lock_fd, F_SETLK, &l) == 0);
	CHECK(ut_status_of(probe_old_lock) == 0);
	l.l_start = INT64_MIN;
	l.l_len = -1;
	FAILS(EINVAL, fcntl(lock_fd, F_SETLK, &l));
}

/* In the background an unknown ioctl does not stop the caller, nor does a new
 * window size. */
static void ask_in_background(void)
{
	struct winsize size;

	CHECK(setpgid(0, 0) == 0);
	FAILS(ENOTTY, ioctl(lock_fd, 0x4b33, 0));
	CHECK(ioctl(lock_fd, TIOCGWINSZ, &size) == 0);
	CHECK(ioctl(lock_fd, TIOCSWINSZ, &size) == 0);
}

static void stop_in_background(void)
{
	CHECK(setpgid(0, 0) == 0);
	tcflush(lock_fd, TCIFLUSH);
}

static void lead_session(void)
{
	int status;
	pid_t pid;

	CHECK(setsid() > 0);
	lock_fd = open("/dev/tty3", O_RDWR);
	CHECK(lock_fd >= 0 && tcgetpgrp(lock_fd) == getpgrp());
	pid = ut_start(ask_in_background);
	CHECK(waitpid(pid, &status, WUNTRACED) == pid && status == 0);
	pid = ut_start(stop_in_background);
	CHECK(waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status));
	CHECK(kill(pid, SIGKILL) == 0);
	ut_wait(pid);
	signal(SIGHUP, SIG_IGN);
}

static void background_ioctls(void)
{
	if (access("/dev/tty3", R_OK | W_OK))
		ut_skip("no /dev/tty3");
	CHECK(ut_status_of(lead_session) == 0);
}

static const struct ut_test tests[] = {
	{ "stop_and_continue", stop_and_continue },
	{ "waitid", wait_id },
	{ "orphan_does_not_stop", orphan_does_not_stop },
	{ "stopped_orphan_hangs_up", stopped_orphan_hangs_up },
	{ "sessions", sessions },
	{ "session_has_no_tty", session_has_no_tty },
	{ "controlling_terminal", controlling_terminal },
	{ "interval_timer", interval_timer },
	{ "select_mask", select_mask },
	{ "record_locks", record_locks },
	{ "lock_deadlock", lock_deadlock },
	{ "file_locks", file_locks },
	{ "limits", limits },
	{ "file_size_limit", file_size_limit },
	{ "priority", priority },
	{ "become_user", become_user },
	{ "file_rights", file_rights },
	{ "kill_rights", kill_rights },
	{ "lock_beyond_4g", lock_beyond_4g },
	{ "background_ioctls", background_ioctls },
};

UT_GROUP(ut_job, tests);
