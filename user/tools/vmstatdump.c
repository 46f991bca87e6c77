/*
 * user/tools/vmstatdump.c - print /proc/vmstat between two marker lines, and
 * with --hist /proc/vmhist and /proc/uptime behind it
 */
#include "common.h"

int main(int argc, char **argv)
{
	int hist = 0;
	struct opt opts[] = {
		{ "hist", OPT_FLAG, &hist, "the histograms too" },
	};
	int i = opts_parse(argc, argv,
			   "print the counters, framed: vmstatdump [TAG]",
			   opts, ARRAY_SIZE(opts));

	vmstat_dump(i < argc ? argv[i] : "now");
	if (!hist)
		return 0;
	say("=== vmhist begin\n");
	if (cat_file("/proc/vmhist") < 0)
		die_sys("/proc/vmhist");
	say("=== vmhist end\n=== uptime ");
	if (cat_file("/proc/uptime") < 0)
		die_sys("/proc/uptime");
	return 0;
}
