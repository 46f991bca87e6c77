/*
 * user/tests/ut_fault.c - tests: what a fault reports to its handler, and
 * the stack's end
 *
 * Every access is made in a child with a handler on a stack of its own, which
 * compares signal, si_code and si_addr with the table; so the same table can be
 * held against Linux.  The causes of other signals are here too.
 */
#include "ut.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#define RW		(PROT_READ | PROT_WRITE)
#define ANON		(MAP_PRIVATE | MAP_ANONYMOUS)
#define HERE		((char *)1)	/* the address of the instruction */
#define RIGHT		42
#define PAGE_FAULT	14
#define ERROR_WRITE	2

static char *volatile target;		/* what the access touches */
static volatile int want_signal, want_code;
static char *volatile want_address;
static volatile int want_error;		/* of a page fault: write or not */
static char alt_stack[16 * KB];

static void judge_fault(int sig, siginfo_t *info, void *context)
{
	greg_t *regs = ((ucontext_t *)context)->uc_mcontext.gregs;
	char *address = want_address;
	char why[160];

	if (address == HERE)
		address = (char *)regs[REG_EIP];
	if (sig == want_signal && info->si_signo == sig &&
	    info->si_code == want_code && info->si_addr == address &&
	    (regs[REG_TRAPNO] != PAGE_FAULT || !target ||
	     (regs[REG_ERR] & ERROR_WRITE) == want_error))
		_exit(RIGHT);
	snprintf(why, sizeof(why), "signal %d code %d address %p trap %ld "
		 "error %lx", sig, info->si_code, info->si_addr,
		 (long)regs[REG_TRAPNO], (long)regs[REG_ERR]);
	ut_fail(__FILE__, __LINE__, why);
}

static void handle_faults(void)
{
	struct sigaction sa = { .sa_sigaction = judge_fault,
				.sa_flags = SA_SIGINFO | SA_ONSTACK };
	stack_t stack = { .ss_sp = alt_stack, .ss_size = sizeof(alt_stack) };
	static const int sigs[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP };

	CHECK(sigaltstack(&stack, NULL) == 0);
	for (size_t i = 0; i < ARRAY_SIZE(sigs); i++)
		CHECK(sigaction(sigs[i], &sa, NULL) == 0);
}

/* --- where to touch ------------------------------------------------ */

static char *map(size_t len, int prot)
{
	char *m = mmap(NULL, len, prot, ANON, -1, 0);

	CHECK(m != MAP_FAILED);
	return m;
}

static char *null_page(void)	{ return (char *)0x10; }
static char *kernel_text(void)	{ return (char *)0xc0100000; }
static char *last_byte(void)	{ return (char *)0xffffffff; }
static char *own_text(void)	{ return (char *)(uintptr_t)&judge_fault; }
static char *read_only(void)	{ return map(PAGE, PROT_READ) + 5; }
static char *no_access(void)	{ return map(PAGE, PROT_NONE) + 7; }

static char *unmapped(void)
{
	char *m = map(2 * PAGE, RW);

	m[PAGE] = 1;
	CHECK(munmap(m + PAGE, PAGE) == 0);
	return m + PAGE + 9;
}

/* The third page of a mapping; the file holds two. */
static char *behind_file(int flags)
{
	int fd = xopen("mapped", O_RDWR | O_CREAT | O_TRUNC, 0644);
	char *m;

	CHECK(ftruncate(fd, 2 * PAGE) == 0);
	m = mmap(NULL, 3 * PAGE, RW, flags, fd, 0);
	CHECK(m != MAP_FAILED);
	return m;
}

static char *behind_shared(void)
{
	return behind_file(MAP_SHARED) + 2 * PAGE + 3;
}

static char *behind_private(void)
{
	return behind_file(MAP_PRIVATE) + 2 * PAGE + 3;
}

static char *truncated(void)
{
	char *m = behind_file(MAP_SHARED);

	m[3] = m[PAGE + 3] = 1;
	CHECK(truncate("mapped", PAGE) == 0 && m[3] == 1);
	return m + PAGE + 3;
}

