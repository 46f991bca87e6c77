/*
 * mm/reclaim/touch.c - names of pages for the trace group "touch"
 *
 * Locks: none; a page's mapping and index are read once each.
 */
#include "mm/reclaim/touch.h"

/* A mapping without ->key, the buffer cache's, has no pages by name: its blocks
 * are recorded. */
void touch_record(enum trace_event id, const struct page *page,
		  unsigned int bytes, u32 how)
{
	const struct address_space *mapping = page->mapping;
	u32 space = TOUCH_SPACE(TOUCH_ANON, 0), owner = 0, index = 0;

	if (mapping && !mapping->a_ops->key)
		return;
	if (mapping) {
		mapping->a_ops->key(mapping, &space, &owner);
		index = page->index;
	}
	if (id == TRACE_TOUCH && page_test(page, PG_hole))
		how |= TOUCH_NEW;
	trace_write(id, space, owner, index, how | TOUCH_SECTORS(bytes),
		    page_to_pfn(page));
}

void touch_file(enum trace_event id, const struct address_space *mapping,
		unsigned long index)
{
	u32 space, owner;

	if (!touch_traced() || !mapping->a_ops || !mapping->a_ops->key)
		return;
	mapping->a_ops->key(mapping, &space, &owner);
	trace_write(id, space, owner, index, 0, 0);
}
