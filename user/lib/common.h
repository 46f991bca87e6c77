/*
 * user/lib/common.h - what every user program shares
 *
 * Options, messages, a small random generator, patterns that can be checked,
 * time, and the few numbers read from /proc.  Every helper either succeeds or
 * ends the process with a message, unless its comment says otherwise.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define PAGE		4096u
#define KB		1024u

/* --- options ------------------------------------------------------- */

enum opt_kind { OPT_NUM, OPT_STR, OPT_FLAG };

/* One `--name value` of a program; OPT_FLAG takes no value. */
struct opt {
	const char *name;
	enum opt_kind kind;
	void *where;		/* unsigned long, const char *, or int */
	const char *help;
};

/* => index of the first word that is no option; --help prints and exits */
int opts_parse(int argc, char **argv, const char *about,
	       const struct opt *opts, size_t n);

/* => the number in `s` with an optional k or m (1024s); ends on garbage */
unsigned long parse_num(const char *s);

/* --- messages ------------------------------------------------------ */

extern const char *prog;	/* name of the program: set by opts_parse */

void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void die(const char *fmt, ...)
	__attribute__((noreturn, format(printf, 1, 2)));
/* like die(), with the text of errno behind it */
void die_sys(const char *fmt, ...)
	__attribute__((noreturn, format(printf, 1, 2)));

/* --- deterministic data -------------------------------------------- */

struct rng {
	uint32_t x;
};

uint32_t mix(uint32_t a, uint32_t b, uint32_t c);
void rng_seed(struct rng *r, uint32_t seed);
uint32_t rng_next(struct rng *r);
uint32_t rng_below(struct rng *r, uint32_t n);

/* Bytes that depend on `key` only. */
void pattern_fill(void *buf, size_t len, uint32_t key);
/* => offset of the first wrong byte, or -1 */
long pattern_check(const void *buf, size_t len, uint32_t key);

/* --- system calls that must work ----------------------------------- */

void *xmalloc(size_t n);
/* => anonymous pages of its own, to read and write */
void *xmmap(size_t n);
int xopen(const char *path, int flags, int mode);
void xclose(int fd);
void xwrite(int fd, const void *buf, size_t n);
/* => bytes read: less than n only at the end of the file */
size_t xread(int fd, void *buf, size_t n);
void xpwrite(int fd, const void *buf, size_t n, off_t at);
void xpread(int fd, void *buf, size_t n, off_t at);
void xfsync(int fd);
pid_t xfork(void);
/* Wait for one child and end unless it exited with 0. */
void xwait_ok(pid_t pid, const char *what);

/* --- time ---------------------------------------------------------- */

uint64_t now_us(void);
unsigned long now_ms(void);
void sleep_ms(unsigned long ms);

/* --- /proc --------------------------------------------------------- */

/* => the whole (small) file as a string to be freed, or NULL with errno */
char *proc_text(const char *path);
/* => 0 and the number behind `key` in a "key value" file, or -1 */
int proc_value(const char *file, const char *key, unsigned long *value);
/* => 0, or -1 with errno */
int proc_write(const char *file, const char *text);
/* => 0, or -1 where the kernel has no such file */
int drop_caches(void);
/* The page scanners, in the kernel's order: the n-th, round and round; the one
 * behind the one in charge.  => a name, valid until the next call */
#define SCANNER_FILE	"/proc/sys/vm/scanner"
const char *scanner_name(unsigned n);
const char *scanner_next(void);
/* => free pages with the caches emptied, or 0 where that is unknown */
unsigned long free_pages(void);
/* Copy a text file to standard output; => 0, or -1 with errno. */
int cat_file(const char *path);
/* Print the counters between marks that the host finds. */
void vmstat_dump(const char *tag);

/* --- devices ------------------------------------------------------- */

/* => size in bytes of an open file or block device */
uint64_t fd_size(int fd);
