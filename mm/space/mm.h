/*
 * mm/space/mm.h - a process's address space: areas, page tables, faults.
 *
 * User addresses are [0, USER_TOP).  Kernel page directory entries are the same
 * in every directory and made at boot, so they are never copied later.
 */
#pragma once

#include "kernel/core/trap.h"
#include "kernel/base/x86.h"
#include "mm/space/pgtable.h"

struct address_space;
struct file;
struct task;
struct task_part;
struct process_memory;

#define VM_READ		1u
#define VM_WRITE	2u
#define VM_EXEC		4u
#define VM_SHARED	8u
#define VM_GROWSDOWN	16u
#define VM_LOCKED	32u	/* swap_out skips it; mlock */

/*
 * One process has one mm; vfork lends it while the parent sleeps.  So no lock
 * is needed: areas are changed only by their own task, which does not sleep in
 * the middle of a change.  Other tasks (reclaim, /proc) may read areas and
 * clear page-table entries while the owner sleeps: after a sleep it reads them
 * again.
 */
struct vm_area {
	struct list_head node;		/* by address */
	unsigned long start, end;	/* page aligned, [start, end) */
	unsigned int flags;		/* VM_* */
	struct file *file;		/* NULL: anonymous; holds a reference */
	unsigned long pgoff;		/* page index in file of start */
	unsigned long file_bytes;	/* bytes from start that come from the
					   file; the rest is zero */
};

struct mm_struct {
	u32 *pgd;			/* kernel address of the directory */
	struct list_head node;		/* mm_list */
	struct list_head areas;
	struct vm_area *last_area;	/* a search begins here; or NULL */
	unsigned int nr_areas;
	unsigned long full_below;	/* MMAP_BASE to here: no free page */
	int users;
	u32 number;			/* unique, for the trace */
	unsigned long rss;		/* present ptes, pages */
	unsigned long swapped;		/* ptes that name a swap slot */
	unsigned long swap_address;	/* swap_out continues here */
	unsigned long start_brk, brk;
	unsigned long start_code, end_code, start_stack;
	unsigned long arg_start, arg_end;	/* for /proc/N/cmdline */
	unsigned long env_end;			/* from arg_end: environ */
	unsigned long total_vm;		/* pages in areas */
	unsigned int def_flags;		/* of new areas: VM_LOCKED or 0 */
	struct file *exe_file;		/* the program; NULL: none yet */
};

/* mm/space/page_range.c */
int copy_page_range(struct mm_struct *to, struct mm_struct *from,
		    const struct vm_area *area);	/* fork: 0, -ENOMEM */
void zap_page_range(struct mm_struct *mm, unsigned long start,
		    unsigned long end);
/* mremap: moves entries to a range that has none and gets an area.
 * => 0, or -ENOMEM with nothing moved; sleeps before the move */
int move_page_range(struct mm_struct *mm, unsigned long from,
		    unsigned long to, unsigned long bytes);
/* mprotect: removes access that area->flags no longer allow */
void protect_page_range(struct mm_struct *mm, const struct vm_area *area);
/* msync: marks pages dirty that were written through these entries */
void sync_page_range(struct mm_struct *mm, unsigned long start,
		     unsigned long end);
/* mm/space/unmap.c: a file now ends at page "first".  Never sleeps */
void unmap_mapping_range(struct address_space *mapping, unsigned long first);
/* Flushes current's user pages from the TLB. */
void flush_tlb(void);

/* mm/space/memory.c */
bool do_page_fault(struct trap_frame *frame, unsigned long address);
/* Makes pages of locked areas in the range present; private ones are copied.
 * => 0, -EAGAIN: no memory, -ENOMEM: no such page; sleeps */
int make_pages_present(struct mm_struct *mm, unsigned long start,
		       unsigned long end);
/* Drops the page of an entry that was taken out. */
void put_mapped_page(struct page *page);

/* mm/space/mmap.c */
extern unsigned int max_map_count;	/* limit of areas per mm */
extern struct list_head mm_list;	/* all address spaces */
struct mm_struct *mm_alloc(void);
struct mm_struct *mm_dup(struct mm_struct *from);	/* fork */
void mm_put(struct mm_struct *mm);
void task_set_mm(struct mm_struct *mm);	/* current's; NULL: none. sleeps */
extern const struct task_part mm_part;
/* => the area that holds address, NULL: none */
struct vm_area *find_area(struct mm_struct *mm, unsigned long address);
/* Grows the stack's area down to address. => 0, -ENOMEM: too large, no room */
int grow_stack(struct mm_struct *mm, unsigned long address, unsigned long esp);
/* => address or -E; flags are MAP_*, prot PROT_*, values of Linux i386 */
long do_mmap(struct mm_struct *mm, struct file *file, unsigned long address,
	     unsigned long length, unsigned int prot, unsigned int flags,
	     unsigned long pgoff);
int do_munmap(struct mm_struct *mm, unsigned long address,
	      unsigned long length);
long do_brk(struct mm_struct *mm, unsigned long brk);
int do_mprotect(struct mm_struct *mm, unsigned long address,
		unsigned long length, unsigned int prot);
void pt_check(struct mm_struct *mm);	/* walker */
void pt_check_all(void);

/* mm/space/oom.c: reclaim's operations on processes */
extern const struct process_memory process_pages;

/*
 * mm's operations on an open file, without struct file: fs/vfs/file_map.c.
 */
struct file_map_ops {
	/* => NULL: not mappable */
	struct address_space *(*mapping)(struct file *file);
	loff_t (*size)(struct file *file);
	void (*get)(struct file *file);		/* an area maps it */
	void (*put)(struct file *file);
	void (*run)(struct file *file);		/* a process executes it */
	void (*end_run)(struct file *file);
	bool (*writable)(struct file *file);
	/* Starts reads of pages [first, end).  Sleeps for memory */
	void (*read_ahead)(struct file *file, unsigned long first,
			   unsigned long end);
	/* => frames held by a process's descriptors; does not sleep */
	unsigned long (*held)(const struct task *task);
};

extern const struct file_map_ops *file_map_ops;
extern const struct file_map_ops file_maps;
