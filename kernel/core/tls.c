/*
 * kernel/core/tls.c - thread-local storage: a task's segments in the GDT
 *
 * Three entries of the GDT belong to the running task.  Programs name them as
 * set_thread_area(2) and clone(2) do, by struct user_desc.
 *
 * Locks: none; a task changes its own, or those of a child that has not run.
 */
#include "kernel/core/task.h"
#include "kernel/core/uaccess.h"

struct user_desc {
	s32 entry;			/* GDT index, -1: choose one */
	u32 base, limit;
	u32 flags;			/* bit field, see UD_* */
};

#define UD_32BIT	1u
#define UD_READ_ONLY	8u
#define UD_PAGES	16u		/* the limit counts pages */
#define UD_NOT_PRESENT	32u

#define DATA_RING3	0xf2		/* present, ring 3, read and write */
#define DATA_WRITE	2u
#define GRANULAR	8u
#define DEFAULT_32	4u

static int free_slot(const struct task *task)
{
	int slot;

	for (slot = 0; slot < TLS_SLOTS; slot++)
		if (!task->tls[slot])
			return slot;
	return -ESRCH;
}

static u64 tls_descriptor(const struct user_desc *desc)
{
	u8 access = DATA_RING3, flags = 0;

	if (desc->flags & UD_NOT_PRESENT)
		return 0;
	if (desc->flags & UD_READ_ONLY)
		access &= ~DATA_WRITE;
	if (desc->flags & UD_PAGES)
		flags |= GRANULAR;
	if (desc->flags & UD_32BIT)
		flags |= DEFAULT_32;
	return gdt_descriptor(desc->base, desc->limit, access, flags);
}

/* => 0, with the entry chosen written back; -EFAULT, -EINVAL, -ESRCH */
int set_tls(struct task *task, void __user *user)
{
	struct user_desc desc;
	int slot;

	if (copy_from_user(&desc, user, sizeof(desc)))
		return -EFAULT;
	slot = desc.entry == -1 ? free_slot(task) : desc.entry - TLS_ENTRY;
	if (slot == -ESRCH)
		return -ESRCH;
	if (slot < 0 || slot >= TLS_SLOTS)
		return -EINVAL;
	desc.entry = slot + TLS_ENTRY;
	if (put_user(desc.entry, (s32 *)user))
		return -EFAULT;
	task->tls[slot] = tls_descriptor(&desc);
	return 0;
}
