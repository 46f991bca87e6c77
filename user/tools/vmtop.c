/*
 * user/tools/vmtop.c - the state of memory, full screen, once a second
 *
 * What a student watches on one console while a workload runs on another:
 * page lists, ages, who started the writes, the oldest dirty buffer, faults
 * and swap.  Any VT100 will do.  s switches the scanner, q quits.
 *
 * Every number is from a text file of /proc.  A sample keeps the texts; what
 * is shown as a rate is the difference of two samples.
 */
#include "common.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define BAR		44
#define COLUMNS		79	/* of a terminal, less one */
#define HZ		100

struct sample {
	uint64_t at;			/* now_us() */
	char vmstat[12288], buffers[2048], meminfo[1024], ages[1024];
	char scanner[64];
};

static struct sample samples[2];
static struct sample *now = &samples[0], *before = &samples[1];
static struct termios cooked;
static volatile sig_atomic_t end_signal;
static char screen[8192];
static size_t used, begun;		/* bytes; where the last line begins */

/* --- samples --------------------------------------------------------- */

/* A file that this kernel does not have is an empty text. */
static void read_text(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY);
	size_t n = 0;
	ssize_t got;

	while (fd >= 0 && (got = read(fd, text + n, size - 1 - n)) > 0)
		n += got;
	text[n] = 0;
	if (fd >= 0)
		close(fd);
}

static void take_sample(void)
{
	struct sample *spare = before;

	before = now;
	now = spare;
	now->at = now_us();
	read_text("/proc/vmstat", now->vmstat, sizeof(now->vmstat));
	read_text("/proc/buffers", now->buffers, sizeof(now->buffers));
	read_text("/proc/meminfo", now->meminfo, sizeof(now->meminfo));
	read_text("/proc/ages", now->ages, sizeof(now->ages));
	read_text(SCANNER_FILE, now->scanner, sizeof(now->scanner));
}

/* => the number behind `key`, which begins a line; 0 without one */
static unsigned long number(const char *text, const char *key)
{
	size_t len = strlen(key);

	for (; *text; text += strcspn(text, "\n"), text += *text == '\n')
		if (strncmp(text, key, len) == 0 &&
		    (text[len] == ' ' || text[len] == ':'))
			return strtoul(text + len + 1, NULL, 10);
	return 0;
}

static unsigned long gauge(const char *key)
{
	return number(now->vmstat, key);
}

/* => how much the counter grew, a second */
static unsigned long rate(const char *key)
{
	uint64_t usec = now->at - before->at;
	uint64_t more = gauge(key) - number(before->vmstat, key);

	return usec ? (more * 1000000 + usec / 2) / usec : 0;
}

/* --- the screen ------------------------------------------------------ */

