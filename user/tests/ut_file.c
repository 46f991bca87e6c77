/*
 * user/tests/ut_file.c - tests: open flags, reading and writing, descriptors
 */
#include "ut.h"

#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static char buf[64 * KB];

static int make(const char *name)
{
	return xopen(name, O_RDWR | O_CREAT | O_TRUNC, 0644);
}

static off_t size_of(int fd)
{
	struct stat st;

	CHECK(fstat(fd, &st) == 0);
	return st.st_size;
}

static int all_zero(const char *p, size_t n)
{
	while (n--)
		if (*p++)
			return 0;
	return 1;
}

/* --- open ---------------------------------------------------------- */

static void open_create(void)
{
	FAILS(ENOENT, open("f", O_RDWR));
	xclose(make("f"));
	FAILS(EEXIST, open("f", O_RDWR | O_CREAT | O_EXCL, 0644));
	xclose(xopen("f", O_RDWR | O_CREAT, 0644));
}

static void open_trunc(void)
{
	ut_put("f", "something");
	xclose(xopen("f", O_WRONLY | O_TRUNC, 0));
	CHECK(ut_has("f", ""));
}

static void open_append(void)
{
	int fd;

	ut_put("f", "ab");
	fd = xopen("f", O_WRONLY | O_APPEND, 0);
	CHECK(lseek(fd, 0, SEEK_SET) == 0);
	xwrite(fd, "cd", 2);
	CHECK(lseek(fd, 0, SEEK_CUR) == 4);
	CHECK(ut_has("f", "abcd"));
}

static void open_modes(void)
{
	int fd;

	ut_put("f", "ab");
	fd = xopen("f", O_RDONLY, 0);
	FAILS(EBADF, write(fd, "x", 1));
	FAILS(EINVAL, ftruncate(fd, 0));
	xclose(fd);
	fd = xopen("f", O_WRONLY, 0);
	FAILS(EBADF, read(fd, buf, 1));
	FAILS(ENOTDIR, open("f", O_RDONLY | O_DIRECTORY));
	FAILS(EISDIR, open(".", O_WRONLY));
	FAILS(ENOTDIR, open("f/x", O_RDONLY));
}

static void open_lowest(void)
{
	int a = make("a"), b = make("b");

	CHECK(b > a);
	xclose(a);
	CHECK(make("c") == a);
}

static void open_emfile(void)
{
	struct rlimit few = { 64, 64 };
	int fd = 0, n;

	setrlimit(RLIMIT_NOFILE, &few);
	xclose(make("f"));
	for (n = 0; n < 5000 && (fd = open("f", O_RDONLY)) >= 0; n++)
		;
	CHECK(fd < 0 && errno == EMFILE);
	FAILS(EMFILE, dup(0));
	CHECK(n >= 10);
	xclose(n);
	xclose(xopen("f", O_RDONLY, 0));
}

/* --- reading and writing ------------------------------------------- */

static void seek_ends(void)
{
	int fd;

	ut_put("f", "0123456789");
	fd = xopen("f", O_RDWR, 0);
	CHECK(lseek(fd, 3, SEEK_SET) == 3);
	CHECK(read(fd, buf, 2) == 2 && buf[0] == '3');
	CHECK(lseek(fd, 2, SEEK_CUR) == 7);
	CHECK(lseek(fd, -1, SEEK_END) == 9);
	CHECK(read(fd, buf, 9) == 1 && read(fd, buf, 9) == 0);
	FAILS(EINVAL, lseek(fd, -11, SEEK_END));
	FAILS(EINVAL, lseek(fd, 0, 99));
	CHECK(lseek(fd, 0, SEEK_CUR) == 10);
}

/* A hole reads as zeros and takes no blocks. */
static void hole(void)
{
	int fd = make("f");
	struct stat st;

	xpwrite(fd, "end", 3, 1 << 20);
	CHECK(size_of(fd) == (1 << 20) + 3);
	xpread(fd, buf, sizeof(buf), 1000);
	CHECK(all_zero(buf, sizeof(buf)));
	xpread(fd, buf, 5, (1 << 20) - 2);
	CHECK(memcmp(buf, "\0\0end", 5) == 0);
	xfsync(fd);
	CHECK(fstat(fd, &st) == 0 && st.st_blocks < 64);
}

/* Offsets that need single, double and triple indirect blocks. */
static void hole_levels(void)
{
	static const off_t at[] = { 0, 11 << 10, 13 << 10, 200 << 10,
				    1 << 20, 5 << 20, 70 << 20, 600 << 20 };
	int fd = make("f");

	for (size_t i = 0; i < ARRAY_SIZE(at); i++)
		xpwrite(fd, "mark", 4, at[i] + i);
	xfsync(fd);
	for (size_t i = 0; i < ARRAY_SIZE(at); i++) {
		xpread(fd, buf, 4, at[i] + i);
		CHECK(memcmp(buf, "mark", 4) == 0);
	}
	CHECK(ftruncate(fd, 100 << 10) == 0);
	CHECK(size_of(fd) == 100 << 10);
	CHECK(ftruncate(fd, 300 << 10) == 0);
	xpread(fd, buf, 5, (200 << 10) + 3);
	CHECK(all_zero(buf, 5));
}

