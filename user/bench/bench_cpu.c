/*
 * user/bench/bench_cpu.c - rows that need no disk: calls, pipes, processes,
 * memory
 */
#include "bench.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static int pipe_a[2], pipe_b[2];
static pid_t partner;
static volatile char *memory;

/* --- plain calls --------------------------------------------------- */

static void run_null(unsigned long ops)
{
	while (ops--)
		sys(SYS_getppid, 0, 0, 0);
}

static void run_open_close(unsigned long ops)
{
	while (ops--)
		sys_ok(SYS_close,
		       sys_ok(SYS_open, (long)bench_exec, 0, 0), 0, 0);
}

static void run_stat(unsigned long ops)
{
	static char st[96];

	while (ops--)
		sys_ok(SYS_stat64, (long)bench_exec, (long)st, 0);
}

/* --- pipes --------------------------------------------------------- */

static void move_byte(int out, int in)
{
	static char c;

	sys_ok(SYS_write, out, (long)&c, 1);
	sys_ok(SYS_read, in, (long)&c, 1);
}

static int setup_pipe(void)
{
	if (pipe(pipe_a) < 0)
		die_sys("pipe");
	return 0;
}

static void close_pipe(int p[2])
{
	close(p[0]);
	close(p[1]);
}

static void cleanup_pipe(void)
{
	close_pipe(pipe_a);
}

static void run_pipe_self(unsigned long ops)
{
	while (ops--)
		move_byte(pipe_a[1], pipe_a[0]);
}

/* The partner sends back what it gets until all write ends are closed. */
static int setup_ping_pong(void)
{
	static char c;

	setup_pipe();
	if (pipe(pipe_b) < 0)
		die_sys("pipe");
	partner = xfork();
	if (partner == 0) {
		close(pipe_a[1]);
		while (sys(SYS_read, pipe_a[0], (long)&c, 1) == 1)
			sys(SYS_write, pipe_b[1], (long)&c, 1);
		_exit(0);
	}
	return 0;
}

static void cleanup_ping_pong(void)
{
	close_pipe(pipe_a);
	close_pipe(pipe_b);
	xwait_ok(partner, "the partner");
}

static void run_ping_pong(unsigned long ops)
{
	while (ops--)
		move_byte(pipe_a[1], pipe_b[0]);
}

/* --- processes ----------------------------------------------------- */

static void run_fork(unsigned long ops)
{
	while (ops--) {
		long pid = sys_ok(SYS_fork, 0, 0, 0);

		if (pid == 0)
			sys(SYS_exit, 0, 0, 0);
		sys_ok(SYS_wait4, pid, 0, 0);
	}
}

static void run_fork_exec(unsigned long ops)
{
	static const char *argv[] = { "exit0", NULL };
	int status = 0;

	while (ops--) {
		long pid = sys_ok(SYS_fork, 0, 0, 0);

		if (pid == 0) {
			sys(SYS_execve, (long)bench_exec, (long)argv, 0);
			sys(SYS_exit, 1, 0, 0);
		}
		sys_ok(SYS_wait4, pid, (long)&status, 0);
		if (status)
			die("cannot execute %s", bench_exec);
	}
}

/* --- memory -------------------------------------------------------- */

static void touch(unsigned long pages)
{
	for (unsigned long i = 0; i < pages; i++)
		memory[i * PAGE] = 1;
}

static int setup_map(void)
{
	memory = xmmap(bench_pages * PAGE);
	return 0;
}

static void cleanup_map(void)
{
	munmap((void *)memory, bench_pages * PAGE);
}

static int setup_touched(void)
{
	setup_map();
	touch(bench_pages);
	return 0;
}

static void run_unmap(unsigned long ops)
{
	sys_ok(SYS_munmap, (long)memory, ops * PAGE, 0);
}

/* The partner shares all pages until the pipe is closed. */
static int setup_shared(void)
{
	char c;

	setup_touched();
	setup_pipe();
	partner = xfork();
	if (partner == 0) {
		close(pipe_a[1]);
		_exit(read(pipe_a[0], &c, 1) != 0);
	}
	return 0;
}

static void cleanup_shared(void)
{
	cleanup_pipe();
	xwait_ok(partner, "the partner");
	cleanup_map();
}

static struct bench_row rows[] = {
	{ "null_call", 10000, NULL, run_null, NULL },
	{ "open_close", 1000, NULL, run_open_close, NULL },
	{ "stat", 1000, NULL, run_stat, NULL },
	{ "pipe_self", 1000, setup_pipe, run_pipe_self, cleanup_pipe },
	{ "pipe_ping_pong", 1000, setup_ping_pong, run_ping_pong,
	  cleanup_ping_pong },
	{ "fork_exit_wait", 50, NULL, run_fork, NULL },
	{ "fork_exec_wait", 50, NULL, run_fork_exec, NULL },
	{ "first_touch", 0, setup_map, touch, cleanup_map },
	{ "unmap_page", 0, setup_touched, run_unmap, NULL },
	{ "cow_fault", 0, setup_shared, touch, cleanup_shared },
	{ "fork_touched", 5, setup_touched, run_fork, cleanup_map },
};

struct bench_group bench_cpu_rows(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (!rows[i].ops)
			rows[i].ops = bench_pages;
	return (struct bench_group){ rows, ARRAY_SIZE(rows) };
}
