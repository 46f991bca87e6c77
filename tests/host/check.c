/* tests/host/check.c - see check.h */
#include <setjmp.h>

#include "tests/host/check.h"

extern void abort(void) __noreturn;

char why[300];
int failures;
unsigned int test_reports;
void (*fake_panicked)(void);

static jmp_buf *catcher;
static char panic_text[300];

void test_report(const char *name, const char *reason)
{
	test_reports++;
	printf("%sok %u - %s\n", reason ? "not " : "", test_reports, name);
	if (reason)
		printf("# %s\n", reason);
	fflush(stdout);
	failures += reason != NULL;
}

static void __attribute__((destructor)) test_plan(void)
{
	printf("1..%u\n", test_reports);
}

u32 test_random(u32 below)
{
	static u32 state = 2463534242u;

	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state % below;
}

void panic(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(panic_text, sizeof(panic_text), fmt, args);
	va_end(args);
	if (catcher)
		longjmp(*catcher, 1);
	test_report("panic", panic_text);
	abort();
}

const char *fake_panics(void (*fn)(void))
{
	jmp_buf here;

	if (!setjmp(here)) {
		catcher = &here;
		fn();
		catcher = NULL;
		return NULL;
	}
	catcher = NULL;
	if (fake_panicked)
		fake_panicked();
	return panic_text;
}
