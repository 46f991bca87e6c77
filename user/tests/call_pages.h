/*
 * user/tests/call_pages.h - good arguments of a call, spoiled ones, and the
 * memory that they point to
 */
#pragma once

#include "call_table.h"

#define BUFFERS		0x60000000ul	/* one for each argument */
#define STRIDE		(4ul * PAGE)	/* a page, then nothing */
#define READ_ONLY	(BUFFERS + 8 * STRIDE)
#define NO_RIGHTS	(READ_ONLY + STRIDE)
#define OWN_PAGES	0xa0000000ul	/* for calls about memory */

/* => the page of argument i; nothing is behind it */
char *page_of(int i);
/* => the argument is a pointer to what is in its page */
int is_pointer(const struct arg *arg);
void map_at(unsigned long at, unsigned long pages, int prot);
void map_call_pages(void);		/* all of the above */

/* => where argument i begins: it ends `shift` bytes before the end of its page,
 * behind it if negative */
char *buffer_of(const struct call *call, int i, int shift);
/* Good arguments; the bytes of a page before its buffer are `before`. */
void call_good(const struct call *call, int before, const int shift[6],
	       long a[6]);
/* The child that has ended, for a call that wants one. */
void call_child(const struct call *call);

/* For each kind of argument, what spoils argument i; NULL: nothing does. */
typedef void (*call_tries[A_ADDR + 1])(int i);
void call_try(const struct call *call, const call_tries tries);
