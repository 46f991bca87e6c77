/*
 * user/tests/ut_pipe.c - tests: pipes
 */
#include "ut.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define BULK	(300 * KB)
#define RECORD	64

static int fds[2];

static void make_pipe(void)
{
	CHECK(pipe(fds) == 0);
}

static void pipe_data(void)
{
	char buf[16];

	make_pipe();
	CHECK(write(fds[1], "hello", 5) == 5);
	CHECK(write(fds[1], "!", 1) == 1);
	CHECK(read(fds[0], buf, 2) == 2 && memcmp(buf, "he", 2) == 0);
	CHECK(read(fds[0], buf, 16) == 4 && memcmp(buf, "llo!", 4) == 0);
}

static void pipe_eof(void)
{
	char buf[4];

	make_pipe();
	CHECK(write(fds[1], "x", 1) == 1);
	xclose(fds[1]);
	CHECK(read(fds[0], buf, 4) == 1);
	CHECK(read(fds[0], buf, 4) == 0 && read(fds[0], buf, 4) == 0);
}

static void write_to_nobody(void)
{
	xclose(fds[0]);
	CHECK(write(fds[1], "x", 1) == 1);
}

static void pipe_sigpipe(void)
{
	int status;

	make_pipe();
	xclose(fds[0]);
	fds[0] = dup(0);
	status = ut_status_of(write_to_nobody);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGPIPE);
}

static void pipe_epipe(void)
{
	signal(SIGPIPE, SIG_IGN);
	make_pipe();
	xclose(fds[0]);
	FAILS(EPIPE, write(fds[1], "x", 1));
}

static void slow_writer(void)
{
	sleep_ms(50);
	xwrite(fds[1], "late", 4);
}

static void pipe_reader_waits(void)
{
	unsigned long begin = now_ms();
	pid_t pid;
	char buf[8];

	make_pipe();
	pid = ut_start(slow_writer);
	CHECK(read(fds[0], buf, 8) == 4);
	CHECK(now_ms() - begin >= 40);
	CHECK(ut_wait(pid) == 0);
}

static void bulk_writer(void)
{
	char *buf = xmalloc(BULK);

	xclose(fds[0]);
	pattern_fill(buf, BULK, 5);
	CHECK(write(fds[1], buf, BULK) == BULK);
}

/* More than any pipe holds: the writer must wait for the reader. */
static void pipe_writer_waits(void)
{
	char *buf = xmalloc(BULK + 1);
	pid_t pid;

	make_pipe();
	pid = ut_start(bulk_writer);
	xclose(fds[1]);
	sleep_ms(50);
	CHECK(waitpid(pid, NULL, WNOHANG) == 0);
	CHECK(xread(fds[0], buf, BULK + 1) == BULK);
	CHECK(pattern_check(buf, BULK, 5) < 0);
	CHECK(ut_wait(pid) == 0);
}

static void record_writer(void)
{
	char record[RECORD];

	memset(record, 'a' + getpid() % 26, RECORD);
	for (int i = 0; i < 500; i++)
		CHECK(write(fds[1], record, RECORD) == RECORD);
}

/* Writes up to PIPE_BUF never mix. */
static void pipe_atomic(void)
{
	char record[RECORD];
	int records = 0;

	make_pipe();
	for (int i = 0; i < 4; i++)
		ut_start(record_writer);
	xclose(fds[1]);
	while (xread(fds[0], record, RECORD) == RECORD) {
		for (int i = 1; i < RECORD; i++)
			CHECK(record[i] == record[0]);
		records++;
	}
	CHECK(records == 2000);
	while (wait(NULL) > 0)
		;
}

static void pipe_nonblock(void)
{
	char buf[64];
	int flags;

	make_pipe();
	flags = fcntl(fds[0], F_GETFL);
	CHECK(fcntl(fds[0], F_SETFL, flags | O_NONBLOCK) == 0);
	FAILS(EAGAIN, read(fds[0], buf, 1));
	CHECK(fcntl(fds[1], F_SETFL, O_WRONLY | O_NONBLOCK) == 0);
	while (write(fds[1], buf, 64) == 64)
		;
	CHECK(errno == EAGAIN);
}

static void pipe_poll(void)
{
	struct pollfd p;

	make_pipe();
	p = (struct pollfd){ .fd = fds[0], .events = POLLIN };
	CHECK(poll(&p, 1, 0) == 0);
	CHECK(poll(&p, 1, 30) == 0);
	CHECK(write(fds[1], "x", 1) == 1);
	CHECK(poll(&p, 1, -1) == 1 && p.revents == POLLIN);
	xclose(fds[1]);
	CHECK(poll(&p, 1, -1) == 1 && p.revents & POLLHUP);
	p = (struct pollfd){ .fd = 99, .events = POLLIN };
	CHECK(poll(&p, 1, -1) == 1 && p.revents == POLLNVAL);
}

