/*
 * tools/cachesim/lists.c - objects in a few lists, each in at most one
 */
#include <stdlib.h>
#include <string.h>

#include "tools/cachesim/lists.h"
#include "tools/cachesim/trace.h"

void lists_open(struct lists *l, uint32_t objects)
{
	size_t nodes = (size_t)objects + LISTS;
	uint32_t i;

	memset(l, 0, sizeof(*l));
	l->objects = objects;
	l->next = sim_resize(NULL, nodes, sizeof(*l->next));
	l->prev = sim_resize(NULL, nodes, sizeof(*l->prev));
	l->size = sim_alloc(objects, sizeof(*l->size));
	l->in = sim_alloc(objects, 1);
	for (i = objects; i < nodes; i++)
		l->next[i] = l->prev[i] = i;
}

void lists_close(struct lists *l)
{
	free(l->next);
	free(l->prev);
	free(l->size);
	free(l->in);
}

void lists_remove(struct lists *l, uint32_t o)
{
	if (!l->in[o])
		return;
	l->count[l->in[o]]--;
	l->used[l->in[o]] -= l->size[o];
	l->in[o] = 0;
	l->next[l->prev[o]] = l->next[o];
	l->prev[l->next[o]] = l->prev[o];
}

void lists_move(struct lists *l, uint32_t o, int list)
{
	uint32_t head = l->objects + list;

	lists_remove(l, o);
	l->in[o] = list;
	l->count[list]++;
	l->used[list] += l->size[o];
	l->prev[o] = head;
	l->next[o] = l->next[head];
	l->prev[l->next[head]] = o;
	l->next[head] = o;
}
