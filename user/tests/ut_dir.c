/*
 * user/tests/ut_dir.c - tests: directories, links, names
 */
#include "ut.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define MANY	300

static ino_t ino(const char *name)
{
	struct stat st;

	CHECK(lstat(name, &st) == 0);
	return st.st_ino;
}

static unsigned links(const char *name)
{
	struct stat st;

	CHECK(lstat(name, &st) == 0);
	return st.st_nlink;
}

/* --- directories --------------------------------------------------- */

static void mkdir_rmdir(void)
{
	struct stat st;

	CHECK(mkdir("d", 0750) == 0);
	CHECK(stat("d", &st) == 0 && S_ISDIR(st.st_mode));
	CHECK((st.st_mode & 0777) == 0750);
	FAILS(EEXIST, mkdir("d", 0755));
	FAILS(ENOENT, mkdir("no/d", 0755));
	ut_put("d/f", "x");
	FAILS(ENOTEMPTY, rmdir("d"));
	FAILS(ENOTDIR, rmdir("d/f"));
	FAILS(EISDIR, unlink("d"));
	CHECK(unlink("d/f") == 0 && rmdir("d") == 0);
	FAILS(ENOENT, rmdir("d"));
	FAILS(EINVAL, rmdir("."));
}

static void dots(void)
{
	CHECK(mkdir("d", 0755) == 0);
	CHECK(ino("d/.") == ino("d") && ino("d/..") == ino("."));
	CHECK(mkdir("d/e", 0755) == 0);
	CHECK(ino("d/e/..") == ino("d"));
	CHECK(ino("/..") == ino("/"));
}

static void cwd(void)
{
	char before[512], after[512];
	int fd = xopen(".", O_RDONLY | O_DIRECTORY, 0);

	CHECK(getcwd(before, sizeof(before)) == before);
	CHECK(mkdir("d", 0755) == 0 && chdir("d") == 0);
	CHECK(getcwd(after, sizeof(after)) == after);
	CHECK(strncmp(after, before, strlen(before)) == 0);
	CHECK(strcmp(after + strlen(before), "/d") == 0);
	CHECK(getcwd(after, 3) == NULL && errno == ERANGE);
	CHECK(rmdir("../d") == 0);
	CHECK(getcwd(after, sizeof(after)) == NULL && errno == ENOENT);
	FAILS(ENOENT, open("f", O_RDWR | O_CREAT, 0644));
	CHECK(fchdir(fd) == 0);
	ut_put("f", "x");
	FAILS(ENOTDIR, chdir("f"));
	FAILS(ENOENT, chdir("nosuch"));
}

static void deep(void)
{
	for (int i = 0; i < 40; i++)
		CHECK(mkdir("level", 0755) == 0 && chdir("level") == 0);
	ut_put("f", "bottom");
	for (int i = 0; i < 40; i++)
		CHECK(chdir("..") == 0);
	CHECK(chdir("level/level/level/level/level/level/level") == 0);
}

/* --- getdents ------------------------------------------------------ */

static void name_of(char *name, int i)
{
	sprintf(name, "file-with-a-name-%d", i);
}

static void make_many(void)
{
	char name[32];

	CHECK(mkdir("d", 0755) == 0 && chdir("d") == 0);
	for (int i = 0; i < MANY; i++) {
		name_of(name, i);
		xclose(xopen(name, O_WRONLY | O_CREAT | O_EXCL, 0644));
	}
}

static void getdents_all(void)
{
	char seen[MANY] = "";
	int n = 0, dirs = 0, i;
	struct dirent *e;
	DIR *d;

	make_many();
	d = opendir(".");
	CHECK(d != NULL);
	while ((e = readdir(d)) != NULL) {
		CHECK(strcmp(e->d_name, "..") == 0 ||
		      e->d_ino == ino(e->d_name));
		if (sscanf(e->d_name, "file-with-a-name-%d", &i) == 1) {
			CHECK(i >= 0 && i < MANY && !seen[i]);
			CHECK(e->d_type == DT_REG || e->d_type == DT_UNKNOWN);
			seen[i] = 1;
			n++;
		} else {
			CHECK(e->d_type == DT_DIR || e->d_type == DT_UNKNOWN);
			dirs++;
		}
	}
	CHECK(n == MANY && dirs == 2);
	closedir(d);
}

/* Removing what was just read must not hide what comes next. */
static void getdents_unlink(void)
{
	struct dirent *e;
	DIR *d;

	make_many();
	d = opendir(".");
	CHECK(d != NULL);
	while ((e = readdir(d)) != NULL)
		if (e->d_name[0] != '.')
			CHECK(unlink(e->d_name) == 0);
	closedir(d);
	CHECK(chdir("..") == 0 && rmdir("d") == 0);
}

