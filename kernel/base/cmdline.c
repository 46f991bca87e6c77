/*
 * kernel/base/cmdline.c - the kernel command line.
 *
 * One table: a name, where the value goes, which values are valid.  An unknown
 * option or a bad value is named and ends the run: with a default in its place
 * the run would measure something else than its user asked for.  The owners of
 * the scanners, the trace groups and the self-tests check those names.
 * tools/launder/run_options.py has the same table for the host.
 */
#include "kernel/base/cmdline.h"

#include "kernel/base/power.h"

struct boot_options boot_options = {
	.scanner = "classic",
	.disk = "flat",
	.init = "/sbin/init",
	.ide = "dma",
	.hz = 1000,
	.trace_kb = 1024,
};

/* A text option when size is set, one of two words if they are given; else a
 * number in [low, high] that "step" divides. */
struct option {
	const char *name;
	void *value;
	size_t size;
	const char *words[2];
	u32 low, high, step;
};

#define TEXT(field, ...) { .name = #field "=", .value = boot_options.field, \
			   .size = sizeof(boot_options.field), \
			   .words = { __VA_ARGS__ } }
#define NUMBER(text, field, from, to, by) { .name = text, \
	.value = &boot_options.field, .low = from, .high = to, .step = by }

static const struct option options[] = {
	TEXT(scanner), TEXT(root), TEXT(init), TEXT(trace), TEXT(test),
	TEXT(disk, "flat", "seek"),
	TEXT(ide, "dma", "pio"),
	NUMBER("mem=", mem_mb, 1, 768, 1),
	NUMBER("debug=", debug, 0, 1, 1),
	NUMBER("hz=", hz, 100, 1000, HZ),
	NUMBER("timeout=", timeout, 0, 1000000, 1),
	NUMBER("trace_kb=", trace_kb, 64, 262144, 1),
};

/* => -EINVAL unless the text is a decimal number and nothing else */
static int parse_u32(const char *text, u32 *value)
{
	u64 n = 0;

	if (!*text)
		return -EINVAL;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return -EINVAL;
		n = n * 10 + *text - '0';
		if (n > 0xffffffffu)
			return -EINVAL;
	}
	*value = n;
	return 0;
}

static void set_text(const struct option *option, const char *value)
{
	const char *const *words = option->words;

	if (words[0] && strcmp(value, words[0]) && strcmp(value, words[1]))
		refuse("%s%s is neither %s nor %s", option->name, value,
		       words[0], words[1]);
	if (!*value || strlen(value) >= option->size)
		refuse("%s%s has not 1 to %u characters", option->name, value,
		       (u32)option->size - 1);
	strncpy(option->value, value, option->size);
}

static void set_number(const struct option *option, const char *value)
{
	u32 number;

	if (parse_u32(value, &number) || number < option->low ||
	    number > option->high || number % option->step)
		refuse("%s%s is not a number from %u to %u%s", option->name,
		       value, option->low, option->high,
		       option->step > 1 ? ", a multiple of 100" : "");
	*(u32 *)option->value = number;
}

static void parse_word(const char *word, bool first)
{
	size_t i, n;

	for (i = 0; i < ARRAY_SIZE(options); i++) {
		n = strlen(options[i].name);
		if (strncmp(word, options[i].name, n))
			continue;
		(options[i].size ? set_text : set_number)(&options[i],
							  word + n);
		return;
	}
	/* Loaders put the kernel's own file name first. */
	for (n = 0; word[n] && !strchr("/.=", word[n]); n++)
		;
	if (!first || !word[n] || word[n] == '=')
		refuse("there is no option %s", word);
}

/* => boot_options is filled; the line may be NULL */
void cmdline_parse(const char *line)
{
	char word[128];
	bool first = true;
	size_t n;

	if (!line)
		return;
	if (strlen(line) >= sizeof(boot_options.line))
		refuse("the command line is longer than %u characters",
		       (u32)sizeof(boot_options.line) - 1);
	strncpy(boot_options.line, line, sizeof(boot_options.line) - 1);
	for (line = boot_options.line; *line; line += n) {
		while (*line == ' ')
			line++;
		for (n = 0; line[n] && line[n] != ' '; n++)
			;
		if (n == 2 && !strncmp(line, "--", 2)) {
			strncpy(boot_options.init_args, line + 2,
				sizeof(boot_options.init_args) - 1);
			break;
		}
		if (!n)
			continue;
		memcpy(word, line, min(n, sizeof(word) - 1));
		word[min(n, sizeof(word) - 1)] = 0;
		parse_word(word, first);
		first = false;
	}
}
