/*
 * mm/reclaim/scan_shared.h - parts of scanners: the common decisions of the two
 * designs of 2001 (mm/reclaim/scan_shared.c).  Other scanners may use them.
 */
#pragma once

#include "mm/reclaim/scanner.h"

/* For vm_scanner, 2.4.7's ages: new and rescued pages go to active; age and
 * PG_referenced decide whether a page is wanted; the active list is aged. */
enum lru_list place_by_age(const struct page *page, enum page_placed why);
bool wanted_by_age(struct page *page);
int refill_by_age(int priority, int target);
void young_by_age(struct page *page);
void idle_by_age(struct page *page, enum page_idle why);

/* For vm_scanner: victims come from the tail of inactive_dirty; a second round
 * starts I/O when memory is still short; a young entry of a page table sets
 * PG_referenced; all pages are on inactive_dirty. */
struct page *victim_oldest(struct scan_pass *pass);
bool second_round_if_short(struct scan_pass *pass);
void young_is_referenced(struct page *page);
void attach_one_list(void);

/* The two designs' ->launder. */
enum launder_verdict classic_launder(struct page *page,
				     struct scan_pass *pass);
enum launder_verdict writepage_launder(struct page *page,
				       struct scan_pass *pass);

/* For a dirty page: calls its owner's ->writepage, in round 1. => STARTED, or
 * another verdict without an effect. */
enum launder_verdict launder_writepage(struct page *page,
				       struct scan_pass *pass);
/* For a clean page without buffers. */
enum launder_verdict launder_clean(const struct page *page);

/* What may be done about a page's busy buffers: nothing; start their writes;
 * start them and wait. */
enum launder_effort { LAUNDER_LOOK, LAUNDER_START, LAUNDER_WAIT };
enum launder_effort launder_spend(struct scan_pass *pass);
