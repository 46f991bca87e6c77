/*
 * fs/sysv/sys_ipc.c - System V IPC: ids, keys and permissions, and ipc(2)
 *
 * Segments of shared memory and sets of semaphores are found by an id, and the
 * id by a key that programs agree on.  An id consists of the object's place in
 * the table of its kind and a sequence number, which distinguishes it from
 * earlier objects at that place.  There are no message queues.
 *
 * Invariants: an object is in its table from ipc_enter() to ipc_leave(), and a
 * key other than 0 is there once.
 * Locks: none: no sleep between a test of a table and its change.
 */
#include "fs/sysv/ipc.h"
#include "kernel/process/syscall.h"
#include "kernel/process/process.h"
#include "kernel/core/time.h"
#include "kernel/core/uaccess.h"

#define SEQUENCE	32768u		/* id = sequence * this + place */
#define ROOT_PLACES	8u

/* ---- the table ----------------------------------------------------------- */

struct ipc_object *ipc_by_id(const struct ipc_table *table, int id)
{
	u32 place = id % SEQUENCE;

	if (id < 0 || place >= IPC_PLACES || !table->objects[place] ||
	    table->objects[place]->id != id)
		return ERR_PTR(-EINVAL);
	return table->objects[place];
}

/* => NULL: none; IPC_PRIVATE is not a key */
static struct ipc_object *ipc_by_key(const struct ipc_table *table, s32 key)
{
	u32 i;

	for (i = 0; key && i < IPC_PLACES; i++)
		if (table->objects[i] && table->objects[i]->key == key)
			return table->objects[i];
	return NULL;
}

struct ipc_object *ipc_by_place(const struct ipc_table *table, u32 place,
				bool any)
{
	struct ipc_object *object;

	object = place < IPC_PLACES ? table->objects[place] : NULL;
	if (!object)
		return ERR_PTR(-EINVAL);
	if (!any && check_ipc_access(object, IPC_READ))
		return ERR_PTR(-EACCES);
	return object;
}

void ipc_init_object(struct ipc_object *object, s32 key, unsigned long size,
		     u32 flags)
{
	object->key = key;
	object->size = size;
	object->mode = flags & 0777;
	object->uid = object->cuid = current->euid;
	object->gid = object->cgid = current->egid;
	object->ctime = clock_seconds();
}

/* Assigns the lowest free place; the last places are reserved for root. */
int ipc_enter(struct ipc_table *table, struct ipc_object *object)
{
	u32 places = IPC_PLACES - (current->euid ? ROOT_PLACES : 0);
	u32 place = 0;

	while (place < places && table->objects[place])
		place++;
	if (place >= places)
		return -ENOSPC;
	object->id = (++table->sequence % SEQUENCE) * SEQUENCE + place;
	table->objects[place] = object;
	return object->id;
}

/* Removes the object from the table; the caller frees it */
void ipc_leave(struct ipc_table *table, struct ipc_object *object)
{
	BUG_ON(ipc_by_id(table, object->id) != object, "id %d", object->id);
	table->objects[object->id % SEQUENCE] = NULL;
}

u32 ipc_count(const struct ipc_table *table)
{
	u32 i, n = 0;

	for (i = 0; i < IPC_PLACES; i++)
		n += table->objects[i] != NULL;
	return n;
}

/* => the return value of IPC_INFO, SHM_INFO, SEM_INFO */
int ipc_last_place(const struct ipc_table *table)
{
	int place = IPC_PLACES - 1;

	while (place && !table->objects[place])
		place--;
	return place;
}

/* ---- permissions --------------------------------------------------------- */

/* A permission is wanted if any of the three digits of "want" has it. */
int check_ipc_access(const struct ipc_object *object, u32 want)
{
	u32 mode = object->mode;

	want = (want >> 6 | want >> 3 | want) & 7;
	if (current->euid == object->uid || current->euid == object->cuid)
		mode >>= 6;
	else if (in_group(object->gid) || in_group(object->cgid))
		mode >>= 3;
	return (want & ~mode) && current->euid ? -EACCES : 0;
}

int check_ipc_owner(const struct ipc_object *object)
{
	return current->euid && current->euid != object->uid &&
	       current->euid != object->cuid ? -EPERM : 0;
}

/* => id; -ENOENT, -EEXIST, -EINVAL: too small, -EACCES */
int ipc_get_existing(const struct ipc_table *table, s32 key,
		     unsigned long size, u32 flags)
{
	const struct ipc_object *object = ipc_by_key(table, key);

	if (!object)
		return -ENOENT;
	if ((flags & IPC_CREAT) && (flags & IPC_EXCL))
		return -EEXIST;
	if (size > object->size)
		return -EINVAL;
	return check_ipc_access(object, flags & 0777) ? -EACCES : object->id;
}

void ipc_fill_perm(const struct ipc_object *object, struct ipc64_perm *perm)
{
	*perm = (struct ipc64_perm){
		.key = object->key,
		.uid = object->uid,
		.gid = object->gid,
		.cuid = object->cuid,
		.cgid = object->cgid,
		.mode = object->mode,
		.seq = object->id / SEQUENCE,
	};
}

/* IPC_SET: sets owner and mode. => 0, -EFAULT, -EINVAL, -EPERM; sleeps */
long ipc_set(const struct ipc_table *table, int id, const void *user)
{
	struct ipc_object *object;
	struct ipc64_perm perm;

	if (copy_from_user(&perm, user, sizeof(perm)))
		return -EFAULT;
	object = ipc_by_id(table, id);
	if (IS_ERR(object))
		return PTR_ERR(object);
	if (check_ipc_owner(object))
		return -EPERM;
	object->uid = perm.uid;
	object->gid = perm.gid;
	object->mode = (object->mode & ~0777u) | (perm.mode & 0777);
	object->ctime = clock_seconds();
	return 0;
}

/* ---- ipc(call, first, second, third, pointer, fifth) --------------------- */

enum { SEMOP = 1, SEMGET, SEMCTL, SEMTIMEDOP,
       SHMAT = 21, SHMDT, SHMGET, SHMCTL };

/* Calls semctl; its fourth argument is stored at the pointer. */
static long call_semctl(int id, u32 n, u32 command,
			const void __user *user)
{
	u32 arg;

	if (!user)
		return -EINVAL;
	if (get_user(arg, (const u32 *)user))
		return -EFAULT;
	return semctl(id, n, command, arg);
}

SYSCALL_DEFINE6(ipc, u32, call, int, first, u32, second,
		unsigned long, third, void __user *, ptr,
		const void __user *, fifth)
{
	switch (call & 0xffff) {	/* above: a version */
	case SEMOP:
		return semop(first, ptr, second, NULL);
	case SEMTIMEDOP:
		return semop(first, ptr, second, fifth);
	case SEMGET:
		return semget(first, second, third);
	case SEMCTL:
		return call_semctl(first, second, third, ptr);
	case SHMAT:
		return shmat(first, (unsigned long)ptr, second, (u32 *)third);
	case SHMDT:
		return shmdt((unsigned long)ptr);
	case SHMGET:
		return shmget(first, second, third);
	case SHMCTL:
		return shmctl(first, second, ptr);
	default:
		return -ENOSYS;
	}
}
