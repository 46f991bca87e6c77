/*
 * fs/calls/sys_info.c - system calls about the machine: names, sizes, reboot.
 *
 * uname reports "Linux 2.4.7" and i686, as the C libraries require.  Random
 * numbers come from a fixed generator mixed with the clock, so a run under a
 * deterministic clock repeats; they are unfit for secrets.
 *
 * Locks: none.
 */
#include "kernel/base/power.h"
#include "kernel/core/random.h"
#include "kernel/process/signal.h"
#include "kernel/process/syscall.h"
#include "kernel/core/uaccess.h"
#include "kernel/core/loadavg.h"
#include "fs/calls/uts.h"
#include "fs/vfs/super.h"
#include "mm/reclaim/lru.h"
#include "mm/swap/shmem.h"

#define UTS_LENGTH	65
#define NR_OLDOLDUNAME	59

static struct utsname {
	char sysname[UTS_LENGTH], nodename[UTS_LENGTH], release[UTS_LENGTH];
	char version[UTS_LENGTH], machine[UTS_LENGTH], domain[UTS_LENGTH];
} utsname = { "Linux", "launder", "2.4.7", "Launder", "i686", "(none)" };

SYSCALL_DEFINE1(uname, void __user *, name)
{
	return copy_to_user(name, &utsname, sizeof(utsname));
}

/* The two older layouts have five names: of 65 bytes; of 9, truncated. */
SYSCALL_DEFINE1(olduname, char __user *, name)
{
	size_t room = syscall_number() == NR_OLDOLDUNAME ? 9 : UTS_LENGTH, i;
	char out[5 * UTS_LENGTH] = "";

	for (i = 0; i < 5; i++)
		strncpy(out + i * room, (char *)&utsname + i * UTS_LENGTH,
			room - 1);
	return copy_to_user(name, out, 5 * room);
}

static long set_uts(char *to, const void __user *user, size_t n)
{
	char name[UTS_LENGTH] = "";

	if (current->euid)
		return -EPERM;
	if (n >= UTS_LENGTH)
		return -EINVAL;
	if (copy_from_user(name, user, n))
		return -EFAULT;
	memcpy(to, name, UTS_LENGTH);
	return 0;
}

SYSCALL_DEFINE2(sethostname, const char __user *, name, size_t, length)
{
	return set_uts(utsname.nodename, name, length);
}

SYSCALL_DEFINE2(setdomainname, const char __user *, name, size_t, length)
{
	return set_uts(utsname.domain, name, length);
}

/* => a name, in the order of uname's structure */
const char *uts_name(unsigned int which)
{
	return (const char *)&utsname + which * UTS_LENGTH;
}

static int uts_store(char *to, const char *text)
{
	if (strlen(text) >= UTS_LENGTH)
		return -EINVAL;
	memset(to, 0, UTS_LENGTH);
	memcpy(to, text, strlen(text));
	return 0;
}

/* Stores a write to /proc/sys/kernel: only root can open the file. */
int hostname_store(const char *text)
{
	return uts_store(utsname.nodename, text);
}

int domainname_store(const char *text)
{
	return uts_store(utsname.domain, text);
}

#define SYSINFO_LOAD	(1u << 16)	/* a load of one */

struct sysinfo {
	u32 uptime, loads[3];
	u32 totalram, freeram, sharedram, bufferram, totalswap, freeswap;
	u16 procs, pad;
	u32 totalhigh, freehigh, mem_unit;
	u8 unused[8];
};

SYSCALL_DEFINE1(sysinfo, struct sysinfo __user *, to)
{
	struct sysinfo info = { .uptime = jiffies / HZ,
				.totalram = num_physpages,
				.freeram = nr_free_pages(),
				.sharedram = shmem_pages(),
				.bufferram = buffermem_pages,
				.totalswap = swap_pages_total(),
				.freeswap = swap_pages_free(),
				.mem_unit = PAGE_SIZE };
	struct list_head *node;
	int i;

	for (i = 0; i < 3; i++)
		info.loads[i] = loadavg[i] * (SYSINFO_LOAD / LOAD_ONE);
	list_for_each(node, &task_list)
		info.procs++;
	return copy_to_user(to, &info, sizeof(info));
}

/* ---- random numbers ------------------------------------------------------ */

#define GRND_FLAGS	7u		/* without effect */

SYSCALL_DEFINE3(getrandom, char __user *, buf, size_t, n, u32, flags)
{
	return flags & ~GRND_FLAGS ? -EINVAL :
		random_to_user(buf, min(n, 0x7fffffffu));
}

/* ---- reboot -------------------------------------------------------------- */

#define REBOOT_MAGIC1		0xfee1deadu
#define REBOOT_MAGIC2		672274793u
#define REBOOT_CAD_OFF		0u
#define REBOOT_RESTART		0x01234567u
#define REBOOT_POWER_OFF	0x4321fedcu
#define REBOOT_CAD_ON		0x89abcdefu
#define REBOOT_HALT		0xcdef0123u

#define LAST_WORDS		(5 * HZ)

/* Kills every process but current and process 1. => true: there was one */
static bool end_others(void)
{
	struct task *task;
	bool any = false;

	list_for_each_entry(task, &task_list, all_node) {
		if (task == current || task->pid <= 1 || !task->sighand)
			continue;
		send_signal(task, SIGKILL);
		any = true;
	}
	return any;
}

/* Waits until the killed processes have ended, so that their file system
 * operations complete; gives up after LAST_WORDS. */
static void wait_for_others(void)
{
	unsigned long limit = jiffies + LAST_WORDS;

	while (end_others() && !time_after(jiffies, limit))
		nap(1);
}

/* Kills the other processes, then syncs the file systems. */
SYSCALL_DEFINE3(reboot, u32, magic1, u32, magic2, u32, command)
{
	if (current->euid)
		return -EPERM;
	if (magic1 != REBOOT_MAGIC1 || magic2 != REBOOT_MAGIC2)
		return -EINVAL;
	if (command == REBOOT_CAD_ON || command == REBOOT_CAD_OFF)
		return 0;
	if (command != REBOOT_POWER_OFF && command != REBOOT_HALT &&
	    command != REBOOT_RESTART)
		return -EINVAL;
	machine_ends = true;
	wait_for_others();
	vfs_shutdown();
	machine_end(command == REBOOT_RESTART ? END_REBOOT : END_OK);
}
