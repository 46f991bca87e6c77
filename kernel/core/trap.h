/*
 * kernel/core/trap.h - the registers on the kernel stack, and interrupt lines.
 *
 * kernel/process/entry.asm builds a trap_frame at every exception, interrupt
 * and system call; the order of the fields is the order of its pushes.
 */
#pragma once

#include "kernel/base/kernel.h"

#define KERNEL_CS	0x08
#define KERNEL_DS	0x10
#define USER_CS		0x1b
#define USER_DS		0x23
#define TSS_SELECTOR	0x28
#define TLS_ENTRY	6	/* first of the three TLS slots in the GDT */
#define DF_TSS_SELECTOR	0x48	/* double fault: a separate TSS */
#define IRQ_VECTOR	32	/* of interrupt line 0 */
#define SYSCALL_VECTOR	0x80	/* int 0x80; entry.asm pushes it */

struct trap_frame {
	u32 ebx, ecx, edx, esi, edi, ebp, eax;
	u32 ds, es, fs, gs;
	u32 vector;
	u32 error;		/* exceptions; -1 for interrupts; the call's
				   number for system calls (orig_eax) */
	u32 eip, cs, eflags;
	u32 esp, ss;		/* only on entry from user mode */
};

static inline bool frame_from_user(const struct trap_frame *frame)
{
	return (frame->cs & 3) == 3;
}

/* Called by entry.asm and switch.asm alone. */
void trap_dispatch(struct trap_frame *frame);
void double_fault(void);
void kernel_thread_main(void (*fn)(void *), void *arg);

void gdt_init(void);
void idt_init(void);
void tss_set_stack(unsigned long esp0);
void gdt_set_tls(int slot, u64 descriptor);
u64 gdt_descriptor(u32 base, u32 limit, u8 access, u8 flags);

/* The interrupt controller: drivers/chip/pic.c. */
struct irq_chip {
	void (*unmask)(int irq);
	void (*end)(int irq);
	bool (*spurious)(int irq);	/* a request that vanished */
};

void irq_init(const struct irq_chip *chip);

/*
 * Interrupt lines 0..15.  The handler runs with interrupts off.
 * => request_irq: 0, or -EBUSY when the line is taken
 */
int request_irq(int irq, void (*handler)(int irq, void *arg), void *arg,
		const char *name);
void irq_dispatch(struct trap_frame *frame);
const char *irq_name(int irq);	/* NULL: the line is free */
/* Reschedules and delivers signals before user mode goes on. */
void return_to_user(struct trap_frame *frame);
extern unsigned long irq_counts[16];
bool in_interrupt(void);

/* => true: resolved, the instruction is restarted; keeps the interrupt flag */
typedef bool page_fault_fn(struct trap_frame *frame, unsigned long address);
void trap_set_page_fault(page_fault_fn *handler);
/* => the fix-up address for a faulting kernel instruction, 0: none */
unsigned long search_ex_table(unsigned long eip);
void show_frame(const struct trap_frame *frame);
void show_backtrace(unsigned long ebp, unsigned long eip);
/* => "symbol+0xoff" in buf */
const char *ksym_name(unsigned long address, char *buf, size_t size);
