/*
 * tools/cachesim/kern_impl.h - what the files kern_*.c share: parts of the
 * simulated machine
 */
#pragma once

#include "tools/cachesim/kern.h"

#include "drivers/block/blk.h"
#include "fs/fs.h"
#include "kernel/base/vmstat.h"
#include "kernel/core/task.h"
#include "mm/reclaim/reclaim.h"

#define PAGE_SECTORS	(PAGE_SIZE >> SECTOR_SHIFT)

extern struct kern_setup kern;		/* of this run */

/* kern_task.c */
extern const struct clock_chip kern_chip;
void kern_tick(void);			/* the clock moves by one tick */

/* kern_host.c */
void kern_memory_init(unsigned long frames);
/* The rest of the kernel has so many frames from now on; sleeps. */
void kern_hold(unsigned long frames);

/* kern_process.c.  touch: => the object is a miss; sleeps */
void kern_processes_init(void);
void kern_swap_init(u32 pages);		/* 0: no swap */
bool kern_memory_touch(struct kern_object *object, bool write);
void kern_memory_drop(struct kern_object *object);
void kern_file_map(struct kern_object *object, struct page *page, bool write);
void kern_file_unmap(struct kern_object *object);
unsigned long kern_memory_private(void);	/* frames on no page list */

/* kern_disk.c */
void kern_disk_init(void);
/* => the drive of that number, made when it is first asked for */
struct blk_dev *kern_disk(unsigned int number);
struct blk_dev *kern_swap_disk(void);

/* kern_files.c */
void kern_files_init(void);
void kern_files_unplug(void);	/* starts what is to be read ahead */
bool kern_files_plugged(void);	/* => something is */
extern unsigned long kern_prefetched;	/* pages read ahead */
/* Nothing was read for a read of the object: its page has no blocks. */
void kern_file_hole(struct kern_object *object);
/* => the object is a miss; sleeps.  in_trace: it is one in the trace */
bool kern_file_read(struct kern_object *object, bool in_trace);
bool kern_file_write(struct kern_object *object,
		     const struct kern_event *event);
bool kern_file_fault(struct kern_object *object, bool write);
void kern_file_prefetch(struct kern_object *object);
void kern_file_dirty(struct kern_object *object);
void kern_file_flush(struct kern_object *object);
void kern_file_drop(struct kern_object *object);
void kern_file_drop_clean(struct kern_object *object);
bool kern_block_read(struct kern_object *object, bool fresh);
void kern_block_prefetch(struct kern_object *object);
void kern_block_dirty(struct kern_object *object);
void kern_block_flush(struct kern_object *object);
void kern_block_drop(struct kern_object *object);
void kern_block_drop_clean(struct kern_object *object);
