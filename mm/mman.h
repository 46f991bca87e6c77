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

#define MADV_NORMAL	0u
#define MADV_RANDOM	1u
#define MADV_SEQUENTIAL	2u
#define MADV_WILLNEED	3u
#define MADV_DONTNEED	4u
#define MADV_FREE	8u
#define MADV_DONTDUMP	16u
#define MADV_DODUMP	17u

#define MREMAP_MAYMOVE	1u
#define MREMAP_FIXED	2u
