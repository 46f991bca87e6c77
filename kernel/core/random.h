/* kernel/core/random.h - numbers that look random and repeat with the run */
#pragma once

#include "kernel/base/kernel.h"

u32 random_u32(void);
long random_to_user(char *buf, size_t n);	/* bytes or -EFAULT; sleeps */
