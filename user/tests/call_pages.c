/*
 * user/tests/call_pages.c - the memory that spoiled arguments of calls point to
 */
#include "call_pages.h"

#include <sys/mman.h>

char *page_of(int i)
{
	return (char *)(BUFFERS + i * STRIDE);
}

int is_pointer(const struct arg *arg)
{
	return arg->kind == A_PATH || arg->kind == A_IN || arg->kind == A_OUT;
}

void map_at(unsigned long at, unsigned long pages, int prot)
{
	if (mmap((void *)at, pages * PAGE, prot,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)
		die_sys("mmap at %lx", at);
}

void map_call_pages(void)
{
	for (int i = 0; i < 6; i++)
		map_at((unsigned long)page_of(i), 1, PROT_READ | PROT_WRITE);
	map_at(READ_ONLY, 1, PROT_READ);
	map_at(NO_RIGHTS, 1, PROT_NONE);
	map_at(OWN_PAGES, 4, PROT_READ | PROT_WRITE);
}
