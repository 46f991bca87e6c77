/*
 * tools/cachesim/source.c - bytes and lines from a file or a pipe
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/cachesim/source.h"
#include "tools/cachesim/trace.h"

static const struct packer {
	const char *tool, *magic;
	size_t length;
} packers[] = {
	{ "xz", "\xfd" "7zXZ", 6 },	/* with the 0 behind it */
	{ "gzip", "\x1f\x8b", 2 },
	{ "zstd", "\x28\xb5\x2f\xfd", 4 },
};

size_t source_peek(struct source *s, size_t n)
{
	size_t got;

	if (s->end - s->at >= n || s->eof)
		return s->end - s->at;
	memmove(s->buf, s->buf + s->at, s->end - s->at);
	s->end -= s->at;
	s->at = 0;
	while (s->end < n && !s->eof) {
		got = fread(s->buf + s->end, 1, sizeof(s->buf) - s->end,
			    s->file);
		s->end += got;
		s->eof = !got;
	}
	if (ferror(s->file))
		sim_die(SIM_FAILED, "%s: %s", s->name, strerror(errno));
	return s->end;
}

/* Reads the file anew through a program that decompresses it. */
static void unpack(struct source *s, const char *path, const char *tool)
{
	int ends[2];

	if (s->file == stdin)
		sim_die(SIM_USE, "standard input is compressed: pipe it "
			"through `%s -dc`", tool);
	if (pipe(ends) < 0 || (s->child = fork()) < 0)
		sim_die(SIM_FAILED, "%s: %s", tool, strerror(errno));
	if (!s->child) {
		if (!freopen(path, "rb", stdin) || dup2(ends[1], 1) < 0 ||
		    !freopen("/dev/null", "w", stderr))
			_exit(126);
		close(ends[0]);
		close(ends[1]);
		execlp(tool, tool, "-dc", (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	fclose(s->file);
	s->file = fdopen(ends[0], "rb");
	s->tool = tool;
	s->at = s->end = s->eof = 0;
}

void source_open(struct source *s, const char *path)
{
	size_t i;

	s->name = strcmp(path, "-") ? path : "standard input";
	s->file = strcmp(path, "-") ? fopen(path, "rb") : stdin;
	s->child = s->at = s->end = s->eof = 0;
	if (!s->file)
		sim_die(SIM_USE, "%s: %s", path, strerror(errno));
	for (i = 0; i < sizeof(packers) / sizeof(packers[0]); i++) {
		if (source_peek(s, packers[i].length) >= packers[i].length &&
		    !memcmp(s->buf, packers[i].magic, packers[i].length)) {
			unpack(s, path, packers[i].tool);
			return;
		}
	}
}

void source_close(struct source *s)
{
	int status = 0;

	if (s->file != stdin)
		fclose(s->file);
	if (s->child && waitpid(s->child, &status, 0) < 0)
		sim_die(SIM_FAILED, "%s: %s", s->tool, strerror(errno));
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		sim_die(SIM_TOOL, "%s is compressed and %s is missing: "
			"install it", s->name, s->tool);
	if (status)
		sim_die(SIM_FAILED, "%s: %s cannot decompress it: is it "
			"whole?", s->name, s->tool);
}

char *source_line(struct source *s)
{
	char *line, *end = NULL;
	size_t ready = source_peek(s, 1);

	if (!ready)
		return NULL;
	if (!(end = memchr(s->buf + s->at, '\n', ready))) {
		ready = source_peek(s, sizeof(s->buf));
		end = memchr(s->buf + s->at, '\n', ready);
	}
	if (!end && ready == sizeof(s->buf))
		sim_die(SIM_FAILED, "%s: a line is longer than 65,535 bytes: "
			"is it a table?", s->name);
	line = s->buf + s->at;
	if (!end) {		/* the last line has no end: there is room */
		end = s->buf + s->end;
		s->at = s->end;
	} else {
		s->at = end + 1 - s->buf;
	}
	*end = 0;
	if (end > line && end[-1] == '\r')
		end[-1] = 0;
	return line;
}
