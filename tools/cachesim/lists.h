/*
 * tools/cachesim/lists.h - objects in a few lists, each in at most one
 *
 * 13 bytes an object.  List 0 means: in none.
 */
#pragma once

#include <stdint.h>

enum { LISTS = 5 };

struct lists {
	uint32_t objects;
	uint32_t *next, *prev, *size;	/* the heads are behind the objects */
	uint8_t *in;			/* 0 to LISTS - 1 */
	uint64_t count[LISTS], used[LISTS];	/* objects; sum of sizes */
};

void lists_open(struct lists *, uint32_t objects);
void lists_close(struct lists *);
/* To the head of the list, from where it is now. */
void lists_move(struct lists *, uint32_t object, int list);
void lists_remove(struct lists *, uint32_t object);	/* if it is in one */
/* The list is not empty. */
static inline uint32_t lists_tail(const struct lists *l, int list)
{
	return l->prev[l->objects + list];
}
