/*
 * user/tests/ut_procfs.c - tests: what /proc says, and what may be written to
 * it
 *
 * The maps, links and numbers of the process are compared with the results of
 * system calls.  Every tunable is driven over the ends of its range.
 */
#include "ut.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#define VM	"/proc/sys/vm/"
#define TRACE	"/proc/sys/kernel/trace_syscalls"

static char text[32 * KB];

/* => the whole file, in `text` */
static const char *read_file(const char *path)
{
	int fd = xopen(path, O_RDONLY, 0);
	ssize_t n;
	size_t have = 0;

	while ((n = read(fd, text + have, sizeof(text) - 1 - have)) > 0)
		have += n;
	CHECK(n == 0);
	text[have] = 0;
	xclose(fd);
	return text;
}

static void need_this_kernel(void)
{
	if (access(VM "scanner", F_OK) < 0)
		ut_skip("not this kernel");
}

/* --- links --------------------------------------------------------- */

static const char *link_text(const char *path)
{
	static char to[300];
	ssize_t n = readlink(path, to, sizeof(to) - 1);

	CHECK(n > 0);
	to[n] = 0;
	return to;
}

static void links(void)
{
	char cwd[200], path[64];

	CHECK(getcwd(cwd, sizeof(cwd)) && !strcmp(link_text("/proc/self/cwd"),
						  cwd));
	CHECK(!strcmp(link_text("/proc/self/exe"), ut_self));
	CHECK(!strcmp(link_text("/proc/self/root"), "/"));
	snprintf(path, sizeof(path), "/proc/%d/cwd/f", (int)getpid());
	ut_put("f", "through cwd");
	CHECK(ut_has(path, "through cwd"));
	FAILS(ENOENT, readlink("/proc/self/fd/60", cwd, sizeof(cwd)));
	FAILS(ENOENT, readlink("/proc/self/fd/x", cwd, sizeof(cwd)));
	FAILS(ENOENT, readlink("/proc/99999/exe", cwd, sizeof(cwd)));
	FAILS(ELOOP, open("/proc/self/exe", O_RDONLY | O_NOFOLLOW));
}

/* A file without a name is still there by its descriptor. */
static void fd_deleted(void)
{
	char path[64], want[300];
	int fd = xopen("gone", O_RDWR | O_CREAT, 0644), again;

	xwrite(fd, "kept", 4);
	snprintf(want, sizeof(want), "%s/gone (deleted)",
		 link_text("/proc/self/cwd"));
	CHECK(unlink("gone") == 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	CHECK(!strcmp(link_text(path), want));
	CHECK(ut_has(path, "kept"));
	again = open(path, O_RDWR | O_CREAT | O_TRUNC, 0644);
	CHECK(again >= 0 && fd_size(fd) == 0);
	CHECK(access("gone", F_OK) < 0);
}

static void fd_pipe(void)
{
	char path[64], want[64], c = 0;
	struct stat st;
	int fds[2], again;

	CHECK(pipe(fds) == 0 && fstat(fds[0], &st) == 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fds[1]);
	snprintf(want, sizeof(want), "pipe:[%lu]", (unsigned long)st.st_ino);
	CHECK(!strcmp(link_text(path), want));
	again = xopen(path, O_WRONLY, 0);
	xclose(fds[1]);
	CHECK(write(again, "p", 1) == 1 && read(fds[0], &c, 1) == 1 &&
	      c == 'p');
	xclose(again);
	CHECK(read(fds[0], &c, 1) == 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fds[0]);
	again = xopen(path, O_RDONLY, 0);	/* waits for no writer */
	CHECK(read(again, &c, 1) == 0);
}

static pid_t other;

static void look_at_other(void)
{
	char path[64], buf[64];

	CHECK(setuid(1000) == 0);
	snprintf(path, sizeof(path), "/proc/%d/fd", (int)other);
	FAILS(EACCES, open(path, O_RDONLY));
	snprintf(path, sizeof(path), "/proc/%d/fd/0", (int)other);
	FAILS(EACCES, open(path, O_RDONLY));
	snprintf(path, sizeof(path), "/proc/%d/cwd", (int)other);
	FAILS(EACCES, readlink(path, buf, sizeof(buf)));
	FAILS(EACCES, chdir(path));
	snprintf(path, sizeof(path), "/proc/%d/environ", (int)other);
	FAILS(EACCES, open(path, O_RDONLY));
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)other);
	xclose(xopen(path, O_RDONLY, 0));
}

