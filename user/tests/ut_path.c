/*
 * user/tests/ut_path.c - tests: O_PATH, descriptors that name a file without
 * opening it; and links of /proc/self/fd
 */
#include "ut.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define SYS_fchmodat2	452

static int path_of(const char *name, int flags)
{
	int fd = open(name, O_PATH | flags, 0600);

	CHECK(fd >= 0);
	return fd;
}

static mode_t mode_of(int fd)
{
	struct stat st;

	CHECK(fstat(fd, &st) == 0);
	return st.st_mode;
}

static char *link_of(int fd)
{
	static char name[32];

	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	return name;
}

/* What would wait, fail or do something when opened is only found. */
static void path_opens_nothing(void)
{
	struct stat st;

	CHECK(mkfifo("p", 0600) == 0 && symlink("nowhere", "l") == 0);
	CHECK(S_ISFIFO(mode_of(path_of("p", 0))));
	CHECK(S_ISFIFO(mode_of(path_of("p", O_RDWR | O_NONBLOCK))));
	CHECK(S_ISLNK(mode_of(path_of("l", O_NOFOLLOW))));
	CHECK(S_ISCHR(mode_of(path_of("/dev/tty", 0))));
	CHECK(S_ISDIR(mode_of(path_of(".", O_DIRECTORY | O_WRONLY))));
	ut_put("f", "text");
	CHECK(S_ISREG(mode_of(path_of("f", O_TRUNC | O_WRONLY | O_EXCL))));
	CHECK(ut_has("f", "text"));
	if (geteuid() == 0 && mknod("dev", S_IFBLK | 0600, 0x7b7b) == 0)
		CHECK(S_ISBLK(mode_of(path_of("dev", 0))));
	FAILS(ENOENT, open("new", O_PATH | O_CREAT, 0600));
	FAILS(ENOENT, open("l", O_PATH));
	FAILS(ENOTDIR, open("f", O_PATH | O_DIRECTORY));
	FAILS(ENOTDIR, open("l", O_PATH | O_NOFOLLOW | O_DIRECTORY));
	FAILS(ENOTDIR, open("l", O_NOFOLLOW | O_DIRECTORY));
	FAILS(ELOOP, open("l", O_NOFOLLOW));
	FAILS(ENOENT, stat("new", &st));
}

static void without_rights(void)
{
	struct stat st;
	int fd;

	CHECK(setuid(1000) == 0);
	FAILS(EACCES, open("f", O_RDONLY));
	fd = path_of("f", 0);
	CHECK(fstat(fd, &st) == 0 && st.st_size == 4);
	FAILS(EACCES, open(link_of(fd), O_RDONLY));
	FAILS(EACCES, open("d/f", O_PATH));
	FAILS(EACCES, fchdir(path_of("d", 0)));
}

/* The path must be searchable; of the file no right is needed. */
static void path_rights(void)
{
	if (geteuid() != 0)
		ut_skip("only as root");
	ut_put("f", "text");
	CHECK(chmod(".", 0755) == 0 && chmod("f", 0) == 0);
	CHECK(mkdir("d", 0700) == 0);
	ut_put("d/f", "more");
	CHECK(ut_status_of(without_rights) == 0);
}

/* Calls that want an open file. */
static void path_ebadf(void)
{
	struct flock lock = { .l_type = F_RDLCK };
	struct pollfd poll_fd;
	char buf[256];
	int fd;

	ut_put("f", "text");
	fd = path_of("f", O_RDWR);
	FAILS(EBADF, read(fd, buf, 1));
	FAILS(EBADF, write(fd, buf, 1));
	FAILS(EBADF, pread(fd, buf, 1, 0));
	FAILS(EBADF, lseek(fd, 0, SEEK_SET));
	FAILS(EBADF, syscall(SYS_fchmod, fd, 0600));
	FAILS(EBADF, syscall(SYS_fchown32, fd, -1, -1));
	FAILS(EBADF, ftruncate(fd, 0));
	FAILS(EBADF, fsync(fd));
	FAILS(EBADF, fdatasync(fd));
	FAILS(EBADF, flock(fd, LOCK_SH));
	FAILS(EBADF, futimens(fd, NULL));
	FAILS(EBADF, ioctl(fd, FIONREAD, buf));
	FAILS(EBADF, ioctl(fd, FIOCLEX));
	FAILS(EBADF, mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 0));
	FAILS(EBADF, fcntl(fd, F_SETFL, 0));
	FAILS(EBADF, fcntl(fd, F_GETLK, &lock));
	FAILS(EBADF, fcntl(fd, 99));
	FAILS(EBADF, syscall(SYS_getdents64, path_of(".", 0), buf, 256));
	CHECK(posix_fadvise(fd, 0, 0, 0) == EBADF);
	poll_fd = (struct pollfd){ fd, POLLIN, 0 };
	CHECK(poll(&poll_fd, 1, 0) == 1 && poll_fd.revents == POLLNVAL);
	CHECK(close(fd) == 0);
	FAILS(EBADF, close(fd));
}

