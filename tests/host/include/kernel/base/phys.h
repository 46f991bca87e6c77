/*
 * tests/host/include/kernel/base/phys.h - stands in for kernel/base/phys.h on
 * the host: physical memory is an array.
 */
#pragma once

#include "kernel/base/kernel.h"

#define RAMDISKS	3

#define KERNEL_BASE	0xC0000000UL

extern char *host_memory;	/* where physical address 0 would be */

static inline void *phys_to_virt(unsigned long phys)
{
	return host_memory + phys;
}

static inline unsigned long virt_to_phys(const void *virt)
{
	return (const char *)virt - host_memory;
}
