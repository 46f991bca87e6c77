/*
 * user/lib/area.c - a file or device as blocks that state what they must hold
 */
#include "area.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#define STEP		0x9e3779b1u
#define IOCTL_BLKBSZSET	0x40041271u

void stamp_fill(uint32_t *buf, size_t bytes, uint32_t key)
{
	for (size_t i = 0; i < bytes / 4; i++, key += STEP)
		buf[i] = key;
}

bool stamp_right(const uint32_t *buf, size_t bytes, uint32_t key)
{
	for (size_t i = 0; i < bytes / 4; i++, key += STEP)
		if (buf[i] != key)
			return false;
	return true;
}

void area_open(struct area *a)
{
	if (!a->blocks || !a->block || a->block % 4)
		die("%s: %u blocks of %u bytes", a->path, a->blocks, a->block);
	a->fd = xopen(a->path, O_RDWR | O_CREAT, 0644);
	a->writes = xmalloc(a->blocks * sizeof(*a->writes));
	a->buf = xmalloc(a->block);
}

void area_open_raw(struct area *a, unsigned long kb)
{
	int size = a->block;

	a->blocks = size ? kb * KB / size : 0;
	area_open(a);
	if (ioctl(a->fd, IOCTL_BLKBSZSET, &size) < 0)
		die_sys("buffer size %d for %s", size, a->path);
}

void area_close(struct area *a)
{
	xclose(a->fd);
	free(a->writes);
	free(a->buf);
}

void area_fill(struct area *a, uint32_t i, uint32_t *block)
{
	stamp_fill(block, a->block, mix(a->seed, i, ++a->writes[i]));
}

void area_check(const struct area *a, uint32_t i, const uint32_t *block)
{
	bool right = true;

	if (a->writes[i])
		right = stamp_right(block, a->block,
				    mix(a->seed, i, a->writes[i]));
	else
		for (size_t w = 0; w < a->block / 4; w++)
			right &= !block[w];
	if (!right)
		die("%s: block %u is wrong after %u writes", a->path, i,
		    a->writes[i]);
}

void area_write(struct area *a, uint32_t i)
{
	area_fill(a, i, a->buf);
	xpwrite(a->fd, a->buf, a->block, (off_t)i * a->block);
}

void area_write_all(struct area *a)
{
	for (uint32_t i = 0; i < a->blocks; i++)
		area_write(a, i);
}

void area_make_file(struct area *a, unsigned long kb)
{
	a->block = PAGE;
	a->blocks = kb * KB / PAGE;
	area_open(a);
	area_write_all(a);
}

void area_read(struct area *a, uint32_t i)
{
	xpread(a->fd, a->buf, a->block, (off_t)i * a->block);
	area_check(a, i, a->buf);
}

void area_read_all(struct area *a)
{
	for (uint32_t i = 0; i < a->blocks; i++)
		area_read(a, i);
}

void burst_of_memory(unsigned long kb, uint32_t seed)
{
	uint32_t *m, pages = kb * KB / PAGE;

	if (!pages)
		return;
	m = xmmap(pages * PAGE);
	for (uint32_t i = 0; i < pages; i++)
		m[i * PAGE / 4] = mix(seed, i, 3);
	for (uint32_t i = 0; i < pages; i++)
		if (m[i * PAGE / 4] != mix(seed, i, 3))
			die("memory: page %u has wrong contents", i);
	munmap(m, pages * PAGE);
}
