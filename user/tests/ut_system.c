/*
 * user/tests/ut_system.c - tests: what /proc reports of the whole system,
 * in the forms that Debian's programs (procps, util-linux, coreutils) read
 */
#include "ut.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

static int is_launder(void)
{
	return access("/proc/sys/vm/scanner", F_OK) == 0;
}

/* => the rest of the line of a file that begins with key, or NULL */
static char *line_of(const char *file, const char *key)
{
	static char text[16384];
	size_t n;
	FILE *f = fopen(file, "r");
	char *at = text;

	CHECK(f != NULL);
	n = fread(text + 1, 1, sizeof(text) - 2, f);
	fclose(f);
	text[0] = '\n';
	text[n + 1] = 0;
	for (; (at = strstr(at, key)); at++)
		if (at[-1] == '\n') {
			at[strcspn(at, "\n")] = 0;
			return at + strlen(key);
		}
	return NULL;
}

/* => how many numbers the text holds, the last in *last, their sum in *sum */
static int numbers(const char *text, unsigned long long *last,
		   unsigned long long *sum)
{
	char *end;
	int n = 0;

	for (*sum = 0; ; n++, text = end) {
		unsigned long long one = strtoull(text, &end, 10);

		if (end == text)
			return n;
		*sum += *last = one;
	}
}

static void burn(void)
{
	unsigned long end = now_ms() + 60;

	while (now_ms() < end)
		getppid();
}

/* Ten numbers a processor, which never go back. */
static void sys_stat_file(void)
{
	static const char *const lines[] = { "intr ", "ctxt ", "btime ",
		"processes ", "procs_running ", "procs_blocked " };
	unsigned long long last, before, after, switches, sum;
	size_t i;

	CHECK(numbers(line_of("/proc/stat", "cpu "), &last, &before) == 10);
	CHECK(numbers(line_of("/proc/stat", "cpu0 "), &last, &sum) == 10);
	for (i = 0; i < ARRAY_SIZE(lines); i++) {
		char *line = line_of("/proc/stat", lines[i]);

		CHECK(line && numbers(line, &last, &sum) >= 1);
	}
	CHECK(numbers(line_of("/proc/stat", "intr "), &last, &sum) >= 16);
	numbers(line_of("/proc/stat", "ctxt "), &switches, &sum);
	CHECK(ut_status_of(burn) == 0);
	CHECK(numbers(line_of("/proc/stat", "cpu "), &last, &after) == 10);
	CHECK(after >= before + 2);
	numbers(line_of("/proc/stat", "ctxt "), &last, &sum);
	CHECK(last > switches);
}

/* vmstat(8), free(1) and top(1) look for these. */
static void sys_names(void)
{
	static const char *const vm[] = { "pgpgin ", "pgpgout ", "pswpin ",
		"pswpout ", "pgfault ", "pgmajfault " };
	static const char *const memory[] = { "MemTotal:", "MemFree:",
		"MemAvailable:", "Buffers:", "Cached:", "SwapCached:",
		"Active:", "Inactive:", "Shmem:", "Slab:", "SwapTotal:",
		"SwapFree:" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(vm); i++)
		CHECK(line_of("/proc/vmstat", vm[i]));
	for (i = 0; i < ARRAY_SIZE(memory); i++)
		CHECK(line_of("/proc/meminfo", memory[i]));
}

static unsigned long long kb_of(const char *name)
{
	char *line = line_of("/proc/self/status", name);
	unsigned long long kb, sum;

	CHECK(line && numbers(line, &kb, &sum) == 1 && strstr(line, " kB"));
	return kb;
}

/* The sizes of a process, and what it has locked. */
static void sys_sizes(void)
{
	unsigned long long locked = kb_of("VmLck:"), data = kb_of("VmData:");
	char *m = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(m != MAP_FAILED && kb_of("VmData:") == data + 16);
	CHECK(mlock(m, 3 * PAGE) == 0 && kb_of("VmLck:") == locked + 12);
	CHECK(munlock(m, PAGE) == 0 && kb_of("VmLck:") == locked + 8);
	CHECK(kb_of("VmStk:") > 0 && kb_of("VmExe:") > 0);
	CHECK(kb_of("VmHWM:") >= kb_of("VmRSS:"));
	CHECK(kb_of("VmSize:") >= kb_of("VmRSS:") + kb_of("VmLib:"));
	CHECK(munmap(m, 4 * PAGE) == 0 && kb_of("VmData:") == data);
	CHECK(line_of("/proc/self/status", "FDSize:"));
}

/* A plain file under /proc/sys holds this and a newline. */
static int plain(const char *name, const char *text)
{
	char path[64], want[80];

	snprintf(path, sizeof(path), "/proc/sys/%s", name);
	snprintf(want, sizeof(want), "%s\n", text);
	return ut_has(path, want);
}

