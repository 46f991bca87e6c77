/*
 * kernel/core/trace.h - the trace ring: events in order, outside the
 * memory under test.
 *
 * A fixed record per event; the list of events with their sentences is
 * kernel/core/trace_events.h.  The ring lies in physical memory that the page
 * allocator does not manage, so tracing takes no frame from the experiment;
 * the host finds it by its magic at a 4 KiB boundary of the guest's RAM.
 */
#pragma once

#include "kernel/base/kernel.h"

enum trace_event {
#define E(name, group, sentence, ...) TRACE_##name,
#include "kernel/core/trace_events.h"
#undef E
	TRACE_EVENTS
};

/* Groups that trace= switches: names in kernel/core/trace.c, same order. */
enum trace_group { TG_SYS, TG_PAGE, TG_BUF, TG_BLK, TG_SCAN, TG_SAMPLE,
		   TG_SCHED, TG_TOUCH, TRACE_GROUPS };

struct trace_record {
	u64 usec;
	u16 id;
	u16 pid;
	u32 arg[5];
} __packed;

/* One page; the records follow it.  Little endian, version 1. */
struct trace_header {
	char magic[8];		/* "LAUNDTRC" */
	u32 version;
	u32 record_size;
	u32 capacity;		/* records */
	u32 groups;		/* bit per trace_group recorded */
	u64 head;		/* records written since boot: the next goes to
				   head % capacity */
	u64 boot_seconds;	/* since 1970, of usec 0 */
	u32 page_size;
	u32 managed_pages;
} __packed;

extern u32 trace_mask;		/* bit per enum trace_event's group */
extern const u8 trace_group_of[TRACE_EVENTS];

void trace_init(unsigned long phys, unsigned long bytes);
void trace_set_managed(unsigned long pages);	/* after trace_init() */
int trace_set_groups(const char *names);	/* 0 or -EINVAL */
void trace_write(enum trace_event id, u32 a, u32 b, u32 c, u32 d, u32 e);
void trace_tail(unsigned int events);		/* to printk: for a panic */
/* => bytes of text in buf; *position moves on (start with 0: the oldest) */
size_t trace_print(u64 *position, char *buf, size_t size);

/* Missing arguments are 0. => any context, never sleeps */
#define TRACE(name, ...) TRACE_PAD_(name, ##__VA_ARGS__, 0, 0, 0, 0, 0)
#define TRACE_PAD_(name, a, b, c, d, e, ...)				\
	do {								\
		if (trace_mask & (1u << trace_group_of[TRACE_##name]))	\
			trace_write(TRACE_##name, (u32)(a), (u32)(b),	\
				    (u32)(c), (u32)(d), (u32)(e));	\
	} while (0)
