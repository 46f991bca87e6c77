/*
 * user/tools/scannerctl.c - print or set the page-reclaim scanner
 */
#include "common.h"

#include <errno.h>
#include <string.h>

int main(int argc, char **argv)
{
	int i = opts_parse(argc, argv,
			   "print the scanner, or set it: scannerctl [NAME]",
			   NULL, 0);

	if (i < argc && proc_write(SCANNER_FILE, argv[i]) < 0) {
		say("scannerctl: error: cannot set the scanner to %s: %s; "
		    "there are ", argv[i], strerror(errno));
		cat_file(SCANNER_FILE);
		return 1;
	}
	if (cat_file(SCANNER_FILE) < 0)
		die_sys("%s", SCANNER_FILE);
	if (i < argc)
		say("scannerctl: ok scanner=%s\n", argv[i]);
	return 0;
}
