/*
 * user/lib/md5.c - the MD5 digest, written from RFC 1321
 *
 * Four rounds of 16 steps over each block of 64 bytes.  The 64 constants are
 * floor(2^32 * |sin(i + 1)|).  Byte order is the machine's: little-endian.
 */
#include "md5.h"

#include <stdio.h>
#include <string.h>

static const uint32_t md5_sine[64] = {
	0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf,
	0x4787c62a, 0xa8304613, 0xfd469501, 0x698098d8, 0x8b44f7af,
	0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e,
	0x49b40821, 0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa,
	0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8, 0x21e1cde6,
	0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8,
	0x676f02d9, 0x8d2a4c8a, 0xfffa3942, 0x8771f681, 0x6d9d6122,
	0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
	0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039,
	0xe6db99e5, 0x1fa27cf8, 0xc4ac5665, 0xf4292244, 0x432aff97,
	0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d,
	0x85845dd1, 0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1,
	0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
};

static const unsigned char md5_shift[4][4] = {
	{ 7, 12, 17, 22 }, { 5, 9, 14, 20 }, { 4, 11, 16, 23 },
	{ 6, 10, 15, 21 },
};

/* The mixing function of a round, and which word of the block it takes. */
static uint32_t md5_mix(int round, uint32_t b, uint32_t c, uint32_t d)
{
	switch (round) {
	case 0:
		return (b & c) | (~b & d);
	case 1:
		return (b & d) | (c & ~d);
	case 2:
		return b ^ c ^ d;
	default:
		return c ^ (b | ~d);
	}
}

static int md5_word(int round, int i)
{
	static const unsigned char times[4] = { 1, 5, 3, 7 };
	static const unsigned char plus[4] = { 0, 1, 5, 0 };

	return (times[round] * i + plus[round]) % 16;
}

static void md5_block(uint32_t state[4], const unsigned char *data)
{
	uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
	uint32_t word[16];

	memcpy(word, data, sizeof(word));
	for (int i = 0; i < 64; i++) {
		int round = i / 16, shift = md5_shift[round][i % 4];
		uint32_t x = a + md5_mix(round, b, c, d) + md5_sine[i] +
			     word[md5_word(round, i)];

		a = d;
		d = c;
		c = b;
		b += x << shift | x >> (32 - shift);
	}
	state[0] += a;
	state[1] += b;
	state[2] += c;
	state[3] += d;
}

void md5_init(struct md5 *m)
{
	m->state[0] = 0x67452301;
	m->state[1] = 0xefcdab89;
	m->state[2] = 0x98badcfe;
	m->state[3] = 0x10325476;
	m->bytes = 0;
}

void md5_add(struct md5 *m, const void *data, size_t len)
{
	const unsigned char *p = data;

	while (len) {
		size_t have = m->bytes % 64;
		size_t part = len < 64 - have ? len : 64 - have;

		memcpy(m->block + have, p, part);
		m->bytes += part;
		p += part;
		len -= part;
		if (m->bytes % 64 == 0)
			md5_block(m->state, m->block);
	}
}

void md5_end(struct md5 *m, char hex[33])
{
	static const unsigned char pad[64] = { 0x80 };
	uint64_t bits = m->bytes * 8;

	md5_add(m, pad, 1 + (119 - m->bytes % 64) % 64);
	md5_add(m, &bits, sizeof(bits));
	for (int i = 0; i < 16; i++)
		sprintf(hex + 2 * i, "%02x",
			m->state[i / 4] >> (8 * (i % 4)) & 0xff);
}
