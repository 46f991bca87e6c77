/*
 * kernel/process/sys_cred.c - system calls about users, groups and
 * capabilities.
 *
 * A process has a real, an effective and a saved user id; permission checks use
 * the effective one.  Root may set all three to any value; other users may set
 * each to any of their three.  Group ids follow the same rules, where root is
 * still an effective user id of 0.  File access uses the effective user: there
 * is no separate file system id.
 *
 * Locks: none.
 */
#include "kernel/process/syscall.h"
#include "kernel/process/process.h"
#include "kernel/core/uaccess.h"

#define KEEP	(~0u)		/* -1: keeps the id */

/* current's three user ids or group ids. */
struct ids {
	u32 *real, *effective, *saved;
};

static struct ids cred_users(void)
{
	return (struct ids){ &current->uid, &current->euid, &current->suid };
}

static struct ids cred_groups(void)
{
	return (struct ids){ &current->gid, &current->egid, &current->sgid };
}

static bool may_be(struct ids ids, u32 id)
{
	return id == KEEP || !current->euid || id == *ids.real ||
		id == *ids.effective || id == *ids.saved;
}

static void cred_set(u32 *id, u32 value)
{
	if (value != KEEP)
		*id = value;
}

static void set_effective(struct ids ids, u32 id)
{
	if (id != KEEP && id != *ids.effective)
		current->flags |= PF_CHANGED;
	cred_set(ids.effective, id);
}

/* setuid: root sets all three ids; other users only the effective one. */
static long set_id(struct ids ids, u32 id)
{
	if (id == KEEP)
		return -EINVAL;
	if (current->euid && id != *ids.real && id != *ids.saved)
		return -EPERM;
	if (!current->euid)
		*ids.real = *ids.saved = id;
	set_effective(ids, id);
	return 0;
}

/* setreuid: the saved id becomes the effective one when the real one is set. */
static long set_two(struct ids ids, u32 real, u32 effective)
{
	u32 old = *ids.real;

	if (!may_be(ids, effective) || (real != KEEP && current->euid &&
	    real != *ids.real && real != *ids.effective))
		return -EPERM;
	cred_set(ids.real, real);
	set_effective(ids, effective);
	if (real != KEEP || (effective != KEEP && effective != old))
		*ids.saved = *ids.effective;
	return 0;
}

static long set_three(struct ids ids, u32 real, u32 effective, u32 saved)
{
	if (!may_be(ids, real) || !may_be(ids, effective) ||
	    !may_be(ids, saved))
		return -EPERM;
	cred_set(ids.real, real);
	set_effective(ids, effective);
	cred_set(ids.saved, saved);
	return 0;
}

static size_t id_bytes(void)
{
	return syscall_number() < NR_IDS32 ? sizeof(u16) : sizeof(u32);
}

static u32 cred_to_user(u32 id)
{
	return id_bytes() == sizeof(u16) ? narrow_id(id) : id;
}

static int put_id(u32 id, void __user *user)
{
	id = cred_to_user(id);
	return copy_to_user(user, &id, id_bytes());
}

/* ---- users and groups ---------------------------------------------------- */

/* The seven calls about user ids (sys_getuid...) or group ids (sys_getgid...).
 * setfsuid always returns the effective id. */
#define CALLS(id, ids)							\
SYSCALL_DEFINE0(get##id)						\
{									\
	return cred_to_user(*ids().real);				\
}									\
SYSCALL_DEFINE0(gete##id)						\
{									\
	return cred_to_user(*ids().effective);				\
}									\
SYSCALL_DEFINE1(set##id, u32, id)					\
{									\
	return set_id(ids(), given_id(id));				\
}									\
SYSCALL_DEFINE2(setre##id, u32, real, u32, effective)			\
{									\
	return set_two(ids(), given_id(real), given_id(effective));	\
}									\
SYSCALL_DEFINE3(setres##id, u32, real, u32, effective, u32, saved)	\
{									\
	return set_three(ids(), given_id(real), given_id(effective),	\
			 given_id(saved));				\
}									\
SYSCALL_DEFINE3(getres##id, void __user *, real, void __user *, effective, \
		void __user *, saved)					\
{									\
	return put_id(*ids().real, real) ||				\
	       put_id(*ids().effective, effective) ||			\
	       put_id(*ids().saved, saved) ? -EFAULT : 0;		\
}									\
SYSCALL_DEFINE0(setfs##id)						\
{									\
	return cred_to_user(*ids().effective);				\
}

CALLS(uid, cred_users)
CALLS(gid, cred_groups)

/* size 0: only returns the count */
SYSCALL_DEFINE2(getgroups, int, size, void __user *, list)
{
	u32 n = current->ngroups, i;

	if (!size)
		return n;
	if (size < 0 || (u32)size < n)
		return -EINVAL;
	for (i = 0; i < n; i++)
		if (put_id(current->groups[i], list + i * id_bytes()))
			return -EFAULT;
	return n;
}

SYSCALL_DEFINE2(setgroups, u32, size, const void __user *, list)
{
	u32 groups[NGROUPS] = { 0 }, i;

	if (current->euid)
		return -EPERM;
	if (size > NGROUPS)
		return -EINVAL;
	for (i = 0; i < size; i++)
		if (copy_from_user(&groups[i], list + i * id_bytes(),
				   id_bytes()))
			return -EFAULT;
	memcpy(current->groups, groups, sizeof(groups));
	current->ngroups = size;
	return 0;
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

/* Reads the header of both calls: { version, pid }. => bytes of the data;
 * -EFAULT; -EINVAL: unknown version; the supported one is written back */
static long read_cap_head(u32 head[2], u32 __user *user)
{
	if (copy_from_user(head, user, 2 * sizeof(u32)))
		return -EFAULT;
	if (head[0] == CAP_VERSION_1)
		return 3 * sizeof(u32);
	if (head[0] == CAP_VERSION_3)
		return 6 * sizeof(u32);
	return put_user(CAP_VERSION_1, user) ? -EFAULT : -EINVAL;
}

/* capget({ version, pid }, data): root has all, other users none. */
SYSCALL_DEFINE2(capget, u32 __user *, header, u32 __user *, set)
{
	u32 head[2], data[6] = { 0 };
	long size = read_cap_head(head, header);
	const struct task *task;

	if (size < 0)
		return size == -EINVAL && !set ? 0 : size;
	task = head[1] ? find_task(head[1]) : current;
	if (!task)
		return -ESRCH;
	if (!task->euid)
		data[0] = data[1] = CAP_ALL;
	return set ? copy_to_user(set, data, size) : 0;
}

/* capset({ version, pid }, data): the only valid request is the present set,
 * since capabilities cannot be given up. */
SYSCALL_DEFINE2(capset, u32 __user *, header, const u32 __user *, set)
{
	u32 head[2], data[6] = { 0 }, all = current->euid ? 0 : CAP_ALL;
	long size = read_cap_head(head, header);

	if (size < 0)
		return size;
	if (copy_from_user(data, set, size))
		return -EFAULT;
	if (head[1] && head[1] != (u32)current->pid)
		return -EPERM;
	return (data[0] & CAP_ALL) == all && (data[1] & CAP_ALL) == all ? 0 :
								-EPERM;
}
