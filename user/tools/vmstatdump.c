/*
 * user/tools/vmstatdump.c - print /proc/vmstat between two marker lines
 */
#include "common.h"

int main(int argc, char **argv)
{
	int i = opts_parse(argc, argv,
			   "print the counters, framed: vmstatdump [TAG]",
			   NULL, 0);

	vmstat_dump(i < argc ? argv[i] : "now");
	return 0;
}
