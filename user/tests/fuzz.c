/*
 * user/tests/fuzz.c - random system calls, and whether the kernel keeps its
 * word
 *
 *   fuzz --seed N [--calls N] [--seconds N] [--round N] [--swap]
 *
 * A round is eight processes side by side in two new directories, four as
 * root in a chroot, four as an ordinary user; a call may kill its caller, or
 * block it until it is killed.  What a seed and a round do
 * depends on nothing else, so `fuzz --seed N --round N` repeats it.
 *
 * After each round every process of it must be gone and a file of root
 * unread and unchanged; now and then every walker runs (/proc/sys/vm/vm_check,
 * which panics); at the end memory and swap must be as free as before, and
 * the memory of two onlookers as they left it.
 */
#include "fuzz.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TOP		"/fuzz.d"
#define SIDE_BY_SIDE	8
#define ROUND_MS	200
#define USER		1000
#define OTHER_USER	1001
#define CHECK_ROUNDS	16
#define SECRET_TIME	1000000		/* of the secret: never read again */
#define SLACK_PAGES	64
#define OTHERS_KB	256		/* swap used by init and this process */

static unsigned long seed = 1, calls = 200, seconds = 10, only_round;
static unsigned long canary_kb;
static int with_swap;

static const struct opt opts[] = {
	{ "seed", OPT_NUM, &seed, "what is random depends on it" },
	{ "calls", OPT_NUM, &calls, "calls of one process" },
	{ "seconds", OPT_NUM, &seconds, "how long" },
	{ "round", OPT_NUM, &only_round, "that round only" },
	{ "swap", OPT_FLAG, &with_swap, "switch /dev/hdb on first" },
};

static const char secret[] = "what an ordinary user must not read or change";
static unsigned long round_now;

static void fail(const char *what)
{
	say("fuzz: FAIL %s: repeat it with: fuzz --seed %lu --calls %lu "
	    "--round %lu%s\n", what, seed, calls, round_now,
	    with_swap ? " --swap" : "");
	exit(1);
}

/* ---- onlookers ----------------------------------------------------------- */

