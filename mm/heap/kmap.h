/*
 * mm/heap/kmap.h - the bits of page table entries, the kernel's half of every
 * page directory, and kernel stacks.
 */
#pragma once

#include "mm/frames/page_alloc.h"

#define PDE_SHIFT	22
#define PTRS		1024	/* entries of a directory or a table */
#define KERNEL_PDE	(KERNEL_BASE >> PDE_SHIFT)

#define PTE_PRESENT	0x001u
#define PTE_WRITE	0x002u
#define PTE_USER	0x004u
#define PTE_ACCESSED	0x020u
#define PTE_DIRTY	0x040u

extern u32 *kernel_pgd;		/* the directory of kernel threads at boot */

void kmap_init(u32 *pgd);
/* => lowest address of KSTACK_SIZE mapped bytes with a guard below; 0 */
unsigned long kstack_alloc(void);
void kstack_free(unsigned long stack);
bool kstack_guard_hit(unsigned long address);

/* mm/heap/task_memory.c: registers struct task_memory */
void task_memory_init(void);
