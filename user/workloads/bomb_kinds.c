/*
 * user/workloads/bomb_kinds.c - the ways in which a user takes all there is
 *
 * Each takes one kind of thing until it is refused, and reports that (ready()).
 * Those of memory do not end by themselves: the kernel kills them.
 */
#include "bomb.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <signal.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOCK_FILES	32	/* a file's locks are a list */
#define SPINNERS	8	/* each takes 50 ms of a round */

int ready_fd = -1;

void become_user(void)
{
	if (setgid(BOMB_USER) < 0 || setuid(BOMB_USER) < 0)
		die_sys("setuid");
}

/* The bomb has what it can get. */
static void ready(void)
{
	if (ready_fd >= 0 && write(ready_fd, "r", 1) == 1)
		close(ready_fd);
	ready_fd = -1;
}

static void __attribute__((noreturn)) keep(void)
{
	for (;;)
		pause();
}

/* => in a child: true; it does not report that it is ready */
static int is_child(void)
{
	pid_t pid = fork();

	if (pid < 0) {
		ready();
		usleep(20000);
	} else if (pid == 0) {
		close(ready_fd);
		ready_fd = -1;
	}
	return pid == 0;
}

static void *anonymous(size_t bytes, int prot, int flags)
{
	return mmap(NULL, bytes, prot, flags | MAP_ANONYMOUS, -1, 0);
}

/* --- processes ----------------------------------------------------- */

static void zombies(void)
{
	for (;;)
		if (is_child())
			_exit(0);
}

static void sleepers(void)
{
	for (;;)
		if (is_child())
			keep();
}

/* All begin together: a spinning one would delay the start of the next. */
static void spinners(void)
{
	int fds[2];
	char c;

	if (pipe(fds) < 0)
		die_sys("pipe");
	for (int i = 0; i < SPINNERS; i++) {
		if (!is_child())
			continue;
		close(fds[1]);
		if (read(fds[0], &c, 1) == 0)
			for (;;)
				;
	}
	ready();
	close(fds[1]);
	keep();
}

/* Every one forks as long as it can. */
static void tree(void)
{
	signal(SIGCHLD, SIG_IGN);
	for (;;)
		if (is_child())
			signal(SIGCHLD, SIG_DFL);
}

/* Each forks once and ends. */
static void chain(void)
{
	for (unsigned long n = 0;; n++) {
		pid_t pid = fork();

		if (pid > 0)
			_exit(0);
		if (n == 1000)
			ready();
	}
}

/* --- memory -------------------------------------------------------- */

static void fill(size_t bytes, int flags)
{
	char *m = anonymous(bytes, PROT_READ | PROT_WRITE, flags);

	if (m == MAP_FAILED) {
		ready();
		usleep(20000);
		return;
	}
	for (size_t at = 0; at < bytes; at += PAGE)
		m[at] = 1;
}

static void hogs(void)
{
	for (int i = 0; i < 10 && !is_child(); i++)
		;
	for (int n = 0;; n++) {
		fill(64 * KB, MAP_PRIVATE);
		if (n == 100)
			ready();
	}
}

/* As many as there may be, and new ones for those that are killed. */
static void hogs_again(void)
{
	signal(SIGCHLD, SIG_IGN);
	for (int n = 0;; n++) {
		if (is_child())
			for (;;)
				fill(64 * KB, MAP_PRIVATE);
		if (n == 40)
			ready();
	}
}

/* All that a process takes is its children's too. */
static void shared_hogs(void)
{
	for (int n = 0; n < 20; n++) {
		fill(256 * KB, MAP_SHARED);
		if (is_child())
			keep();
	}
	for (int n = 0;; n++) {
		fill(64 * KB, MAP_SHARED);
		if (n == 200)
			ready();
	}
}

/* A page in each four megabytes: a table each. */
static void tables(void)
{
	char *m = anonymous(2000u << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE);

	if (m == MAP_FAILED)
		die_sys("mmap");
	for (;;) {
		if (!is_child())
			continue;
		for (size_t i = 0; i < 500; i++)
			m[i << 22] = 1;
		keep();
	}
}

static void take_areas(long max)
{
	for (long i = 0; i < max; i++)
		if (anonymous(PAGE, i & 1 ? PROT_READ : PROT_NONE,
			      MAP_PRIVATE) == MAP_FAILED)
			return;
}

/* All that a process may have. */
static void areas(void)
{
	for (int i = 0; i < 6 && !is_child(); i++)
		;
	take_areas(20000);
	ready();
	keep();
}

/* Some, and copies of them in children. */
static void area_copies(void)
{
	take_areas(5000);
	for (;;)
		if (is_child())
			keep();
}

