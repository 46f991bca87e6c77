/*
 * kernel/sys_mm.c - system calls about memory, and the TLS segments.  More are
 * in mm/mlock.c and mm/madvise.c.
 *
 * Locks: none.  Callers: kernel/syscall.c.  Calls: mm/mmap.c, fs/file.c.
 */
#include "kernel/syscall.h"
#include "kernel/task.h"
#include "kernel/uaccess.h"
#include "fs/shm_file.h"
#include "fs/file.h"
#include "fs/super.h"
#include "mm/area.h"
#include "mm/mman.h"

long sys_brk(SYSCALL_ARGS)
{
	return do_brk(current->mm, a);
}

/* => 0, or why this file may not be mapped so */
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

/* An object of shared memory: for the processes that fork from here on.
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

/* mmap2(address, length, prot, flags, fd, offset in pages) */
long sys_mmap2(SYSCALL_ARGS)
{
	unsigned int type = d & MAP_TYPE;

	if ((type != MAP_PRIVATE && type != MAP_SHARED) || (d & MAP_HUGETLB) ||
	    ((d & MAP_GROWSDOWN) && type == MAP_SHARED))
		return -EINVAL;
	if ((d & MAP_ANONYMOUS) && type == MAP_SHARED)
		return mmap_shared(a, b, c, d, O_RDWR);
	if (d & MAP_ANONYMOUS)
		return do_mmap(current->mm, NULL, a, b, c, d, 0);
	return mmap_file(a, b, c, d, e, f);
}

/* The first form: one pointer to six words, the offset in bytes. */
long sys_mmap(SYSCALL_ARGS)
{
	u32 arg[6];

	if (copy_from_user(arg, (void *)a, sizeof(arg)))
		return -EFAULT;
	if (arg[5] & ~PAGE_MASK)
		return -EINVAL;
	return sys_mmap2(arg[0], arg[1], arg[2], arg[3], arg[4],
			 arg[5] >> PAGE_SHIFT);
}

long sys_munmap(SYSCALL_ARGS)
{
	return do_munmap(current->mm, a, b);
}

long sys_mprotect(SYSCALL_ARGS)
{
	if (c & ~(PROT_READ | PROT_WRITE | PROT_EXEC))
		return -EINVAL;
	return do_mprotect(current->mm, a, b, c);
}

/* mremap(address, old length, new length, flags, new address) */
long sys_mremap(SYSCALL_ARGS)
{
	return do_mremap(current->mm, a, b, c, d, e);
}

#define MS_ASYNC	1u
#define MS_INVALIDATE	2u
#define MS_SYNC		4u

/* part_fn: dirty entries to dirty pages, and those of the file to disk. */
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

/* msync(address, length, flags): files are written whole */
long sys_msync(SYSCALL_ARGS)
{
	unsigned long end = a + round_up(b, PAGE_SIZE);

	if (a & ~PAGE_MASK || c & ~(MS_ASYNC | MS_INVALIDATE | MS_SYNC) ||
	    (c & (MS_ASYNC | MS_SYNC)) == (MS_ASYNC | MS_SYNC))
		return -EINVAL;
	if (end < a)
		return -ENOMEM;
	return for_each_part(current->mm, a, end, msync_part, c);
}

/* ---- TLS ----------------------------------------------------------------- */

long sys_set_thread_area(SYSCALL_ARGS)
{
	int slot, error = set_tls(current, (void *)a);

	for (slot = 0; !error && slot < TLS_SLOTS; slot++)
		gdt_set_tls(slot, current->tls[slot]);
	return error;
}
