/*
 * user/tools/init.c - process 1
 *
 *   init			a shell on the console
 *   init menu			the same
 *   init run PROG ARGS... [+ PROG ARGS...]...	programs one after the other
 *
 * The words come from the kernel command line, behind ` -- `.  A run frames
 * each program and the counters before and after it, so that a host can cut
 * the serial log; then the machine is switched off.  Init also waits for
 * processes whose parents have died.
 */
#include "common.h"
#include "shell.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/wait.h>
#include <unistd.h>

/* Standard input, output and error, if the kernel has not opened them; ^C on
 * the console ends what runs there. */
static void open_console(void)
{
	while (fcntl(STDERR_FILENO, F_GETFD) < 0)
		if (open("/dev/console", O_RDWR) < 0)
			return;
	ioctl(STDIN_FILENO, TIOCSCTTY, 0);
}

static void exec_program(char **argv)
{
	char path[256];

	snprintf(path, sizeof(path), "%s%s",
		 strchr(argv[0], '/') ? "" : "/bin/", argv[0]);
	execv(path, argv);
	say("init: %s: %s\n", path, strerror(errno));
	_exit(127);
}

int run_program(char **argv)
{
	pid_t pid = fork(), gone;
	int status;

	if (pid < 0) {
		say("init: cannot fork: %s\n", strerror(errno));
		return 0xff00;
	}
	if (pid == 0)
		exec_program(argv);
	do
		gone = waitpid(-1, &status, 0);
	while (gone != pid && (gone > 0 || errno == EINTR));
	return gone == pid ? status : 0xff00;
}

/* => exit code, or 128 + the signal that killed */
static int exit_code(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
				     WEXITSTATUS(status);
}

static void print_words(const char *what, char **argv)
{
	say("=== run %s", what);
	for (; *argv; argv++)
		say(" %s", *argv);
	say("\n");
}

static void run_framed(char **argv)
{
	print_words("begin", argv);
	vmstat_dump("before");
	say("=== run end status=%d\n", exit_code(run_program(argv)));
	vmstat_dump("after");
}

/* Programs are separated by words that are a plus sign. */
static void run_all(char **words)
{
	while (*words) {
		char **end = words;

		while (*end && strcmp(*end, "+") != 0)
			end++;
		if (!*end) {
			run_framed(words);
			return;
		}
		*end = NULL;
		if (end > words)
			run_framed(words);
		words = end + 1;
	}
}

/* The kernel does not come back from this. */
static void stop_machine(int command)
{
	sync();
	if (getpid() != 1) {
		say("init: process %d does not stop the machine\n", getpid());
		return;
	}
	reboot(command);
	die_sys("reboot");
}

int main(int argc, char **argv)
{
	int command = RB_POWER_OFF;

	prog = "init";
	open_console();
	mount("proc", "/proc", "proc", 0, NULL);
	if (argc > 2 && strcmp(argv[1], "run") == 0)
		run_all(argv + 2);
	else
		command = shell_loop();
	stop_machine(command);
	return 0;
}
