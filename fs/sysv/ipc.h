/*
 * fs/sysv/ipc.h - System V IPC: the common part of its objects, and Linux's
 * i386 numbers.
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

/* Access types of check_ipc_access(). */
#define IPC_READ	4u
#define IPC_WRITE	2u

/* First member of a segment or a set.  (n): no sleep between test and use. */
struct ipc_object {
	s32 key;			/* n: 0: IPC_PRIVATE, or removed */
	int id;				/* c */
	unsigned long size;		/* c: bytes; semaphores */
	u32 mode;			/* n: permissions */
	u32 uid, gid;			/* n */
	u32 cuid, cgid;			/* c */
	u32 ctime;			/* n: of the last change, seconds */
};

#define IPC_PLACES	128u		/* maximum objects of a kind */

struct ipc_table {
	struct ipc_object *objects[IPC_PLACES];
	u32 sequence;			/* of the next id */
};

/* The first member of the user structures of both kinds. */
struct ipc64_perm {
	s32 key;
	u32 uid, gid, cuid, cgid;
	u16 mode, pad1, seq, pad2;
	u32 unused[2];
};

/* fs/sysv/sys_ipc.c; no function there sleeps */
/* => the object, or ERR_PTR(-EINVAL) */
struct ipc_object *ipc_by_id(const struct ipc_table *table, int id);
/* For SHM_STAT, SEM_STAT: => the object at a place, if current may read it or
 * "any" is set; or ERR_PTR(-EINVAL), (-EACCES) */
struct ipc_object *ipc_by_place(const struct ipc_table *table, u32 place,
				bool any);
/* Sets current as creator and owner, and the permissions of flags */
void ipc_init_object(struct ipc_object *object, s32 key, unsigned long size,
		     u32 flags);
/* => its new id, or -ENOSPC */
int ipc_enter(struct ipc_table *table, struct ipc_object *object);
void ipc_leave(struct ipc_table *table, struct ipc_object *object);
u32 ipc_count(const struct ipc_table *table);
/* => the highest place in use; 0 also when there is none */
int ipc_last_place(const struct ipc_table *table);
/* want: IPC_READ, IPC_WRITE, or a mode as of open(2). => 0 or -EACCES */
int check_ipc_access(const struct ipc_object *object, u32 want);
/* => 0 or -EPERM: IPC_SET and IPC_RMID need the owner or the creator */
int check_ipc_owner(const struct ipc_object *object);
/* For get(2). => the id of the object with the key; -ENOENT; or another -E */
int ipc_get_existing(const struct ipc_table *table, s32 key,
		     unsigned long size, u32 flags);
void ipc_fill_perm(const struct ipc_object *object, struct ipc64_perm *perm);
/* IPC_SET; sleeps for user memory */
long ipc_set(const struct ipc_table *table, int id, const void *user);

/* fs/sysv/sys_shm.c, fs/sysv/sys_sem.c: return values of the calls */
long shmget(s32 key, unsigned long bytes, u32 flags);
long shmat(int id, unsigned long address, u32 flags, u32 *result);
long shmdt(unsigned long address);
long shmctl(int id, u32 command, void *user);
long semget(s32 key, int n, u32 flags);
long semctl(int id, u32 n, u32 command, unsigned long arg);
/* timeout: as in get_timeout() */
long semop(int id, const void *ops, unsigned int n, const void *timeout);
/* At exit: applies the task's SEM_UNDO adjustments */
extern const struct task_part sem_part __optional;

/* Print a line per object, in the format of Linux's /proc/sysvipc. => bytes */
size_t sysvipc_shm_print(char *buf, size_t size) __optional;
size_t sysvipc_sem_print(char *buf, size_t size) __optional;
