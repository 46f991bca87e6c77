/*
 * user/workloads/wreal.c - the real one: copy a tree, sum it up, search it
 *
 * Files are taken in the order of their paths, so that a host can say the same:
 *
 *   cd TREE; find . -type f | LC_ALL=C sort | xargs -d '\n' md5sum | md5sum
 *
 * prints `digest`, and what is piped into the last md5sum is --manifest.
 * The digest of the copy must equal the one of the source.
 */
#include "md5.h"
#include "tree.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHUNK	(16 * KB)

static const char *src = "/tree", *dst = "/copy", *search = "the", *manifest;
static unsigned long seed, repeat = 1;
static int keep, drop, no_copy;

static const struct opt opts[] = {
	{ "seed", OPT_NUM, &seed, "unused: the tree decides everything" },
	{ "src", OPT_STR, &src, "tree to copy" },
	{ "dst", OPT_STR, &dst, "where to; must not exist" },
	{ "search", OPT_STR, &search, "count the lines that contain this" },
	{ "manifest", OPT_STR, &manifest, "write a list like md5sum's there" },
	{ "repeat", OPT_NUM, &repeat, "how often to sum and search the copy" },
	{ "drop", OPT_FLAG, &drop, "empty the caches before each sum" },
	{ "no-copy", OPT_FLAG, &no_copy, "only sum and search the source" },
	{ "keep", OPT_FLAG, &keep, "leave the copy behind" },
};

/* The regular files of a tree: paths from its root, to be sorted. */
static struct {
	char **path;
	size_t n, room;
} list;

struct total {
	unsigned long files, lines;
	uint64_t bytes;
	char digest[33];
};

static void list_visit(const char *rel, const struct stat *st)
{
	if (!S_ISREG(st->st_mode))
		return;
	if (list.n == list.room) {
		list.room = list.room ? 2 * list.room : 256;
		list.path = realloc(list.path, list.room * sizeof(*list.path));
		if (!list.path)
			die("no memory for %zu paths", list.room);
	}
	list.path[list.n] = strdup(rel);
	if (!list.path[list.n++])
		die("no memory for a path");
}

static int by_path(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void list_files(const char *root)
{
	while (list.n)
		free(list.path[--list.n]);
	tree_walk(root, list_visit);
	qsort(list.path, list.n, sizeof(*list.path), by_path);
}

/* => lines among the complete ones in `text` that contain the string; what
 * follows the last newline is moved to the front and *left says its length */
static unsigned long count_lines(char *text, size_t len, size_t *left)
{
	unsigned long lines = 0;
	char *p = text, *end = text + len, *nl;

	while ((nl = memchr(p, '\n', end - p)) != NULL) {
		lines += memmem(p, nl - p, search, strlen(search)) != NULL;
		p = nl + 1;
	}
	*left = end - p;
	memmove(text, p, *left);
	return lines;
}

/* Sum and search one file; a line longer than the buffer counts in parts. */
static void sum_file(const char *path, struct total *t, char hex[33])
{
	static char buf[2 * CHUNK];
	int fd = xopen(path, O_RDONLY, 0);
	size_t left = 0, n;
	struct md5 m;

	md5_init(&m);
	while ((n = xread(fd, buf + left, CHUNK)) > 0) {
		md5_add(&m, buf + left, n);
		t->bytes += n;
		t->lines += count_lines(buf, left + n, &left);
		if (left > CHUNK)
			left = 0;
	}
	t->lines += left && memmem(buf, left, search, strlen(search));
	md5_end(&m, hex);
	xclose(fd);
}

/* Sum the tree; write the manifest to descriptor `out` unless it is -1. */
static void sum_tree(const char *root, struct total *t, int out)
{
	char path[TREE_PATH], line[TREE_PATH + 40], hex[33];
	struct md5 all;
	int n;

	memset(t, 0, sizeof(*t));
	md5_init(&all);
	list_files(root);
	for (size_t i = 0; i < list.n; i++) {
		tree_join(path, root, list.path[i]);
		sum_file(path, t, hex);
		n = snprintf(line, sizeof(line), "%s  %s\n", hex, list.path[i]);
		md5_add(&all, line, n);
		if (out >= 0)
			xwrite(out, line, n);
	}
	t->files = list.n;
	md5_end(&all, t->digest);
}

static void drop_if_asked(void)
{
	if (drop && drop_caches() < 0)
		die_sys("cannot drop the caches");
}

static void check_copy(const struct total *want)
{
	struct total t;

	for (unsigned long i = 0; i < repeat; i++) {
		drop_if_asked();
		sum_tree(dst, &t, -1);
		if (strcmp(t.digest, want->digest) || t.bytes != want->bytes)
			die("the copy differs: digest %s, not %s", t.digest,
			    want->digest);
	}
}

int main(int argc, char **argv)
{
	unsigned long begin, copied;
	struct total t;
	int out = -1;

	opts_parse(argc, argv, "copy a tree, sum it up, search it", opts,
		   ARRAY_SIZE(opts));
	begin = now_ms();
	if (!no_copy)
		tree_copy(src, dst);
	copied = now_ms() - begin;
	drop_if_asked();
	if (manifest)
		out = xopen(manifest, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	sum_tree(src, &t, out);
	if (out >= 0)
		xclose(out);
	if (!no_copy)
		check_copy(&t);
	if (!no_copy && !keep)
		tree_remove(dst);
	say("wreal: ok files=%lu bytes=%llu lines=%lu digest=%s copy_ms=%lu "
	    "ms=%lu\n", t.files, (unsigned long long)t.bytes, t.lines,
	    t.digest, copied, now_ms() - begin);
	return 0;
}
