/*
 * fs/buffer/bdflush.h - the writers of dirty buffers outside the page scanner:
 * bdflush (too many), kupdate (too old), balance_dirty (the writing task).
 */
#pragma once

#include "fs/buffer/buffer.h"
#include "mm/reclaim/buffer_hooks.h"

/* Tunables, as 2.4.7's bdf_prm; readable and writable in /proc/sys/vm. */
struct bdf_prm {
	unsigned int nfract;		/* % of the base dirty: wake bdflush */
	unsigned int ndirty;		/* buffers per flush */
	unsigned int nrefill;		/* unused, as in 2.4.7 */
	unsigned int interval;		/* jiffies between kupdate runs */
	unsigned int age_buffer;	/* jiffies a buffer may stay dirty */
	unsigned int nfract_sync;	/* % dirty: the writer flushes itself */
};

extern struct bdf_prm bdf_prm;

void wakeup_bdflush(bool block, int caller);	/* block: flush here: sleeps */
int balance_dirty_state(void);	/* -1 none, 0 wake bdflush, 1 flush here */
void balance_dirty(void);	/* sleeps */
/* => number of writes started: buffers (classic) or pages (writepage) */
int flush_dirty_buffers(bool check_flushtime);
void bdflush_start(void);	/* starts bdflush */
