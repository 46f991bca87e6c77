/*
 * fs/calls/sys_mm.c - system calls about memory, and the TLS segments.  More
 * are in mm/space/mlock.c and mm/space/madvise.c.
 *
 * Locks: none.
 */
#include "kernel/process/syscall.h"
#include "kernel/core/task.h"
#include "kernel/core/uaccess.h"
#include "fs/vfs/shm_file.h"
#include "fs/vfs/file.h"
#include "mm/space/area.h"
#include "mm/space/mman.h"

SYSCALL_DEFINE1(brk, unsigned long, end)
{
	return do_brk(current->mm, end);
}

/* => 0, or the error if this file may not be mapped with prot and flags */
static int check_file(struct file *file, unsigned int prot,
		      unsigned int flags)
{
	u32 mode = file->flags & O_ACCMODE;

	if (mode == O_WRONLY)
		return -EACCES;
	if ((flags & MAP_SHARED) && (prot & PROT_WRITE) && mode != O_RDWR)
		return -EACCES;
	return file_map_ops->mapping(file) ? 0 : -ENODEV;
}

/* Maps a new object of shared memory, shared with children forked later.
 * access: O_RDONLY or O_RDWR */
static long mmap_shared(unsigned long address, unsigned long length,
			unsigned int prot, unsigned int flags, u32 access)
{
	struct file *file = shm_file(length, access);
	long result;

	if (IS_ERR(file))
		return PTR_ERR(file);
	result = do_mmap(current->mm, file, address, length, prot, flags, 0);
	fput(file);
	return result;
}

static long mmap_file(unsigned long address, unsigned long length,
		      unsigned int prot, unsigned int flags, int fd,
		      unsigned long pgoff)
{
	struct file *file = fget(fd);
	long result;

	if (!file)
		return -EBADF;
	result = check_file(file, prot, flags);
	if (result == -ENODEV && is_zero_device(file))
		result = (flags & MAP_TYPE) == MAP_SHARED ?
			mmap_shared(address, length, prot, flags,
				    file->flags & O_ACCMODE) :
			do_mmap(current->mm, NULL, address, length, prot,
				flags, 0);
	else if (!result)
		result = do_mmap(current->mm, file, address, length, prot,
				 flags, pgoff);
	fput(file);
	return result;
}

/* pgoff: offset in the file, in pages */
SYSCALL_DEFINE6(mmap2, unsigned long, address, unsigned long, length, u32, prot,
		u32, flags, int, fd, unsigned long, pgoff)
{
	u32 type = flags & MAP_TYPE;

	if ((type != MAP_PRIVATE && type != MAP_SHARED) ||
	    (flags & MAP_HUGETLB) ||
	    ((flags & MAP_GROWSDOWN) && type == MAP_SHARED))
		return -EINVAL;
	if ((flags & MAP_ANONYMOUS) && type == MAP_SHARED)
		return mmap_shared(address, length, prot, flags, O_RDWR);
	if (flags & MAP_ANONYMOUS)
		return do_mmap(current->mm, NULL, address, length, prot, flags,
			       0);
	return mmap_file(address, length, prot, flags, fd, pgoff);
}

/* The old mmap: one pointer to six words, the offset in bytes. */
SYSCALL_DEFINE1(mmap, const u32 __user *, args)
{
	u32 arg[6];

	if (copy_from_user(arg, args, sizeof(arg)))
		return -EFAULT;
	if (arg[5] & ~PAGE_MASK)
		return -EINVAL;
	return sys_mmap2(arg[0], arg[1], arg[2], arg[3], arg[4],
			 arg[5] >> PAGE_SHIFT);
}

SYSCALL_DEFINE2(munmap, unsigned long, address, unsigned long, length)
{
	return do_munmap(current->mm, address, length);
}

SYSCALL_DEFINE3(mprotect, unsigned long, address, unsigned long, length,
		u32, prot)
{
	if (prot & ~(PROT_READ | PROT_WRITE | PROT_EXEC))
		return -EINVAL;
	return do_mprotect(current->mm, address, length, prot);
}

SYSCALL_DEFINE5(mremap, unsigned long, address, unsigned long, old_length,
		unsigned long, new_length, u32, flags,
		unsigned long, new_address)
{
	return do_mremap(current->mm, address, old_length, new_length, flags,
			 new_address);
}

#define MS_ASYNC	1u
#define MS_INVALIDATE	2u
#define MS_SYNC		4u

/* A part_fn: moves dirty bits of entries to pages; MS_SYNC syncs the file. */
static int msync_part(struct mm_struct *mm, struct vm_area *area,
		      unsigned long from, unsigned long to,
		      unsigned long flags)
{
	struct file *file = area->file;
	int error = 0;

	if ((flags & MS_INVALIDATE) && (area->flags & VM_LOCKED))
		return -EBUSY;
	if (!file || !(area->flags & VM_SHARED))
		return 0;
	sync_page_range(mm, from, to);
	if (!(flags & MS_SYNC) || !file->fops->fsync)
		return 0;
	file_get(file);
	error = file->fops->fsync(file);
	fput(file);
	return error;
}

/* Syncs whole files, not only the range. */
SYSCALL_DEFINE3(msync, unsigned long, address, unsigned long, length,
		u32, flags)
{
	unsigned long end = address + round_up(length, PAGE_SIZE);

	if (address & ~PAGE_MASK ||
	    flags & ~(MS_ASYNC | MS_INVALIDATE | MS_SYNC) ||
	    (flags & (MS_ASYNC | MS_SYNC)) == (MS_ASYNC | MS_SYNC))
		return -EINVAL;
	if (end < address)
		return -ENOMEM;
	return for_each_part(current->mm, address, end, msync_part, flags);
}

/* ---- TLS ----------------------------------------------------------------- */

SYSCALL_DEFINE1(set_thread_area, void __user *, desc)
{
	int slot, error = set_tls(current, desc);

	for (slot = 0; !error && slot < TLS_SLOTS; slot++)
		gdt_set_tls(slot, current->tls[slot]);
	return error;
}
