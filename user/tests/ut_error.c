/*
 * user/tests/ut_error.c - tests: bad pointers, bad descriptors, bad calls
 *
 * The calls are made raw: a C library would touch some of the pointers itself.
 */
#include "ut.h"

#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

/* --- EFAULT -------------------------------------------------------- */

static const unsigned long bad_pointers[] = {
	0x8, 0xc0000000, 0xc0100000, 0xfffff000, 0xfffffffc,
};

#define HERE	(-1000L)	/* stands for the bad pointer */
#define FILE_FD	(-1001L)	/* stands for a descriptor with data to read */

static const struct {
	const char *name;
	long nr, a, b, c, d;
} fault_calls[] = {
	{ "read", SYS_read, FILE_FD, HERE, 64, 0 },
	{ "write", SYS_write, FILE_FD, HERE, 64, 0 },
	{ "open", SYS_open, HERE, O_RDONLY, 0, 0 },
	{ "unlink", SYS_unlink, HERE, 0, 0, 0 },
	{ "mkdir", SYS_mkdir, HERE, 0755, 0, 0 },
	{ "chdir", SYS_chdir, HERE, 0, 0, 0 },
	{ "execve", SYS_execve, HERE, 0, 0, 0 },
	{ "rename", SYS_rename, HERE, HERE, 0, 0 },
	{ "stat64", SYS_stat64, (long)".", HERE, 0, 0 },
	{ "fstat64", SYS_fstat64, FILE_FD, HERE, 0, 0 },
	{ "statfs64", SYS_statfs64, (long)".", 84, HERE, 0 },
	{ "pipe", SYS_pipe, HERE, 0, 0, 0 },
	{ "getcwd", SYS_getcwd, HERE, 512, 0, 0 },
	{ "readlink", SYS_readlink, (long)"s", HERE, 10, 0 },
	{ "getdents64", SYS_getdents64, -1002, HERE, 512, 0 },
	{ "writev", SYS_writev, FILE_FD, HERE, 1, 0 },
	{ "readv", SYS_readv, FILE_FD, HERE, 1, 0 },
	{ "uname", SYS_uname, HERE, 0, 0, 0 },
	{ "nanosleep", SYS_nanosleep, HERE, 0, 0, 0 },
	{ "clock_gettime", 265, 0, HERE, 0, 0 },
	{ "sigaction", SYS_rt_sigaction, 10, HERE, 0, 8 },
	{ "sigprocmask", SYS_rt_sigprocmask, 0, HERE, 0, 8 },
	{ "poll", SYS_poll, HERE, 1, 0, 0 },
	{ "_llseek", SYS__llseek, FILE_FD, 0, 0, HERE },
};

static int file_fd, dir_fd;

static long fault_argument(long value, unsigned long bad)
{
	if (value == HERE)
		return bad;
	if (value == FILE_FD)
		return file_fd;
	return value == -1002 ? dir_fd : value;
}

static void fault_one(size_t i, unsigned long bad)
{
	long got;
	char why[80];

	errno = 0;
	CHECK(lseek(file_fd, 0, SEEK_SET) == 0);
	got = syscall(fault_calls[i].nr, fault_argument(fault_calls[i].a, bad),
		      fault_argument(fault_calls[i].b, bad),
		      fault_argument(fault_calls[i].c, bad),
		      fault_argument(fault_calls[i].d, bad), 0);
	if (got == -1 && errno == EFAULT)
		return;
	snprintf(why, sizeof(why), "%s(%#lx) gives %ld, not EFAULT",
		 fault_calls[i].name, bad, got);
	ut_fail(__FILE__, __LINE__, why);
}

static void fault_table(void)
{
	char text[100] = "text";

	file_fd = xopen("f", O_RDWR | O_CREAT, 0644);
	xwrite(file_fd, text, sizeof(text));
	dir_fd = xopen(".", O_RDONLY, 0);
	CHECK(symlink("f", "s") == 0);
	for (size_t i = 0; i < ARRAY_SIZE(fault_calls); i++)
		for (size_t b = 0; b < ARRAY_SIZE(bad_pointers); b++)
			fault_one(i, bad_pointers[b]);
}

/* A buffer whose second page is missing: some bytes, or EFAULT. */
static void fault_straddle(void)
{
	char *m = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	static char text[300];
	int fd = xopen("f", O_RDWR | O_CREAT, 0644);
	long n;

	CHECK(m != MAP_FAILED && munmap(m + PAGE, PAGE) == 0);
	xwrite(fd, text, sizeof(text));
	CHECK(lseek(fd, 0, SEEK_SET) == 0);
	n = read(fd, m + PAGE - 100, 300);
	CHECK(n == 100 || (n == -1 && errno == EFAULT));
	n = write(fd, m + PAGE - 100, 300);
	CHECK((n > 0 && n <= 100) || (n == -1 && errno == EFAULT));
	memset(m + PAGE - 4, 'x', 4);
	FAILS(EFAULT, open(m + PAGE - 4, O_RDONLY));
}

static void fault_read_only(void)
{
	static const char text[] = "constant";
	int fds[2];

	CHECK(pipe(fds) == 0 && write(fds[1], "x", 1) == 1);
	FAILS(EFAULT, read(fds[0], (char *)text, 1));
	FAILS(EFAULT, read(fds[0], (char *)(uintptr_t)&fault_straddle, 1));
}

/* execve must look at each pointer of the argument list. */
static void fault_argv(void)
{
	char *inner[] = { "x", (char *)0xc0000000, NULL };
	char *good[] = { "x", NULL };

	FAILS(EFAULT, syscall(SYS_execve, ut_self, 0xc0000000, 0));
	FAILS(EFAULT, syscall(SYS_execve, ut_self, inner, 0));
	FAILS(EFAULT, syscall(SYS_execve, ut_self, good, inner));
}

