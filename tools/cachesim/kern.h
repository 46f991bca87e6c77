/*
 * tools/cachesim/kern.h - the kernel's own reclaim on the host
 *
 * The world is a machine of 2001 with one drive and one program.  Its scanner,
 * page lists, page cache, buffer cache, block layer, allocator and scheduler
 * are the kernel's files, unchanged; the files kern_*.c stand for the
 * processor, the drive, the file system and the program.  A process has one
 * world, for one run.
 *
 * This header needs no other header of the kernel: kern_policy.c includes it
 * beside the trace's.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* What the program or the file system does with one object. */
enum kern_act { KERN_READ, KERN_WRITE, KERN_FAULT_READ, KERN_FAULT_WRITE,
		KERN_YOUNG, KERN_PREFETCH, KERN_DIRTY, KERN_FLUSH, KERN_DROP,
		KERN_DROP_CLEAN, KERN_HOLD };

enum kern_kind { KERN_FILE, KERN_BUFFER, KERN_ANON };

/* A page or a block. */
struct kern_object {
	void *page;		/* of a file: where it is cached; of a process:
				   where it is mapped; or NULL */
	uint8_t kind;		/* enum kern_kind */
	bool mapped, young, written;	/* bits of a page table's entry */
	uint16_t dev;
	uint32_t *blocks;	/* of a page that was a hole: its blocks on the
				   drive, 0: none; NULL: a whole page */
	uint32_t file;		/* of files: a dense number */
	uint32_t index;		/* page in its file; block of its device */
	union {
		uint32_t bytes;	/* of a block */
		uint32_t slot;	/* of a process's page in swap; 0: none */
	};
};

struct kern_file {
	uint32_t first, pages;	/* its objects: consecutive, by index */
};

struct kern_setup {
	const char *scanner;
	unsigned long frames;	/* that the allocator manages */
	unsigned long reserved;	/* of these, used by the rest of the kernel at
				   first */
	uint32_t swap;		/* pages of swap */
	unsigned int block;	/* bytes of a file system's block */
	unsigned int hz;	/* ticks a second */
	bool check;		/* walk all structures every second */
	struct kern_object *objects;
	uint32_t count;
	const struct kern_file *files;
	uint32_t nfiles;
};

struct kern_event {
	uint64_t usec;
	uint32_t object;	/* of KERN_HOLD: frames */
	uint8_t act;		/* enum kern_act */
	bool missed;		/* the trace says that it was not in memory, */
	bool fresh;		/* that nothing was read, */
	bool at_end;		/* that it was written up to its end, */
	bool dirties;		/* that this made blocks dirty */
	uint16_t bytes;		/* of a write: so much of the page */
};

struct kern_counts {
	uint64_t hits, misses;
	uint64_t fresh;		/* of the misses: the event says so */
	uint64_t prefetched;	/* pages that read-ahead brought in */
	uint64_t evicted, scanned, writes, sectors;
};

#define KERN_FRAMES_MIN	128ul	/* not reserved */

/* Once in a process, with KERN_FRAMES_MIN frames at least. */
void kern_boot(const struct kern_setup *setup);
void kern_do(const struct kern_event *event);
/* => after the last event; the walkers run */
void kern_end(struct kern_counts *counts);
const char *kern_scanner_what(const char *name);	/* NULL: none */
