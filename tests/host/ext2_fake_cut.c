/*
 * tests/host/ext2_fake_cut.c - the drive of ext2_fakes.h: a write cache that a
 * power cut may lose, in part, and what is left then.
 */
#include <stdio.h>

#include "tests/host/ext2_fakes_impl.h"

struct cached {
	struct cached *next;
	u32 block, size;
	u8 data[4096];
};

unsigned int fake_flushes;
static u8 *medium;		/* as of the last flush; NULL: not asked for */
static struct cached *first, **last = &first;

void fake_disk_flush(void)
{
	struct cached *next;

	fake_flushes++;
	if (medium)
		memcpy(medium, fake_disk, fake_disk_bytes);
	for (; first; first = next) {
		next = first->next;
		free(first);
	}
	last = &first;
}

void fake_disk_write(u32 block, const void *data, u32 size)
{
	struct cached *write;

	memcpy(fake_disk_block(block, size), data, size);
	if (!medium)
		return;
	write = malloc(sizeof(*write));
	*write = (struct cached){ .block = block, .size = size };
	memcpy(write->data, data, size);
	*last = write;
	last = &write->next;
}

void fake_cut_start(void)
{
	medium = malloc(fake_disk_bytes);
	fake_disk_flush();
}

void fake_cut_save(const char *path, u32 (*luck)(u32 n))
{
	FILE *f = fopen(path, "wb");

	for (struct cached *write = first; write; write = write->next)
		if (luck(2))
			memcpy(medium + (size_t)write->block * write->size,
			       write->data, write->size);
	if (!f || fwrite(medium, 1, fake_disk_bytes, f) != fake_disk_bytes)
		exit(1);
	fclose(f);
}
