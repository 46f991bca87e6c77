/* tests/host/test_vmhist.c - buckets and quantiles against what they mean */
#include <stdlib.h>

#include "kernel/base/vmhist.h"
#include "tests/host/check.h"

/* Each value lies in its bucket, which is a quarter of the value wide. */
static const char *in_bucket(u32 value)
{
	unsigned int b = hist_bucket(value);

	CHECK(b < HIST_BUCKETS);
	CHECK(hist_least(b) <= value && value < hist_least(b + 1));
	CHECK(hist_least(b + 1) - hist_least(b) <= value / 4 + 1);
	return NULL;
}

static const char *buckets(void)
{
	const char *bad;
	u32 value;
	int i;

	for (value = 0; value < 100000; value++) {
		bad = in_bucket(value);
		if (bad)
			return bad;
	}
	for (i = 17; i < 32; i++) {
		bad = in_bucket(1u << i) ?: in_bucket((1u << i) - 1);
		if (bad)
			return bad;
	}
	CHECK(!in_bucket(~0u));
	CHECK(hist_bucket(~0u) == HIST_BUCKETS - 1);
	CHECK(hist_least(HIST_BUCKETS) == 1ull << 32);
	return NULL;
}

static int by_value(const void *a, const void *b)
{
	u32 x = *(const u32 *)a, y = *(const u32 *)b;

	return (x > y) - (x < y);
}

/* The exact quantile of sorted values lies in the bucket whose end is given. */
static const char *quantiles(void)
{
	static const unsigned int permilles[] = { 1, 500, 900, 990, 999, 1000 };
	static u32 values[5000];
	unsigned int n, i;
	u32 exact, got;

	srand(7);
	for (n = 1; n < ARRAY_SIZE(values); n = n * 3 + 1) {
		struct hist hist = { .most = 0 };

		for (i = 0; i < n; i++) {
			values[i] = (u32)rand() >> rand() % 31;
			hist_add(&hist, values[i]);
		}
		qsort(values, n, sizeof(*values), by_value);
		CHECK(hist_count(&hist) == n && hist.most == values[n - 1]);
		for (i = 0; i < ARRAY_SIZE(permilles); i++) {
			exact = values[(n * permilles[i] + 999) / 1000 - 1];
			got = hist_quantile(&hist, permilles[i]);
			CHECK(got >= exact && got <= exact + exact / 4);
		}
	}
	return NULL;
}

static const char *edges(void)
{
	struct hist hist = { .most = 0 };

	CHECK(hist_quantile(&hist, 990) == 0);
	hist_add(&hist, 0);
	CHECK(hist_quantile(&hist, 990) == 0 && hist_count(&hist) == 1);
	hist_add(&hist, ~0u);
	CHECK(hist_quantile(&hist, 500) == 0);
	CHECK(hist_quantile(&hist, 990) == ~0u);
	return NULL;
}

static const char *waits(void)
{
	lock_waited(LOCK_FAULT, 5);
	lock_waited(LOCK_FAULT, 0);
	CHECK(vm_hist.lock_wait[LOCK_FAULT].sleeps == 2);
	CHECK(vm_hist.lock_wait[LOCK_FAULT].usec == 5);
	CHECK(vm_hist.lock_wait[LOCK_READ].sleeps == 0);
	return NULL;
}

int main(void)
{
	test_report("vmhist_buckets", buckets());
	test_report("vmhist_quantiles", quantiles());
	test_report("vmhist_edges", edges());
	test_report("vmhist_waits", waits());
	return failures != 0;
}