static void truncate_zeroes(void)
{
	int fd = make("f");

	memset(buf, 'x', sizeof(buf));
	xwrite(fd, buf, 10000);
	CHECK(ftruncate(fd, 5001) == 0);
	CHECK(truncate("f", 9000) == 0);
	CHECK(size_of(fd) == 9000);
	xpread(fd, buf, 9000, 0);
	CHECK(buf[5000] == 'x' && all_zero(buf + 5001, 3999));
	FAILS(EINVAL, ftruncate(fd, -1));
	FAILS(ENOENT, truncate("nosuch", 0));
	FAILS(EISDIR, truncate(".", 0));
}

/* Random writes, truncations and reads against a copy in memory. */
static void random_model(void)
{
	static char model[sizeof(buf)], piece[9000];
	int fd = make("f");
	size_t size = 0;
	struct rng r;

	rng_seed(&r, 11);
	for (int i = 0; i < 400; i++) {
		size_t at = rng_below(&r, sizeof(buf) - sizeof(piece));
		size_t len = rng_below(&r, sizeof(piece)) + 1;

		if (i % 16 == 15) {
			CHECK(ftruncate(fd, at) == 0);
			memset(model + at, 0, sizeof(model) - at);
			size = at;
			continue;
		}
		pattern_fill(piece, len, i);
		xpwrite(fd, piece, len, at);
		memcpy(model + at, piece, len);
		size = at + len > size ? at + len : size;
		CHECK(size_of(fd) == (off_t)size);
		xpread(fd, buf, size, 0);
		CHECK(memcmp(buf, model, size) == 0);
		if (i % 50 == 0)
			xfsync(fd);
	}
}

static void vectors(void)
{
	struct iovec v[3] = { { "ab", 2 }, { NULL, 0 }, { "cde", 3 } };
	int fd = make("f");

	CHECK(writev(fd, v, 3) == 5);
	CHECK(ut_has("f", "abcde"));
	v[0].iov_base = buf;
	v[2].iov_base = buf + 10;
	CHECK(lseek(fd, 1, SEEK_SET) == 1);
	CHECK(readv(fd, v, 3) == 4);
	CHECK(memcmp(buf, "bc", 2) == 0 && memcmp(buf + 10, "de", 2) == 0);
	FAILS(EINVAL, writev(fd, v, -1));
}

static void positioned(void)
{
	int fd = make("f");

	CHECK(pwrite(fd, "abcdef", 6, 0) == 6);
	CHECK(pwrite(fd, "X", 1, 2) == 1);
	CHECK(lseek(fd, 0, SEEK_CUR) == 0);
	CHECK(pread(fd, buf, 3, 1) == 3 && memcmp(buf, "bXd", 3) == 0);
	FAILS(EINVAL, pread(fd, buf, 1, -1));
}

static void zero_length(void)
{
	int fd = make("f");

	CHECK(write(fd, buf, 0) == 0 && read(fd, buf, 0) == 0);
	CHECK(size_of(fd) == 0);
	CHECK(read(fd, buf, 10) == 0);
}

static void sync_calls(void)
{
	int fd = make("f");

	xwrite(fd, buf, sizeof(buf));
	CHECK(fsync(fd) == 0 && fdatasync(fd) == 0 && fsync(fd) == 0);
	sync();
	fd = xopen(".", O_RDONLY, 0);
	CHECK(fsync(fd) == 0);
}

/* --- the life of a file -------------------------------------------- */

static unsigned long free_blocks(void)
{
	struct statvfs s;

	CHECK(statvfs(".", &s) == 0);
	return s.f_bfree;
}

static void unlink_open(void)
{
	int fd = make("f");
	struct stat st;

	xwrite(fd, "data", 4);
	CHECK(unlink("f") == 0);
	FAILS(ENOENT, stat("f", &st));
	CHECK(fstat(fd, &st) == 0 && st.st_nlink == 0 && st.st_size == 4);
	xpread(fd, buf, 4, 0);
	CHECK(memcmp(buf, "data", 4) == 0);
	xclose(make("f"));
	xwrite(fd, "more", 4);
	CHECK(size_of(fd) == 8 && ut_has("f", ""));
}

