/*
 * mm/space/madvise.c - madvise and mincore
 *
 * MADV_DONTNEED takes the pages out of the page tables: at the next access,
 * private memory is zero, or its file's; shared pages stay in the page cache.
 * MADV_WILLNEED starts reads, of the file or from swap, and does not wait for
 * them.  Other accepted advice has no effect: the scanners observe the accesses
 * themselves.
 *
 * Locks: none (mm/space/mm.h has the reason).
 */
#include "kernel/process/syscall.h"
#include "kernel/core/task.h"
#include "mm/space/area.h"
#include "mm/reclaim/filemap.h"
#include "mm/space/mman.h"
#include "mm/swap/swap.h"

/* => the most pages that are read ahead */
static unsigned long will_need_most(void)
{
	return (nr_free_pages() + zone.inactive_clean_pages) / 2;
}

/* => the end of the part of the area that the file backs */
static unsigned long file_end(const struct vm_area *area)
{
	return area->start + area->file_bytes;
}

static unsigned long page_index(const struct vm_area *area,
				unsigned long address)
{
	return area->pgoff + ((address - area->start) >> PAGE_SHIFT);
}

static void read_file(const struct vm_area *area, unsigned long from,
		      unsigned long to)
{
	loff_t size = file_map_ops->size(area->file);
	unsigned long last = (size + PAGE_SIZE - 1) >> PAGE_SHIFT;
	unsigned long first = page_index(area, from);

	last = min(last, page_index(area, round_up(to, PAGE_SIZE)));
	if (first < last)
		file_map_ops->read_ahead(area->file, first,
					 min(last, first + will_need_most()));
}

static void read_swap(struct mm_struct *mm, unsigned long from,
		      unsigned long to)
{
	unsigned long left = will_need_most();
	struct page *page;
	u32 *pte;

	while (left-- && (pte = next_swap_pte(mm, &from)) && from < to) {
		page = swapin(*pte);
		if (!page)
			break;
		put_page(page);
		from += PAGE_SIZE;
	}
}

static int will_need(struct mm_struct *mm, struct vm_area *area,
		     unsigned long from, unsigned long to)
{
	if (area->file && from < file_end(area))
		read_file(area, from, min(to, file_end(area)));
	read_swap(mm, from, to);
	return 0;
}

/* part_fn: applies the advice to a part */
static int advise_part(struct mm_struct *mm, struct vm_area *area,
		       unsigned long from, unsigned long to,
		       unsigned long advice)
{
	bool free = advice == MADV_FREE;

	if (advice == MADV_WILLNEED)
		return will_need(mm, area, from, to);
	if (advice != MADV_DONTNEED && !free)
		return 0;
	if ((area->flags & VM_LOCKED) ||
	    (free && (area->file || (area->flags & VM_SHARED))))
		return -EINVAL;
	zap_page_range(mm, from, to);
	return 0;
}

static bool known_advice(unsigned int advice)
{
	return advice <= MADV_DONTNEED || advice == MADV_FREE ||
	       advice == MADV_DONTDUMP || advice == MADV_DODUMP;
}

/* => 0, -EINVAL, -ENOMEM: a part of the range is not mapped; sleeps */
SYSCALL_DEFINE3(madvise, unsigned long, address, unsigned long, length,
		u32, advice)
{
	unsigned long end = address + round_up(length, PAGE_SIZE);

	if (!known_advice(advice) || (address & ~PAGE_MASK) ||
	    end < address || (length && end == address))
		return -EINVAL;
	return for_each_part(current->mm, address, end, advise_part, advice);
}

/* => true: an access to the page needs no read */
static bool page_is_there(struct mm_struct *mm, const struct vm_area *area,
			  unsigned long address)
{
	u32 *pte = pte_offset(mm->pgd, address, false);

	if (pte && (*pte & PTE_PRESENT))
		return true;
	if (pte && *pte)
		return page_is_cached(&swapper_space, *pte);
	return area->file && address < file_end(area) &&
	       page_is_cached(file_map_ops->mapping(area->file),
			      page_index(area, address));
}

/* vec: a byte per page.
 * => 0, -EINVAL, -ENOMEM: a part of the range is not mapped, -EFAULT; sleeps */
SYSCALL_DEFINE3(mincore, unsigned long, address, unsigned long, length,
		u8 __user *, vec)
{
	unsigned long end = address + round_up(length, PAGE_SIZE);
	struct vm_area *area;
	u8 there;

	if (address & ~PAGE_MASK)
		return -EINVAL;
	if (end < address || end > USER_TOP || (length && end == address))
		return -ENOMEM;
	for (; address < end; address += PAGE_SIZE) {
		area = find_area(current->mm, address);
		if (!area)
			return -ENOMEM;
		there = page_is_there(current->mm, area, address);
		if (put_user(there, vec++))
			return -EFAULT;
	}
	return 0;
}