static void fault_wait(void)
{
	pid_t pid = fork();

	CHECK(pid >= 0);
	if (pid == 0)
		_exit(0);
	FAILS(EFAULT, syscall(SYS_wait4, pid, 0xc0000000, 0, 0));
}

/* --- EBADF --------------------------------------------------------- */

static void bad_descriptors(void)
{
	static const int bad[] = { -1, 57, 9999, 0x7fffffff };
	char c = 0;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		int fd = bad[i];

		FAILS(EBADF, syscall(SYS_read, fd, &c, 1));
		FAILS(EBADF, syscall(SYS_write, fd, &c, 1));
		FAILS(EBADF, syscall(SYS_close, fd));
		FAILS(EBADF, lseek(fd, 0, SEEK_SET));
		FAILS(EBADF, fsync(fd));
		FAILS(EBADF, ftruncate(fd, 0));
		FAILS(EBADF, dup(fd));
		FAILS(EBADF, fchdir(fd));
		FAILS(EBADF, fchmod(fd, 0644));
		FAILS(EBADF, syscall(SYS_fcntl64, fd, F_GETFD, 0));
		FAILS(EBADF, ioctl(fd, TCGETS, &c));
		FAILS(EBADF, syscall(SYS_getdents64, fd, &c, 1));
	}
}

static void closed_descriptor(void)
{
	int fd = xopen("f", O_RDWR | O_CREAT, 0644);
	char c;

	xclose(fd);
	FAILS(EBADF, close(fd));
	FAILS(EBADF, read(fd, &c, 1));
}

/* --- other errors -------------------------------------------------- */

static void unknown_calls(void)
{
	static const long bad[] = { 600, 10000, 0x7fffffff, -1, -40 };

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		FAILS(ENOSYS, syscall(bad[i], 0, 0, 0, 0, 0, 0));
}

static void not_a_terminal(void)
{
	int fd = xopen("f", O_RDWR | O_CREAT, 0644);
	struct termios t;

	FAILS(ENOTTY, tcgetattr(fd, &t));
	FAILS(ENOTTY, ioctl(fd, 0x12345, 0));
}

static void huge_lengths(void)
{
	int fd = xopen("f", O_RDWR | O_CREAT, 0644);
	static char small[8];
	long n;

	xwrite(fd, "abc", 3);
	CHECK(lseek(fd, 0, SEEK_SET) == 0);
	n = syscall(SYS_read, fd, small, 0xffffffff);
	CHECK(n == 3 || (n == -1 && (errno == EINVAL || errno == EFAULT)));
	CHECK(memcmp(small + 3, "\0\0\0\0\0", 5) == 0);
}

/* A disk is mounted once, and a mounted one is not written behind its back. */
static void mounted_twice(void)
{
	if (access("/proc/sys/vm/scanner", F_OK) != 0)
		ut_skip("not this kernel");
	CHECK(mkdir("m", 0755) == 0);
	FAILS(EBUSY, mount("/dev/hda", "m", "ext2", 0, NULL));
	FAILS(EBUSY, open("/dev/hda", O_RDWR));
	FAILS(ENODEV, mount("/dev/hda", "m", "nosuchfs", 0, NULL));
	FAILS(ENOENT, mount("/dev/hda", "nosuchdir", "ext2", 0, NULL));
}

/* --- a disk that does not take what it gets ------------------------ */

static char *map_big(int fd, size_t size)
{
	char *m = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	CHECK(m != MAP_FAILED);
	for (size_t i = 0; i < size; i += PAGE)
		m[i] = 'd';
	return m;
}

static void lose_big(void)
{
	int fd = xopen("m/big", O_RDWR, 0);
	size_t size = fd_size(fd);
	char *m = map_big(fd, size);

	FAILS(EIO, msync(m, size, MS_SYNC));
	CHECK(m[0] == 'd' && msync(m, size, MS_SYNC) == 0 && fsync(fd) == 0);
	CHECK(munmap(m, size) == 0);
	CHECK(munmap(map_big(fd, size), size) == 0);
	FAILS(EIO, fsync(fd));
	CHECK(fsync(fd) == 0);
	CHECK(munmap(map_big(fd, size), size) == 0);
	FAILS(EIO, syscall(SYS_sync));
	CHECK(drop_caches() == 0);		/* the page's mark goes, too */
	FAILS(EIO, fsync(fd));
	CHECK(fsync(fd) == 0 && close(fd) == 0);
	ut_put("m/new", "text");
}

/* Pages of a mapping are lost: fsync of the file reports it once, that of the
 * disk once; later calls succeed. */
static void mapped_lost(void)
{
	int status;

	if (!ut_bad_disk)
		ut_skip("no --bad DISK");
	CHECK(mkdir("m", 0755) == 0);
	CHECK(mount(ut_bad_disk, "m", "ext2", 0, NULL) == 0);
	status = ut_status_of(lose_big);
	CHECK(umount("m") == 0 && status == 0);
}

static const struct ut_test tests[] = {
	{ "mapped_lost", mapped_lost },
	{ "mounted_twice", mounted_twice },
	{ "fault_table", fault_table },
	{ "fault_straddle", fault_straddle },
	{ "fault_read_only", fault_read_only },
	{ "fault_argv", fault_argv },
	{ "fault_wait", fault_wait },
	{ "bad_descriptors", bad_descriptors },
	{ "closed_descriptor", closed_descriptor },
	{ "unknown_calls", unknown_calls },
	{ "not_a_terminal", not_a_terminal },
	{ "huge_lengths", huge_lengths },
};

UT_GROUP(ut_error, tests);
