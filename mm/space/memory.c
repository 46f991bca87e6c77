/*
 * mm/space/memory.c - page faults on user memory.
 *
 * A page-table entry is 0 until the first access.  The fault finds the area and
 * fills the entry: with a zeroed frame (anonymous memory), or with the
 * page-cache page itself, read-only (a file).  An entry that swap_out() has
 * changed names the page's slot, and a fault reads the page back.  A write to a
 * private page with other users copies it; the only user of a frame just gets
 * write access.  Where an area's file_bytes end inside a page, the page is
 * private from the start: the zeroes after them must not enter the file.
 *
 * A shared mapping writes to the page-cache page; the entry's dirty bit goes
 * to the page (set_page_dirty) when the entry is taken out.
 *
 * A fault that cannot be resolved is a signal, which is logged, or, for the
 * kernel's own access (kernel/core/uaccess.c), the fix-up's error.
 *
 * Invariants: one count of the page for each present entry, one use of the
 * slot for each swap entry; mm->rss and mm->swapped count them; a writable
 * entry's frame has no other user, or the area is shared.
 * Locks: none (mm/space/mm.h has the reason); after every sleep the entry is
 * read again.
 */
#include "kernel/process/signal.h"
#include "kernel/core/task.h"
#include "kernel/core/trace.h"
#include "kernel/core/uaccess.h"
#include "kernel/base/vmstat.h"
#include "mm/reclaim/filemap.h"
#include "mm/reclaim/lru.h"
#include "mm/reclaim/touch.h"
#include "mm/space/mm.h"
#include "mm/swap/swap.h"

#define FAULT_PRESENT	1u		/* bits of the error code */
#define FAULT_WRITE	2u

enum fault { FAULT_MINOR, FAULT_MAJOR, FAULT_NO_AREA, FAULT_ACCESS,
	     FAULT_BEYOND_FILE, FAULT_IO, FAULT_SWAP, FAULT_NO_MEMORY };

static const struct {
	const char *why;
	int sig, code;
} fault_ends[] = {
	[FAULT_NO_AREA] = { "no memory is mapped", SIGSEGV, SEGV_MAPERR },
	[FAULT_ACCESS] = { "access is not allowed", SIGSEGV, SEGV_ACCERR },
	[FAULT_BEYOND_FILE] = { "the mapped file ends before", SIGBUS,
				BUS_ADRERR },
	[FAULT_IO] = { "the mapped file cannot be read", SIGBUS, BUS_ADRERR },
	[FAULT_SWAP] = { "its page cannot be read from swap", SIGBUS,
			 BUS_ADRERR },
	[FAULT_NO_MEMORY] = { "no memory is left for a page", SIGKILL,
			      SI_KERNEL },
};

static u32 make_pte(const struct page *page, u32 bits)
{
	return page_to_pfn(page) << PAGE_SHIFT | bits | PTE_PRESENT |
		PTE_USER | PTE_ACCESSED;
}

/*
 * Drops an entry's page.  The last user of a page in the swap cache removes it
 * from the cache.  A page that was truncated with busy buffers while mapped may
 * still be on a list: its last user removes it.  => never sleeps
 */
void put_mapped_page(struct page *page)
{
	if (page_test(page, PG_swap_cache))
		swap_drop_slot(page);
	else if (page->count == 1 && unlikely(!list_empty(&page->lru)))
		lru_cache_del(page);
	if (page->count == 1)
		trace_page(TRACE_GONE, page, TOUCH_TRUNCATED);
	put_page(page);
}

/* Counts a new present entry of current. */
static void count_present(struct mm_struct *mm)
{
	if (++mm->rss > current->max_rss)
		current->max_rss = mm->rss;
}

/* Fills an empty entry; drops the page if it was filled during a sleep. */
static void fault_install(struct mm_struct *mm, u32 *pte, struct page *page,
			  u32 bits)
{
	if (unlikely(*pte)) {
		put_page(page);
		return;
	}
	*pte = make_pte(page, bits);
	count_present(mm);
}

