/*
 * kernel/base/x86.h - instructions that C cannot express, one per function.
 *
 * All inline assembly of the kernel is here.
 */
#pragma once

#include "kernel/base/kernel.h"

#define EFLAGS_IF	0x200

/* outb, outw, outl; inb, inw, inl */
#define X86_PORT(suffix, type)						\
static inline void out##suffix(u16 port, type value)			\
{									\
	asm volatile("out" #suffix " %0, %1" : : "a"(value), "Nd"(port)); \
}									\
static inline type in##suffix(u16 port)					\
{									\
	type value;							\
									\
	asm volatile("in" #suffix " %1, %0" : "=a"(value) : "Nd"(port)); \
	return value;							\
}

X86_PORT(b, u8)
X86_PORT(w, u16)
X86_PORT(l, u32)

/* "words" 16-bit reads of one port into memory: a PIO sector is 256. */
static inline void insw(u16 port, void *dst, u32 words)
{
	asm volatile("cld; rep insw" : "+D"(dst), "+c"(words)
		     : "d"(port) : "memory");
}

static inline void outsw(u16 port, const void *src, u32 words)
{
	asm volatile("cld; rep outsw" : "+S"(src), "+c"(words)
		     : "d"(port) : "memory");
}

/* Compiler barrier: interrupts see memory accesses in program order. */
static inline void barrier(void)
{
	asm volatile("" : : : "memory");
}

static inline unsigned long x86_irq_save(void)
{
	unsigned long flags;

	asm volatile("pushf; pop %0; cli" : "=r"(flags) : : "memory");
	return flags;
}

static inline void x86_irq_restore(unsigned long flags)
{
	asm volatile("push %0; popf" : : "r"(flags) : "memory", "cc");
}

static inline bool x86_irqs_on(void)
{
	unsigned long flags;

	asm volatile("pushf; pop %0" : "=r"(flags));
	return flags & EFLAGS_IF;
}

static inline void x86_sti(void)
{
	asm volatile("sti" : : : "memory");
}

static inline void x86_cli(void)
{
	asm volatile("cli" : : : "memory");
}

/* Waits for an interrupt; no interrupt arrives between sti and hlt. */
static inline void x86_sti_hlt(void)
{
	asm volatile("sti; hlt" : : : "memory");
}

static inline void x86_hlt(void)
{
	asm volatile("hlt");
}

/* x86_read_cr0() and the like; x86_write_cr0(value) */
#define X86_READ(name, type)						\
static inline type x86_read_##name(void)				\
{									\
	type value;							\
									\
	asm volatile("mov %%" #name ", %0" : "=r"(value));		\
	return value;							\
}

#define X86_WRITE(name, type)						\
static inline void x86_write_##name(type value)				\
{									\
	asm volatile("mov %0, %%" #name : : "r"(value) : "memory");	\
}

X86_READ(cr0, unsigned long)
X86_WRITE(cr0, unsigned long)
X86_READ(cr2, unsigned long)
X86_READ(cr3, unsigned long)
X86_WRITE(cr3, unsigned long)
X86_READ(cr4, unsigned long)
X86_WRITE(cr4, unsigned long)
X86_READ(gs, u16)
X86_WRITE(gs, u16)
X86_READ(ebp, unsigned long)

static inline void x86_invlpg(unsigned long address)
{
	asm volatile("invlpg (%0)" : : "r"(address) : "memory");
}

static inline void x86_lgdt(const void *descriptor)
{
	asm volatile("lgdt (%0)" : : "r"(descriptor) : "memory");
}

static inline void x86_lidt(const void *descriptor)
{
	asm volatile("lidt (%0)" : : "r"(descriptor) : "memory");
}

static inline void x86_ltr(u16 selector)
{
	asm volatile("ltr %0" : : "r"(selector));
}

static inline u64 x86_rdtsc(void)
{
	u64 value;

	asm volatile("rdtsc" : "=A"(value));
	return value;
}

static inline void x86_cpuid(u32 leaf, u32 regs[4])
{
	asm volatile("cpuid" : "=a"(regs[0]), "=b"(regs[1]), "=c"(regs[2]),
		     "=d"(regs[3]) : "a"(leaf), "c"(0));
}

static inline void x86_fxsave(void *area)
{
	asm volatile("fxsave (%0)" : : "r"(area) : "memory");
}

static inline void x86_fxrstor(const void *area)
{
	asm volatile("fxrstor (%0)" : : "r"(area) : "memory");
}

static inline void x86_fnsave(void *area)
{
	asm volatile("fnsave (%0); fwait" : : "r"(area) : "memory");
}

/* Clears the last owner's pending exceptions: frstor would raise them. */
static inline void x86_frstor(const void *area)
{
	asm volatile("fnclex; frstor (%0)" : : "r"(area) : "memory");
}

static inline void x86_fninit(void)
{
	asm volatile("fninit");
}

/* Allows the FPU until the next x86_set_ts: a use while TS is set traps. */
static inline void x86_clts(void)
{
	asm volatile("clts" : : : "memory");
}

static inline void x86_set_ts(void)
{
	x86_write_cr0(x86_read_cr0() | 8);
}

/* Copies "words" 32-bit words, lowest address first. */
static inline void x86_copy_words(void *dst, const void *src,
				  unsigned long words)
{
	asm volatile("cld; rep movsl" : "+D"(dst), "+S"(src), "+c"(words)
		     : : "memory");
}

static inline void x86_fill_words(void *dst, u32 word, unsigned long words)
{
	asm volatile("cld; rep stosl" : "+D"(dst), "+c"(words)
		     : "a"(word) : "memory");
}

/* Reloads every segment register after the GDT has changed. */
static inline void x86_load_segments(u16 code, u16 data)
{
	asm volatile("push %0\n"
		     "	push $1f\n"
		     "	lret\n"
		     "1:	mov %1, %%ds\n"
		     "	mov %1, %%es\n"
		     "	mov %1, %%fs\n"
		     "	mov %1, %%gs\n"
		     "	mov %1, %%ss\n"
		     : : "r"((u32)code), "r"((u32)data) : "memory");
}

/*
 * Copies n bytes where either side may be user memory.  A fault that cannot
 * be resolved ends the copy: __ex_table sends the fault handler behind it.
 * => the number of bytes NOT copied.
 */
static inline unsigned long x86_copy_user(void *dst, const void *src,
					  unsigned long n)
{
	unsigned long words = n >> 2, rest = n & 3;

	asm volatile("cld\n"
		     "1: rep movsl\n"
		     "	mov %3, %0\n"
		     "2: rep movsb\n"
		     "	jmp 4f\n"
		     "3: lea (%3, %0, 4), %0\n"
		     "4:\n"
		     ".pushsection __ex_table, \"a\"\n"
		     "	.long 1b, 3b, 2b, 4b\n"
		     ".popsection\n"
		     : "+c"(words), "+D"(dst), "+S"(src)
		     : "r"(rest) : "memory");
	return words;
}

/* Clears n bytes of user memory. => the number of bytes NOT cleared */
static inline unsigned long x86_clear_user(void *dst, unsigned long n)
{
	asm volatile("cld\n"
		     "1: rep stosb\n"
		     "2:\n"
		     ".pushsection __ex_table, \"a\"\n"
		     "	.long 1b, 2b\n"
		     ".popsection\n"
		     : "+c"(n), "+D"(dst) : "a"(0) : "memory");
	return n;
}
