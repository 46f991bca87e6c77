/*
 * mm/space/mmap.c - address spaces, and the calls that change them.
 *
 * An address space is its areas (mm/space/area.c) and a page directory.  munmap
 * removes areas, mprotect changes their access; faults grow the stack's area.
 *
 * Invariants: those of mm/space/area.c; every present entry lies in an area
 * (pt_check).
 * Locks: none (mm/space/mm.h has the reason).
 */
#include "kernel/process/clone.h"
#include "kernel/process/process.h"
#include "mm/space/area.h"
#include "mm/space/mman.h"
#include "mm/heap/slab.h"
#include "mm/swap/swap.h"

#define STACK_MAX	(8UL << 20)
#define STACK_GAP	(64UL << 10)	/* largest push below esp */
#define PTES_MAX	1024UL

const struct file_map_ops *file_map_ops;
LIST_HEAD(mm_list);

/* ---- address spaces ------------------------------------------------------ */

/* => an empty address space with one user; NULL: no memory; sleeps */
struct mm_struct *mm_alloc(void)
{
	struct mm_struct *mm = kzalloc(sizeof(*mm), GFP_KERNEL);
	static u32 last;

	if (!mm)
		return NULL;
	mm->number = ++last;
	list_init(&mm->areas);
	mm->users = 1;
	mm->pgd = pgd_alloc();
	if (mm->pgd) {
		list_add_tail(&mm->node, &mm_list);
		return mm;
	}
	kfree(mm);
	return NULL;
}

/* => the copy of current's address space for a child; NULL: no memory */
struct mm_struct *mm_dup(struct mm_struct *from)
{
	struct mm_struct *to = mm_alloc();
	struct vm_area *area, *copy;

	if (!to)
		return NULL;
	to->start_brk = from->start_brk;
	to->brk = from->brk;
	to->start_code = from->start_code;
	to->end_code = from->end_code;
	to->start_stack = from->start_stack;
	to->arg_start = from->arg_start;
	to->arg_end = from->arg_end;
	to->env_end = from->env_end;
	to->exe_file = from->exe_file;
	if (to->exe_file)
		file_map_ops->run(to->exe_file);
	list_for_each_entry(area, &from->areas, node) {
		copy = area_clone(to, area);
		if (!copy)
			goto out_put;
		copy->flags &= ~VM_LOCKED;
		area_insert_before(to, copy, &to->areas);
		if (copy_page_range(to, from, copy))
			goto out_put;
	}
	flush_tlb();
	return to;
out_put:
	flush_tlb();
	mm_put(to);
	return NULL;
}

/* Drops a user; the last one frees areas, pages and tables. => may sleep; the
 * last user's address space must not be loaded */
void mm_put(struct mm_struct *mm)
{
	if (--mm->users)
		return;
	while (!list_empty(&mm->areas))
		area_remove(mm, list_first(&mm->areas, struct vm_area, node));
	BUG_ON(mm->rss || mm->swapped || mm->total_vm,
	       "rss %lu swapped %lu total_vm %lu", mm->rss, mm->swapped,
	       mm->total_vm);
	list_del(&mm->node);
	pgd_free(mm->pgd);
	if (mm->exe_file)
		file_map_ops->end_run(mm->exe_file);
	kfree(mm);
}

/* Gives current an address space and loads it. => NULL: the kernel's own */
static void mm_activate(struct mm_struct *mm)
{
	current->mm = mm;
	current->cr3 = mm ? virt_to_phys(mm->pgd) : 0;
	load_cr3(virt_to_phys(mm ? mm->pgd : kernel_pgd));
}

/*
 * Replaces current's address space by "mm" (exec's new one, NULL at exit); a
 * vfork parent continues with its own.
 * => sleeps; frees the pages of the last user
 */
void task_set_mm(struct mm_struct *mm)
{
	struct mm_struct *old = current->mm;
	struct task *parent = current->vfork_parent;

	mm_activate(mm);
	if (parent) {
		current->vfork_parent = NULL;
		parent->in_vfork = false;
		wake_up(&parent->child_wait);
	}
	if (old)
		mm_put(old);
}

static int fork_mm(struct task *child, unsigned long flags)
{
	if (flags & CLONE_VM) {
		child->mm = current->mm;
		child->mm->users++;
	} else {
		child->mm = mm_dup(current->mm);
		if (!child->mm)
			return -ENOMEM;
	}
	child->cr3 = virt_to_phys(child->mm->pgd);
	child->max_rss = child->mm->rss;
	return 0;
}

static void exit_mm(struct task *task)
{
	if (task == current) {
		task_set_mm(NULL);
		return;
	}
	mm_put(task->mm);		/* of a child whose fork failed */
	task->mm = NULL;
}

