/*
 * user/tests/touches.c - uses pages in a known order: tests/boot/run-42-touch
 *
 * Before each step a byte of the next page of /marks is read: its touch divides
 * the trace.  The test knows what each step must leave there.
 */
#include "common.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MARKS	64

static int marks, file;
static char buf[16 * PAGE];

static void step(const char *name)
{
	static unsigned n;
	char c;

	if (n == MARKS)
		die("more than %d steps", MARKS);
	xpread(marks, &c, 1, (off_t)n * PAGE);
	say("step %u %s\n", n++, name);
}

static void name_file(const char *name, const char *path)
{
	struct stat st;

	if (stat(path, &st))
		die_sys("%s", path);
	say("name %s %lu\n", name, (unsigned long)st.st_ino);
}

/* Writes all, and drops what is clean; /marks stays. */
static void make_cold(void)
{
	static char *pages;

	if (!pages) {
		pages = mmap(NULL, MARKS * PAGE, PROT_READ, MAP_SHARED, marks,
			     0);
		if (pages == MAP_FAILED || mlock(pages, MARKS * PAGE))
			die_sys("/marks");
	}
	sync();
	if (drop_caches())
		die_sys("drop_caches");
}

static void plain_steps(void)
{
	file = xopen("/f", O_RDWR | O_CREAT | O_TRUNC, 0600);
	name_file("f", "/f");
	step("write_new");
	xpwrite(file, buf, 3 * PAGE, 0);
	step("read_again");
	xpread(file, buf, 100, 0);
	xpread(file, buf, 100, 100);
	step("read_two");
	xpread(file, buf, 2 * PAGE, PAGE);
	step("read_across");
	xpread(file, buf, 10, PAGE - 4);
	step("rewrite");
	xpwrite(file, buf, 10, PAGE);
	step("overwrite");
	xpwrite(file, buf, PAGE, 2 * PAGE);
	step("fsync");
	xfsync(file);
	step("write_across");
	xpwrite(file, buf, 10, PAGE - 4);
	step("fsync_again");
	xfsync(file);
	step("drop");
	make_cold();
	step("cold_read");
	xpread(file, buf, 10, 0);
	step("ahead_read");
	xpread(file, buf, 10, PAGE);
	make_cold();
	step("cold_part");
	xpwrite(file, buf, 10, 2 * PAGE + 5);
	make_cold();
	step("cold_whole");
	xpwrite(file, buf, PAGE, PAGE);
	make_cold();
	step("cold_seek");
	xpread(file, buf, 10, 2 * PAGE);
}

static char *map(size_t bytes, int flags, int fd)
{
	char *m = mmap(NULL, bytes, PROT_READ | PROT_WRITE, flags, fd, 0);

	if (m == MAP_FAILED)
		die_sys("mmap");
	return m;
}

static char look(const volatile char *m)
{
	return *m;
}

static void store(volatile char *m)
{
	*m = 1;
}

static void map_steps(void)
{
	char *m = map(3 * PAGE, MAP_SHARED, file);

	make_cold();
	step("cold_fault");
	look(m);
	step("mapped");
	look(m);
	look(m + 8);
	step("write_mapped");
	store(m);
	step("write_fault");
	store(m + PAGE);
	step("msync");
	msync(m, 3 * PAGE, MS_ASYNC);
	munmap(m, 3 * PAGE);
	m = map(3 * PAGE, MAP_SHARED, file);
	step("fault_again");
	look(m);
	munmap(m, 3 * PAGE);
	m = map(3 * PAGE, MAP_PRIVATE, file);
	step("private");
	store(m);
	step("private_copy");
	look(m + PAGE);
	store(m + PAGE);
	munmap(m, 3 * PAGE);
}

/* Writes that need nothing of their page's old contents, and pages that have
 * no block. */
