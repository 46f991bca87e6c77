/* kernel/process/exit.h - what wait4 and getrusage report (Linux i386
 * layouts) */
#pragma once

#include "kernel/process/signal.h"

#define WNOHANG		1
#define WUNTRACED	2
#define WEXITED		4
#define WCONTINUED	8
#define WNOWAIT		0x1000000
#define WNOTHREAD	0x20000000	/* there are no threads */
#define WALL		0x40000000
#define WCLONE		0x80000000

struct rusage {
	s32 utime[2], stime[2];		/* seconds, microseconds */
	s32 maxrss, ixrss, idrss, isrss;
	s32 minflt, majflt, nswap;
	s32 inblock, oublock, msgsnd, msgrcv, nsignals;
	s32 nvcsw, nivcsw;
};

/* A child's state change, as a wait reports it. */
struct child_news {
	int pid;			/* 0: none */
	u32 uid;
	int status;			/* as wait4 reports it */
	struct rusage usage;
};

struct signal_info child_info(int pid, u32 uid, int status);
int wait_for_child(int pid, int options, struct child_news *news);
void task_rusage(const struct task *task, struct rusage *usage);
void children_rusage(struct rusage *usage);
