/*
 * mm/space/swap_out.c - unmaps pages from page tables, so that they can age
 *
 * A mapped page has one reference a mapping, and is never deactivated.  A step
 * of swap_out() visits the current process and some others in turn, and scans
 * 1/32 of each one's present entries, from the end of its last visit.  An entry
 * used since then only loses its accessed bit, and the scanner is called
 * (->young).  Any other entry is unmapped whatever the page's age (2.4.7's
 * rule: a page unmapped too early costs a minor fault):
 *
 *  (a) a page of the swap cache: the entry names its slot;
 *  (b) a clean page: the entry is cleared; its owner has the page, or it is
 *	zero;
 *  (c) a dirty page of a file: the entry is cleared, the page marked dirty;
 *  (d) a dirty anonymous page: it gets a slot and enters the swap cache, dirty.
 *
 * Locked areas are skipped: their pages stay mapped, and mapped pages are never
 * reclaimed.  Process 1, unless it is large, keeps pages that would go to swap:
 * a swap read error must not kill it, and with it the machine.
 *
 * Unmapping frees nothing: the page is on the lists, and is reclaimed when the
 * scanner finds it unused.
 *
 * Invariants: rss and swapped of an address space count its entries.
 * Locks: PG_locked, tried; nothing here sleeps, so owners of address spaces
 *	see whole steps only.
 */
#include "kernel/process/process.h"
#include "kernel/core/trace.h"
#include "kernel/base/vmstat.h"
#include "mm/reclaim/filemap.h"
#include "mm/reclaim/touch.h"
#include "mm/space/mm.h"
#include "mm/reclaim/scanner.h"
#include "mm/swap/swap.h"

#define LEAST_PTES	8UL
#define RSS_PART	32
#define LARGE_PART	4	/* of memory: the rss of a large process */

/* One visit of an address space. */
struct visit {
	struct mm_struct *mm;
	const struct vm_area *area;	/* the area scanned */
	unsigned long left;		/* present entries to scan */
	bool keep;			/* skip pages that would go to swap */
	int out;			/* entries taken out */
};

/* Cases (a) and (d), with a slot: the entry names it. */
static void leave_entry(struct visit *visit, u32 *pte, struct page *page)
{
	swap_duplicate(page->index);
	*pte = page->index;
	visit->mm->swapped++;
	count_vm(swap_unmapped_swap);
}

/* => false: swap is full */
static bool give_slot(struct page *page)
{
	swp_entry entry = get_swap_page();

	if (!entry) {
		count_vm(swap_full);
		return false;
	}
	add_to_swap_cache(page, entry);
	set_page_dirty(page);
	return true;
}

/* The four cases; page locked.  => false: the entry stays */
static bool take_out(struct visit *visit, u32 *pte, struct page *page)
{
	/* Owned by a file now, or before truncation. */
	bool of_file = page->mapping || page->buffers ||
		       (visit->area->flags & VM_SHARED);
	bool cached = page_test(page, PG_swap_cache);
	u32 old = *pte;

	if (visit->keep && (cached || !of_file)) {
		return false;
	} else if (cached) {
		if (old & PTE_DIRTY)
			set_page_dirty(page);
		leave_entry(visit, pte, page);
	} else if (of_file) {
		if ((old & PTE_DIRTY) && page->mapping)
			set_page_dirty(page);
		*pte = 0;
		count_vm(swap_unmapped_file);
	} else if (!(old & PTE_DIRTY) && !page_test(page, PG_dirty)) {
		*pte = 0;
		count_vm(swap_unmapped_file);
	} else if (give_slot(page)) {
		leave_entry(visit, pte, page);
	} else {
		return false;
	}
	return true;
}

static void try_to_swap_out(struct visit *visit, u32 *pte,
			    unsigned long address)
{
	struct page *page = pte_page(*pte);
	bool out;

	count_vm(swap_scanned);
	if (*pte & PTE_ACCESSED) {
		*pte &= ~PTE_ACCESSED;
		if (vm_scanner->young)
			vm_scanner->young(page);
		count_vm(swap_young);
		trace_page(TRACE_TOUCH, page, TOUCH_YOUNG);
		return;
	}
	if (!trylock_page(page))
		return;
	out = take_out(visit, pte, page);
	if (out)
		page_unmapped(page);
	unlock_page(page);
	if (!out)
		return;
	TRACE(UNMAP, page_to_pfn(page), address, *pte, page->age);
	visit->mm->rss--;
	visit->out++;
	put_mapped_page(page);
}

/* => the address where the visit ends or the area does */
static unsigned long visit_area(struct visit *visit, unsigned long address)
{
	unsigned long end = visit->area->end;
	u32 *pte;

	while (address < end && visit->left) {
		pte = pte_offset(visit->mm->pgd, address, false);
		if (!pte) {
			address = round_up(address + 1, TABLE_SPAN);
			continue;
		}
		if (*pte & PTE_PRESENT) {
			visit->left--;
			try_to_swap_out(visit, pte, address);
		}
		address += PAGE_SIZE;
	}
	return address;
}

/* Scans from mm->swap_address on, then once more from the lowest area.
 * => entries taken out */
static int swap_out_mm(struct mm_struct *mm)
{
	struct visit visit = { .mm = mm, .keep = mm == find_task(1)->mm &&
				mm->rss <= num_physpages / LARGE_PART };
	int lap;

	visit.left = max(mm->rss / RSS_PART, min(LEAST_PTES, mm->rss));
	for (lap = 0; lap < 2 && visit.left; lap++) {
		list_for_each_entry(visit.area, &mm->areas, node) {
			if (visit.area->end <= mm->swap_address ||
			    (visit.area->flags & VM_LOCKED))
				continue;
			mm->swap_address = visit_area(&visit,
				max(mm->swap_address, visit.area->start));
			if (!visit.left)
				break;
		}
		if (visit.left)
			mm->swap_address = 0;
	}
	flush_tlb();
	return visit.out;
}

/* => the process after the last one in order of pid; NULL: none */
static struct task *next_process(void)
{
	struct task *task, *first = NULL, *next = NULL;
	static int last_pid;

	list_for_each_entry(task, &task_list, all_node) {
		if (!task->mm || !task->mm->rss)
			continue;
		if (!first || task->pid < first->pid)
			first = task;
		if (task->pid > last_pid && (!next || task->pid < next->pid))
			next = task;
	}
	next = next ? next : first;
	last_pid = next ? next->pid : 0;
	return next;
}

/* Visits current, then (processes / 4) + 1 processes in turn.
 * => entries taken out of page tables */
int swap_out(void)
{
	unsigned int visits = nr_processes / 4 + 1;
	struct task *task;
	int out = 0;

	count_vm(swap_out_calls);
	if (current->mm && current->mm->rss)
		out += swap_out_mm(current->mm);
	while (visits-- && (task = next_process()))
		out += swap_out_mm(task->mm);
	return out;
}
