/* fs/calls/uts.h - the names of the machine, as uname(2) has them */
#pragma once

#include "kernel/base/kernel.h"

const char *uts_name(unsigned int which);	/* as in uname's structure */
int hostname_store(const char *text);
int domainname_store(const char *text);
