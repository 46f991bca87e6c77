/*
 * kernel/process/syscall.c - the system-call dispatcher.
 *
 * The table of functions is in boot/syscalls.c, since they lie in every room.
 * A number without an entry returns ENOSYS and is counted by number, so that
 * /proc can show which calls a program lacked.
 */
#include "kernel/process/syscall.h"
#include "kernel/process/syscall_trace.h"
#include "kernel/core/task.h"
#include "kernel/core/trace.h"
#include "kernel/base/x86.h"

static syscall_fn *const *syscall_table;
unsigned long enosys_counts[NR_SYSCALLS];

void syscall_set_table(syscall_fn *const *table)
{
	syscall_table = table;
}

/* Missing calls for which programs handle another error than ENOSYS better:
 * docs/SYSCALLS.md has the reasons. */
static const s16 refused[][2] = {
	{ 26, -EPERM }, { 101, -EPERM }, { 110, -EPERM }, { 111, -EPERM },
	{ 217, -EINVAL }, { 310, -EINVAL }, { 346, -EINVAL },
};

static long no_syscall(u32 number)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(refused); i++)
		if ((u32)refused[i][0] == number)
			return refused[i][1];
	if (number < NR_SYSCALLS)
		enosys_counts[number]++;
	return -ENOSYS;
}

/* Calls fn for a process whose calls are printed. */
static long call_traced(syscall_fn *fn, struct trap_frame *frame)
{
	u32 number = frame->error, args[5] = { frame->ebx, frame->ecx,
		frame->edx, frame->esi, frame->edi };
	char path[TRACED_PATH];
	long result;

	syscall_trace_enter(frame, path);
	result = fn ? fn(args[0], args[1], args[2], args[3], args[4],
			 frame->ebp) : no_syscall(number);
	syscall_trace_exit(number, args, path, result);
	return result;
}

/*
 * frame->error is the number.  Interrupts are off during the last check of
 * need_resched and signals: a wake-up after it would wait for the next tick.
 * => called with interrupts on; returns with interrupts off
 */
void do_syscall(struct trap_frame *frame)
{
	u32 number = frame->error;
	syscall_fn *fn;

	current->frame = frame;
	TRACE(SYS_ENTER, number, frame->ebx, frame->ecx, frame->edx);
	fn = number < NR_SYSCALLS ? syscall_table[number] : NULL;
	if (unlikely(current->flags & PF_TRACED))
		frame->eax = call_traced(fn, frame);
	else if (likely(fn != NULL))
		frame->eax = fn(frame->ebx, frame->ecx, frame->edx,
				frame->esi, frame->edi, frame->ebp);
	else
		frame->eax = no_syscall(number);
	TRACE(SYS_EXIT, number, frame->eax);
	x86_cli();
	if (unlikely(current->need_resched ||
		     (current->sig_pending & ~current->sig_blocked)))
		return_to_user(frame);
}
