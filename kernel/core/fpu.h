/*
 * kernel/core/fpu.h - floating-point state of processes, saved lazily.
 *
 * The FPU keeps the last user's registers; another task's first use traps.
 */
#pragma once

#include "kernel/core/task.h"

void fpu_init(void);		/* FXSR and SSE on where CPUID has them */
bool fpu_trap(void);		/* #NM. => true: the instruction may go on */
void fpu_switch(struct task *next);	/* at each switch, interrupts off */
int fpu_fork(struct task *child);	/* => 0 or -ENOMEM */
void fpu_release(struct task *task);	/* exit, and exec for current */
#define FPU_AREA	512	/* bytes of task->fpu */
/* current's registers to current->fpu; its next use loads them from there */
void fpu_flush(void);
/* Makes an area that user mode has written loadable: MXCSR's unused bits. */
void fpu_sanitize(void *area);
/* After a trap of the FPU or of SSE. => FPE_FLTDIV... or SI_KERNEL */
int fpu_trap_code(bool sse);
