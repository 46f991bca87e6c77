/*
 * user/tests/ut_bound.c - tests: how much one user may take, and see of others
 */
#include "ut.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- processes ----------------------------------------------------- */

static void sleep_for_ever(void)
{
	for (;;)
		pause();
}

/* => children that sleep, until fork fails */
static unsigned fork_until_refused(unsigned max)
{
	unsigned n = 0;

	while (n < max) {
		pid_t pid = fork();

		if (pid < 0)
			break;
		if (pid == 0)
			sleep_for_ever();
		n++;
	}
	return n;
}

/* Itself is one of the six. */
static void six_processes(void)
{
	struct rlimit six = { 6, 6 }, seven = { 7, 7 };

	CHECK(setuid(1977) == 0 && setrlimit(RLIMIT_NPROC, &six) == 0);
	CHECK(fork_until_refused(20) == 5 && errno == EAGAIN);
	FAILS(EPERM, setrlimit(RLIMIT_NPROC, &seven));
	CHECK(kill(-1, SIGKILL) == 0);
	while (wait(NULL) > 0)
		;
	CHECK(errno == ECHILD && fork_until_refused(1) == 1);
	CHECK(kill(-1, SIGKILL) == 0);
}

static void root_forks(void)
{
	struct rlimit one = { 1, 1 };
	pid_t pid;

	CHECK(setrlimit(RLIMIT_NPROC, &one) == 0);
	pid = fork();
	if (pid == 0)
		_exit(0);
	CHECK(pid > 0 && ut_wait(pid) == 0);
}

static void nproc(void)
{
	struct rlimit limit;

	CHECK(getrlimit(RLIMIT_NPROC, &limit) == 0);
	CHECK(limit.rlim_cur >= 20 && limit.rlim_cur < 100000);
	CHECK(ut_status_of(six_processes) == 0);
	CHECK(ut_status_of(root_forks) == 0);
}

/* --- shared memory ------------------------------------------------- */

/* => n segments of root's, made and removed */
static int segments_of_root(int n)
{
	int id = shmget(IPC_PRIVATE, 1024 * KB, IPC_CREAT | 0600), made;

	made = id >= 0 && (n == 1 || segments_of_root(n - 1));
	if (id >= 0)
		shmctl(id, IPC_RMID, NULL);
	return made;
}

static void segments_of_user(void)
{
	int ids[128], n = 0;

	CHECK(seteuid(1977) == 0);
	while (n < 128 && (ids[n] = shmget(IPC_PRIVATE, 256 * KB,
					   IPC_CREAT | 0600)) >= 0)
		n++;
	CHECK(errno == ENOSPC && n >= 4);
	CHECK(shmctl(ids[--n], IPC_RMID, NULL) == 0);
	ids[n] = shmget(IPC_PRIVATE, 256 * KB, IPC_CREAT | 0600);
	CHECK(ids[n++] >= 0);
	CHECK(seteuid(0) == 0 && segments_of_root(4) && seteuid(1977) == 0);
	while (n--)
		CHECK(shmctl(ids[n], IPC_RMID, NULL) == 0);
}

static void segment_pages(void)
{
	if (access("/proc/sys/vm/scanner", F_OK) < 0)
		ut_skip("Linux has one bound for all users");
	segments_of_user();
}

/* --- areas --------------------------------------------------------- */

#define MAX_MAP_COUNT	"/proc/sys/vm/max_map_count"

