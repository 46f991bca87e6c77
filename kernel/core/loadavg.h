/* kernel/core/loadavg.h - runnable tasks over 1, 5 and 15 minutes */
#pragma once

#include "kernel/base/kernel.h"

#define LOAD_ONE	2048u	/* an average of one task */

extern u32 loadavg[3];
void loadavg_start(void);
