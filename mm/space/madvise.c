/*
 * mm/space/madvise.c - what a program says of memory it has mapped, and asks
 * about it
 *
 * MADV_DONTNEED takes the pages out of the page tables: private memory is
 * zero, or its file's, when it is touched again; what is shared stays in the
 * page cache.  MADV_WILLNEED starts reads, of the file or from swap, and waits
 * for none.  The rest of what is accepted says how memory will be used, which
 * the scanners find out for themselves.
 *
 * Locks: none (mm/space/mm.h says why).
 * Callers: kernel/process/syscall.c.  Calls: mm/space/page_range.c,
 * fs/vfs/readahead.c, swap.
 */
#include "kernel/process/syscall.h"
#include "kernel/core/task.h"
#include "mm/space/area.h"
#include "mm/reclaim/filemap.h"
#include "mm/space/mman.h"
#include "mm/swap/swap.h"

/* => more than this is not read ahead of its use, pages */
static unsigned long will_need_most(void)
{
	return (nr_free_pages() + zone.inactive_clean_pages) / 2;
}

/* The part of the range that a file stands behind. => the first byte not */
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

/* part_fn */
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

/* => whether a touch of the page would find it without a read */
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

/* vec: a byte a page.
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
