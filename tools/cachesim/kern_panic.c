/*
 * tools/cachesim/kern_panic.c - a broken invariant of the kernel's code ends
 * the run; tests have a panic of their own
 */
#include <stdio.h>
#include <stdlib.h>

#include "kernel/base/kernel.h"

void panic(const char *fmt, ...)
{
	va_list args;

	fprintf(stderr, "cachesim: the kernel's code stops: ");
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fprintf(stderr, "\n");
	_Exit(1);
}
