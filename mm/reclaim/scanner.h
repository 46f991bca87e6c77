/*
 * mm/reclaim/scanner.h - the whole interface of a reclaim policy, a scanner.
 *
 * The mechanism (mm/reclaim/reclaim.c, mm/reclaim/lru.c) owns locks, list
 * edits, bounds, shortages, goals, dirty limits, the walk over page tables and
 * the counters.  A scanner decides where a page is placed, which page is tried
 * next, and what is done with it.  It is a file mm/reclaim/scan_NAME.c and one
 * line of mm/reclaim/scanner_list.h.
 *
 * A scanner may also use mm/frames/page.h (struct page, its flags),
 * mm/reclaim/lru.h (the lists, lru_move), mm/reclaim/buffer_hooks.h (dropping
 * and writing buffers), mm/reclaim/scan_shared.h (parts of scanners),
 * free_shortage() and MAX_LAUNDER of mm/reclaim/reclaim.h,
 * kernel/base/vmstat.h and kernel/core/trace.h.
 *
 * Its pages are those on active and inactive_dirty; inactive_clean is the
 * mechanism's.  "List lock" is pagemap_lru_lock: a member called with it must
 * not sleep.  Optional members are marked.
 */
#pragma once

#include "mm/reclaim/buffer_hooks.h"
#include "mm/reclaim/lru.h"

/* What is done with a victim; the precondition of each verdict is checked. */
enum launder_verdict {
	LAUNDER_FREED,		/* no owner, no buffers: to the buddy */
	LAUNDER_CLEAN,		/* owned, clean, no buffers: inactive_clean */
	LAUNDER_STARTED,	/* launder_writepage() started its write,
				   which unlocks it; it stays in place */
	LAUNDER_ROTATE,		/* where ->place says, for PLACE_ROTATED */
	LAUNDER_ACTIVATE,	/* where ->place says, for PLACE_ACTIVATED */
	LAUNDER_KEEP,		/* stays in place */
};
#define LAUNDER_VERDICTS (LAUNDER_KEEP + 1)

/* Why a page is placed on a list. */
enum page_placed {
	PLACE_NEW,		/* it was on no list */
	PLACE_RESCUED,		/* in demand: touched, or held by a user */
	PLACE_ACTIVATED,	/* verdict ACTIVATE */
	PLACE_ROTATED,		/* verdict ROTATE */
	PLACE_LOCKED,		/* a victim that another task has locked */
	PLACE_REFUSED,		/* it became dirty on inactive_clean */
};

/* Why a page leaves its place on a list. */
enum page_gone {
	GONE_FREED,		/* verdict FREED */
	GONE_CLEANED,		/* verdict CLEAN */
	GONE_TRUNCATED,		/* its owner removed it from the lists */
	GONE_MOVED,		/* to another list or place, by ->place */
};

/* Why a page is probably not needed soon. */
enum page_idle {
	IDLE_PASSED,		/* sequential access has passed it */
	IDLE_UNMAPPED,		/* unmapped, not accessed recently */
};

/* One call of page_launder(), on the caller's stack. */
struct scan_pass {
	gfp_t gfp;		/* permission: WAIT, IO, FS */
	int round;		/* 0: take clean pages; 1: start I/O */
	bool sync;		/* state of the pass: the caller wants to wait;
				   false in round 1 once anything was cleaned */
	int io_left;		/* writes the scanner may still start */
	unsigned long scan_left;	/* steps left; kept by the mechanism */
	int cleaned;		/* verdicts CLEAN and FREED */
	int started;		/* verdicts STARTED */
	bool may_stop;		/* set by launder: after this page, stop if
				   memory is not short */
	const struct page *given;	/* launder_writepage() was called */
};

struct vm_scanner {
	const char *name;
	const char *what;	/* one line for /proc and messages */
	enum buffer_side buffers;
	/* inactive_dirty holds only pages found idle: 2.4's stock, on which its
	 * goals and limits are based.  false: they do not use the lists. */
	bool keeps_stock;

	/* The list for a page: active or inactive_dirty; or LRU_KEEP, in place,
	 * for a page on one of these.  (list lock) */
	enum lru_list (*place)(const struct page *page, enum page_placed why);
	/* => true: in demand; may clear the bit it tests.  (list lock) */
	bool (*wanted)(struct page *page);
	/* The next page to try, or NULL: none left.  (list lock) */
	struct page *(*victim)(struct scan_pass *pass);
	/* The verdict on a victim.  Page locked, on its list, referenced; no
	 * lock held; may sleep as pass->gfp allows. */
	enum launder_verdict (*launder)(struct page *page,
					struct scan_pass *pass);

	/* Optional: */

	/* Scans 1/2^priority of active, deactivates up to target pages (0:
	 * no limit).  => pages deactivated  (list lock) */
	int (*refill)(int priority, int target);
	/* After a round.  => true: one more round  (no lock; may sleep) */
	bool (*pass_end)(struct scan_pass *pass);
	/* A hit in the page cache or buffer cache, once for each; PG_referenced
	 * is set then.  (any lock; bits only, no list) */
	void (*touched)(struct page *page);
	/* An entry was young; its bit was cleared.  (as ->touched) */
	void (*young)(struct page *page);
	void (*idle)(struct page *page, enum page_idle why); /* (list lock) */
	/* placed: a page was linked at its place.  gone: it is about to leave
	 * it.  Once each; the scanner's own lru_move() is not reported.
	 * (list lock) */
	void (*placed)(struct page *page, enum page_placed why);
	void (*gone)(struct page *page, enum page_gone why);
	/* attach: the scanner takes charge, the lists are as the last one left
	 * them.  detach: it is about to be replaced.  (list lock) */
	void (*attach)(void);
	void (*detach)(void);
};

#define S(name) extern const struct vm_scanner scan_##name;
#include "mm/reclaim/scanner_list.h"
#undef S

extern const struct vm_scanner *vm_scanner;	/* in charge */

/* Reports a hit in the page cache or the buffer cache.  Any context. */
static inline void page_touched(struct page *page)
{
	if (!page_test(page, PG_referenced))
		page_set(page, PG_referenced);
	if (vm_scanner->touched)
		vm_scanner->touched(page);
}
