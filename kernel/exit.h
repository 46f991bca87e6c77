/* kernel/exit.h - what wait4 and getrusage report (Linux i386 layouts) */
#pragma once

#include "kernel/task.h"

#define WNOHANG		1
#define WUNTRACED	2

struct rusage {
	s32 utime[2], stime[2];		/* seconds, microseconds */
	s32 maxrss, ixrss, idrss, isrss;
	s32 minflt, majflt, nswap;
	s32 inblock, oublock, msgsnd, msgrcv, nsignals;
	s32 nvcsw, nivcsw;
};

void task_rusage(const struct task *task, struct rusage *usage);
void children_rusage(struct rusage *usage);
