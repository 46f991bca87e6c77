/* kernel/base/phys.h - where physical memory is mapped: all of it, at
 * KERNEL_BASE */
#pragma once

#include "kernel/base/kernel.h"

#define KERNEL_BASE	0xC0000000UL
#define RAMDISKS	3		/* boot modules that become disks */

static inline void *phys_to_virt(unsigned long phys)
{
	return (void *)(phys + KERNEL_BASE);
}

static inline unsigned long virt_to_phys(const void *virt)
{
	return (unsigned long)virt - KERNEL_BASE;
}
