/*
 * tests/host/check.h - what every test on the host needs: results in the Test
 * Anything Protocol, a panic that can be caught, random numbers that repeat.
 * A program's plan is printed when it ends by itself.
 */
#pragma once

#include <stdio.h>

#include "kernel/base/kernel.h"

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
extern unsigned int test_reports;	/* results so far */
/* `ok` without a reason, `not ok` with one. */
void test_report(const char *name, const char *reason);

/* => the panic's text when fn panics, NULL when it does not */
const char *fake_panics(void (*fn)(void));
extern void (*fake_panicked)(void);	/* mends what it left; or NULL */

/* A small generator of the tests' own: the same everywhere. */
u32 test_random(u32 below);
