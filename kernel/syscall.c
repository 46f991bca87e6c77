/*
 * kernel/syscall.c - the system-call dispatcher.
 *
 * One table made from kernel/syscall_table.h.  A number without an entry is
 * ENOSYS and counted by number, so that /proc can tell what a program missed.
 *
 * Callers: entry.asm.  Calls: every sys_NAME.
 */
#include "kernel/syscall.h"
#include "kernel/task.h"
#include "kernel/trace.h"
#include "kernel/x86.h"

#define S(number, name) syscall_fn sys_##name;
#include "kernel/syscall_table.h"
#undef S

static syscall_fn *const syscall_table[NR_SYSCALLS] = {
#define S(number, name) [number] = sys_##name,
#include "kernel/syscall_table.h"
#undef S
};

unsigned long enosys_counts[NR_SYSCALLS];

static long no_syscall(u32 number)
{
	if (number < NR_SYSCALLS)
		enosys_counts[number]++;
	return -ENOSYS;
}

/* Interrupts on; frame->error is the number. */
void do_syscall(struct trap_frame *frame)
{
	u32 number = frame->error;
	syscall_fn *fn;

	current->frame = frame;
	TRACE(SYS_ENTER, number, frame->ebx, frame->ecx, frame->edx);
	fn = number < NR_SYSCALLS ? syscall_table[number] : NULL;
	if (likely(fn != NULL))
		frame->eax = fn(frame->ebx, frame->ecx, frame->edx,
				frame->esi, frame->edi, frame->ebp);
	else
		frame->eax = no_syscall(number);
	TRACE(SYS_EXIT, number, frame->eax);
	if (unlikely(current->need_resched ||
		     (current->sig_pending & ~current->sig_blocked))) {
		x86_cli();
		return_to_user(frame);
	}
}