static void fresh_steps(void)
{
	int fd = xopen("/k", O_RDWR | O_CREAT | O_TRUNC, 0600);
	char *m;

	name_file("k", "/k");
	step("append");
	xpwrite(fd, buf, 10, 0);
	step("append_block");
	xpwrite(fd, buf, 10, KB);
	step("over_block");
	xpwrite(fd, buf, KB, 0);
	step("over_two");
	xpwrite(fd, buf, KB, 100);
	step("grow");
	if (ftruncate(fd, 8 * PAGE))
		die_sys("ftruncate");
	make_cold();
	step("hole");
	xpread(fd, buf, 10, 5 * PAGE);
	step("hole_again");
	xpread(fd, buf, 10, 5 * PAGE);
	step("hole_write");
	xpwrite(fd, buf, 10, 5 * PAGE);
	step("hole_filled");
	xpread(fd, buf, 10, 5 * PAGE);
	m = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 7 * PAGE);
	if (m == MAP_FAILED)
		die_sys("mmap");
	step("hole_map");
	look(m);
	store(m);
	munmap(m, PAGE);
	step("hole_stored");
	xpread(fd, buf, 10, 7 * PAGE);
	step("hole_ahead");
	xpread(fd, buf, 10, 0);
	step("cut_block");
	if (ftruncate(fd, 5 * PAGE + KB))
		die_sys("ftruncate");
	xclose(fd);
}

static void other_steps(void)
{
	int to = xopen("/g", O_RDWR | O_CREAT | O_TRUNC, 0600), disk;
	off_t at = 0;
	pid_t pid;

	name_file("g", "/g");
	xfsync(file);
	step("sendfile");
	if (sendfile(to, file, &at, 2 * PAGE) != 2 * PAGE)
		die_sys("sendfile");
	xfsync(to);
	disk = xopen("/dev/ram0", O_RDONLY, 0);
	step("blocks");
	xpread(disk, buf, 2 * KB, 16 * KB * KB);
	step("blocks_again");
	xpread(disk, buf, 10, 16 * KB * KB + KB);
	xclose(disk);
	name_file("exit0", "/bin/exit0");
	make_cold();
	step("exec");
	pid = xfork();
	if (!pid)
		execl("/bin/exit0", "exit0", NULL);
	xwait_ok(pid, "exit0");
	step("exec_again");
	pid = xfork();
	if (!pid)
		execl("/bin/exit0", "exit0", NULL);
	xwait_ok(pid, "exit0");
	step("mkdir");
	if (mkdir("/d", 0700))
		die_sys("mkdir");
	name_file("d", "/d");
	make_cold();
	step("lookup");
	if (!access("/d/none", F_OK))
		die("/d/none exists");
	step("lookup_again");
	if (!access("/d/other", F_OK))
		die("/d/other exists");
	xclose(to);
}

static void memory_steps(void)
{
	char *m = map(4 * PAGE, MAP_SHARED | MAP_ANONYMOUS, -1);

	step("shared");
	store(m);
	look(m + PAGE);
	store(m);
	munmap(m, 4 * PAGE);
	m = map(4 * PAGE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	say("page anon %lu\n", (unsigned long)m / PAGE);
	step("anon");
	store(m);
	look(m + PAGE);
	store(m + PAGE);
	step("unmap");
	munmap(m, 4 * PAGE);
}

static void ends(void)
{
	xfsync(file);
	step("truncate");
	if (ftruncate(file, PAGE + 900))
		die_sys("ftruncate");
	make_cold();
	step("cold_truncate");
	if (ftruncate(file, 0))
		die_sys("ftruncate");
	step("write_last");
	xpwrite(file, buf, 2 * PAGE, 0);
	step("unlink");
	unlink("/f");
	xclose(file);
	make_cold();		/* then its number may be used again */
	file = xopen("/h", O_RDWR | O_CREAT | O_TRUNC, 0600);
	name_file("h", "/h");
	step("same_number");
	xpwrite(file, buf, PAGE, 0);
	step("end");
	for (int i = 0; i < 600; i++)
		xpread(file, buf, 1, 0);
}

/* ---- the order of last accesses, for tools/pageref_plugin.c -------------- */

#define ORDER_PAGES	32
#define MAPPED_PAGES	4	/* the last of them */
#define PLAIN_PAGES	(ORDER_PAGES - MAPPED_PAGES)
#define ORDER_BLOCKS	8	/* of the device, free ones */

static void marker(void)
{
	__asm__ volatile("xchg %%bx, %%bx" : : : "memory");
}

/* One use of a page in one of three ways, or of a block; in a mapping of its
 * own each fault is the first. */
static void use_page(int disk, unsigned long page, unsigned way)
{
	off_t at = (off_t)page * PAGE + way * 100;
	char *m;

	if (page >= PLAIN_PAGES)
		xpread(disk, buf, 64, 16 * KB * KB + at - PLAIN_PAGES * PAGE);
	else if (way == 0)
		xpread(file, buf, 64, at);
	else if (way == 1)
		xpwrite(file, buf, 64, at);
	else {
		m = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, file,
			 (off_t)page * PAGE);
		if (m == MAP_FAILED)
			die_sys("mmap");
		look(m + 7);
		munmap(m, PAGE);
	}
}

