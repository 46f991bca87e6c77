/*
 * mm/swap/swap_map.c - the slots of swap areas: use counts and allocation
 *
 * An area's map counts the uses of each slot: one for each page-table entry
 * that names it, one for an object of shared memory that does, one while its
 * page is in the swap cache.  A slot without uses is free.
 *
 * Slots are allocated in runs of CLUSTER free ones, so that pages swapped out
 * together are adjacent: their writes merge, and one read brings them back.
 * Without such a run the next free slot is used.  The area of highest priority
 * is filled first.
 *
 * Invariants: used is the number of slots with uses; slot 0 and bad slots are
 *	always SWAP_MAP_BAD (swap_check in mm/space/swap_off.c).
 * Locks: none; nothing here sleeps and no interrupt calls it.
 */
#include "mm/swap/swap.h"

#define CLUSTER	256u

struct swap_info swap_info[MAX_SWAPFILES];

/* => the first slot of CLUSTER free ones in a row; 0: there is no such run */
static u32 find_run(const struct swap_info *si)
{
	u32 slot, run = 0;

	for (slot = 1; slot < si->max; slot++) {
		run = si->map[slot] ? 0 : run + 1;
		if (run == CLUSTER)
			return slot - CLUSTER + 1;
	}
	return 0;
}

/* => a free slot of an area that has one */
static u32 find_slot(struct swap_info *si)
{
	u32 slot, run;

	if (!si->cluster_left) {
		run = find_run(si);
		si->next = run ? run : 1;
		si->cluster_left = CLUSTER;
	}
	si->cluster_left--;
	for (slot = si->next; slot < si->max; slot++)
		if (!si->map[slot])
			return slot;
	for (slot = 1; slot < si->next; slot++)
		if (!si->map[slot])
			return slot;
	panic("swap: %u of %u slots used, none is free", si->used, si->pages);
}

/* => a slot with one use, the caller's; 0: swap is full */
swp_entry get_swap_page(void)
{
	struct swap_info *best = NULL, *si;
	u32 slot;

	for (si = swap_info; si < swap_info + MAX_SWAPFILES; si++)
		if (si->writeok && si->used < si->pages &&
		    (!best || si->prio > best->prio))
			best = si;
	if (!best)
		return 0;
	slot = find_slot(best);
	best->map[slot] = 1;
	best->next = slot + 1;
	best->used++;
	return SWP_ENTRY(best - swap_info, slot);
}

bool swap_entry_valid(swp_entry entry)
{
	const struct swap_info *si = &swap_info[SWP_TYPE(entry)];
	u32 slot = SWP_SLOT(entry);

	return si->dev && slot && slot < si->max && si->map[slot] &&
	       si->map[slot] != SWAP_MAP_BAD;
}

static u16 *map_of(swp_entry entry)
{
	BUG_ON(!swap_entry_valid(entry), "swap entry %x", entry);
	return &swap_info[SWP_TYPE(entry)].map[SWP_SLOT(entry)];
}

/* => the entry is in use */
void swap_duplicate(swp_entry entry)
{
	u16 *uses = map_of(entry);

	BUG_ON(*uses == SWAP_MAP_MAX, "swap entry %x has %u uses", entry,
	       *uses);
	(*uses)++;
}

/* => the last use frees the slot */
void swap_free(swp_entry entry)
{
	if (--*map_of(entry) == 0)
		swap_info[SWP_TYPE(entry)].used--;
}

unsigned int swap_count(swp_entry entry)
{
	return *map_of(entry);
}

/* => all slots, without those of an area that is being switched off; so does
 *    swap_pages_free() */
unsigned long swap_pages_total(void)
{
	unsigned long pages = 0;
	u32 i;

	for (i = 0; i < MAX_SWAPFILES; i++)
		pages += swap_info[i].writeok ? swap_info[i].pages : 0;
	return pages;
}

unsigned long swap_pages_free(void)
{
	unsigned long pages = 0;
	u32 i;

	for (i = 0; i < MAX_SWAPFILES; i++)
		if (swap_info[i].writeok)
			pages += swap_info[i].pages - swap_info[i].used;
	return pages;
}

/* => slots in use, of all areas */
unsigned long swap_pages_used(void)
{
	unsigned long pages = 0;
	u32 i;

	for (i = 0; i < MAX_SWAPFILES; i++)
		pages += swap_info[i].dev ? swap_info[i].used : 0;
	return pages;
}
