/*
 * kernel/base/kernel.h - what every file of the kernel may assume.
 *
 * Types, errno values, printk, panic and the assertions.  It includes no
 * other kernel header, so the host tests can compile it for 64 bits too:
 * "unsigned long" is the word and the size of a pointer everywhere.
 */
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/base/errno.h"

/* Spelled out, so that printk's formats fit with every compiler: uint32_t is
 * unsigned long in i686-elf-gcc and unsigned int in others. */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef short s16;
typedef int s32;
typedef long long s64;
typedef int64_t loff_t;		/* a byte offset in a file */
typedef u32 dev_t;		/* major << 8 | minor */

#define HZ		100	/* jiffies a second, whatever hz= says */
#define PAGE_SHIFT	12
#define PAGE_SIZE	(1UL << PAGE_SHIFT)
#define PAGE_MASK	(~(PAGE_SIZE - 1))

#define MKDEV(major, minor)	((dev_t)((major) << 8 | (minor)))
#define MAJOR(dev)		((dev) >> 8)
#define MINOR(dev)		((dev) & 0xff)

#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))
#define container_of(ptr, type, member) \
	((type *)((char *)(ptr) - offsetof(type, member)))
#define min(a, b)		((a) < (b) ? (a) : (b))
#define max(a, b)		((a) > (b) ? (a) : (b))
#define round_up(n, to)		(((n) + (to) - 1) & ~((__typeof__(n))(to) - 1))
#define div_round_up(n, by)	(((n) + (by) - 1) / (by))

#define __unused	__attribute__((unused))
#define __user		/* a pointer to user memory: core/uaccess.h */
#define __noreturn	__attribute__((noreturn))
#define __cold		__attribute__((cold, noinline))
#define __printf(f, a)	__attribute__((format(printf, f, a)))
#define __packed	__attribute__((packed))
/* What a room that may be left out (make WITHOUT=...) gives to boot and /proc:
 * NULL in a kernel without the room. */
#ifdef ROOMS_LEFT_OUT
#define __optional	__attribute__((weak))
#else
#define __optional
#endif
#define likely(x)	__builtin_expect(!!(x), 1)
#define unlikely(x)	__builtin_expect(!!(x), 0)

/* A pointer-sized error: an errno in the last page of the address space. */
#define ERR_PTR(err)	((void *)(long)(err))
#define PTR_ERR(ptr)	((long)(ptr))
#define IS_ERR(ptr)	((unsigned long)(ptr) >= (unsigned long)-4095L)

/*
 * printk: formatted text to every registered sink (kernel/base/printk.c).
 * => may be called in any context, never sleeps.  %s %c %d %u %x %lx %p and
 *    %llu/%lld/%llx, with width, '-', '0' and .precision for %s.
 */
void printk(const char *fmt, ...) __printf(1, 2);
int vsnprintf(char *buf, size_t size, const char *fmt, va_list args);
int snprintf(char *buf, size_t size, const char *fmt, ...) __printf(3, 4);
/* Appends to buf at n; a text that does not fit is cut.  => the new n */
size_t text_add(char *buf, size_t size, size_t n, const char *fmt, ...)
	__printf(4, 5);

/* What git calls the sources; the Makefile writes it.  "unknown" without git */
extern const char launder_version[];

/* Stops the machine with a message, a backtrace and the trace's tail. */
void panic(const char *fmt, ...) __printf(1, 2) __noreturn;

/*
 * BUG_ON: a broken invariant stops the machine, with the values that broke it:
 *	BUG_ON(page->count < 0, "page %p count %d", page, page->count);
 */
#define BUG_ON(cond, fmt, ...)						\
	do {								\
		if (unlikely(cond))					\
			panic("%s:%d: BUG_ON(%s): " fmt, __FILE__,	\
			      __LINE__, #cond, ##__VA_ARGS__);		\
	} while (0)

void *memset(void *dst, int c, size_t n);
void *memcpy(void *dst, const void *src, size_t n);
void *memmove(void *dst, const void *src, size_t n);
int memcmp(const void *a, const void *b, size_t n);
size_t strlen(const char *s);
size_t strnlen(const char *s, size_t max);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n);
char *strchr(const char *s, int c);
char *strncpy(char *dst, const char *src, size_t n);
