/*
 * boot/syscalls.c - the table of system calls, made from
 * kernel/process/syscall_table.h
 *
 * The functions lie in many rooms, and boot may name them all.
 */
#include "boot/main.h"

/* A call that two numbers share is declared twice. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wredundant-decls"
#define S(number, name) syscall_fn syscall_##name __optional;
#include "kernel/process/syscall_table.h"
#undef S
#pragma GCC diagnostic pop

syscall_fn *const all_syscalls[NR_SYSCALLS] = {
#define S(number, name) [number] = syscall_##name,
#include "kernel/process/syscall_table.h"
#undef S
};
