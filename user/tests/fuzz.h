/*
 * user/tests/fuzz.h - random system calls: what the two halves of fuzz share
 */
#pragma once

#include "call_table.h"

#define FUZZ_SECRET	"/fuzz.secret"	/* of root, mode 0600 */

/* Random calls, in the working directory, until "calls" are made or one of
 * them ends the process. */
void fuzz_calls(uint32_t seed, unsigned long calls);