/* The copy that a private mapping made goes as well. */
static char *truncated_copy(void)
{
	char *m = behind_file(MAP_PRIVATE);

	m[3] = m[PAGE + 3] = 1;
	CHECK(truncate("mapped", PAGE) == 0 && m[3] == 1);
	return m + PAGE + 3;
}

/* --- how ----------------------------------------------------------- */

static void load(void)		{ (void)*(volatile char *)target; }
static void store(void)		{ *(volatile char *)target = 1; }
static void jump(void)		{ ((void (*)(void))target)(); }
static void halt(void)		{ __asm__ volatile("hlt"); }
static void undefined(void)	{ __asm__ volatile("ud2"); }
static void breakpoint(void)	{ __asm__ volatile("int3"); }
static void low_gate(void)	{ __asm__ volatile("int $0x0e"); }

static void divide(void)
{
	__asm__ volatile("xorl %%edx, %%edx; movl $1, %%eax; divl %0"
			 : : "r"(0) : "eax", "edx");
}

/* The way back from the call that takes the stack segment's descriptor away. */
static void lose_stack_segment(void)
{
	static int32_t desc[4] = { -1, 0, 0xfffff, 0x51 };

	CHECK(syscall(SYS_set_thread_area, desc) == 0);
	desc[3] |= 0x20;	/* not present */
	__asm__ volatile("movw %w2, %%ss; int $0x80"
			 : : "a"(SYS_set_thread_area), "b"(desc),
			 "r"(desc[0] * 8 + 3) : "memory");
}

/* 1 / x with the FPU's exceptions but those in the mask; the error is reported
 * by the next instruction. */
static void float_divide(unsigned short mask, float x)
{
	__asm__ volatile("fninit; fldcw %0; fld1; fdivs %1; fwait"
			 : : "m"(mask), "m"(x));
}

static void float_by_zero(void)	{ float_divide(0x37b, 0); }
static void float_third(void)	{ float_divide(0x35f, 3); }

static const struct {
	void (*access)(void);
	char *(*where)(void);		/* NULL: no memory is touched */
	int sig, code;
	char *address;			/* where "where" is NULL */
} faults[] = {
	{ load, null_page, SIGSEGV, SEGV_MAPERR, NULL },
	{ store, null_page, SIGSEGV, SEGV_MAPERR, NULL },
	{ jump, null_page, SIGSEGV, SEGV_MAPERR, NULL },
	{ load, unmapped, SIGSEGV, SEGV_MAPERR, NULL },
	{ store, unmapped, SIGSEGV, SEGV_MAPERR, NULL },
	{ load, kernel_text, SIGSEGV, SEGV_MAPERR, NULL },
	{ store, last_byte, SIGSEGV, SEGV_MAPERR, NULL },
	{ store, own_text, SIGSEGV, SEGV_ACCERR, NULL },
	{ store, read_only, SIGSEGV, SEGV_ACCERR, NULL },
	{ load, no_access, SIGSEGV, SEGV_ACCERR, NULL },
	{ store, no_access, SIGSEGV, SEGV_ACCERR, NULL },
	{ load, behind_shared, SIGBUS, BUS_ADRERR, NULL },
	{ store, behind_shared, SIGBUS, BUS_ADRERR, NULL },
	{ load, behind_private, SIGBUS, BUS_ADRERR, NULL },
	{ store, behind_private, SIGBUS, BUS_ADRERR, NULL },
	{ load, truncated, SIGBUS, BUS_ADRERR, NULL },
	{ store, truncated, SIGBUS, BUS_ADRERR, NULL },
	{ load, truncated_copy, SIGBUS, BUS_ADRERR, NULL },
	{ divide, NULL, SIGFPE, FPE_INTDIV, HERE },
	{ float_by_zero, NULL, SIGFPE, FPE_FLTDIV, HERE },
	{ float_third, NULL, SIGFPE, FPE_FLTRES, HERE },
	{ undefined, NULL, SIGILL, ILL_ILLOPN, HERE },
	{ breakpoint, NULL, SIGTRAP, SI_KERNEL, NULL },
	{ halt, NULL, SIGSEGV, SI_KERNEL, NULL },
	{ low_gate, NULL, SIGSEGV, SI_KERNEL, NULL },
	{ lose_stack_segment, NULL, SIGSEGV, SI_KERNEL, NULL },
};

