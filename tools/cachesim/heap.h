/*
 * tools/cachesim/heap.h - objects by a key, the largest first
 *
 * A binary heap that knows where each object is: 16 bytes an object.
 */
#pragma once

#include <stdint.h>

struct heap {
	uint64_t *key;		/* of each object */
	uint32_t *place;	/* in array, from 1; 0: not in the heap */
	uint32_t *array;	/* from 1 */
	uint32_t count;
};

void heap_open(struct heap *, uint32_t objects);
void heap_close(struct heap *);
void heap_set(struct heap *, uint32_t object, uint64_t key);	/* or insert */
void heap_remove(struct heap *, uint32_t object);	/* is in it */
