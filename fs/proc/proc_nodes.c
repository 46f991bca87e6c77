/*
 * fs/proc/proc_nodes.c - the tree of /proc: a line per directory or file.
 *
 * A directory's index is its PROC_* name, by which its files name their parent;
 * listings are in the order of the table.  The directory of a process is in
 * fs/proc/proc_pid.c.
 */
#include "fs/calls/uts.h"
#include "fs/buffer/buffer.h"
#include "fs/vfs/locks.h"
#include "fs/proc/proc.h"
#include "fs/sysv/ipc.h"
#include "kernel/process/syscall_trace.h"
#include "kernel/core/trace.h"
#include "mm/reclaim/reclaim.h"
#include "mm/heap/slab.h"
#include "mm/swap/swap.h"

#define DIR(name_, parent_)						\
	{ .name = name_, .mode = S_IFDIR | 0555, .parent = parent_ }
#define TEXT(name_, parent_, print_, pages_)				\
	{ .name = name_, .mode = S_IFREG | 0444, .parent = parent_,	\
	  .print = print_, .pages = pages_ }
#define BOTH(name_, parent_, print_, store_)				\
	{ .name = name_, .mode = S_IFREG | 0644, .parent = parent_,	\
	  .print = print_, .store = store_ }
#define CONSTANT(name_, parent_, text_)					\
	{ .name = name_, .mode = S_IFREG | 0444, .parent = parent_,	\
	  .text = text_ }
#define STRING(macro)	STRING_OF(macro)
#define STRING_OF(word)	#word
#define UTS(name_, which_, mode_, store_)				\
	{ .name = name_, .mode = S_IFREG | mode_,			\
	  .parent = PROC_SYS_KERNEL, .uts = which_ + 1, .store = store_ }
#define NUMBER(name_, parent_)						\
	{ .name = #name_, .mode = S_IFREG | 0644, .parent = parent_,	\
	  .number = &vm_##name_ }

const struct proc_node proc_nodes[] = {
	[PROC_ROOT] = DIR("", PROC_ROOT),
	[PROC_SYS] = DIR("sys", PROC_ROOT),
	[PROC_SYS_VM] = DIR("vm", PROC_SYS),
	[PROC_SYS_KERNEL] = DIR("kernel", PROC_SYS),
	[PROC_SYS_RANDOM] = DIR("random", PROC_SYS_KERNEL),
	[PROC_SYS_FS] = DIR("fs", PROC_SYS),
	[PROC_SYSVIPC] = DIR("sysvipc", PROC_ROOT),
	TEXT("meminfo", PROC_ROOT, meminfo_print, 1),
	TEXT("vmstat", PROC_ROOT, vmstat_print, 4),
	TEXT("vmhist", PROC_ROOT, vmhist_print, 4),
	TEXT("buddyinfo", PROC_ROOT, buddyinfo_print, 1),
	TEXT("slabinfo", PROC_ROOT, slabinfo_print, 2),
	TEXT("buffers", PROC_ROOT, buffers_print, 4),
	TEXT("pagecache", PROC_ROOT, pagecache_print, 1),
	TEXT("writers", PROC_ROOT, writers_print, 1),
	TEXT("ages", PROC_ROOT, ages_print, 1),
	TEXT("swaps", PROC_ROOT, swaps_print, 1),
	TEXT("mounts", PROC_ROOT, mounts_print, 1),
	TEXT("filesystems", PROC_ROOT, filesystems_print, 1),
	TEXT("cmdline", PROC_ROOT, cmdline_print, 1),
	TEXT("uptime", PROC_ROOT, uptime_print, 1),
	TEXT("loadavg", PROC_ROOT, loadavg_print, 1),
	TEXT("stat", PROC_ROOT, stat_print, 1),
	TEXT("cpuinfo", PROC_ROOT, cpuinfo_print, 1),
	TEXT("version", PROC_ROOT, version_print, 1),
	TEXT("partitions", PROC_ROOT, partitions_print, 1),
	TEXT("devices", PROC_ROOT, devices_print, 1),
	TEXT("locks", PROC_ROOT, locks_print, 4),
	TEXT("interrupts", PROC_ROOT, interrupts_print, 1),
	{ .name = "trace", .mode = S_IFREG | 0644, .parent = PROC_ROOT,
	  .store = trace_set_groups, .fops = &trace_fops },
	NUMBER(nfract, PROC_SYS_VM),
	NUMBER(ndirty, PROC_SYS_VM),
	NUMBER(interval, PROC_SYS_VM),
	NUMBER(age_buffer, PROC_SYS_VM),
	NUMBER(nfract_sync, PROC_SYS_VM),
	NUMBER(page_cluster, PROC_SYS_VM),
	NUMBER(max_sectors, PROC_SYS_VM),
	NUMBER(design_defects, PROC_SYS_VM),
	NUMBER(reuse_at_once, PROC_SYS_VM),
	NUMBER(max_map_count, PROC_SYS_VM),
	BOTH("scanner", PROC_SYS_VM, scanner_names, scanner_switch),
	BOTH("drop_caches", PROC_SYS_VM, NULL, drop_caches_store),
	BOTH("atomic_load", PROC_SYS_VM, atomic_load_print, atomic_load_store),
	BOTH("vm_check", PROC_SYS_VM, vm_check_print, vm_check_store),
	BOTH("trace_syscalls", PROC_SYS_KERNEL, trace_syscalls_print,
	     trace_syscalls_store),
	TEXT("shm", PROC_SYSVIPC, sysvipc_shm_print, 4),
	TEXT("sem", PROC_SYSVIPC, sysvipc_sem_print, 2),
	CONSTANT("overcommit_memory", PROC_SYS_VM, "1"),
	UTS("ostype", 0, 0444, NULL),
	UTS("hostname", 1, 0644, hostname_store),
	UTS("osrelease", 2, 0444, NULL),
	UTS("version", 3, 0444, NULL),
	UTS("domainname", 5, 0644, domainname_store),
	CONSTANT("pid_max", PROC_SYS_KERNEL, "32768"),
	CONSTANT("ngroups_max", PROC_SYS_KERNEL, STRING(NGROUPS)),
	CONSTANT("cap_last_cap", PROC_SYS_KERNEL, STRING(CAP_LAST)),
	TEXT("threads-max", PROC_SYS_KERNEL, threads_max_print, 1),
	TEXT("boot_id", PROC_SYS_RANDOM, boot_id_print, 1),
	TEXT("uuid", PROC_SYS_RANDOM, uuid_print, 1),
	{ .name = "file-max", .mode = S_IFREG | 0644, .parent = PROC_SYS_FS,
	  .number = &fs_file_max },
	TEXT("file-nr", PROC_SYS_FS, file_nr_print, 1),
	CONSTANT("nr_open", PROC_SYS_FS, "1048576"),
	TEXT("unknown_syscalls", PROC_SYS_KERNEL, unknown_syscalls_print, 2),
};

const unsigned int nr_proc_nodes = ARRAY_SIZE(proc_nodes);
