/*
 * user/workloads/crash.c - carries out a list of file operations, and says how
 * far it is
 *
 *   crash [--switch-ms N]
 *
 * tools/crash writes the list to the second disk (/dev/hdc), an operation a
 * line, and cuts the power later, in copies of the first disk (/dev/hda), which
 * is mounted here.  A line is a letter and its arguments (ops[] below); paths
 * are relative to the mounted disk.
 *
 * A mark (!) goes to the start of /dev/hdc: the number of the line and, for
 * each line since the mark before it that made an inode, the inode's number.
 * Every operation must succeed: what fails ends the program with a message.
 */
#include "common.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#define DISK		"/dev/hda"
#define MARKS		"/dev/hdc"
#define LIST_AT		4096
#define MARK_BYTES	1024
#define PIECE		(64 * KB)
#define RECORD		16
#define SLOTS		4
#define MAX_ARGS	5

static unsigned long switch_ms;

static const struct opt opts[] = {
	{ "switch-ms", OPT_NUM, &switch_ms, "change the scanner so often" },
};

/* A file that is kept open and mapped between operations. */
struct slot {
	int fd;
	char *map;
	size_t len;
};

static struct slot slots[SLOTS];
static unsigned long line;	/* number of the operation */
static char mark[MARK_BYTES];
static size_t mark_len;
static int marks_fd;

/* ---- data ---------------------------------------------------------------- */

/* What the operation "key" writes at offset "at" of a file: records of 16
 * bytes that name the operation and the place. */
static void fill(char *buf, size_t len, unsigned key, size_t at)
{
	char record[RECORD + 1];
	size_t i, n;

	for (i = 0; i < len; i += n) {
		size_t from = (at + i) % RECORD;

		snprintf(record, sizeof(record), "%07x %07x\n", key,
			 (unsigned)((at + i) / RECORD));
		n = RECORD - from < len - i ? RECORD - from : len - i;
		memcpy(buf + i, record + from, n);
	}
}

static void write_text(int fd, size_t at, size_t len, unsigned key)
{
	static char buf[PIECE];
	size_t done, n;

	for (done = 0; done < len; done += n) {
		n = len - done < PIECE ? len - done : PIECE;
		fill(buf, n, key, at + done);
		xwrite(fd, buf, n);
	}
}

static void write_file(const char *path, int flags, size_t at, size_t len,
		       unsigned key)
{
	int fd = xopen(path, O_WRONLY | flags, 0);

	if (lseek(fd, at, SEEK_SET) < 0)
		die_sys("lseek %s", path);
	write_text(fd, at, len, key);
	xclose(fd);
}

static size_t file_size(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		die_sys("stat %s", path);
	return st.st_size;
}

/* ---- marks --------------------------------------------------------------- */

static void made(const char *path)
{
	struct stat st;

	if (lstat(path, &st) < 0)
		die_sys("lstat %s", path);
	mark_len += snprintf(mark + mark_len, sizeof(mark) - mark_len,
			     "%lu %lu\n", line, (unsigned long)st.st_ino);
	if (mark_len >= sizeof(mark))
		die("too many new inodes between two marks");
}

static void write_mark(void)
{
	char block[MARK_BYTES] = "";

	snprintf(block, sizeof(block), "mark %lu\n%.*s", line, (int)mark_len,
		 mark);
	xpwrite(marks_fd, block, sizeof(block), 0);
	xfsync(marks_fd);
	mark_len = 0;
}

/* ---- mappings ------------------------------------------------------------ */

static void map_file(struct slot *s, const char *path)
{
	s->fd = xopen(path, O_RDWR, 0);
	s->len = file_size(path);
	s->map = mmap(NULL, s->len, PROT_READ | PROT_WRITE, MAP_SHARED, s->fd,
		      0);
	if (s->map == MAP_FAILED)
		die_sys("mmap %s", path);
}

static void sync_map(struct slot *s)
{
	if (msync(s->map, s->len, MS_SYNC) < 0)
		die_sys("msync");
}

static void unmap_file(struct slot *s)
{
	munmap(s->map, s->len);
	xclose(s->fd);
}

