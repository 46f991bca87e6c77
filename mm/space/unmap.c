/*
 * mm/space/unmap.c - a file is cut short while processes have it mapped.
 *
 * truncate takes the pages behind the new end out of every address space
 * before they leave the page cache; the next touch is SIGBUS, or finds the new
 * page if the file has grown again.  The copies that private mappings made of
 * those pages go too, as in Linux.
 *
 * There is no list of a file's areas: a file that is truncated is seldom
 * mapped, so a count tells, and the few times it is not 0 all areas are
 * looked at.
 *
 * Locks: none; nothing here sleeps, so owners see whole steps only.
 * Callers: fs/vfs/inode.c.  Calls: mm/space/memory.c.
 */
#include "mm/reclaim/address_space.h"
#include "mm/space/mm.h"

/* The part of the area that shows pages of the file from "first" on. */
static void unmap_area(struct mm_struct *mm, const struct vm_area *area,
		       unsigned long first)
{
	unsigned long bytes = round_up(area->file_bytes, PAGE_SIZE);
	unsigned long skip = first > area->pgoff ? first - area->pgoff : 0;

	if (skip < bytes >> PAGE_SHIFT)
		zap_page_range(mm, area->start + (skip << PAGE_SHIFT),
			       area->start + bytes);
}

/* => no address space shows a page of the file with index "first" or above;
 *    i_size is smaller already, so that none comes back */
void unmap_mapping_range(struct address_space *mapping, unsigned long first)
{
	struct vm_area *area;
	struct mm_struct *mm;

	if (!mapping->mapped)
		return;
	list_for_each_entry(mm, &mm_list, node)
		list_for_each_entry(area, &mm->areas, node)
			if (area->file &&
			    file_map_ops->mapping(area->file) == mapping)
				unmap_area(mm, area, first);
	flush_tlb();
}
