/*
 * tests/host/check.h - what every test on the host needs: result lines, a
 * panic that can be caught, random numbers that repeat.
 */
#pragma once

#include <stdio.h>

#include "kernel/kernel.h"

/* One result line a test: the first condition that is false ends it. */
#define CHECK(cond)							\
	do {								\
		if (!(cond)) {						\
			snprintf(why, sizeof(why), "line %d: %s",	\
				 __LINE__, #cond);			\
			return why;					\
		}							\
	} while (0)

extern char why[300];
extern int failures;
/* PASS without a reason, FAIL with one. */
void test_report(const char *name, const char *reason);

/* => the panic's text when fn panics, NULL when it does not */
const char *fake_panics(void (*fn)(void));
extern void (*fake_panicked)(void);	/* mends what it left; or NULL */

/* A small generator of the tests' own: the same everywhere. */
u32 test_random(u32 below);
