/* mm/space/pgtable.h - page directories and page tables of processes */
#pragma once

#include "mm/heap/kmap.h"

struct mm_struct;

#define TABLE_SPAN	(1UL << PDE_SHIFT)	/* bytes a page table maps */
u32 *pgd_alloc(void);			/* NULL: no memory */
void pgd_free(u32 *pgd);		/* and user tables; no page is mapped */
unsigned long pgd_tables(const u32 *pgd);	/* user tables */
/* => the entry, NULL if there is no table (with create: no memory) */
u32 *pte_offset(u32 *pgd, unsigned long address, bool create);
/* => the first entry at or above *address that names a swap slot, and *address
 *    set to the address it maps; NULL: none.  Never sleeps */
u32 *next_swap_pte(struct mm_struct *mm, unsigned long *address);

static inline struct page *pte_page(u32 pte)
{
	return mem_map + ((pte >> PAGE_SHIFT) - mem_map_first_pfn);
}
