/*
 * tools/cachesim/heap.c - objects by a key, the largest first
 */
#include <stdlib.h>

#include "tools/cachesim/heap.h"
#include "tools/cachesim/trace.h"

void heap_open(struct heap *h, uint32_t objects)
{
	h->key = sim_alloc(objects, sizeof(*h->key));
	h->place = sim_alloc(objects, sizeof(*h->place));
	h->array = sim_alloc((size_t)objects + 1, sizeof(*h->array));
	h->count = 0;
}

void heap_close(struct heap *h)
{
	free(h->key);
	free(h->place);
	free(h->array);
}

static void put(struct heap *h, uint32_t at, uint32_t object)
{
	h->array[at] = object;
	h->place[object] = at;
}

/* Finds the object's place, from `at` up or down. */
static void settle(struct heap *h, uint32_t at, uint32_t object)
{
	uint64_t key = h->key[object];
	uint32_t child;

	for (; at > 1 && h->key[h->array[at / 2]] < key; at /= 2)
		put(h, at, h->array[at / 2]);
	for (; (child = at * 2) <= h->count; at = child) {
		if (child < h->count &&
		    h->key[h->array[child + 1]] > h->key[h->array[child]])
			child++;
		if (h->key[h->array[child]] <= key)
			break;
		put(h, at, h->array[child]);
	}
	put(h, at, object);
}

void heap_set(struct heap *h, uint32_t object, uint64_t key)
{
	h->key[object] = key;
	settle(h, h->place[object] ? h->place[object] : ++h->count, object);
}

void heap_remove(struct heap *h, uint32_t object)
{
	uint32_t at = h->place[object], last = h->array[h->count--];

	h->place[object] = 0;
	if (last != object)
		settle(h, at, last);
}
