/*
 * mm/space/mman.h - arguments of the system calls about memory (Linux i386's
 * values), and functions that only these calls use.
 */
#pragma once

#include "kernel/base/kernel.h"

struct mm_struct;

#define PROT_READ	1u
#define PROT_WRITE	2u
#define PROT_EXEC	4u

#define MAP_SHARED	0x01u
#define MAP_PRIVATE	0x02u
#define MAP_TYPE	0x0fu
#define MAP_FIXED	0x10u
#define MAP_ANONYMOUS	0x20u
#define MAP_GROWSDOWN	0x100u
#define MAP_HUGETLB	0x40000u	/* refused */

#define MADV_NORMAL	0u
#define MADV_RANDOM	1u
#define MADV_SEQUENTIAL	2u
#define MADV_WILLNEED	3u
#define MADV_DONTNEED	4u
#define MADV_FREE	8u
#define MADV_DONTDUMP	16u
#define MADV_DODUMP	17u

#define MCL_CURRENT	1u
#define MCL_FUTURE	2u

#define MREMAP_MAYMOVE	1u
#define MREMAP_FIXED	2u

/* mm/space/mremap.c => the new address or -E; flags are MREMAP_*; sleeps */
long do_mremap(struct mm_struct *mm, unsigned long address,
	       unsigned long old_length, unsigned long new_length,
	       unsigned int flags, unsigned long to);
/* mm/space/mlock.c => current may not lock so many more
 * pages */
bool over_limit_locked(const struct mm_struct *mm, unsigned long pages);
