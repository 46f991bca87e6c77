/*
 * tools/cachesim/kern_process.c - the processes of the simulated machine: what
 * their page tables say of the objects, faults, and swap_out
 *
 * An object's entry is mapped, names a slot of swap, or is empty.  Entries of
 * all processes are in one order, that of their numbers; a step of swap_out
 * scans as many of them as mm/space/swap_out.c does and treats them as it does.
 * Swap cache, slots and transfers are the kernel's mm/swap.
 *
 * Invariants: a mapped entry has one reference of its page; nr_mapped counts
 *	the bits of mapped[].
 */
#include <stdlib.h>

#include "tools/cachesim/kern_impl.h"

#include "mm/reclaim/filemap.h"
#include "mm/swap/swap.h"

#define RSS_PART	32	/* of the entries, in a visit of a process */
#define LEAST_PTES	8UL
#define STALL		(5 * HZ)
#define WORD		(8 * sizeof(unsigned long))

static unsigned long *mapped;		/* a bit for each object */
static unsigned long nr_mapped;
static u32 hand;			/* swap_out goes on at this object */
static unsigned long *mapped_of;	/* entries of each file or process */
static unsigned int processes;		/* with mapped entries */

/* ---- entries ------------------------------------------------------------- */

static void map(struct kern_object *object, struct page *page, bool write)
{
	u32 i = object - kern.objects;

	object->page = page;
	object->mapped = true;
	object->young = true;
	object->written = write;
	mapped[i / WORD] |= 1UL << i % WORD;
	nr_mapped++;
	if (!mapped_of[object->file]++)
		processes += object->kind == KERN_ANON;
}

static void unmap(struct kern_object *object)
{
	u32 i = object - kern.objects;

	object->mapped = false;
	mapped[i / WORD] &= ~(1UL << i % WORD);
	nr_mapped--;
	if (!--mapped_of[object->file])
		processes -= object->kind == KERN_ANON;
}

/* mm/space/memory.c: drops an entry's page */
static void put_mapped_page(struct page *page)
{
	if (page_test(page, PG_swap_cache))
		swap_drop_slot(page);
	else if (page->count == 1 && !list_empty(&page->lru))
		lru_cache_del(page);
	put_page(page);
}

/* ---- faults -------------------------------------------------------------- */

/* A new page is dirty, whatever the access: memory has its only copy. */
static void fault_empty(struct kern_object *object)
{
	struct page *page = alloc_page(GFP_USER);

	if (page)
		map(object, page, true);
}

/* mm/space/memory.c: do_swap_page(), map_swap_page() */
static bool fault_swap(struct kern_object *object, bool write)
{
	struct page *page = lookup_swap_cache(object->slot);
	bool miss = !page;

	if (!page)
		page = swapin(object->slot);
	if (!page)
		return miss;
	lock_page(page);
	swap_free(object->slot);
	object->slot = 0;
	if (write && page_sole_user(page))
		delete_from_swap_cache(page);
	map(object, page, write);
	unlock_page(page);
	return miss;
}

bool kern_memory_touch(struct kern_object *object, bool write)
{
	bool miss = !object->mapped;

	kern_files_unplug();
	if (object->mapped) {
		object->young = true;
		object->written |= write;
	} else if (object->slot) {
		miss = fault_swap(object, write);
	} else {
		fault_empty(object);
	}
	return miss;
}

/* The process ends, or gives the memory back. */
void kern_memory_drop(struct kern_object *object)
{
	struct page *page = object->page;

	if (object->mapped) {
		unmap(object);
		object->page = NULL;
		put_mapped_page(page);
	} else if (object->slot) {
		free_swap_and_cache(object->slot);
		object->slot = 0;
	}
}

/* => the page of a file is mapped; a reference of the caller becomes the
 *    entry's */
void kern_file_map(struct kern_object *object, struct page *page, bool write)
{
	if (object->mapped) {
		put_page(page);
		object->young = true;
		object->written |= write;
	} else {
		map(object, page, write);
	}
}

void kern_file_unmap(struct kern_object *object)
{
	struct page *page = object->page;

	if (!object->mapped)
		return;
	unmap(object);
	put_mapped_page(page);
}

