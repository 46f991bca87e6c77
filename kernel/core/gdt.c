/*
 * kernel/core/gdt.c - segments, the task state segments, thread-local storage.
 *
 * Segments are flat.  One TSS holds the kernel stack of the running task; a
 * second one is the double-fault task: when the kernel stack has no room for a
 * frame, only a task gate can still report the fault.  Entries 6..8 are the
 * running task's thread-local storage.
 */
#include "kernel/core/panic.h"
#include "kernel/core/task.h"
#include "kernel/base/x86.h"

#define GDT_ENTRIES	10
#define DF_STACK	4096

#define CODE_RING0	0x9a
#define DATA_RING0	0x92
#define CODE_RING3	0xfa
#define DATA_RING3	0xf2
#define TSS_AVAILABLE	0x89
#define FLAT		0xc	/* 4 KiB granules, 32 bits */

struct tss {
	u32 link, esp0, ss0, esp1, ss1, esp2, ss2, cr3, eip, eflags;
	u32 eax, ecx, edx, ebx, esp, ebp, esi, edi;
	u32 es, cs, ss, ds, fs, gs, ldt;
	u16 trap, iomap;
} __packed;

struct descriptor_table {
	u16 limit;
	u32 base;
} __packed;

extern char double_fault_entry[];

static u64 gdt[GDT_ENTRIES];
static struct tss tss, double_fault_tss;
static char double_fault_stack[DF_STACK];

/* => an entry: limit in units of "flags" (bit 3: 4 KiB granules) */
u64 gdt_descriptor(u32 base, u32 limit, u8 access, u8 flags)
{
	return (u64)(limit & 0xffff) | (u64)(base & 0xffffff) << 16 |
	       (u64)access << 40 | (u64)(limit >> 16 & 15) << 48 |
	       (u64)(flags & 15) << 52 | (u64)(base >> 24) << 56;
}

static u64 tss_descriptor(const struct tss *t)
{
	return gdt_descriptor((u32)(unsigned long)t, sizeof(*t) - 1,
			      TSS_AVAILABLE, 0);
}

static void double_fault_prepare(void)
{
	double_fault_tss = (struct tss){
		.cr3 = x86_read_cr3(),
		.eip = (u32)(unsigned long)double_fault_entry,
		.eflags = 2,
		.esp = (u32)(unsigned long)(double_fault_stack + DF_STACK),
		.cs = KERNEL_CS, .ss = KERNEL_DS, .ds = KERNEL_DS,
		.es = KERNEL_DS, .fs = KERNEL_DS, .gs = KERNEL_DS,
		.iomap = sizeof(struct tss),
	};
}

/* Called by the double-fault task: the registers are in the other TSS. */
void double_fault(void)
{
	double_fault_report(tss.esp, tss.ebp, tss.eip);
}

void gdt_init(void)
{
	struct descriptor_table table = { sizeof(gdt) - 1,
					  (u32)(unsigned long)gdt };

	gdt[KERNEL_CS / 8] = gdt_descriptor(0, 0xfffff, CODE_RING0, FLAT);
	gdt[KERNEL_DS / 8] = gdt_descriptor(0, 0xfffff, DATA_RING0, FLAT);
	gdt[USER_CS / 8] = gdt_descriptor(0, 0xfffff, CODE_RING3, FLAT);
	gdt[USER_DS / 8] = gdt_descriptor(0, 0xfffff, DATA_RING3, FLAT);
	gdt[TSS_SELECTOR / 8] = tss_descriptor(&tss);
	gdt[DF_TSS_SELECTOR / 8] = tss_descriptor(&double_fault_tss);
	double_fault_prepare();
	tss.ss0 = KERNEL_DS;
	tss.iomap = sizeof(tss);
	x86_lgdt(&table);
	x86_load_segments(KERNEL_CS, KERNEL_DS);
	x86_ltr(TSS_SELECTOR);
}

/* Sets the kernel stack for the next entry from user mode. */
void tss_set_stack(unsigned long esp0)
{
	tss.esp0 = esp0;
}

/* slot 0 .. TLS_SLOTS - 1; a descriptor of 0 empties it */
void gdt_set_tls(int slot, u64 descriptor)
{
	gdt[TLS_ENTRY + slot] = descriptor;
}
