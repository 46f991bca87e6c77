/*
 * user/lib/md5.h - the MD5 digest (RFC 1321), to compare with the host's md5sum
 */
#pragma once

#include "common.h"

struct md5 {
	uint32_t state[4];
	uint64_t bytes;
	unsigned char block[64];
};

void md5_init(struct md5 *m);
void md5_add(struct md5 *m, const void *data, size_t len);
/* => 32 hexadecimal digits and a 0 in `hex`; the state is used up */
void md5_end(struct md5 *m, char hex[33]);
