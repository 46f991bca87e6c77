/* mm/mman.h - values of Linux i386 of the calls about memory */
#pragma once

#define PROT_READ	1u
#define PROT_WRITE	2u
#define PROT_EXEC	4u

#define MAP_SHARED	0x01u
#define MAP_PRIVATE	0x02u
#define MAP_TYPE	0x0fu
#define MAP_FIXED	0x10u
#define MAP_ANONYMOUS	0x20u
#define MAP_GROWSDOWN	0x100u

#define MREMAP_MAYMOVE	1u
#define MREMAP_FIXED	2u
