/*
 * user/tests/call_pages.h - the memory that spoiled arguments of calls point to
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
