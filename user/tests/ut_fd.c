/*
 * user/tests/ut_fd.c - tests: tables of descriptors that grow, and waiting for
 * many of them with select and poll
 */
#include "ut.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define MANY	1000

static void set_limit(rlim_t now)
{
	struct rlimit limit;

	CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0);
	limit.rlim_cur = now;
	CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
}

static int is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

/* /dev/null until a call fails. => how many descriptors */
static int open_all(void)
{
	int n = 0;

	while (open("/dev/null", O_RDONLY) >= 0)
		n++;
	return n;
}

/* Descriptors above the 64 of an ungrown table. */
static void fd_numbers(void)
{
	struct rlimit limit;
	int i;

	CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0);
	CHECK(limit.rlim_cur >= 1024 && limit.rlim_max >= 1024);
	CHECK(fcntl(1, F_DUPFD, 100) == 100);
	CHECK(fcntl(1, F_DUPFD, 100) == 101);
	CHECK(fcntl(1, F_DUPFD_CLOEXEC, 63) == 63);
	CHECK(fcntl(63, F_GETFD) == FD_CLOEXEC && !fcntl(100, F_GETFD));
	CHECK(dup2(1, 255) == 255 && dup2(1, 1000) == 1000);
	CHECK(dup3(1, 640, O_CLOEXEC) == 640);
	CHECK(fcntl(640, F_GETFD) == FD_CLOEXEC && !fcntl(1000, F_GETFD));
	CHECK(!is_open(999) && !is_open(1001));
	for (i = 0; i < 900; i++)
		CHECK(is_open(i) || open("/dev/null", O_RDONLY) == i);
	CHECK(close(500) == 0 && close(77) == 0 && !is_open(500));
	CHECK(dup(0) == 77 && dup(0) == 500);
	FAILS(EBADF, close(1023));
	FAILS(EBADF, fcntl(-1, F_GETFD));
}

/* RLIMIT_NOFILE counts numbers; what is open above it stays. */
static void fd_limit(void)
{
	int there = 0, i;

	for (i = 0; i < 300; i++)
		there += is_open(i);
	CHECK(dup2(0, 700) == 700);
	set_limit(300);
	CHECK(open_all() == 300 - there);
	FAILS(EMFILE, dup(0));
	FAILS(EMFILE, fcntl(0, F_DUPFD, 299));
	FAILS(EINVAL, fcntl(0, F_DUPFD, 300));
	FAILS(EINVAL, fcntl(0, F_DUPFD, -1));
	FAILS(EBADF, dup2(0, 300));
	FAILS(EBADF, dup2(0, 700));
	FAILS(EBADF, dup2(0, -1));
	CHECK(is_open(700) && close(700) == 0 && close(299) == 0);
	CHECK(dup(0) == 299);
	set_limit(1024);
	CHECK(dup(0) == 300 && dup2(0, 1023) == 1023);
	FAILS(EBADF, dup2(0, 1024));
}

static void limit_of_another(void)
{
	struct rlimit limit;

	CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0 && setuid(1000) == 0);
	limit.rlim_max++;
	FAILS(EPERM, setrlimit(RLIMIT_NOFILE, &limit));
}

/* Root raises the ceiling, and has the descriptors then. */
static void fd_ceiling(void)
{
	struct rlimit limit = { 5000, 5000 };

	if (geteuid() != 0)
		ut_skip("only as root");
	CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
	CHECK(dup2(0, 4999) == 4999 && fcntl(0, F_DUPFD, 3000) == 3000);
	FAILS(EBADF, dup2(0, 5000));
	limit.rlim_cur = limit.rlim_max = 1048577;
	FAILS(EPERM, setrlimit(RLIMIT_NOFILE, &limit));
	CHECK(ut_status_of(limit_of_another) == 0);
}

static void child_of_many(void)
{
	int i;

	for (i = 100; i < MANY; i++)
		CHECK(is_open(i));
	CHECK(!is_open(MANY) && dup2(0, 1001) == 1001);
	CHECK(close(500) == 0);
}

static void exec_with_many(void)
{
	execl(ut_self, ut_self, "--child", "fds", "800", "801", NULL);
}

/* fork copies a grown table, exec closes what it has to. */
static void fd_inherited(void)
{
	int i;

	for (i = 100; i < MANY; i++)
		CHECK(dup2(0, i) == i);
	CHECK(ut_status_of(child_of_many) == 0);
	CHECK(is_open(500) && !is_open(1001));
	CHECK(fcntl(801, F_SETFD, FD_CLOEXEC) == 0);
	CHECK(ut_status_of(exec_with_many) == 42 << 8);
	CHECK(is_open(801));
}

/* /proc/self/fd has a line for each. */
static void fd_in_proc(void)
{
	char text[64];

	ut_put("f", "1000");
	CHECK(dup2(xopen("f", O_RDONLY, 0), MANY) == MANY);
	CHECK(readlink("/proc/self/fd/1000", text, sizeof(text)) > 2);
	CHECK(readlink("/proc/self/fd/999", text, sizeof(text)) < 0);
	CHECK(ut_has("/proc/self/fd/1000", "1000"));
	CHECK(ut_has("/proc/self/fd/./1000", "1000"));
}

/* Beyond the first words of a set: r is read from, an empty pipe at first, w
 * can be written to.  => what fills the pipe */
