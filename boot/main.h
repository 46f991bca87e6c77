/*
 * boot/main.h - everything that start-up calls, in one place.
 *
 * main is a composition file: it may see every layer (tools/layers.txt).
 */
#pragma once

#include "kernel/base/multiboot.h"
#include "drivers/block/blk.h"
#include "drivers/chip/chip.h"
#include "drivers/console/console.h"
#include "drivers/chip/pci.h"
#include "drivers/console/tty.h"
#include "fs/buffer/bdflush.h"
#include "fs/vfs/dentry.h"
#include "fs/exec/exec.h"
#include "fs/vfs/file.h"
#include "fs/vfs/inode.h"
#include "fs/vfs/super.h"
#include "kernel/base/cmdline.h"
#include "kernel/core/fpu.h"
#include "fs/sysv/ipc.h"
#include "kernel/core/loadavg.h"
#include "kernel/base/power.h"
#include "kernel/base/printk.h"
#include "kernel/core/selftest.h"
#include "kernel/process/signal.h"
#include "kernel/process/syscall.h"
#include "kernel/core/task.h"
#include "kernel/core/trace.h"
#include "kernel/core/walker.h"
#include "fs/buffer/buffer.h"
#include "mm/space/mm.h"
#include "mm/reclaim/reclaim.h"
#include "mm/reclaim/filemap.h"
#include "mm/swap/shmem.h"
#include "mm/heap/slab.h"
#include "mm/swap/swap.h"

void hooks_init(void);	/* boot/hooks.c */
extern syscall_fn *const all_syscalls[NR_SYSCALLS];	/* boot/syscalls.c */
void kernel_main(u32 magic, unsigned long info) __noreturn;