/* Each mapping begins as one area and is cut into many. */
static void area_pieces(void)
{
	char *m = anonymous(64u << 20, PROT_READ, MAP_PRIVATE);

	for (;;) {
		if (!is_child())
			continue;
		for (size_t at = 0; at < 64u << 20; at += 2 * PAGE)
			mprotect(m + at, PAGE, PROT_NONE);
		keep();
	}
}

/* --- segments, semaphores ------------------------------------------ */

static void segments(void)
{
	for (int i = 0; i < 3 && !is_child(); i++)
		;
	for (;;) {
		int id = shmget(IPC_PRIVATE, 200 * KB, IPC_CREAT | 0600);
		char *m = id < 0 ? (char *)-1 : shmat(id, NULL, 0);

		if (m == (char *)-1) {
			ready();
			usleep(20000);
			continue;
		}
		for (size_t at = 0; at < 200 * KB; at += PAGE)
			m[at] = 1;
		shmdt(m);
	}
}

static void write_for_ever(void)
{
	int fd = open("w", O_CREAT | O_RDWR, 0600);
	char page[PAGE];

	memset(page, 1, sizeof(page));
	for (unsigned n = 0;; n = (n + 7919) % 2000)
		if (pwrite(fd, page, PAGE, n * PAGE) != PAGE)
			usleep(20000);
}

static void segments_writer(void)
{
	if (is_child())
		write_for_ever();
	segments();
}

/* Removed while they are attached: without an id, but still there. */
static void removed_segments(void)
{
	for (;;) {
		int id = shmget(IPC_PRIVATE, 64 * KB, IPC_CREAT | 0600);
		char *m = id < 0 ? (char *)-1 : shmat(id, NULL, 0);

		if (id >= 0)
			shmctl(id, IPC_RMID, NULL);
		if (m == (char *)-1) {
			ready();
			usleep(20000);
			continue;
		}
		memset(m, 1, 64 * KB);
	}
}

static void ids(void)
{
	while (shmget(IPC_PRIVATE, PAGE, IPC_CREAT | 0600) >= 0)
		;
	while (semget(IPC_PRIVATE, 200, IPC_CREAT | 0600) >= 0)
		;
	ready();
	keep();
}

/* --- files, pipes, locks, names ------------------------------------ */

static void fill_pipes(void)
{
	char page[PAGE];
	int fds[2];

	memset(page, 1, sizeof(page));
	while (pipe(fds) == 0) {
		fcntl(fds[1], F_SETFL, O_NONBLOCK);
		while (write(fds[1], page, PAGE) == PAGE)
			;
	}
}

static void pipes(void)
{
	for (;;)
		if (is_child()) {
			fill_pipes();
			keep();
		}
}

static void files(void)
{
	char name[32];

	for (unsigned child = 0;; child++) {
		if (!is_child())
			continue;
		for (unsigned i = 0; i < 2000; i++) {
			snprintf(name, sizeof(name), "f%u", child * 20 + i);
			open(name, O_RDWR | O_CREAT, 0600);
			open("/bin/bomb", O_RDONLY);
		}
		keep();
	}
}

static void locks(void)
{
	struct flock lock = { .l_type = F_WRLCK, .l_len = 1 };
	int fds[LOCK_FILES];
	char name[16];

	for (int i = 0; i < LOCK_FILES; i++) {
		snprintf(name, sizeof(name), "l%d", i);
		fds[i] = open(name, O_RDWR | O_CREAT, 0600);
	}
	do
		lock.l_start += 2;
	while (lock.l_start < 50000 &&
	       fcntl(fds[lock.l_start / 2 % LOCK_FILES], F_SETLK, &lock) == 0);
	ready();
	keep();
}

/* The deepest directory is in use: all above it stay in memory. */
static void names(void)
{
	char name[300] = { 0 };

	for (int i = 0; i < 3000 && mkdir("d", 0700) == 0 && chdir("d") == 0;)
		i++;
	memset(name, 'n', 200);
	for (int i = 0; i < 20000; i++) {
		sprintf(name + 200, "%d", i);
		access(name, F_OK);
	}
	ready();
	keep();
}

static void writers(void)
{
	for (int i = 0; i < 4; i++)
		if (is_child())
			write_for_ever();
	ready();
	for (;;)
		sync();
}

const struct bomb bombs[] = {
	{ "zombies", zombies },
	{ "sleepers", sleepers },
	{ "spinners", spinners },
	{ "tree", tree },
	{ "chain", chain },
	{ "hogs", hogs },
	{ "hogs_again", hogs_again },
	{ "shared_hogs", shared_hogs },
	{ "tables", tables },
	{ "areas", areas },
	{ "area_copies", area_copies },
	{ "area_pieces", area_pieces },
	{ "segments", segments },
	{ "segments_writer", segments_writer },
	{ "removed_segments", removed_segments },
	{ "ids", ids },
	{ "pipes", pipes },
	{ "files", files },
	{ "locks", locks },
	{ "names", names },
	{ "writers", writers },
	{ NULL, NULL },
};
