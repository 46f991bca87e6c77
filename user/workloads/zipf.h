/*
 * user/workloads/zipf.h - Zipf-distributed numbers without floating point
 */
#pragma once

#include "common.h"

struct zipf {
	uint32_t n, stride;
	uint64_t *up_to;		/* cumulative weights of ranks 1..n */
};

/* Rank k is drawn in proportion to 1 / k^(s_100ths / 100). */
void zipf_init(struct zipf *z, uint32_t n, unsigned s_100ths);
/* => 0 .. n-1; neighbouring ranks lie far apart */
uint32_t zipf_next(const struct zipf *z, struct rng *r);
