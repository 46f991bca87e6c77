/*
 * kernel/base/limit.h - what a process may use: limits, and timers of its time.
 */
#pragma once

#include "kernel/base/kernel.h"

/* setrlimit(2): what a process may use. */
#define RLIMIT_CPU	0
#define RLIMIT_FSIZE	1
#define RLIMIT_STACK	3
#define RLIMIT_NPROC	6
#define RLIMIT_NOFILE	7
#define RLIMIT_MEMLOCK	8
#define RLIMIT_AS	9
#define RLIMITS		16
#define NR_OPEN		1048576u	/* RLIMIT_NOFILE can be no higher */
#define RLIM_INFINITY	(~0u)
struct rlimit {
	u32 now, max;
};

unsigned int max_processes(void);	/* of all users together */

/* A timer of processor time: setitimer's virtual and profiling ones. */
struct cpu_timer {
	u64 left, interval;		/* microseconds; left 0: not running */
};

void cpu_timers_tick(bool user);	/* current used a jiffy: sys_timer.c */