const struct task_part mm_part = { .fork = fork_mm, .exit = exit_mm };

/* ---- mapping ------------------------------------------------------------- */

static unsigned int area_flags(unsigned int prot, unsigned int flags)
{
	return (prot & (VM_READ | VM_WRITE | VM_EXEC)) |
		(prot & PROT_WRITE ? VM_READ : 0) |
		(flags & MAP_SHARED ? VM_SHARED : 0) |
		(flags & MAP_GROWSDOWN ? VM_GROWSDOWN : 0);
}

/* Merges anonymous memory with the area of the same kind right before it. */
static bool extend_area(struct mm_struct *mm, unsigned long start,
			unsigned long end, unsigned int flags)
{
	struct vm_area *area = start ? find_area(mm, start - 1) : NULL;

	if (!area || area->file || area->flags != flags ||
	    (flags & VM_GROWSDOWN))
		return false;
	area->end = end;
	mm->total_vm += (end - start) >> PAGE_SHIFT;
	return true;
}

static int map_range(struct mm_struct *mm, struct file *file,
		     unsigned long start, unsigned long end,
		     unsigned int flags, unsigned long pgoff)
{
	struct vm_area *area;

	if (!file && extend_area(mm, start, end, flags))
		return 0;
	area = area_alloc(mm);
	if (!area)
		return -ENOMEM;
	area->start = start;
	area->end = end;
	area->flags = flags;
	area->file = file;
	area->pgoff = file ? pgoff : 0;
	area->file_bytes = file ? end - start : 0;
	if (file)
		file_map_ops->get(file);
	area_insert(mm, area);
	return 0;
}

/*
 * => the address or -E; "file" (NULL: anonymous) stays the caller's reference,
 *    the area takes its own; the caller has checked the file's mode; sleeps
 */
long do_mmap(struct mm_struct *mm, struct file *file, unsigned long address,
	     unsigned long length, unsigned int prot, unsigned int flags,
	     unsigned long pgoff)
{
	int error;

	if (!length || length > USER_TOP)
		return length ? -ENOMEM : -EINVAL;
	length = round_up(length, PAGE_SIZE);
	if (flags & MAP_FIXED) {
		if (address & ~PAGE_MASK || address < PAGE_SIZE ||
		    length > USER_TOP || address > USER_TOP - length)
			return -EINVAL;
		error = do_munmap(mm, address, length);
		if (error)
			return error;
	} else {
		address = find_room(mm, address, length);
		if (!address)
			return -ENOMEM;
	}
	if (over_limit_as(mm, length >> PAGE_SHIFT))
		return -ENOMEM;
	if (mm->def_flags && over_limit_locked(mm, length >> PAGE_SHIFT))
		return -EAGAIN;
	error = map_range(mm, file, address, address + length,
			  area_flags(prot, flags) | mm->def_flags, pgoff);
	if (!error && mm->def_flags)
		make_pages_present(mm, address, address + length);
	return error ? error : (long)address;
}

/* => 0, -EINVAL, or -ENOMEM with nothing unmapped; sleeps */
int do_munmap(struct mm_struct *mm, unsigned long address,
	      unsigned long length)
{
	unsigned long end;
	struct vm_area *area;

	if (address & ~PAGE_MASK || !length || length > USER_TOP ||
	    address > USER_TOP - length)
		return -EINVAL;
	end = address + round_up(length, PAGE_SIZE);
	if (split_at(mm, address) || split_at(mm, end))
		return -ENOMEM;
	while ((area = area_above(mm, address)) && area->start < end)
		area_remove(mm, area);
	return 0;
}

/* => 0, -EINVAL, -ENOMEM (a hole, or no memory), -EACCES; sleeps */
int do_mprotect(struct mm_struct *mm, unsigned long address,
		unsigned long length, unsigned int prot)
{
	unsigned long end = address + round_up(length, PAGE_SIZE), at;
	struct vm_area *area;

	if (address & ~PAGE_MASK || end < address || end > USER_TOP)
		return -EINVAL;
	for (at = address; at < end; at = area->end) {
		area = find_area(mm, at);
		if (!area)
			return -ENOMEM;
		if (area->file && (area->flags & VM_SHARED) &&
		    (prot & PROT_WRITE) && !file_map_ops->writable(area->file))
			return -EACCES;
	}
	if (split_at(mm, address) || split_at(mm, end))
		return -ENOMEM;
	for (at = address; at < end; at = area->end) {
		area = find_area(mm, at);
		area->flags = area_flags(prot, 0) |
			(area->flags & (VM_SHARED | VM_GROWSDOWN | VM_LOCKED));
		protect_page_range(mm, area);
	}
	return 0;
}

