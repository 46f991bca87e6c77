/*
 * tools/cachesim/source.h - bytes and lines from a file or a pipe
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

struct source {
	FILE *file;
	const char *name;
	pid_t child;		/* what decompresses; 0: none */
	const char *tool;	/* its name */
	size_t at, end;		/* in buf: what is not yet taken */
	bool eof;
	char buf[1 << 16];
};

/* Both end the process on errors. */
void source_open(struct source *, const char *path);
void source_close(struct source *);
/* Makes at least n bytes ready at buf + at, if there are that many.
 * => how many are ready */
size_t source_peek(struct source *, size_t n);
/* => the next line, without its end, valid until the next call; or NULL */
char *source_line(struct source *);