static void links_of_others(void)
{
	other = getpid();
	CHECK(ut_status_of(look_at_other) == 0);
}

/* --- memory -------------------------------------------------------- */

/* => the line of maps that holds the address; it has those rights */
static const char *map_of(const void *address, const char *rights)
{
	unsigned long start, end, at = (unsigned long)address;
	const char *line = read_file("/proc/self/maps");
	char got[5];

	for (; line && *line; line = strchr(line, '\n'), line += line != NULL) {
		CHECK(sscanf(line, "%lx-%lx %4s", &start, &end, got) == 3);
		if (at < start || at >= end)
			continue;
		if (rights && strcmp(got, rights))
			ut_fail(__FILE__, __LINE__, line);
		return line;
	}
	ut_fail(__FILE__, __LINE__, "no line in maps");
}

static void check_file(const char *line, const char *path, unsigned long offset)
{
	unsigned int at, major, minor;
	unsigned long ino;
	char got[200];
	struct stat st;

	CHECK(stat(path, &st) == 0);
	CHECK(sscanf(line, "%*s %*s %x %x:%x %lu %199s", &at, &major, &minor,
		     &ino, got) == 5);
	CHECK(at == offset && ino == st.st_ino && !strcmp(got, path));
	CHECK(major == major(st.st_dev) && minor == minor(st.st_dev));
}

static void maps(void)
{
	char path[300];
	char *m, *heap = (char *)syscall(SYS_brk, NULL);
	int fd, here;

	check_file(map_of((void *)(uintptr_t)&read_file, "r-xp"), ut_self,
		   strtoul(strchr(map_of((void *)(uintptr_t)&read_file,
					 "r-xp"), 'p') + 2, NULL, 16));
	snprintf(path, sizeof(path), "%s/mapped",
		 link_text("/proc/self/cwd"));
	fd = xopen("mapped", O_RDWR | O_CREAT, 0644);
	CHECK(ftruncate(fd, 4 * PAGE) == 0);
	m = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		 2 * PAGE);
	CHECK(m != MAP_FAILED);
	check_file(map_of(m + PAGE, "rw-s"), path, 2 * PAGE);
	CHECK(mprotect(m, PAGE, PROT_READ) == 0);
	check_file(map_of(m, "r--s"), path, 2 * PAGE);
	check_file(map_of(m + PAGE, "rw-s"), path, 3 * PAGE);
	CHECK((char *)syscall(SYS_brk, heap + PAGE) == heap + PAGE);
	CHECK(strstr(map_of(heap, NULL), "[heap]"));
	CHECK(strstr(map_of(&here, NULL), "[stack]"));
}

static unsigned long status_kb(const char *key)
{
	unsigned long value = 0;

	CHECK(proc_value("/proc/self/status", key, &value) == 0);
	return value;
}

/* An area that joins no other, having rights of its own.  What was there
 * before is locked, if that is allowed: else the scanner may take some of it
 * meanwhile. */
