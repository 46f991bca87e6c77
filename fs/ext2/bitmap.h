/* fs/ext2/bitmap.h - searches and changes in a bitmap of "bits" bits. */
#pragma once

#include "kernel/base/kernel.h"

/* Both: => the bit, or "bits" if there is none. */
u32 ext2_next_zero(const void *map, u32 bits, u32 from);
u32 ext2_find_room(const void *map, u32 bits, u32 goal);
bool ext2_test_bit(const void *map, u32 bit);
bool ext2_set_bit(void *map, u32 bit);		/* => the old value */
bool ext2_clear_bit(void *map, u32 bit);	/* => the old value */
