/*
 * kernel/syscall.h - system calls: one line of kernel/syscall_table.h a call,
 * with Linux's i386 numbers: S(number, name).
 *
 * Each sys_NAME takes up to six words (ebx ecx edx esi edi ebp) and returns a
 * value or -errno.  Those that change the frame find it in current->frame.
 * A number without a line is ENOSYS and counted.
 */
#pragma once

#include "kernel/kernel.h"

struct trap_frame;

void do_syscall(struct trap_frame *frame);	/* from entry.asm */

typedef long syscall_fn(unsigned long a, unsigned long b, unsigned long c,
			unsigned long d, unsigned long e, unsigned long f);

/* Defines sys_NAME with the arguments it wants; the rest are ignored. */
#define SYSCALL_ARGS	unsigned long a __unused, unsigned long b __unused, \
			unsigned long c __unused, unsigned long d __unused, \
			unsigned long e __unused, unsigned long f __unused

/* What 16 bits say of one that has 32. */
static inline u32 narrow_id(u32 id)
{
	return id > 0xffff ? 65534 : id;
}

/* Of the call at work: a function may be several calls. */
#define syscall_number()	(current->frame->error)

/* A user or group; calls before this number have 16 bits: -1 is the same. */
#define NR_IDS32	198
#define given_id(id)	(syscall_number() >= NR_IDS32 ? (u32)(id) : \
			 (u16)(id) == 0xffff ? ~0u : (u16)(id))

#define NR_SYSCALLS	512
/* The table of boot/syscalls.c: NR_SYSCALLS entries; NULL: ENOSYS */
void syscall_set_table(syscall_fn *const *table);
extern unsigned long enosys_counts[NR_SYSCALLS];
