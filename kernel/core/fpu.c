/*
 * kernel/core/fpu.c - lazy floating-point and SSE state.
 *
 * CR0.TS is set while the registers in the FPU are not the running task's; the
 * first instruction that needs them traps (#NM), and only then are they
 * exchanged.  FXSAVE is used where CPUID says FXSR; on older processors
 * FNSAVE, and SSE stays off.
 *
 * Invariant: TS is clear exactly while current owns the FPU.
 * Locks: interrupts off in fpu_switch; the rest runs in the task itself.
 */
#include "kernel/core/fpu.h"
#include "kernel/core/siginfo.h"
#include "kernel/base/x86.h"

#define CPUID_FXSR	(1u << 24)
#define CPUID_SSE	(1u << 25)
#define CR4_OSFXSR	0x200
#define CR4_OSXMMEXCPT	0x400
#define CR0_MP		2
#define CR0_NE		0x20
#define MXCSR_OFFSET	24
#define MXCSR_DEFAULT	0x1f80
#define MXCSR_MASK	0xffbf
#define MXCSR_MASKS	7	/* from an exception's bit to its mask's */
#define FXSAVE_STATUS	2
#define FNSAVE_STATUS	4

static struct {
	struct task *owner;	/* of the registers in the FPU */
	bool fxsr, ts;
	u8 fresh[FPU_AREA] __attribute__((aligned(16)));
} fpu;

static void fpu_save(void *area)
{
	if (fpu.fxsr)
		x86_fxsave(area);
	else
		x86_fnsave(area);
}

static void fpu_load(const void *area)
{
	if (fpu.fxsr)
		x86_fxrstor(area);
	else
		x86_frstor(area);
}

static void fpu_set_ts(bool on)
{
	if (on == fpu.ts)
		return;
	fpu.ts = on;
	if (on)
		x86_set_ts();
	else
		x86_clts();
}

void fpu_init(void)
{
	u32 regs[4];

	x86_cpuid(1, regs);
	fpu.fxsr = regs[3] & CPUID_FXSR;
	x86_write_cr0((x86_read_cr0() | CR0_MP | CR0_NE) & ~4ul);
	if (fpu.fxsr)
		x86_write_cr4(x86_read_cr4() | CR4_OSFXSR |
			      (regs[3] & CPUID_SSE ? CR4_OSXMMEXCPT : 0));
	x86_fninit();
	fpu_save(fpu.fresh);
	if (fpu.fxsr)
		*(u32 *)(fpu.fresh + MXCSR_OFFSET) = MXCSR_DEFAULT;
	fpu_set_ts(true);
}

bool fpu_trap(void)
{
	if (current->flags & PF_KTHREAD)
		return false;
	if (!current->fpu) {
		current->fpu = task_memory->alloc(FPU_AREA);
		if (!current->fpu)
			return false;
		memcpy(current->fpu, fpu.fresh, FPU_AREA);
	}
	x86_cli();
	fpu_set_ts(false);
	if (fpu.owner && fpu.owner != current)
		fpu_save(fpu.owner->fpu);
	if (fpu.owner != current)
		fpu_load(current->fpu);
	fpu.owner = current;
	x86_sti();
	return true;
}

void fpu_switch(struct task *next)
{
	fpu_set_ts(fpu.owner != next);
}

int fpu_fork(struct task *child)
{
	unsigned long flags;

	child->fpu = NULL;
	if (!current->fpu)
		return 0;
	child->fpu = task_memory->alloc(FPU_AREA);
	if (!child->fpu)
		return -ENOMEM;
	flags = x86_irq_save();
	if (fpu.owner == current) {
		fpu_save(current->fpu);
		fpu_load(current->fpu);
	}
	memcpy(child->fpu, current->fpu, FPU_AREA);
	x86_irq_restore(flags);
	return 0;
}

void fpu_release(struct task *task)
{
	unsigned long flags = x86_irq_save();

	if (fpu.owner == task) {
		fpu.owner = NULL;
		fpu_set_ts(true);
	}
	x86_irq_restore(flags);
	task_memory->free(task->fpu);
	task->fpu = NULL;
}

/* => current has an FPU area; the FPU has no owner afterwards */
void fpu_flush(void)
{
	unsigned long flags = x86_irq_save();

	if (fpu.owner == current) {
		fpu_save(current->fpu);
		fpu.owner = NULL;
		fpu_set_ts(true);
	}
	x86_irq_restore(flags);
}

/* => exceptions that are not masked: bits as in the status word */
static u32 fpu_exceptions(bool sse)
{
	const u8 *area = current->fpu;
	u32 mxcsr;

	fpu_flush();
	if (sse) {
		mxcsr = *(const u32 *)(area + MXCSR_OFFSET);
		return mxcsr & ~(mxcsr >> MXCSR_MASKS);
	}
	return *(const u16 *)(area + (fpu.fxsr ? FXSAVE_STATUS :
						 FNSAVE_STATUS)) &
	       ~*(const u16 *)area;
}

int fpu_trap_code(bool sse)
{
	static const struct {
		u32 bits;
		int code;
	} codes[] = { { 1, FPE_FLTINV }, { 4, FPE_FLTDIV }, { 8, FPE_FLTOVF },
		      { 18, FPE_FLTUND }, { 32, FPE_FLTRES } };
	u32 exceptions = fpu_exceptions(sse), i;

	for (i = 0; i < ARRAY_SIZE(codes); i++)
		if (exceptions & codes[i].bits)
			return codes[i].code;
	return SI_KERNEL;
}

void fpu_sanitize(void *area)
{
	if (fpu.fxsr)
		*(u32 *)((u8 *)area + MXCSR_OFFSET) &= MXCSR_MASK;
}
