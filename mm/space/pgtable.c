/*
 * mm/space/pgtable.c - page directories and page tables of processes.
 *
 * The kernel's half of every directory is the same: a new directory copies
 * kernel_pgd's entries once (mm/heap/kmap.c), and they never change later.
 *
 * Invariants: directory entries from KERNEL_PDE on equal kernel_pgd's
 * (pt_check in mm/space/mmap.c checks the user half).
 * Locks: none; an address space is changed by its own task only.
 */
#include "kernel/core/task.h"
#include "kernel/base/vmstat.h"
#include "mm/space/mm.h"

#define TABLES_PART	4		/* of memory: most tables; root: all */

/* ---- directories and tables of processes --------------------------------- */

/* => a directory with the kernel's half filled in; NULL: no memory; sleeps */
u32 *pgd_alloc(void)
{
	u32 *pgd = get_free_page(GFP_KERNEL);

	if (!pgd)
		return NULL;
	memset(pgd, 0, KERNEL_PDE * sizeof(u32));
	memcpy(pgd + KERNEL_PDE, kernel_pgd + KERNEL_PDE,
	       (PTRS - KERNEL_PDE) * sizeof(u32));
	return pgd;
}

static unsigned long nr_tables;		/* of all processes */

/* => the number of user tables */
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

/* => the entry for address; NULL if there is no table and (with "create",
 *    which may sleep) no memory for one, or too many, not for root */
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

/* => the first swap entry at or above *address; NULL: none.  An absent table is
 *    skipped in one step */
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