static void store(const char *path, size_t at, size_t len, unsigned key,
		  int sync)
{
	struct slot s;

	map_file(&s, path);
	fill(s.map + at, len, key, at);
	if (sync)
		sync_map(&s);
	unmap_file(&s);
}

/* ---- the operations ------------------------------------------------------ */

static void copy(const char *from, const char *to)
{
	int in = xopen(from, O_RDONLY, 0);
	int out = xopen(to, O_WRONLY | O_CREAT | O_EXCL, 0644);
	size_t left = file_size(from);
	ssize_t n;

	for (; left; left -= n) {
		n = sendfile(out, in, NULL, left);
		if (n <= 0)
			die_sys("sendfile %s", from);
	}
	xclose(in);
	xclose(out);
	made(to);
}

static void sync_file(const char *path, int data_only)
{
	int fd = xopen(path, O_RDONLY, 0);

	if (data_only ? fdatasync(fd) : fsync(fd))
		die_sys("fsync %s", path);
	xclose(fd);
}

static void read_file(const char *path)
{
	static char buf[PIECE];
	int fd = xopen(path, O_RDONLY, 0);

	while (xread(fd, buf, sizeof(buf)) == sizeof(buf))
		;
	xclose(fd);
}

/* Makes memory short for a moment. */
static void fill_memory(size_t kb)
{
	char *p = xmmap(kb * KB);
	size_t i;

	for (i = 0; i < kb * KB; i += PAGE)
		p[i] = 1;
	munmap(p, kb * KB);
}

static void mount_disk(void)
{
	if (mount(DISK, "/mnt", "ext2", 0, NULL) < 0)
		die_sys("mount " DISK);
	if (chdir("/mnt") < 0)
		die_sys("/mnt");
}

static void unmount_disk(void)
{
	if (chdir("/") < 0 || umount("/mnt") < 0)
		die_sys("umount");
}

static void make_file(const char *path)
{
	xclose(xopen(path, O_WRONLY | O_CREAT | O_EXCL, 0644));
	made(path);
}

static void must(int result, const char *what, const char *path)
{
	if (result < 0)
		die_sys("%s %s", what, path);
}

static unsigned long num(const char *s)
{
	return strtoul(s, NULL, 10);
}

/* What changes names.  => false: another operation */
static int do_names(char op, char **a)
{
	switch (op) {
	case 'c':		/* c PATH: create */
		make_file(a[0]);
		break;
	case 'u':		/* u PATH: unlink */
		must(unlink(a[0]), "unlink", a[0]);
		break;
	case 'n':		/* n PATH NEW: rename */
		must(rename(a[0], a[1]), "rename", a[0]);
		break;
	case 'l':		/* l PATH NEW: link */
		must(link(a[0], a[1]), "link", a[0]);
		break;
	case 'm':		/* m PATH: mkdir */
		must(mkdir(a[0], 0755), "mkdir", a[0]);
		made(a[0]);
		break;
	case 'd':		/* d PATH: rmdir */
		must(rmdir(a[0]), "rmdir", a[0]);
		break;
	case 's':		/* s PATH TARGET: symlink */
		must(symlink(a[1], a[0]), "symlink", a[0]);
		made(a[0]);
		break;
	case 'e':		/* e PATH NEW: sendfile */
		copy(a[0], a[1]);
		break;
	default:
		return 0;
	}
	return 1;
}

/* What changes or reads contents; AT, LEN and KEY are numbers. */
static int do_data(char op, char **a)
{
	switch (op) {
	case 'w':		/* w PATH AT LEN KEY: write */
		write_file(a[0], 0, num(a[1]), num(a[2]), num(a[3]));
		break;
	case 'W':		/* W PATH AT LEN KEY: write with O_SYNC */
		write_file(a[0], O_SYNC, num(a[1]), num(a[2]), num(a[3]));
		break;
	case 'a':		/* a PATH AT LEN KEY: append; AT is the size */
		write_file(a[0], O_APPEND, num(a[1]), num(a[2]), num(a[3]));
		break;
	case 'r':		/* r PATH 0 LEN KEY: write with O_TRUNC */
		write_file(a[0], O_TRUNC, 0, num(a[2]), num(a[3]));
		break;
	case 't':		/* t PATH SIZE: truncate */
		must(truncate(a[0], num(a[1])), "truncate", a[0]);
		break;
	case 'S':		/* S PATH AT LEN KEY: store by a mapping */
		store(a[0], num(a[1]), num(a[2]), num(a[3]), 0);
		break;
	case 'M':		/* M PATH AT LEN KEY: S, then msync */
		store(a[0], num(a[1]), num(a[2]), num(a[3]), 1);
		break;
	case 'b':		/* b PATH: read */
		read_file(a[0]);
		break;
	default:
		return 0;
	}
	return 1;
}