/* => the new end of the heap, or the old one if it cannot be moved */
long do_brk(struct mm_struct *mm, unsigned long brk)
{
	unsigned long old_end = round_up(mm->brk, PAGE_SIZE);
	unsigned long new_end = round_up(brk, PAGE_SIZE);
	long at;

	if (brk < mm->start_brk || brk >= USER_TOP)
		return mm->brk;
	if (new_end < old_end &&
	    do_munmap(mm, new_end, old_end - new_end))
		return mm->brk;
	if (new_end > old_end) {
		if (!range_free(mm, old_end, new_end + PAGE_SIZE))
			return mm->brk;
		at = do_mmap(mm, NULL, old_end, new_end - old_end,
			     PROT_READ | PROT_WRITE | PROT_EXEC,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, 0);
		if (at < 0 && at > -4096)
			return mm->brk;
	}
	mm->brk = brk;
	return brk;
}

/* => 0, or -ENOMEM: no stack above, too far below esp, or too large */
int grow_stack(struct mm_struct *mm, unsigned long address, unsigned long esp)
{
	struct vm_area *area = area_above(mm, address), *below;
	unsigned long start = address & PAGE_MASK;

	if (!area || !(area->flags & VM_GROWSDOWN) ||
	    address + STACK_GAP < esp || area->end - start > STACK_MAX ||
	    area->end - start > current->rlimits[RLIMIT_STACK].now ||
	    over_limit_as(mm, (area->start - start) >> PAGE_SHIFT))
		return -ENOMEM;
	below = area_prev(mm, area);
	if (below && start - below->end < PAGE_SIZE)
		return -ENOMEM;
	mm->total_vm += (area->start - start) >> PAGE_SHIFT;
	area->start = start;
	return 0;
}

/* ---- walker -------------------------------------------------------------- */

static void check_pte(const struct vm_area *area, unsigned long address,
		      u32 pte)
{
	unsigned long pfn = pte >> PAGE_SHIFT;
	struct page *page = pte_page(pte);

	if (!(pte & PTE_PRESENT)) {
		BUG_ON((area->flags & VM_SHARED) || !swap_entry_valid(pte),
		       "swap entry %x at %lx", pte, address);
		return;
	}
	BUG_ON(pfn - mem_map_first_pfn >= num_physpages || page->count <= 0 ||
	       page_test(page, PG_buddy),
	       "pte %x at %lx", pte, address);
	BUG_ON(!(area->flags & VM_SHARED) && (pte & PTE_WRITE) &&
	       (page->count > 1 || page->mapping ||
		!(area->flags & VM_WRITE)),
	       "writable pte %x at %lx, page count %d", pte, address,
	       page->count);
}

/* Panics when the areas or the user entries break the invariants above. */
void pt_check(struct mm_struct *mm)
{
	unsigned long last = 0, pages = 0, rss = 0, swapped = 0, in_tables = 0;
	unsigned long at, i;
	unsigned int areas = 0;
	struct vm_area *area;
	u32 *pte;

	list_for_each_entry(area, &mm->areas, node) {
		areas++;
		BUG_ON(area->start < last || area->start >= area->end ||
		       area->end > USER_TOP ||
		       (area->start | area->end) & ~PAGE_MASK,
		       "area %lx-%lx after %lx", area->start, area->end, last);
		last = area->end;
		pages += (area->end - area->start) >> PAGE_SHIFT;
		for (at = area->start; at < area->end; at += PAGE_SIZE) {
			pte = pte_offset(mm->pgd, at, false);
			if (!pte || !*pte)
				continue;
			if (*pte & PTE_PRESENT)
				rss++;
			else
				swapped++;
			check_pte(area, at, *pte);
		}
	}
	for (at = 0; at < USER_TOP; at += PTES_MAX << PAGE_SHIFT) {
		pte = pte_offset(mm->pgd, at, false);
		for (i = 0; pte && i < PTES_MAX; i++)
			in_tables += pte[i] != 0;
	}
	BUG_ON(pages != mm->total_vm || rss != mm->rss ||
	       swapped != mm->swapped || in_tables != rss + swapped ||
	       areas != mm->nr_areas,
	       "total_vm %lu counted %lu, rss %lu counted %lu, "
	       "swapped %lu counted %lu, in tables %lu", mm->total_vm, pages,
	       mm->rss, rss, mm->swapped, swapped, in_tables);
}

void pt_check_all(void)
{
	struct task *task;

	list_for_each_entry(task, &task_list, all_node)
		if (task->mm)
			pt_check(task->mm);
}
