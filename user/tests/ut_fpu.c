/*
 * user/tests/ut_fpu.c - tests: the FPU's registers are each process's own
 *
 * What one leaves in them, or has sigreturn load, must not become a fault of
 * the kernel's or of another process.
 */
#include "ut.h"

#include <signal.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#define RIGHT		42
#define HWCAP_SSE	(1ul << 25)
#define MXCSR_AT	24	/* of the FPU's state in memory */
#define HALF		64	/* bytes of it, more than up to there */

static char *half_state;

/* 1 / 0, and no further instruction that would raise it. */
static void leave_pending(void)
{
	static const uint16_t all_unmasked = 0x340;
	static const float zero;

	__asm__ volatile("fninit; fldcw %0; fld1; fdivs %1"
			 : : "m"(all_unmasked), "m"(zero));
	syscall(SYS_exit_group, 0);
}

static void use_fpu(void)
{
	volatile double x = 3;

	x /= 2;
	_exit(x == 1.5 ? RIGHT : 1);
}

/* FPU registers of one process are not visible in another. */
static void left_pending(void)
{
	CHECK(ut_status_of(leave_pending) == 0);
	CHECK(ut_status_of(use_fpu) == RIGHT << 8);
}

static void cut_state(int sig, siginfo_t *info, void *context)
{
	mcontext_t *machine = &((ucontext_t *)context)->uc_mcontext;

	(void)sig;
	(void)info;
	memcpy(half_state, machine->fpregs, HALF);
	memset(half_state + MXCSR_AT, 0xff, sizeof(uint32_t));
	machine->fpregs = (void *)half_state;
}

static void judge_mxcsr(int sig)
{
	uint32_t mxcsr;

	__asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
	_exit(sig == SIGSEGV && !(mxcsr >> 16) ? RIGHT : 1);
}

/* The rest of what sigreturn is to load is not there. */
static void return_to_half(void)
{
	struct sigaction sa = { .sa_sigaction = cut_state,
				.sa_flags = SA_SIGINFO };
	volatile double x = 3;

	x /= 2;
	half_state = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(half_state != MAP_FAILED);
	half_state += PAGE - HALF;
	CHECK(munmap(half_state + HALF, PAGE) == 0);
	CHECK(sigaction(SIGUSR1, &sa, NULL) == 0);
	signal(SIGSEGV, judge_mxcsr);
	raise(SIGUSR1);
}

/* Bits of MXCSR that are none would be a fault of the kernel's. */
static void half_restored(void)
{
	if (!(getauxval(AT_HWCAP) & HWCAP_SSE))
		ut_skip("SSE");
	CHECK(ut_status_of(return_to_half) == RIGHT << 8);
}

static const struct ut_test tests[] = {
	{ "left_pending", left_pending },
	{ "half_restored", half_restored },
};

UT_GROUP(ut_fpu, tests);
