/*
 * kernel/process/sigframe.c - a handler's frame on the user stack, and the
 * return from the handler.
 *
 * The layouts are Linux's for i386: the handler finds its return address, the
 * signal's number and, with SA_SIGINFO, pointers to a siginfo and a ucontext.
 * It returns into the restorer of its sigaction or into a few bytes of code in
 * the frame, which call sigreturn or rt_sigreturn; these restore the registers
 * from the frame.
 *
 * Only values that user mode could have set itself are restored: cs and ss are
 * not, and of the flags only the harmless ones.
 * The FPU's registers are in the frame when the task has used the FPU.
 */
#include "kernel/core/fpu.h"
#include "kernel/process/signal.h"
#include "kernel/process/syscall.h"
#include "kernel/core/uaccess.h"

#define EFLAGS_USER		0x00040dd5u	/* AC OF DF TF SF ZF AF PF CF */
#define EFLAGS_DF_TF		0x00000500u
#define STACK_ALIGN		16u
#define NR_SIGRETURN		119
#define NR_RT_SIGRETURN		173

struct sigcontext {
	u32 gs, fs, es, ds;
	u32 edi, esi, ebp, esp, ebx, edx, ecx, eax;
	u32 trapno, err, eip, cs, eflags, esp_at_signal, ss;
	u32 fpstate;			/* user address of an FPU area; 0 */
	u32 oldmask, cr2;
};

struct sigframe {
	u32 return_to;
	u32 sig;
	struct sigcontext context;
	u32 mask_high;			/* signals 33 .. 64 */
	u8 code[8];
};

struct rt_sigframe {
	u32 return_to;
	u32 sig, info_at, context_at;
	s32 info[32];			/* siginfo: number, errno, code... */
	struct {
		u32 flags, link;
		u32 stack_sp, stack_flags, stack_size;
		struct sigcontext context;
		u64 mask;		/* 4-byte aligned on i386 */
	} ucontext;
	u8 code[8];
};

/* popl %eax; movl $119, %eax; int $0x80 */
static const u8 sigreturn_code[8] = {
	0x58, 0xb8, NR_SIGRETURN, 0, 0, 0, 0xcd, 0x80 };
/* movl $173, %eax; int $0x80 */
static const u8 rt_sigreturn_code[8] = {
	0xb8, NR_RT_SIGRETURN, 0, 0, 0, 0xcd, 0x80 };

/* ---- to the handler ------------------------------------------------------ */

static void save_context(struct sigcontext *to, const struct trap_frame *frame,
			 u32 fpstate, u64 blocked)
{
	*to = (struct sigcontext){
		.gs = frame->gs, .fs = frame->fs, .es = frame->es,
		.ds = frame->ds, .edi = frame->edi, .esi = frame->esi,
		.ebp = frame->ebp, .esp = frame->esp, .ebx = frame->ebx,
		.edx = frame->edx, .ecx = frame->ecx, .eax = frame->eax,
		.eip = frame->eip, .cs = frame->cs, .eflags = frame->eflags,
		.esp_at_signal = frame->esp, .ss = frame->ss,
		.fpstate = fpstate, .oldmask = blocked,
		.trapno = current->sighand->trap,
		.err = current->sighand->trap_error,
		.cr2 = current->sighand->cr2,
	};
}

static u32 stack_for(const struct trap_frame *frame,
		     const struct sigaction *action)
{
	const struct sighand *hand = current->sighand;

	if ((action->flags & SA_ONSTACK) && hand->alt_size &&
	    !on_alt_stack(hand, frame->esp))
		return hand->alt_stack + hand->alt_size;
	return frame->esp;
}

/* Copies the FPU area below sp. => its address, 0: the task used no FPU */
static u32 push_fpu(u32 *sp)
{
	if (!current->fpu)
		return 0;
	fpu_flush();
	*sp = (*sp - FPU_AREA) & ~(STACK_ALIGN - 1);
	if (copy_to_user((void *)(unsigned long)*sp, current->fpu, FPU_AREA))
		*sp = 0;
	return *sp;
}

static int push_old_frame(u32 sp, const struct trap_frame *frame, int sig,
			  const struct sigaction *action, u32 fpstate,
			  u64 blocked)
{
	struct sigframe out = { .sig = sig, .mask_high = blocked >> 32 };

	out.return_to = action->flags & SA_RESTORER ? action->restorer :
		sp + offsetof(struct sigframe, code);
	save_context(&out.context, frame, fpstate, blocked);
	memcpy(out.code, sigreturn_code, sizeof(out.code));
	return copy_to_user((void *)(unsigned long)sp, &out, sizeof(out));
}