/* The descriptor itself is one like others. */
static void path_fcntl(void)
{
	int fd, other;

	ut_put("f", "text");
	CHECK(symlink("f", "l") == 0);
	fd = path_of("f", O_RDWR | O_APPEND | O_NONBLOCK | O_CLOEXEC);
	CHECK(fcntl(fd, F_GETFL) == O_PATH);
	CHECK(fcntl(fd, F_GETFD) == FD_CLOEXEC);
	CHECK(fcntl(fd, F_SETFD, 0) == 0 && fcntl(fd, F_GETFD) == 0);
	CHECK(fcntl(fd, F_DUPFD, 40) == 40 && dup2(fd, 50) == 50);
	other = dup(fd);
	CHECK(close(fd) == 0 && S_ISREG(mode_of(other)));
	CHECK(S_ISREG(mode_of(40)) && fcntl(50, F_GETFL) == O_PATH);
	CHECK(fcntl(path_of("l", O_NOFOLLOW), F_GETFL) ==
	      (O_PATH | O_NOFOLLOW));
	CHECK(fcntl(path_of(".", O_DIRECTORY), F_GETFL) ==
	      (O_PATH | O_DIRECTORY));
	CHECK(ut_has(link_of(other), "text"));
}

/* Closing it is not closing a file that is locked. */
static void lock_is_kept(void)
{
	struct flock lock = { .l_type = F_WRLCK };
	int fd = xopen("f", O_RDWR, 0);

	FAILS(EAGAIN, fcntl(fd, F_SETLK, &lock));
}

static void path_close_keeps_lock(void)
{
	struct flock lock = { .l_type = F_WRLCK };
	int fd;

	ut_put("f", "text");
	fd = xopen("f", O_RDWR, 0);
	CHECK(fcntl(fd, F_SETLK, &lock) == 0);
	CHECK(close(path_of("f", 0)) == 0);
	CHECK(ut_status_of(lock_is_kept) == 0);
}

/* A place to start from. */
static void path_as_dirfd(void)
{
	struct stat st;
	int dir, file;

	CHECK(mkdir("d", 0700) == 0);
	ut_put("d/f", "text");
	dir = path_of("d", O_DIRECTORY);
	file = openat(dir, "f", O_RDONLY);
	CHECK(file >= 0);
	CHECK(fstatat(dir, "f", &st, 0) == 0 && st.st_size == 4);
	CHECK(mkdirat(dir, "e", 0700) == 0);
	CHECK(renameat(dir, "f", dir, "e/g") == 0);
	CHECK(linkat(dir, "e/g", dir, "h", 0) == 0);
	CHECK(unlinkat(dir, "h", 0) == 0 && faccessat(dir, "e", F_OK, 0) == 0);
	CHECK(fchdir(dir) == 0 && ut_has("e/g", "text"));
	FAILS(ENOTDIR, openat(path_of("e/g", 0), "x", O_RDONLY));
	FAILS(ENOTDIR, fchdir(path_of("e/g", 0)));
}

