/*
 * user/lib/area.h - a file or device as blocks that state what they must hold
 *
 * A block's contents follow from the seed, its number and how often it was
 * written, so that a lost write is found as well as a wrong one.  The words of
 * a block are an arithmetic series: cheap enough for workloads that are paid by
 * the instruction.
 */
#pragma once

#include "common.h"

#include <stdbool.h>

struct area {
	const char *path;
	uint32_t seed, blocks, block;	/* block: bytes, a multiple of 4 */
	int fd;
	uint32_t *writes;		/* of each block */
	uint32_t *buf;			/* one block */
};

/* Words that follow from the key. */
void stamp_fill(uint32_t *buf, size_t bytes, uint32_t key);
/* => true: buf holds them */
bool stamp_right(const uint32_t *buf, size_t bytes, uint32_t key);

/* path, seed, blocks and block are set; opens it, or makes an empty file. */
void area_open(struct area *a);
/* A device: block becomes its buffer size, kb the part of it that is used. */
void area_open_raw(struct area *a, unsigned long kb);
/* A file of so many KB in blocks of a page, all of them written. */
void area_make_file(struct area *a, unsigned long kb);
void area_close(struct area *a);
/* Writes block i anew. */
void area_write(struct area *a, uint32_t i);
void area_write_all(struct area *a);
/* Reads block i; ends the process unless it is as last written (a block that
 * never was is zeroes). */
void area_read(struct area *a, uint32_t i);
void area_read_all(struct area *a);
/* The same for a block elsewhere: a page of a mapping. */
void area_fill(struct area *a, uint32_t i, uint32_t *block);
void area_check(const struct area *a, uint32_t i, const uint32_t *block);

/* Anonymous memory of so many KB, taken, looked at and given back. */
void burst_of_memory(unsigned long kb, uint32_t seed);
