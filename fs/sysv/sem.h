/*
 * fs/sysv/sem.h - a set of semaphores, for the files that change one.
 *
 * (n): nothing sleeps between test and use; (c): constant.
 */
#pragma once

#include "fs/sysv/ipc.h"
#include "kernel/base/list.h"
#include "kernel/core/wait.h"

#define SEMMSL		250		/* semaphores a set */
#define SEMOPM		32u		/* operations a semop */
#define SEMVMX		32767		/* value, and what is to be undone */

#define SEM_UNDO	0x1000		/* a flag of semop */

struct sem {
	u16 value;
	int pid;			/* that changed it last */
};

/* An operation, as Linux i386 has it. */
struct sembuf {
	u16 num;
	s16 op, flags;
};

/* A semop(2) under way. */
struct sem_call {
	struct list_head node;		/* in the set's pending */
	struct sembuf ops[SEMOPM];
	unsigned int n;
	int pid;
	struct sem_undo *undo;		/* NULL: nothing is to be undone */
	bool alters;
	unsigned int blocked;		/* the operation that must wait */
	int result;
};

struct sem_undo {
	struct list_head node;
	int pid;
	s16 add[];			/* at its end, to each semaphore */
};

struct sem_set {
	struct ipc_object ipc;
	struct wait_queue changed;	/* n: their tasks */
	struct list_head pending;	/* n: calls that wait, oldest first */
	struct list_head undos;		/* n */
	u32 otime;
	int holders;			/* tasks that may sleep and come back */
	bool removed;			/* from the table; holders end it */
	int n;
	struct sem sems[];
};

extern struct ipc_table sem_sets;

static inline struct sem_set *to_sem_set(struct ipc_object *object)
{
	return container_of(object, struct sem_set, ipc);
}

/* Values have changed: the calls that can be done now are. No sleep */
void sem_run_pending(struct sem_set *set);
/* A task that sleeps holds the set; the last one of a removed set frees it. */
void sem_set_hold(struct sem_set *set);
void sem_set_release(struct sem_set *set);
