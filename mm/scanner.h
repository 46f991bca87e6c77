/*
 * mm/scanner.h - what a reclaim policy decides, and nothing else.
 *
 * The mechanism (mm/reclaim.c, mm/lru.c) owns locks, list edits, bounds and
 * counters.  A scanner answers questions: where a page joins, which to age,
 * which to try, what becomes of it.  A design is a file mm/scan_NAME.c, one
 * line of mm/scanner_list.h and one of the two sides of the buffer cache, named
 * in .buffers.
 */
#pragma once

#include "mm/buffer_hooks.h"
#include "mm/lru.h"

enum launder_verdict {
	LAUNDER_FREED,		/* nothing holds the frame: to the buddy */
	LAUNDER_CLEAN,		/* to inactive_clean */
	LAUNDER_STARTED,	/* I/O started: stays in place, locked */
	LAUNDER_ROTATE,		/* to the head of inactive_dirty */
	LAUNDER_ACTIVATE,	/* to active */
	LAUNDER_VERDICTS
};

/* One call of page_launder(), on the caller's stack. */
struct scan_pass {
	gfp_t gfp;		/* permission: WAIT, IO, FS */
	int round;		/* 0: take what is clean; 1: start I/O */
	bool sync;		/* state of the pass: the caller wants to wait;
				   false in round 1 once anything was cleaned */
	int io_left;		/* the scanner's own allowance of writes */
	unsigned long scan_left;	/* looks left; kept by the mechanism */
	int cleaned;		/* verdicts CLEAN and FREED */
	int started;		/* verdicts STARTED */
	bool may_stop;		/* set by launder: once this page is dealt
				   with, stop if memory is not short */
};

struct vm_scanner {
	const char *name;
	const char *what;	/* one line for /proc and messages */
	enum buffer_side buffers;

	/* Where a page joins, or goes when rescued.  (list lock held) */
	enum lru_list (*place)(const struct page *page);
	/* Touched lately: rescue it.  (list lock held) */
	bool (*wanted)(const struct page *page);
	/* Ages nr_active >> priority pages, deactivates up to target (0: no
	 * limit, background).  => pages deactivated  (list lock held) */
	int (*refill)(int priority, int target);
	/* The next page to try, or NULL: none left.  (list lock held) */
	struct page *(*victim)(struct scan_pass *pass);
	/* What becomes of it.  Page locked, on its list, with a reference; no
	 * lock held; may sleep as pass->gfp allows.  The page lock is given
	 * away for STARTED, kept for all other verdicts. */
	enum launder_verdict (*launder)(struct page *page,
					struct scan_pass *pass);
	/* After a round.  => true: one more round.  NULL: no */
	bool (*pass_end)(struct scan_pass *pass);

	/* NULL: not interested.  Exact touches; departures from the lists;
	 * taking and losing office. */
	void (*touched)(struct page *page);
	void (*gone)(struct page *page);
	void (*attach)(void);
	void (*detach)(void);
};

#define S(name) extern const struct vm_scanner scan_##name;
#include "mm/scanner_list.h"
#undef S

extern const struct vm_scanner *vm_scanner;	/* the one in charge */
extern unsigned int scanner_epoch;		/* switches since boot */

/*
 * Around each call of ->launder, which sleeps: a switch waits for those that
 * began under the old scanner.  => a ticket for scanner_leave
 */
unsigned int scanner_enter(void);
void scanner_leave(unsigned int ticket);

/* => 0, -EINVAL for an unknown name, -E of the conversion; sleeps */
int scanner_switch(const char *name);
int scanner_boot(const char *name);	/* scanner= => 0, -EINVAL */
/* "[classic] writepage\n". => bytes written, at most size */
size_t scanner_names(char *buf, size_t size);

/* An exact touch: a hit in the page cache or the buffer cache. any context */
static inline void page_touched(struct page *page)
{
	if (!page_test(page, PG_referenced))
		page_set(page, PG_referenced);
	if (vm_scanner->touched)
		vm_scanner->touched(page);
}
