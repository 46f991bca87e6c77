/*
 * user/tools/swapctl.c - switch swap on and off, and look for lost slots and
 * frames
 *
 *   swapctl on [DEVICE [PRIORITY]]	/dev/hdb
 *   swapctl off [DEVICE]
 *   swapctl leak [KB]	check that no slot and at most KB are lost
 *
 * The first `on` notes how much memory is free without what caches hold; after
 * `leak` has switched swap off it must be free again, but for KB (256): inodes
 * and the like.  A page whose transfer is under way keeps its slot until that
 * has ended, so `leak` looks again for ten seconds.  What is used then may be
 * of other processes: little, and swapoff finds its owners.  A use without an
 * owner would keep swapoff from ending.
 */
#include "common.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/swap.h>

#define OTHERS_KB	128	/* swap used by init and the like */
#define SLACK_KB	256
#define LOOKS		100	/* with 100 ms between them */
#define BASELINE	"/tmp/swapctl.free"

static unsigned long meminfo(const char *name)
{
	unsigned long value;

	if (proc_value("/proc/meminfo", name, &value) < 0)
		die("no %s in /proc/meminfo", name);
	return value;
}

static unsigned long free_kb(void)
{
	proc_write("/proc/sys/vm/drop_caches", "3");
	return meminfo("MemFree");
}

/* Not if there is one already. */
static void note_baseline(void)
{
	unsigned long kb = free_kb();
	int fd = open(BASELINE, O_WRONLY | O_CREAT | O_EXCL, 0644);

	if (fd < 0)
		return;
	xwrite(fd, &kb, sizeof(kb));
	xclose(fd);
}

static unsigned long baseline(void)
{
	unsigned long kb;
	int fd = xopen(BASELINE, O_RDONLY, 0);

	if (xread(fd, &kb, sizeof(kb)) != sizeof(kb))
		die("%s is too short", BASELINE);
	xclose(fd);
	return kb;
}

static int turn_on(const char *device, const char *priority)
{
	int flags = priority ? SWAP_FLAG_PREFER | atoi(priority) : 0;

	note_baseline();
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

static int leak(unsigned long slack_kb)
{
	unsigned long used = 0, free = 0, want = baseline() - slack_kb;
	int lost;

	for (int i = 0; i < LOOKS; i++) {
		free = free_kb();
		used = meminfo("SwapTotal") - meminfo("SwapFree");
		if (used < OTHERS_KB && free >= want)
			break;
		sleep_ms(100);
	}
	lost = used >= OTHERS_KB || turn_off("/dev/hdb");
	for (int i = 0; i < LOOKS && (free = free_kb()) < want; i++)
		sleep_ms(100);
	say("swapctl: %s swap_used_kb=%lu free_kb=%lu before_kb=%lu\n",
	    lost || free < want ? "leak" : "no leak", used, free,
	    want + slack_kb);
	return lost || free < want;
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
		return leak(arg ? parse_num(arg) : SLACK_KB);
	die("say on, off or leak");
}
