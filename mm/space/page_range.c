/*
 * mm/space/page_range.c - ranges of page-table entries: fork copies, munmap
 * clears, mremap moves, mprotect restricts them, msync clears their dirty bits
 *
 * A range is walked in runs, each of them in one page table; without a table
 * there are no entries.  An entry that is taken out passes its dirty bit to the
 * page and drops its reference; one that names a swap slot drops a use of the
 * slot.
 *
 * Invariants: those of mm/space/memory.c: rss and swapped count the entries.
 * Locks: none (mm/space/mm.h has the reason); only the allocation of a page
 * table sleeps.
 */
#include "kernel/core/task.h"
#include "mm/reclaim/filemap.h"
#include "mm/space/mm.h"
#include "mm/swap/swap.h"

void flush_tlb(void)
{
	x86_write_cr3(x86_read_cr3());
}

/* => entries from address to the end of its table, "end" at most */
static unsigned long table_run(unsigned long address, unsigned long end)
{
	unsigned long stop = (address & ~(TABLE_SPAN - 1)) + TABLE_SPAN;

	return (min(stop - 1, end - 1) + 1 - address) >> PAGE_SHIFT;
}

/* Shares one run of entries; writable private ones become read-only in both
 * tables, slots get one more use. */
static void copy_ptes(struct mm_struct *mm, u32 *to, u32 *from,
		      unsigned long n, u32 clear)
{
	u32 *end = from + n;

	for (; from < end; from++, to++) {
		if (!*from)
			continue;
		if (!(*from & PTE_PRESENT)) {
			swap_duplicate(*from);
			*to = *from;
			mm->swapped++;
			continue;
		}
		*from &= ~clear;
		*to = *from;
		pte_page(*from)->count++;
		mm->rss++;
	}
}

/*
 * Fork: the pages of an area become shared, copied when one side writes.
 * => 0 or -ENOMEM; may sleep; the caller flushes the TLB afterwards
 */
int copy_page_range(struct mm_struct *to, struct mm_struct *from,
		    const struct vm_area *area)
{
	u32 clear = area->flags & VM_SHARED ? 0 : PTE_WRITE;
	unsigned long address, n;
	u32 *src, *dst;

	for (address = area->start; address < area->end;
	     address += n << PAGE_SHIFT) {
		n = table_run(address, area->end);
		src = pte_offset(from->pgd, address, false);
		if (!src)
			continue;
		dst = pte_offset(to->pgd, address, true);
		if (!dst)
			return -ENOMEM;
		copy_ptes(to, dst, src, n, clear);
	}
	return 0;
}

static unsigned long zap_ptes(struct mm_struct *mm, u32 *pte, unsigned long n)
{
	unsigned long zapped = 0;
	u32 *end = pte + n;
	struct page *page;
	u32 old;

	for (; pte < end; pte++) {
		old = *pte;
		if (!old)
			continue;
		*pte = 0;
		if (!(old & PTE_PRESENT)) {
			free_swap_and_cache(old);
			mm->swapped--;
			continue;
		}
		page = pte_page(old);
		if ((old & PTE_DIRTY) && page->mapping)
			set_page_dirty(page);
		put_mapped_page(page);
		zapped++;
	}
	return zapped;
}

/* Clears the entries of [start, end) and drops their pages. */
void zap_page_range(struct mm_struct *mm, unsigned long start,
		    unsigned long end)
{
	unsigned long address, n, zapped = 0;
	u32 *pte;

	for (address = start; address < end; address += n << PAGE_SHIFT) {
		n = table_run(address, end);
		pte = pte_offset(mm->pgd, address, false);
		if (pte)
			zapped += zap_ptes(mm, pte, n);
	}
	BUG_ON(zapped > mm->rss, "%lu of %lu pages", zapped, mm->rss);
	mm->rss -= zapped;
	if (zapped && mm == current->mm)
		flush_tlb();
}

/* => 0: the range has its tables, or -ENOMEM; sleeps */
static int make_tables(struct mm_struct *mm, unsigned long start,
		       unsigned long end)
{
	unsigned long address;

	for (address = start; address < end;
	     address += table_run(address, end) << PAGE_SHIFT)
		if (!pte_offset(mm->pgd, address, true))
			return -ENOMEM;
	return 0;
}

/* References and slots move with the entries. */
int move_page_range(struct mm_struct *mm, unsigned long from,
		    unsigned long to, unsigned long bytes)
{
	unsigned long done;
	u32 *pte, *moved;

	if (make_tables(mm, to, to + bytes))
		return -ENOMEM;
	for (done = 0; done < bytes; done += PAGE_SIZE) {
		pte = pte_offset(mm->pgd, from + done, false);
		if (!pte || !*pte)
			continue;
		moved = pte_offset(mm->pgd, to + done, false);
		BUG_ON(*moved, "entry %x at %lx", *moved, to + done);
		*moved = *pte;
		*pte = 0;
	}
	flush_tlb();
	return 0;
}

/* msync: the pages written through these entries become dirty. */
void sync_page_range(struct mm_struct *mm, unsigned long start,
		     unsigned long end)
{
	unsigned long address, n, i;
	struct page *page;
	u32 *pte;

	for (address = start; address < end; address += n << PAGE_SHIFT) {
		n = table_run(address, end);
		pte = pte_offset(mm->pgd, address, false);
		for (i = 0; pte && i < n; i++) {
			page = pte_page(pte[i]);
			if (!(pte[i] & PTE_PRESENT) ||
			    !(pte[i] & PTE_DIRTY) || !page->mapping)
				continue;
			pte[i] &= ~PTE_DIRTY;
			set_page_dirty(page);
		}
	}
	flush_tlb();
}

/*
 * protect_page_range: after area->flags changed, removes access that is no
 * longer allowed; faults add newly allowed access.  Without read access an
 * entry loses PTE_USER and keeps its page.
 */
void protect_page_range(struct mm_struct *mm, const struct vm_area *area)
{
	u32 clear = area->flags & VM_WRITE ? 0 : PTE_WRITE;
	unsigned long address, n, i;
	u32 *pte;

	if (!(area->flags & (VM_READ | VM_WRITE | VM_EXEC)))
		clear |= PTE_USER;
	for (address = area->start; clear && address < area->end;
	     address += n << PAGE_SHIFT) {
		n = table_run(address, area->end);
		pte = pte_offset(mm->pgd, address, false);
		for (i = 0; pte && i < n; i++)
			if (pte[i] & PTE_PRESENT)
				pte[i] &= ~clear;
	}
	flush_tlb();
}
