/*
 * mm/space/area.h - areas of an address space, for the calls that change them.
 */
#pragma once

#include "kernel/core/uaccess.h"
#include "mm/space/mm.h"

struct vm_area *area_next(struct mm_struct *mm, struct vm_area *area);
struct vm_area *area_prev(struct mm_struct *mm, struct vm_area *area);
/* => the first area that ends above address; NULL: none */
struct vm_area *area_above(struct mm_struct *mm, unsigned long address);
bool range_free(struct mm_struct *mm, unsigned long start, unsigned long end);
void area_insert(struct mm_struct *mm, struct vm_area *area);
void area_insert_before(struct mm_struct *mm, struct vm_area *area,
			struct list_head *next);
/* Unmaps the pages and removes the area; may sleep */
void area_remove(struct mm_struct *mm, struct vm_area *area);
/* => not inserted, nothing set; NULL: no memory, or too many; sleeps */
struct vm_area *area_alloc(const struct mm_struct *mm);
/* A copy, with a reference to the file. => not inserted; NULL; sleeps */
struct vm_area *area_clone(const struct mm_struct *mm,
			   const struct vm_area *from);
/* => a free range of the length, at the hint if that is free; 0: none */
unsigned long find_room(struct mm_struct *mm, unsigned long hint,
			unsigned long length);
/* => so many more pages would exceed RLIMIT_AS */
bool over_limit_as(const struct mm_struct *mm, unsigned long pages);
/* Acts on [from, to) of an area. => 0 or -E; may sleep */
typedef int part_fn(struct mm_struct *mm, struct vm_area *area,
		    unsigned long from, unsigned long to, unsigned long arg);
/* Calls fn for each area's part in the range, by address; mm is current's. */
int for_each_part(struct mm_struct *mm, unsigned long start, unsigned long end,
		  part_fn *fn, unsigned long arg);
/* Makes address a boundary between areas. => 0 or -ENOMEM; sleeps */
int split_at(struct mm_struct *mm, unsigned long address);
