/*
 * tools/cachesim/trace.h - a touch trace in memory
 *
 * A trace is an array of events in the order in which they happened, and an
 * array of the objects (pages or blocks) that they name by a dense number.
 * Names begin with sim_: the kernel's own files are linked beside these.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { SIM_OK, SIM_FAILED, SIM_USE = 3, SIM_TOOL };	/* exit statuses */

enum sim_event_type { SIM_TOUCH, SIM_DIRTIED, SIM_WRITTEN, SIM_GONE, SIM_ASKED,
		      SIM_EVENTS };

/* how of SIM_TOUCH.  Read-ahead brings a page in: no program touches it.
 * Young: a scan found the accessed bit of a page table set, some time after
 * the access. */
enum { SIM_READ, SIM_WRITE, SIM_GETBLK, SIM_FAULT_READ, SIM_FAULT_WRITE,
       SIM_PREFETCH, SIM_YOUNG, SIM_TOUCHES };
/* how of SIM_GONE; that of SIM_WRITTEN is an enum io_initiator. */
enum { SIM_RECLAIMED, SIM_TRUNCATED, SIM_DROPPED, SIM_GOINGS };
enum { SIM_WRITERS = 10 };

enum { SIM_MISS = 1,		/* the page was not in memory */
       SIM_NEW = 2,		/* nothing is read for it on a miss */
       SIM_END = 4 };		/* a write up to the end of the page */

enum sim_kind { SIM_FILE, SIM_BUFFER, SIM_ANON, SIM_SHM, SIM_KINDS,
		SIM_TEXT = 15 };	/* an object that is no number */

/* 24 bytes. */
struct sim_event {
	uint64_t usec;
	uint32_t object;	/* in sim_trace.keys */
	uint32_t size;		/* bytes */
	uint32_t pfn;		/* 0: not known */
	uint8_t event;		/* enum sim_event_type */
	uint8_t how;
	uint8_t flags;		/* SIM_MISS, SIM_NEW, SIM_END */
};

struct sim_key {
	uint32_t space;		/* enum sim_kind << 28 | device number */
	uint32_t owner;		/* inode number; of anonymous pages the pid */
	uint64_t index;		/* page of the file, block, object's number */
};

/* From an event on, frames used for what has no events. */
struct sim_held {
	uint32_t event, frames;
};

struct sim_trace {
	struct sim_event *events;
	struct sim_key *keys;
	struct sim_held *held;
	uint32_t count, objects, helds;	/* of the three arrays */
	uint64_t rows;		/* events in the file */
	uint64_t touches;	/* by programs, in the file: before sampling */
	uint64_t lost;		/* events that its writer had no room for */
	bool timed;		/* false: usec counts the rows */
	bool backward;		/* a time is before the one above it */
	const char *name, *format;	/* of the file */
};

struct sim_reading {
	const char *format;	/* "csv", "oracle"; NULL: by the first bytes */
	double rate;		/* share of the objects that is kept, 0 to 1 */
	bool exact;		/* leave out SIM_YOUNG */
	bool lossy;		/* take a trace with lost events */
};

/* Reads a file ("-": standard input), by xz, gzip or zstd where it is
 * compressed.  Ends the process with one line on what is wrong. */
void sim_trace_read(struct sim_trace *, const char *path,
		    const struct sim_reading *);
void sim_trace_free(struct sim_trace *);

/* A touch by a program: what hits or misses. */
static inline bool sim_is_touch(const struct sim_event *e)
{
	return e->event == SIM_TOUCH && e->how != SIM_PREFETCH;
}

static inline bool sim_is_prefetch(const struct sim_event *e)
{
	return e->event == SIM_TOUCH && e->how == SIM_PREFETCH;
}

/* The object ends: what it is touched for later is another. */
static inline bool sim_is_end(const struct sim_event *e)
{
	return e->event == SIM_GONE && e->how == SIM_TRUNCATED;
}

/* It leaves memory under every policy: it ends, or was dropped on request. */
static inline bool sim_leaves(const struct sim_event *e)
{
	return e->event == SIM_GONE && e->how != SIM_RECLAIMED;
}

extern const char *const sim_event_names[SIM_EVENTS];
extern const char *const sim_touch_names[SIM_TOUCHES];
extern const char *const sim_gone_names[SIM_GOINGS];
extern const char *const sim_kind_names[SIM_KINDS];
extern const char *const sim_writer_names[SIM_WRITERS];

/* ---- util.c ----------------------------------------------------------- */

/* Prints `cachesim: ` and the line, and ends the process. */
void sim_die(int status, const char *format, ...)
	__attribute__((noreturn, format(printf, 2, 3)));
/* Arrays: they end the process when there is no memory. */
void *sim_alloc(size_t count, size_t size);	/* zeroed */
void *sim_resize(void *, size_t count, size_t size);
uint64_t sim_mix(uint64_t);	/* a bijection whose result looks random */
/* Canonical decimal, nothing behind it. => is it one? */
bool sim_number(const char *, uint64_t *value);