static size_t fault_index;

static void fault_one(void)
{
	size_t i = fault_index;

	handle_faults();
	target = faults[i].where ? faults[i].where() : NULL;
	want_address = target ? target : faults[i].address;
	want_signal = faults[i].sig;
	want_code = faults[i].code;
	want_error = faults[i].access == store ? ERROR_WRITE : 0;
	faults[i].access();
}

/* errno in the message is the index into the table. */
static void fault_table(void)
{
	for (fault_index = 0; fault_index < ARRAY_SIZE(faults); fault_index++) {
		int status = ut_status_of(fault_one);

		errno = fault_index;
		CHECK(WIFEXITED(status) && WEXITSTATUS(status) == RIGHT);
	}
}

/* A file that was cut short and grew again shows zeroes, here and there, and
 * what is stored reaches it. */
static void truncate_and_grow(void)
{
	char *m = behind_file(MAP_SHARED);

	m[PAGE + 3] = 'x';
	CHECK(truncate("mapped", 10) == 0);
	CHECK(truncate("mapped", 2 * PAGE) == 0);
	CHECK(m[PAGE + 3] == 0);
	m[PAGE] = 'y';
	CHECK(truncate("mapped", PAGE + 1) == 0 && truncate("mapped", 0) == 0);
	ut_put("mapped", "fresh");
	CHECK(memcmp(m, "fresh", 6) == 0);
	m[0] = 'F';
	CHECK(ut_has("mapped", "Fresh"));
}

/* A handler is of no use where its signal is blocked or ignored. */
static void fault_while_blocked(void)
{
	sigset_t all;

	handle_faults();
	sigfillset(&all);
	CHECK(sigprocmask(SIG_BLOCK, &all, NULL) == 0);
	divide();
}

static void fault_while_ignored(void)
{
	signal(SIGFPE, SIG_IGN);
	divide();
}

static void fault_not_caught(void)
{
	int status = ut_status_of(fault_while_blocked);

	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGFPE);
	status = ut_status_of(fault_while_ignored);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGFPE);
}

/* --- the stack ----------------------------------------------------- */

#define STACK_LIMIT	(512u * KB)
#define STACK_SLACK	(64u * KB)	/* arguments, environment, a frame */

static char *volatile stack_least, *volatile stack_most;

static void judge_stack(int sig, siginfo_t *info, void *context)
{
	char *address = info->si_addr;
	char why[80];

	(void)context;
	if (sig == SIGSEGV && info->si_code == SEGV_MAPERR &&
	    address >= stack_least && address < stack_most)
		_exit(RIGHT);
	snprintf(why, sizeof(why), "signal %d code %d at %p, want %p to %p",
		 sig, info->si_code, address, stack_least, stack_most);
	ut_fail(__FILE__, __LINE__, why);
}

static int deeper(int depth)
{
	volatile char frame[KB];

	frame[0] = depth;
	return depth ? deeper(depth - 1) + frame[0] : 0;
}

static void handle_overflow(char *least, char *most)
{
	struct sigaction sa = { .sa_sigaction = judge_stack,
				.sa_flags = SA_SIGINFO | SA_ONSTACK };
	stack_t stack = { .ss_sp = alt_stack, .ss_size = sizeof(alt_stack) };

	stack_least = least;
	stack_most = most;
	CHECK(sigaltstack(&stack, NULL) == 0);
	CHECK(sigaction(SIGSEGV, &sa, NULL) == 0);
	CHECK(sigaction(SIGBUS, &sa, NULL) == 0);
}

