/*
 * mm/scanner_list.h - the scanners (an X-macro): S(name) stands for the file
 * mm/scan_name.c.  The first is the default.
 */
S(classic)
S(writepage)
