/*
 * user/workloads/mutants.c - use damaged copies of ext2 images, one after the
 * other
 *
 *   mutants FILE
 *
 * A line of FILE (tools/launder/ext2_mutants.py) is `number image offset
 * hex ...`.
 * The image /t/base0, /t/base1... is copied to /dev/hdb, the bytes are put at
 * their offsets, the disk is mounted at /mnt and used: all is walked and read,
 * then names and files come, change and go.  Errors are no concern of this
 * program.  The umount must work, what lies behind the file system must be as
 * before, every walker must be content (/proc/sys/vm/vm_check panics if one is
 * not), and at the end memory must be as free as at the start.
 */
#include "common.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define DISK		"/dev/hdb"
#define TOP		"/mnt"
#define CHUNK		(32 * KB)
#define MOST_ENTRIES	300	/* of one directory */
#define DEEPEST		5
#define FILL_KB		(8 * KB)
#define SLACK_PAGES	64

static char buf[CHUNK];
static unsigned long number, image;

static void fail(const char *what)
{
	say("mutant %lu: FAIL %s: %s\n", number, what, strerror(errno));
	exit(1);
}

/* --- the damaged disk ---------------------------------------------- */

static void copy_image(int disk)
{
	char path[40];
	size_t n;
	int fd;

	snprintf(path, sizeof(path), "/t/base%lu", image);
	fd = xopen(path, O_RDONLY, 0);
	lseek(disk, 0, SEEK_SET);
	while ((n = xread(fd, buf, sizeof(buf))) > 0)
		xwrite(disk, buf, n);
	xclose(fd);
}

static int hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' :
	       c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* " offset hex" again and again */
static void damage(int disk, char *text)
{
	while (*text == ' ') {
		off_t at = strtoul(text + 1, &text, 10);
		size_t n = 0;

		for (text++; hex(*text) >= 0; text += 2)
			buf[n++] = hex(text[0]) << 4 | hex(text[1]);
		xpwrite(disk, buf, n, at);
	}
}

/* => where the file system ends, as its super block says */
static off_t end_of_fs(int disk)
{
	uint32_t super[7];

	xpread(disk, super, sizeof(super), 1024);
	return super[6] <= 2 ? (off_t)super[1] * (1024 << super[6]) : 0;
}

/* => a sum of all that lies behind */
static uint32_t sum_from(int disk, off_t at)
{
	uint32_t sum = 0;
	size_t n;

	lseek(disk, at, SEEK_SET);
	while ((n = xread(disk, buf, sizeof(buf))) > 0)
		for (size_t i = 0; i < n; i++)
			sum = (sum ^ (uint8_t)buf[i]) * 16777619u;
	return sum;
}

static uint32_t make_disk(char *line, off_t *end)
{
	int disk = xopen(DISK, O_RDWR, 0);
	uint32_t sum;

	number = strtoul(line, &line, 10);
	image = strtoul(line, &line, 10);
	say("mutant %lu begins\n", number);
	copy_image(disk);
	damage(disk, line);
	*end = end_of_fs(disk);
	sum = sum_from(disk, *end);
	xclose(disk);
	return sum;
}

/* --- all of it is read --------------------------------------------- */

static sigjmp_buf no_page;

static void on_bus(int sig)
{
	siglongjmp(no_page, sig);
}

/* Through a mapping: what cannot be read is a signal. */
static void touch_pages(int fd, off_t size)
{
	size_t n = size < CHUNK ? size : CHUNK;
	volatile char *p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_SHARED,
				fd, 0);

	if (p == MAP_FAILED)
		return;
	if (sigsetjmp(no_page, 1) == 0)
		for (size_t i = 0; i < n; i += PAGE)
			p[i] = p[i];
	munmap((char *)p, n);
}

