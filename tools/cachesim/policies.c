/*
 * tools/cachesim/policies.c - the list of policies, and a run of one
 */
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "tools/cachesim/policy.h"

enum { MOST = 64 };

static const struct policy *list[MOST];
static unsigned int policies;

void policy_add(const struct policy *p)
{
	unsigned int i;

	if (policies == MOST)
		sim_die(SIM_FAILED, "%s: over %d policies", p->name, MOST);
	for (i = policies++; i && strcmp(list[i - 1]->name, p->name) > 0; i--)
		list[i] = list[i - 1];
	list[i] = p;
}

const struct policy *policy_number(unsigned int i)
{
	return i < policies ? list[i] : NULL;
}

const struct policy *policy_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < policies; i++) {
		if (!strcmp(list[i]->name, name))
			return list[i];
	}
	return NULL;
}

/* First touches of an object: each misses under every policy. */
static uint64_t cold_misses(const struct sim_trace *t)
{
	uint8_t *seen = sim_alloc(t->objects, 1);
	uint64_t cold = 0;
	uint32_t i;

	for (i = 0; i < t->count; i++) {
		const struct sim_event *e = &t->events[i];

		if (sim_leaves(e))
			seen[e->object] = 0;
		if (!sim_is_touch(e))
			continue;
		cold += !seen[e->object];
		seen[e->object] = 1;
	}
	free(seen);
	return cold;
}

static uint64_t usec_of(const struct timeval *t)
{
	return t->tv_sec * 1000000ull + t->tv_usec;
}

/* Of this process and of children that have ended: a policy may run in one. */
static uint64_t processor_ns(void)
{
	struct timespec now;
	struct rusage sum;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	getrusage(RUSAGE_CHILDREN, &sum);
	return now.tv_sec * 1000000000ull + now.tv_nsec +
	       1000 * (usec_of(&sum.ru_utime) + usec_of(&sum.ru_stime));
}

int policy_run(const struct policy *p, uint64_t frames,
	       const struct sim_trace *t, bool bytes, struct policy_result *r)
{
	uint64_t start;
	uint32_t i;

	memset(r, 0, sizeof(*r));
	if (p->open(p, frames, t, bytes) < 0)
		return -1;
	start = processor_ns();
	for (i = 0; i < t->count; i++)
		p->event(&t->events[i]);
	p->end(r);
	r->cpu_ns = processor_ns() - start;
	p->close();
	r->cold = cold_misses(t);
	return 0;
}
