/*
 * kernel/core/selftest.c - runs the tests that live in the kernel.
 */
#include "kernel/core/selftest.h"
#include "kernel/base/power.h"

extern const struct selftest selftests_start[], selftests_end[];

void selftest_run(const char *which)
{
	unsigned int passed = 0, failed = 0;
	const struct selftest *test;
	const char *why;

	for (test = selftests_start; test < selftests_end; test++) {
		if (strcmp(which, test->name) &&
		    (strcmp(which, "all") || test->fatal))
			continue;
		why = test->run();
		if (why) {
			failed++;
			printk("FAIL %s: %s\n", test->name, why);
		} else {
			passed++;
			printk("PASS %s\n", test->name);
		}
	}
	if (!passed && !failed)
		refuse("there is no self-test, test=%s", which);
	printk("selftest: %u passed, %u failed\n", passed, failed);
	machine_end(END_OK);
}