static u32 fault_how(bool write)
{
	return write ? TOUCH_FAULT_WRITE : TOUCH_FAULT_READ;
}

/* A new page of the process: the record has its name. */
static void __cold record_new_page(const struct mm_struct *mm,
				   unsigned long address,
				   const struct page *page, bool write)
{
	trace_write(TRACE_TOUCH, TOUCH_SPACE(TOUCH_ANON, 0), mm->number,
		    address >> PAGE_SHIFT,
		    fault_how(write) | TOUCH_MISS | TOUCH_NEW |
		    TOUCH_SECTORS(PAGE_SIZE), page_to_pfn(page));
}

static u32 write_bits(const struct vm_area *area)
{
	return area->flags & VM_WRITE ? PTE_WRITE | PTE_DIRTY : 0;
}

static enum fault do_anonymous_page(struct mm_struct *mm,
				    const struct vm_area *area, u32 *pte,
				    unsigned long address, bool write)
{
	struct page *page = alloc_page(GFP_USER);

	if (!page)
		return FAULT_NO_MEMORY;
	memset(page_address(page), 0, PAGE_SIZE);
	count_vm(pgfault_zero);
	if (touch_traced())
		record_new_page(mm, address, page, write);
	fault_install(mm, pte, page, write_bits(area));
	return FAULT_MINOR;
}

/* Fills a private frame: "valid" bytes of the file page, then zeroes. */
static enum fault do_private_copy(struct mm_struct *mm,
				  const struct vm_area *area, u32 *pte,
				  struct page *from, unsigned long offset,
				  bool write)
{
	unsigned long valid = min(area->file_bytes - offset, PAGE_SIZE);
	struct page *page = alloc_page(GFP_USER);
	char *to;

	if (!page)
		return FAULT_NO_MEMORY;
	to = page_address(page);
	memcpy(to, page_address(from), valid);
	memset(to + valid, 0, PAGE_SIZE - valid);
	count_vm(pgfault_cow);
	if (touch_traced())
		record_new_page(mm, area->start + offset, page, write);
	fault_install(mm, pte, page, write_bits(area));
	return FAULT_MINOR;
}

static bool beyond_file(const struct vm_area *area, unsigned long index)
{
	return (loff_t)index << PAGE_SHIFT >= file_map_ops->size(area->file);
}

/* Finds the file's page, or reads it if the file reaches so far: uptodate, with
 * a reference.  => the kind of fault */
static enum fault get_file_page(const struct vm_area *area,
				unsigned long index, u32 how,
				struct page **page)
{
	struct address_space *mapping = file_map_ops->mapping(area->file);
	bool read = !mapping->a_ops->nopage;

	*page = find_get_page(mapping, index);
	if (*page && page_test(*page, PG_uptodate)) {
		trace_page(TRACE_TOUCH, *page, how);
		return FAULT_MINOR;
	}
	if (*page)
		put_page(*page);
	if (beyond_file(area, index))
		return FAULT_BEYOND_FILE;
	*page = read ? read_cache_page_how(mapping, index, how) :
		       mapping->a_ops->nopage(mapping, index, &how);
	read |= (how & (TOUCH_MISS | TOUCH_NEW)) == TOUCH_MISS;
	if (!IS_ERR(*page))
		return read ? FAULT_MAJOR : FAULT_MINOR;
	return PTR_ERR(*page) == -ENOMEM ? FAULT_NO_MEMORY : FAULT_IO;
}

static enum fault do_file_page(struct mm_struct *mm,
			       const struct vm_area *area, u32 *pte,
			       unsigned long offset, bool write)
{
	unsigned long index = area->pgoff + (offset >> PAGE_SHIFT);
	bool whole = area->file_bytes - offset >= PAGE_SIZE;
	enum fault got, made;
	struct page *page;
	u32 how = fault_how(write && (area->flags & VM_SHARED));

	got = get_file_page(area, index, how, &page);
	if (got > FAULT_MAJOR)
		return got;
	if (beyond_file(area, index)) {	/* or truncated meanwhile */
		put_page(page);
		return FAULT_BEYOND_FILE;
	}
	if ((area->flags & VM_SHARED) || (!write && whole)) {
		count_vm(pgfault_file);
		fault_install(mm, pte, page, write ? PTE_WRITE | PTE_DIRTY : 0);
		return got;
	}
	made = do_private_copy(mm, area, pte, page, offset, write);
	put_page(page);
	return made == FAULT_MINOR ? got : made;
}

