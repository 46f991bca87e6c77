/*
 * tools/cachesim/options.c - the options of all subcommands
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/cachesim/command.h"

enum { NAMES = 40 };

static const struct row {
	char letter;
	const char *name, *argument;
	const char *what;
} option_table[] = {
	{ 'f', "frames", "N", "frames of memory (sweep, curve: 64,128 or "
		"from:to:step)" },
	{ 'p', "policy", "NAME", "the policy; `cachesim policies` lists them" },
	{ 'P', "policies", "A,B", "the policies, or `all` that can run in so "
		"many frames" },
	{ 'd', "degrade", "PERIOD", "also OPT that knows only what a scan of "
		"bits sees" },
	{ 's', "sample", "RATE", "keep this share of the objects, by a hash" },
	{ 'a', "age", "PERIOD", "dirty data go to disk at this age (30s)" },
	{ 'i', "interval", "PERIOD", "and are looked for this often (5s)" },
	{ 'w', "window", "PERIOD", "T of useful and wasted writes (5s)" },
	{ 'W', "by-writer", NULL, "a row for each writer" },
	{ 'n', "every", "PERIOD", "time between two looks (1s)" },
	{ 'j', "jobs", "N", "processes at a time (one a processor)" },
	{ 'J', "print-jobs", NULL, "print the jobs as commands, a line each" },
	{ 't', "to", "FORMAT", "csv, oracle or ostep" },
	{ 'o', "out", "FILE", "write there, not to standard output" },
	{ 'b', "bytes", NULL, "an object takes its size, a frame is 4,096 "
		"bytes" },
	{ 'c', "csv", NULL, "print a table" },
	{ 'r', "rows", NULL, "print a table without its header" },
	{ 'T', "time", NULL, "also print the processor time (never twice "
		"the same)" },
	{ 'F', "format", "FORMAT", "csv or oracle: what the trace is" },
	{ 'x', "exact", NULL, "leave out touches found by accessed bits "
		"(young)" },
	{ 'l', "lossy", NULL, "take a trace with lost events: figures are no "
		"bounds" },
	{ 'h', "help", NULL, "print this" },
};
enum { ROWS = sizeof(option_table) / sizeof(option_table[0]) };
static const char always[] = "Fxlh";

static bool taken(const struct command *c, char letter)
{
	return strchr(always, letter) || strchr(c->takes, letter);
}

static void help(const struct command *c)
{
	char name[NAMES];
	int i;

	printf("usage: cachesim %s TRACE", c->name);
	for (i = 0; i < ROWS; i++) {
		const char *must = strchr(c->takes, option_table[i].letter);
		const char *blank = strchr(c->takes, ' ');

		if (must && blank && must < blank)
			printf(" --%s %s", option_table[i].name,
			       option_table[i].argument);
	}
	printf(" [OPTION...]\n\n%s\n\n", c->text);
	for (i = 0; i < ROWS; i++) {
		const struct row *o = &option_table[i];

		if (!taken(c, o->letter))
			continue;
		snprintf(name, NAMES, "--%s%s%s", o->name,
			 o->argument ? " " : "",
			 o->argument ? o->argument : "");
		printf("  %-20s %s\n", name, o->what);
	}
	printf("\nA PERIOD is a number with us, ms or s behind it.  TRACE may "
	       "be - for standard\ninput.  `cachesim --help` describes the "
	       "formats.\n");
	exit(SIM_OK);
}

static uint64_t number_of(const char *option, const char *text, uint64_t most)
{
	uint64_t value;

	if (!sim_number(text, &value) || !value || value > most)
		sim_die(SIM_USE, "--%s %s: it must be a number, 1 to %llu",
			option, text, (unsigned long long)most);
	return value;
}

static uint64_t period(const char *option, const char *text)
{
	static const struct {
		const char *name;
		uint64_t usec;
	} units[] = { { "us", 1 }, { "ms", 1000 }, { "s", 1000000 } };
	size_t i, n = strspn(text, "0123456789");
	char digits[NAMES];
	uint64_t value;

	snprintf(digits, sizeof(digits), "%.*s", (int)(n < NAMES ? n : 0),
		 text);
	for (i = 0; i < 3; i++) {
		if (sim_number(digits, &value) && value < 1ull << 40 &&
		    !strcmp(text + n, units[i].name))
			return value * units[i].usec;
	}
	sim_die(SIM_USE, "--%s %s: it must be a number with us, ms or s "
		"behind it", option, text);
}

static void add_size(struct options *o, uint64_t frames)
{
	if (o->sizes == MOST_SIZES)
		sim_die(SIM_USE, "--frames: over %d sizes", MOST_SIZES);
	o->frames[o->sizes++] = frames;
}

/* A list of numbers and of from:to:step. */
static void sizes(struct options *o, char *list)
{
	uint64_t range[3], f;
	char *item, *part;
	int n;

	while ((item = strsep(&list, ","))) {
		range[2] = 1;
		for (n = 0; n < 3 && (part = strsep(&item, ":")); n++)
			range[n] = number_of("frames", part, INT32_MAX);
		if (n == 1)
			range[1] = range[0];
		if (item || range[0] > range[1])
			sim_die(SIM_USE, "--frames: it must be a list of "
				"numbers or of from:to:step");
		for (f = range[0]; f <= range[1]; f += range[2])
			add_size(o, f);
	}
}

