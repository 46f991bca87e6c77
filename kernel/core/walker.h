/* kernel/core/walker.h - the checks of the central structures, run together */
#pragma once

#include "kernel/base/kernel.h"

/* Goes through one structure and panics when an invariant is broken. */
struct walker {
	const char *name;
	void (*check)(void);	/* never sleeps */
};

#define WALKERS	12
void walker_register(const struct walker *walker);

/* Runs every walker once, in the order of registration. */
void vm_check(void);
/* => the name of the walker that runs; NULL: none; for a panic */
const char *walker_at_work(void);
