/* kernel/core/random.h - pseudo-random bytes for user mode */
#pragma once

#include "kernel/base/kernel.h"

u32 random_u32(void);
long random_to_user(char *buf, size_t n);	/* bytes or -EFAULT; sleeps */
