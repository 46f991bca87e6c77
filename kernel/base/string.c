/*
 * kernel/base/string.c - memory and string functions with their C library
 * names.
 *
 * The compiler may call memset, memcpy, memmove and memcmp by itself.  The
 * bulk of a copy or fill is one string instruction (kernel/base/x86.h).
 *
 */
#include "kernel/base/kernel.h"
#include "kernel/base/x86.h"

void *memset(void *dst, int c, size_t n)
{
	u32 word = (u8)c * 0x01010101u;
	u8 *tail = (u8 *)dst + (n & ~(size_t)3);
	size_t i;

	x86_fill_words(dst, word, n >> 2);
	for (i = 0; i < (n & 3); i++)
		tail[i] = c;
	return dst;
}

void *memcpy(void *dst, const void *src, size_t n)
{
	size_t bulk = n & ~(size_t)3, i;

	x86_copy_words(dst, src, n >> 2);
	for (i = bulk; i < n; i++)
		((u8 *)dst)[i] = ((const u8 *)src)[i];
	return dst;
}

void *memmove(void *dst, const void *src, size_t n)
{
	if (dst <= src || (char *)dst >= (const char *)src + n)
		return memcpy(dst, src, n);
	while (n--)
		((u8 *)dst)[n] = ((const u8 *)src)[n];
	return dst;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const u8 *x = a, *y = b;

	for (; n >= 4 && *(const u32 *)x == *(const u32 *)y; n -= 4)
		x += 4, y += 4;
	for (; n; n--, x++, y++)
		if (*x != *y)
			return *x - *y;
	return 0;
}

size_t strlen(const char *s)
{
	size_t n = 0;

	while (s[n])
		n++;
	return n;
}

size_t strnlen(const char *s, size_t max)
{
	size_t n = 0;

	while (n < max && s[n])
		n++;
	return n;
}

int strcmp(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return (u8)*a - (u8)*b;
}

int strncmp(const char *a, const char *b, size_t n)
{
	while (n && *a && *a == *b)
		a++, b++, n--;
	return n ? (u8)*a - (u8)*b : 0;
}

char *strchr(const char *s, int c)
{
	for (; *s != (char)c; s++)
		if (!*s)
			return NULL;
	return (char *)s;
}

char *strncpy(char *dst, const char *src, size_t n)
{
	size_t i;

	for (i = 0; i < n && src[i]; i++)
		dst[i] = src[i];
	for (; i < n; i++)
		dst[i] = 0;
	return dst;
}
