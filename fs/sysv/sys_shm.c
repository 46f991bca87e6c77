/*
 * fs/sysv/sys_shm.c - System V shared memory: shmget, shmat, shmdt, shmctl
 *
 * A segment is an inode of shared memory (fs/vfs/shm_file.c) with a key, an
 * owner and times.  Attaching maps a struct file of the inode; mm reports each
 * area added or removed (fork, exit, munmap), so the number of attaches is
 * right without shmdt.
 *
 * A removed segment loses its key and is freed with its last attach; until then
 * its id is valid, as on Linux.
 *
 * Invariants: a removed segment has attaches, or is being attached.
 * Locks: none: no sleep between a test of a segment and its change.
 */
#include "fs/vfs/shm_file.h"
#include "fs/vfs/file.h"
#include "fs/vfs/inode.h"
#include "fs/sysv/ipc.h"
#include "kernel/core/task.h"
#include "kernel/core/uaccess.h"
#include "mm/space/area.h"
#include "mm/space/mman.h"
#include "mm/swap/shmem.h"
#include "mm/heap/slab.h"

#define SHM_RDONLY	010000u		/* flags of shmat */
#define SHM_RND		020000u
#define SHM_REMAP	040000u
#define SHM_EXEC	0100000u
#define SHM_DEST	01000u		/* in a segment's mode: removed */
#define SHM_STAT	13u		/* commands of shmctl */
#define SHM_INFO	14u
#define SHM_STAT_ANY	15u

#define SHMMAX		0xbf000000u	/* below the size of an address space */
#define SHMALL		(0xffffffffu >> PAGE_SHIFT)
#define USERS_PART	4

struct segment {
	struct ipc_object ipc;
	u32 atime, dtime;
	int cpid, lpid;
	unsigned int attaches;
	struct inode *inode;
};

static struct ipc_table segments;

/* Structures of Linux i386. */
struct shmid64_ds {
	struct ipc64_perm perm;
	u32 bytes;
	u32 atime, atime_high, dtime, dtime_high, ctime, ctime_high;
	s32 cpid, lpid;
	u32 attaches;
	u32 unused[2];
};

struct shminfo64 {
	u32 max, min, mni, seg, all, unused[4];
};

struct shm_info {
	s32 used_ids;
	u32 total, resident, swapped, swap_attempts, swap_successes;
};

static struct segment *to_segment(struct ipc_object *object)
{
	return container_of(object, struct segment, ipc);
}

/* => pages of all segments; users: only of those not created by root */
static unsigned long total_pages(bool users)
{
	unsigned long pages = 0;
	struct segment *segment;
	u32 i;

	for (i = 0; i < IPC_PLACES; i++) {
		segment = to_segment(segments.objects[i]);
		if (segments.objects[i] && (!users || segment->ipc.cuid))
			pages += segment->inode->size >> PAGE_SHIFT;
	}
	return pages;
}

/* Frees the segment if it is removed and has no attaches. => may sleep */
static void segment_release(struct segment *segment)
{
	if (segment->attaches || !(segment->ipc.mode & SHM_DEST))
		return;
	ipc_leave(&segments, &segment->ipc);
	iput(segment->inode);
	kfree(segment);
}

/* file_operations.mapped: the file holds the inode, so this does not sleep. */
static void segment_mapped(struct file *file, int n)
{
	struct segment *segment = file->private;

	segment->attaches += n;
	segment->lpid = current->pid;
	if (n > 0)
		segment->atime = clock_seconds();
	else
		segment->dtime = clock_seconds();
	segment_release(segment);
}

static const struct file_operations segment_fops = {
	.mapped = segment_mapped,
};

/* ---- shmget -------------------------------------------------------------- */

/* => a segment without an id; -ENOMEM; sleeps */
static struct segment *segment_alloc(s32 key, unsigned long bytes, u32 flags)
{
	struct segment *segment = kzalloc(sizeof(*segment), GFP_KERNEL);
	char name[32];

	if (!segment)
		return ERR_PTR(-ENOMEM);
	snprintf(name, sizeof(name), "/SYSV%08x (deleted)", (u32)key);
	segment->inode = shm_inode(bytes, name);
	if (IS_ERR(segment->inode)) {
		kfree(segment);
		return ERR_PTR(-ENOMEM);
	}
	ipc_init_object(&segment->ipc, key, bytes, flags);
	segment->cpid = current->pid;
	return segment;
}

