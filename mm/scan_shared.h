/*
 * mm/scan_shared.h - parts that scanners are made of: what the two designs of
 * 2001 do alike (mm/scan_shared.c).  A third scanner takes what it likes.
 */
#pragma once

#include "mm/scanner.h"

/* For vm_scanner: new and rescued pages go to active; age and PG_referenced
 * tell what is wanted; the active list is aged; victims come from the tail of
 * inactive_dirty; a second round starts I/O when memory is still short. */
enum lru_list place_active(const struct page *page);
bool wanted_by_age(const struct page *page);
int refill_by_age(int priority, int target);
struct page *victim_oldest(struct scan_pass *pass);
bool second_round_if_short(struct scan_pass *pass);

/* The page is dirty as a whole: its owner's ->writepage, in round 1. */
enum launder_verdict launder_writepage(struct page *page,
				       struct scan_pass *pass);
/* The page is clean and has no buffers any more. */
enum launder_verdict launder_clean(const struct page *page);

/* What may be done about a page's busy buffers: nothing; start their writes;
 * start them and wait. */
enum launder_effort { LAUNDER_LOOK, LAUNDER_START, LAUNDER_WAIT };
enum launder_effort launder_spend(struct scan_pass *pass);
