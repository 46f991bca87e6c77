/*
 * kernel/sys_cred.c - system calls about who a process is: users and groups.
 *
 * A process has a real, an effective and a saved user; the effective one is
 * asked when rights are checked, and root may set all three to anything.
 * Others may move each to any of the three they have.  The same for groups,
 * where it is the effective user who must be root.  File rights follow the
 * effective user: there is no separate one for files.
 *
 * Locks: none.  Callers: kernel/syscall.c.  Calls: nothing.
 */
#include "kernel/syscall.h"
#include "kernel/task.h"
#include "kernel/uaccess.h"

#define KEEP	(~0u)		/* -1: stays as it is */
#define OVERFLOW_ID	65534	/* what 16 bits say of a larger one */

/* The three of current's users or groups. */
struct ids {
	u32 *real, *effective, *saved;
};

static struct ids users(void)
{
	return (struct ids){ &current->uid, &current->euid, &current->suid };
}

static struct ids groups(void)
{
	return (struct ids){ &current->gid, &current->egid, &current->sgid };
}

static u16 id_16(u32 id)
{
	return id > 0xffff ? OVERFLOW_ID : (u16)id;
}

static bool may_be(struct ids ids, u32 id)
{
	return id == KEEP || !current->euid || id == *ids.real ||
		id == *ids.effective || id == *ids.saved;
}

static void set(u32 *id, u32 value)
{
	if (value != KEEP)
		*id = value;
}

/* setuid: root becomes somebody else for good; others change who acts. */
static long set_id(struct ids ids, u32 id)
{
	if (id == KEEP)
		return -EINVAL;
	if (current->euid && id != *ids.real && id != *ids.saved)
		return -EPERM;
	if (!current->euid)
		*ids.real = *ids.saved = id;
	*ids.effective = id;
	return 0;
}

/* setreuid: the saved one follows when the real one is set. */
static long set_two(struct ids ids, u32 real, u32 effective)
{
	u32 old = *ids.real;

	if (!may_be(ids, effective) || (real != KEEP && current->euid &&
	    real != *ids.real && real != *ids.effective))
		return -EPERM;
	set(ids.real, real);
	set(ids.effective, effective);
	if (real != KEEP || (effective != KEEP && effective != old))
		*ids.saved = *ids.effective;
	return 0;
}

static long set_three(struct ids ids, u32 real, u32 effective, u32 saved)
{
	if (!may_be(ids, real) || !may_be(ids, effective) ||
	    !may_be(ids, saved))
		return -EPERM;
	set(ids.real, real);
	set(ids.effective, effective);
	set(ids.saved, saved);
	return 0;
}

static long get_three(struct ids ids, u32 *real, u32 *effective, u32 *saved)
{
	if (put_user(*ids.real, real) || put_user(*ids.effective, effective) ||
	    put_user(*ids.saved, saved))
		return -EFAULT;
	return 0;
}

static long get_three16(struct ids ids, u16 *real, u16 *effective, u16 *saved)
{
	if (put_user(id_16(*ids.real), real) ||
	    put_user(id_16(*ids.effective), effective) ||
	    put_user(id_16(*ids.saved), saved))
		return -EFAULT;
	return 0;
}

/* ---- users and groups ---------------------------------------------------- */

/* The thirteen calls about one of them: sys_getuid32 ... or sys_getgid32 ...;
 * setfsuid: always the effective one. => it */
#define CALLS(id, ids)							\
long sys_get##id##32(SYSCALL_ARGS)					\
{									\
	return *ids().real;						\
}									\
									\
long sys_gete##id##32(SYSCALL_ARGS)					\
{									\
	return *ids().effective;					\
}									\
									\
long sys_get##id(SYSCALL_ARGS)						\
{									\
	return id_16(*ids().real);					\
}									\
									\
long sys_gete##id(SYSCALL_ARGS)						\
{									\
	return id_16(*ids().effective);				\
}									\
									\
long sys_set##id##32(SYSCALL_ARGS)					\
{									\
	return set_id(ids(), a);					\
}									\
									\
long sys_set##id(SYSCALL_ARGS)						\
{									\
	return set_id(ids(), wide_id(a));				\
}									\
									\
long sys_setre##id##32(SYSCALL_ARGS)					\
{									\
	return set_two(ids(), a, b);					\
}									\
									\
long sys_setre##id(SYSCALL_ARGS)					\
{									\
	return set_two(ids(), wide_id(a), wide_id(b));			\
}									\
									\
