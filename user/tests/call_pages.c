/*
 * user/tests/call_pages.c - good arguments of a call, spoiled ones, and the
 * memory that they point to
 */
#include "call_pages.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

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

char *buffer_of(const struct call *call, int i, int shift)
{
	return page_of(i) + PAGE - call->arg[i].size - shift;
}

void call_good(const struct call *call, int before, const int shift[6],
	       long a[6])
{
	lseek(WORLD_DIR, 0, SEEK_SET);
	lseek(WORLD_FILE, 0, SEEK_SET);
	for (int i = 0; i < 6; i++) {
		const struct arg *arg = &call->arg[i];
		char *at = buffer_of(call, i, shift[i]);
		size_t n = arg->size + (shift[i] < 0 ? shift[i] : 0);

		a[i] = arg->kind == A_ADDR ? (long)OWN_PAGES : arg->value;
		if (!is_pointer(arg))
			continue;
		memset(page_of(i), before, PAGE);
		memset(at, 0, n);
		if (arg->data)
			memcpy(at, arg->data, n);
		a[i] = (long)at;
	}
}

void call_child(const struct call *call)
{
	pid_t pid;

	if (!(call->flags & CALL_CHILD))
		return;
	pid = xfork();
	if (pid == 0)
		_exit(0);
	waitid(P_PID, pid, NULL, WEXITED | WNOWAIT);
}

void call_try(const struct call *call, const call_tries tries)
{
	for (int i = 0; i < 6; i++)
		if (tries[call->arg[i].kind])
			tries[call->arg[i].kind](i);
}
