/*
 * user/lib/tree.c - walking, copying and removing a tree of files
 *
 * The walk is recursive, with one open directory and one path a level.
 * Anything that is no file, directory or symbolic link is passed over.
 */
#include "tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define COPY_CHUNK	(16 * KB)

static const char *copy_src, *copy_dst, *remove_root;

void tree_join(char dst[TREE_PATH], const char *a, const char *b)
{
	int n = snprintf(dst, TREE_PATH, "%s/%s", a, b);

	if (n >= TREE_PATH)
		die("path too long: %s/%s", a, b);
}

static int is_dot(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* `after`: visit a directory when its entries are done. */
static void walk(const char *root, const char *rel, tree_visit *visit,
		 int after)
{
	char path[TREE_PATH], sub[TREE_PATH];
	struct stat st;
	struct dirent *e;
	DIR *d;

	tree_join(path, root, rel);
	d = opendir(path);
	if (!d)
		die_sys("opendir %s", path);
	while ((e = readdir(d)) != NULL) {
		if (is_dot(e->d_name))
			continue;
		tree_join(sub, rel, e->d_name);
		tree_join(path, root, sub);
		if (lstat(path, &st) < 0)
			die_sys("lstat %s", path);
		if (!after)
			visit(sub, &st);
		if (S_ISDIR(st.st_mode))
			walk(root, sub, visit, after);
		if (after)
			visit(sub, &st);
	}
	closedir(d);
}

void tree_walk(const char *root, tree_visit *visit)
{
	walk(root, ".", visit, 0);
}

/* --- copy ---------------------------------------------------------- */

static void copy_file(const char *from, const char *to, mode_t mode)
{
	static char buf[COPY_CHUNK];
	int in = xopen(from, O_RDONLY, 0);
	int out = xopen(to, O_WRONLY | O_CREAT | O_TRUNC, mode & 0777);
	size_t n;

	while ((n = xread(in, buf, sizeof(buf))) > 0)
		xwrite(out, buf, n);
	xclose(in);
	xclose(out);
}

static void copy_link(const char *from, const char *to)
{
	char text[TREE_PATH];
	ssize_t n = readlink(from, text, sizeof(text) - 1);

	if (n < 0)
		die_sys("readlink %s", from);
	text[n] = 0;
	if (symlink(text, to) < 0)
		die_sys("symlink %s", to);
}

static void copy_visit(const char *rel, const struct stat *st)
{
	char from[TREE_PATH], to[TREE_PATH];

	tree_join(from, copy_src, rel);
	tree_join(to, copy_dst, rel);
	if (S_ISDIR(st->st_mode)) {
		if (mkdir(to, st->st_mode & 0777) < 0)
			die_sys("mkdir %s", to);
	} else if (S_ISLNK(st->st_mode)) {
		copy_link(from, to);
	} else if (S_ISREG(st->st_mode)) {
		copy_file(from, to, st->st_mode);
	}
}

void tree_copy(const char *src, const char *dst)
{
	if (mkdir(dst, 0755) < 0)
		die_sys("mkdir %s", dst);
	copy_src = src;
	copy_dst = dst;
	tree_walk(src, copy_visit);
}

/* --- remove -------------------------------------------------------- */

static void remove_visit(const char *rel, const struct stat *st)
{
	char path[TREE_PATH];

	tree_join(path, remove_root, rel);
	if (S_ISDIR(st->st_mode) ? rmdir(path) : unlink(path))
		die_sys("remove %s", path);
}

void tree_remove(const char *root)
{
	remove_root = root;
	walk(root, ".", remove_visit, 1);
	if (rmdir(root) < 0)
		die_sys("rmdir %s", root);
}