long sys_setres##id##32(SYSCALL_ARGS)					\
{									\
	return set_three(ids(), a, b, c);				\
}									\
									\
long sys_setres##id(SYSCALL_ARGS)					\
{									\
	return set_three(ids(), wide_id(a), wide_id(b), wide_id(c));	\
}									\
									\
long sys_getres##id##32(SYSCALL_ARGS)					\
{									\
	return get_three(ids(), (u32 *)a, (u32 *)b, (u32 *)c);		\
}									\
									\
long sys_getres##id(SYSCALL_ARGS)					\
{									\
	return get_three16(ids(), (u16 *)a, (u16 *)b, (u16 *)c);	\
}									\
									\
long sys_setfs##id##32(SYSCALL_ARGS)					\
{									\
	return *ids().effective;					\
}

CALLS(uid, users)
CALLS(gid, groups)

/* getgroups(size, list): size 0 only counts */
long sys_getgroups32(SYSCALL_ARGS)
{
	u32 n = current->ngroups;

	if (!a)
		return n;
	if ((s32)a < 0 || a < n)
		return -EINVAL;
	if (copy_to_user((void *)b, current->groups, n * sizeof(u32)))
		return -EFAULT;
	return n;
}

long sys_getgroups(SYSCALL_ARGS)
{
	u32 n = current->ngroups, i;

	if (!a)
		return n;
	if ((s32)a < 0 || a < n)
		return -EINVAL;
	for (i = 0; i < n; i++)
		if (put_user(id_16(current->groups[i]), (u16 *)b + i))
			return -EFAULT;
	return n;
}

static long set_groups(u32 n, const void *user, size_t size)
{
	u32 list[NGROUPS] = { 0 }, i;

	if (current->euid)
		return -EPERM;
	if (n > NGROUPS)
		return -EINVAL;
	for (i = 0; i < n; i++)
		if (copy_from_user(&list[i], (const char *)user + i * size,
				   size))
			return -EFAULT;
	memcpy(current->groups, list, sizeof(list));
	current->ngroups = n;
	return 0;
}

long sys_setgroups32(SYSCALL_ARGS)
{
	return set_groups(a, (void *)b, sizeof(u32));
}

long sys_setgroups(SYSCALL_ARGS)
{
	return set_groups(a, (void *)b, sizeof(u16));
}

bool in_group(u32 gid)
{
	u32 i;

	for (i = 0; i < current->ngroups; i++)
		if (current->groups[i] == gid)
			return true;
	return current->egid == gid;
}

/* ---- capabilities -------------------------------------------------------- */

#define CAP_VERSION_1	0x19980330u
#define CAP_VERSION_3	0x20080522u
#define CAP_ALL		0x1ffffeffu	/* 2.4's, without CAP_SETPCAP */

/* The head of both calls: { version, pid }. => bytes of the data; -EFAULT;
 * -EINVAL: an unknown version, which is told ours */
static long read_cap_head(u32 head[2], u32 *user)
{
	if (copy_from_user(head, user, 2 * sizeof(u32)))
		return -EFAULT;
	if (head[0] == CAP_VERSION_1)
		return 3 * sizeof(u32);
	if (head[0] == CAP_VERSION_3)
		return 6 * sizeof(u32);
	return put_user(CAP_VERSION_1, user) ? -EFAULT : -EINVAL;
}

/* capget({ version, pid }, data): root has all, others none. */
long sys_capget(SYSCALL_ARGS)
{
	u32 head[2], data[6] = { 0 };
	long size = read_cap_head(head, (u32 *)a);
	const struct task *task;

	if (size < 0)
		return size == -EINVAL && !b ? 0 : size;
	task = head[1] ? find_task(head[1]) : current;
	if (!task)
		return -ESRCH;
	if (!task->euid)
		data[0] = data[1] = CAP_ALL;
	return b ? copy_to_user((void *)b, data, size) : 0;
}

/* capset({ version, pid }, data): what one has is all one can ask for, since
 * nobody could keep to less. */
long sys_capset(SYSCALL_ARGS)
{
	u32 head[2], data[6] = { 0 }, all = current->euid ? 0 : CAP_ALL;
	long size = read_cap_head(head, (u32 *)a);

	if (size < 0)
		return size;
	if (copy_from_user(data, (void *)b, size))
		return -EFAULT;
	if (head[1] && head[1] != (u32)current->pid)
		return -EPERM;
	return (data[0] & CAP_ALL) == all && (data[1] & CAP_ALL) == all ? 0 :
								-EPERM;
}