/* AT_EMPTY_PATH: what the descriptor names, a link itself, too. */
static void path_empty(void)
{
	struct stat st;
	struct statfs fs;
	char text[16];
	int file, link, p[2];

	ut_put("f", "text");
	CHECK(symlink("f", "l") == 0 && pipe(p) == 0);
	file = path_of("f", 0);
	link = path_of("l", O_NOFOLLOW);
	CHECK(fstatat(file, "", &st, AT_EMPTY_PATH) == 0 && st.st_size == 4);
	CHECK(fstatat(link, "", &st, AT_EMPTY_PATH) == 0);
	CHECK(S_ISLNK(st.st_mode) && st.st_size == 1);
	CHECK(readlinkat(link, "", text, sizeof(text)) == 1);
	CHECK(text[0] == 'f');
	FAILS(ENOENT, readlinkat(file, "", text, sizeof(text)));
	FAILS(ENOENT, readlinkat(p[0], "", text, sizeof(text)));
	FAILS(ENOENT, readlinkat(AT_FDCWD, "", text, sizeof(text)));
	FAILS(EBADF, readlinkat(1000, "", text, sizeof(text)));
	CHECK(fchownat(link, "", getuid(), getgid(), AT_EMPTY_PATH) == 0);
	CHECK(utimensat(file, "", NULL, AT_EMPTY_PATH) == 0);
	CHECK(fstatfs(file, &fs) == 0 && fs.f_namelen == 255);
	CHECK(syscall(SYS_fchmodat2, file, "", 0640, AT_EMPTY_PATH) == 0 ||
	      errno == ENOSYS);
	if (geteuid() != 0)
		return;
	CHECK(linkat(file, "", AT_FDCWD, "f2", AT_EMPTY_PATH) == 0);
	CHECK(ut_has("f2", "text"));
	CHECK(linkat(link, "", AT_FDCWD, "l2", AT_EMPTY_PATH) == 0);
	CHECK(readlink("l2", text, sizeof(text)) == 1);
	FAILS(EXDEV, linkat(p[0], "", AT_FDCWD, "p", AT_EMPTY_PATH));
	FAILS(EPERM, linkat(AT_FDCWD, "", AT_FDCWD, "d", AT_EMPTY_PATH));
	FAILS(ENOENT, linkat(file, "", AT_FDCWD, "f3", 0));
	CHECK(unlink("f") == 0 && unlink("f2") == 0);
	FAILS(ENOENT, linkat(file, "", AT_FDCWD, "f3", AT_EMPTY_PATH));
}

static int self_path;

static void exec_link(void)
{
	execl(link_of(self_path), "x", "--child", "euid", "0", NULL);
}

/* The links of /proc lead to what the descriptor names, no further. */
static void path_proc_links(void)
{
	struct stat st;
	char text[300];
	int link, fd;

	ut_put("f", "text");
	CHECK(symlink("f", "l") == 0 && mkfifo("p", 0600) == 0);
	link = path_of("l", O_NOFOLLOW);
	CHECK(stat(link_of(link), &st) == 0 && S_ISLNK(st.st_mode));
	FAILS(ELOOP, open(link_of(link), O_RDONLY));
	CHECK(S_ISLNK(mode_of(path_of(link_of(link), 0))));
	FAILS(EOPNOTSUPP, chmod(link_of(link), 0600));
	CHECK(readlink(link_of(link), text, sizeof(text)) > 2);
	fd = path_of("f", 0);
	CHECK(chmod(link_of(fd), 0604) == 0 && mode_of(fd) == 0100604);
	CHECK(unlink("f") == 0 && ut_has(link_of(fd), "text"));
	CHECK(open(link_of(path_of("p", 0)), O_RDONLY | O_NONBLOCK) >= 0);
	self_path = path_of(ut_self, 0);
	if (geteuid() == 0)
		CHECK(ut_status_of(exec_link) == 42 << 8);
}

static const struct ut_test tests[] = {
	{ "opens_nothing", path_opens_nothing },
	{ "rights", path_rights },
	{ "ebadf", path_ebadf },
	{ "fcntl", path_fcntl },
	{ "close_keeps_lock", path_close_keeps_lock },
	{ "as_dirfd", path_as_dirfd },
	{ "empty", path_empty },
	{ "proc_links", path_proc_links },
};

UT_GROUP(ut_path, tests);
