/*
 * mm/space/swap_off.c - walks over the swap entries of all address spaces:
 * swapoff, and the walker of the slots' use counts
 *
 * swap_off() first stops the allocation of slots.  Then it walks the address
 * spaces and the objects of shared memory, and reads every page of the area
 * back, until no slot is in use.  A read error or a lack of memory aborts it,
 * and the area stays in use.
 *
 * Locks: swap_mutex orders switching on and off.
 */
#include "kernel/core/task.h"
#include "mm/reclaim/filemap.h"
#include "mm/reclaim/lru.h"
#include "mm/space/mm.h"
#include "mm/swap/shmem.h"
#include "mm/swap/swap.h"

/* Maps the page that was read back, if the entry has not changed. */
static void restore_pte(struct mm_struct *mm, unsigned long address,
			swp_entry entry, struct page *page)
{
	u32 *pte = pte_offset(mm->pgd, address, false);
	const struct vm_area *area = find_area(mm, address);
	bool allowed = area && (area->flags & (VM_READ | VM_WRITE | VM_EXEC));

	if (*pte != entry || page->mapping != &swapper_space ||
	    page->index != entry)
		return;
	*pte = page_to_pfn(page) << PAGE_SHIFT | PTE_PRESENT |
		(allowed ? PTE_USER : 0);
	get_page(page);
	mm->rss++;
	mm->swapped--;
	swap_free(entry);
	if (swap_count(entry) == 1)
		delete_from_swap_cache(page);
}

/* => 0, -EIO, -ENOMEM; mm is held; sleeps */
static int restore_page(struct mm_struct *mm, unsigned long address,
			swp_entry entry)
{
	struct page *page = swapin(entry);
	int error = 0;

	if (!page)
		return swap_entry_valid(entry) ? -ENOMEM : 0;
	lock_page_for(page, LOCK_SWAP);
	if (page_test(page, PG_uptodate))
		restore_pte(mm, address, entry, page);
	else
		error = -EIO;
	unlock_page(page);
	put_page(page);
	return error;
}

/* => 0 or -E; the caller holds mm; sleeps */
static int restore_mm(struct mm_struct *mm, unsigned int type)
{
	unsigned long address = 0;
	int error = 0;
	u32 *pte;

	while (!error && (pte = next_swap_pte(mm, &address))) {
		if (SWP_TYPE(*pte) == type)
			error = restore_page(mm, address, *pte);
		address += PAGE_SIZE;
		cond_resched();
	}
	return error;
}

/* Removes pages from the swap cache whose slot no entry names. */
static void drop_cached(unsigned int type)
{
	struct page *page;
	u32 slot;

	for (slot = 1; slot < swap_info[type].max; slot++) {
		if (swap_info[type].map[slot] != 1)
			continue;
		page = find_lock_page(&swapper_space, SWP_ENTRY(type, slot));
		if (!page)
			continue;
		if (swap_info[type].map[slot] == 1)
			delete_from_swap_cache(page);
		unlock_page(page);
		put_page(page);
	}
}

/* One pass over the processes.  => 0 or -E; sleeps */
static int restore_all(unsigned int type)
{
	struct mm_struct *mm, *next;
	int error = 0;

	if (list_empty(&mm_list))
		return 0;
	mm = list_first(&mm_list, struct mm_struct, node);
	mm->users++;
	while (mm) {
		if (mm->swapped && !error)
			error = restore_mm(mm, type);
		next = mm->node.next == &mm_list ? NULL :
			list_entry(mm->node.next, struct mm_struct, node);
		if (next)
			next->users++;
		mm_put(mm);
		mm = next;
	}
	return error;
}

/* => true: the area's pages fit into memory and other areas */
static bool has_room(const struct swap_info *si)
{
	unsigned long room = swap_pages_free() + nr_free_pages() +
			     page_cache_size - shmem_pages() + buffermem_pages;

	return si->used + zone.pages_high < room;
}

/* => 0; -EINVAL: no area; -ENOMEM, -EIO, -EINTR: the area stays in use; sleeps,
 *    for long */
long swap_off(struct blk_dev *dev)
{
	struct swap_info *si = swap_info;
	long error = -EINVAL;

	mutex_lock(&swap_mutex);
	while (si < swap_info + MAX_SWAPFILES && si->dev != dev)
		si++;
	if (si == swap_info + MAX_SWAPFILES)
		goto out;
	si->writeok = false;
	error = has_room(si) ? 0 : -ENOMEM;
	while (!error && si->used) {
		error = restore_all(si - swap_info);
		if (!error)
			error = shmem_unuse(si - swap_info);
		drop_cached(si - swap_info);
		if (!error && si->used)
			msleep(1000 / HZ);
		if (!error && signal_pending())
			error = -EINTR;
	}
	if (error)
		si->writeok = true;
	else
		swap_remove_area(si);
out:
	mutex_unlock(&swap_mutex);
	return error;
}

/* ---- the walker ---------------------------------------------------------- */

static void add_uses(swp_entry entry, int n)
{
	struct swap_info *si = &swap_info[SWP_TYPE(entry)];
	u32 slot = SWP_SLOT(entry);

	BUG_ON(!si->dev || !slot || slot >= si->max ||
	       si->map[slot] == SWAP_MAP_BAD, "swap entry %x", entry);
	si->map[slot] += n;
}

/* Adds n to the map for every use that is found. */
static void walk_uses(int n)
{
	unsigned long i, address;
	struct mm_struct *mm;
	u32 *pte;

	list_for_each_entry(mm, &mm_list, node)
		for (address = 0; (pte = next_swap_pte(mm, &address));
		     address += PAGE_SIZE)
			add_uses(*pte, n);
	shmem_walk_slots(add_uses, n);
	for (i = 0; i < num_physpages; i++) {
		struct page *page = &mem_map[i];

		BUG_ON(page_test(page, PG_swap_cache) !=
			       (page->mapping == &swapper_space),
		       "pfn %lx flags %lx mapping %p", page_to_pfn(page),
		       page->flags, (void *)page->mapping);
		if (page_test(page, PG_swap_cache))
			add_uses(page->index, n);
	}
}

static void check_area(const struct swap_info *si)
{
	u32 slot;

	for (slot = 1; slot < si->max; slot++)
		BUG_ON(si->map[slot] && si->map[slot] != SWAP_MAP_BAD,
		       "%s: slot %u: uses less users is %x",
		       si->dev->name, slot, si->map[slot]);
}

/* Subtracts every use from the maps, which must then be zero, and adds them
 * again. => nothing sleeps; panics with the slot */
void swap_check(void)
{
	u32 i, slot, used;

	if (!swap_pages_used())
		return;
	walk_uses(-1);
	for (i = 0; i < MAX_SWAPFILES; i++)
		if (swap_info[i].dev)
			check_area(&swap_info[i]);
	walk_uses(1);
	for (i = 0; i < MAX_SWAPFILES; i++) {
		used = 0;
		for (slot = 1; swap_info[i].dev && slot < swap_info[i].max;
		     slot++)
			used += swap_info[i].map[slot] &&
				swap_info[i].map[slot] != SWAP_MAP_BAD;
		BUG_ON(swap_info[i].dev && used != swap_info[i].used,
		       "%s: %u slots used, counted %u", swap_info[i].dev->name,
		       used, swap_info[i].used);
	}
}
