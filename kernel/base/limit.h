/*
 * kernel/base/limit.h - resource limits and processor-time timers.
 */
#pragma once

#include "kernel/base/kernel.h"

/* setrlimit(2): resource limits of a process. */
#define RLIMIT_CPU	0
#define RLIMIT_FSIZE	1
#define RLIMIT_STACK	3
#define RLIMIT_NPROC	6
#define RLIMIT_NOFILE	7
#define RLIMIT_MEMLOCK	8
#define RLIMIT_AS	9
#define RLIMITS		16
#define NR_OPEN		1048576u	/* highest RLIMIT_NOFILE */
#define RLIM_INFINITY	(~0u)
struct rlimit {
	u32 now, max;
};

unsigned int max_processes(void);	/* of all users together */

/* A timer of processor time: ITIMER_VIRTUAL or ITIMER_PROF. */
struct cpu_timer {
	u64 left, interval;		/* microseconds; left 0: not running */
};

void cpu_timers_tick(bool user);	/* charges current one jiffy */
