/*
 * kernel/base/vmstat.h - the counters: one struct, one documented line a field.
 *
 * The list is kernel/base/vmstat_list.h; /proc/vmstat prints every line of it.
 * A decision and its counter stand next to each other in the code:
 * count_vm(name) or count_vm_add(name, n).
 */
#pragma once

#include "kernel/base/kernel.h"

struct vm_stat {
#define C(name, doc) unsigned long name;
#include "kernel/base/vmstat_list.h"
#undef C
};

extern struct vm_stat vm_stat;

#define count_vm(name)		(vm_stat.name++)
#define count_vm_add(name, n)	(vm_stat.name += (n))

/* What starts a write: the task's initiator when it submits. */
enum io_initiator { IO_OTHER, IO_KUPDATE, IO_BDFLUSH, IO_BALANCE_DIRTY,
		    IO_REFILL_FREELIST, IO_LAUNDER_BUFFERS,
		    IO_LAUNDER_WRITEPAGE, IO_FSYNC, IO_SYNC, IO_SWAP,
		    IO_INITIATORS };

extern const char *const io_initiator_names[IO_INITIATORS];
extern unsigned long writes_by[IO_INITIATORS];	/* transfers (blk_io) */
/* 512-byte sectors, by 2 * kind; + 1 for data written again unchanged */
enum io_kind { IO_METADATA, IO_FILE, IO_SWAPPED, IO_KINDS };
#define IO_ROW	8
extern unsigned long sectors_by[IO_INITIATORS][IO_ROW];
unsigned long sectors_of(enum io_initiator who);
unsigned long sectors_of_kind(enum io_kind kind);
