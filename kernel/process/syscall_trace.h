/* kernel/process/syscall_trace.h - printing a process's system calls */
#pragma once

#include "kernel/core/trap.h"

#define TRACED_PATH	64

/* path: TRACED_PATH bytes, filled on entry for the line printed on exit */
void syscall_trace_enter(const struct trap_frame *frame, char *path);
void syscall_trace_exit(u32 number, const u32 args[5], const char *path,
			long result);
size_t trace_syscalls_print(char *buf, size_t size);
int trace_syscalls_set(unsigned int pid);