static void getdents_errors(void)
{
	static char buf[512];
	int fd = xopen(".", O_RDONLY, 0), file;

	ut_put("f", "x");
	file = xopen("f", O_RDONLY, 0);
	FAILS(EINVAL, syscall(SYS_getdents64, fd, buf, 4));
	FAILS(ENOTDIR, syscall(SYS_getdents64, file, buf, 512));
	FAILS(EISDIR, read(fd, buf, 1));
	while (syscall(SYS_getdents64, fd, buf, 512) > 0)
		;
	CHECK(syscall(SYS_getdents64, fd, buf, 512) == 0);
	CHECK(lseek(fd, 0, SEEK_SET) == 0);
	CHECK(syscall(SYS_getdents64, fd, buf, 512) > 0);
}

/* --- links --------------------------------------------------------- */

static void link_counts(void)
{
	ut_put("a", "text");
	CHECK(link("a", "b") == 0);
	CHECK(links("a") == 2 && ino("a") == ino("b"));
	CHECK(unlink("a") == 0);
	CHECK(links("b") == 1 && ut_has("b", "text"));
	ut_put("c", "");
	FAILS(EEXIST, link("b", "c"));
	FAILS(ENOENT, link("nosuch", "d"));
	FAILS(EPERM, link(".", "d"));
}

static void link_many(void)
{
	char name[32];

	ut_put("f", "x");
	for (int i = 0; i < 100; i++) {
		name_of(name, i);
		CHECK(link("f", name) == 0);
	}
	CHECK(links("f") == 101);
	for (int i = 0; i < 100; i++) {
		name_of(name, i);
		CHECK(unlink(name) == 0);
	}
	CHECK(links("f") == 1);
}

static void symlinks(void)
{
	static char text[200];
	struct stat st;
	char buf[256];

	ut_put("f", "text");
	CHECK(symlink("f", "s") == 0);
	CHECK(ut_has("s", "text"));
	CHECK(lstat("s", &st) == 0 && S_ISLNK(st.st_mode) && st.st_size == 1);
	CHECK(stat("s", &st) == 0 && S_ISREG(st.st_mode));
	CHECK(readlink("s", buf, sizeof(buf)) == 1 && buf[0] == 'f');
	FAILS(EINVAL, readlink("f", buf, sizeof(buf)));
	FAILS(EEXIST, symlink("f", "s"));
	memset(text, 'x', sizeof(text) - 1);
	CHECK(symlink(text, "long") == 0);
	CHECK(readlink("long", buf, sizeof(buf)) == sizeof(text) - 1);
	CHECK(memcmp(buf, text, sizeof(text) - 1) == 0);
	CHECK(readlink("long", buf, 10) == 10);
	FAILS(ENOENT, open("long", O_RDONLY));
	CHECK(unlink("s") == 0 && ut_has("f", "text"));
}

static void symlink_paths(void)
{
	CHECK(mkdir("d", 0755) == 0 && symlink("d", "s") == 0);
	ut_put("s/f", "x");
	CHECK(ut_has("d/f", "x"));
	CHECK(symlink("../d/f", "d/up") == 0 && ut_has("s/up", "x"));
	CHECK(symlink("loop2", "loop1") == 0);
	CHECK(symlink("loop1", "loop2") == 0);
	FAILS(ELOOP, open("loop1", O_RDONLY));
	FAILS(ELOOP, chdir("loop2"));
	CHECK(symlink("new", "dangling") == 0);
	ut_put("dangling", "made");
	CHECK(ut_has("new", "made"));
	FAILS(EEXIST, open("dangling", O_CREAT | O_EXCL | O_WRONLY, 0644));
	FAILS(ELOOP, open("dangling", O_RDONLY | O_NOFOLLOW));
}

/* --- rename -------------------------------------------------------- */

static void rename_files(void)
{
	ut_put("a", "A");
	ut_put("b", "B");
	CHECK(rename("a", "c") == 0 && ut_has("c", "A"));
	FAILS(ENOENT, rename("a", "d"));
	CHECK(rename("c", "b") == 0 && ut_has("b", "A"));
	FAILS(ENOENT, access("c", F_OK));
	CHECK(rename("b", "b") == 0 && ut_has("b", "A"));
	CHECK(link("b", "l") == 0 && rename("b", "l") == 0);
	CHECK(links("l") == 2 && ut_has("b", "A"));
}

static void rename_replaces_open(void)
{
	char c;
	int fd;

	ut_put("old", "O");
	ut_put("new", "N");
	fd = xopen("old", O_RDONLY, 0);
	CHECK(rename("new", "old") == 0);
	CHECK(read(fd, &c, 1) == 1 && c == 'O');
	CHECK(ut_has("old", "N"));
}

