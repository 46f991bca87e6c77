/*
 * user/tests/call_answer.c - the answer of a call in words that two kernels
 * share.
 */
#include "call_table.h"

#include <errno.h>
#include <stdio.h>
#include <sys/syscall.h>

#define SMALL		1024		/* larger values are not printed */

static const char *const errors[] = {
#define E(name) [name] = #name
	E(EPERM), E(ENOENT), E(ESRCH), E(EINTR), E(EIO), E(ENXIO), E(E2BIG),
	E(ENOEXEC), E(EBADF), E(ECHILD), E(EAGAIN), E(ENOMEM), E(EACCES),
	E(EFAULT), E(ENOTBLK), E(EBUSY), E(EEXIST), E(EXDEV), E(ENODEV),
	E(ENOTDIR), E(EISDIR), E(EINVAL), E(ENFILE), E(EMFILE), E(ENOTTY),
	E(ETXTBSY), E(EFBIG), E(ENOSPC), E(ESPIPE), E(EROFS), E(EMLINK),
	E(EPIPE), E(EDOM), E(ERANGE), E(EDEADLK), E(ENAMETOOLONG), E(ENOLCK),
	E(ENOSYS), E(ENOTEMPTY), E(ELOOP), E(ENODATA), E(EOVERFLOW),
	E(ENOTSOCK), E(EDESTADDRREQ), E(EMSGSIZE), E(EPROTOTYPE),
	E(ENOPROTOOPT), E(EPROTONOSUPPORT), E(ESOCKTNOSUPPORT),
	E(EOPNOTSUPP), E(EAFNOSUPPORT), E(ETIMEDOUT), E(EIDRM),
};

/* Calls whose value belongs to the machine or the moment. */
static const short own_value[] = {
	SYS_time, SYS_getpid, SYS_times, SYS_brk, SYS_getppid, SYS_getpgrp,
	SYS_setsid, SYS_mmap, SYS_mmap2, SYS_mremap, SYS_ipc, SYS_getpgid,
	SYS_getsid, SYS_gettid, SYS_set_tid_address, SYS_getuid, SYS_getuid32,
	SYS_geteuid, SYS_geteuid32, SYS_getgid, SYS_getgid32, SYS_getegid,
	SYS_getegid32, SYS_setfsuid, SYS_setfsuid32, SYS_setfsgid,
	SYS_setfsgid32, SYS_getcwd, SYS_getdents, SYS_getdents64,
	SYS_sched_getaffinity, SYS_waitpid, SYS_wait4, SYS_signal, SYS_syslog,
	SYS_alarm,
};

static int has_own_value(int nr)
{
	for (size_t i = 0; i < ARRAY_SIZE(own_value); i++)
		if (own_value[i] == nr)
			return 1;
	return 0;
}

void call_answer(const struct call *call, long got, char *text, size_t room)
{
	if (got == -EINTR)
		snprintf(text, room, "waits");
	else if (got < 0 && got > -(long)ARRAY_SIZE(errors) && errors[-got])
		snprintf(text, room, "%s", errors[-got]);
	else if (got < 0 && got > -4096)
		snprintf(text, room, "errno%ld", -got);
	else if (got < 0 || got > SMALL || has_own_value(call->nr))
		snprintf(text, room, "ok");
	else
		snprintf(text, room, "%ld", got);
}
