/*
 * user/lib/data.c - random numbers, checkable patterns, numbers from /proc
 *
 * All content that the workloads write follows from a 32-bit key, so
 * another process, or one after a reboot, can check it by the key.
 */
#include "common.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_SCANNERS	16

/* --- random numbers ------------------------------------------------ */

/* A hash of three words: the keys of patterns are made with it. */
uint32_t mix(uint32_t a, uint32_t b, uint32_t c)
{
	uint32_t h = a * 0x9e3779b1u;

	h = (h ^ (h >> 15)) + b * 0x85ebca77u;
	h = (h ^ (h >> 13)) * 0xc2b2ae3du + c;
	h = (h ^ (h >> 16)) * 0x27d4eb2fu;
	return h ^ (h >> 15);
}

/* xorshift never leaves zero, so zero never gets in. */
void rng_seed(struct rng *r, uint32_t seed)
{
	r->x = mix(seed, 1, 2) | 1;
}

uint32_t rng_next(struct rng *r)
{
	r->x ^= r->x << 13;
	r->x ^= r->x >> 17;
	r->x ^= r->x << 5;
	return r->x;
}

uint32_t rng_below(struct rng *r, uint32_t n)
{
	return ((uint64_t)rng_next(r) * n) >> 32;
}

/* --- patterns ------------------------------------------------------ */

void pattern_fill(void *buf, size_t len, uint32_t key)
{
	struct rng r;
	unsigned char *p = buf;

	rng_seed(&r, key);
	for (size_t i = 0; i < len; i += 4) {
		uint32_t word = rng_next(&r);

		memcpy(p + i, &word, len - i < 4 ? len - i : 4);
	}
}

long pattern_check(const void *buf, size_t len, uint32_t key)
{
	struct rng r;
	const unsigned char *p = buf;

	rng_seed(&r, key);
	for (size_t i = 0; i < len; i += 4) {
		uint32_t word = rng_next(&r);

		if (memcmp(p + i, &word, len - i < 4 ? len - i : 4))
			return i;
	}
	return -1;
}

/* --- /proc --------------------------------------------------------- */

char *proc_text(const char *path)
{
	size_t room = 32 * KB, have = 0;
	int fd = open(path, O_RDONLY);
	char *text;
	ssize_t n;

	if (fd < 0)
		return NULL;
	text = xmalloc(room + 1);
	while (have < room && (n = read(fd, text + have, room - have)) > 0)
		have += n;
	close(fd);
	text[have] = 0;
	return text;
}

int proc_value(const char *file, const char *key, unsigned long *value)
{
	char *text = proc_text(file), *p = text;
	size_t len = strlen(key);
	int found = -1;

	while (p && *p && found < 0) {
		if (strncmp(p, key, len) == 0 && strchr(": \t", p[len])) {
			*value = strtoul(p + len + strspn(p + len, ": \t"),
					 NULL, 10);
			found = 0;
		}
		p = strchr(p, '\n');
		p = p ? p + 1 : NULL;
	}
	free(text);
	return found;
}

/* => how many there are; *current is the number of the one in brackets */
static unsigned scanner_names(const char *names[], unsigned *current)
{
	static char *text;
	char *at, *name;
	unsigned n = 0;

	free(text);
	at = text = proc_text(SCANNER_FILE);
	if (!text)
		die_sys("%s", SCANNER_FILE);
	while (n < MAX_SCANNERS && (name = strsep(&at, " \n"))) {
		if (*name == '[') {
			*current = n;
			name++;
			name[strlen(name) - 1] = 0;
		}
		if (*name)
			names[n++] = name;
	}
	return n;
}

const char *scanner_name(unsigned n)
{
	const char *names[MAX_SCANNERS];
	unsigned current, count = scanner_names(names, &current);

	return names[n % count];
}

const char *scanner_next(void)
{
	const char *names[MAX_SCANNERS];
	unsigned current = 0, count = scanner_names(names, &current);

	return names[(current + 1) % count];
}

int proc_write(const char *file, const char *text)
{
	int fd = open(file, O_WRONLY);
	ssize_t n;

	if (fd < 0)
		return -1;
	n = write(fd, text, strlen(text));
	close(fd);
	return n < 0 ? -1 : 0;
}

int drop_caches(void)
{
	sync();
	return proc_write("/proc/sys/vm/drop_caches", "3");
}

unsigned long free_pages(void)
{
	unsigned long kb = 0;

	if (access("/proc/sys/vm/scanner", F_OK) < 0 || drop_caches() < 0)
		return 0;
	proc_value("/proc/meminfo", "MemFree", &kb);
	return kb / (PAGE / KB);
}

int cat_file(const char *path)
{
	static char buf[PAGE];
	int fd = open(path, O_RDONLY);
	ssize_t n;

	if (fd < 0)
		return -1;
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		xwrite(STDOUT_FILENO, buf, n);
	close(fd);
	return n < 0 ? -1 : 0;
}

void vmstat_dump(const char *tag)
{
	say("=== vmstat begin %s\n", tag);
	if (cat_file("/proc/vmstat") < 0)
		say("no /proc/vmstat\n");
	say("=== vmstat end\n");
}