static char *map_page(unsigned long n)
{
	return mmap(NULL, PAGE, n & 1 ? PROT_READ : PROT_NONE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static unsigned long most_maps(void)
{
	char text[16] = "";
	int fd = xopen(MAX_MAP_COUNT, O_RDONLY, 0);

	xread(fd, text, sizeof(text) - 1);
	xclose(fd);
	return atol(text);
}

static void fill_with_maps(void)
{
	unsigned long most = most_maps(), n = 1;
	char *first = map_page(0);

	CHECK(most == 3000);
	while (n < most && map_page(n) != MAP_FAILED)
		n++;
	CHECK(errno == ENOMEM && n > most - 100 && n < most);
	CHECK(munmap(first + 100 * PAGE, 2000 * PAGE) == 0);
	for (n = 0; n < 2000; n++)
		CHECK(map_page(n) != MAP_FAILED);
}

/* As many as Linux gives, but for the time that this would take: the tunable
 * is low meanwhile.  The middle goes and comes. */
static void map_count(void)
{
	int status;

	if (access("/proc/sys/vm/scanner", F_OK) < 0)
		ut_skip("the tunable is the whole machine's");
	CHECK(most_maps() == 65530);
	ut_put(MAX_MAP_COUNT, "3000");
	status = ut_status_of(fill_with_maps);
	ut_put(MAX_MAP_COUNT, "65530");
	CHECK(status == 0);
}

/* The lowest room that is large enough is taken. */
static void map_room(void)
{
	char *m = mmap(NULL, 16 * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS,
		       -1, 0);

	CHECK(m != MAP_FAILED);
	CHECK(munmap(m + 8 * PAGE, 2 * PAGE) == 0);
	CHECK(munmap(m + 3 * PAGE, PAGE) == 0);
	CHECK(mmap(NULL, 2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		   0) == m + 8 * PAGE);
	CHECK(map_page(0) == m + 3 * PAGE);
	CHECK(munmap(m + 5 * PAGE, PAGE) == 0 && munmap(m, 2 * PAGE) == 0);
	CHECK(map_page(0) == m && map_page(1) == m + PAGE);
	CHECK(map_page(0) == m + 5 * PAGE);
	CHECK(map_page(0) >= m + 16 * PAGE);
}

/* --- set-id bits --------------------------------------------------- */

static void make_set_id(void)
{
	CHECK(unlink("f") == 0 || errno == ENOENT);
	ut_put("f", "0123456789");
	CHECK(chmod("f", 06777) == 0);
}

static mode_t mode_of(const char *name)
{
	struct stat st;

	CHECK(stat(name, &st) == 0);
	return st.st_mode & 07777;
}

static void cut_path(void)
{
	CHECK(setuid(1977) == 0 && truncate("f", 3) == 0);
}

static void cut_longer(void)
{
	CHECK(setuid(1977) == 0 && truncate("f", 300) == 0);
}

static void cut_descriptor(void)
{
	CHECK(setuid(1977) == 0);
	CHECK(ftruncate(xopen("f", O_RDWR, 0), 3) == 0);
}

static void cut_open(void)
{
	CHECK(setuid(1977) == 0);
	xopen("f", O_WRONLY | O_TRUNC, 0);
}

/* What another has changed is not to be trusted; root may. */
static void truncate_set_id(void)
{
	void (*const cuts[])(void) = { cut_path, cut_longer, cut_descriptor,
				       cut_open };

	for (size_t i = 0; i < ARRAY_SIZE(cuts); i++) {
		make_set_id();
		CHECK(ut_status_of(cuts[i]) == 0);
		CHECK(mode_of("f") == 0777);
	}
	make_set_id();
	CHECK(truncate("f", 3) == 0 && mode_of("f") == 06777);
}

/* --- /proc --------------------------------------------------------- */

static pid_t other;

static int open_of(pid_t pid, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	return open(path, O_RDONLY);
}

static long link_of(pid_t pid, const char *name)
{
	char path[64], buf[256];

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	return readlink(path, buf, sizeof(buf));
}

static void look_at_other(void)
{
	static const char *const files[] = { "maps", "smaps", "environ", "fd" };
	char c;

	CHECK(setgid(1977) == 0 && setuid(1977) == 0);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		FAILS(EACCES, open_of(other, files[i]));
		CHECK(open_of(getpid(), files[i]) >= 0);
	}
	CHECK(read(open_of(getpid(), "maps"), &c, 1) == 1);
	FAILS(EACCES, link_of(other, "exe"));
	FAILS(EACCES, link_of(other, "cwd"));
	CHECK(link_of(getpid(), "exe") > 0 && link_of(getpid(), "cwd") > 0);
	CHECK(open_of(other, "stat") >= 0);
}

/* Opened by a user in time, but it is root's process by now. */
static void look_later(void)
{
	int fd = open_of(other, "maps");
	char c;

	CHECK(fd >= 0 && seteuid(1977) == 0);
	FAILS(EACCES, read(fd, &c, 1));
}

static void look_into_process(void)
{
	char c;

	other = ut_start(sleep_for_ever);
	CHECK(read(open_of(other, "maps"), &c, 1) == 1);
	CHECK(ut_status_of(look_at_other) == 0);
	CHECK(ut_status_of(look_later) == 0);
	CHECK(kill(other, SIGKILL) == 0);
	ut_wait(other);
}

static const struct ut_test tests[] = {
	{ "nproc", nproc },
	{ "segment_pages", segment_pages },
	{ "map_count", map_count },
	{ "map_room", map_room },
	{ "truncate_set_id", truncate_set_id },
	{ "look_into_process", look_into_process },
};

UT_GROUP(ut_bound, tests);