static void read_file(const char *path)
{
	static const off_t places[] = { 0, 40 * KB, 300 * KB, 6 * KB * KB };
	int fd = open(path, O_RDWR | O_NONBLOCK);
	struct stat st;

	if (fd < 0)
		fd = open(path, O_RDONLY | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		pread(fd, buf, sizeof(buf), places[i]);
	if (st.st_size)
		pread(fd, buf, sizeof(buf), st.st_size - 1);
	touch_pages(fd, st.st_size);
	close(fd);
}

static void visit(const char *path, int depth, int change);

/* What the walk does to each name; in the second walk it changes it. */
static void visit_entry(const char *path, int depth, int change)
{
	struct stat st;

	if (lstat(path, &st) < 0)
		return;
	if (S_ISDIR(st.st_mode)) {
		if (depth < DEEPEST)
			visit(path, depth + 1, change);
		if (change)
			rmdir(path);
	} else if (change) {
		if (S_ISREG(st.st_mode) && st.st_ino % 2)
			truncate(path, st.st_size / 2 + 1000);
		unlink(path);
	} else if (S_ISLNK(st.st_mode)) {
		readlink(path, buf, sizeof(buf));
	} else {
		read_file(path);
	}
}

static void visit(const char *path, int depth, int change)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	char name[1400];
	int n = 0;

	while (dir && n++ < MOST_ENTRIES && (entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..") &&
		    (size_t)snprintf(name, sizeof(name), "%s/%s", path,
				     entry->d_name) < sizeof(name))
			visit_entry(name, depth, change);
	if (dir)
		closedir(dir);
}

/* --- and changed --------------------------------------------------- */

static void write_at(const char *name, off_t at, unsigned long kb, int how)
{
	int fd = open(name, O_WRONLY | how, 0644);

	memset(buf, 'w', sizeof(buf));
	for (; fd >= 0 && kb >= CHUNK / KB; kb -= CHUNK / KB, at += CHUNK)
		if (pwrite(fd, buf, CHUNK, at) != CHUNK)
			break;
	fsync(fd);
	close(fd);
}

/* Directories in and onto each other: two of them may be one. */
static void move_dirs(void)
{
	static const char *const dirs[] = { "dir", "many", "empty", "dir/deep",
					    "lost+found" };
	char sub[40], moved[40];

	for (size_t i = 0; i < 25; i++) {
		const char *from = dirs[i / 5], *to = dirs[i % 5];

		snprintf(sub, sizeof(sub), "%s/sub", from);
		snprintf(moved, sizeof(moved), "%s/moved", to);
		mkdir(sub, 0755);
		rename(sub, to);
		rename(from, moved);
		rmdir(moved);
		rename(moved, from);
	}
}

static void change_names(void)
{
	static char target[900];

	memset(target, 't', sizeof(target) - 1);
	mkdir("new_dir", 0755);
	symlink("short", "new_dir/fast");
	symlink(target, "new_dir/slow");
	link("other", "new_dir/other");
	link("other", "many/one_more_name_in_a_directory_that_is_full");
	mknod("new_dir/node", S_IFCHR | 0600, 0x103);
	rename("small", "other");
	rename("dir", "new_dir/dir");
	rename("many", "new_dir/many");
	rename("new_dir/other", "back");
	rename("new_dir", "empty");
}

static void use(void)
{
	visit(".", 0, 0);
	write_at("small", 400, 96, 0);
	write_at("big", 300 * KB, 128, 0);
	write_at("sparse", 1 * KB * KB, 64, 0);
	write_at("dir/new", 20 * KB, 64, O_CREAT | O_EXCL);
	sync();
	drop_caches();
	move_dirs();
	change_names();
	truncate("big", 13000);
	truncate("sparse", 7 * KB * KB);
	write_at("full", 0, FILL_KB, O_CREAT);
	visit(".", 0, 0);
	mount("", TOP, "", MS_REMOUNT | MS_RDONLY, NULL);
	mount("", TOP, "", MS_REMOUNT, NULL);
	visit(".", 0, 1);
	write_at("last", 0, 64, O_CREAT);
}

/* umount succeeds, and reports what could not be written.
 * => how it ended */
static const char *mount_and_use(void)
{
	const char *outcome;

	if (mount(DISK, TOP, "ext2", 0, NULL) < 0) {
		if (errno == EBUSY || errno == ENOMEM)
			fail("mount");
		return "refused";
	}
	if (chdir(TOP) == 0)
		use();
	outcome = access(TOP, W_OK) < 0 && errno == EROFS ? "read-only" :
							    "sound";
	if (chdir("/") < 0 || (umount(TOP) < 0 && errno != EIO &&
				errno != EROFS && errno != ENOSPC))
		fail("umount");
	return outcome;
}

/* Numbers of both parities see both designs. */
static void one_mutant(char *line)
{
	const char *outcome;
	uint32_t before;
	off_t end;
	int disk;

	before = make_disk(line, &end);
	if (proc_write(SCANNER_FILE, scanner_name(number)) < 0)
		fail("the scanner");
	outcome = mount_and_use();
	if (proc_write("/proc/sys/vm/vm_check", "1") < 0)
		fail("vm_check");
	disk = xopen(DISK, O_RDONLY, 0);
	if (sum_from(disk, end) != before)
		fail("bytes behind the file system have changed");
	xclose(disk);
	say("mutant %lu: %s\n", number, outcome);
}

int main(int argc, char **argv)
{
	unsigned long pages, after, count = 0;
	size_t size = 0;
	char *line = NULL;
	FILE *f;

	if (opts_parse(argc, argv, "use damaged copies of ext2 images: "
		       "mutants FILE", NULL, 0) != argc - 1)
		die("which file of mutants? (see --help)");
	f = fopen(argv[argc - 1], "r");
	if (!f)
		die_sys("%s", argv[argc - 1]);
	signal(SIGBUS, on_bus);
	pages = free_pages();
	for (; getline(&line, &size, f) > 0; count++)
		one_mutant(line);
	after = free_pages();
	say("mutants: %lu, free pages %lu, were %lu\n", count, after, pages);
	if (after + SLACK_PAGES < pages)
		die("pages are lost");
	say("mutants: ok\n");
	return 0;
}