static void sys_kernel_files(void)
{
	struct utsname u;
	struct stat st;
	char name[80];
	FILE *f;

	CHECK(uname(&u) == 0);
	CHECK(plain("kernel/ostype", u.sysname));
	CHECK(plain("kernel/osrelease", u.release));
	CHECK(plain("kernel/version", u.version));
	CHECK(plain("kernel/hostname", u.nodename));
	CHECK(plain("kernel/domainname", u.domainname));
	CHECK(line_of("/proc/sys/kernel/pid_max", ""));
	CHECK(line_of("/proc/sys/kernel/threads-max", ""));
	CHECK(line_of("/proc/sys/kernel/cap_last_cap", ""));
	CHECK(stat("/proc/sys/kernel/ngroups_max", &st) == 0);
	CHECK(line_of("/proc/sys/fs/file-nr", ""));
	if (!is_launder() || geteuid() != 0)
		return;
	f = fopen("/proc/sys/kernel/hostname", "w");
	CHECK(f && fputs("box-1\n", f) >= 0 && fclose(f) == 0);
	CHECK(gethostname(name, sizeof(name)) == 0 && !strcmp(name, "box-1"));
	CHECK(plain("kernel/hostname", "box-1"));
	CHECK(sethostname(u.nodename, strlen(u.nodename)) == 0);
	CHECK(plain("kernel/hostname", u.nodename));
}

static void take_uuid(const char *name, char id[40])
{
	int fd = xopen(name, O_RDONLY, 0), i;

	memset(id, 0, 40);
	CHECK(xread(fd, id, 39) == 37 && id[36] == '\n');
	for (i = 0; i < 36; i++)
		CHECK(i == 8 || i == 13 || i == 18 || i == 23 ? id[i] == '-' :
		      strchr("0123456789abcdef", id[i]) != NULL);
	CHECK(id[14] == '4' && strchr("89ab", id[19]));
	xclose(fd);
}

/* One that is always another, one of the boot. */
static void sys_uuid(void)
{
	char one[40], two[40];

	take_uuid("/proc/sys/kernel/random/uuid", one);
	take_uuid("/proc/sys/kernel/random/uuid", two);
	CHECK(strcmp(one, two) != 0);
	take_uuid("/proc/sys/kernel/random/boot_id", one);
	take_uuid("/proc/sys/kernel/random/boot_id", two);
	CHECK(strcmp(one, two) == 0);
}

/* => the line of this inode in /proc/locks has that text behind its number */
static int locks_have(const char *name, const char *want)
{
	char key[32], *line;
	struct stat st;
	FILE *f = fopen("/proc/locks", "r");
	char buf[256];
	int found = 0;

	CHECK(f && stat(name, &st) == 0);
	snprintf(key, sizeof(key), ":%lu ", (unsigned long)st.st_ino);
	while ((line = fgets(buf, sizeof(buf), f)))
		found |= strstr(line, key) && strstr(line, want);
	fclose(f);
	return found;
}

static void sys_locks(void)
{
	struct flock lock = { .l_type = F_WRLCK, .l_start = 5, .l_len = 3 };
	char want[80];
	int fd = xopen("f", O_RDWR | O_CREAT, 0600);
	int other = xopen("g", O_RDWR | O_CREAT, 0600);

	CHECK(!locks_have("f", "POSIX"));
	CHECK(fcntl(fd, F_SETLK, &lock) == 0 && flock(other, LOCK_SH) == 0);
	snprintf(want, sizeof(want), ": POSIX  ADVISORY  WRITE %d ", getpid());
	CHECK(locks_have("f", want) && locks_have("f", " 5 7\n"));
	snprintf(want, sizeof(want), ": FLOCK  ADVISORY  READ %d ", getpid());
	CHECK(locks_have("g", want) && locks_have("g", " 0 EOF\n"));
	CHECK(flock(other, LOCK_UN) == 0 && !locks_have("g", "FLOCK"));
}

/* Each mount once; a blank in a name is written as a number. */
static void sys_mounts(void)
{
	char *line;

	line = line_of("/proc/self/mountinfo", "1 0 ");
	if (is_launder())
		CHECK(line && strstr(line, " / / rw") && strstr(line, " - "));
	CHECK(line_of("/proc/devices", "Character devices:"));
	CHECK(line_of("/proc/devices", "Block devices:"));
	if (!is_launder() || geteuid() != 0)
		return;
	CHECK(mkdir("a b", 0700) == 0);
	CHECK(mount("none", "a b", "proc", 0, NULL) == 0);
	CHECK(line_of("/proc/self/mounts", "proc ") != NULL);
	line = line_of("/proc/self/mountinfo", "3 1 0:0 / ");
	CHECK(line && strstr(line, "a\\040b rw - proc proc rw"));
	CHECK(umount("a b") == 0);
	CHECK(!line_of("/proc/self/mountinfo", "3 1 0:0 / "));
}

/* The kernel's own version; programs take "version 2.4.7" from the line. */
static void sys_version(void)
{
	char *line = line_of("/proc/version", "Launder ");

	if (!is_launder())
		return;
	CHECK(line && *line != ' ' && *line != '(');
	CHECK(strstr(line, " (as Linux version 2.4.7), compiled with "));
}

static const struct ut_test tests[] = {
	{ "stat", sys_stat_file },
	{ "names", sys_names },
	{ "sizes", sys_sizes },
	{ "kernel_files", sys_kernel_files },
	{ "uuid", sys_uuid },
	{ "locks", sys_locks },
	{ "mounts", sys_mounts },
	{ "version", sys_version },
};

UT_GROUP(ut_system, tests);
