/*
 * mm/space/unmap.c - truncation of a file that processes have mapped.
 *
 * truncate removes the pages above the new end from every address space before
 * they leave the page cache.  The next access gets SIGBUS, or the new page if
 * the file has grown again.  Copies that private mappings made of those pages
 * are removed too, as in Linux.
 *
 * There is no list of a file's areas: a truncated file is seldom mapped.  If
 * mapping->mapped is not 0, all areas are searched.
 *
 * Locks: none; nothing here sleeps, so owners see whole steps only.
 */
#include "mm/reclaim/address_space.h"
#include "mm/space/mm.h"

/* Unmaps the part of the area that maps the file from page "first" on. */
static void unmap_area(struct mm_struct *mm, const struct vm_area *area,
		       unsigned long first)
{
	unsigned long bytes = round_up(area->file_bytes, PAGE_SIZE);
	unsigned long skip = first > area->pgoff ? first - area->pgoff : 0;

	if (skip < bytes >> PAGE_SHIFT)
		zap_page_range(mm, area->start + (skip << PAGE_SHIFT),
			       area->start + bytes);
}

/* => no address space maps a page of the file with index "first" or above; the
 *    caller has reduced i_size, so that none is mapped again */
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
