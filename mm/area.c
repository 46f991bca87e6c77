/*
 * mm/area.c - the areas of an address space: found, split, put in, taken out
 *
 * An area is a range of pages with one origin and one set of rights; they are
 * kept by address and never overlap.  Every change of a part first splits the
 * areas at both ends, so that what follows handles whole areas only.
 *
 * Invariants: areas are sorted, disjoint, page aligned, below USER_TOP;
 * total_vm is their sum (pt_check).
 * Locks: none (mm/mm.h says why).
 * Callers: mm/mmap.c, mm/mremap.c, mm/madvise.c.  Calls: mm/page_range.c.
 */
#include "kernel/task.h"
#include "mm/area.h"
#include "mm/slab.h"

#define MMAP_BASE	0x40000000UL	/* mmap chooses from here upward */

/* => NULL: it is the last */
struct vm_area *area_next(struct mm_struct *mm, struct vm_area *area)
{
	return area->node.next == &mm->areas ? NULL :
		list_entry(area->node.next, struct vm_area, node);
}

/* => NULL: it is the first */
struct vm_area *area_prev(struct mm_struct *mm, struct vm_area *area)
{
	return area->node.prev == &mm->areas ? NULL :
		list_entry(area->node.prev, struct vm_area, node);
}

/* => the first area that ends above address; NULL: none */
struct vm_area *area_above(struct mm_struct *mm, unsigned long address)
{
	struct vm_area *area;

	list_for_each_entry(area, &mm->areas, node)
		if (area->end > address)
			return area;
	return NULL;
}

/* => the area that holds address; NULL: none.  Does not sleep */
struct vm_area *find_area(struct mm_struct *mm, unsigned long address)
{
	struct vm_area *area = mm->last_area;

	if (area && address >= area->start && address < area->end)
		return area;
	area = area_above(mm, address);
	if (!area || address < area->start)
		return NULL;
	mm->last_area = area;
	return area;
}

bool range_free(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	struct vm_area *area = area_above(mm, start);

	return !area || area->start >= end;
}

/* => its range is free */
void area_insert(struct mm_struct *mm, struct vm_area *area)
{
	struct vm_area *above = area_above(mm, area->start);

	BUG_ON(above && above->start < area->end, "areas %lx and %lx overlap",
	       area->start, above->start);
	list_add_tail(&area->node, above ? &above->node : &mm->areas);
	mm->total_vm += (area->end - area->start) >> PAGE_SHIFT;
}

/* Unmaps the pages and forgets the area; may sleep (last use of a file). */
void area_remove(struct mm_struct *mm, struct vm_area *area)
{
	struct file *file = area->file;

	zap_page_range(mm, area->start, area->end);
	list_del(&area->node);
	mm->last_area = NULL;
	mm->total_vm -= (area->end - area->start) >> PAGE_SHIFT;
	kfree(area);
	if (file)
		file_map_ops.put(file);
}

/* => not inserted; NULL: no memory; sleeps */
struct vm_area *area_clone(const struct vm_area *from)
{
	struct vm_area *area = kmalloc(sizeof(*area), GFP_KERNEL);

	if (!area)
		return NULL;
	*area = *from;
	list_init(&area->node);
	if (area->file)
		file_map_ops.get(area->file);
	return area;
}

/* Makes address a boundary between areas. => 0 or -ENOMEM */
int split_at(struct mm_struct *mm, unsigned long address)
{
	struct vm_area *area = find_area(mm, address), *upper;
	unsigned long lower_bytes;

	if (!area || area->start == address)
		return 0;
	upper = area_clone(area);
	if (!upper)
		return -ENOMEM;
	lower_bytes = address - area->start;
	upper->start = address;
	upper->pgoff += lower_bytes >> PAGE_SHIFT;
	upper->file_bytes -= min(upper->file_bytes, lower_bytes);
	mm->total_vm -= (area->end - address) >> PAGE_SHIFT;
	area->end = address;
	area->file_bytes = min(area->file_bytes, lower_bytes);
	mm->last_area = NULL;
	area_insert(mm, upper);
	return 0;
}

/* => a free range of the length, at the hint if that is free; 0: none */
unsigned long find_room(struct mm_struct *mm, unsigned long hint,
			unsigned long length)
{
	unsigned long at = round_up(hint, PAGE_SIZE);
	struct vm_area *area;

	if (at && at < USER_TOP && length <= USER_TOP - at &&
	    range_free(mm, at, at + length))
		return at;
	at = MMAP_BASE;
	for (area = area_above(mm, at); area; area = area_next(mm, area)) {
		if (area->start >= at && area->start - at >= length)
			return at;
		at = area->end;
	}
	return length <= USER_TOP - at ? at : 0;
}

/* RLIMIT_AS, in pages: of current. */
bool over_limit_as(const struct mm_struct *mm, unsigned long pages)
{
	return mm->total_vm + pages >
		current->rlimits[RLIMIT_AS].now >> PAGE_SHIFT;
}

/* Holes are told after everything else has been done, as Linux does.
 * => 0, what fn has refused with, or -ENOMEM */
int for_each_part(struct mm_struct *mm, unsigned long start, unsigned long end,
		  part_fn *fn, unsigned long arg)
{
	unsigned long at = start, to;
	struct vm_area *area;
	bool hole = false;
	int error = 0;

	BUG_ON((start | end) & ~PAGE_MASK, "range %lx-%lx", start, end);
	while (!error && at < end) {
		area = area_above(mm, at);
		if (!area || area->start >= end)
			return -ENOMEM;
		hole |= area->start > at;
		at = max(at, area->start);
		to = min(end, area->end);
		error = fn(mm, area, at, to, arg);
		at = to;
	}
	return error ? error : hole ? -ENOMEM : 0;
}