/* Slots hold open, mapped files. */
static int do_slot(char op, char **a)
{
	struct slot *s = &slots[num(a[0]) % SLOTS];

	switch (op) {
	case 'h':		/* h SLOT PATH: open and map */
		map_file(s, a[1]);
		break;
	case 'p':		/* p SLOT AT LEN KEY: store */
		fill(s->map + num(a[1]), num(a[2]), num(a[3]), num(a[1]));
		break;
	case 'q':		/* q SLOT: msync */
		sync_map(s);
		break;
	case 'x':		/* x SLOT: unmap and close */
		unmap_file(s);
		break;
	default:
		return 0;
	}
	return 1;
}

static void do_rest(char op, char **a)
{
	switch (op) {
	case 'f':		/* f PATH: fsync, also of a directory */
		sync_file(a[0], 0);
		break;
	case 'g':		/* g PATH: fdatasync */
		sync_file(a[0], 1);
		break;
	case 'y':		/* y: sync */
		sync();
		break;
	case 'R':		/* R: unmount and mount again */
		unmount_disk();
		mount_disk();
		break;
	case 'z':		/* z MS: sleep */
		sleep_ms(num(a[0]));
		break;
	case 'k':		/* k KB: make memory short */
		fill_memory(num(a[0]));
		break;
	case 'v':		/* v FILE VALUE: a tunable */
		must(proc_write(a[0], a[1]), "write", a[0]);
		break;
	case '!':		/* !: mark */
		write_mark();
		break;
	default:
		die("line %lu: no such operation: %c", line, op);
	}
}

static void do_line(char *text)
{
	char *words[1 + MAX_ARGS] = { "", "", "", "", "", "" };
	char *save, *word = strtok_r(text, " ", &save);
	int n = 0;

	for (; word && n <= MAX_ARGS; word = strtok_r(NULL, " ", &save))
		words[n++] = word;
	if (!do_names(*words[0], words + 1) && !do_data(*words[0], words + 1) &&
	    !do_slot(*words[0], words + 1))
		do_rest(*words[0], words + 1);
}

static char *read_list(void)
{
	size_t size = fd_size(marks_fd) - LIST_AT;
	char *list = xmalloc(size + 1);

	xpread(marks_fd, list, size, LIST_AT);
	list[size] = 0;
	return realloc(list, strlen(list) + 1);
}

/* A process of its own; it counts in memory that both see. */
static pid_t start_switcher(unsigned *switches)
{
	pid_t pid = xfork();

	while (!pid) {
		const char *name = scanner_next();

		sleep_ms(switch_ms);
		must(proc_write("/proc/sys/vm/scanner", name), "scanner", name);
		++*switches;
	}
	return pid;
}

int main(int argc, char **argv)
{
	unsigned *switches = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
				  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	char *list, *save, *text;
	pid_t switcher = 0;

	opts_parse(argc, argv, "carry out the list on " MARKS, opts,
		   ARRAY_SIZE(opts));
	marks_fd = xopen(MARKS, O_RDWR, 0);
	list = read_list();
	if (switches == MAP_FAILED)
		die_sys("mmap");
	if (switch_ms)
		switcher = start_switcher(switches);
	mount_disk();
	for (text = strtok_r(list, "\n", &save); text;
	     text = strtok_r(NULL, "\n", &save), line++)
		do_line(text);
	if (switcher)
		kill(switcher, SIGKILL);
	unmount_disk();
	say("crash: %lu operations, %u switches\n", line, *switches);
	return 0;
}
