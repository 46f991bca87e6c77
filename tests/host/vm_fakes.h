/*
 * tests/host/vm_fakes.h - what the page lists, the scanners and the page cache
 * need of a kernel, on the host.
 *
 * There are FAKE_PAGES frames, one task and no drive: a write that is started
 * ends when the test calls fake_io_done().  Buffers are one head a page.
 */
#pragma once

#include "fs/buffer/buffer_design.h"
#include "kernel/core/task.h"
#include "kernel/base/vmstat.h"
#include "mm/reclaim/filemap.h"
#include "mm/reclaim/reclaim.h"
#include "tests/host/check.h"

#define FAKE_PAGES	1024UL

void fake_reset(const char *scanner);	/* all frames free, counters zero */
void fake_tables(void);			/* every invariant; panics */

/* A buffer-cache page as the design in charge makes it; on active. */
struct page *fake_buffer_page(bool dirty);
/* A file page, count 1, on active; with one buffer unless dirty < 0. */
extern struct address_space fake_file;
struct page *fake_file_page(unsigned long index, int buffer_dirty);
void fake_dirty(struct page *page);	/* its buffer, by the design's rule */
void fake_old(struct page *page);	/* deactivated: on inactive_dirty */
void fake_gone(struct page *page);	/* whatever it is: free it */
void fake_random_event(void);	/* one use of memory, of ten kinds */

unsigned int fake_io_done(void);	/* => transfers that ended */
extern unsigned int fake_bdflush_wakes, fake_unplugs;
extern unsigned int fake_busy_wakes;	/* of bdflush, for a page */
extern unsigned int fake_writepages, fake_buffer_writes;
extern bool fake_no_writepage;		/* the file has none */
extern int fake_switch_error;		/* what the conversion answers */
extern unsigned int fake_page_waits;	/* for a page's buffers */
extern void (*fake_sleep)(void);	/* what happens while we sleep */

/* Reads of the file since the last fake_reset, in order of submission. */
extern unsigned long fake_reads[8192];
extern unsigned int fake_nreads;

void run_test(const char *name, const char *(*test)(void));
