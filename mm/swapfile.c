/*
 * mm/swapfile.c - swap areas: switched on, switched off, reported
 *
 * An area is a disk or a partition that mkswap has prepared.  Its first page
 * is the header: version, last slot, list of bad slots, signature at the end.
 * Whatever is wrong there is named and the area refused.  A disk in use as
 * swap has a holder, like a mounted one.
 *
 * swap_off() first stops the giving of slots, then goes through the address
 * spaces and the objects of shared memory, and brings every page of the area
 * back, until no slot is in use.  A slot that cannot be read, or memory that
 * would not do, ends it, and the area goes on as before.
 *
 * Invariants: an area with a dev has a map of max entries.
 * Locks: swap_mutex orders switching on and off.
 * Callers: kernel/sys_swap.c, /proc/swaps.  Calls: mm/swap_state.c.
 */
#include "kernel/task.h"
#include "mm/filemap.h"
#include "mm/mm.h"
#include "mm/reclaim.h"
#include "mm/shmem.h"

#define VERSION		1
#define BAD_MAX		637		/* that fit into the header */

/* The first page of an area, as mkswap writes it. */
struct swap_header {
	char boot[1024];
	u32 version;
	u32 last_page;
	u32 nr_bad;
	u8 uuid[16], label[16];
	u32 unused[117];
	u32 bad[BAD_MAX];
	u16 unused2;
	char signature[10];
} __packed;

static MUTEX(swap_mutex, RANK_SWAP);
static int least_priority;		/* of areas without one, below 0 */

/* ---- on ------------------------------------------------------------------ */

/* => NULL, or what is wrong with it */
static const char *header_fault(const struct swap_header *header,
				const struct blk_dev *dev)
{
	u32 i;

	if (memcmp(header->signature, "SWAP-SPACE", 10) == 0)
		return "it has the old header, run mkswap";
	if (memcmp(header->signature, "SWAPSPACE2", 10) != 0)
		return "it has no swap signature, run mkswap";
	if (header->version != VERSION)
		return "its version is unknown";
	if (!header->last_page || header->last_page >= SWAP_SLOTS_MAX)
		return "its size is out of range";
	if (header->last_page >= dev->sectors / (PAGE_SIZE / SECTOR_SIZE))
		return "it is larger than the disk";
	if (header->nr_bad > BAD_MAX || header->nr_bad >= header->last_page)
		return "it has too many bad pages";
	for (i = 0; i < header->nr_bad; i++)
		if (!header->bad[i] || header->bad[i] > header->last_page)
			return "a bad page lies outside";
	return NULL;
}

/* => the header, for free_page(), or ERR_PTR; sleeps */
static struct swap_header *read_header(struct blk_dev *dev)
{
	struct swap_header *header = get_free_page(GFP_KERNEL);
	const char *fault = "its header cannot be read";
	int error;

	if (!header)
		return ERR_PTR(-ENOMEM);
	error = dev->sectors < PAGE_SIZE / SECTOR_SIZE ? -EINVAL :
		blk_transfer(dev, BLK_READ, 0, header, PAGE_SIZE);
	if (!error) {
		fault = header_fault(header, dev);
		error = fault ? -EINVAL : 0;
	}
	if (!error)
		return header;
	printk("swap: %s is refused: %s\n", dev->name, fault);
	free_page(header);
	return ERR_PTR(error);
}

/* => 0 or -ENOMEM; sleeps */
static int make_map(struct swap_info *si, const struct swap_header *header)
{
	unsigned long bytes = (header->last_page + 1) * sizeof(u16);
	struct page *page;
	u32 i;

	for (si->order = 0; PAGE_SIZE << si->order < bytes; si->order++)
		;
	page = si->order < MAX_ORDER ? alloc_pages(GFP_KERNEL, si->order) :
				       NULL;
	if (!page)
		return -ENOMEM;
	si->map = page_address(page);
	memset(si->map, 0, bytes);
	si->map[0] = SWAP_MAP_BAD;
	for (i = 0; i < header->nr_bad; i++)
		si->map[header->bad[i]] = SWAP_MAP_BAD;
	si->max = header->last_page + 1;
	for (i = 0; i < si->max; i++)
		si->pages += !si->map[i];
	return 0;
}

/* The rest of swap_on(), with a place for the area. */
static int set_up(struct swap_info *place, struct blk_dev *dev,
		  unsigned int flags)
{
	struct swap_header *header = read_header(dev);
	struct swap_info si = { .dev = dev, .writeok = true };
	int error;

	if (IS_ERR(header))
		return PTR_ERR(header);
	error = make_map(&si, header);
	free_page(header);
	if (error)
		return error;
	si.prio = flags & SWAP_FLAG_PREFER ? (int)(flags & SWAP_PRIO_MASK) :
					     --least_priority;
	dev->holder = place;
	*place = si;
	printk("swap: %s: %u kB, priority %d\n", dev->name,
	       si.pages << (PAGE_SHIFT - 10), si.prio);
	return 0;
}

/* => 0, -EBUSY: mounted, or swap already; -EROFS; -EPERM: too many areas;
 *    -EINVAL: header; -EIO; -ENOMEM.  The disk's buffers are written; sleeps */
long swap_on(struct blk_dev *dev, unsigned int flags)
{
	struct swap_info *si = swap_info;
	long error = -EPERM;

	mutex_lock(&swap_mutex);
	while (si < swap_info + MAX_SWAPFILES && si->dev)
		si++;
	if (blk_in_use(dev))
		error = -EBUSY;
	else if (dev->read_only)
		error = -EROFS;
	else if (si < swap_info + MAX_SWAPFILES)
		error = set_up(si, dev, flags);
	mutex_unlock(&swap_mutex);
	return error;
}

/* ---- off ----------------------------------------------------------------- */

/* The page is back: the entry maps it, if the entry is what it was. */
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
	lock_page(page);
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

/* What is cached and needed by no entry leaves the cache. */
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

/* Would what is in the area fit elsewhere? */
static bool has_room(const struct swap_info *si)
{
	unsigned long room = swap_pages_free() + nr_free_pages() +
			     page_cache_size - shmem_pages() + buffermem_pages;

	return si->used + zone.pages_high < room;
}

static void take_away(struct swap_info *si)
{
	free_pages(virt_to_page(si->map), si->order);
	si->dev->holder = NULL;
	printk("swap: %s is off\n", si->dev->name);
	memset(si, 0, sizeof(*si));
}

/* => 0, -EINVAL: no area, -ENOMEM, -EIO, -EINTR: it goes on as it was; sleeps,
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
		take_away(si);
out:
	mutex_unlock(&swap_mutex);
	return error;
}

/* ---- report -------------------------------------------------------------- */

/* => bytes written: the form of Linux */
size_t swaps_print(char *buf, size_t size)
{
	size_t n = snprintf(buf, size, "%-39s Type\t\tSize\tUsed\tPriority\n",
			    "Filename");
	const struct swap_info *si;

	for (si = swap_info; si < swap_info + MAX_SWAPFILES; si++)
		if (si->dev && n < size)
			n += snprintf(buf + n, size - n,
				      "/dev/%-34s partition\t%u\t%u\t%d\n",
				      si->dev->name,
				      si->pages << (PAGE_SHIFT - 10),
				      si->used << (PAGE_SHIFT - 10), si->prio);
	return min(n, size);
}
