/*
 * user/workloads/replay.c - touches the pages of files as a trace says
 *
 * The script is text, made by tools/launder/replay.py:
 *
 *	f HAS SIZE		the next file: pages it has at first, its size
 *	r FILE PAGE COUNT	read pages
 *	w FILE PAGE COUNT	write them anew
 *	t FILE PAGES		cut it off, then make it as long again: a hole
 *
 * Files are numbered from 0, in the order of their `f` lines, which come first.
 * When all files are made the caches are emptied, and with --trace the trace of
 * touches begins.  What is read is checked.  The script's own pages are given
 * back as they are read, so that they do not take memory from the files.
 */
#include "area.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static unsigned long seed = 1;
static const char *script = "/replay", *dir = "/r";
static int traced;

static const struct opt opts[] = {
	{ "seed", OPT_NUM, &seed, "seed of the contents" },
	{ "script", OPT_STR, &script, "what to do" },
	{ "dir", OPT_STR, &dir, "directory of the files" },
	{ "trace", OPT_FLAG, &traced, "trace touches, of the replay only" },
};

struct file {
	int fd;
	uint32_t has, size;	/* pages */
	uint32_t *writes;	/* of each page; 0: a hole */
};

static struct file *files;
static uint32_t nr_files;
static uint32_t page[PAGE / 4];
static unsigned long reads, writes;

/* --- the script ---------------------------------------------------- */

static int in;
static char text[PAGE];
static size_t have, at;

/* => the next character; 0: the end */
static char next_char(void)
{
	ssize_t n;

	if (at == have) {
		n = read(in, text, sizeof(text));
		if (n < 0)
			die_sys("%s", script);
		have = n;
		at = 0;
		posix_fadvise(in, 0, lseek(in, 0, SEEK_CUR),
			      POSIX_FADV_DONTNEED);
	}
	return have ? text[at++] : 0;
}

/* => the number behind blanks */
static uint32_t next_number(void)
{
	uint32_t n = 0;
	char c = next_char();

	if (c != ' ')
		die("%s: no blank before a number", script);
	for (c = next_char(); c >= '0' && c <= '9'; c = next_char())
		n = n * 10 + (c - '0');
	if (c)
		at--;
	return n;
}

/* --- files --------------------------------------------------------- */

static uint32_t key(uint32_t f, uint32_t p)
{
	return mix(seed + f, p, files[f].writes[p]);
}

static void write_page(uint32_t f, uint32_t p)
{
	files[f].writes[p]++;
	stamp_fill(page, PAGE, key(f, p));
	xpwrite(files[f].fd, page, PAGE, (off_t)p * PAGE);
	writes++;
}

static void read_page(uint32_t f, uint32_t p)
{
	bool right = true;

	xpread(files[f].fd, page, PAGE, (off_t)p * PAGE);
	if (files[f].writes[p])
		right = stamp_right(page, PAGE, key(f, p));
	else
		for (size_t i = 0; i < PAGE / 4; i++)
			right &= !page[i];
	if (!right)
		die("file %u: page %u is wrong after %u writes", f, p,
		    files[f].writes[p]);
	reads++;
}

static void cut(uint32_t f, uint32_t pages)
{
	struct file *file = &files[f];

	if (ftruncate(file->fd, (off_t)pages * PAGE) < 0 ||
	    ftruncate(file->fd, (off_t)file->size * PAGE) < 0)
		die_sys("ftruncate");
	for (uint32_t p = pages; p < file->size; p++)
		file->writes[p] = 0;
}

/* The numbers of an `f` line are next. */
static void make_file(void)
{
	struct file *file;
	char path[128];

	files = realloc(files, (nr_files + 1) * sizeof(*files));
	if (!files)
		die("no memory for %u files", nr_files + 1);
	file = &files[nr_files];
	file->has = next_number();
	file->size = next_number();
	file->writes = xmalloc(file->size * sizeof(*file->writes));
	snprintf(path, sizeof(path), "%s/%u", dir, nr_files);
	file->fd = xopen(path, O_RDWR | O_CREAT | O_TRUNC, 0644);
	nr_files++;
	for (uint32_t p = 0; p < file->has; p++)
		write_page(nr_files - 1, p);
	cut(nr_files - 1, file->has);
}

static void use_pages(void (*use)(uint32_t f, uint32_t p))
{
	uint32_t f = next_number(), p = next_number(), n = next_number();

	if (f >= nr_files || p >= files[f].size || n > files[f].size - p)
		die("%s: file %u has no pages %u to %u", script, f, p, p + n);
	while (n--)
		use(f, p++);
}

static void cut_file(void)
{
	uint32_t f = next_number(), pages = next_number();

	if (f >= nr_files || pages > files[f].size)
		die("%s: file %u cannot be cut to %u", script, f, pages);
	cut(f, pages);
}

static void begin_work(void)
{
	if (drop_caches() < 0)
		die_sys("cannot drop the caches");
	if (traced && proc_write("/proc/trace", "touch") < 0)
		die_sys("/proc/trace");
	reads = writes = 0;
}

static void play(void)
{
	bool begun = false;
	char what;

	for (what = next_char(); what; what = next_char()) {
		if (what != 'f' && what != '\n' && !begun) {
			begin_work();
			begun = true;
		}
		if (what == 'f' && !begun)
			make_file();
		else if (what == 'r')
			use_pages(read_page);
		else if (what == 'w')
			use_pages(write_page);
		else if (what == 't')
			cut_file();
		else if (what != '\n')
			die("%s: '%c' is no step", script, what);
	}
}

int main(int argc, char **argv)
{
	struct rlimit limit;
	unsigned long begin;

	opts_parse(argc, argv, "touches pages of files as a trace says", opts,
		   ARRAY_SIZE(opts));
	in = xopen(script, O_RDONLY, 0);
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
	if (mkdir(dir, 0755) < 0 && errno != EEXIST)
		die_sys("mkdir %s", dir);
	begin = now_ms();
	play();
	if (traced)
		proc_write("/proc/trace", "none");
	say("replay: ok files=%u reads=%lu writes=%lu ms=%lu\n", nr_files,
	    reads, writes, now_ms() - begin);
	return 0;
}
