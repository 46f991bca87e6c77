/*
 * user/tests/badargs.c - every system call with every argument spoiled in turn
 *
 *   badargs [--user] [--only NAME]
 *
 * The other arguments are good (call_table.c), so the call gets as far as the
 * bad one: a pointer that is null, into the kernel, to no memory, to memory
 * that may not be used so, or that runs into the end of a page; a descriptor
 * that is not open or of the wrong type; a size that is negative or huge; an
 * address that is not aligned.  A bad pointer is EFAULT, a bad descriptor
 * EBADF; a size may fail or not, but nothing beyond the buffer may change.
 *
 * With --user all calls are those of an ordinary user: EPERM is right, too, and
 * no call with a path may open or change a file of root.
 */
#include "call_pages.h"
#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CANARY		0x5a
#define USER		1000
#define SECRET		"/badargs.secret"
#define SECRET_TIME	1000000
#define ROW_SECONDS	20
#define SLACK_PAGES	32
#define ANY		1000		/* whatever it is: no harm done */

static int as_user;
static const char *only, *dir = "/tmp";

static const struct opt opts[] = {
	{ "user", OPT_FLAG, &as_user, "as an ordinary user" },
	{ "only", OPT_STR, &only, "that call only" },
	{ "dir", OPT_STR, &dir, "where to make a scratch directory" },
};

static const struct call *call;		/* the row at work */
static unsigned cases;

/* ---- arguments ----------------------------------------------------------- */

/* Where argument i begins: so that it ends with its page, or as many bytes
 * before that; negative: behind it. */
static int shift_of[6];

static void good_arguments(long a[6])
{
	call_good(call, CANARY, shift_of, a);
}

/* => true: no byte before the buffers has changed */
static int canaries_live(void)
{
	for (int i = 0; i < 6; i++) {
		const char *p = page_of(i);
		const char *end = buffer_of(call, i, shift_of[i]);

		for (; is_pointer(&call->arg[i]) && p < end; p++)
			if (*p != CANARY)
				return 0;
	}
	return 1;
}

/* ---- one case ------------------------------------------------------------ */

static void wrong(int i, const char *what, long got, int want)
{
	say("FAIL badargs.%s: argument %d, %s: %ld, wanted %d\n", call->name,
	    i + 1, what, got, -want);
	exit(1);
}

/* The call with argument i as given must end in -want; ANY: in some way. */
static void try(int i, long value, const char *what, int want)
{
	long a[6], got;

	call_child(call);
	good_arguments(a);
	a[i] = value;
	got = raw_call(call->nr, a);
	cases++;
	if (!canaries_live())
		wrong(i, "wrote before a buffer", got, want);
	if (want == ANY || got == -want || got == -ENOSYS)
		return;
	if (as_user && (got == -EPERM || got == -EACCES))
		return;
	wrong(i, what, got, want);
}

static void try_pointers(int i)
{
	const struct arg *arg = &call->arg[i];
	int want = arg->flags & ARG_LAZY ? ANY : EFAULT;

	if (want == ANY && (call->flags & CALL_ENDS))
		return;
	if (!(arg->flags & ARG_NULL))
		try(i, 0, "null", want);
	try(i, 0x10, "almost null", want);
	try(i, 0xc0000000, "the kernel's first page", want);
	try(i, 0xc0100000, "the kernel", want);
	try(i, -4, "the last word", want);
	try(i, (long)page_of(i) + PAGE, "no memory", want);
	try(i, NO_RIGHTS, "memory without rights", want);
	if (arg->kind == A_OUT)
		try(i, READ_ONLY, "memory that is read-only", want);
}

/* Of a buffer only the first bytes are there; a string has no end. */
static void try_straddle(int i)
{
	const struct arg *arg = &call->arg[i];
	unsigned here = (arg->size + 1) / 2;
	char *at = page_of(i) + PAGE - here;
	int sized = i < 5 && call->arg[i + 1].kind == A_LEN;

	if (arg->size < 2 || arg->kind == A_PATH ||
	    (arg->flags & ARG_ALIGNED))
		return;
	shift_of[i] = here - arg->size;
	try(i, (long)at, "running into nothing",
	    sized || (arg->flags & (ARG_LAZY | ARG_PART)) ? ANY : EFAULT);
	shift_of[i] = 0;
}

static void try_no_end(int i)
{
	long a[6], got;

	call_child(call);
	good_arguments(a);
	memset(page_of(i), 'x', PAGE);
	a[i] = (long)page_of(i) + PAGE - 3;
	got = raw_call(call->nr, a);
	cases++;
	if (got != -EFAULT && !(as_user && got == -EPERM))
		wrong(i, "a string without an end", got, EFAULT);
}

