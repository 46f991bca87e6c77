/* fs/calls/uts.h - the names of the machine that uname(2) reports */
#pragma once

#include "kernel/base/kernel.h"

const char *uts_name(unsigned int which);	/* order of uname's structure */
int hostname_store(const char *text);
int domainname_store(const char *text);
