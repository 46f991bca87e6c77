/*
 * mm/space/area.c - the areas of an address space: search, split, insert,
 * remove
 *
 * An area is a range of pages with one origin and one set of access rights.
 * Areas are sorted by address and never overlap.  A change of a part first
 * splits the areas at both ends, so that the change handles whole areas only.
 *
 * They are a list, and a search begins where the last one ended: it is short
 * for a program that accesses its memory in order.  A process has at most
 * max_map_count areas; all areas but root's may fill a sixth of memory.
 *
 * Invariants: areas are sorted, disjoint, page aligned, below USER_TOP;
 * total_vm is their sum, nr_areas their number (pt_check); between MMAP_BASE
 * and full_below no page is free.
 * Locks: none (mm/space/mm.h has the reason).
 */
#include "kernel/core/task.h"
#include "mm/space/area.h"
#include "mm/heap/slab.h"

#define MMAP_BASE	0x40000000UL	/* mmap chooses from here upward */
#define AREAS_A_FRAME	20	/* allowed; not for root; 126 fill one */

unsigned int max_map_count = 65530;	/* tunable: of one address space */
static unsigned long nr_areas;		/* of all address spaces */

static struct vm_area *area_at(struct list_head *node)
{
	return list_entry(node, struct vm_area, node);
}

/* => NULL: it is the last */
struct vm_area *area_next(struct mm_struct *mm, struct vm_area *area)
{
	return area->node.next == &mm->areas ? NULL : area_at(area->node.next);
}

/* => NULL: it is the first */
struct vm_area *area_prev(struct mm_struct *mm, struct vm_area *area)
{
	return area->node.prev == &mm->areas ? NULL : area_at(area->node.prev);
}

/* => the first area that ends above address; NULL: none */
struct vm_area *area_above(struct mm_struct *mm, unsigned long address)
{
	struct list_head *at = mm->last_area ? &mm->last_area->node :
					       mm->areas.next;

	while (at != &mm->areas && area_at(at)->end <= address)
		at = at->next;
	while (at->prev != &mm->areas && area_at(at->prev)->end > address)
		at = at->prev;
	if (at == &mm->areas)
		return NULL;
	mm->last_area = area_at(at);
	return mm->last_area;
}

/* => the area that holds address; NULL: none.  Does not sleep */
struct vm_area *find_area(struct mm_struct *mm, unsigned long address)
{
	struct vm_area *area = mm->last_area;

	if (area && address >= area->start && address < area->end)
		return area;
	area = area_above(mm, address);
	return area && address >= area->start ? area : NULL;
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
	area_insert_before(mm, area, above ? &above->node : &mm->areas);
}

/* => next is the node of the area above, or the list: it is the last one */
void area_insert_before(struct mm_struct *mm, struct vm_area *area,
			struct list_head *next)
{
	list_add_tail(&area->node, next);
	mm->last_area = area;
	mm->total_vm += (area->end - area->start) >> PAGE_SHIFT;
	mm->nr_areas++;
	nr_areas++;
}

/* Unmaps the pages and removes the area; may sleep (last use of a file). */
void area_remove(struct mm_struct *mm, struct vm_area *area)
{
	struct file *file = area->file;

	zap_page_range(mm, area->start, area->end);
	mm->last_area = area_prev(mm, area);
	mm->full_below = min(mm->full_below, area->start);
	list_del(&area->node);
	mm->total_vm -= (area->end - area->start) >> PAGE_SHIFT;
	mm->nr_areas--;
	nr_areas--;
	kfree(area);
	if (file)
		file_map_ops->put(file);
}

/* => not inserted, nothing set; NULL: no memory, or too many; sleeps */
struct vm_area *area_alloc(const struct mm_struct *mm)
{
	if (mm->nr_areas >= max_map_count ||
	    (current->euid && nr_areas >= num_physpages * AREAS_A_FRAME))
		return NULL;
	return kmalloc(sizeof(struct vm_area), GFP_KERNEL);
}

/* => not inserted; NULL: no memory, or too many; sleeps */
struct vm_area *area_clone(const struct mm_struct *mm,
			   const struct vm_area *from)
{
	struct vm_area *area = area_alloc(mm);

	if (!area)
		return NULL;
	*area = *from;
	list_init(&area->node);
	if (area->file)
		file_map_ops->get(area->file);
	return area;
}

/* Makes address a boundary between areas. => 0 or -ENOMEM */
int split_at(struct mm_struct *mm, unsigned long address)
{
	struct vm_area *area = find_area(mm, address), *upper;
	unsigned long lower_bytes;

	if (!area || area->start == address)
		return 0;
	upper = area_clone(mm, area);
	if (!upper)
		return -ENOMEM;
	BUG_ON(address & ~PAGE_MASK, "area %lx-%lx is cut at %lx", area->start,
	       area->end, address);
	lower_bytes = address - area->start;
	upper->start = address;
	upper->pgoff += lower_bytes >> PAGE_SHIFT;
	upper->file_bytes -= min(upper->file_bytes, lower_bytes);
	mm->total_vm -= (area->end - address) >> PAGE_SHIFT;
	area->end = address;
	area->file_bytes = min(area->file_bytes, lower_bytes);
	area_insert(mm, upper);
	return 0;
}

/* => a free range of the length, at the hint if that is free; 0: none */
unsigned long find_room(struct mm_struct *mm, unsigned long hint,
			unsigned long length)
{
	unsigned long at = round_up(hint, PAGE_SIZE);
	struct vm_area *area;
	bool full = true;

	if (at && at < USER_TOP && length <= USER_TOP - at &&
	    range_free(mm, at, at + length))
		return at;
	at = max(mm->full_below, MMAP_BASE);
	for (area = area_above(mm, at); area; area = area_next(mm, area)) {
		if (area->start >= at && area->start - at >= length)
			return at;
		full &= area->start <= at;
		at = area->end;
		if (full)
			mm->full_below = at;
	}
	return length <= USER_TOP - at ? at : 0;
}

/* RLIMIT_AS, in pages: of current. */
bool over_limit_as(const struct mm_struct *mm, unsigned long pages)
{
	return mm->total_vm + pages >
		current->rlimits[RLIMIT_AS].now >> PAGE_SHIFT;
}

/* A hole is reported (-ENOMEM) only after every mapped part was processed, as
 * in Linux. => 0, the error of fn, or -ENOMEM */
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