/* Segments outlive their processes: those not created by root are limited,
 * together, to a part of memory and swap. => its id or -ENOSPC */
static long enter_segment(struct segment *segment)
{
	unsigned long pages = segment->inode->size >> PAGE_SHIFT;

	if (total_pages(false) + pages >= SHMALL ||
	    (current->euid && total_pages(true) + pages >
	     (num_physpages + swap_pages_total()) / USERS_PART))
		return -ENOSPC;
	return ipc_enter(&segments, &segment->ipc);
}

static long make_segment(s32 key, unsigned long bytes, u32 flags)
{
	struct segment *segment = segment_alloc(key, bytes, flags);
	long id, found;

	if (IS_ERR(segment))
		return PTR_ERR(segment);
	found = ipc_get_existing(&segments, key, bytes, flags);
	id = found == -ENOENT ? enter_segment(segment) : -EEXIST;
	if (id >= 0)
		return id;
	iput(segment->inode);
	kfree(segment);
	return found == -ENOENT ? id : found;
}

/* => the id, or -E; sleeps */
long shmget(s32 key, unsigned long bytes, u32 flags)
{
	long id = ipc_get_existing(&segments, key, bytes, flags);

	if (id != -ENOENT || (key && !(flags & IPC_CREAT)))
		return id;
	if (!bytes || bytes > SHMMAX)
		return -EINVAL;
	return make_segment(key, bytes, flags);
}

/* ---- shmat, shmdt -------------------------------------------------------- */

/* Maps a segment, which is held. => the address, or -E; sleeps */
static long attach_segment(struct segment *segment, unsigned long address,
			   u32 flags)
{
	bool read_only = flags & SHM_RDONLY;
	struct file *file = inode_open(segment->inode,
				       read_only ? O_RDONLY : O_RDWR,
				       &segment_fops);
	unsigned int prot = PROT_READ | (read_only ? 0 : PROT_WRITE) |
			    (flags & SHM_EXEC ? PROT_EXEC : 0);
	long result;

	if (IS_ERR(file))
		return PTR_ERR(file);
	file->private = segment;
	result = do_mmap(current->mm, file, address, segment->ipc.size, prot,
			 MAP_SHARED | (address ? MAP_FIXED : 0), 0);
	fput(file);
	return result;
}

/* => the address to map at; 0: any; -EINVAL */
static long attach_address(unsigned long address, unsigned long bytes,
			   u32 flags)
{
	if (flags & SHM_RND)
		address &= PAGE_MASK;
	if ((address & ~PAGE_MASK) || (!address && (flags & SHM_REMAP)))
		return -EINVAL;
	if (address && !(flags & SHM_REMAP) &&
	    !range_free(current->mm, address, address + bytes))
		return -EINVAL;
	return address;
}

/* Stores the address in *result. => 0 or -E; sleeps */
long shmat(int id, unsigned long address, u32 flags, u32 *result)
{
	struct ipc_object *object = ipc_by_id(&segments, id);
	struct segment *segment = to_segment(object);
	long at;

	if (IS_ERR(object))
		return PTR_ERR(object);
	at = attach_address(address, segment->ipc.size, flags);
	if (IS_ERR(at))
		return at;
	if (check_ipc_access(object, IPC_READ |
				     (flags & SHM_RDONLY ? 0 : IPC_WRITE) |
				     (flags & SHM_EXEC ? 1 : 0)))
		return -EACCES;
	segment->attaches++;
	at = attach_segment(segment, at, flags);
	segment->attaches--;
	segment_release(segment);
	if (IS_ERR(at))
		return at;
	return put_user((u32)at, result);
}

/* => true: area is part of a segment attached at that address */
static bool part_of_attach(const struct vm_area *area, unsigned long address)
{
	return area->file && area->file->fops == &segment_fops &&
	       area->start - (area->pgoff << PAGE_SHIFT) == address;
}

/* Unmaps the rest of the attach at that address. => 0 or -EINVAL */
long shmdt(unsigned long address)
{
	struct mm_struct *mm = current->mm;
	struct vm_area *area, *next;
	struct file *file = NULL;
	int error = -EINVAL;

	list_for_each_entry_safe(area, next, &mm->areas, node) {
		if (!part_of_attach(area, address) ||
		    (file && area->file != file))
			continue;
		file = area->file;
		error = do_munmap(mm, area->start, area->end - area->start);
		if (error)
			break;
	}
	return error;
}

