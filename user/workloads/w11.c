/*
 * user/workloads/w11.c - W11: sync from many processes at once
 *
 * Each process has a file.  In a round all of them read and rewrite pages of
 * their files at random, meet, and call sync at the same time.  Two that write
 * the same thing may hinder each other: the sum of the times that the calls
 * take grows, and so does the disk's seek distance.
 */
#include "area.h"

#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#define MAX_CLIENTS	16

static unsigned long seed = 1, clients = 4, file_kb = 1024, rounds = 4;
static unsigned long writes = 128, reads = 256;
static const char *stem = "/w11.";
static int keep;

static const struct opt opts[] = {
	{ "seed", OPT_NUM, &seed, "seed of places and contents" },
	{ "stem", OPT_STR, &stem, "how the files' names begin" },
	{ "clients", OPT_NUM, &clients, "processes, up to 16" },
	{ "file-kb", OPT_NUM, &file_kb, "size of the file of each" },
	{ "rounds", OPT_NUM, &rounds, "times that all call sync" },
	{ "writes", OPT_NUM, &writes, "pages that each rewrites in a round" },
	{ "reads", OPT_NUM, &reads, "pages that each reads in a round" },
	{ "keep", OPT_FLAG, &keep, "leave the files behind" },
};

/* Where the processes meet: each writes a byte, the parent answers all. */
static int ready[2], go[MAX_CLIENTS][2];

static void meet(unsigned long me)
{
	char c = 0;

	xwrite(ready[1], &c, 1);
	if (xread(go[me][0], &c, 1) != 1)
		die("client %lu: the parent has gone", me);
}

/* => microseconds in sync */
static uint32_t round_of(struct area *a, struct rng *r, unsigned long me)
{
	uint64_t begin;

	for (unsigned long i = 0; i < reads; i++)
		area_read(a, rng_below(r, a->blocks));
	for (unsigned long i = 0; i < writes; i++)
		area_write(a, rng_below(r, a->blocks));
	meet(me);
	begin = now_us();
	sync();
	return now_us() - begin;
}

static void client(unsigned long me, int result)
{
	char name[64];
	struct area a = { .path = name, .seed = mix(seed, me, 11) };
	uint32_t usec = 0;
	struct rng r;

	snprintf(name, sizeof(name), "%s%lu", stem, me);
	area_make_file(&a, file_kb);
	rng_seed(&r, a.seed);
	for (unsigned long i = 0; i < rounds; i++)
		usec += round_of(&a, &r, me);
	area_read_all(&a);
	area_close(&a);
	if (!keep && unlink(name) < 0)
		die_sys("unlink %s", name);
	xwrite(result, &usec, sizeof(usec));
}

static void lead(void)
{
	char c[MAX_CLIENTS];

	for (unsigned long i = 0; i < rounds; i++) {
		if (xread(ready[0], c, clients) != clients)
			die("a client has gone");
		for (unsigned long j = 0; j < clients; j++)
			xwrite(go[j][1], c, 1);
	}
}

int main(int argc, char **argv)
{
	unsigned long begin, total = 0;
	pid_t pid[MAX_CLIENTS];
	uint32_t usec;
	int result[2];

	opts_parse(argc, argv, "sync from many processes at once", opts,
		   ARRAY_SIZE(opts));
	if (!clients || clients > MAX_CLIENTS)
		die("1 to %u clients", MAX_CLIENTS);
	if (pipe(ready) < 0 || pipe(result) < 0)
		die_sys("pipe");
	begin = now_ms();
	for (unsigned long i = 0; i < clients; i++) {
		if (pipe(go[i]) < 0)
			die_sys("pipe");
		pid[i] = xfork();
		if (pid[i] == 0) {
			xclose(ready[0]);
			xclose(go[i][1]);
			client(i, result[1]);
			_exit(0);
		}
	}
	xclose(ready[1]);
	lead();
	for (unsigned long i = 0; i < clients; i++) {
		xwait_ok(pid[i], "a client");
		if (xread(result[0], &usec, sizeof(usec)) != sizeof(usec))
			die("a client reported no time");
		total += usec / 1000;
	}
	say("w11: ok clients=%lu kb=%lu rounds=%lu sync_ms=%lu ms=%lu\n",
	    clients, clients * file_kb, rounds, total, now_ms() - begin);
	return 0;
}