static void rename_dirs(void)
{
	CHECK(mkdir("d", 0755) == 0 && mkdir("d/sub", 0755) == 0);
	CHECK(mkdir("e", 0755) == 0 && mkdir("full", 0755) == 0);
	ut_put("full/f", "x");
	ut_put("file", "x");
	CHECK(links("d") == 3);
	FAILS(EINVAL, rename("d", "d/sub/x"));
	FAILS(ENOTEMPTY, rename("e", "full"));
	FAILS(EISDIR, rename("file", "e"));
	FAILS(ENOTDIR, rename("e", "file"));
	CHECK(rename("d/sub", "e/moved") == 0);
	CHECK(links("d") == 2 && links("e") == 3);
	CHECK(ino("e/moved/..") == ino("e"));
	CHECK(rename("full", "d") == 0 && ut_has("d/f", "x"));
}

/* --- names --------------------------------------------------------- */

static void names_long(void)
{
	static char name[300], path[5000];

	memset(name, 'n', 255);
	ut_put(name, "long");
	CHECK(ut_has(name, "long") && unlink(name) == 0);
	memset(name, 'n', 256);
	FAILS(ENAMETOOLONG, open(name, O_RDWR | O_CREAT, 0644));
	FAILS(ENAMETOOLONG, mkdir(name, 0755));
	memset(path, '/', sizeof(path) - 1);
	FAILS(ENAMETOOLONG, open(path, O_RDONLY));
	path[4000] = 0;
	xclose(xopen(path, O_RDONLY, 0));
}

static void names_odd(void)
{
	struct stat st;

	FAILS(ENOENT, open("", O_RDONLY));
	FAILS(ENOENT, stat("", &st));
	ut_put("f", "x");
	CHECK(mkdir("d", 0755) == 0);
	CHECK(stat("d/", &st) == 0 && stat(".//d/./../d//", &st) == 0);
	FAILS(ENOTDIR, stat("f/", &st));
	CHECK(mkdir("slash/", 0755) == 0 && rmdir("slash/") == 0);
	ut_put("sp ace\n\xff", "x");
	CHECK(ut_has("sp ace\n\xff", "x"));
}

static void statfs_fields(void)
{
	struct statfs s;

	CHECK(statfs(".", &s) == 0);
	CHECK(s.f_bsize >= 512 && s.f_blocks >= s.f_bfree);
	CHECK(s.f_bfree >= s.f_bavail && s.f_namelen == 255);
	FAILS(ENOENT, statfs("nosuch", &s));
}

/* What a record has behind its name comes from nowhere else. */
static void getdents_padding(void)
{
	struct { char name[256]; } n;
	char buf[2048];
	long size, at, end;
	int fd;

	memset(&n, 'n', sizeof(n));
	n.name[255] = 0;
	CHECK(mkdir("d", 0755) == 0);
	CHECK(chdir("d") == 0);
	ut_put(n.name, "x");
	CHECK(chdir("..") == 0);
	fd = xopen("d", O_RDONLY | O_DIRECTORY, 0);
	memset(buf, 1, sizeof(buf));
	size = syscall(SYS_getdents64, fd, buf, sizeof(buf));
	CHECK(size > 256);
	for (at = 0; at < size; at = end) {
		end = at + *(unsigned short *)(buf + at + 16);
		at += 19 + strlen(buf + at + 19);
		while (at < end)
			CHECK(buf[at++] == 0);
	}
	xclose(fd);
}

/* 1:259 is not 1:3, which is /dev/null. */
static void mknod_numbers(void)
{
	struct stat st;

	if (access("/proc/ages", R_OK))
		ut_skip("Linux has such devices");
	CHECK(mknod("null", S_IFCHR | 0600, makedev(1, 3)) == 0);
	CHECK(stat("null", &st) == 0 && st.st_rdev == makedev(1, 3));
	CHECK(mknod("big", S_IFCHR | 0600, makedev(300, 255)) == 0);
	CHECK(stat("big", &st) == 0 && st.st_rdev == makedev(300, 255));
	FAILS(EINVAL, mknod("alias", S_IFCHR | 0600, makedev(1, 259)));
}

static const struct ut_test tests[] = {
	{ "mkdir_rmdir", mkdir_rmdir },
	{ "dots", dots },
	{ "cwd", cwd },
	{ "deep", deep },
	{ "getdents_all", getdents_all },
	{ "getdents_unlink", getdents_unlink },
	{ "getdents_errors", getdents_errors },
	{ "link_counts", link_counts },
	{ "link_many", link_many },
	{ "symlinks", symlinks },
	{ "symlink_paths", symlink_paths },
	{ "rename_files", rename_files },
	{ "rename_replaces_open", rename_replaces_open },
	{ "rename_dirs", rename_dirs },
	{ "names_long", names_long },
	{ "names_odd", names_odd },
	{ "statfs", statfs_fields },
	{ "getdents_padding", getdents_padding },
	{ "mknod_numbers", mknod_numbers },
};

UT_GROUP(ut_dir, tests);
