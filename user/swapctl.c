/*
 * user/swapctl.c - switch swap on and off, and look for lost slots
 *
 *   swapctl on [DEVICE [PRIORITY]]	/dev/hdb
 *   swapctl off [DEVICE]
 *   swapctl leak [KB]	no slot is lost, and that much memory is free
 *
 * `leak` drops clean caches first; a page whose transfer is under way keeps
 * its slot until that has ended, so it looks again for two seconds.  What is
 * used then may be of other processes: little, and swapoff finds its owners.
 * A use without an owner would keep swapoff from ending.
 */
#include "common.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/swap.h>

#define OTHERS_KB	128	/* swap used by init and the like */

static int turn_on(const char *device, const char *priority)
{
	int flags = priority ? SWAP_FLAG_PREFER | atoi(priority) : 0;

	if (swapon(device, flags) == 0) {
		say("swapctl: ok %s is on\n", device);
		return 0;
	}
	say("swapctl: swapon %s: %s\n", device, strerror(errno));
	return 1;
}

static int turn_off(const char *device)
{
	if (swapoff(device) == 0) {
		say("swapctl: ok %s is off\n", device);
		return 0;
	}
	say("swapctl: swapoff %s: %s\n", device, strerror(errno));
	return 1;
}

static unsigned long meminfo(const char *name)
{
	unsigned long value;

	if (proc_value("/proc/meminfo", name, &value) < 0)
		die("no %s in /proc/meminfo", name);
	return value;
}

static int leak(unsigned long want_kb)
{
	unsigned long used = 0, free = 0;
	int lost;

	for (int i = 0; i < 20; i++) {
		proc_write("/proc/sys/vm/drop_caches", "3");
		used = meminfo("SwapTotal") - meminfo("SwapFree");
		free = meminfo("MemFree");
		if (used < OTHERS_KB && free >= want_kb)
			break;
		sleep_ms(100);
	}
	lost = used >= OTHERS_KB || free < want_kb || turn_off("/dev/hdb");
	say("swapctl: %s swap_used_kb=%lu free_kb=%lu\n",
	    lost ? "leak" : "no leak", used, free);
	return lost;
}

int main(int argc, char **argv)
{
	int i = opts_parse(argc, argv, "on [DEVICE [PRIORITY]], off [DEVICE], "
			   "leak [KB]", NULL, 0);
	const char *what = i < argc ? argv[i] : "";
	const char *arg = i + 1 < argc ? argv[i + 1] : NULL;
	const char *device = arg ? arg : "/dev/hdb";

	if (strcmp(what, "on") == 0)
		return turn_on(device, i + 2 < argc ? argv[i + 2] : NULL);
	if (strcmp(what, "off") == 0)
		return turn_off(device);
	if (strcmp(what, "leak") == 0)
		return leak(arg ? parse_num(arg) : 0);
	die("say on, off or leak");
}