/* ---- shmctl -------------------------------------------------------------- */

static long stat_segment(const struct segment *segment, void *user)
{
	struct shmid64_ds ds = {
		.bytes = segment->ipc.size,
		.atime = segment->atime,
		.dtime = segment->dtime,
		.ctime = segment->ipc.ctime,
		.cpid = segment->cpid,
		.lpid = segment->lpid,
		.attaches = segment->attaches,
	};

	ipc_fill_perm(&segment->ipc, &ds.perm);
	return copy_to_user(user, &ds, sizeof(ds));
}

static long remove_segment(struct segment *segment)
{
	if (check_ipc_owner(&segment->ipc))
		return -EPERM;
	segment->ipc.key = 0;
	segment->ipc.mode |= SHM_DEST;
	segment_release(segment);
	return 0;
}

/* IPC_INFO reports limits, SHM_INFO usage. */
static long tell_system(u32 command, void *user)
{
	struct shminfo64 limits = { .max = SHMMAX, .min = 1, .mni = IPC_PLACES,
				    .seg = IPC_PLACES, .all = SHMALL };
	struct shm_info info = { .used_ids = ipc_count(&segments),
				 .total = total_pages(false),
				 .resident = shmem_pages(),
				 .swapped = shmem_swapped() };
	bool ask_limits = command == IPC_INFO;

	if (copy_to_user(user, ask_limits ? (void *)&limits : &info,
			 ask_limits ? sizeof(limits) : sizeof(info)))
		return -EFAULT;
	return ipc_last_place(&segments);
}

/* => by command, or -E; sleeps */
long shmctl(int id, u32 command, void *user)
{
	struct ipc_object *object;
	long error;

	command &= ~IPC_64;
	if (command == IPC_INFO || command == SHM_INFO)
		return tell_system(command, user);
	if (command == IPC_SET)
		return ipc_set(&segments, id, user);
	if (command == SHM_STAT || command == SHM_STAT_ANY)
		object = ipc_by_place(&segments, id, command == SHM_STAT_ANY);
	else
		object = ipc_by_id(&segments, id);
	if (IS_ERR(object))
		return PTR_ERR(object);
	switch (command) {
	case SHM_STAT:
	case SHM_STAT_ANY:
		id = object->id;
		error = stat_segment(to_segment(object), user);
		return error ? error : id;
	case IPC_STAT:
		return check_ipc_access(object, IPC_READ) ? -EACCES :
			stat_segment(to_segment(object), user);
	case IPC_RMID:
		return remove_segment(to_segment(object));
	default:
		return -EINVAL;
	}
}

/* ---- /proc/sysvipc/shm --------------------------------------------------- */

static size_t put_segment(const struct segment *s, char *buf, size_t size)
{
	const struct shmem *shmem = s->inode->private;
	const struct ipc_object *ipc = &s->ipc;

	return snprintf(buf, size, "%10d %10d  %4o %10lu %5d %5d  "
			"%5u %5u %5u %5u %5u %10u %10u %10u %10lu %10lu\n",
			ipc->key, ipc->id, ipc->mode, ipc->size, s->cpid,
			s->lpid, s->attaches, ipc->uid, ipc->gid, ipc->cuid,
			ipc->cgid, s->atime, s->dtime, ipc->ctime,
			shmem->mapping.nrpages << PAGE_SHIFT,
			shmem->swapped << PAGE_SHIFT);
}

size_t sysvipc_shm_print(char *buf, size_t size)
{
	size_t n = snprintf(buf, size, "%10s %10s %5s %10s %5s %5s  "
			    "%5s %5s %5s %5s %5s %10s %10s %10s %10s %10s\n",
			    "key", "shmid", "perms", "size", "cpid", "lpid",
			    "nattch", "uid", "gid", "cuid", "cgid", "atime",
			    "dtime", "ctime", "rss", "swap");
	u32 i;

	for (i = 0; i < IPC_PLACES && n < size; i++)
		if (segments.objects[i])
			n += put_segment(to_segment(segments.objects[i]),
					 buf + n, size - n);
	return min(n, size);
}
