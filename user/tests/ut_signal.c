/*
 * user/tests/ut_signal.c - tests: signals that kill, handlers, faults
 */
#include "ut.h"

#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/random.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define KERNEL_ADDRESS	0xc0000000u	/* no user page is there */

static volatile sig_atomic_t caught;
static volatile uintptr_t low = 8, high = KERNEL_ADDRESS;
static pid_t parent;

static void on_signal(int sig)
{
	caught = sig;
}

static void handle(int sig, void (*handler)(int), int flags)
{
	struct sigaction sa = { .sa_handler = handler, .sa_flags = flags };

	CHECK(sigaction(sig, &sa, NULL) == 0);
}

/* --- killing ------------------------------------------------------- */

static void sleep_long(void)
{
	sleep_ms(20000);
}

static void kill_with(int sig)
{
	pid_t pid = ut_start(sleep_long);
	int status;

	sleep_ms(20);
	CHECK(kill(pid, sig) == 0);
	status = ut_wait(pid);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == sig);
}

static void kill_term(void)
{
	kill_with(SIGTERM);
}

static void kill_kill(void)
{
	kill_with(SIGKILL);
}

static void read_forever(void)
{
	int fds[2];
	char c;

	CHECK(pipe(fds) == 0);
	CHECK(read(fds[0], &c, 1) == 1);
}

