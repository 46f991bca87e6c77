/*
 * mm/reclaim/scanner_switch.h - the scanner in charge, for the mechanism,
 * start-up and /proc: choice, change, checks, report.
 */
#pragma once

#include "mm/reclaim/scanner.h"

extern unsigned int scanner_epoch;		/* switches since boot */

/*
 * Called around each ->launder, which sleeps: a switch waits for those that
 * began under the old scanner.  => a ticket for scanner_leave
 */
unsigned int scanner_enter(void);
void scanner_leave(unsigned int ticket);

/* => 0, -EINVAL for an unknown name, -E of the conversion; sleeps */
int scanner_switch(const char *name);
int scanner_boot(const char *name);	/* scanner= => 0, -EINVAL */
/* "[classic] writepage\n". => bytes written, at most size */
size_t scanner_names(char *buf, size_t size);

/* mm/reclaim/lru.c: moves that the scanner decides or that are reported to it.
 * List lock held. */
void lru_place(struct page *page, enum page_placed why);
void lru_leave(struct page *page, enum lru_list to, enum page_gone why);

/* mm/reclaim/scanner_check.c.  Each panics with a sentence that names the
 * scanner. */
void scanner_check_table(const struct vm_scanner *scanner);	/* at boot */
void scanner_check_victim(const struct page *page);
void scanner_check_place(const struct page *page, enum lru_list to);
/* After ->launder, before its verdict is carried out */
void scanner_check_verdict(const struct vm_scanner *scanner,
			   const struct page *page,
			   enum launder_verdict verdict,
			   const struct scan_pass *pass);

/* The scanner's work since it last won a frame, for the message that kills a
 * process or panics without progress. */
extern struct scanner_work {
	unsigned long looks, none, rescued, locked;
	unsigned long verdicts[LAUNDER_VERDICTS];
} scanner_work;
/* Frames that a scanner without a stock won, and for which page tables were
 * not walked yet (mm/reclaim/reclaim.c). */
extern unsigned long frames_owed;
/* => bytes written, at most size: "scanner classic: 7 looks, ..." */
size_t scanner_report(char *buf, size_t size);