static enum fault do_no_page(struct mm_struct *mm, const struct vm_area *area,
			     u32 *pte, unsigned long address, bool write)
{
	unsigned long offset = (address & PAGE_MASK) - area->start;

	if (area->file && offset < area->file_bytes)
		return do_file_page(mm, area, pte, offset, write);
	return do_anonymous_page(mm, area, pte, address, write);
}

/* Maps the page, locked and uptodate; its reference becomes the entry's. */
static void map_swap_page(struct mm_struct *mm, const struct vm_area *area,
			  u32 *pte, struct page *page, bool write)
{
	u32 bits = 0;

	mm->swapped--;
	count_present(mm);
	swap_free(*pte);
	if (write && page_sole_user(page)) {
		delete_from_swap_cache(page);
		bits = write_bits(area);
	}
	*pte = make_pte(page, bits);
}

/*
 * Resolves an entry that names a swap slot.  For writing, a sole user's page
 * leaves the swap cache at once; a shared page is mapped read-only, and copied
 * when the write is restarted.
 */
static enum fault do_swap_page(struct mm_struct *mm,
			       const struct vm_area *area, u32 *pte, bool write)
{
	swp_entry entry = *pte;
	struct page *page = lookup_swap_cache(entry);
	enum fault got = page ? FAULT_MINOR : FAULT_MAJOR;

	if (!page)
		page = swapin(entry);
	if (!page)
		return *pte == entry ? FAULT_NO_MEMORY : FAULT_MINOR;
	lock_page_for(page, LOCK_FAULT);
	if (*pte != entry || page->mapping != &swapper_space) {
		got = FAULT_MINOR;
	} else if (!page_test(page, PG_uptodate)) {
		got = FAULT_SWAP;
	} else {
		count_vm(pgfault_swap);
		trace_page(TRACE_TOUCH, page, fault_how(write) |
			   (got == FAULT_MAJOR ? TOUCH_MISS : 0));
		map_swap_page(mm, area, pte, page, write);
		unlock_page(page);
		return got;
	}
	unlock_page(page);
	put_page(page);
	return got;
}

/* => true: the page has no other user and may be written in place */
static bool may_reuse(struct page *page)
{
	return (page->count == 1 && !page->mapping) ||
	       (page_test(page, PG_swap_cache) && swap_drop_slot(page));
}

/* Resolves a write to a present, write-protected page of a writable area. */
static enum fault do_wp_page(const struct mm_struct *mm,
			     const struct vm_area *area, u32 *pte,
			     unsigned long address)
{
	u32 old = *pte;
	struct page *from = pte_page(old), *page;

	if ((area->flags & VM_SHARED) || may_reuse(from)) {
		*pte = old | PTE_WRITE | PTE_DIRTY;
		x86_invlpg(address);
		count_vm(pgfault_reuse);
		trace_page(TRACE_TOUCH, from, TOUCH_FAULT_WRITE);
		return FAULT_MINOR;
	}
	get_page(from);
	page = alloc_page(GFP_USER);
	if (page && *pte == old) {
		memcpy(page_address(page), page_address(from), PAGE_SIZE);
		*pte = make_pte(page, PTE_WRITE | PTE_DIRTY);
		x86_invlpg(address);
		trace_page(TRACE_TOUCH, from, TOUCH_FAULT_READ);
		if (touch_traced())
			record_new_page(mm, address, page, true);
		count_vm(pgfault_cow);
		put_page(from);
	} else if (page) {
		put_page(page);
	}
	put_mapped_page(from);
	return page ? FAULT_MINOR : FAULT_NO_MEMORY;
}

