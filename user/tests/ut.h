/*
 * user/tests/ut.h - what the groups of usertests share
 *
 * A test is a function in a child process of its own, in an empty directory of
 * its own; returning is passing.
 */
#pragma once

#include "common.h"

#include <errno.h>
#include <fcntl.h>

struct ut_test {
	const char *name;
	void (*run)(void);
};

struct ut_group {
	const char *name;
	const struct ut_test *tests;
	size_t n;
};

#define UT_GROUP(group, tests) \
	const struct ut_group group = { #group, tests, ARRAY_SIZE(tests) }

extern const struct ut_group ut_proc, ut_signal, ut_pipe, ut_mem, ut_file,
	ut_dir, ut_job, ut_error, ut_elf, ut_fault, ut_fpu, ut_sleep,
	ut_right, ut_shm, ut_sem, ut_call, ut_time, ut_procfs, ut_vm, ut_lock,
	ut_share, ut_full, ut_sync, ut_fd, ut_path, ut_system, ut_bound,
	ut_old, ut_futex;

extern const char *ut_self;		/* absolute path of usertests */
extern const char *ut_full_dir;		/* a small file system, or NULL */
extern const char *ut_bad_disk;		/* whose file "big" cannot be written
					   whole, or NULL */

void ut_fail(const char *file, int line, const char *what)
	__attribute__((noreturn));
void ut_skip(const char *why) __attribute__((noreturn));

/* The test fails unless the condition holds; the message has errno. */
#define CHECK(cond) \
	do { \
		if (!(cond)) \
			ut_fail(__FILE__, __LINE__, #cond); \
	} while (0)

/* The call must return -1 and set errno to `err`. */
#define FAILS(err, call) \
	do { \
		errno = 0; \
		if ((long)(call) != -1 || errno != (err)) \
			ut_fail(__FILE__, __LINE__, #call " gives " #err); \
	} while (0)

/* Run `child` in a new process. => its wait status */
int ut_status_of(void (*child)(void));
/* Start `child` in a new process. => its pid */
pid_t ut_start(void (*child)(void));
/* => wait status of that child */
int ut_wait(pid_t pid);
/* Until that process sleeps, where a signal can wake it. */
void ut_asleep(pid_t pid);
/* What usertests does when it is executed as a child: --child MODE ARGS. */
int ut_child_main(int argc, char **argv);
int ut_sync_hole(const char *path);	/* --child sync-hole */
int ut_reuse(const char *dir);		/* --child reuse */
int ut_own_strings(void);	/* /proc says what "strings" was called with */

/* Files in the working directory. */
void ut_put(const char *name, const char *text);
int ut_has(const char *name, const char *text);
