/*
 * tools/cachesim/util.c - errors, arrays, numbers
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "tools/cachesim/trace.h"

void sim_die(int status, const char *format, ...)
{
	va_list args;

	fflush(stdout);
	fputs("cachesim: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(status);
}

static void *need(void *memory, size_t count, size_t size)
{
	if (!memory)
		sim_die(SIM_FAILED, "no memory for %zu times %zu bytes: "
			"sample the trace (--sample)", count, size);
	return memory;
}

void *sim_alloc(size_t count, size_t size)
{
	if (!count)
		count = 1;
	return need(calloc(count, size), count, size);
}

void *sim_resize(void *old, size_t count, size_t size)
{
	if (!count)
		count = 1;
	return need(reallocarray(old, count, size), count, size);
}

/* The finalizer of splitmix64 (Steele, Lea, Flood 2014). */
uint64_t sim_mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15;
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
	x = (x ^ x >> 27) * 0x94d049bb133111eb;
	return x ^ x >> 31;
}

bool sim_number(const char *s, uint64_t *value)
{
	uint64_t n = 0;
	const char *p = s;

	for (; *p >= '0' && *p <= '9'; p++) {
		if (__builtin_mul_overflow(n, (uint64_t)10, &n) ||
		    __builtin_add_overflow(n, (uint64_t)(*p - '0'), &n))
			return false;
	}
	*value = n;
	return p > s && !*p && (*s != '0' || p == s + 1);
}