static void sizes(void)
{
	unsigned long pages, resident, now, rss, size;
	const char *line;
	char *m;

	mlockall(MCL_CURRENT);
	m = mmap(NULL, 256 * KB, PROT_READ | PROT_WRITE | PROT_EXEC,
		 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(m != MAP_FAILED);
	rss = status_kb("VmRSS");
	size = status_kb("VmSize");
	memset(m, 1, 128 * KB);
	CHECK(status_kb("VmSize") == size);
	now = status_kb("VmRSS");
	CHECK(now - rss >= 128 && now - rss < 160);
	CHECK(sscanf(read_file("/proc/self/statm"), "%lu %lu", &pages,
		     &resident) == 2);
	/* proc_value has memory of its own while it reads. */
	CHECK(pages <= size / 4 && pages + 16 >= size / 4);
	CHECK(resident <= now / 4 + 16 && resident + 16 >= now / 4);
	read_file("/proc/self/smaps");
	for (line = text; line && strtoul(line, NULL, 16) != (uintptr_t)m;
	     line = strchr(line, '\n'), line += line != NULL)
		;
	CHECK(line && (line = strstr(line, "Rss:")) != NULL);
	CHECK(strtoul(line + 4, NULL, 10) == 128);
	CHECK((line = strstr(line, "Private_Dirty:")) != NULL);
	CHECK(strtoul(line + 14, NULL, 10) == 128);
}

/* --- numbers ------------------------------------------------------- */

static void stat_fields(void)
{
	int pid, ppid, pgrp, session, nice_is;
	unsigned long utime, stime, now = 0;
	char name[20], state;

	CHECK(nice(3) == 3);
	for (unsigned long end = now_ms() + 200; now < end; now = now_ms())
		;
	CHECK(sscanf(read_file("/proc/self/stat"), "%d (%19[^)]) %c %d %d %d "
		     "%*d %*d %*u %*u %*u %*u %*u %lu %lu %*u %*u %*d %d",
		     &pid, name, &state, &ppid, &pgrp, &session, &utime,
		     &stime, &nice_is) == 9);
	CHECK(pid == getpid() && ppid == getppid() && pgrp == getpgrp() &&
	      session == getsid(0));
	CHECK(!strcmp(name, "usertests") && state == 'R' && nice_is == 3 &&
	      utime + stime >= 3);
}

static void show_strings(void)
{
	char *argv[] = { "ut", "--child", "strings", "b c", NULL };
	char *env[] = { "ONE=1", "TWO=x y", NULL };

	execve(ut_self, argv, env);
}

static int file_is(const char *path, const char *want, size_t n)
{
	return memcmp(read_file(path), want, n) == 0;
}

/* In the child: => whether /proc has what it was executed with */
int ut_own_strings(void)
{
	static const char args[] = "ut\0--child\0strings\0b c";
	static const char env[] = "ONE=1\0TWO=x y";

	return file_is("/proc/self/cmdline", args, sizeof(args)) &&
		file_is("/proc/self/environ", env, sizeof(env)) &&
		file_is("/proc/self/comm", "usertests\n", 11);
}

static void strings(void)
{
	CHECK(ut_status_of(show_strings) == 42 << 8);
}

/* --- /proc/sys ----------------------------------------------------- */

static int store(const char *path, const char *value)
{
	int fd = xopen(path, O_WRONLY, 0), err;

	err = write(fd, value, strlen(value)) < 0 ? errno : 0;
	xclose(fd);
	return err;
}

static const struct {
	const char *name;
	unsigned long low, high;
} tunables[] = {
	{ "nfract", 0, 10000 },		{ "ndirty", 1, 50000 },
	{ "interval", 1, 60000 },	{ "age_buffer", 1, 600000 },
	{ "nfract_sync", 0, 10000 },	{ "page_cluster", 1, 8 },
	{ "max_sectors", 8, 65535 },	{ "design_defects", 0, 0xffffffff },
	{ "reuse_at_once", 0, 1 },
};

static void set_and_check(const char *path, unsigned long value, int err)
{
	char number[24], before[24], want[24];

	snprintf(before, sizeof(before), "%s", read_file(path));
	snprintf(number, sizeof(number), "%lu\n", value);
	if (store(path, number) != err)
		ut_fail(path, 0, number);
	snprintf(want, sizeof(want), "%s", err ? before : number);
	if (strcmp(read_file(path), want))
		ut_fail(path, 0, text);
}

static void ranges(void)
{
	static const char *const junk[] = {
		"", "\n", "x", "-1", "1 2", "0x", "4294967296", "1e3",
		"99999999999999999999",
	};
	char path[64], old[24];

	need_this_kernel();
	for (size_t i = 0; i < ARRAY_SIZE(tunables); i++) {
		unsigned long low = tunables[i].low, high = tunables[i].high;

		snprintf(path, sizeof(path), VM "%s", tunables[i].name);
		snprintf(old, sizeof(old), "%s", read_file(path));
		if (low)
			set_and_check(path, low - 1, EINVAL);
		if (high != 0xffffffff)
			set_and_check(path, high + 1, EINVAL);
		for (size_t j = 0; j < ARRAY_SIZE(junk); j++)
			CHECK(store(path, junk[j]) == EINVAL || !*junk[j]);
		set_and_check(path, low, 0);
		set_and_check(path, high, 0);
		CHECK(store(path, old) == 0 && !strcmp(read_file(path), old));
	}
}

static void scanner_names(void)
{
	char now[64];

	need_this_kernel();
	snprintf(now, sizeof(now), "%s", read_file(VM "scanner"));
	CHECK(store(VM "scanner", "best") == EINVAL);
	CHECK(store(VM "scanner", "classics") == EINVAL);
	CHECK(!strcmp(read_file(VM "scanner"), now));
	CHECK(store(VM "drop_caches", "0") == EINVAL);
	CHECK(store(VM "drop_caches", "4") == EINVAL);
	CHECK(store(VM "vm_check", "1") == 0);
	CHECK(store("/proc/meminfo", "1") == EACCES);
}

static void store_as_user(void)
{
	CHECK(setuid(1000) == 0);
	FAILS(EACCES, open(VM "nfract", O_WRONLY));
	FAILS(EACCES, open(VM "scanner", O_WRONLY));
	FAILS(EACCES, open(TRACE, O_WRONLY));
	xclose(xopen(VM "nfract", O_RDONLY, 0));
}

static void only_root_stores(void)
{
	need_this_kernel();
	CHECK(ut_status_of(store_as_user) == 0);
}

/* --- tracing of system calls --------------------------------------- */

static int log_has(const char *line)
{
	int n = klogctl(3, text, sizeof(text) - 1);

	CHECK(n >= 0);
	text[n] = 0;
	return strstr(text, line) != NULL;
}

static void traced_child(void)
{
	mkdir("traced-by-child", 0700);
}

static void trace_calls(void)
{
	char number[16], line[100];

	need_this_kernel();
	snprintf(number, sizeof(number), "%d\n", (int)getpid());
	CHECK(store(TRACE, "99999") == ESRCH && store(TRACE, "x") == EINVAL);
	CHECK(store(TRACE, "2") == ESRCH);	/* kswapd */
	CHECK(store(TRACE, number) == 0);
	CHECK(!strcmp(read_file(TRACE), number));
	CHECK(rmdir("not-there") < 0);
	CHECK(ut_status_of(traced_child) == 0);
	CHECK(store(TRACE, "0") == 0 && !*read_file(TRACE));
	CHECK(rmdir("traced-by-child") == 0);
	snprintf(line, sizeof(line), "usertests[%d] rmdir#40(", (int)getpid());
	CHECK(log_has(line) && log_has(" \"not-there\" = -errno 2\n"));
	CHECK(log_has(" \"traced-by-child\" = 0\n"));
	*strchr(line, '#') = 0;
	CHECK(strstr(strstr(text, line) + 1, line) == NULL);
}

/* --- the whole ----------------------------------------------------- */

static void system_files(void)
{
	unsigned long kb;
	struct stat st;

	need_this_kernel();
	CHECK(strstr(read_file("/proc/partitions"), " hda\n"));
	CHECK(sscanf(text + strlen("major minor  #blocks  name\n\n"),
		     "%*u %*u %lu hda", &kb) == 1);
	CHECK(kb > 1024 && kb < 1 << 20);
	CHECK(strstr(read_file("/proc/mounts"), " / ext2 "));
	CHECK(strstr(read_file("/proc/filesystems"), "\text2\n"));
	CHECK(stat("/proc/1", &st) == 0 && S_ISDIR(st.st_mode));
	FAILS(ENOENT, stat("/proc/0", &st));
	FAILS(ENOENT, stat("/proc/01", &st));
	FAILS(EPERM, mkdir("/proc/x", 0755));
	FAILS(EACCES, open("/proc/x", O_WRONLY | O_CREAT, 0644));
}

static void mounted_again(void)
{
	need_this_kernel();
	CHECK(mkdir("p", 0755) == 0);
	CHECK(mount("proc", "p", "proc", 0, NULL) == 0);
	xclose(xopen("p/self/status", O_RDONLY, 0));
	CHECK(umount("p") == 0);
	FAILS(ENOENT, open("p/self/status", O_RDONLY));
}

static const struct ut_test tests[] = {
	{ "links", links },
	{ "fd_deleted", fd_deleted },
	{ "fd_pipe", fd_pipe },
	{ "links_of_others", links_of_others },
	{ "maps", maps },
	{ "sizes", sizes },
	{ "stat_fields", stat_fields },
	{ "strings", strings },
	{ "ranges", ranges },
	{ "scanner_names", scanner_names },
	{ "only_root_stores", only_root_stores },
	{ "trace_calls", trace_calls },
	{ "system_files", system_files },
	{ "mounted_again", mounted_again },
};

UT_GROUP(ut_procfs, tests);
