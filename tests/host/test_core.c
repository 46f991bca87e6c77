/*
 * tests/host/test_core.c - what everything stands on: lists, formatted text,
 * the command line; and a text that is longer than its buffer.
 */
#include <setjmp.h>

#include "kernel/base/cmdline.h"
#include "kernel/base/list.h"
#include "kernel/base/power.h"
#include "kernel/base/printk.h"
#include "kernel/process/syscall_trace.h"
#include "kernel/process/process.h"
#include "tests/host/check.h"

/* printk.c and cmdline.c are compiled as they are; a refusal is kept here. */
static char console[2000];

static void check(const char *name, bool good, const char *got)
{
	char full[80], reason[200];

	snprintf(full, sizeof(full), "core_%s", name);
	snprintf(reason, sizeof(reason), "got \"%s\"", got);
	test_report(full, good ? NULL : reason);
}

struct node {
	int value;
	struct list_head link;
};

/* The values on a list, as digits. */
static const char *values(struct list_head *head)
{
	static char text[20];
	struct node *node;
	size_t n = 0;

	list_for_each_entry(node, head, link)
		text[n++] = (char)('0' + node->value);
	text[n] = 0;
	list_for_each_entry(node, head, link)
		if (node->link.next->prev != &node->link)
			return "broken";
	return text;
}

static void expect_list(const char *name, struct list_head *head,
			const char *wanted)
{
	check(name, !strcmp(values(head), wanted), values(head));
}

static void test_lists(void)
{
	struct node nodes[6] = { { 0, LIST_HEAD_INIT(nodes[0].link) } };
	struct node *node, *next;
	LIST_HEAD(a);
	LIST_HEAD(b);
	int i;

	for (i = 0; i < 6; i++) {
		nodes[i].value = i;
		list_init(&nodes[i].link);
	}
	for (i = 0; i < 3; i++)
		list_add_tail(&nodes[i].link, &a);
	for (i = 3; i < 6; i++)
		list_add(&nodes[i].link, &b);
	expect_list("list_add_tail", &a, "012");
	expect_list("list_add", &b, "543");
	list_del(&nodes[1].link);
	expect_list("list_del", &a, "02");
	check("list_del_leaves_empty_node", list_empty(&nodes[1].link), "");
	list_del(&nodes[1].link);
	expect_list("list_del_twice", &a, "02");
	list_move(&nodes[2].link, &a);
	expect_list("list_move", &a, "20");
	list_move_tail(&nodes[5].link, &a);
	expect_list("list_move_tail", &a, "205");
	list_splice(&b, &a);
	expect_list("list_splice", &a, "43205");
	check("list_splice_empties", list_empty(&b), values(&b));
	list_for_each_entry_safe(node, next, &a, link)
		if (node->value % 2)
			list_del(&node->link);
	expect_list("list_for_each_safe", &a, "420");
	check("list_last", list_last(&a, struct node, link)->value == 0, "");
}

static void expect_text(const char *wanted, const char *fmt, ...)
{
	char name[40], text[80];
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	snprintf(name, sizeof(name), "text_%s", wanted);
	check(name, !strcmp(text, wanted) && n == (int)strlen(wanted), text);
}

static void test_text(void)
{
	char small[4];

	expect_text("-42|   7|7   |0007", "%d|%4d|%-4d|%04d", -42, 7, 7, 7);
	expect_text("-007", "%04d", -7);
	expect_text("ff|FF|17|4294967295", "%x|%X|%o|%u", 255, 255, 15, ~0u);
	expect_text("18446744073709551615", "%llu", ~0ull);
	expect_text("-9223372036854775808", "%lld", -0x7fffffffffffffffll - 1);
	expect_text("ab|   ab|ab   |a", "%s|%5s|%-5s|%.1s", "ab", "ab", "ab",
		    "ab");
	expect_text("abc|(null)|%|x", "%.*s|%s|%%|%c", 3, "abcdef", NULL, 'x');
	check("text_is_cut", snprintf(small, sizeof(small), "%s", "abcdef") ==
	      6 && !strcmp(small, "abc"), small);
}

static jmp_buf refused;

/* kernel/base/power.c's: the line that ends the run is in "console". */
void refuse(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(console, sizeof(console), fmt, args);
	va_end(args);
	longjmp(refused, 1);
}

/* => "line" is taken as it is, or refused by a line that begins with "word" */
static void expect_line(const char *line, const char *word)
{
	char name[48];

	snprintf(name, sizeof(name), "cmdline_%.36s", line);
	console[0] = 0;
	if (!setjmp(refused))
		cmdline_parse(line);
	check(name, !strncmp(console, word, *word ? strlen(word) : 1), console);
}

static void test_cmdline(void)
{
	static const char *const wrong[] = { "timeout=x", "timeout=1000001",
		"timeout=", "timeout=-1", "hz=250", "hz=5", "hz=1100",
		"hz=4294967796", "mem=0", "mem=769", "mem=16M", "debug=2",
		"trace_kb=63", "ide=fast", "ide=", "disk=flatter", "disk=",
		"root=", "root=a-name-that-is-too-long", "scanner=",
		"init=" };
	char line[600];

	cmdline_parse("/a=b/launder.elf scanner=writepage mem=24 hz=200 "
		      "disk=seek -- run w1 --mb 3 -- w2");
	check("cmdline_text", !strcmp(boot_options.scanner, "writepage") &&
	      !strcmp(boot_options.disk, "seek"), boot_options.scanner);
	check("cmdline_number", boot_options.mem_mb == 24 &&
	      boot_options.hz == 200, "");
	check("cmdline_init_arguments",
	      !strcmp(boot_options.init_args, " run w1 --mb 3 -- w2"),
	      boot_options.init_args);
	for (u32 i = 0; i < ARRAY_SIZE(wrong); i++)
		expect_line(wrong[i], wrong[i]);
	expect_line("launder.elf debug=1", "");
	expect_line("debug=1 launder.elf", "there is no option launder.elf");
	expect_line("colour=red", "there is no option colour=red");
	expect_line("quiet", "there is no option quiet");
	expect_line("mem=8 Mem=9", "there is no option Mem=9");
	memset(line, '1', sizeof(line));
	memcpy(line, "mem=8 -- ", 9);
	line[sizeof(line) - 1] = 0;
	expect_line(line, "the command line is longer than 511");
	cmdline_parse(NULL);
}

/* ---- traced processes ---------------------------------------------------- */

#define TASKS	60
#define ROOM	100

LIST_HEAD(task_list);
struct task *current;

struct task *find_task(int pid)
{
	(void)pid;
	return NULL;
}

int copy_from_user(void *to, const void *from, size_t n)
{
	(void)to;
	(void)from;
	(void)n;
	return -EFAULT;
}

/* More pids than the buffer holds; the sanitizer watches its end. */
static void test_traced(void)
{
	static struct task tasks[TASKS];
	static char buf[ROOM];
	size_t n;
	int i;

	for (i = 0; i < TASKS; i++) {
		tasks[i].pid = 1000 + i;
		tasks[i].flags = PF_TRACED;
		list_add_tail(&tasks[i].all_node, &task_list);
	}
	n = trace_syscalls_print(buf, ROOM);
	buf[ROOM - 1] = 0;
	check("traced_pids", n == ROOM && !strncmp(buf, "1000\n1001\n", 10),
	      buf);
}

int main(void)
{
	test_lists();
	test_text();
	test_cmdline();
	test_traced();
	return failures != 0;
}