/* What poll calls writable takes PIPE_BUF bytes without a wait. */
static void pipe_poll_writable(void)
{
	struct pollfd p = { .events = POLLOUT };
	char buf[PAGE] = "";

	make_pipe();
	p.fd = fds[1];
	CHECK(fcntl(fds[1], F_SETFL, O_WRONLY | O_NONBLOCK) == 0);
	CHECK(write(fds[1], "x", 1) == 1);
	while (poll(&p, 1, 0) == 1)
		CHECK(write(fds[1], buf, PAGE) == PAGE);
	while (poll(&p, 1, 0) == 0)
		CHECK(read(fds[0], buf, PAGE) > 0);
}

static void pipe_wrong_end(void)
{
	char c = 0;

	make_pipe();
	FAILS(EBADF, read(fds[1], &c, 1));
	FAILS(EBADF, write(fds[0], &c, 1));
	FAILS(ESPIPE, lseek(fds[0], 0, SEEK_SET));
	FAILS(EINVAL, fsync(fds[0]));
}

static void pipe_stat(void)
{
	struct stat st;

	make_pipe();
	CHECK(fstat(fds[0], &st) == 0 && S_ISFIFO(st.st_mode));
}

static void pipe_dup(void)
{
	int copy;
	char c;

	make_pipe();
	copy = dup(fds[1]);
	CHECK(copy >= 0);
	xclose(fds[1]);
	CHECK(write(copy, "x", 1) == 1 && read(fds[0], &c, 1) == 1);
	xclose(copy);
	CHECK(read(fds[0], &c, 1) == 0);
}

static void pipe_two_flags(void)
{
	char c;

	CHECK(pipe2(fds, O_CLOEXEC | O_NONBLOCK) == 0);
	CHECK(fcntl(fds[0], F_GETFD) == FD_CLOEXEC);
	FAILS(EAGAIN, read(fds[0], &c, 1));
	FAILS(EINVAL, pipe2(fds, 0x40000000));
}

/* One byte goes to and fro between two processes. */
static void pipe_ping_pong(void)
{
	int there[2], back[2];
	pid_t pid;
	char c;

	CHECK(pipe(there) == 0 && pipe(back) == 0);
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		xclose(there[1]);
		while (read(there[0], &c, 1) == 1)
			xwrite(back[1], &c, 1);
		_exit(0);
	}
	for (int i = 0; i < 1000; i++) {
		c = i;
		xwrite(there[1], &c, 1);
		CHECK(read(back[0], &c, 1) == 1 && c == (char)i);
	}
	xclose(there[1]);
	CHECK(ut_wait(pid) == 0);
}

/* An end of file is something to read, but nothing exceptional. */
static void select_only_asked(void)
{
	struct timeval t = { 0, 100000 };
	unsigned long begin = now_ms();
	fd_set set;
	int p[2];

	CHECK(pipe(p) == 0);
	xclose(p[1]);
	FD_ZERO(&set);
	FD_SET(p[0], &set);
	CHECK(select(p[0] + 1, NULL, NULL, &set, &t) == 0);
	CHECK(now_ms() - begin >= 90 && !FD_ISSET(p[0], &set));
	FD_SET(p[0], &set);
	CHECK(select(p[0] + 1, &set, NULL, NULL, NULL) == 1);
}

/* One call: bytes that fill its first piece are enough. */
static void pipe_vector(void)
{
	char a[4], b[4];
	struct iovec v[2] = { { a, 4 }, { b, 4 } };
	int p[2];

	CHECK(pipe(p) == 0);
	xwrite(p[1], "abcd", 4);
	CHECK(readv(p[0], v, 2) == 4 && memcmp(a, "abcd", 4) == 0);
	xwrite(p[1], "abcdef", 6);
	CHECK(readv(p[0], v, 2) == 6 && memcmp(b, "ef", 2) == 0);
}

static const struct ut_test tests[] = {
	{ "data", pipe_data },
	{ "eof", pipe_eof },
	{ "sigpipe", pipe_sigpipe },
	{ "epipe", pipe_epipe },
	{ "reader_waits", pipe_reader_waits },
	{ "writer_waits", pipe_writer_waits },
	{ "atomic", pipe_atomic },
	{ "nonblock", pipe_nonblock },
	{ "poll", pipe_poll },
	{ "poll_writable", pipe_poll_writable },
	{ "wrong_end", pipe_wrong_end },
	{ "stat", pipe_stat },
	{ "dup", pipe_dup },
	{ "pipe2", pipe_two_flags },
	{ "ping_pong", pipe_ping_pong },
	{ "select_only_asked", select_only_asked },
	{ "vector", pipe_vector },
};

UT_GROUP(ut_pipe, tests);