static enum fault handle_fault(struct mm_struct *mm, unsigned long address,
			       u32 error)
{
	struct vm_area *area = find_area(mm, address);
	bool write = error & FAULT_WRITE;
	u32 *pte;

	if (unlikely(!area)) {
		if (!current->frame ||
		    grow_stack(mm, address, current->frame->esp))
			return FAULT_NO_AREA;
		area = find_area(mm, address);
	}
	if (!(area->flags & (write ? VM_WRITE : VM_READ | VM_EXEC)))
		return FAULT_ACCESS;
	pte = pte_offset(mm->pgd, address, true);
	if (unlikely(!pte))
		return FAULT_NO_MEMORY;
	if (!*pte)
		return do_no_page(mm, area, pte, address, write);
	if (!(*pte & PTE_PRESENT))
		return do_swap_page(mm, area, pte, write);
	if (write && !(*pte & PTE_WRITE))
		return do_wp_page(mm, area, pte, address);
	*pte |= PTE_USER;
	x86_invlpg(address);
	trace_page(TRACE_TOUCH, pte_page(*pte), fault_how(write));
	return FAULT_MINOR;
}

/* Makes one page of an area present, for writing if allowed.  => 0 or -E;
 * sleeps */
static int make_present(struct mm_struct *mm, const struct vm_area *area,
			unsigned long address)
{
	bool write = (area->flags & (VM_WRITE | VM_SHARED)) == VM_WRITE;
	u32 want = PTE_PRESENT | (write ? PTE_WRITE : 0);
	enum fault fault;
	u32 *pte;

	for (;;) {
		pte = pte_offset(mm->pgd, address, false);
		if (pte && (*pte & want) == want)
			return 0;
		fault = handle_fault(mm, address, write ? FAULT_WRITE : 0);
		if (fault > FAULT_MAJOR)
			return fault == FAULT_NO_MEMORY ? -EAGAIN : -ENOMEM;
	}
}

/* => areas without access are skipped */
int make_pages_present(struct mm_struct *mm, unsigned long start,
		       unsigned long end)
{
	const struct vm_area *area;
	unsigned long at;
	int error = 0;

	list_for_each_entry(area, &mm->areas, node) {
		if (!(area->flags & VM_LOCKED) ||
		    !(area->flags & (VM_READ | VM_WRITE | VM_EXEC)))
			continue;
		for (at = max(start, area->start);
		     at < min(end, area->end) && !error; at += PAGE_SIZE)
			error = make_present(mm, area, at);
	}
	return error;
}

static void bad_user_fault(const struct trap_frame *frame,
			   unsigned long address, enum fault fault)
{
	int sig = fault_ends[fault].sig;

	count_vm(pgfault_bad);
	if (!signal_has_handler(sig))
		printk("%s[%d]: %s of %08lx at eip %08x esp %08x: %s: "
		       "signal %d\n", current->comm, current->pid,
		       frame->error & FAULT_WRITE ? "write" : "read", address,
		       frame->eip, frame->esp, fault_ends[fault].why, sig);
	force_signal(sig, fault_ends[fault].code, address);
}

/*
 * => true: resolved, or a signal sent to the user task; false: a kernel access
 *    that the caller sends to its fix-up, or panics about; may sleep
 */
bool do_page_fault(struct trap_frame *frame, unsigned long address)
{
	bool user = frame_from_user(frame);
	struct mm_struct *mm = current->mm;
	enum fault fault = FAULT_NO_AREA;

	count_vm(pgfault);
	if (!user && (!mm || address >= USER_TOP ||
		      !search_ex_table(frame->eip)))
		return false;
	if (address < USER_TOP)
		fault = handle_fault(mm, address, frame->error);
	TRACE(FAULT, address, frame->error, fault);
	if (likely(fault == FAULT_MINOR)) {
		current->min_flt++;
		return true;
	}
	if (fault == FAULT_MAJOR) {
		current->maj_flt++;
		count_vm(pgfault_major);
		return true;
	}
	if (user || fault == FAULT_NO_MEMORY)
		bad_user_fault(frame, address, fault);
	return user;
}
