/* kernel/core/panic.h - the report of a double fault. */
#pragma once

#include "kernel/base/kernel.h"

/* => never returns; called on the double-fault task's own stack */
void double_fault_report(unsigned long esp, unsigned long ebp,
			 unsigned long eip) __noreturn;