static void run_to_the_limit(void)
{
	struct rlimit r = { STACK_LIMIT, STACK_LIMIT };
	char *end = (char *)((uintptr_t)&r - STACK_LIMIT);

	CHECK(setrlimit(RLIMIT_STACK, &r) == 0);
	handle_overflow(end, end + STACK_SLACK);
	deeper(1 << 20);
}

static void stack_limit(void)
{
	CHECK(ut_status_of(run_to_the_limit) == RIGHT << 8);
}

/* A mapping in the stack's way: the stack ends above it with a page between,
 * and what is in the mapping stays as it was. */
static void run_into_mapping(void)
{
	char *at = (char *)(((uintptr_t)&at - 256 * KB) & -PAGE);
	char *m = mmap(at, PAGE, RW, ANON | MAP_FIXED, -1, 0);

	CHECK(m == at);
	m[0] = m[PAGE - 1] = 7;
	handle_overflow(at + PAGE, (char *)&at);
	deeper(1 << 20);
}

static void stack_guard(void)
{
	CHECK(ut_status_of(run_into_mapping) == RIGHT << 8);
}

/* Without a place for the handler's frame the process ends. */
static void overflow_without_place(void)
{
	struct sigaction sa = { .sa_sigaction = judge_stack,
				.sa_flags = SA_SIGINFO };
	struct rlimit r = { STACK_LIMIT, STACK_LIMIT };

	CHECK(setrlimit(RLIMIT_STACK, &r) == 0);
	CHECK(sigaction(SIGSEGV, &sa, NULL) == 0);
	deeper(1 << 20);
}

static void stack_no_place(void)
{
	int status = ut_status_of(overflow_without_place);

	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
}

/* --- other causes -------------------------------------------------- */

static volatile siginfo_t got;

static void keep_info(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)context;
	memcpy((void *)&got, info, sizeof(got));
}

static void exit_9(void)
{
	_exit(9);
}

static void die_by_term(void)
{
	raise(SIGTERM);
}

static void other_causes(void)
{
	struct sigaction sa = { .sa_sigaction = keep_info,
				.sa_flags = SA_SIGINFO };
	pid_t me = getpid();

	CHECK(sigaction(SIGUSR1, &sa, NULL) == 0 &&
	      sigaction(SIGALRM, &sa, NULL) == 0 &&
	      sigaction(SIGSEGV, &sa, NULL) == 0 &&
	      sigaction(SIGCHLD, &sa, NULL) == 0);
	CHECK(kill(me, SIGUSR1) == 0 && got.si_signo == SIGUSR1 &&
	      got.si_code == SI_USER && got.si_pid == me &&
	      got.si_uid == getuid());
	CHECK(raise(SIGUSR1) == 0 && got.si_code == SI_TKILL &&
	      got.si_pid == me);
	CHECK(kill(me, SIGSEGV) == 0 && got.si_code == SI_USER &&
	      got.si_signo == SIGSEGV && got.si_pid == me);
	alarm(1);
	pause();
	CHECK(got.si_signo == SIGALRM && got.si_code == SI_KERNEL);
	CHECK(ut_status_of(exit_9) == 9 << 8);
	CHECK(got.si_signo == SIGCHLD && got.si_code == CLD_EXITED &&
	      got.si_status == 9 && got.si_pid > me);
	ut_status_of(die_by_term);
	CHECK(got.si_code == CLD_KILLED && got.si_status == SIGTERM);
}

static const struct ut_test tests[] = {
	{ "table", fault_table },
	{ "truncate_and_grow", truncate_and_grow },
	{ "not_caught", fault_not_caught },
	{ "stack_limit", stack_limit },
	{ "stack_guard", stack_guard },
	{ "stack_no_place", stack_no_place },
	{ "other_causes", other_causes },
};

UT_GROUP(ut_fault, tests);