static void put(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static void put(const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(screen + used, sizeof(screen) - used, fmt, ap);
	va_end(ap);
	if (n > 0)
		used += (size_t)n;
	if (used >= sizeof(screen))
		used = sizeof(screen) - 1;
}

/* A line that is too long would move the heading off the screen. */
static void clip_line(void)
{
	size_t i = begun;
	int column = 0;

	while (i < used && column < COLUMNS) {
		if (screen[i] == '\033') {
			i += 2 + strspn(screen + i + 2, "0123456789;");
		} else {
			column++;
		}
		i++;
	}
	used = i < used ? i : used;
}

/* The rest of a line may hold what was there a second ago. */
static void end_line(void)
{
	clip_line();
	put("\033[K\r\n");
	begun = used;
}

static void put_list(const char *name, unsigned long pages,
		     unsigned long total)
{
	unsigned long i, len = total ? (pages * BAR + total - 1) / total : 0;

	put("%-15s%7lu pages  ", name, pages);
	for (i = 0; i < len && i < BAR; i++)
		put("#");
	end_line();
}

static void show_head(void)
{
	unsigned long s = gauge("jiffies") / HZ;

	put("\033[H\033[1mLaunder vmtop\033[m   up %lu:%02lu:%02lu   scanner "
	    "%.*s   keys: s switch, q quit", s / 3600, s / 60 % 60, s % 60,
	    (int)strcspn(now->scanner, "\n"), now->scanner);
	end_line();
	end_line();
}

static void show_lists(void)
{
	unsigned long total = number(now->meminfo, "MemTotal") / 4;

	put_list("free", gauge("nr_free_pages"), total);
	put_list("active", gauge("nr_active"), total);
	put_list("inactive_dirty", gauge("nr_inactive_dirty"), total);
	put_list("inactive_clean", gauge("nr_inactive_clean"), total);
	put_list("page cache", gauge("page_cache_size"), total);
	put_list("buffer cache", gauge("buffermem_pages"), total);
	put("inactive_target %lu, shortage: free %lu, inactive %lu",
	    gauge("inactive_target"), gauge("free_shortage"),
	    gauge("inactive_shortage"));
	end_line();
	end_line();
}

/* The file is shown as it is. */
static void show_ages(void)
{
	const char *line = now->ages;

	while (*line) {
		int len = strcspn(line, "\n");

		put("%.*s", len, line);
		end_line();
		line += len + (line[len] == '\n');
	}
	end_line();
}

/* One column a starter of writes that has started any, from boot on. */
static void show_writers(void)
{
	static const char prefix[] = "writes_by_";
	const char *line = now->vmstat;
	int shown = 0;

	put("\033[1mwrites a second\033[m, by who started them");
	end_line();
	while ((line = strstr(line, prefix)) != NULL) {
		char key[64];
		int len = strcspn(line, " ");

		snprintf(key, sizeof(key), "%.*s", len, line);
		line += len;
		if (!gauge(key))
			continue;
		put("  %-18s%6lu", key + sizeof(prefix) - 1, rate(key));
		if (++shown % 3 == 0)
			end_line();
	}
	if (shown % 3)
		end_line();
	put("dirty buffers %lu, the oldest %lu.%02lu s; sectors a second: "
	    "read %lu, written %lu", number(now->buffers, "dirty"),
	    number(now->buffers, "oldest_dirty_jiffies") / HZ,
	    number(now->buffers, "oldest_dirty_jiffies") % HZ,
	    rate("sectors_read"), rate("sectors_written"));
	end_line();
}

/* Of a hundred uses of pages and blocks, those found in memory. */
static unsigned long hit_percent(unsigned long uses, unsigned long misses)
{
	return uses ? (uses - (misses < uses ? misses : uses)) * 100 / uses : 0;
}

static void show_hits(void)
{
	put("\033[1mcache\033[m uses a second %lu, hits %lu %%, in all "
	    "%lu %%; stalls %lu, p99 %lu us", rate("cache_uses"),
	    hit_percent(rate("cache_uses"), rate("cache_misses")),
	    hit_percent(gauge("cache_uses"), gauge("cache_misses")),
	    gauge("alloc_stalls"), gauge("alloc_stall_usec_p99"));
	end_line();
}

static void show_faults(void)
{
	put("\033[1mfaults a second\033[m %lu: major %lu, zero %lu, file %lu, "
	    "copied %lu", rate("pgfault"), rate("pgfault_major"),
	    rate("pgfault_zero"), rate("pgfault_file"), rate("pgfault_cow"));
	end_line();
	put("\033[1mswap\033[m %lu of %lu KB free; pages a second: in %lu, "
	    "out %lu", number(now->meminfo, "SwapFree"),
	    number(now->meminfo, "SwapTotal"), rate("swap_in_pages"),
	    rate("swap_out_pages"));
	end_line();
	put("\033[J");
}

static void show(void)
{
	used = begun = 0;
	show_head();
	show_lists();
	show_ages();
	show_writers();
	show_hits();
	show_faults();
	xwrite(STDOUT_FILENO, screen, used);
}

/* --- keys ------------------------------------------------------------ */

static void leave(void)
{
	tcsetattr(STDIN_FILENO, TCSANOW, &cooked);
	say("\r\n");
}

/* The main loop ends later, and restores the terminal for the shell. */
static void end(int sig)
{
	end_signal = sig;
}

static void enter(void)
{
	struct termios raw;

	if (tcgetattr(STDIN_FILENO, &cooked) < 0)
		die("standard input is no terminal; use -n COUNT");
	raw = cooked;
	raw.c_lflag &= ~(ICANON | ECHO);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	tcsetattr(STDIN_FILENO, TCSANOW, &raw);
	atexit(leave);
	signal(SIGINT, end);
	signal(SIGQUIT, end);
	signal(SIGTERM, end);
	say("\033[2J");
}

static void switch_scanner(void)
{
	const char *name = scanner_next();

	if (proc_write(SCANNER_FILE, name) < 0)
		die_sys("cannot switch to %s", name);
}

/* Wait for a key or for the second to end.  => false: quit */
static bool obey_key(void)
{
	struct pollfd in = { STDIN_FILENO, POLLIN, 0 };
	char c;

	if (poll(&in, 1, 1000) <= 0)
		return !end_signal;
	if (read(STDIN_FILENO, &c, 1) != 1 || c == 'q')
		return false;
	if (c == 's')
		switch_scanner();
	return true;
}

static void use(int status)
{
	say("vmtop - the state of memory, full screen, once a second\n"
	    "  -n COUNT   so many times, then end; no keys\n"
	    "keys: s switches the scanner, q quits\n");
	exit(status);
}

int main(int argc, char **argv)
{
	unsigned long count = 0;
	int c;

	prog = "vmtop";
	if (argc > 1 && !strcmp(argv[1], "--help"))
		use(0);
	while ((c = getopt(argc, argv, "n:h")) != -1) {
		if (c != 'n')
			use(c != 'h');
		count = parse_num(optarg);
	}
	take_sample();
	if (!count) {
		enter();
		do {
			take_sample();
			show();
		} while (obey_key());
		return 0;
	}
	while (count--) {
		sleep_ms(1000);
		take_sample();
		show();
	}
	say("\r\n");
	return 0;
}
