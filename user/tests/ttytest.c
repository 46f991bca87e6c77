/*
 * user/tests/ttytest.c - what a scripted session types at:
 * tests/boot/run-92-tty
 *
 * In a session of its own on the console, it prints each line it reads, then
 * what the keys and the rules of job control do to a job it starts.
 */
#include "common.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static struct termios cooked;
static volatile sig_atomic_t last_signal;

static void on_signal(int sig)
{
	last_signal = sig;
}

/* Printable, with a dot for the newline and octal for the rest. */
static void show(const char *what, const char *buf, ssize_t n)
{
	ssize_t i;

	printf("%s [", what);
	for (i = 0; i < n; i++) {
		if (buf[i] == '\n')
			putchar('.');
		else if (buf[i] < ' ' || buf[i] > '~')
			printf("\\%03o", (unsigned char)buf[i]);
		else
			putchar(buf[i]);
	}
	printf("]\n");
}

static void read_and_show(const char *what)
{
	char buf[128];

	show(what, buf, read(STDIN_FILENO, buf, sizeof(buf)));
}

static void set_local(tcflag_t off, int min, int time)
{
	struct termios t = cooked;

	t.c_lflag &= ~off;
	if (off & ICANON) {
		t.c_iflag &= ~ICRNL;
		t.c_cc[VMIN] = min;
		t.c_cc[VTIME] = time;
	}
	tcsetattr(STDIN_FILENO, TCSANOW, &t);
}

static void read_lines(void)
{
	int i;

	for (i = 0; i < 8; i++)
		read_and_show("read");
	set_local(ICANON | ECHO, 1, 0);
	printf("raw now\n");
	for (i = 0; i < 3; i++) {
		char c;

		show("raw", &c, read(STDIN_FILENO, &c, 1));
	}
	set_local(ICANON, 0, 2);
	read_and_show("timeout");
	set_local(ECHO, 0, 0);
	printf("quiet now\n");
	read_and_show("read");
	tcsetattr(STDIN_FILENO, TCSANOW, &cooked);
}

/* --- jobs ---------------------------------------------------------- */

static void job_sleep(void)
{
	printf("job waits\n");
	sleep(60);
}

static void job_read(void)
{
	read_and_show("job read");
}

static void job_change(void)
{
	tcsetattr(STDIN_FILENO, TCSANOW, &cooked);
}

static void job_write(void)
{
	set_local(0, 0, 0);
	printf("never seen\n");
}

/* A child in a group of its own, in the foreground if wanted. => its pid */
static pid_t start_job(void (*run)(void), int foreground)
{
	pid_t pid = xfork();

	setpgid(pid, pid);
	if (foreground)
		tcsetpgrp(STDIN_FILENO, pid ? pid : getpid());
	if (pid)
		return pid;
	signal(SIGTTOU, SIG_DFL);
	run();
	_exit(0);
}

/* Waits for a change of the job and prints it. => true: it has ended */
static int job_ended(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, WUNTRACED | WCONTINUED) != pid)
		die_sys("waitpid");
	if (WIFSTOPPED(status))
		printf("job stopped by %d\n", WSTOPSIG(status));
	else if (WIFCONTINUED(status))
		printf("job continued\n");
	else if (WIFSIGNALED(status))
		printf("job killed by %d\n", WTERMSIG(status));
	return WIFSIGNALED(status) || WIFEXITED(status);
}

static void take_back(void)
{
	tcsetpgrp(STDIN_FILENO, getpgrp());
}

static void finish_job(pid_t pid)
{
	kill(-pid, SIGKILL);
	while (!job_ended(pid))
		;
	take_back();
}

static void keys(void)
{
	pid_t pid;
	int i;

	for (i = 0; i < 2; i++) {
		job_ended(start_job(job_sleep, 1));
		take_back();
	}
	pid = start_job(job_sleep, 1);
	job_ended(pid);
	kill(-pid, SIGCONT);
	job_ended(pid);
	finish_job(pid);
}

static void background(void)
{
	struct termios t = cooked;
	pid_t pid = start_job(job_read, 0);

	job_ended(pid);
	tcsetpgrp(STDIN_FILENO, pid);
	kill(-pid, SIGCONT);
	while (!job_ended(pid))
		;
	take_back();
	pid = start_job(job_change, 0);
	job_ended(pid);
	finish_job(pid);
	t.c_lflag |= TOSTOP;
	tcsetattr(STDIN_FILENO, TCSANOW, &t);
	pid = start_job(job_write, 0);
	job_ended(pid);
	finish_job(pid);
	tcsetattr(STDIN_FILENO, TCSANOW, &cooked);
}

static void window(void)
{
	struct winsize size = { .ws_row = 40, .ws_col = 100 };

	signal(SIGWINCH, on_signal);
	ioctl(STDIN_FILENO, TIOCSWINSZ, &size);
	memset(&size, 0, sizeof(size));
	ioctl(STDIN_FILENO, TIOCGWINSZ, &size);
	printf("window %dx%d, signal %d\n", size.ws_row, size.ws_col,
	       (int)last_signal);
}

/* The session, in a child: its end hangs up on the foreground group. */
static void session(int hung_up)
{
	setvbuf(stdout, NULL, _IONBF, 0);
	if (setsid() < 0 || ioctl(STDIN_FILENO, TIOCSCTTY, 1) < 0)
		die_sys("no controlling terminal");
	signal(SIGTTOU, SIG_IGN);
	tcgetattr(STDIN_FILENO, &cooked);
	say("ttytest: ready\n");
	read_lines();
	keys();
	background();
	window();
	signal(SIGHUP, on_signal);
	if (xfork())
		_exit(0);
	while (last_signal != SIGHUP)
		sleep_ms(10);
	xwrite(hung_up, "1", 1);
	_exit(0);
}

int main(int argc, char **argv)
{
	int fds[2];
	char c = '0';
	pid_t pid;

	opts_parse(argc, argv, "a terminal to type at", NULL, 0);
	if (pipe(fds) < 0)
		die_sys("pipe");
	pid = xfork();
	if (pid == 0)
		session(fds[1]);
	xclose(fds[1]);
	waitpid(pid, NULL, 0);
	xread(fds[0], &c, 1);
	printf("leader left: hangup %c\n", c);
	return 0;
}