/* A process whose memory no call may change; SIGUSR1 has it check. */
static pid_t start_onlooker(unsigned uid)
{
	pid_t pid = fork();
	sigset_t set;
	char *memory;
	int sig;

	if (pid < 0)
		die_sys("fork");
	if (pid)
		return pid;
	memory = xmalloc(canary_kb * KB);
	pattern_fill(memory, canary_kb * KB, uid);
	sigfillset(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
	setsid();
	if (setuid(uid) < 0)
		_exit(2);
	sigwait(&set, &sig);
	_exit(sig != SIGUSR1 ? 3 :
	      pattern_check(memory, canary_kb * KB, uid) >= 0);
}

static void ask_onlooker(pid_t pid)
{
	int status = -1;

	kill(pid, SIGUSR1);
	if (waitpid(pid, &status, 0) != pid || status)
		fail("an onlooker was killed or its memory changed");
}

/* ---- the secret ---------------------------------------------------------- */

static void make_secret(void)
{
	struct timespec times[2] = { { SECRET_TIME, 0 }, { SECRET_TIME, 0 } };
	int fd = xopen(FUZZ_SECRET, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	xwrite(fd, secret, sizeof(secret));
	xclose(fd);
	if (utimensat(AT_FDCWD, FUZZ_SECRET, times, 0) < 0)
		die_sys("utimensat");
}

static void check_secret(void)
{
	char now[sizeof(secret) + 1];
	struct stat st;
	int fd;

	errno = 0;
	if (stat(FUZZ_SECRET, &st) < 0 || st.st_mode != (S_IFREG | 0600) ||
	    st.st_uid || st.st_gid) {
		say("fuzz: %s: error %d, mode %o, owner %u:%u\n", FUZZ_SECRET,
		    errno, st.st_mode, st.st_uid, st.st_gid);
		fail("the secret file is another one");
	}
	if (st.st_atime != SECRET_TIME || st.st_mtime != SECRET_TIME)
		fail("the secret file was read or written");
	fd = xopen(FUZZ_SECRET, O_RDONLY, 0);
	if (xread(fd, now, sizeof(now)) != sizeof(secret) ||
	    memcmp(now, secret, sizeof(secret)))
		fail("the secret file has other contents");
	xclose(fd);
	make_secret();
}

/* ---- a round ------------------------------------------------------------- */

static pid_t before[64];	/* processes that were there already */
static size_t nr_before;

/* Calls f for each process that was not there before. => how many */
static unsigned each_new_process(void (*f)(pid_t pid))
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	unsigned n = 0;
	size_t i;

	if (!proc)
		die_sys("/proc");
	while ((entry = readdir(proc))) {
		pid_t pid = atoi(entry->d_name);

		for (i = 0; i < nr_before && before[i] != pid; i++)
			;
		if (pid <= 0 || i < nr_before)
			continue;
		f(pid);
		n++;
	}
	closedir(proc);
	return n;
}

static void remember(pid_t pid)
{
	if (nr_before == ARRAY_SIZE(before))
		die("over %zu processes: run fuzz alone", nr_before);
	before[nr_before++] = pid;
}

static void kill_it(pid_t pid)
{
	kill(pid, SIGKILL);
}

/* Everything that the round has started ends, also what has run away. */
static void end_processes(void)
{
	unsigned long end = now_ms() + 10000;

	while (each_new_process(kill_it)) {
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
		if (now_ms() > end)
			fail("a process cannot be killed");
		sleep_ms(10);
	}
}

static void run_process(int number, int is_root)
{
	setsid();
	if (is_root && chroot(".") < 0)
		die_sys("chroot");
	if (!is_root && (setgid(USER) < 0 || setuid(USER) < 0))
		die_sys("setuid");
	umask(0);
	for (int fd = 0; fd < 3; fd++)
		dup2(WORLD_NULL, fd);
	fuzz_calls(mix(seed, round_now, number), calls);
	_exit(0);
}

/* What root mounted there. */
static void unmount_all(void)
{
	char line[300], *dir, *end;
	FILE *mounts = fopen("/proc/mounts", "r");

	while (mounts && fgets(line, sizeof(line), mounts)) {
		dir = strchr(line, ' ');
		end = dir ? strchr(++dir, ' ') : NULL;
		if (!end || strncmp(dir, TOP, strlen(TOP)))
			continue;
		*end = 0;
		if (umount(dir) == 0)
			rewind(mounts);
	}
	if (mounts)
		fclose(mounts);
}

/* A directory and all below it, whatever their names. */
static void remove_all(int at, const char *name)
{
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
	struct dirent *entry;
	DIR *dir;

	if (fd < 0) {
		unlinkat(at, name, 0);
		return;
	}
	dir = fdopendir(fd);
	while (dir && (entry = readdir(dir))) {
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			remove_all(fd, entry->d_name);
	}
	if (dir)
		closedir(dir);
	unlinkat(at, name, AT_REMOVEDIR);
}

/* Segments and sets of semaphores outlive their creators. */
static void remove_ipc(void)
{
	struct shmid_ds segment;
	struct semid_ds set;
	int top = shmctl(0, SHM_INFO, (void *)&segment), id;

	for (int i = 0; i <= top; i++) {
		id = shmctl(i, SHM_STAT, &segment);
		if (id >= 0)
			shmctl(id, IPC_RMID, NULL);
	}
	top = semctl(0, 0, SEM_INFO, &set);
	for (int i = 0; i <= top; i++) {
		id = semctl(i, 0, SEM_STAT, &set);
		if (id >= 0)
			semctl(id, 0, IPC_RMID);
	}
}

static void enter_new(const char *directory)
{
	if (mkdir(directory, 0777) < 0 || chdir(directory) < 0)
		die_sys("%s of a round", directory);
}

/* Half of a round: a directory tree, and the processes in it. */
static void start_half(int is_root)
{
	enter_new(is_root ? TOP "/root" : TOP "/user");
	world_files();
	world_open();
	for (int i = 0; i < SIDE_BY_SIDE / 2; i++)
		if (xfork() == 0)
			run_process(2 * i + is_root, is_root);
	world_close();
}

static void play_round(void)
{
	unsigned long end = now_ms() + ROUND_MS;
	int left = SIDE_BY_SIDE;

	enter_new(TOP);
	start_half(1);
	start_half(0);
	while (left > 0 && now_ms() < end) {
		pid_t pid = waitpid(-1, NULL, WNOHANG);

		left -= pid > 0;
		if (pid <= 0)
			sleep_ms(5);
	}
	end_processes();
	if (chdir("/") < 0)
		die_sys("chdir");
	unmount_all();
	remove_ipc();
	remove_all(AT_FDCWD, TOP);
	check_secret();
}

/* ---- the whole ----------------------------------------------------------- */

static unsigned long meminfo(const char *name)
{
	unsigned long kb;

	if (proc_value("/proc/meminfo", name, &kb) < 0)
		die("no %s in /proc/meminfo", name);
	return kb;
}

/* Transfers under way keep pages and slots for a moment. */
static void check_leaks(unsigned long pages_before)
{
	unsigned long pages, used_kb;

	for (int i = 0; i < 100; i++) {
		pages = free_pages();
		used_kb = meminfo("SwapTotal") - meminfo("SwapFree");
		if (pages + SLACK_PAGES >= pages_before && used_kb < OTHERS_KB)
			break;
		sleep_ms(100);
	}
	say("fuzz: free pages %lu, were %lu; swap used %lu kB\n", pages,
	    pages_before, used_kb);
	if (pages + SLACK_PAGES < pages_before)
		fail("pages are lost");
	if (used_kb >= OTHERS_KB || (with_swap && swapoff("/dev/hdb") < 0))
		fail("swap is lost");
}

static void walk(void)
{
	if (proc_write("/proc/sys/vm/vm_check", "1") < 0)
		die_sys("/proc/sys/vm/vm_check");
}

/* Root has set the date: e2fsck would find a disk from the future. */
static void restore_date(const struct timespec *began, unsigned long began_ms)
{
	struct timespec now = *began;

	now.tv_sec += (now_ms() - began_ms) / 1000;
	if (clock_settime(CLOCK_REALTIME, &now) < 0)
		die_sys("clock_settime");
}

static void play(void)
{
	unsigned long end = now_ms() + seconds * 1000, said = now_ms();

	round_now = only_round ? only_round : 1;
	do {
		play_round();
		if (round_now % CHECK_ROUNDS == 0)
			walk();
		if (now_ms() - said > 5000) {
			said = now_ms();
			say("fuzz: seed %lu round %lu\n", seed, round_now);
		}
	} while (!only_round && now_ms() < end && round_now++);
	walk();
}

int main(int argc, char **argv)
{
	unsigned long pages, began_ms = now_ms();
	struct timespec began;
	pid_t root, user;

	opts_parse(argc, argv, "random system calls", opts,
		   ARRAY_SIZE(opts));
	if (access("/proc/sys/vm/scanner", F_OK) < 0)
		die("this kernel is not Launder: fuzz kills what it finds");
	if (with_swap && swapon("/dev/hdb", 0) < 0)
		die_sys("swapon /dev/hdb");
	clock_gettime(CLOCK_REALTIME, &began);
	umask(0);
	make_secret();
	pages = free_pages();
	canary_kb = meminfo("MemFree") / 16 * 7;
	root = start_onlooker(0);
	user = start_onlooker(OTHER_USER);
	each_new_process(remember);
	play();
	ask_onlooker(root);
	ask_onlooker(user);
	check_leaks(pages);
	unlink(FUZZ_SECRET);
	restore_date(&began, began_ms);
	say("fuzz: ok seed=%lu rounds=%lu calls=%lu\n", seed, round_now,
	    calls);
	return 0;
}
