/*
 * fs/sysv/ipc.h - System V IPC: what its objects have in common, and Linux's
 * numbers for it on i386.
 */
#pragma once

#include "kernel/base/kernel.h"

struct task_part;

#define IPC_CREAT	01000u		/* flags of shmget, semget */
#define IPC_EXCL	02000u
#define IPC_NOWAIT	04000u		/* of semop */
#define IPC_RMID	0u		/* commands of shmctl, semctl */
#define IPC_SET		1u
#define IPC_STAT	2u
#define IPC_INFO	3u
#define IPC_64		0x100u		/* structures with 32-bit ids */

/* What check_ipc_access() asks for. */
#define IPC_READ	4u
#define IPC_WRITE	2u

/* First in a segment or a set.  (n): nothing sleeps between test and use. */
struct ipc_object {
	s32 key;			/* n: 0: IPC_PRIVATE, or removed */
	int id;				/* c */
	unsigned long size;		/* c: bytes; semaphores */
	u32 mode;			/* n: permissions */
	u32 uid, gid;			/* n */
	u32 cuid, cgid;			/* c */
	u32 ctime;			/* n: of the last change, seconds */
};

#define IPC_PLACES	128u		/* objects of a kind, at most */

struct ipc_table {
	struct ipc_object *objects[IPC_PLACES];
	u32 sequence;			/* of the next id */
};

/* The first member of both kinds' structures. */
struct ipc64_perm {
	s32 key;
	u32 uid, gid, cuid, cgid;
	u16 mode, pad1, seq, pad2;
	u32 unused[2];
};

/* fs/sysv/sys_ipc.c; nothing there sleeps */
/* => the object, or ERR_PTR(-EINVAL) */
struct ipc_object *ipc_by_id(const struct ipc_table *table, int id);
/* => the object at a place, if current may read it or "any" may: SHM_STAT,
 *    SEM_STAT; or ERR_PTR(-EINVAL), (-EACCES) */
struct ipc_object *ipc_by_place(const struct ipc_table *table, u32 place,
				bool any);
/* current made it, with flags' permissions */
void ipc_init_object(struct ipc_object *object, s32 key, unsigned long size,
		     u32 flags);
/* => its new id, or -ENOSPC */
int ipc_enter(struct ipc_table *table, struct ipc_object *object);
void ipc_leave(struct ipc_table *table, struct ipc_object *object);
u32 ipc_count(const struct ipc_table *table);
/* => the highest place in use; 0 also when there is none */
int ipc_last_place(const struct ipc_table *table);
/* => 0 or -EACCES; want: IPC_READ, IPC_WRITE, or a mode as of open(2) */
int check_ipc_access(const struct ipc_object *object, u32 want);
/* => 0 or -EPERM: IPC_SET and IPC_RMID are the owner's or the maker's */
int check_ipc_owner(const struct ipc_object *object);
/* get(2). => the id of what has the key; -ENOENT; or why it will not do */
int ipc_get_existing(const struct ipc_table *table, s32 key,
		     unsigned long size, u32 flags);
void ipc_fill_perm(const struct ipc_object *object, struct ipc64_perm *perm);
/* IPC_SET; sleeps for user memory */
long ipc_set(const struct ipc_table *table, int id, const void *user);

/* fs/sysv/sys_shm.c, fs/sysv/sys_sem.c: values of the calls */
long shmget(s32 key, unsigned long bytes, u32 flags);
long shmat(int id, unsigned long address, u32 flags, u32 *result);
long shmdt(unsigned long address);
long shmctl(int id, u32 command, void *user);
long semget(s32 key, int n, u32 flags);
long semctl(int id, u32 n, u32 command, unsigned long arg);
/* timeout: as for get_timeout() */
long semop(int id, const void *ops, unsigned int n, const void *timeout);
/* => current ends: what it did with SEM_UNDO is undone */
extern const struct task_part sem_part __optional;

/* => bytes written: a line an object, the forms of Linux's /proc/sysvipc */
size_t sysvipc_shm_print(char *buf, size_t size) __optional;
size_t sysvipc_sem_print(char *buf, size_t size) __optional;
