/* kernel/base/power.h - the end of a run, reported to the host. */
#pragma once

#include "kernel/base/kernel.h"

/* Values written to the debug-exit port; QEMU exits with (code << 1) | 1. */
enum end_code { END_OK = 0x10, END_PANIC = 0x11, END_REBOOT = 0x12,
		END_TIMEOUT = 0x13, END_REFUSED = 0x14 };

/*
 * machine_end: prints "launder: end ..." and stops the emulator.
 * => never returns; the caller has synced the disks
 */
void machine_end(enum end_code code) __noreturn;
/* Reports an invalid option and ends the run. */
void refuse(const char *fmt, ...) __printf(1, 2) __noreturn;
extern bool machine_ends;	/* set once reboot(2) has begun */
