/*
 * tools/cachesim/kern_task.c - the processor of the simulated machine: stacks
 * of tasks, ticks, and what the scheduler asks of hardware
 *
 * Each task is a fiber: a stack of its own, left by setjmp() and entered by
 * longjmp().  The clock moves in kern_tick(): the idle task calls it when no
 * task can run.  Of the code only reclaim takes simulated time, which passes
 * where a task yields: a daemon that finds no page to free would run without
 * end while the drive stands still.  So a run repeats exactly.
 */
#include <setjmp.h>
#include <stdlib.h>
#include <ucontext.h>

#include "tools/cachesim/kern_impl.h"

#include "kernel/core/fpu.h"
#include "kernel/process/process.h"

#define FIBER_STACK	(256 * 1024)
#define LOOK_USEC	5	/* of a page that page_launder() looks at */
#define ROUND_USEC	20	/* of kswapd, beside */

struct fiber {
	jmp_buf at;		/* where it goes on */
	void (*fn)(void *arg);
	void *arg;
};

static struct fiber boot_fiber, *running = &boot_fiber;
static ucontext_t creator;
static void (*tick)(int irq, void *frame);

/* ---- fibers -------------------------------------------------------------- */

void switch_to(unsigned long *old_esp, unsigned long new_esp)
{
	*old_esp = (unsigned long)running;
	if (_setjmp(running->at))
		return;
	running = (struct fiber *)new_esp;
	_longjmp(running->at, 1);
}

/* The first entry returns to the creator; the second runs the task. */
static void fiber_main(void)
{
	struct fiber *fiber = running;

	if (!_setjmp(fiber->at))
		setcontext(&creator);
	fiber->fn(fiber->arg);
	panic("a task has returned");
}

static struct fiber *fiber_new(void (*fn)(void *), void *arg)
{
	struct fiber *fiber = calloc(1, sizeof(*fiber)), *before = running;
	char *stack = malloc(FIBER_STACK);
	ucontext_t context;

	BUG_ON(!fiber || !stack, "no memory for a task");
	fiber->fn = fn;
	fiber->arg = arg;
	getcontext(&context);
	context.uc_stack.ss_sp = stack;
	context.uc_stack.ss_size = FIBER_STACK;
	context.uc_link = NULL;
	makecontext(&context, fiber_main, 0);
	running = fiber;
	swapcontext(&creator, &context);
	running = before;
	return fiber;
}

/* kernel/process/task.c without process numbers to look for. */
struct task *kernel_thread(const char *name, void (*fn)(void *), void *arg)
{
	struct task *task = calloc(1, sizeof(*task));
	static int last_pid;

	BUG_ON(!task, "no memory for a task");
	task->pid = ++last_pid;
	strncpy(task->comm, name, TASK_COMM - 1);
	task->state = TASK_UNINTERRUPTIBLE;
	task->counter = slice_of(task);
	task->flags = PF_KTHREAD;
	list_init(&task->run_node);
	list_init(&task->timer_node);
	list_init(&task->children);
	list_init(&task->sibling_node);
	wait_queue_init(&task->child_wait);
	list_add_tail(&task->all_node, &task_list);
	task->esp = (unsigned long)fiber_new(fn, arg);
	wake_up_task(task);
	return task;
}

/* ---- ticks --------------------------------------------------------------- */

static void chip_start(u32 hz __unused)
{
}

static u32 chip_seconds(void)
{
	return 996537600;	/* 31 July 2001 */
}

const struct clock_chip kern_chip = { chip_start, chip_seconds };

int request_irq(int irq __unused, void (*handler)(int irq, void *arg),
		void *arg __unused, const char *name __unused)
{
	tick = handler;
	return 0;
}

void kern_tick(void)
{
	static struct trap_frame in_kernel;

	tick(0, &in_kernel);
}

/* What reclaim has done since boot.  => usec on a processor of 2001 */
static unsigned long reclaim_usec(void)
{
	return (vm_stat.launder_steps_round0 + vm_stat.launder_steps_round1) *
	       LOOK_USEC + vm_stat.refill_scanned + vm_stat.swap_scanned +
	       vm_stat.kswapd_rounds * ROUND_USEC;
}

/* yield() in other files (--wrap of the linker) */
void __real_yield(void);
void __wrap_yield(void);

void __wrap_yield(void)
{
	static unsigned long passed;	/* usec that the clock has moved by */
	u32 grain = 1000000 / tick_hz;

	while (reclaim_usec() - passed >= grain) {
		passed += grain;
		kern_tick();
	}
	__real_yield();
}

bool in_interrupt(void)
{
	return false;
}

/* ---- what a switch of tasks changes in hardware: nothing here ------------ */

void tss_set_stack(unsigned long esp0 __unused)
{
}

void gdt_set_tls(int slot __unused, u64 descriptor __unused)
{
}

void fpu_switch(struct task *next __unused)
{
}
