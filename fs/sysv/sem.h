/*
 * fs/sysv/sem.h - sets of semaphores, shared by the files that change them.
 *
 * (n): no sleep between test and use; (c): constant.
 */
#pragma once

#include "fs/sysv/ipc.h"
#include "kernel/base/list.h"
#include "kernel/core/wait.h"

#define SEMMSL		250		/* maximum semaphores of a set */
#define SEMOPM		32u		/* maximum operations of a semop */
#define SEMVMX		32767		/* maximum value, and adjustment */

#define SEM_UNDO	0x1000		/* a flag of semop */

struct sem {
	u16 value;
	int pid;			/* of the last change */
};

/* An operation, in Linux's i386 layout. */
struct sembuf {
	u16 num;
	s16 op, flags;
};

/* A semop(2) in progress. */
struct sem_call {
	struct list_head node;		/* in the set's pending */
	struct sembuf ops[SEMOPM];
	unsigned int n;
	int pid;
	struct sem_undo *undo;		/* NULL: no operation has SEM_UNDO */
	bool alters;
	unsigned int blocked;		/* index of the operation that waits */
	int result;
};

struct sem_undo {
	struct list_head node;
	int pid;
	s16 add[];			/* per semaphore, applied at exit */
};

struct sem_set {
	struct ipc_object ipc;
	struct wait_queue changed;	/* n: tasks of pending calls */
	struct list_head pending;	/* n: calls that wait, oldest first */
	struct list_head undos;		/* n */
	u32 otime;
	int holders;			/* tasks that use it across a sleep */
	bool removed;			/* from the table; last holder frees */
	int n;
	struct sem sems[];
};

extern struct ipc_table sem_sets;

static inline struct sem_set *to_sem_set(struct ipc_object *object)
{
	return container_of(object, struct sem_set, ipc);
}

/* After a change of values: completes the calls that have become
 * possible.  No sleep */
void sem_run_pending(struct sem_set *set);
/* Takes a hold for a task that sleeps; releasing the last hold of a
 * removed set frees it. */
void sem_set_hold(struct sem_set *set);
void sem_set_release(struct sem_set *set);