static int push_rt_frame(u32 sp, const struct trap_frame *frame, int sig,
			 const struct sigaction *action, u32 fpstate,
			 u64 blocked)
{
	const struct sighand *hand = current->sighand;
	struct rt_sigframe out;

	memset(&out, 0, sizeof(out));
	out.return_to = action->flags & SA_RESTORER ? action->restorer :
		sp + offsetof(struct rt_sigframe, code);
	out.sig = sig;
	out.info_at = sp + offsetof(struct rt_sigframe, info);
	out.context_at = sp + offsetof(struct rt_sigframe, ucontext);
	signal_fill_info(out.info, sig, &hand->info[sig - 1]);
	out.ucontext.stack_sp = hand->alt_stack;
	out.ucontext.stack_size = hand->alt_size;
	out.ucontext.stack_flags = alt_stack_flags(frame->esp);
	out.ucontext.mask = blocked;
	save_context(&out.ucontext.context, frame, fpstate, blocked);
	memcpy(out.code, rt_sigreturn_code, sizeof(out.code));
	return copy_to_user((void *)(unsigned long)sp, &out, sizeof(out));
}

void signal_fill_info(s32 to[32], int sig, const struct signal_info *info)
{
	memset(to, 0, 32 * sizeof(*to));
	to[0] = sig;
	to[2] = info->code;
	memcpy(to + 3, info->values, sizeof(info->values));
}

/* => 0, or -EFAULT: no room on the user stack; sleeps */
int push_signal_frame(struct trap_frame *frame, int sig,
		      const struct sigaction *action, u64 blocked)
{
	bool rt = action->flags & SA_SIGINFO;
	u32 size = rt ? sizeof(struct rt_sigframe) : sizeof(struct sigframe);
	u32 sp = stack_for(frame, action);
	u32 fpstate = push_fpu(&sp);
	int error;

	sp = ((sp - size) & ~(STACK_ALIGN - 1)) - sizeof(u32);
	if (rt)
		error = push_rt_frame(sp, frame, sig, action, fpstate,
				      blocked);
	else
		error = push_old_frame(sp, frame, sig, action, fpstate,
				       blocked);
	if (error)
		return error;
	frame->esp = sp;
	frame->eip = action->handler;
	frame->eax = sig;
	frame->edx = rt ? sp + offsetof(struct rt_sigframe, info) : 0;
	frame->ecx = rt ? sp + offsetof(struct rt_sigframe, ucontext) : 0;
	frame->cs = USER_CS;
	frame->ds = frame->es = frame->ss = USER_DS;
	frame->eflags &= ~EFLAGS_DF_TF;
	return 0;
}

/* ---- back ---------------------------------------------------------------- */

/* => 0 or -EFAULT: part may be copied, but the area can be loaded */
static int restore_fpu(u32 fpstate)
{
	int error;

	if (!fpstate || !current->fpu)
		return 0;
	fpu_flush();
	error = copy_from_user(current->fpu, (void *)(unsigned long)fpstate,
			       FPU_AREA);
	fpu_sanitize(current->fpu);
	return error;
}

/* => the value of eax in user mode */
static long restore_context(const struct sigcontext *from, u64 blocked)
{
	struct trap_frame *frame = current->frame;

	if (restore_fpu(from->fpstate)) {
		force_signal(SIGSEGV, SI_KERNEL, 0);
		return 0;
	}
	frame->gs = from->gs & 0xffff;
	frame->fs = from->fs & 0xffff;
	frame->es = from->es & 0xffff;
	frame->ds = from->ds & 0xffff;
	frame->edi = from->edi;
	frame->esi = from->esi;
	frame->ebp = from->ebp;
	frame->esp = from->esp;
	frame->ebx = from->ebx;
	frame->edx = from->edx;
	frame->ecx = from->ecx;
	frame->eip = from->eip;
	frame->eflags = (frame->eflags & ~EFLAGS_USER) |
		(from->eflags & EFLAGS_USER);
	frame->vector = 0;
	set_blocked(blocked);
	return from->eax;
}

SYSCALL_DEFINE0(sigreturn)
{
	struct sigframe in;
	u32 at = current->frame->esp - offsetof(struct sigframe, context);

	if (copy_from_user(&in, (void *)(unsigned long)at, sizeof(in))) {
		force_signal(SIGSEGV, SI_KERNEL, 0);
		return 0;
	}
	return restore_context(&in.context, in.context.oldmask |
			       (u64)in.mask_high << 32);
}

SYSCALL_DEFINE0(rt_sigreturn)
{
	struct rt_sigframe in;
	u32 at = current->frame->esp - offsetof(struct rt_sigframe, sig);

	if (copy_from_user(&in, (void *)(unsigned long)at, sizeof(in))) {
		force_signal(SIGSEGV, SI_KERNEL, 0);
		return 0;
	}
	return restore_context(&in.ucontext.context, in.ucontext.mask);
}
