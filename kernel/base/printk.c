/*
 * kernel/base/printk.c - formatted text, to the registered sinks.
 *
 * vsnprintf builds the line; printk sends it to every sink with interrupts
 * off, so that a message from a handler does not cut another in two.
 *
 * Locks: none, so that printk works in a panic.
 */
#include "kernel/base/printk.h"
#include "kernel/base/power.h"
#include "kernel/base/x86.h"

#define LINE_MAX_BYTES	512

static struct printk_sink *sinks[PRINTK_SINKS];
static unsigned int nr_sinks;

void printk_register(struct printk_sink *sink)
{
	if (nr_sinks == PRINTK_SINKS)
		refuse("printk has room for %u sinks", nr_sinks);
	sinks[nr_sinks++] = sink;
}

void printk_drain(void)
{
	unsigned int i;

	for (i = 0; i < nr_sinks; i++)
		if (sinks[i]->drain)
			sinks[i]->drain();
}

/* The output of vsnprintf: counts every character, keeps what fits. */
struct text {
	char *buf;
	size_t size, used;
};

/* One conversion: %[-][0][width][.precision][l|ll]letter */
struct spec {
	bool left, zero;
	int width, precision, longs;
};

static void printk_put(struct text *out, char c)
{
	if (out->used + 1 < out->size)
		out->buf[out->used] = c;
	out->used++;
}

static void printk_pad(struct text *out, int n, char c)
{
	while (n-- > 0)
		printk_put(out, c);
}

static void put_string(struct text *out, const struct spec *spec,
		       const char *s)
{
	int len, i;

	if (!s)
		s = "(null)";
	len = spec->precision >= 0 ? (int)strnlen(s, spec->precision) :
				     (int)strlen(s);
	if (!spec->left)
		printk_pad(out, spec->width - len, ' ');
	for (i = 0; i < len; i++)
		printk_put(out, s[i]);
	if (spec->left)
		printk_pad(out, spec->width - len, ' ');
}

static void put_number(struct text *out, const struct spec *spec, u64 value,
		       unsigned int base, bool negative, bool upper)
{
	const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
	char reversed[24];
	int n = 0, len;

	do {
		reversed[n++] = digits[value % base];
		value /= base;
	} while (value);
	len = n + negative;
	if (!spec->left && !spec->zero)
		printk_pad(out, spec->width - len, ' ');
	if (negative)
		printk_put(out, '-');
	if (!spec->left && spec->zero)
		printk_pad(out, spec->width - len, '0');
	while (n)
		printk_put(out, reversed[--n]);
	if (spec->left)
		printk_pad(out, spec->width - len, ' ');
}

/* A va_list parameter may be an array: the struct makes it addressable. */
struct arguments {
	va_list list;
};

static const char *parse_number(const char *fmt, int *number)
{
	*number = 0;
	while (*fmt >= '0' && *fmt <= '9')
		*number = *number * 10 + *fmt++ - '0';
	return fmt;
}

static const char *parse_spec(const char *fmt, struct spec *spec,
			      struct arguments *args)
{
	*spec = (struct spec){ .precision = -1 };
	for (;; fmt++) {
		if (*fmt == '-')
			spec->left = true;
		else if (*fmt == '0')
			spec->zero = true;
		else
			break;
	}
	fmt = parse_number(fmt, &spec->width);
	if (fmt[0] == '.' && fmt[1] == '*') {
		spec->precision = va_arg(args->list, int);
		fmt += 2;
	} else if (*fmt == '.') {
		fmt = parse_number(fmt + 1, &spec->precision);
	}
	for (; *fmt == 'l' || *fmt == 'z'; fmt++)
		spec->longs += *fmt == 'l' ? 1 : sizeof(size_t) == 8;
	return fmt;
}

static s64 signed_argument(struct arguments *args, int longs)
{
	if (longs >= 2)
		return va_arg(args->list, long long);
	return longs ? va_arg(args->list, long) : va_arg(args->list, int);
}

static u64 unsigned_argument(struct arguments *args, int longs)
{
	if (longs >= 2)
		return va_arg(args->list, unsigned long long);
	return longs ? va_arg(args->list, unsigned long) :
		       va_arg(args->list, unsigned int);
}

static void printk_convert(struct text *out, char letter, struct spec *spec,
			   struct arguments *args)
{
	s64 value;

	switch (letter) {
	case 'd':
	case 'i':
		value = signed_argument(args, spec->longs);
		put_number(out, spec, value < 0 ? -(u64)value : (u64)value,
			   10, value < 0, false);
		break;
	case 'u':
		put_number(out, spec, unsigned_argument(args, spec->longs), 10,
			   false, false);
		break;
	case 'o':
		put_number(out, spec, unsigned_argument(args, spec->longs), 8,
			   false, false);
		break;
	case 'x':
	case 'X':
		put_number(out, spec, unsigned_argument(args, spec->longs), 16,
			   false, letter == 'X');
		break;
	case 'p':
		put_number(out, spec, (unsigned long)va_arg(args->list, void *),
			   16, false, false);
		break;
	case 's':
		put_string(out, spec, va_arg(args->list, const char *));
		break;
	case 'c':
		printk_put(out, (char)va_arg(args->list, int));
		break;
	default:
		printk_put(out, letter);
	}
}

/* => the length of the whole text; buf holds size - 1 of it and a NUL */
int vsnprintf(char *buf, size_t size, const char *fmt, va_list list)
{
	struct text out = { .buf = buf, .size = size };
	struct arguments args;
	struct spec spec;

	va_copy(args.list, list);
	for (; *fmt; fmt++) {
		if (*fmt != '%') {
			printk_put(&out, *fmt);
			continue;
		}
		fmt = parse_spec(fmt + 1, &spec, &args);
		if (!*fmt)
			break;
		printk_convert(&out, *fmt, &spec, &args);
	}
	va_end(args.list);
	if (size)
		buf[min(out.used, size - 1)] = 0;
	return (int)out.used;
}

int snprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(buf, size, fmt, args);
	va_end(args);
	return n;
}

/* => n plus what was added, at most size */
size_t text_add(char *buf, size_t size, size_t n, const char *fmt, ...)
{
	va_list args;
	int more;

	va_start(args, fmt);
	more = vsnprintf(buf + n, size - n, fmt, args);
	va_end(args);
	return min(n + more, size);
}

/* => any context */
void printk(const char *fmt, ...)
{
	char line[LINE_MAX_BYTES];
	unsigned long flags;
	unsigned int i;
	va_list args;
	char *c;

	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	flags = x86_irq_save();
	for (c = line; *c; c++)
		for (i = 0; i < nr_sinks; i++)
			sinks[i]->putc(*c);
	x86_irq_restore(flags);
}