/* One byte off its alignment: the call works as before. */
static void try_unaligned(int i)
{
	int want = call->arg[i].flags & ARG_ALIGNED ? EINVAL : EFAULT;
	long a[6], got;

	if (call->flags & (CALL_ENDS | CALL_WAITS | CALL_NEVER))
		return;
	call_child(call);
	shift_of[i] = 1;
	good_arguments(a);
	got = raw_call(call->nr, a);
	shift_of[i] = 0;
	cases++;
	if ((got == -want) != (want == EINVAL))
		wrong(i, "not aligned", got, want);
}

static void try_descriptors(int i)
{
	try(i, -1, "descriptor -1", EBADF);
	try(i, 57, "a descriptor that is not open", EBADF);
	try(i, 9999, "descriptor 9999", EBADF);
	try(i, 0x7fffffff, "a huge descriptor", EBADF);
	try(i, (long)0x80000000, "the most negative descriptor", EBADF);
	for (int fd = WORLD_FILE; fd < WORLD_END; fd++)
		if (!(call->flags & CALL_WAITS))
			try(i, fd, "a descriptor of another type", ANY);
}

static void try_sizes(int i)
{
	static const unsigned long sizes[] = {
		0, 1, 0x7fffffff, 0x80000000, 0xfffff000, 0xffffffff,
	};

	for (size_t k = 0; k < ARRAY_SIZE(sizes); k++)
		try(i, sizes[k], "an odd size", ANY);
}

static void try_addresses(int i)
{
	try(i, OWN_PAGES + 1, "not aligned", EINVAL);
	try(i, OWN_PAGES + 0x800, "half a page off", EINVAL);
	try(i, 0xc0000000, "the kernel", ANY);
}

/* A file that the user has no right to. */
static void try_secret(int i)
{
	long a[6], at = (long)page_of(i);

	if (call->flags & (CALL_ENDS | CALL_WAITS))
		return;
	good_arguments(a);
	strcpy((char *)at, SECRET);
	a[i] = at;
	raw_call(call->nr, a);
	cases++;
}

static void try_paths(int i)
{
	if (as_user)
		try_secret(i);
	try_no_end(i);
	try_pointers(i);
}

static void try_buffers(int i)
{
	try_pointers(i);
	try_straddle(i);
	try_unaligned(i);
}

static const call_tries tries = {
	[A_PATH] = try_paths,
	[A_IN] = try_buffers,
	[A_OUT] = try_buffers,
	[A_FD] = try_descriptors,
	[A_LEN] = try_sizes,
	[A_ADDR] = try_addresses,
};

/* ---- descriptors of the wrong type --------------------------------------- */

/* What calls say to a directory, the reading end of a pipe, a device, and a
 * file that is open for writing only; OK: not an error. */
#define OK	0
static const struct {
	short nr, want[4];
} types[] = {
	{ SYS_read, { EISDIR, OK, OK, EBADF } },
	{ SYS_write, { EBADF, EBADF, OK, OK } },
	{ SYS_lseek, { OK, ESPIPE, OK, OK } },
	{ SYS_ftruncate64, { EINVAL, EINVAL, EINVAL, OK } },
	{ SYS_pread64, { EISDIR, ESPIPE, OK, EBADF } },
	{ SYS_pwrite64, { EBADF, ESPIPE, OK, OK } },
	{ SYS_getdents64, { OK, ENOTDIR, ENOTDIR, ENOTDIR } },
	{ SYS_getdents, { OK, ENOTDIR, ENOTDIR, ENOTDIR } },
	{ SYS_fchdir, { OK, ENOTDIR, ENOTDIR, ENOTDIR } },
	{ SYS_fsync, { OK, EINVAL, EINVAL, OK } },
	{ SYS_fdatasync, { OK, EINVAL, EINVAL, OK } },
	{ SYS_mmap2, { EACCES, EACCES, ENODEV, EACCES } },
	{ SYS_openat, { OK, ENOTDIR, ENOTDIR, ENOTDIR } },
	{ SYS_fstatat64, { OK, ENOTDIR, ENOTDIR, ENOTDIR } },
	{ SYS_mkdirat, { OK, ENOTDIR, ENOTDIR, ENOTDIR } },
	{ SYS_fadvise64, { OK, ESPIPE, OK, OK } },
};

static const char *const type_names[] = {
	"a directory", "a pipe", "a device", "a file open for writing",
};

static void try_types(const short want[4])
{
	static const int fds[] = { WORLD_DIR, WORLD_READ, WORLD_NULL,
				   WORLD_WRONLY };
	int i, k;

	for (i = 0; call->arg[i].kind != A_FD; i++)
		;
	for (k = 0; k < 4; k++) {
		long a[6], got;

		good_arguments(a);
		a[i] = fds[k];
		got = raw_call(call->nr, a);
		cases++;
		if (want[k] == OK ? got < 0 && got > -4096 : got != -want[k])
			wrong(i, type_names[k], got, want[k]);
	}
}

