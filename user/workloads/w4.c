/*
 * user/workloads/w4.c - W4: a metadata storm of several clients
 *
 * Each client has a directory and a number of slots.  A step creates a file
 * under a temporary name, writes 1 to 16 KB, renames it to its final name in a
 * random slot, and removes the file that was in the slot.  Serial number and
 * client are in the name and decide length and contents, so a later
 * reader of the directory can check each survivor.
 */
#include "common.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_CLIENTS	64
#define MAX_BYTES	(16 * KB)

static unsigned long seed = 1, clients = 8, files = 200, slots = 16;
static unsigned long max_kb = 16, reads;
static const char *dir = "/w4";
static int keep, drop;

static const struct opt opts[] = {
	{ "seed", OPT_NUM, &seed, "seed of slots and contents" },
	{ "dir", OPT_STR, &dir, "directory to work in" },
	{ "clients", OPT_NUM, &clients, "number of processes" },
	{ "files", OPT_NUM, &files, "files that each client creates" },
	{ "slots", OPT_NUM, &slots, "files of a client that live at once" },
	{ "max-kb", OPT_NUM, &max_kb, "largest file, 1 to 16" },
	{ "reads", OPT_NUM, &reads, "files of its own read for each created" },
	{ "drop", OPT_FLAG, &drop, "empty the caches before the check" },
	{ "keep", OPT_FLAG, &keep, "leave the survivors behind" },
};

static char buf[MAX_BYTES];

static size_t file_size(uint32_t client, uint32_t serial)
{
	return KB + mix(seed + 1, client, serial) % ((max_kb - 1) * KB + 1);
}

static void file_name(char *name, uint32_t serial)
{
	sprintf(name, "f%u", serial);
}

static void enter(uint32_t client)
{
	char name[128];

	snprintf(name, sizeof(name), "%s/c%u", dir, client);
	if (mkdir(name, 0755) < 0 && errno != EEXIST)
		die_sys("mkdir %s", name);
	if (chdir(name) < 0)
		die_sys("chdir %s", name);
}

static void make_file(uint32_t client, uint32_t serial)
{
	size_t len = file_size(client, serial), done = 0;
	int fd = xopen("new", O_WRONLY | O_CREAT | O_EXCL, 0644);
	char name[16];

	pattern_fill(buf, len, mix(seed, client, serial));
	while (done < len) {
		size_t part = len - done < PAGE ? len - done : PAGE;

		xwrite(fd, buf + done, part);
		done += part;
	}
	xclose(fd);
	file_name(name, serial);
	if (rename("new", name) < 0)
		die_sys("rename to %s", name);
}

/* Reads a file back and checks it. */
static void read_file(uint32_t client, uint32_t serial)
{
	size_t want = file_size(client, serial), got;
	char name[16];
	int fd;

	file_name(name, serial);
	fd = xopen(name, O_RDONLY, 0);
	got = xread(fd, buf, sizeof(buf));
	xclose(fd);
	if (got != want)
		die("client %u: %s has %zu bytes, not %zu", client, name, got,
		    want);
	if (pattern_check(buf, got, mix(seed, client, serial)) >= 0)
		die("client %u: %s has wrong contents", client, name);
}

/* Reads a live file, if the slot drawn has one: of another generator, since
 * survivors() repeats the draws of the first. */
static void read_some(uint32_t client, const uint32_t *slot, struct rng *r)
{
	for (unsigned long i = 0; i < reads; i++) {
		uint32_t s = rng_below(r, slots);

		if (slot[s])
			read_file(client, slot[s]);
	}
}

/* The work of one client. => bytes written */
static uint32_t storm(uint32_t client)
{
	uint32_t *slot = xmalloc(slots * sizeof(*slot)), bytes = 0;
	struct rng r, reader;
	char name[16];

	enter(client);
	rng_seed(&r, mix(seed, client, 0));
	rng_seed(&reader, mix(seed, client, 4));
	for (uint32_t serial = 1; serial <= files; serial++) {
		uint32_t s = rng_below(&r, slots);

		make_file(client, serial);
		bytes += file_size(client, serial);
		file_name(name, slot[s]);
		if (slot[s] && unlink(name) < 0)
			die_sys("client %u: unlink %s", client, name);
		slot[s] = serial;
		read_some(client, slot, &reader);
	}
	return bytes;
}