unsigned long kern_memory_private(void)
{
	unsigned long frames = 0;
	u32 i;

	for (i = 0; i < kern.count; i++) {
		const struct kern_object *object = &kern.objects[i];

		frames += object->kind == KERN_ANON && object->mapped &&
			  page_lru(object->page) == LRU_NONE;
	}
	return frames;
}

/* ---- swap_out: mm/space/swap_out.c --------------------------------------- */

static bool give_slot(struct page *page)
{
	swp_entry entry = get_swap_page();

	if (!entry)
		return false;
	add_to_swap_cache(page, entry);
	set_page_dirty(page);
	return true;
}

static void leave_entry(struct kern_object *object, struct page *page)
{
	swap_duplicate(page->index);
	object->slot = page->index;
}

/* Page locked.  => false: the entry stays */
static bool take_out(struct kern_object *object, struct page *page)
{
	bool of_file = object->kind == KERN_FILE;

	if (page_test(page, PG_swap_cache)) {
		if (object->written)
			set_page_dirty(page);
		leave_entry(object, page);
	} else if (of_file) {
		if (object->written && page->mapping)
			set_page_dirty(page);
	} else if (object->written || page_test(page, PG_dirty)) {
		if (!give_slot(page))
			return false;
		leave_entry(object, page);
	}
	if (!of_file)
		object->page = NULL;
	return true;
}

/* => entries taken out */
static int try_to_swap_out(struct kern_object *object)
{
	struct page *page = object->page;
	bool out;

	if (object->young) {
		object->young = false;
		if (vm_scanner->young)
			vm_scanner->young(page);
		return 0;
	}
	if (!trylock_page(page))
		return 0;
	out = take_out(object, page);
	if (out)
		page_unmapped(page);
	unlock_page(page);
	if (!out)
		return 0;
	unmap(object);
	put_mapped_page(page);
	return 1;
}

/* => the next mapped object, from hand on, round the end; some are mapped */
static u32 next_mapped(void)
{
	u32 words = kern.count / WORD + 1, i = hand / WORD;
	unsigned long word = mapped[i] & ~0UL << hand % WORD;

	while (!word) {
		i = i + 1 < words ? i + 1 : 0;
		word = mapped[i];
	}
	return i * WORD + __builtin_ctzl(word);
}

/* current, if it is a process, and processes / 4 + 1 in turn are visited. */
static int swap_out_some(void)
{
	unsigned long visits = processes / 4 + 1 +
			       !(current->flags & PF_KTHREAD), left;
	int out = 0;

	left = max(nr_mapped * visits / max(processes, 1u) / RSS_PART,
		   LEAST_PTES * visits);
	left = min(left, nr_mapped);
	while (left-- && nr_mapped) {
		u32 i = next_mapped();

		hand = i + 1 < kern.count ? i + 1 : 0;
		out += try_to_swap_out(&kern.objects[i]);
	}
	return out;
}

/* Reclaim has won no frame for five seconds. */
static bool out_of_memory(void)
{
	static unsigned long frames, since;
	unsigned long now = frames_reclaimed();

	if (now != frames || zone.free_pages > zone.pages_min) {
		frames = now;
		since = jiffies;
	}
	return jiffies - since > STALL;
}

static void oom_kill(void)
{
	panic("memory is exhausted: %lu of %lu frames are mapped, %lu pages of "
	      "swap are free; more frames are needed", nr_mapped,
	      num_physpages, swap_pages_free());
}

static const struct process_memory process_pages = {
	swap_out_some, out_of_memory, oom_kill,
};

void kern_processes_init(void)
{
	mapped = calloc(kern.count / WORD + 1, sizeof(*mapped));
	mapped_of = calloc(kern.nfiles + 1, sizeof(*mapped_of));
	BUG_ON(!mapped || !mapped_of, "no memory for %u entries", kern.count);
	process_memory = &process_pages;
}

/* One area, as large as asked for; slot 0 is its header. */
void kern_swap_init(u32 pages)
{
	struct swap_info *si = &swap_info[0];

	if (!pages)
		return;
	*si = (struct swap_info){
		.dev = kern_swap_disk(), .max = pages + 1, .pages = pages,
		.map = calloc(pages + 1, sizeof(*si->map)), .writeok = true,
	};
	BUG_ON(!si->map, "no memory for %u slots", pages);
	si->map[0] = SWAP_MAP_BAD;
}
