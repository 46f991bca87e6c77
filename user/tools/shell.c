/*
 * user/tools/shell.c - init's small interactive shell
 *
 * One line is one command: a built-in from the table below, or a program by
 * path, looked for in /bin as well.  The console may or may not edit lines
 * itself; backspace is understood here, and typed characters are echoed only
 * if the terminal says that it does not.
 */
#include "shell.h"

#include "common.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define LINE	256
#define WORDS	32
#define STAY	(-1)		/* a command's answer: read the next line */

struct command {
	const char *name;
	int (*run)(char **argv);	/* => STAY or a reboot command */
	const char *help;
};

static const struct command commands[];

/* --- commands ------------------------------------------------------ */

static int cmd_help(char **argv)
{
	(void)argv;
	for (const struct command *c = commands; c->name; c++)
		say("  %-16s %s\n", c->name, c->help);
	say("  PROGRAM ARGS     run it; --help lists its options:\n"
	    "                   w1 w2 w4 w5 wreal rewrite1k usertests bench\n"
	    "                   vmtop scannerctl swapctl vmstatdump hog oom\n"
	    "                   forkbomb switcher fuzz\n");
	return STAY;
}

static void ls_entry(const char *dir, const char *name)
{
	char path[LINE];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (lstat(path, &st) < 0)
		say("%s: %s\n", name, strerror(errno));
	else
		say("%06o %3u %9lld  %s\n", st.st_mode, (unsigned)st.st_nlink,
		    (long long)st.st_size, name);
}

static int cmd_ls(char **argv)
{
	const char *dir = argv[1] ? argv[1] : ".";
	struct dirent *e;
	DIR *d = opendir(dir);

	if (!d) {
		say("%s: %s\n", dir, strerror(errno));
		return STAY;
	}
	while ((e = readdir(d)) != NULL)
		ls_entry(dir, e->d_name);
	closedir(d);
	return STAY;
}

static int cat_or_say(const char *path)
{
	if (cat_file(path) < 0)
		say("%s: %s\n", path, strerror(errno));
	return STAY;
}

static int cmd_cat(char **argv)
{
	for (argv++; *argv; argv++)
		cat_or_say(*argv);
	return STAY;
}

static int cmd_cd(char **argv)
{
	if (chdir(argv[1] ? argv[1] : "/") < 0)
		say("%s: %s\n", argv[1], strerror(errno));
	return STAY;
}

static int cmd_pwd(char **argv)
{
	char path[LINE];

	(void)argv;
	say("%s\n", getcwd(path, sizeof(path)) ? path : strerror(errno));
	return STAY;
}

/* Every directory of /proc that is named by a number, with its stat line. */
static int cmd_ps(char **argv)
{
	char path[LINE];
	struct dirent *e;
	DIR *d = opendir("/proc");

	(void)argv;
	while (d && (e = readdir(d)) != NULL) {
		if (e->d_name[0] < '1' || e->d_name[0] > '9')
			continue;
		snprintf(path, sizeof(path), "/proc/%.20s/stat", e->d_name);
		cat_file(path);
	}
	if (d)
		closedir(d);
	return STAY;
}

static int cmd_scanner(char **argv)
{
	if (argv[1] && proc_write("/proc/sys/vm/scanner", argv[1]) < 0)
		say("%s: %s\n", argv[1], strerror(errno));
	return cat_or_say("/proc/sys/vm/scanner");
}

static int cmd_vmstat(char **argv)
{
	(void)argv;
	return cat_or_say("/proc/vmstat");
}

static int cmd_meminfo(char **argv)
{
	(void)argv;
	return cat_or_say("/proc/meminfo");
}

static int cmd_sync(char **argv)
{
	(void)argv;
	sync();
	return STAY;
}

static int cmd_poweroff(char **argv)
{
	(void)argv;
	return RB_POWER_OFF;
}

static int cmd_reboot(char **argv)
{
	(void)argv;
	return RB_AUTOBOOT;
}

static const struct command commands[] = {
	{ "help", cmd_help, "this list" },
	{ "ls", cmd_ls, "mode, links, size and name: ls [DIR]" },
	{ "cat", cmd_cat, "print files: cat FILE..." },
	{ "cd", cmd_cd, "change the directory: cd [DIR]" },
	{ "pwd", cmd_pwd, "print the directory" },
	{ "ps", cmd_ps, "print /proc/N/stat of every process" },
	{ "scanner", cmd_scanner, "print or set the scanner: scanner [NAME]" },
	{ "vmstat", cmd_vmstat, "print the counters" },
	{ "meminfo", cmd_meminfo, "print what memory is used for" },
	{ "sync", cmd_sync, "write everything to the disks" },
	{ "poweroff", cmd_poweroff, "sync and switch off" },
	{ "reboot", cmd_reboot, "sync and start again" },
	{ NULL, NULL, NULL },
};

/* --- lines --------------------------------------------------------- */

/* => whether typed characters must be echoed here */
static int must_echo(void)
{
	struct termios t;

	return tcgetattr(STDIN_FILENO, &t) == 0 && !(t.c_lflag & ECHO);
}

/* Apply one typed character to the line. => false at the end of the line */
static int edit(char *line, size_t *len, char c, int echo)
{
	if (c == '\r' || c == '\n') {
		if (echo)
			say("\n");
		return 0;
	}
	if (c == '\b' || c == 0x7f) {
		if (*len && echo)
			say("\b \b");
		*len -= *len > 0;
	} else if (c >= ' ' && *len < LINE - 1) {
		line[(*len)++] = c;
		if (echo)
			say("%c", c);
	}
	return 1;
}

/* => false at the end of the input */
static int read_line(char line[LINE])
{
	int echo = must_echo();
	size_t len = 0;
	char c;

	do {
		if (read(STDIN_FILENO, &c, 1) != 1)
			return 0;
	} while (edit(line, &len, c, echo));
	line[len] = 0;
	return 1;
}

static void split(char *line, char *argv[WORDS])
{
	int n = 0;

	for (char *w = strtok(line, " \t"); w && n < WORDS - 1;
	     w = strtok(NULL, " \t"))
		argv[n++] = w;
	argv[n] = NULL;
}

static void run_and_tell(char **argv)
{
	int status = run_program(argv);

	if (WIFSIGNALED(status))
		say("killed by signal %d\n", WTERMSIG(status));
	else if (WEXITSTATUS(status))
		say("status %d\n", WEXITSTATUS(status));
}

static int obey(char **argv)
{
	for (const struct command *c = commands; c->name; c++)
		if (strcmp(argv[0], c->name) == 0)
			return c->run(argv);
	run_and_tell(argv);
	return STAY;
}

int shell_loop(void)
{
	char line[LINE], *argv[WORDS];
	int answer = STAY;

	say("Launder. `help` lists the commands.\n");
	while (answer == STAY) {
		say("launder# ");
		if (!read_line(line))
			return RB_POWER_OFF;
		split(line, argv);
		if (argv[0])
			answer = obey(argv);
	}
	return answer;
}
