/*
 * mm/swap/shmem.h - objects of shared memory: an address_space backed by swap.
 */
#pragma once

#include "mm/reclaim/address_space.h"
#include "mm/swap/swap.h"

/* (n): no lock: not preemptive, no sleep between test and use. */
struct shmem {
	struct list_head node;		/* n: all objects */
	struct address_space mapping;	/* host: this object */
	u32 number;			/* c: unique, for the trace */
	unsigned long pages;		/* c: its length */
	unsigned long swapped;		/* n: pages that have a slot */
	int users;			/* n */
	swp_entry **slots;		/* n: tables of a frame each, allocated
					   when a page of them is touched */
};

/* => an object of so many pages, all zero, with one user; NULL: no memory;
 *    sleeps */
struct shmem *shmem_alloc(unsigned long pages);
/* => the object that mapping belongs to; NULL: it is not shared memory */
struct shmem *shmem_of(const struct address_space *mapping);
/* Drops a user; the last one frees pages and slots. => sleeps */
void shmem_put(struct shmem *shmem);

/* swapoff: reads back the pages with a slot of the area. => 0, -EIO, -ENOMEM */
int shmem_unuse(unsigned int type);
/* swap_check: add(entry, n) for each slot. => does not sleep */
void shmem_walk_slots(void (*add)(swp_entry entry, int n), int n);
void shmem_check(void);			/* walker */
unsigned long shmem_pages(void);	/* in memory, of all objects */
unsigned long shmem_swapped(void);	/* with a slot */
