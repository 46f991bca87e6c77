/*
 * mm/reclaim/touch.h - the trace group "touch": which page was used, became
 * dirty, was written or left memory, by names that stay the same.
 *
 * A record's page is named by space (a kind and a device), owner and index, not
 * by an address, so that two runs of the same work have the same trace:
 *
 *	file	inode number, page of the file
 *	buffer	0, block of the device in units of its size
 *	anon	number of the address space, virtual page
 *	shm	number of the object, page of the object
 *
 * Of an anonymous page only the record that makes it has its name.  The others
 * have owner 0, and as index its swap entry or 0: tools/trace knows the page by
 * its frame or its slot.
 */
#pragma once

#include "kernel/core/trace.h"
#include "mm/reclaim/address_space.h"

enum touch_kind { TOUCH_FILE, TOUCH_BUFFER, TOUCH_ANON, TOUCH_SHM };
#define TOUCH_SPACE(kind, dev)	((u32)(kind) << 28 | (dev))

/* Bits 0-7 of "how" in TOUCH.  young: an accessed bit was found set. */
enum touch_how { TOUCH_READ, TOUCH_WRITE, TOUCH_GETBLK, TOUCH_FAULT_READ,
		 TOUCH_FAULT_WRITE, TOUCH_PREFETCH, TOUCH_YOUNG };
/* The same in GONE; in WRITTEN they hold the enum io_initiator.  Dropped:
 * with its inode, or by drop_caches, not for its frame. */
enum touch_gone { TOUCH_RECLAIMED, TOUCH_TRUNCATED, TOUCH_DROPPED };
#define TOUCH_MISS	0x100u	/* TOUCH: the page was not in memory; WRITTEN:
				   it was unchanged since it was last written */
#define TOUCH_NEW	0x200u	/* TOUCH: nothing is read on a miss */
#define TOUCH_END	0x400u	/* TOUCH: a write up to the page's end */
#define TOUCH_SECTORS(bytes)	((u32)(bytes) >> 9 << 16)

static inline bool touch_traced(void)
{
	return unlikely(trace_mask & (1u << TG_TOUCH));
}

/* Records so many bytes of the page.  => any context */
void __cold touch_record(enum trace_event id, const struct page *page,
		  unsigned int bytes, u32 how);
/* Records a file.  CUT: every page from index on is forgotten, cached or not.
 * ASKED: a program wants what was stored in it on the disk. */
void touch_file(enum trace_event id, const struct address_space *mapping,
		unsigned long index);

static inline void trace_page(enum trace_event id, const struct page *page,
			      u32 how)
{
	if (touch_traced())
		touch_record(id, page, PAGE_SIZE, how);
}
