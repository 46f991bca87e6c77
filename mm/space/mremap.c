/*
 * mm/space/mremap.c - shrinks, grows or moves a mapping
 *
 * A mapping grows in place when the range after it is free.  Otherwise it
 * moves: a copy of the area is made at the new address, the page-table entries
 * are moved, and the old area, now without pages, is removed.  No page is
 * copied, and pages in swap stay there.
 *
 * Locks: none (mm/space/mm.h has the reason).
 */
#include "mm/space/area.h"
#include "mm/space/mman.h"

static bool in_user_range(unsigned long address, unsigned long bytes)
{
	return bytes <= USER_TOP && address <= USER_TOP - bytes;
}

/* => the area that holds the range; ERR_PTR(-EFAULT) */
static struct vm_area *area_of_range(struct mm_struct *mm,
				     unsigned long address,
				     unsigned long length)
{
	struct vm_area *area = find_area(mm, address);

	return area && length <= area->end - address ? area :
						       ERR_PTR(-EFAULT);
}

/* The area grows by "more" bytes; file contents continue into the new part.
 * => sleeps if the area is locked */
static void grow_area(struct mm_struct *mm, struct vm_area *area,
		      unsigned long more)
{
	struct vm_area *next = area_next(mm, area);

	BUG_ON(next && next->start - area->end < more, "area %lx-%lx, %lx more",
	       area->start, area->end, more);
	if (area->file_bytes == area->end - area->start)
		area->file_bytes += area->file ? more : 0;
	area->end += more;
	mm->total_vm += more >> PAGE_SHIFT;
	make_pages_present(mm, area->end - more, area->end);
}

/*
 * Moves the whole area and what it maps to a free range.
 * => the address, or -ENOMEM with the area unchanged; sleeps
 */
static long move_area(struct mm_struct *mm, struct vm_area *area,
		      unsigned long to)
{
	unsigned long bytes = area->end - area->start;
	struct vm_area *copy = area_clone(mm, area);

	if (!copy)
		return -ENOMEM;
	copy->start = to;
	copy->end = to + bytes;
	area_insert(mm, copy);
	if (move_page_range(mm, area->start, to, bytes)) {
		area_remove(mm, copy);
		return -ENOMEM;
	}
	area_remove(mm, area);
	return to;
}

/* Moves the range and grows it. => the address or -E; sleeps */
static long move_and_grow(struct mm_struct *mm, unsigned long address,
			  unsigned long old, unsigned long new,
			  unsigned long to)
{
	long at;

	if (split_at(mm, address) || split_at(mm, address + old))
		return -ENOMEM;
	at = move_area(mm, find_area(mm, address), to);
	if (!IS_ERR(at))
		grow_area(mm, find_area(mm, at), new - old);
	return at;
}

/* Grows in place, or moves to a free range. => the address or -E; sleeps */
static long mremap_grow(struct mm_struct *mm, unsigned long address,
			unsigned long old, unsigned long new,
			unsigned int flags)
{
	struct vm_area *area = area_of_range(mm, address, old);
	unsigned long end = address + old, more = new - old, to;

	if (IS_ERR(area))
		return PTR_ERR(area);
	if ((area->flags & VM_LOCKED) &&
	    over_limit_locked(mm, more >> PAGE_SHIFT))
		return -EAGAIN;
	if (over_limit_as(mm, more >> PAGE_SHIFT))
		return -ENOMEM;
	if (area->end == end && in_user_range(address, new) &&
	    range_free(mm, end, end + more)) {
		grow_area(mm, area, more);
		return address;
	}
	to = flags & MREMAP_MAYMOVE ? find_room(mm, 0, new) : 0;
	return to ? move_and_grow(mm, address, old, new, to) : -ENOMEM;
}

/* MREMAP_FIXED: unmaps the target first. => the address or -E; sleeps */
static long move_to(struct mm_struct *mm, unsigned long address,
		    unsigned long old, unsigned long new, unsigned long to)
{
	unsigned long kept = min(old, new);
	int error;

	if ((to & ~PAGE_MASK) || to < PAGE_SIZE || !in_user_range(to, new) ||
	    (address < to + new && to < address + old))
		return -EINVAL;
	if (IS_ERR(area_of_range(mm, address, old)))
		return -EFAULT;
	if (over_limit_as(mm, (new - kept) >> PAGE_SHIFT))
		return -ENOMEM;
	error = do_munmap(mm, to, new);
	if (!error && old > new)
		error = do_munmap(mm, address + new, old - new);
	return error ? error : move_and_grow(mm, address, kept, new, to);
}

/* => the address, or -EINVAL, -EFAULT: the old range is not one mapping,
 *    -ENOMEM */
long do_mremap(struct mm_struct *mm, unsigned long address,
	       unsigned long old_length, unsigned long new_length,
	       unsigned int flags, unsigned long to)
{
	unsigned long old = round_up(old_length, PAGE_SIZE);
	unsigned long new = round_up(new_length, PAGE_SIZE);
	int error;

	if ((flags & ~(MREMAP_MAYMOVE | MREMAP_FIXED)) ||
	    flags == MREMAP_FIXED || (address & ~PAGE_MASK) || !old || !new)
		return -EINVAL;
	if (!in_user_range(address, old) || !find_area(mm, address))
		return -EFAULT;
	if (flags & MREMAP_FIXED)
		return move_to(mm, address, old, new, to);
	if (old < new)
		return mremap_grow(mm, address, old, new, flags);
	error = old > new ? do_munmap(mm, address + new, old - new) : 0;
	return error ? error : (long)address;
}
