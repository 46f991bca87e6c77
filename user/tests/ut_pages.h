/*
 * user/tests/ut_pages.h - pages for tests of mapped memory: made, filled,
 * looked at
 */
#pragma once

#include "ut.h"

/* For ut_status_of(): a touch of *ut_target. */
extern volatile char *ut_target;
void ut_read(void);
void ut_touch(void);
/* => a child that does so at "at" dies of the signal */
int ut_dies(void (*access)(void), volatile char *at, int sig);

char *ut_map(size_t len, int flags);	/* anonymous; MAP_PRIVATE or SHARED */
char *ut_hole(size_t n);		/* room for n pages, nothing mapped */
void ut_mark(char *m, size_t n);
/* => page i of n holds i + 1, and the rest of it zeroes */
int ut_marked(const volatile char *m, size_t n);
int ut_zero(const volatile char *m, size_t len);
int ut_marked_file(void);		/* => descriptor: four pages, marked */
char *ut_map_file(int fd, size_t n, int flags);
/* => the pages that are there (mincore), page 0 in bit 0; n <= 32 */
unsigned ut_present(char *m, size_t n);
