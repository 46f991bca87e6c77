/*
 * mm/space/mlock.c - pages that stay in memory: mlock, munlock, mlockall,
 * munlockall
 *
 * The pages of a locked area are made present at once, and swap_out skips the
 * area; mapped pages are never reclaimed.  So a lock is only the mark.  A child
 * inherits no locks.
 *
 * Processes other than root's lock at most RLIMIT_MEMLOCK each, and all
 * together at most half of memory (2.4.7 allows that to each), so that the rest
 * is enough to run.
 *
 * Locks: none (mm/space/mm.h has the reason).
 */
#include "kernel/process/syscall.h"
#include "kernel/core/task.h"
#include "mm/space/area.h"
#include "mm/space/mman.h"

static unsigned long locked_pages(const struct mm_struct *mm)
{
	const struct vm_area *area;
	unsigned long pages = 0;

	list_for_each_entry(area, &mm->areas, node)
		if (area->flags & VM_LOCKED)
			pages += (area->end - area->start) >> PAGE_SHIFT;
	return pages;
}

static unsigned long all_locked_pages(void)
{
	const struct mm_struct *mm;
	unsigned long pages = 0;

	list_for_each_entry(mm, &mm_list, node)
		pages += locked_pages(mm);
	return pages;
}

bool over_limit_locked(const struct mm_struct *mm, unsigned long pages)
{
	u32 limit = current->rlimits[RLIMIT_MEMLOCK].now >> PAGE_SHIFT;

	return all_locked_pages() + pages > num_physpages / 2 ||
	       (current->euid && locked_pages(mm) + pages > limit);
}

/* => 0, or -EPERM: RLIMIT_MEMLOCK is 0 */
static int may_lock(void)
{
	return current->euid && !current->rlimits[RLIMIT_MEMLOCK].now ?
		-EPERM : 0;
}

/* part_fn: sets the mark of the part, an area of its own. => 0, -ENOMEM */
static int mark_part(struct mm_struct *mm, struct vm_area *area,
		     unsigned long from, unsigned long to, unsigned long mark)
{
	if ((area->flags & VM_LOCKED) == mark)
		return 0;
	if (split_at(mm, from) || split_at(mm, to))
		return -ENOMEM;
	area = find_area(mm, from);
	area->flags = (area->flags & ~VM_LOCKED) | mark;
	return 0;
}

/* Rounds the range to pages. => 0, -EINVAL: it wraps around */
static int page_bounds(unsigned long address, unsigned long length,
		       unsigned long *start, unsigned long *end)
{
	*start = address & PAGE_MASK;
	*end = round_up(address + length, PAGE_SIZE);
	if (length > USER_TOP || *end < *start)
		return -EINVAL;
	return 0;
}

/* => 0, -EPERM, -EINVAL, -ENOMEM: a hole, or above a limit, -EAGAIN: no
 *    memory */
SYSCALL_DEFINE2(mlock, unsigned long, address, unsigned long, length)
{
	struct mm_struct *mm = current->mm;
	unsigned long start, end;
	int error = may_lock();

	if (!error)
		error = page_bounds(address, length, &start, &end);
	if (error)
		return error;
	if (over_limit_locked(mm, (end - start) >> PAGE_SHIFT))
		return -ENOMEM;
	error = for_each_part(mm, start, end, mark_part, VM_LOCKED);
	return error ? error : make_pages_present(mm, start, end);
}

/* => 0, -EINVAL, -ENOMEM: a hole */
SYSCALL_DEFINE2(munlock, unsigned long, address, unsigned long, length)
{
	unsigned long start, end;
	int error = page_bounds(address, length, &start, &end);

	return error ? error :
		for_each_part(current->mm, start, end, mark_part, 0);
}

static void mark_all(struct mm_struct *mm, unsigned int mark)
{
	struct vm_area *area;

	list_for_each_entry(area, &mm->areas, node)
		area->flags = (area->flags & ~VM_LOCKED) | mark;
}

/* Pages that cannot be made present are no error, as in Linux.
 * => 0, -EINVAL, -EPERM, -ENOMEM: above a limit */
SYSCALL_DEFINE1(mlockall, u32, flags)
{
	struct mm_struct *mm = current->mm;

	if (!flags || (flags & ~(MCL_CURRENT | MCL_FUTURE)))
		return -EINVAL;
	if (may_lock())
		return -EPERM;
	if ((flags & MCL_CURRENT) &&
	    over_limit_locked(mm, mm->total_vm - locked_pages(mm)))
		return -ENOMEM;
	mm->def_flags = flags & MCL_FUTURE ? VM_LOCKED : 0;
	if (flags & MCL_CURRENT) {
		mark_all(mm, VM_LOCKED);
		make_pages_present(mm, 0, USER_TOP);
	}
	return 0;
}

SYSCALL_DEFINE0(munlockall)
{
	current->mm->def_flags = 0;
	mark_all(current->mm, 0);
	return 0;
}