/* Uses pages at random, then those that stay mapped, then only the first of
 * these again, which no fault shows; and at last writes all. */
static void order(void)
{
	int disk = xopen("/dev/ram0", O_RDONLY, 0);
	struct rng rng;
	char *m;

	file = xopen("/f", O_RDWR | O_CREAT | O_TRUNC, 0600);
	name_file("f", "/f");
	for (int i = 0; i < ORDER_PAGES; i++)
		xpwrite(file, buf, PAGE, (off_t)i * PAGE);
	make_cold();
	m = map(ORDER_PAGES * PAGE, MAP_SHARED, file);
	rng_seed(&rng, 5);
	step("begin");
	for (int i = 0; i < 200; i++)
		use_page(disk, rng_below(&rng, PLAIN_PAGES + ORDER_BLOCKS),
			 rng_below(&rng, 3));
	for (int i = PLAIN_PAGES; i < ORDER_PAGES; i++)
		look(m + i * PAGE);
	for (int i = 0; i < 20; i++)
		use_page(disk, rng_below(&rng, PLAIN_PAGES + ORDER_BLOCKS),
			 rng_below(&rng, 3));
	look(m + PLAIN_PAGES * PAGE);
	marker();
	step("sync");
	xfsync(file);
	marker();
	step("end");
}

/* Mounts the disk, uses a file there, and takes all of it from memory. */
static void unmount(const char *disk)
{
	if (mkdir("/m", 0700) || mount(disk, "/m", "ext2", 0, NULL))
		die_sys("%s", disk);
	file = xopen("/m/f", O_RDWR | O_CREAT | O_TRUNC, 0600);
	xpwrite(file, buf, 3 * PAGE, 0);
	xpread(file, buf, 10, 0);
	xclose(file);
	if (umount("/m"))
		die_sys("umount");
	say("touches: ok\n");
}

int main(int argc, char **argv)
{
	int only_order = 0;
	const char *disk = NULL;
	struct opt opts[] = {
		{ "order", OPT_FLAG, &only_order, "for the last accesses" },
		{ "unmount", OPT_STR, &disk, "only use a file on this disk" },
	};

	opts_parse(argc, argv, "use pages in a known order", opts,
		   ARRAY_SIZE(opts));
	if (disk) {
		unmount(disk);
		return 0;
	}
	marks = xopen("/marks", O_RDWR | O_CREAT | O_TRUNC, 0600);
	for (int i = 0; i < MARKS / 16; i++)
		xwrite(marks, buf, sizeof(buf));
	name_file("marks", "/marks");
	make_cold();
	if (only_order) {
		order();
		return 0;
	}
	plain_steps();
	map_steps();
	other_steps();
	memory_steps();
	fresh_steps();
	ends();
	say("touches: ok\n");
	return 0;
}
