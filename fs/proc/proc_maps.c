/*
 * fs/proc/proc_maps.c - /proc/N/maps and smaps: the areas of a process.
 *
 * maps has a line per area, in the format of Linux: addresses, permissions,
 * offset in the file, device, inode, path. smaps adds the pages present, shared
 * or private, clean or dirty, and in swap; it reads every entry of the page
 * tables.
 */
#include "drivers/block/blk.h"
#include "fs/proc/proc.h"
#include "fs/vfs/shm_file.h"
#include "kernel/core/task.h"
#include "mm/space/mm.h"

#define NAME_COLUMN	49

static const char *area_name(const struct mm_struct *mm,
			     const struct vm_area *area)
{
	if (area->flags & VM_GROWSDOWN)
		return "[stack]";
	if (area->start < mm->brk && area->end > mm->start_brk)
		return "[heap]";
	return NULL;
}

static size_t area_print(const struct mm_struct *mm,
			 const struct vm_area *area, char *buf, size_t size,
			 size_t n)
{
	const struct inode *inode = area->file ? area->file->inode : NULL;
	dev_t dev = inode && inode->sb->dev ? inode->sb->dev->rdev : 0;
	const char *name = inode ? shm_name(inode) : area_name(mm, area);
	size_t begin = n;
	int path;

	n = text_add(buf, size, n, "%08lx-%08lx %c%c%c%c %08lx %02x:%02x %u ",
		     area->start, area->end,
		     area->flags & VM_READ ? 'r' : '-',
		     area->flags & VM_WRITE ? 'w' : '-',
		     area->flags & VM_EXEC ? 'x' : '-',
		     area->flags & VM_SHARED ? 's' : 'p',
		     area->pgoff << PAGE_SHIFT, MAJOR(dev), MINOR(dev),
		     inode ? inode->ino : 0);
	while ((inode || name) && n < begin + NAME_COLUMN && n < size)
		n = text_add(buf, size, n, " ");
	if (inode && area->file->dentry && n + 1 < size) {
		path = file_path(area->file->dentry, buf + n, size - n);
		n += max(path, 0);
	} else if (name) {
		n = text_add(buf, size, n, "%s", name);
	}
	return text_add(buf, size, n, "\n");
}

size_t pid_maps_print(struct task *task, char *buf, size_t size)
{
	const struct vm_area *area;
	size_t n = 0;

	if (!task->mm)
		return 0;
	list_for_each_entry(area, &task->mm->areas, node)
		n = area_print(task->mm, area, buf, size, n);
	return n;
}

/* Pages of an area, counted from their entries. */
struct usage {
	unsigned long shared_clean, shared_dirty, own_clean, own_dirty, swap;
};

static void count_entry(struct usage *usage, u32 pte)
{
	const struct page *page;
	bool shared, dirty;

	if (!pte)
		return;
	if (!(pte & PTE_PRESENT)) {
		usage->swap++;
		return;
	}
	page = pte_page(pte);
	shared = page->count > 1 + (page->mapping != NULL) +
			       (page->buffers != NULL);
	dirty = (pte & PTE_DIRTY) || page_test(page, PG_dirty);
	if (shared)
		*(dirty ? &usage->shared_dirty : &usage->shared_clean) += 1;
	else
		*(dirty ? &usage->own_dirty : &usage->own_clean) += 1;
}

static struct usage area_usage(struct mm_struct *mm,
			       const struct vm_area *area)
{
	struct usage usage = { 0 };
	unsigned long address;
	u32 *pte;

	for (address = area->start; address < area->end; address += PAGE_SIZE) {
		pte = pte_offset(mm->pgd, address, false);
		if (pte)
			count_entry(&usage, *pte);
	}
	return usage;
}

static size_t usage_print(const struct vm_area *area,
			  const struct usage *usage, char *buf, size_t size,
			  size_t n)
{
	const struct {
		const char *name;
		unsigned long pages;
	} lines[] = {
		{ "Size:", (area->end - area->start) >> PAGE_SHIFT },
		{ "Rss:", usage->shared_clean + usage->shared_dirty +
			  usage->own_clean + usage->own_dirty },
		{ "Shared_Clean:", usage->shared_clean },
		{ "Shared_Dirty:", usage->shared_dirty },
		{ "Private_Clean:", usage->own_clean },
		{ "Private_Dirty:", usage->own_dirty },
		{ "Swap:", usage->swap },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lines); i++)
		n = text_add(buf, size, n, "%-15s %8lu kB\n", lines[i].name,
			     lines[i].pages << (PAGE_SHIFT - 10));
	return n;
}

size_t pid_smaps_print(struct task *task, char *buf, size_t size)
{
	const struct vm_area *area;
	struct usage usage;
	size_t n = 0;

	if (!task->mm)
		return 0;
	list_for_each_entry(area, &task->mm->areas, node) {
		usage = area_usage(task->mm, area);
		n = area_print(task->mm, area, buf, size, n);
		n = usage_print(area, &usage, buf, size, n);
	}
	return n;
}
