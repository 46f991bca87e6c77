/*
 * user/workloads/zipf.c - Zipf-distributed numbers without floating point
 *
 * The weight of rank k is 2^(-s * log2 k) in fixed point with 24 bits behind
 * the point.  log2 comes from squaring, bit by bit; 2^-f from a table of the
 * square roots 2^(-1/2), 2^(-1/4), ...  A draw is a binary search in the
 * cumulative weights.  Ranks are spread over the numbers by a stride prime to
 * n, so the popular ones are not neighbours.
 */
#include "zipf.h"

#define FIX	24		/* bits behind the point */
#define ONE	(1ull << FIX)

/* => log2(k) */
static uint64_t fix_log2(uint32_t k)
{
	int whole = 31 - __builtin_clz(k);
	uint64_t x = ((uint64_t)k << FIX) >> whole, result;

	result = (uint64_t)whole << FIX;
	for (uint64_t bit = ONE / 2; bit; bit /= 2) {
		x = x * x >> FIX;
		if (x >= 2 * ONE) {
			x /= 2;
			result += bit;
		}
	}
	return result;
}

/* => 2^-y, in units of 2^-40 */
static uint64_t fix_exp2_neg(uint64_t y)
{
	static const uint32_t root[] = {	/* 2^-(1/2^i) in 2^-24 */
		11863283, 14107901, 15384775, 16065917, 16417715, 16596492,
		16686609, 16731851, 16754518, 16765863, 16771539, 16774377,
	};
	uint64_t result = 1ull << 40;

	for (unsigned i = 0; i < ARRAY_SIZE(root); i++)
		if (y & (ONE >> (i + 1)))
			result = (result >> FIX / 2) * root[i] >> FIX / 2;
	return y >> FIX < 41 ? result >> (y >> FIX) : 0;
}

static uint32_t gcd(uint32_t a, uint32_t b)
{
	return b ? gcd(b, a % b) : a;
}

void zipf_init(struct zipf *z, uint32_t n, unsigned s_100ths)
{
	uint64_t sum = 0;

	z->n = n;
	z->up_to = xmalloc(n * sizeof(*z->up_to));
	for (uint32_t k = 1; k <= n; k++) {
		sum += fix_exp2_neg(fix_log2(k) * s_100ths / 100) + 1;
		z->up_to[k - 1] = sum;
	}
	for (z->stride = n / 8 * 5 + 1; gcd(z->stride, n) != 1; z->stride++)
		;
}

uint32_t zipf_next(const struct zipf *z, struct rng *r)
{
	uint64_t total = z->up_to[z->n - 1];
	uint64_t draw = ((uint64_t)rng_next(r) << 32 | rng_next(r)) % total;
	uint32_t low = 0, high = z->n - 1;

	while (low < high) {
		uint32_t mid = (low + high) / 2;

		if (draw < z->up_to[mid])
			high = mid;
		else
			low = mid + 1;
	}
	return (uint64_t)low * z->stride % z->n;
}
