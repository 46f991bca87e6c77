/*
 * kernel/base/multiboot.h - what a Multiboot 1 loader passes to the kernel.
 *
 * Addresses are physical.  A field is valid only when its flag is set: some
 * loaders give a memory map and no mem_upper.
 */
#pragma once

#include "kernel/base/kernel.h"

#define MULTIBOOT_MAGIC		0x2BADB002u	/* in eax at the entry */
#define MULTIBOOT_MEMORY	(1u << 0)
#define MULTIBOOT_CMDLINE	(1u << 2)
#define MULTIBOOT_MODULES	(1u << 3)
#define MULTIBOOT_MMAP		(1u << 6)
#define MULTIBOOT_RAM		1u		/* mmap entry type */

struct multiboot_info {
	u32 flags;
	u32 mem_lower, mem_upper;	/* KiB below 1 MiB, above 1 MiB */
	u32 boot_device;
	u32 cmdline;
	u32 mods_count, mods_addr;
	u32 syms[4];
	u32 mmap_length, mmap_addr;
} __packed;

struct multiboot_module {
	u32 start, end;
	u32 string;
	u32 reserved;
} __packed;

/* "size" does not count itself: the next entry is at size + 4. */
struct multiboot_mmap {
	u32 size;
	u64 base, length;
	u32 type;
} __packed;
