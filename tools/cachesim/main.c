/*
 * tools/cachesim/main.c - the command `cachesim`
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "tools/cachesim/command.h"

static const struct command *const commands[] = {
	&info_command, &curve_command, &opt_command, &bound_command,
	&run_command, &sweep_command, &writes_command, &order_command,
	&convert_command,
};
enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static const char formats[] =
"Formats of a trace, found by its first bytes (xz, gzip, zstd: unpacked):\n"
"  Launder CSV    header usec,event,kind,dev,owner,index[,how,miss,sectors,"
"pfn]\n"
"                 event: touch, dirtied, written, gone, asked (a program "
"syncs\n"
"                 what it stored in the object); kind: file, buffer, anon,\n"
"                 shm; how of a touch: read, write, getblk, fault_read,\n"
"                 fault_write, prefetch, young; of gone: reclaimed, "
"truncated,\n"
"                 dropped (by drop_caches, with its inode);\n"
"                 of written: who started it (other, kupdate, bdflush, ...).\n"
"                 Numbers may stand for names.  miss: 1 missed, 2 nothing is\n"
"                 read if it misses, 4 written to the page's end, or the "
"sum.\n"
"                 `# lost N`: lost events.\n"
"                 `# held N`: from here on, frames used for other things.\n"
"  CSV            header with `object`, and `time` (seconds) or `usec`, `size`;"
"\n"
"                 or none: object; time,object; time,object,size\n"
"  oracleGeneral  of libCacheSim: u32 seconds, u64 object, u32 bytes, i64 "
"next\n"
"\n"
"An object is a page or a block.  Each takes one frame, whatever its size,\n"
"unless --bytes is given.  The end of an object (gone: truncated or dropped)\n"
"frees its frame; what is touched later under its name is new.\n"
"\n"
"Exit status: 0 all is well, 1 a trace is wrong, 3 wrong use, 4 a tool is "
"missing\n";

static void list_policies(void)
{
	const struct policy *p;
	unsigned int i;

	for (i = 0; (p = policy_number(i)); i++)
		printf("%-12s %s\n", p->name, p->what);
	exit(SIM_OK);
}

static void help(void)
{
	int i;

	puts("usage: cachesim COMMAND TRACE [OPTION...]\n\n"
	     "What a replacement policy costs on a trace of touches, and the\n"
	     "best that was possible.  `cachesim COMMAND --help` says more."
	     "\n");
	for (i = 0; i < COMMANDS; i++)
		printf("  %-10s %s\n", commands[i]->name, commands[i]->what);
	printf("  %-10s %s\n\n%s", "policies", "list the policies", formats);
	exit(SIM_OK);
}

/* A reader that has enough (`| head`) ends the process without a word; what
 * cannot be written is an error. */
static void finish(void)
{
	if (fflush(stdout) || ferror(stdout))
		sim_die(SIM_FAILED, "standard output cannot be written");
}

int main(int argc, char **argv)
{
	static struct options o;
	static struct sim_trace trace;
	int i;

	if (argc < 2)
		sim_die(SIM_USE, "which command? (see --help)");
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))
		help();
	if (!strcmp(argv[1], "policies"))
		list_policies();
	for (i = 0; i < COMMANDS; i++) {
		if (!strcmp(argv[1], commands[i]->name))
			break;
	}
	if (i == COMMANDS)
		sim_die(SIM_USE, "%s: unknown command (see --help)", argv[1]);
	o.program = argv[0];
	options_read(&o, commands[i], argc - 1, argv + 1);
	sim_trace_read(&trace, o.trace, &o.reading);
	commands[i]->run(&o, &trace);
	sim_trace_free(&trace);
	finish();
	return SIM_OK;
}
