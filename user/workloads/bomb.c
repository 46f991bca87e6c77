/*
 * user/workloads/bomb.c - an ordinary user takes all of a resource; root must
 * be able to work
 *
 *	bomb [--ms N] KIND...	each kind in turn; "all": all of them
 *	bomb --as COMMAND	one of root's commands; bomb runs it itself
 *
 * A bomb is a program of user 1000 that takes one kind of thing until it is
 * refused, and keeps it: processes, memory, segments, areas, page tables,
 * pipes, files, locks, names.  It reports when it was refused or has taken its
 * bound.  Then root runs COMMANDS, each a program of its own, once; each must
 * do what it is for, within --ms of guest time.  At last root kills all of the
 * user's processes and removes what is left of them.
 */
#include "bomb.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#define READY_MS	20000	/* a bomb that is not ready by then is tried */

static unsigned long limit_ms = 60000, seed;
static const char *as;
static int list_only;

static const struct opt opts[] = {
	{ "ms", OPT_NUM, &limit_ms, "longest a command may take" },
	{ "as", OPT_STR, &as, "be this command of root's" },
	{ "list", OPT_FLAG, &list_only, "print the kinds" },
	{ "seed", OPT_NUM, &seed, "unused: nothing is random" },
};

/* --- root's commands ----------------------------------------------- */

/* => entries of a directory, each with its attributes */
static unsigned count_entries(const char *path, int (*wanted)(const char *))
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	char name[300];
	struct stat st;
	unsigned n = 0;

	if (!dir)
		die_sys("opendir %s", path);
	while ((entry = readdir(dir))) {
		snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
		n += wanted(entry->d_name) && lstat(name, &st) == 0;
	}
	closedir(dir);
	return n;
}

static int any_name(const char *name)
{
	return name[0] != '.';
}

static int is_pid(const char *name)
{
	return name[0] >= '1' && name[0] <= '9';
}

static void do_ls(void)
{
	if (count_entries("/bin", any_name) < 10)
		die("/bin is too small");
}

static int has_stat(const char *name)
{
	char path[64], *text;

	if (!is_pid(name))
		return 0;
	snprintf(path, sizeof(path), "/proc/%.20s/stat", name);
	text = proc_text(path);
	free(text);
	return text != NULL;
}

static void do_ps(void)
{
	if (count_entries("/proc", has_stat) < 5)
		die("too few processes");
}

static void do_cat(void)
{
	char *text = proc_text("/proc/meminfo");
	int fd = xopen("/bin/bomb", O_RDONLY, 0);
	char buf[PAGE];
	size_t n = 0, part;

	if (!text)
		die_sys("/proc/meminfo");
	while ((part = xread(fd, buf, sizeof(buf))))
		n += part;
	if (n < 10000)
		die("/bin/bomb has %zu bytes", n);
}

/* A pipe between two programs, as a shell makes it. */
static void do_sh(void)
{
	int fds[2], status;
	pid_t pid;
	char c;

	if (pipe(fds) < 0)
		die_sys("pipe");
	pid = xfork();
	if (pid == 0) {
		dup2(fds[1], STDOUT_FILENO);
		execl("/bin/bomb", "bomb", "--list", NULL);
		_exit(127);
	}
	xclose(fds[1]);
	if (xread(fds[0], &c, 1) != 1)
		die("nothing came through the pipe");
	while (xread(fds[0], &c, 1) == 1)
		;
	if (waitpid(pid, &status, 0) != pid || status)
		die("the child ended with status %#x", status);
}

static void do_kill(void)
{
	pid_t pid = xfork();
	int status;

	if (pid == 0)
		for (;;)
			pause();
	if (kill(pid, SIGKILL) < 0 || waitpid(pid, &status, 0) != pid ||
	    !WIFSIGNALED(status))
		die_sys("kill");
}

static void do_rm(void)
{
	const char *name = "/root.file";
	int fd = xopen(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
	struct statvfs fs;
	char buf[PAGE];

	pattern_fill(buf, sizeof(buf), 1);
	for (int i = 0; i < 8; i++)
		xwrite(fd, buf, sizeof(buf));
	xfsync(fd);
	xpread(fd, buf, sizeof(buf), 4 * PAGE);
	if (pattern_check(buf, sizeof(buf), 1) >= 0)
		die("%s has wrong contents", name);
	xclose(fd);
	if (unlink(name) < 0 || statvfs("/", &fs) < 0)
		die_sys("unlink, statvfs");
}

static void do_ipc(void)
{
	int id = shmget(IPC_PRIVATE, 4 * PAGE, IPC_CREAT | 0600);
	int set = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);
	char *at = id < 0 ? NULL : shmat(id, NULL, 0);

	if (set < 0 || id < 0 || at == (char *)-1)
		die_sys("segment %d, semaphores %d", id, set);
	memset(at, 1, 4 * PAGE);
	if (shmctl(id, IPC_RMID, NULL) < 0 || semctl(set, 0, IPC_RMID) < 0)
		die_sys("IPC_RMID");
}

/* Rights on parts of a file, and on the whole of it. */
static void do_lock(void)
{
	struct flock lock = { .l_type = F_WRLCK, .l_len = 10 };
	int fd = xopen("/bin/exit0", O_RDWR, 0);

	if (fcntl(fd, F_SETLK, &lock) < 0)
		die_sys("lock");
}