/* ---- rows ---------------------------------------------------------------- */

/* A row has a process, a directory and a world of its own. */
static int run_row(void)
{
	int fds[2], status;
	unsigned done = 0;
	pid_t pid;

	if (mkdir("t", 0777) < 0 || pipe(fds) < 0)
		die_sys("a row's directory");
	pid = xfork();
	if (pid == 0) {
		if (chdir("t") < 0)
			die_sys("chdir");
		alarm(ROW_SECONDS);
		cases = 0;
		world_files();
		world_open();
		map_call_pages();
		for (size_t t = 0; t < ARRAY_SIZE(types); t++)
			if (types[t].nr == call->nr)
				try_types(types[t].want);
		call_try(call, tries);
		_exit(write(fds[1], &cases, sizeof(cases)) < 0);
	}
	xclose(fds[1]);
	if (read(fds[0], &done, sizeof(done)) == sizeof(done))
		cases += done;
	xclose(fds[0]);
	if (waitpid(pid, &status, 0) != pid)
		die_sys("wait");
	umount("t/d");		/* mount may have worked */
	tree_remove("t");
	if (WIFSIGNALED(status))
		say("FAIL badargs.%s: killed by signal %d\n", call->name,
		    WTERMSIG(status));
	return status != 0;
}

/* ---- the file of root ---------------------------------------------------- */

static void make_secret(void)
{
	struct timespec times[2] = { { SECRET_TIME, 0 }, { SECRET_TIME, 0 } };

	xclose(xopen(SECRET, O_WRONLY | O_CREAT | O_TRUNC, 0600));
	if (utimensat(AT_FDCWD, SECRET, times, 0) < 0)
		die_sys("utimensat");
}

/* => 0 if it is as it was */
static int check_secret(void)
{
	struct stat st;

	if (stat(SECRET, &st) == 0 && st.st_atime == SECRET_TIME &&
	    st.st_mtime == SECRET_TIME && st.st_mode == (S_IFREG | 0600) &&
	    st.st_size == 0 && st.st_uid == 0 && st.st_gid == 0)
		return 0;
	say("FAIL badargs: a file of root was read or changed\n");
	return 1;
}

/* ---- all ----------------------------------------------------------------- */

static int run_rows(void)
{
	unsigned failed = 0;

	for (size_t i = 0; i < call_count; i++) {
		call = &call_table[i];
		if (!only || strcmp(only, call->name) == 0)
			failed += run_row();
	}
	say("badargs: %zu calls, %u cases, %u failed\n", call_count, cases,
	    failed);
	return failed != 0;
}

static int run_all(int launder)
{
	pid_t pid = xfork();
	int status;

	if (pid == 0) {
		if (as_user && launder && (setgid(USER) || setuid(USER)))
			die_sys("setuid");
		_exit(run_rows());
	}
	if (waitpid(pid, &status, 0) != pid)
		die_sys("wait");
	return status != 0;
}

/* The kernel's own opinion: every walker, and memory that is lost. */
static int check_kernel(unsigned long pages_before)
{
	unsigned long pages;

	if (proc_write("/proc/sys/vm/vm_check", "1") < 0)
		die_sys("/proc/sys/vm/vm_check");
	for (int i = 0; i < 30; i++, sleep_ms(100)) {	/* one may be ending */
		pages = free_pages();
		if (pages + SLACK_PAGES >= pages_before)
			return 0;
	}
	say("FAIL badargs: %lu free pages, then %lu\n", pages_before, pages);
	return 1;
}

int main(int argc, char **argv)
{
	int launder = access("/proc/sys/vm/scanner", F_OK) == 0, failed;
	unsigned long pages = free_pages();
	char scratch[TREE_PATH];

	opts_parse(argc, argv, "system calls with bad arguments", opts,
		   ARRAY_SIZE(opts));
	if (!launder && (!as_user || geteuid() == 0))
		die("on another kernel only as a user: some calls could work");
	umask(0);
	tree_join(scratch, dir, "badargs.d");
	if (mkdir(scratch, 0777) < 0 || chdir(scratch) < 0)
		die_sys("%s", scratch);
	if (as_user && launder)
		make_secret();
	failed = run_all(launder);
	if (as_user && launder)
		failed += check_secret() + (unlink(SECRET) < 0);
	if (launder)
		failed += check_kernel(pages);
	if (chdir("/") < 0 || rmdir(scratch) < 0)
		die_sys("rmdir %s", scratch);
	return failed != 0;
}
