/*
 * user/lib/common.c - options, messages, system calls that must work
 *
 * Output goes straight to the descriptor (no stdio buffer), so a fork never
 * prints a line twice and a killed program loses nothing it has said.
 */
#include "common.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define IOCTL_BLKGETSIZE64	0x80041272u

const char *prog = "?";

void say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vdprintf(STDOUT_FILENO, fmt, ap);
	va_end(ap);
}

void die(const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	dprintf(STDOUT_FILENO, "%s: error: %s\n", prog, text);
	_exit(1);
}

void die_sys(const char *fmt, ...)
{
	int err = errno;
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	dprintf(STDOUT_FILENO, "%s: error: %s: %s\n", prog, text,
		strerror(err));
	_exit(1);
}

/* --- options ------------------------------------------------------- */

unsigned long parse_num(const char *s)
{
	char *end;
	unsigned long n = strtoul(s, &end, 0);

	if (end == s)
		die("'%s' is not a number", s);
	if (*end == 'k' || *end == 'K')
		n *= KB, end++;
	else if (*end == 'm' || *end == 'M')
		n *= KB * KB, end++;
	if (*end)
		die("'%s' is not a number", s);
	return n;
}

static void opts_help(const char *about, const struct opt *opts, size_t n)
{
	say("%s - %s\n", prog, about);
	for (size_t i = 0; i < n; i++) {
		const struct opt *o = &opts[i];

		say("  --%-12s %s", o->name, o->help);
		if (o->kind == OPT_NUM)
			say(" [%lu]", *(unsigned long *)o->where);
		else if (o->kind == OPT_STR && *(const char **)o->where)
			say(" [%s]", *(const char **)o->where);
		say("\n");
	}
	exit(0);
}

static const struct opt *opt_find(const char *name, const struct opt *opts,
				  size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(name, opts[i].name) == 0)
			return &opts[i];
	die("no option --%s; try --help", name);
}

static void opt_set(const struct opt *o, const char *value)
{
	if (o->kind == OPT_FLAG)
		*(int *)o->where = 1;
	else if (!value)
		die("--%s needs a value", o->name);
	else if (o->kind == OPT_NUM)
		*(unsigned long *)o->where = parse_num(value);
	else
		*(const char **)o->where = value;
}

int opts_parse(int argc, char **argv, const char *about,
	       const struct opt *opts, size_t n)
{
	const char *slash;
	int i = 1;

	if (argc > 0) {
		slash = strrchr(argv[0], '/');
		prog = slash ? slash + 1 : argv[0];
	}
	while (i < argc && strncmp(argv[i], "--", 2) == 0) {
		const char *name = argv[i++] + 2;
		const struct opt *o;

		if (!*name)
			break;
		if (strcmp(name, "help") == 0)
			opts_help(about, opts, n);
		o = opt_find(name, opts, n);
		opt_set(o, i < argc ? argv[i] : NULL);
		i += o->kind != OPT_FLAG;
	}
	return i;
}

/* --- system calls that must work ----------------------------------- */

void *xmalloc(size_t n)
{
	void *p = calloc(1, n);

	if (!p)
		die("no memory for %zu bytes", n);
	return p;
}

void *xmmap(size_t n)
{
	void *p = mmap(NULL, n, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		die_sys("mmap of %zu bytes", n);
	return p;
}

int xopen(const char *path, int flags, int mode)
{
	int fd = open(path, flags, mode);

	if (fd < 0)
		die_sys("open %s", path);
	return fd;
}

void xclose(int fd)
{
	if (close(fd) < 0)
		die_sys("close");
}

void xwrite(int fd, const void *buf, size_t n)
{
	const char *p = buf;

	while (n) {
		ssize_t done = write(fd, p, n);

		if (done <= 0)
			die_sys("write");
		p += done;
		n -= done;
	}
}

size_t xread(int fd, void *buf, size_t n)
{
	size_t have = 0;

	while (have < n) {
		ssize_t done = read(fd, (char *)buf + have, n - have);

		if (done < 0)
			die_sys("read");
		if (done == 0)
			break;
		have += done;
	}
	return have;
}

void xpwrite(int fd, const void *buf, size_t n, off_t at)
{
	if (lseek(fd, at, SEEK_SET) != at)
		die_sys("lseek");
	xwrite(fd, buf, n);
}

void xpread(int fd, void *buf, size_t n, off_t at)
{
	size_t got;

	if (lseek(fd, at, SEEK_SET) != at)
		die_sys("lseek");
	got = xread(fd, buf, n);
	if (got != n)
		die("read %zu bytes of %zu at %lld", got, n, (long long)at);
}

void xfsync(int fd)
{
	if (fsync(fd) < 0)
		die_sys("fsync");
}

pid_t xfork(void)
{
	pid_t pid = fork();

	if (pid < 0)
		die_sys("fork");
	return pid;
}

void xwait_ok(pid_t pid, const char *what)
{
	int status;

	if (waitpid(pid, &status, 0) != pid)
		die_sys("wait for %s", what);
	if (WIFSIGNALED(status))
		die("%s was killed by signal %d", what, WTERMSIG(status));
	if (WEXITSTATUS(status))
		die("%s ended with status %d", what, WEXITSTATUS(status));
}

/* --- time ---------------------------------------------------------- */

uint64_t now_us(void)
{
	struct timespec ts;

	if (clock_gettime(CLOCK_MONOTONIC, &ts) < 0)
		die_sys("clock_gettime");
	return (uint64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

unsigned long now_ms(void)
{
	return now_us() / 1000;
}

void sleep_ms(unsigned long ms)
{
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&ts, NULL);
}

/* --- devices ------------------------------------------------------- */

uint64_t fd_size(int fd)
{
	uint64_t bytes;
	off_t end;

	if (ioctl(fd, IOCTL_BLKGETSIZE64, &bytes) == 0)
		return bytes;
	end = lseek(fd, 0, SEEK_END);
	if (end < 0)
		die_sys("lseek to the end");
	return end;
}
