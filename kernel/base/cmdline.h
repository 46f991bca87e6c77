/*
 * kernel/base/cmdline.h - the kernel command line, parsed once at boot.
 *
 * An unknown option or a bad value is named on the console and ends the run.
 * Words after "--" are init's arguments.
 */
#pragma once

#include "kernel/base/kernel.h"

struct boot_options {
	char scanner[16];	/* scanner=  of mm/reclaim/scanner_list.h */
	u32 mem_mb;		/* mem=      managed megabytes; 0: all */
	char disk[8];		/* disk=     flat | seek */
	char root[16];		/* root=     hda, hdb, ram0...; "": find */
	char init[64];		/* init=     path of the first program */
	u32 debug;		/* debug=    0 | 1: walkers every second */
	u32 hz;			/* hz=       tick frequency, 100..1000 */
	u32 timeout;		/* timeout=  guest seconds; 0: none */
	u32 trace_kb;		/* trace_kb= size of the ring; 0: 1024 */
	char trace[64];		/* trace=    groups, comma separated */
	char test[32];		/* test=     kernel self-tests to run */
	char ide[8];		/* ide=      dma | pio */
	char init_args[512];	/* what follows " -- " */
	char line[512];		/* the whole, for /proc/cmdline */
};

extern struct boot_options boot_options;

void cmdline_parse(const char *line);