static const struct {
	const char *name;
	void (*run)(void);
} commands[] = {
	{ "ls", do_ls }, { "ps", do_ps }, { "cat", do_cat }, { "sh", do_sh },
	{ "kill", do_kill }, { "rm", do_rm }, { "ipc", do_ipc },
	{ "lock", do_lock },
};

static int be_command(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (strcmp(commands[i].name, as) == 0) {
			commands[i].run();
			return 0;
		}
	die("no command %s", as);
}

/* => guest time it took, ms; ends when the command fails */
static unsigned long run_command(const char *kind, const char *name)
{
	unsigned long begin = now_ms(), ms;
	pid_t pid = fork();
	int status;

	if (pid < 0)
		die_sys("%s: root cannot fork for %s", kind, name);
	if (pid == 0) {
		execl("/bin/bomb", "bomb", "--as", name, NULL);
		die_sys("exec for %s", name);
	}
	if (waitpid(pid, &status, 0) != pid)
		die_sys("wait");
	ms = now_ms() - begin;
	if (status)
		die("%s: root's %s ended with status %#x", kind, name, status);
	if (ms > limit_ms)
		die("%s: root's %s took %lu ms", kind, name, ms);
	return ms;
}

/* --- afterwards ---------------------------------------------------- */

static int is_of_user(const char *name)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%.20s", name);
	return is_pid(name) && stat(path, &st) == 0 && st.st_uid == BOMB_USER;
}

static void kill_all(void)
{
	while (count_entries("/proc", is_of_user)) {
		pid_t pid = xfork();

		if (pid == 0) {
			become_user();
			kill(-1, SIGKILL);
			_exit(0);
		}
		waitpid(pid, NULL, 0);
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
		sleep_ms(10);
	}
}

static void remove_ipc(void)
{
	struct shmid_ds shm;
	struct semid_ds sem;
	int last = shmctl(0, SHM_INFO, &shm), id;

	for (int i = 0; i <= last; i++) {
		id = shmctl(i, SHM_STAT, &shm);
		if (id >= 0 && shm.shm_perm.uid == BOMB_USER)
			shmctl(id, IPC_RMID, NULL);
	}
	for (int i = 0; i < 128; i++) {
		id = semctl(i, 0, SEM_STAT, &sem);
		if (id >= 0 && sem.sem_perm.uid == BOMB_USER)
			semctl(id, 0, IPC_RMID);
	}
}

/* Removes what is in the working directory, nested directories included. */
static void remove_names(void)
{
	unsigned depth = 0;
	struct dirent *entry;
	DIR *dir;

	while (chdir("d") == 0)
		depth++;
	for (;;) {
		dir = opendir(".");
		while (dir && (entry = readdir(dir)))
			if (strcmp(entry->d_name, "d") == 0)
				rmdir("d");
			else
				unlink(entry->d_name);
		closedir(dir);
		if (!depth--)
			return;
		if (chdir("..") < 0)
			die_sys("chdir ..");
	}
}

/* --- one bomb ------------------------------------------------------ */

/* => the bomb runs, and is ready or has had its time */
static void start(const struct bomb *bomb)
{
	struct pollfd poll_ready = { .events = POLLIN };
	int fds[2];

	if (pipe(fds) < 0)
		die_sys("pipe");
	if (xfork() == 0) {
		close(fds[0]);
		ready_fd = fds[1];
		become_user();
		bomb->run();
		_exit(0);
	}
	close(fds[1]);
	poll_ready.fd = fds[0];
	if (poll(&poll_ready, 1, READY_MS) == 0)
		say("bomb: %s is not ready yet\n", bomb->name);
	close(fds[0]);
}

static void try_bomb(const struct bomb *bomb)
{
	unsigned long begin = now_ms(), until, slowest = 0, ms;
	const char *which = "";

	start(bomb);
	until = now_ms() - begin;
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		ms = run_command(bomb->name, commands[i].name);
		if (ms >= slowest) {
			slowest = ms;
			which = commands[i].name;
		}
	}
	kill_all();
	remove_ipc();
	remove_names();
	say("bomb: ok %s ready=%lu slowest=%s %lu all=%lu ms\n", bomb->name,
	    until, which, slowest, now_ms() - begin);
}

static const struct bomb *find_bomb(const char *name)
{
	for (const struct bomb *bomb = bombs; bomb->name; bomb++)
		if (strcmp(bomb->name, name) == 0)
			return bomb;
	die("no bomb %s; --list prints them", name);
}

int main(int argc, char **argv)
{
	int first = opts_parse(argc, argv, "take all there is", opts,
			       ARRAY_SIZE(opts));

	if (as)
		return be_command();
	if (!list_only && (mkdir(BOMB_DIR, 0777) < 0 || chdir(BOMB_DIR) < 0 ||
			   chmod(".", 0777) < 0))
		die_sys("%s", BOMB_DIR);
	for (const struct bomb *bomb = bombs; bomb->name; bomb++)
		if (list_only)
			say("%s\n", bomb->name);
		else if (argv[first] && strcmp(argv[first], "all") == 0)
			try_bomb(bomb);
	for (; !list_only && argv[first]; first++)
		if (strcmp(argv[first], "all") != 0)
			try_bomb(find_bomb(argv[first]));
	if (!list_only && (chdir("/") < 0 || rmdir(BOMB_DIR) < 0))
		die_sys("rmdir %s", BOMB_DIR);
	return 0;
}
