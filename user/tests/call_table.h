/*
 * user/tests/call_table.h - what every system call takes, in one table
 *
 * A row names the kind of each argument and a good value for it, so that a
 * program can spoil one at a time (badargs) or all at random (fuzz).  The
 * good values belong to a small world of files and descriptors that
 * world_files() and world_open() build in the working directory.
 */
#pragma once

#include "common.h"

enum arg_kind {
	A_NONE,
	A_VALUE,	/* a number: flags, a command, a user... */
	A_PID,		/* a process or group */
	A_SIG,		/* a signal that is sent */
	A_FD,		/* a descriptor, WORLD_* */
	A_PATH,		/* pointer to a string */
	A_IN,		/* pointer to what the kernel reads */
	A_OUT,		/* pointer to what it writes */
	A_LEN,		/* how large the buffer before it is */
	A_ADDR,		/* address of pages of its own */
};

#define ARG_NULL	1u	/* a null pointer is fine */
#define ARG_LAZY	2u	/* the kernel may never read it */
#define ARG_PART	4u	/* it may look at the first part only */
#define ARG_ALIGNED	8u	/* EINVAL if it is not */

struct arg {
	unsigned char kind, flags;
	unsigned short size;	/* of what it points to */
	long value;		/* number, descriptor */
	const void *data;	/* string; what the kernel reads, NULL: 0s */
};

#define CALL_ENDS	1u	/* does not come back as it went */
#define CALL_WAITS	2u	/* with good arguments it may wait */
#define CALL_CHILD	4u	/* wants a child that has ended */
#define CALL_TARGET	8u	/* argument 1 is a process, perhaps another */
#define CALL_LESS	32u	/* root, seldom: rights or memory go */
#define CALL_NEVER	16u	/* not for the fuzzer: it ends the run */

struct call {
	short nr;
	const char *name;
	unsigned flags;
	struct arg arg[6];
};

extern const struct call call_table[];
extern const size_t call_count;

/* The descriptors of the world; each is open on what its name says. */
enum { WORLD_FILE = 10, WORLD_DIR, WORLD_READ, WORLD_WRITE, WORLD_NULL,
       WORLD_WRONLY, WORLD_TTY, WORLD_RDONLY, WORLD_END };

#define WORLD_BYTES	300	/* in the file "f", in the pipe */

/* f, d/, l -> f, the FIFO p and the script e, in the working directory. */
void world_files(void);
/* The descriptors; they need /dev/null. */
void world_open(void);
void world_close(void);

/* The call as it is: no C library in between. => value or -errno */
long raw_call(long nr, const long a[6]);
/* vfork or clone, raw: the child, which may share this stack, ends at once.
 * => value or -errno */
long raw_birth(long nr, const long a[6]);
/* The call with another stack pointer, which the kernel must not change: for
 * calls that read the stack. => value or -errno */
long raw_call_on(long nr, unsigned long stack);

/* call_answer.c: an errno's name, "waits", a value that is the same on any
 * machine, or "ok", into the text. */
void call_answer(const struct call *call, long got, char *text, size_t room);
