/*
 * kernel/core/trace.c - the trace ring.
 *
 * One header page, then fixed records.  The count of records only grows; its
 * remainder is the next slot.  Events before trace_init() are dropped.
 *
 * Locks: interrupts off while a record is filled.
 */
#include "kernel/core/trace.h"
#include "kernel/core/task.h"
#include "kernel/core/time.h"
#include "kernel/base/x86.h"
#include "kernel/base/phys.h"

u32 trace_mask;

const u8 trace_group_of[TRACE_EVENTS] = {
#define E(name, group, sentence, ...) [TRACE_##name] = group,
#include "kernel/core/trace_events.h"
#undef E
};

static const char *const event_names[TRACE_EVENTS] = {
#define E(name, group, sentence, ...) [TRACE_##name] = #name,
#include "kernel/core/trace_events.h"
#undef E
};

/* The arguments' names in one string: "pfn, mapping, index". */
static const char *const event_arguments[TRACE_EVENTS] = {
#define E(name, group, sentence, ...) [TRACE_##name] = #__VA_ARGS__,
#include "kernel/core/trace_events.h"
#undef E
};

static const char *const group_names[TRACE_GROUPS] = {
	"sys", "page", "buf", "blk", "scan", "sample", "sched", "touch"
};

static struct {
	struct trace_header *header;
	struct trace_record *records;
} ring;

/* => "bytes" of physical memory without another user; 4 KiB aligned */
void trace_init(unsigned long phys, unsigned long bytes)
{
	struct trace_header *header = phys_to_virt(phys);

	memset(header, 0, PAGE_SIZE);
	header->version = 1;
	header->record_size = sizeof(struct trace_record);
	header->capacity = (bytes - PAGE_SIZE) / sizeof(struct trace_record);
	header->boot_seconds = clock_boot_seconds();
	header->page_size = PAGE_SIZE;
	memcpy(header->magic, "LAUNDTRC", sizeof(header->magic));
	ring.records = phys_to_virt(phys + PAGE_SIZE);
	ring.header = header;
	header->groups = trace_mask;
}

/* Records the number of managed frames, known only after trace_init(). */
void trace_set_managed(unsigned long pages)
{
	ring.header->managed_pages = pages;
}

static int group_bit(const char *name, size_t len)
{
	unsigned int i;

	if (len == 3 && !strncmp(name, "all", 3))
		return (1 << TRACE_GROUPS) - 1;
	if (len == 4 && !strncmp(name, "none", 4))
		return 0;
	for (i = 0; i < TRACE_GROUPS; i++)
		if (strlen(group_names[i]) == len &&
		    !strncmp(name, group_names[i], len))
			return 1 << i;
	return -EINVAL;
}

/* "blk,scan", "all", "none". => -EINVAL: nothing is changed */
int trace_set_groups(const char *names)
{
	u32 mask = 0;
	size_t n;
	int bit;

	while (*names) {
		for (n = 0; names[n] && names[n] != ','; n++)
			;
		bit = group_bit(names, n);
		if (bit < 0)
			return bit;
		mask |= bit;
		names += n + (names[n] == ',');
	}
	trace_mask = mask;
	if (ring.header)
		ring.header->groups = mask;
	return 0;
}

void trace_write(enum trace_event id, u32 a, u32 b, u32 c, u32 d, u32 e)
{
	struct trace_record *record;
	unsigned long flags;

	if (!ring.header)
		return;
	flags = x86_irq_save();
	record = &ring.records[ring.header->head % ring.header->capacity];
	record->usec = clock_usec();
	record->id = id;
	record->pid = current->pid;
	record->arg[0] = a;
	record->arg[1] = b;
	record->arg[2] = c;
	record->arg[3] = d;
	record->arg[4] = e;
	ring.header->head++;
	x86_irq_restore(flags);
}

/* One record as "usec [pid] NAME argument=value ...\n". */
static size_t print_record(const struct trace_record *record, char *buf,
			   size_t size)
{
	const char *name = event_arguments[record->id];
	size_t used;
	int i, n;

	used = snprintf(buf, size, "%llu [%u] %s", record->usec, record->pid,
			event_names[record->id]);
	for (i = 0; i < 5 && *name; i++) {
		for (n = 0; name[n] && name[n] != ','; n++)
			;
		used += snprintf(buf + used, size - used, " %.*s=%x",
				 n, name, record->arg[i]);
		name += n;
		while (*name == ',' || *name == ' ')
			name++;
	}
	return used + snprintf(buf + used, size - used, "\n");
}

/* => bytes of text; *position advances by the records printed (0: oldest) */
size_t trace_print(u64 *position, char *buf, size_t size)
{
	char line[160];
	size_t used = 0, n;
	u64 head, oldest;

	if (!ring.header)
		return 0;
	head = ring.header->head;
	oldest = head > ring.header->capacity ?
		 head - ring.header->capacity : 0;
	*position = max(*position, oldest);
	for (; *position < head; ++*position) {
		n = print_record(&ring.records[*position %
					       ring.header->capacity],
				 line, sizeof(line));
		if (used + n > size)
			break;
		memcpy(buf + used, line, n);
		used += n;
	}
	return used;
}

void trace_tail(unsigned int events)
{
	char line[161];
	u64 at;

	if (!ring.header || !ring.header->head)
		return;
	at = ring.header->head - min((u64)events, ring.header->head);
	printk("the last trace events:\n");
	for (; at < ring.header->head; at++) {
		print_record(&ring.records[at % ring.header->capacity], line,
			     sizeof(line) - 1);
		printk("  %s", line);
	}
}
