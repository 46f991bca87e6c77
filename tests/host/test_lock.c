/*
 * tests/host/test_lock.c - an interrupt at each instruction of taking and
 * giving a spinlock: the trap flag stops the processor after each, and the
 * handler takes and gives a lock of its own, as an interrupt does.
 */
#include <stdio.h>

#include "kernel/core/lock.h"
#include "kernel/core/task.h"

#define TRAP_FLAG	0x100ul
#define SIGTRAP		5

/* the host's headers of them would bring its types */
extern void exit(int status) __attribute__((noreturn));
extern void (*signal(int number, void (*handler)(int)))(int);

static struct task the_task;
struct task *current = &the_task;
static unsigned int interrupts;

static SPINLOCK(outer, RANK_PAGECACHE);
static SPINLOCK(middle, RANK_BUFFER_LRU);
static SPINLOCK(inner, RANK_SLAB);
static SPINLOCK(of_interrupt, RANK_ZONE);

static void report(bool good, const char *why)
{
	printf("%sok 1 - lock_interrupted\n", good ? "" : "not ");
	if (!good)
		printf("# %s, at interrupt %u\n", why, interrupts);
	printf("1..1\n");
}

void panic(const char *fmt, ...)
{
	report(false, fmt);
	exit(1);
}

static void interrupt(int number __unused)
{
	interrupts++;
	lock_check_take(&of_interrupt);
	lock_check_give(&of_interrupt);
}

static void interrupts_on(void)
{
	asm volatile("pushf; orq %0, (%%rsp); popf" : : "r"(TRAP_FLAG)
		     : "memory", "cc");
}

static void interrupts_off(void)
{
	asm volatile("pushf; andq %0, (%%rsp); popf" : : "r"(~TRAP_FLAG)
		     : "memory", "cc");
}

int main(void)
{
	signal(SIGTRAP, interrupt);
	interrupts_on();
	lock_check_take(&outer);
	lock_check_take(&middle);
	lock_check_give(&outer);	/* not the top */
	lock_check_take(&inner);
	lock_check_give(&middle);
	lock_check_give(&inner);
	lock_check_sleep();
	interrupts_off();
	report(interrupts >= 50, "too few interrupts");
	return interrupts < 50;
}
