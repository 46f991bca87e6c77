/*
 * kernel/cmdline.c - the kernel command line.
 *
 * One table: a name, where the value goes, what it may be.  What is not
 * understood is named and ignored: a typing error in a boot menu should not
 * cost a boot.
 *
 * Callers: kernel/main.c, once.  Calls: printk.
 */
#include "kernel/cmdline.h"

struct boot_options boot_options = {
	.scanner = "classic",
	.disk = "flat",
	.init = "/sbin/init",
	.ide = "dma",
	.hz = 1000,
	.trace_kb = 1024,
};

/* A text option when size is set, else a number in [low, high]. */
struct option {
	const char *name;
	void *value;
	size_t size;
	u32 low, high;
};

#define TEXT(field) { #field "=", boot_options.field, \
		      sizeof(boot_options.field), 0, 0 }
#define NUMBER(name, field, low, high) { name, &boot_options.field, 0, \
					 low, high }

static const struct option options[] = {
	TEXT(scanner), TEXT(disk), TEXT(root), TEXT(init), TEXT(trace),
	TEXT(test), TEXT(ide),
	NUMBER("mem=", mem_mb, 1, 768),
	NUMBER("debug=", debug, 0, 1),
	NUMBER("hz=", hz, 100, 1000),
	NUMBER("timeout=", timeout, 0, 1000000),
	NUMBER("trace_kb=", trace_kb, 64, 65536),
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

static void set_option(const struct option *option, const char *value)
{
	u32 number;

	if (option->size && strlen(value) < option->size) {
		strncpy(option->value, value, option->size);
	} else if (!option->size && !parse_u32(value, &number) &&
		   number >= option->low && number <= option->high) {
		*(u32 *)option->value = number;
	} else if (option->size) {
		printk("cmdline: %s%s is too long, the default stays\n",
		       option->name, value);
	} else {
		printk("cmdline: %s%s is not a number from %u to %u, "
		       "the default stays\n", option->name, value,
		       option->low, option->high);
	}
}

static void parse_word(const char *word, bool first)
{
	size_t i, n;

	for (i = 0; i < ARRAY_SIZE(options); i++) {
		n = strlen(options[i].name);
		if (strncmp(word, options[i].name, n))
			continue;
		set_option(&options[i], word + n);
		return;
	}
	/* Loaders put the kernel's own file name first. */
	if (!first || strchr(word, '='))
		printk("cmdline: unknown option %s is ignored\n", word);
}

static void check_choices(void)
{
	u32 hz = boot_options.hz;

	if (hz % HZ) {
		printk("cmdline: hz=%u is not a multiple of %d, "
		       "the default stays\n", hz, HZ);
		boot_options.hz = 1000;
	}
	if (strcmp(boot_options.ide, "dma") && strcmp(boot_options.ide, "pio"))
		printk("cmdline: ide=%s is neither dma nor pio, it is dma\n",
		       boot_options.ide);
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
		printk("cmdline: too long: without \"%s\"\n",
		       line + sizeof(boot_options.line) - 1);
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
	check_choices();
}