static void kill_reader(void)
{
	pid_t pid = ut_start(read_forever);
	int status;

	sleep_ms(20);
	CHECK(kill(pid, SIGKILL) == 0);
	status = ut_wait(pid);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void spin(void)
{
	for (;;)
		__asm__ volatile("" : : : "memory");
}

static void kill_spinner(void)
{
	pid_t pid = ut_start(spin);
	int status;

	sleep_ms(50);
	CHECK(kill(pid, SIGTERM) == 0);
	status = ut_wait(pid);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
}

static void do_nothing(void)
{
}

static void kill_errors(void)
{
	pid_t gone = ut_start(do_nothing);

	CHECK(ut_wait(gone) == 0);
	CHECK(kill(getpid(), 0) == 0);
	FAILS(ESRCH, kill(gone, SIGTERM));
	FAILS(EINVAL, kill(getpid(), 99));
}

static void kill_self_abort(void)
{
	kill(getpid(), SIGABRT);
	_exit(0);
}

static void kill_self(void)
{
	int status = ut_status_of(kill_self_abort);

	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

/* --- faults -------------------------------------------------------- */

static void write_null(void)
{
	*(volatile int *)low = 1;
}

static void read_kernel(void)
{
	(void)*(volatile int *)high;
}

static void write_kernel(void)
{
	*(volatile int *)(high + 0x100000) = 1;
}

static void write_text(void)
{
	*(volatile char *)(uintptr_t)&write_null = 0;
}

static void jump_kernel(void)
{
	((void (*)(void))high)();
}

static void privileged(void)
{
	__asm__ volatile("hlt");
}

static void disable_interrupts(void)
{
	__asm__ volatile("cli");
}

static void read_port(void)
{
	unsigned char c;

	__asm__ volatile("inb $0x60, %0" : "=a"(c));
}

static void bad_selector(void)
{
	__asm__ volatile("movw %w0, %%fs" : : "r"(0x0008));
	__asm__ volatile("movw %w0, %%fs" : : "r"(0xfff0));
}

/* Touches one page in sixteen, so the end comes before memory runs out. */
static int deeper(int depth)
{
	volatile char frame[64 * KB];

	frame[0] = depth;
	return depth ? deeper(depth - 1) + frame[0] : 0;
}

static void overflow_stack(void)
{
	_exit(deeper(1 << 15));
}

static void bad_stack_pointer(void)
{
	__asm__ volatile("movl $0x10, %esp; push %eax");
}

static void divide_by_zero(void)
{
	__asm__ volatile("xorl %%edx, %%edx; movl $1, %%eax; divl %0"
			 : : "r"(0) : "eax", "edx");
}

static void undefined(void)
{
	__asm__ volatile("ud2");
}

static void breakpoint(void)
{
	__asm__ volatile("int3");
}

static void other_gate(void)
{
	__asm__ volatile("int $0x0e");
}

static const struct {
	void (*run)(void);
	int sig;
} faults[] = {
	{ write_null, SIGSEGV },	{ read_kernel, SIGSEGV },
	{ write_kernel, SIGSEGV },	{ write_text, SIGSEGV },
	{ jump_kernel, SIGSEGV },	{ privileged, SIGSEGV },
	{ disable_interrupts, SIGSEGV }, { read_port, SIGSEGV },
	{ bad_selector, SIGSEGV },	{ overflow_stack, SIGSEGV },
	{ bad_stack_pointer, SIGSEGV },	{ divide_by_zero, SIGFPE },
	{ undefined, SIGILL },		{ breakpoint, SIGTRAP },
	{ other_gate, SIGSEGV },
};

static size_t fault_index;

/* One test for all: the index in the message names the case. */
static void fault_kills(void)
{
	for (fault_index = 0; fault_index < ARRAY_SIZE(faults); fault_index++) {
		int status = ut_status_of(faults[fault_index].run);

		errno = fault_index;
		CHECK(WIFSIGNALED(status));
		CHECK(WTERMSIG(status) == faults[fault_index].sig);
	}
}

static sigjmp_buf back;

static void jump_back(int sig)
{
	siglongjmp(back, sig);
}

static void fault_handled(void)
{
	volatile int times = 0;

	handle(SIGSEGV, jump_back, 0);
	if (sigsetjmp(back, 1))
		times++;
	if (times < 3)
		write_null();
	CHECK(times == 3);
}

/* --- handlers ------------------------------------------------------ */

static void handler_runs(void)
{
	handle(SIGUSR1, on_signal, 0);
	CHECK(kill(getpid(), SIGUSR1) == 0);
	CHECK(caught == SIGUSR1);
	caught = 0;
	CHECK(raise(SIGUSR1) == 0 && caught == SIGUSR1);
}

static void handler_none(void)
{
	struct sigaction old, sa = { .sa_handler = on_signal };

	FAILS(EINVAL, sigaction(SIGKILL, &sa, NULL));
	FAILS(EINVAL, sigaction(SIGSTOP, &sa, NULL));
	handle(SIGUSR2, SIG_IGN, 0);
	CHECK(kill(getpid(), SIGUSR2) == 0);
	CHECK(sigaction(SIGUSR2, NULL, &old) == 0);
	CHECK(old.sa_handler == SIG_IGN);
}

static void handler_masked(void)
{
	sigset_t set, pending;

	handle(SIGUSR1, on_signal, 0);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	CHECK(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
	CHECK(kill(getpid(), SIGUSR1) == 0);
	CHECK(caught == 0);
	CHECK(sigpending(&pending) == 0 && sigismember(&pending, SIGUSR1));
	CHECK(sigprocmask(SIG_UNBLOCK, &set, NULL) == 0);
	CHECK(caught == SIGUSR1);
}

static void handler_resets(void)
{
	struct sigaction old;

	handle(SIGUSR1, on_signal, SA_RESETHAND);
	CHECK(kill(getpid(), SIGUSR1) == 0 && caught == SIGUSR1);
	CHECK(sigaction(SIGUSR1, NULL, &old) == 0);
	CHECK(old.sa_handler == SIG_DFL);
}

static void signal_parent(void)
{
	for (int i = 0; i < 20; i++) {
		sleep_ms(10);
		kill(parent, SIGUSR1);
	}
}

/* Signals come in the middle of a sum that lives in registers. */
static void handler_keeps_registers(void)
{
	uint32_t a = 1, b = 2, c = 3, n = 0;
	pid_t pid;

	parent = getpid();
	handle(SIGUSR1, on_signal, 0);
	pid = ut_start(signal_parent);
	while (waitpid(pid, NULL, WNOHANG) == 0)
		for (int i = 0; i < 100000; i++, n++)
			a += 3, b += 5, c ^= a ^ b, c ^= a ^ b;
	CHECK(a == 1 + 3 * n && b == 2 + 5 * n && c == 3);
	CHECK(caught == SIGUSR1);
}

static int pipe_fds[2];

static void signal_then_write(void)
{
	ut_asleep(parent);
	kill(parent, SIGUSR1);
	sleep_ms(50);
	xwrite(pipe_fds[1], "x", 1);
}

static void handler_interrupts(int flags)
{
	pid_t pid;
	char c;

	parent = getpid();
	CHECK(pipe(pipe_fds) == 0);
	handle(SIGUSR1, on_signal, flags);
	pid = ut_start(signal_then_write);
	if (flags & SA_RESTART)
		CHECK(read(pipe_fds[0], &c, 1) == 1);
	else
		FAILS(EINTR, read(pipe_fds[0], &c, 1));
	CHECK(caught == SIGUSR1);
	CHECK(ut_wait(pid) == 0);
}

static void handler_eintr(void)
{
	handler_interrupts(0);
}

static void handler_restart(void)
{
	handler_interrupts(SA_RESTART);
}

static void exec_with_handler(void)
{
	char *argv[] = { "ut", "--child", "bss", NULL };

	handle(SIGUSR1, on_signal, 0);
	execve(ut_self, argv, NULL);
}

/* exec puts handlers back to the default, or a jump into nowhere follows. */
static void handler_gone_by_exec(void)
{
	CHECK(ut_status_of(exec_with_handler) == 42 << 8);
}

static void sigchld_comes(void)
{
	handle(SIGCHLD, on_signal, SA_RESTART);
	CHECK(ut_status_of(do_nothing) == 0);
	CHECK(caught == SIGCHLD);
}

static void undefined_instruction(void)
{
	asm volatile("ud2");
}

static void ignore_undefined(void)
{
	signal(SIGILL, SIG_IGN);
	undefined_instruction();
}

static void block_undefined(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGILL);
	CHECK(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
	handle(SIGILL, on_signal, 0);
	undefined_instruction();
}

/* The instruction cannot be passed over: neither way may loop. */
static void trap_not_ignored(void)
{
	CHECK(ut_status_of(ignore_undefined) == SIGILL);
	CHECK(ut_status_of(block_undefined) == SIGILL);
}

static char other_stack[16 * 1024];

static void on_other_stack(int sig)
{
	stack_t now, none = { .ss_flags = SS_DISABLE };

	CHECK(sigaltstack(NULL, &now) == 0 && now.ss_flags == SS_ONSTACK);
	FAILS(EPERM, sigaltstack(&none, NULL));
	caught = sig;
}

/* sigaltstack reports the stack, and refuses a change while it is in use. */
static void alternate_stack(void)
{
	stack_t s = { .ss_sp = other_stack, .ss_size = sizeof(other_stack) };
	stack_t now;

	CHECK(sigaltstack(NULL, &now) == 0 && now.ss_flags == SS_DISABLE);
	CHECK(sigaltstack(&s, NULL) == 0);
	CHECK(sigaltstack(NULL, &now) == 0 && now.ss_flags == 0 &&
	      now.ss_sp == other_stack);
	handle(SIGUSR1, on_other_stack, SA_ONSTACK);
	CHECK(raise(SIGUSR1) == 0 && caught == SIGUSR1);
	s.ss_flags = 64;
	FAILS(EINVAL, sigaltstack(&s, NULL));
	s = (stack_t){ .ss_flags = SS_DISABLE };
	CHECK(sigaltstack(&s, NULL) == 0);
}

/* A long call lets others run, and a signal end it. */
static void random_interrupted(void)
{
	struct itimerval t = { { 0, 50000 }, { 0, 50000 } };
	char *buf = xmalloc(4 << 20);
	long n = 4 << 20;

	handle(SIGALRM, on_signal, SA_RESTART);
	CHECK(setitimer(ITIMER_REAL, &t, NULL) == 0);
	for (int i = 0; i < 20 && n == 4 << 20; i++)
		n = getrandom(buf, 4 << 20, 0);
	CHECK(n > 0 && n < 4 << 20 && caught == SIGALRM);
}

static const struct ut_test tests[] = {
	{ "kill_term", kill_term },
	{ "kill_kill", kill_kill },
	{ "kill_reader", kill_reader },
	{ "kill_spinner", kill_spinner },
	{ "kill_self", kill_self },
	{ "kill_errors", kill_errors },
	{ "fault_kills", fault_kills },
	{ "fault_handled", fault_handled },
	{ "handler_runs", handler_runs },
	{ "handler_none", handler_none },
	{ "handler_masked", handler_masked },
	{ "handler_resets", handler_resets },
	{ "handler_keeps_registers", handler_keeps_registers },
	{ "handler_eintr", handler_eintr },
	{ "handler_restart", handler_restart },
	{ "handler_gone_by_exec", handler_gone_by_exec },
	{ "sigchld", sigchld_comes },
	{ "trap_not_ignored", trap_not_ignored },
	{ "alternate_stack", alternate_stack },
	{ "random_interrupted", random_interrupted },
};

UT_GROUP(ut_signal, tests);
