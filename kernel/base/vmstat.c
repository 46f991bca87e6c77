/*
 * kernel/base/vmstat.c - the counters' storage
 *
 * Counters start at zero with each epoch: at boot and at each change of
 * scanner.  /proc/vmstat prints them (fs/proc/proc_vmstat.c).
 *
 * Locks: none; each counter is one word.
 */
#include "kernel/base/vmstat.h"

struct vm_stat vm_stat;
unsigned long writes_by[IO_INITIATORS];
unsigned long sectors_by[IO_INITIATORS][IO_ROW];

const char *const io_initiator_names[IO_INITIATORS] = {
	[IO_OTHER] = "other",
	[IO_KUPDATE] = "kupdate",
	[IO_BDFLUSH] = "bdflush",
	[IO_BALANCE_DIRTY] = "balance_dirty",
	[IO_REFILL_FREELIST] = "refill_freelist",
	[IO_LAUNDER_BUFFERS] = "launder_buffers",
	[IO_LAUNDER_WRITEPAGE] = "launder_writepage",
	[IO_FSYNC] = "fsync",
	[IO_SYNC] = "sync",
	[IO_SWAP] = "swap",
};

unsigned long sectors_of(enum io_initiator who)
{
	unsigned long sum = 0;
	int i;

	for (i = 0; i < IO_ROW; i++)
		sum += sectors_by[who][i];
	return sum;
}

unsigned long sectors_of_kind(enum io_kind kind)
{
	unsigned long sum = 0;
	int who;

	for (who = 0; who < IO_INITIATORS; who++)
		sum += sectors_by[who][2 * kind] +
		       sectors_by[who][2 * kind + 1];
	return sum;
}
