/*
 * mm/heap/kmap.c - the kernel's half of every page directory, and kernel
 * stacks.
 *
 * The kernel's half is final after kmap_init(): 896 MiB of RAM in 4 MiB pages,
 * made by boot/start.asm, then KSTACK_TABLES page tables for the kernel
 * stacks.
 *
 * A kernel stack is two single frames mapped side by side in a slot of 16 KiB;
 * the lower half of the slot is never mapped, so an overflow is a double fault,
 * handled by a task gate, and not silent corruption.
 *
 * Invariants: slot i is in use iff its upper half is mapped.
 * Locks: none; nothing here sleeps between the search for a slot and its use.
 */
#include "kernel/core/task.h"
#include "kernel/base/x86.h"
#include "mm/heap/kmap.h"

#define PDE_BIG		0x080u
#define PTE_GLOBAL	0x100u
#define CPUID_PGE	(1u << 13)
#define CR4_PGE		0x80u

#define KSTACK_AREA	(KERNEL_BASE + (896UL << 20))
#define KSTACK_TABLES	4		/* 16 MiB: 1024 slots */
#define KSTACK_SLOT	(2UL * KSTACK_SIZE)
#define KSTACK_PAGES	(KSTACK_SIZE / PAGE_SIZE)
#define KSTACKS		((KSTACK_TABLES << PDE_SHIFT) / KSTACK_SLOT)

u32 *kernel_pgd;

static u32 kstack_ptes[KSTACK_TABLES * PTRS]
	__attribute__((aligned(4096)));	/* consecutive tables */
static u16 kstack_free_slots[KSTACKS];	/* a stack of slot numbers */
static unsigned int kstacks_free;

/* ---- the kernel's half --------------------------------------------------- */

static u32 kernel_global;		/* PTE_GLOBAL where there is PGE */

static void map_globally(void)
{
	unsigned long i;
	u32 regs[4];

	x86_cpuid(1, regs);
	if (!(regs[3] & CPUID_PGE))
		return;
	kernel_global = PTE_GLOBAL;
	for (i = KERNEL_PDE; i < PTRS; i++)
		if (kernel_pgd[i] & PDE_BIG)
			kernel_pgd[i] |= PTE_GLOBAL;
	x86_write_cr3(x86_read_cr3());
	x86_write_cr4(x86_read_cr4() | CR4_PGE);
}

/*
 * kmap_init: global kernel mappings, the kernel stacks' page tables.
 * => pgd is the directory that boot/start.asm made and loaded; before the
 *    first directory of a process and the first thread
 */
void kmap_init(u32 *pgd)
{
	u32 phys;
	int i;

	kernel_pgd = pgd;
	map_globally();
	phys = virt_to_phys(kstack_ptes);
	for (i = 0; i < KSTACK_TABLES; i++)
		kernel_pgd[(KSTACK_AREA >> PDE_SHIFT) + i] =
			(phys + i * PAGE_SIZE) | PTE_PRESENT | PTE_WRITE;
	for (i = KSTACKS; i-- > 0;)
		kstack_free_slots[kstacks_free++] = i;
}

/* ---- kernel stacks ------------------------------------------------------- */

/* => lowest address of KSTACK_SIZE bytes above a guard; 0: no memory; sleeps */
unsigned long kstack_alloc(void)
{
	struct page *page[KSTACK_PAGES];
	unsigned long stack, i;
	u32 *pte;

	for (i = 0; i < KSTACK_PAGES; i++) {
		page[i] = alloc_page(GFP_KERNEL);
		if (!page[i])
			goto out_free;
	}
	if (!kstacks_free)
		goto out_free;
	stack = KSTACK_AREA + KSTACK_SIZE +
		kstack_free_slots[--kstacks_free] * KSTACK_SLOT;
	pte = kstack_ptes + ((stack - KSTACK_AREA) >> PAGE_SHIFT);
	for (i = 0; i < KSTACK_PAGES; i++) {
		BUG_ON(pte[i], "stack %lx pte %x", stack, pte[i]);
		pte[i] = page_to_pfn(page[i]) << PAGE_SHIFT | PTE_PRESENT |
			PTE_WRITE | kernel_global;
	}
	return stack;
out_free:
	while (i-- > 0)
		put_page(page[i]);
	return 0;
}

/* => stack is not in use; callers exclude each other */
void kstack_free(unsigned long stack)
{
	unsigned long i, offset = stack - KSTACK_AREA - KSTACK_SIZE;
	u32 *pte = kstack_ptes + ((stack - KSTACK_AREA) >> PAGE_SHIFT);

	BUG_ON(offset % KSTACK_SLOT || offset / KSTACK_SLOT >= KSTACKS,
	       "stack %lx", stack);
	for (i = 0; i < KSTACK_PAGES; i++) {
		free_page(phys_to_virt(pte[i] & PAGE_MASK));
		pte[i] = 0;
		x86_invlpg(stack + i * PAGE_SIZE);
	}
	kstack_free_slots[kstacks_free++] = offset / KSTACK_SLOT;
}

/* => address lies in the guard below a kernel stack: it has overflowed */
bool kstack_guard_hit(unsigned long address)
{
	return address >= KSTACK_AREA &&
		address < KSTACK_AREA + KSTACKS * KSTACK_SLOT &&
		(address - KSTACK_AREA) % KSTACK_SLOT < KSTACK_SIZE;
}
