/*
 * kernel/process/syscall.h - system calls: S(number, name) in
 * kernel/process/syscall_table.h, one line a call, with Linux's i386 numbers.
 *
 * SYSCALL_DEFINEn(name, type, argument, ...) { body } defines sys_NAME, which
 * takes n arguments and returns a value or -errno, and syscall_NAME, which the
 * table calls with six words (ebx ecx edx esi edi ebp).  The compiler inlines
 * the first into the second in release builds.  A call that changes the
 * caller's registers uses current->frame.
 * A number without a line returns ENOSYS and is counted.
 */
#pragma once

#include "kernel/base/kernel.h"

struct trap_frame;

void do_syscall(struct trap_frame *frame);	/* from entry.asm */

typedef long syscall_fn(unsigned long a, unsigned long b, unsigned long c,
			unsigned long d, unsigned long e, unsigned long f);

#define SYSCALL_WORDS	unsigned long a __unused, unsigned long b __unused, \
			unsigned long c __unused, unsigned long d __unused, \
			unsigned long e __unused, unsigned long f __unused

/* parameters: of sys_NAME; arguments: the words, cast to their types */
#define SYSCALL_DEFINE(name, parameters, arguments)			\
	static long sys_##name parameters;				\
	syscall_fn syscall_##name;					\
	long syscall_##name(SYSCALL_WORDS)				\
	{								\
		return sys_##name arguments;				\
	}								\
	static long sys_##name parameters

#define SYSCALL_DEFINE0(name)						\
	SYSCALL_DEFINE(name, (void), ())
#define SYSCALL_DEFINE1(name, t1, a1)					\
	SYSCALL_DEFINE(name, (t1 a1), ((t1)a))
#define SYSCALL_DEFINE2(name, t1, a1, t2, a2)				\
	SYSCALL_DEFINE(name, (t1 a1, t2 a2), ((t1)a, (t2)b))
#define SYSCALL_DEFINE3(name, t1, a1, t2, a2, t3, a3)			\
	SYSCALL_DEFINE(name, (t1 a1, t2 a2, t3 a3), ((t1)a, (t2)b, (t3)c))
#define SYSCALL_DEFINE4(name, t1, a1, t2, a2, t3, a3, t4, a4)		\
	SYSCALL_DEFINE(name, (t1 a1, t2 a2, t3 a3, t4 a4),		\
		       ((t1)a, (t2)b, (t3)c, (t4)d))
#define SYSCALL_DEFINE5(name, t1, a1, t2, a2, t3, a3, t4, a4, t5, a5)	\
	SYSCALL_DEFINE(name, (t1 a1, t2 a2, t3 a3, t4 a4, t5 a5),	\
		       ((t1)a, (t2)b, (t3)c, (t4)d, (t5)e))
#define SYSCALL_DEFINE6(name, t1, a1, t2, a2, t3, a3, t4, a4, t5, a5, t6, a6) \
	SYSCALL_DEFINE(name, (t1 a1, t2 a2, t3 a3, t4 a4, t5 a5, t6 a6), \
		       ((t1)a, (t2)b, (t3)c, (t4)d, (t5)e, (t6)f))

/* A file position from two words. */
static inline loff_t loff_of(u32 low, u32 high)
{
	return (u64)high << 32 | low;
}

/* Converts a 32-bit id to 16 bits for the old calls. */
static inline u32 narrow_id(u32 id)
{
	return id > 0xffff ? 65534 : id;
}

/* The number of the current call: a function may serve several. */
#define syscall_number()	(current->frame->error)

/* User and group ids have 16 bits in calls before this number; -1 is kept. */
#define NR_IDS32	198
#define given_id(id)	(syscall_number() >= NR_IDS32 ? (u32)(id) : \
			 (u16)(id) == 0xffff ? ~0u : (u16)(id))

#define NR_SYSCALLS	512
/* The table of boot/syscalls.c: NR_SYSCALLS entries; NULL: ENOSYS */
void syscall_set_table(syscall_fn *const *table);
extern unsigned long enosys_counts[NR_SYSCALLS];
