/*
 * boot/main.h - everything that start-up calls, in one place.
 *
 * main is a composition file: it may see every layer (tools/layers.txt).
 */
#pragma once

#include "kernel/multiboot.h"
#include "drivers/blk.h"
#include "drivers/chip.h"
#include "drivers/console.h"
#include "drivers/pci.h"
#include "drivers/tty.h"
#include "fs/bdflush.h"
#include "fs/dentry.h"
#include "fs/exec.h"
#include "fs/file.h"
#include "fs/inode.h"
#include "fs/super.h"
#include "kernel/cmdline.h"
#include "kernel/fpu.h"
#include "kernel/ipc.h"
#include "kernel/loadavg.h"
#include "kernel/power.h"
#include "kernel/printk.h"
#include "kernel/selftest.h"
#include "kernel/signal.h"
#include "kernel/syscall.h"
#include "kernel/task.h"
#include "kernel/trace.h"
#include "kernel/walker.h"
#include "fs/buffer.h"
#include "mm/mm.h"
#include "mm/reclaim.h"
#include "mm/filemap.h"
#include "mm/shmem.h"
#include "mm/slab.h"
#include "mm/swap.h"

void hooks_init(void);	/* boot/hooks.c */
extern syscall_fn *const all_syscalls[NR_SYSCALLS];	/* boot/syscalls.c */
void kernel_main(u32 magic, unsigned long info) __noreturn;