static int far_ends(int *r, int *w)
{
	int p[2], q[2];

	CHECK(pipe(p) == 0 && pipe(q) == 0);
	*r = fcntl(p[0], F_DUPFD, 900);
	*w = fcntl(q[1], F_DUPFD, 970);
	CHECK(*r == 900 && *w == 970);
	return p[1];
}

static void fd_select(void)
{
	struct timeval now = { 0, 0 };
	fd_set in, out, ex;
	int r, w, i, fill = far_ends(&r, &w);

	FD_ZERO(&in);
	FD_ZERO(&out);
	FD_ZERO(&ex);
	FD_SET(r, &in);
	FD_SET(w, &out);
	FD_SET(w, &ex);
	CHECK(select(1024, &in, &out, &ex, &now) == 1);
	CHECK(!FD_ISSET(r, &in) && FD_ISSET(w, &out) && !FD_ISSET(w, &ex));
	xwrite(fill, "x", 1);
	FD_SET(r, &in);
	CHECK(select(r, &in, NULL, NULL, &now) == 0 && !FD_ISSET(r, &in));
	FD_SET(r, &in);
	CHECK(select(r + 1, &in, &out, NULL, NULL) == 1);
	CHECK(FD_ISSET(r, &in) && FD_ISSET(w, &out));
	CHECK(select(w + 1, &in, &out, NULL, NULL) == 2);
	for (i = 100; i < 200; i++) {
		CHECK(dup2(r, i) == i);
		FD_SET(i, &in);
	}
	CHECK(select(1024, &in, &out, NULL, &now) == 102);
	CHECK(FD_ISSET(100, &in) && FD_ISSET(199, &in) && FD_ISSET(r, &in));
	CHECK(close(150) == 0);
	FAILS(EBADF, select(1024, &in, NULL, NULL, &now));
	FAILS(EFAULT, select(1024, &in, (fd_set *)8, NULL, &now));
	FAILS(EINVAL, select(-1, &in, NULL, NULL, &now));
}

static void fd_poll(void)
{
	struct pollfd *fds = xmalloc(1025 * sizeof(*fds));
	int r, w, i, fill = far_ends(&r, &w);

	xwrite(fill, "x", 1);
	set_limit(1024);
	for (i = 0; i < 1025; i++)
		fds[i] = (struct pollfd){ -1, POLLIN, 7 };
	CHECK(poll(fds, 1024, 0) == 0 && !fds[0].revents && !fds[1023].revents);
	fds[1023].fd = fds[70].fd = r;
	fds[60] = (struct pollfd){ w, POLLOUT, 0 };
	fds[61].fd = 899;
	CHECK(poll(fds, 1024, -1) == 4);
	CHECK(fds[1023].revents == POLLIN && fds[70].revents == POLLIN);
	CHECK(fds[60].revents == POLLOUT && fds[61].revents == POLLNVAL);
	FAILS(EINVAL, poll(fds, 1025, 0));
}

static struct pollfd *shared;
static int shared_out;

static void change_under_poll(void)
{
	ut_asleep(getppid());
	shared->fd = 4242;
	shared->events = POLLOUT;
	xwrite(shared_out, "x", 1);
}

/* poll writes revents: another may use the rest meanwhile. */
static void fd_poll_revents(void)
{
	int p[2];

	shared = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	CHECK(shared != MAP_FAILED && pipe(p) == 0);
	*shared = (struct pollfd){ p[0], POLLIN, 0 };
	shared_out = p[1];
	ut_start(change_under_poll);
	CHECK(poll(shared, 1, -1) == 1 && shared->revents == POLLIN);
	CHECK(shared->fd == 4242 && shared->events == POLLOUT);
}

/* --- all processes together ---------------------------------------- */

static unsigned long file_max(void)
{
	char *text = proc_text("/proc/sys/fs/file-max");
	unsigned long max = text ? strtoul(text, NULL, 10) : 0;

	free(text);
	return max;
}

static int full[2], go[2];

/* As an ordinary user: opens until none is left, reports it, waits. */
static void open_and_wait(void)
{
	char c = 'm';

	CHECK(close(go[1]) == 0 && setuid(1000) == 0);
	open_all();
	if (errno == ENFILE)
		c = 'n';
	xwrite(full[1], &c, 1);
	xread(go[0], &c, 1);
}

/* The last files are for root. */
static void fd_all(void)
{
	char answer = 'm';
	int first, last, n = 0;

	if (geteuid() != 0 || access("/proc/sys/vm/scanner", F_OK) < 0)
		ut_skip("only as root of this kernel");
	CHECK(file_max() >= 1024);
	CHECK(pipe(full) == 0 && pipe(go) == 0);
	first = xopen("/dev/null", O_RDONLY, 0);
	while (answer == 'm' && n++ < 100) {
		ut_start(open_and_wait);
		xread(full[0], &answer, 1);
	}
	last = open("/dev/null", O_RDONLY);
	CHECK(answer == 'n' && last == first + 1);
	for (close(go[1]); n > 0; n--)
		CHECK(wait(NULL) > 0);
	CHECK(setuid(1000) == 0 && open("/dev/null", O_RDONLY) >= 0);
}

static const struct ut_test tests[] = {
	{ "numbers", fd_numbers },
	{ "limit", fd_limit },
	{ "ceiling", fd_ceiling },
	{ "inherited", fd_inherited },
	{ "in_proc", fd_in_proc },
	{ "select", fd_select },
	{ "poll", fd_poll },
	{ "poll_revents", fd_poll_revents },
	{ "all", fd_all },
};

UT_GROUP(ut_fd, tests);
