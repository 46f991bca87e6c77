/*
 * tests/host/include/kernel/base/x86.h - stands in for kernel/base/x86.h on the
 * host, where a test is the only thing that runs.
 */
#pragma once

#include "kernel/base/kernel.h"

static inline void barrier(void)
{
	__asm__ volatile("" : : : "memory");
}

static inline unsigned long x86_irq_save(void)
{
	return 0;
}

static inline void x86_irq_restore(unsigned long flags __unused)
{
}

static inline bool x86_irqs_on(void)
{
	return true;
}

static inline void x86_sti(void)
{
}

static inline void x86_cli(void)
{
}

static inline void x86_sti_hlt(void)
{
}

static inline void x86_write_cr3(unsigned long cr3 __unused)
{
}

/* It stands: no figure depends on the host's speed. */
static inline u64 x86_rdtsc(void)
{
	return 0;
}
