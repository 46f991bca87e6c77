/*
 * tools/cachesim/command.h - subcommands, their options, their output
 */
#pragma once

#include "tools/cachesim/policy.h"

enum { MOST_SIZES = 4096 };

struct options {
	struct sim_reading reading;
	const char *program, *trace;
	uint64_t frames[MOST_SIZES];
	unsigned int sizes;		/* how many of them */
	const char *policies, *to, *out;
	uint64_t degrade, age, interval, window, every;	/* microseconds */
	uint64_t jobs;
	bool csv, rows, bytes, print_jobs, time, by_writer;
};

struct command {
	const char *name;
	const char *takes;	/* letters of option_table[], those that must
				   be given first, then a blank */
	const char *what;	/* one line */
	const char *text;	/* of --help: what it does and prints */
	void (*run)(const struct options *, const struct sim_trace *);
};

extern const struct command info_command, curve_command, opt_command,
	bound_command, writes_command, order_command, run_command,
	sweep_command, convert_command;

/* Fills in the options; prints --help and ends the process where asked. */
void options_read(struct options *, const struct command *, int argc,
		  char **argv);

/* ---- output: figures with their names --------------------------------- */

/* Adds a figure: `name  value` a line, or with --csv a column. */
void figure(const char *name, uint64_t value);
void figure_ratio(const char *name, uint64_t part, uint64_t whole);
void figure_text(const char *name, const char *text);
/* Prints them: with csv as a row; below the header if it is the first, unless
 * rows is set. */
void figures_print(bool csv, bool rows);
/* writes.c: adds the sectors written, and the fewest with so many frames. */
void writes_figures(const struct options *, const struct sim_trace *,
		    uint64_t frames);