static void unlink_frees(void)
{
	int fd = make("f");
	unsigned long before, used;

	sync();
	before = free_blocks();
	if (!before)
		ut_skip("the file system does not count its blocks");
	for (int i = 0; i < 16; i++)
		xwrite(fd, buf, sizeof(buf));
	xfsync(fd);
	used = before - free_blocks();
	CHECK(unlink("f") == 0);
	xclose(fd);
	sync();
	CHECK(used >= 128 && free_blocks() + used / 2 >= before);
}

static void stat_fields(void)
{
	int fd = make("f");
	time_t now = time(NULL);
	struct stat st, by_name;

	xwrite(fd, buf, 5000);
	xfsync(fd);
	CHECK(fstat(fd, &st) == 0 && stat("f", &by_name) == 0);
	CHECK(S_ISREG(st.st_mode) && (st.st_mode & 07777) == 0644);
	CHECK(st.st_size == 5000 && st.st_nlink == 1 && st.st_ino);
	CHECK(st.st_ino == by_name.st_ino && st.st_dev == by_name.st_dev);
	CHECK(st.st_uid == getuid() && st.st_blksize >= 512);
	CHECK(st.st_blocks >= 10 && st.st_blocks <= 64);
	CHECK(st.st_mtime - now <= 3 && now - st.st_mtime <= 3);
	CHECK(chmod("f", 0400) == 0 && fstat(fd, &st) == 0);
	CHECK((st.st_mode & 07777) == 0400);
	CHECK(fchmod(fd, 0640) == 0 && stat("f", &st) == 0);
	CHECK((st.st_mode & 07777) == 0640);
}

static void access_call(void)
{
	ut_put("f", "");
	CHECK(access("f", F_OK) == 0 && access("f", R_OK) == 0);
	FAILS(ENOENT, access("nosuch", F_OK));
}

/* --- descriptors --------------------------------------------------- */

static void dup_shares(void)
{
	int fd = make("f"), copy = dup(fd);

	CHECK(copy > fd);
	xwrite(fd, "ab", 2);
	xwrite(copy, "cd", 2);
	xclose(fd);
	xwrite(copy, "ef", 2);
	CHECK(ut_has("f", "abcdef"));
}

static void dup_two(void)
{
	int fd = make("f"), other = make("g");

	CHECK(dup2(fd, other) == other);
	xwrite(other, "x", 1);
	CHECK(ut_has("f", "x") && ut_has("g", ""));
	CHECK(dup2(fd, fd) == fd);
	FAILS(EBADF, dup2(99, 5));
	FAILS(EBADF, dup2(fd, -1));
}

static void fcntl_calls(void)
{
	int fd = make("f"), copy = fcntl(fd, F_DUPFD, 20);

	CHECK(copy == 20);
	CHECK(fcntl(fd, F_DUPFD_CLOEXEC, 20) == 21);
	CHECK(fcntl(21, F_GETFD) == FD_CLOEXEC && fcntl(20, F_GETFD) == 0);
	CHECK(fcntl(20, F_SETFD, FD_CLOEXEC) == 0);
	CHECK(fcntl(20, F_GETFD) == FD_CLOEXEC);
	CHECK((fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDWR);
	CHECK(fcntl(fd, F_SETFL, O_APPEND) == 0);
	CHECK(fcntl(copy, F_GETFL) & O_APPEND);
	FAILS(EINVAL, fcntl(fd, F_DUPFD, -1));
	FAILS(EINVAL, fcntl(fd, 9999));
}

static void devices(void)
{
	int null = open("/dev/null", O_RDWR), zero = open("/dev/zero", O_RDWR);

	if (null < 0 || zero < 0)
		ut_skip("no /dev/null or /dev/zero");
	CHECK(write(null, "x", 1) == 1 && read(null, buf, 1) == 0);
	memset(buf, 'x', 100);
	CHECK(read(zero, buf, 100) == 100 && all_zero(buf, 100));
}

static const struct ut_test tests[] = {
	{ "open_create", open_create },
	{ "open_trunc", open_trunc },
	{ "open_append", open_append },
	{ "open_modes", open_modes },
	{ "open_lowest", open_lowest },
	{ "open_emfile", open_emfile },
	{ "seek_ends", seek_ends },
	{ "hole", hole },
	{ "hole_levels", hole_levels },
	{ "truncate_zeroes", truncate_zeroes },
	{ "random_model", random_model },
	{ "vectors", vectors },
	{ "positioned", positioned },
	{ "zero_length", zero_length },
	{ "sync_calls", sync_calls },
	{ "unlink_open", unlink_open },
	{ "unlink_frees", unlink_frees },
	{ "stat_fields", stat_fields },
	{ "access", access_call },
	{ "dup_shares", dup_shares },
	{ "dup2", dup_two },
	{ "fcntl", fcntl_calls },
	{ "devices", devices },
};

UT_GROUP(ut_file, tests);
