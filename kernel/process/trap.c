/*
 * kernel/process/trap.c - the interrupt descriptor table and the exceptions.
 *
 * A page fault goes to the memory manager.  Any other exception in user mode
 * becomes a signal and is logged.  In the kernel it continues at the
 * instruction's fix-up, or panics if there is none.
 */
#include "kernel/core/trap.h"
#include "kernel/core/fpu.h"
#include "kernel/process/signal.h"
#include "kernel/base/x86.h"

#define IDT_ENTRIES	256
#define GATE_INTERRUPT	0x8e
#define GATE_USER	0xee
#define GATE_TASK	0x85

#define TRAP_NO_FPU		7
#define TRAP_DOUBLE_FAULT	8
#define TRAP_PAGE_FAULT		14
#define TRAP_FPU		16
#define TRAP_SSE		19

static u64 idt[IDT_ENTRIES];

/* Before there are address spaces: the fault is one of the kernel's. */
static bool no_page_fault(struct trap_frame *frame __unused,
			  unsigned long address __unused)
{
	return false;
}

static page_fault_fn *page_fault = no_page_fault;

extern const u32 trap_stubs[32], irq_stubs[16];
extern char syscall_entry[];

/* The signal for user mode; unless code is SI_KERNEL, it carries the
 * address of the instruction. */
struct trap_kind {
	const char *name;
	int signal, code;
};

static const struct trap_kind trap_kinds[32] = {
	[0] = { "divide error", SIGFPE, FPE_INTDIV },
	[1] = { "debug", SIGTRAP, TRAP_TRACE },
	[2] = { "non-maskable interrupt", 0, 0 },
	[3] = { "breakpoint", SIGTRAP, SI_KERNEL },
	[4] = { "overflow", SIGSEGV, SI_KERNEL },
	[5] = { "bound range exceeded", SIGSEGV, SI_KERNEL },
	[6] = { "invalid opcode", SIGILL, ILL_ILLOPN },
	[7] = { "no memory for FPU registers", SIGBUS, SI_KERNEL },
	[10] = { "invalid TSS", SIGSEGV, SI_KERNEL },
	[11] = { "segment not present", SIGBUS, SI_KERNEL },
	[12] = { "stack segment fault", SIGBUS, SI_KERNEL },
	[13] = { "general protection fault", SIGSEGV, SI_KERNEL },
	[14] = { "page fault", SIGSEGV, SI_KERNEL },
	[16] = { "floating-point error", SIGFPE, SI_KERNEL },
	[17] = { "alignment check", SIGBUS, BUS_ADRALN },
	[18] = { "machine check", 0, 0 },
	[19] = { "SIMD floating-point error", SIGFPE, SI_KERNEL },
};

static u64 idt_gate(u16 selector, u32 offset, u8 access)
{
	return (u64)(offset & 0xffff) | (u64)selector << 16 |
	       (u64)access << 40 | (u64)(offset >> 16) << 48;
}

void idt_init(void)
{
	struct {
		u16 limit;
		u32 base;
	} __packed table = { sizeof(idt) - 1, (u32)(unsigned long)idt };
	int i;

	for (i = 0; i < 32; i++)
		idt[i] = idt_gate(KERNEL_CS, trap_stubs[i], GATE_INTERRUPT);
	for (i = 0; i < 16; i++)
		idt[IRQ_VECTOR + i] = idt_gate(KERNEL_CS, irq_stubs[i],
					       GATE_INTERRUPT);
	idt[3] = idt_gate(KERNEL_CS, trap_stubs[3], GATE_USER);
	idt[4] = idt_gate(KERNEL_CS, trap_stubs[4], GATE_USER);
	idt[TRAP_DOUBLE_FAULT] = idt_gate(DF_TSS_SELECTOR, 0, GATE_TASK);
	idt[SYSCALL_VECTOR] = idt_gate(KERNEL_CS,
				       (u32)(unsigned long)syscall_entry,
				       GATE_USER);
	x86_lidt(&table);
}

static const char *trap_name(u32 vector)
{
	const char *name = vector < 32 ? trap_kinds[vector].name : NULL;

	return name ? name : "unknown exception";
}

static void user_trap(struct trap_frame *frame)
{
	const struct trap_kind *kind = &trap_kinds[frame->vector & 31];
	int sig = kind->signal, code = kind->code;

	if (!sig)
		panic("%s in user mode at %08x", trap_name(frame->vector),
		      frame->eip);
	if (!signal_has_handler(sig))
		printk("%s[%d]: %s at eip %08x, error %x: signal %d\n",
		       current->comm, current->pid, trap_name(frame->vector),
		       frame->eip, frame->error, sig);
	if (frame->vector == TRAP_FPU || frame->vector == TRAP_SSE)
		code = fpu_trap_code(frame->vector == TRAP_SSE);
	force_signal(sig, code, code == SI_KERNEL ? 0 : frame->eip);
}

static void kernel_trap(struct trap_frame *frame)
{
	unsigned long fixup = search_ex_table(frame->eip);

	if (fixup) {
		frame->eip = fixup;
		return;
	}
	show_frame(frame);
	show_backtrace(frame->ebp, frame->eip);
	panic("%s in the kernel at %08x", trap_name(frame->vector),
	      frame->eip);
}

void trap_set_page_fault(page_fault_fn *handler)
{
	page_fault = handler;
}

/* From entry.asm, interrupts off. => the frame may have changed */
void trap_dispatch(struct trap_frame *frame)
{
	unsigned long address = x86_read_cr2();
	bool resolved = false;

	if (frame->eflags & EFLAGS_IF)
		x86_sti();
	if (frame_from_user(frame))
		current->frame = frame;
	if (frame->vector == TRAP_PAGE_FAULT)
		resolved = page_fault(frame, address);
	else if (frame->vector == TRAP_NO_FPU)
		resolved = fpu_trap();
	if (!resolved && frame_from_user(frame) &&
	    frame->vector != TRAP_PAGE_FAULT)
		user_trap(frame);
	else if (!resolved && !frame_from_user(frame))
		kernel_trap(frame);
	x86_cli();
	return_to_user(frame);
}

/* Reschedules, then delivers signals.  Interrupts off. */
void return_to_user(struct trap_frame *frame)
{
	if (!frame_from_user(frame))
		return;
	while (current->need_resched ||
	       (current->sig_pending & ~current->sig_blocked)) {
		x86_sti();
		if (current->need_resched)
			schedule();
		current->frame = frame;
		if (current->sig_pending & ~current->sig_blocked)
			deliver_signals(frame);
		x86_cli();
	}
}
