/*
 * mm/reclaim/scanner_list.h - the scanners (an X-macro): S(name) stands for the
 * file scan_name.c beside it.  The first is the default.  The tools read this
 * list too: "design" marks the scanners that the demo, the bench and the long
 * tests compare.
 */
S(classic)		/* design */
S(writepage)		/* design */
S(sieve)
S(twolist)