static double rate(const char *text)
{
	char *end;
	double value = strtod(text, &end);

	if (end == text || *end || !(value > 0 && value <= 1))
		sim_die(SIM_USE, "--sample %s: it must be over 0 and at most "
			"1", text);
	return value;
}

static void set(struct options *o, const struct command *c, char letter)
{
	char *value = optarg;

	switch (letter) {
	case 'f': sizes(o, value); break;
	case 'p': case 'P': o->policies = value; break;
	case 'd': o->degrade = period("degrade", value); break;
	case 's': o->reading.rate = rate(value); break;
	case 'a': o->age = period("age", value); break;
	case 'i': o->interval = period("interval", value); break;
	case 'w': o->window = period("window", value); break;
	case 'W': o->by_writer = true; break;
	case 'n': o->every = period("every", value); break;
	case 'j': o->jobs = number_of("jobs", value, 1024); break;
	case 'J': o->print_jobs = true; break;
	case 't': o->to = value; break;
	case 'o': o->out = value; break;
	case 'b': o->bytes = true; break;
	case 'c': o->csv = true; break;
	case 'r': o->rows = true; break;
	case 'T': o->time = true; break;
	case 'F': o->reading.format = value; break;
	case 'x': o->reading.exact = true; break;
	case 'l': o->reading.lossy = true; break;
	default: help(c);
	}
}

/* => the command's options for getopt_long() */
static const struct option *table(const struct command *c)
{
	static struct option options[ROWS + 1];
	int i, n = 0;

	for (i = 0; i < ROWS; i++) {
		const struct row *o = &option_table[i];

		if (taken(c, o->letter))
			options[n++] = (struct option){ o->name,
				o->argument != NULL, NULL, o->letter };
	}
	return options;
}

static void check(const struct options *o, const struct command *c)
{
	const char *format = o->reading.format;

	if (!o->trace)
		sim_die(SIM_USE, "%s: which trace? (see --help)", c->name);
	if (strchr(c->takes, ' ')) {
		if (*c->takes == 'f' && !o->sizes)
			sim_die(SIM_USE, "%s: --frames is missing", c->name);
		if (*c->takes == 't' && !o->to)
			sim_die(SIM_USE, "%s: --to is missing", c->name);
		if (c->takes[1] != ' ' && !o->policies)
			sim_die(SIM_USE, "%s: --%s is missing", c->name,
				c->takes[1] == 'p' ? "policy" : "policies");
	}
	if (format && strcmp(format, "csv") && strcmp(format, "oracle"))
		sim_die(SIM_USE, "--format %s: choose csv or oracle", format);
}

void options_read(struct options *o, const struct command *c, int argc,
		  char **argv)
{
	int letter;

	o->reading.rate = 1;
	o->age = 30000000;
	o->interval = o->window = 5000000;
	o->every = 1000000;
	opterr = 0;
	while ((letter = getopt_long(argc, argv, strchr(c->takes, 'j') ?
				     ":j:h" : ":h", table(c), NULL)) != -1) {
		if (letter == ':')
			sim_die(SIM_USE, "%s: %s wants a value", c->name,
				argv[optind - 1]);
		if (letter == '?')
			sim_die(SIM_USE, "%s: unknown option %s (see --help)",
				c->name, argv[optind - 1]);
		set(o, c, letter);
	}
	o->trace = argv[optind];
	if (o->trace && argv[optind + 1])
		sim_die(SIM_USE, "%s: one trace, not also %s", c->name,
			argv[optind + 1]);
	check(o, c);
}