/* Which serial numbers survive, by playing the draws again. */
static void survivors(uint32_t client, uint32_t *slot)
{
	struct rng r;

	rng_seed(&r, mix(seed, client, 0));
	memset(slot, 0, slots * sizeof(*slot));
	for (uint32_t serial = 1; serial <= files; serial++)
		slot[rng_below(&r, slots)] = serial;
}

static void check_file(uint32_t client, uint32_t serial)
{
	char name[16];

	read_file(client, serial);
	file_name(name, serial);
	if (!keep && unlink(name) < 0)
		die_sys("unlink %s", name);
}

/* => entries in the working directory besides . and .. */
static uint32_t count_entries(void)
{
	DIR *d = opendir(".");
	uint32_t n = 0;

	if (!d)
		die_sys("opendir");
	for (struct dirent *e = readdir(d); e; e = readdir(d))
		n += e->d_name[0] != '.';
	closedir(d);
	return n;
}

/* => survivors of the client, all found right and nothing else there */
static uint32_t check_client(uint32_t client)
{
	uint32_t *slot = xmalloc(slots * sizeof(*slot)), live = 0, there;
	char name[128];

	enter(client);
	survivors(client, slot);
	there = count_entries();
	for (uint32_t s = 0; s < slots; s++) {
		if (slot[s])
			check_file(client, slot[s]);
		live += slot[s] != 0;
	}
	free(slot);
	if (there != live)
		die("client %u: %u files, not %u", client, there, live);
	snprintf(name, sizeof(name), "%s/c%u", dir, client);
	if (!keep && (chdir("/") < 0 || rmdir(name) < 0))
		die_sys("rmdir %s", name);
	return live;
}

static unsigned long run_clients(void)
{
	pid_t pid[MAX_CLIENTS];
	unsigned long bytes = 0;
	uint32_t one;
	int fds[2];

	if (pipe(fds) < 0)
		die_sys("pipe");
	for (uint32_t i = 0; i < clients; i++) {
		pid[i] = xfork();
		if (pid[i] == 0) {
			one = storm(i);
			xwrite(fds[1], &one, sizeof(one));
			_exit(0);
		}
	}
	xclose(fds[1]);
	while (xread(fds[0], &one, sizeof(one)))
		bytes += one;
	xclose(fds[0]);
	for (uint32_t i = 0; i < clients; i++)
		xwait_ok(pid[i], "a client");
	return bytes;
}

/* The directory must be absolute: the check leaves it and comes back. */
static void check_options(void)
{
	if (clients < 1 || clients > MAX_CLIENTS || !slots)
		die("1 to %u clients with at least a slot", MAX_CLIENTS);
	if (max_kb < 1 || max_kb > MAX_BYTES / KB)
		die("--max-kb is 1 to 16");
	if (dir[0] != '/')
		die("--dir must be an absolute path");
	if (mkdir(dir, 0755) < 0 && errno != EEXIST)
		die_sys("mkdir %s", dir);
}

int main(int argc, char **argv)
{
	unsigned long begin, storm_ms, bytes;
	uint32_t live = 0;

	opts_parse(argc, argv, "a metadata storm of several clients", opts,
		   ARRAY_SIZE(opts));
	check_options();
	begin = now_ms();
	bytes = run_clients();
	storm_ms = now_ms() - begin;
	if (drop && drop_caches() < 0)
		die_sys("cannot drop the caches");
	for (uint32_t i = 0; i < clients; i++)
		live += check_client(i);
	if (!keep && rmdir(dir) < 0)
		die_sys("rmdir %s", dir);
	say("w4: ok clients=%lu files=%lu survivors=%u kb=%lu storm_ms=%lu "
	    "ms=%lu\n", clients, clients * files, live, bytes / KB, storm_ms,
	    now_ms() - begin);
	return 0;
}
