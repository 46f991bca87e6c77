/*
 * fs/ext2/bitmap.c - searches in a bitmap of blocks or inodes.
 *
 * Bit n is bit n % 8 of byte n / 8, and, on a little-endian machine, bit n % 32
 * of word n / 32: the searches go by words.  A map is a whole block and
 * therefore aligned; "bits" may end anywhere in it.
 *
 * Locks: the caller does not sleep between a search and ext2_set_bit().
 */
#include "fs/ext2/bitmap.h"

bool ext2_test_bit(const void *map, u32 bit)
{
	return ((const u8 *)map)[bit >> 3] >> (bit & 7) & 1;
}

bool ext2_set_bit(void *map, u32 bit)
{
	bool was = ext2_test_bit(map, bit);

	((u8 *)map)[bit >> 3] |= 1u << (bit & 7);
	return was;
}

bool ext2_clear_bit(void *map, u32 bit)
{
	bool was = ext2_test_bit(map, bit);

	((u8 *)map)[bit >> 3] &= ~(1u << (bit & 7));
	return was;
}

u32 ext2_next_zero(const void *map, u32 bits, u32 from)
{
	const u32 *words = map;
	u32 n = from >> 5;
	u32 zeros;

	if (from >= bits)
		return bits;
	zeros = ~words[n] & ~0u << (from & 31);
	while (!zeros && (n + 1) << 5 < bits)
		zeros = ~words[++n];
	if (!zeros)
		return bits;
	from = (n << 5) + (u32)__builtin_ctz(zeros);
	return min(from, bits);
}

/* => the first bit of a zero byte at or behind "from" */
static u32 next_zero_byte(const void *map, u32 bits, u32 from)
{
	const u8 *bytes = map;

	for (u32 n = (from + 7) >> 3; (n + 1) << 3 <= bits; n++)
		if (!bytes[n])
			return n << 3;
	return bits;
}

/*
 * => a zero bit where a file can grow: the goal itself, one close behind it,
 * the start of eight free ones, or any.
 */
u32 ext2_find_room(const void *map, u32 bits, u32 goal)
{
	u32 bit = ext2_next_zero(map, bits, goal);

	if (bit < bits && bit - goal < 32)
		return bit;
	bit = next_zero_byte(map, bits, goal);
	if (bit == bits)
		bit = next_zero_byte(map, bits, 0);
	if (bit < bits) {
		while (bit > 0 && !ext2_test_bit(map, bit - 1))
			bit--;
		return bit;
	}
	bit = ext2_next_zero(map, bits, goal);
	return bit < bits ? bit : ext2_next_zero(map, bits, 0);
}
