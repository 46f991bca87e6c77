/*
 * mm/pgtable.c - page directories, page tables and kernel stacks.
 *
 * The kernel's half of every directory is the same and final after
 * pgtable_init(): 896 MiB of RAM in 4 MiB pages, made by boot/start.asm, and
 * behind it KSTACK_TABLES page tables for the kernel stacks.  A new directory
 * copies these entries once; no later change ever has to reach it.
 *
 * A kernel stack is two single frames mapped side by side in a slot of 16 KiB;
 * the lower half of the slot is never mapped, so an overflow is a double fault
 * on a task gate and not silent damage.
 *
 * Invariants: directory entries from KERNEL_PDE on equal boot_pgdir's; slot
 * i is in use iff its upper half is mapped (pt_check in mm/mmap.c looks at
 * the user half).
 * Locks: none; an address space is changed by its own task only.
 * Callers: mm/memory.c, page_range.c, mmap.c, kernel/sched.c.
 * Calls: mm/page_alloc.h.
 */
#include "kernel/task.h"
#include "kernel/vmstat.h"
#include "mm/mm.h"

#define PDE_SHIFT	22
#define PTRS		1024
#define KERNEL_PDE	(KERNEL_BASE >> PDE_SHIFT)
#define PDE_BIG		0x080u
#define PTE_GLOBAL	0x100u
#define TABLES_PART	4		/* of memory: most tables, but root's */
#define CPUID_PGE	(1u << 13)
#define CR4_PGE		0x80u

#define KSTACK_AREA	(KERNEL_BASE + (896UL << 20))
#define KSTACK_TABLES	4		/* 16 MiB: 1024 slots */
#define KSTACK_SLOT	(2UL * KSTACK_SIZE)
#define KSTACK_PAGES	(KSTACK_SIZE / PAGE_SIZE)
#define KSTACKS		((KSTACK_TABLES << PDE_SHIFT) / KSTACK_SLOT)

extern u32 boot_pgdir[PTRS];

static u32 kstack_ptes[KSTACK_TABLES * PTRS]
	__attribute__((aligned(4096)));	/* tables in a row */
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
		if (boot_pgdir[i] & PDE_BIG)
			boot_pgdir[i] |= PTE_GLOBAL;
	x86_write_cr3(x86_read_cr3());
	x86_write_cr4(x86_read_cr4() | CR4_PGE);
}

/*
 * pgtable_init: global kernel mappings, the kernel stacks' page tables.
 * => before the first directory and the first thread
 */
void pgtable_init(void)
{
	u32 phys;
	int i;

	map_globally();
	phys = virt_to_phys(kstack_ptes);
	for (i = 0; i < KSTACK_TABLES; i++)
		boot_pgdir[(KSTACK_AREA >> PDE_SHIFT) + i] =
			(phys + i * PAGE_SIZE) | PTE_PRESENT | PTE_WRITE;
	for (i = KSTACKS; i-- > 0;)
		kstack_free_slots[kstacks_free++] = i;
}

/* ---- directories and tables of processes --------------------------------- */

/* => a directory with the kernel's half filled in; NULL: no memory; sleeps */
u32 *pgd_alloc(void)
{
	u32 *pgd = get_free_page(GFP_KERNEL);

	if (!pgd)
		return NULL;
	memset(pgd, 0, KERNEL_PDE * sizeof(u32));
	memcpy(pgd + KERNEL_PDE, boot_pgdir + KERNEL_PDE,
	       (PTRS - KERNEL_PDE) * sizeof(u32));
	return pgd;
}

static unsigned long nr_tables;		/* of all processes */

/* => the user tables that there are */
unsigned long pgd_tables(const u32 *pgd)
{
	unsigned long i, n = 0;

	for (i = 0; i < KERNEL_PDE; i++)
		n += pgd[i] != 0;
	return n;
}

/* Frees the directory and its user tables. => no pte is present any more */
void pgd_free(u32 *pgd)
{
	unsigned long i;

	for (i = 0; i < KERNEL_PDE; i++) {
		if (!pgd[i])
			continue;
		BUG_ON(!nr_tables, "table %x of none", pgd[i]);
		nr_tables--;
		free_page(phys_to_virt(pgd[i] & PAGE_MASK));
	}
	free_page(pgd);
}

/* => the entry for address; NULL when there is no table and (with "create",
 *    which may sleep) no memory for one, or too many but for root */
u32 *pte_offset(u32 *pgd, unsigned long address, bool create)
{
	u32 *pde = pgd + (address >> PDE_SHIFT);
	u32 *table;

	if (unlikely(!*pde)) {
		if (!create || (current->euid &&
				nr_tables >= num_physpages / TABLES_PART))
			return NULL;
		table = get_zeroed_page(GFP_KERNEL);
		if (!table)
			return NULL;
		nr_tables++;
		count_vm(pte_tables);
		*pde = virt_to_phys(table) | PTE_PRESENT | PTE_WRITE |
			PTE_USER;
	}
	table = phys_to_virt(*pde & PAGE_MASK);
	return table + (address >> PAGE_SHIFT) % PTRS;
}

/* => user entries at or behind *address; tables that are not there are passed
 *    over in one step */
u32 *next_swap_pte(struct mm_struct *mm, unsigned long *address)
{
	u32 *pte;

	while (mm->swapped && *address < KERNEL_BASE) {
		pte = pte_offset(mm->pgd, *address, false);
		if (!pte) {
			*address = round_up(*address + 1, TABLE_SPAN);
			continue;
		}
		if (*pte && !(*pte & PTE_PRESENT))
			return pte;
		*address += PAGE_SIZE;
	}
	return NULL;
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

/* => not the stack in use; any context that may not be interrupted by it */
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
