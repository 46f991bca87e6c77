/*
 * kernel/core/panic.c - a panic's report: message, backtrace, end of the trace
 *
 * Names come from a table that the build makes of the linked kernel (struct
 * ksym, sorted by address).  Frames are followed through ebp, which is why
 * the kernel is compiled with frame pointers.
 */
#include "kernel/core/panic.h"
#include "kernel/base/phys.h"
#include "kernel/base/power.h"
#include "kernel/core/task.h"
#include "kernel/core/trace.h"
#include "kernel/core/walker.h"
#include "kernel/base/x86.h"

#define BACKTRACE_MAX	24
#define TAIL_EVENTS	12

struct ksym {
	unsigned long addr;
	const char *name;
};

extern const struct ksym ksyms[];
extern const unsigned long ksyms_count;

const char *ksym_name(unsigned long address, char *buf, size_t size)
{
	unsigned long low = 0, high = ksyms_count, mid;

	while (low < high) {
		mid = (low + high) / 2;
		if (ksyms[mid].addr <= address)
			low = mid + 1;
		else
			high = mid;
	}
	if (!low)
		snprintf(buf, size, "?");
	else
		snprintf(buf, size, "%s+0x%lx", ksyms[low - 1].name,
			 address - ksyms[low - 1].addr);
	return buf;
}

static void show_call(int n, unsigned long eip)
{
	char name[80];

	printk("  #%d %08lx %s\n", n, eip, ksym_name(eip, name, sizeof(name)));
}

void show_backtrace(unsigned long ebp, unsigned long eip)
{
	const unsigned long *frame;
	int n = 0;

	if (eip)
		show_call(n++, eip);
	while (n < BACKTRACE_MAX && ebp >= KERNEL_BASE && !(ebp & 3)) {
		frame = (const unsigned long *)ebp;
		if (frame[1] < KERNEL_BASE)
			break;
		show_call(n++, frame[1]);
		if (frame[0] <= ebp)
			break;
		ebp = frame[0];
	}
}

void show_frame(const struct trap_frame *frame)
{
	printk("eip %08x cs %04x eflags %08x error %08x\n", frame->eip,
	       frame->cs, frame->eflags, frame->error);
	printk("eax %08x ebx %08x ecx %08x edx %08x\n", frame->eax, frame->ebx,
	       frame->ecx, frame->edx);
	printk("esi %08x edi %08x ebp %08x cr2 %08lx\n", frame->esi,
	       frame->edi, frame->ebp, x86_read_cr2());
}

static void __noreturn panic_end(unsigned long ebp, unsigned long eip)
{
	printk("task %d (%s), backtrace:\n", current->pid,
	       current->comm);
	show_backtrace(ebp, eip);
	trace_tail(TAIL_EVENTS);
	machine_end(END_PANIC);
}

void panic(const char *fmt, ...)
{
	static bool panicking;
	char message[256];
	va_list args;

	x86_cli();
	va_start(args, fmt);
	vsnprintf(message, sizeof(message), fmt, args);
	va_end(args);
	printk("\nlaunder: panic: %s\n", message);
	if (walker_at_work())
		printk("the walker of %s was at work\n", walker_at_work());
	if (panicking)
		machine_end(END_PANIC);
	panicking = true;
	panic_end(x86_read_ebp(), 0);
}

void double_fault_report(unsigned long esp, unsigned long ebp,
			 unsigned long eip)
{
	printk("\nlaunder: panic: double fault at esp %08lx, stack of task %d "
	       "begins at %08lx: %s\n", esp, current->pid, current->kstack,
	       esp < current->kstack + 256 ? "the kernel stack overflowed" :
	       "a fault while a fault was handled");
	panic_end(ebp, eip);
}
