/*
 * user/workloads/switcher.c - change the scanner again and again while a
 * program runs
 *
 * The names in /proc/sys/vm/scanner take turns; a switch that fails ends the
 * run.  When the switches are done, the program is waited for.
 */
#include "common.h"

#include <stdbool.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static unsigned long times = 10;
static unsigned long every_ms = 500;

static const struct opt opts[] = {
	{ "times", OPT_NUM, &times, "number of switches" },
	{ "every-ms", OPT_NUM, &every_ms, "time between two of them" },
};

static pid_t start(char **argv)
{
	char path[256];
	pid_t pid = xfork();

	if (pid)
		return pid;
	snprintf(path, sizeof(path), "%s%s",
		 argv[0][0] == '/' ? "" : "/bin/", argv[0]);
	execv(path, argv);
	die_sys("%s", path);
}

int main(int argc, char **argv)
{
	const char *name;
	unsigned long i, during = 0;
	int first = opts_parse(argc, argv,
			       "switch the scanner while PROGRAM runs: "
			       "switcher [OPTIONS] -- PROGRAM ARGS", opts,
			       ARRAY_SIZE(opts));
	pid_t pid;
	bool running = true;
	int status = 0;

	if (first == argc)
		die("which program? (see --help)");
	pid = start(argv + first);
	for (i = 0; i < times; i++) {
		sleep_ms(every_ms);
		name = scanner_next();
		if (proc_write(SCANNER_FILE, name) < 0)
			die_sys("switch %lu to %s", i + 1, name);
		running = running && waitpid(pid, &status, WNOHANG) == 0;
		during += running;
	}
	if (running && waitpid(pid, &status, 0) != pid)
		die_sys("wait for %s", argv[first]);
	if (status)
		die("%s ended with status %x", argv[first], status);
	say("switcher: ok switches=%lu during=%lu\n", times, during);
	return 0;
}
