/*
 * kernel/core/selftest.h - tests that run inside the kernel.
 *
 * test=NAME (or test=all) on the command line runs them instead of init.
 *
 * SELFTEST(name, function) beside the code it tests; the function returns NULL
 * or a sentence with the failure.  SELFTEST_FATAL(name, function) must end
 * in a panic, and is run by its name only.
 */
#pragma once

#include "kernel/base/kernel.h"

struct selftest {
	const char *name;
	const char *(*run)(void);
	bool fatal;		/* ends in a panic: not one of "all" */
};

#define SELFTEST_KIND(name_, fn, fatal_)				\
	static const struct selftest selftest_##name_			\
		__attribute__((section("selftests"), used)) =		\
		{ #name_, fn, fatal_ }
#define SELFTEST(name, fn)		SELFTEST_KIND(name, fn, false)
#define SELFTEST_FATAL(name, fn)	SELFTEST_KIND(name, fn, true)

#define EXPECT(cond)							\
	do {								\
		if (!(cond))						\
			return "expected " #cond;			\
	} while (0)

/* Runs the tests named "which" (or all of them), prints PASS and FAIL lines.
 * => never returns: powers off */
void selftest_run(const char *which) __noreturn;
