/*
 * mm/reclaim/scanner.c - the scanner in charge: the table, the choice at boot,
 * the change at run time
 *
 * Page lists belong to the mechanism, so a change of scanner leaves pages on
 * their lists: pages that one scanner deactivated, the next launders.  The
 * owner of buffer-cache pages changes when the two scanners name different
 * sides of the buffer cache. fs/ converts those pages in place, in one step
 * without sleeping, or returns -EBUSY because one of them is locked; the change
 * is then tried again. vm_scanner changes in that same step.
 *
 * A task may sleep inside the old scanner's ->launder across the change.  The
 * mechanism carries out its verdict as usual; the task's next page is laundered
 * by the new scanner.  scanner_switch() waits for these tasks before it resets
 * the counters, so that an epoch has only one scanner's decisions.
 *
 * Invariants: launders[e & 1] tasks are inside ->launder since epoch e.
 * Locks: switch_mutex orders the changes.
 */
#include "kernel/core/time.h"
#include "kernel/core/trace.h"
#include "kernel/base/vmhist.h"
#include "mm/reclaim/scanner_switch.h"

#define SWITCH_TRIES	3	/* attempts; each also waits for locked pages */

static const struct vm_scanner *const scanners[] = {
#define S(name) &scan_##name,
#include "mm/reclaim/scanner_list.h"
#undef S
};

const struct vm_scanner *vm_scanner = &scan_classic;
unsigned int scanner_epoch;
u32 design_defects;
const struct buffer_hooks *registered_buffer_hooks;

static MUTEX(switch_mutex, RANK_SCANNER_SWITCH);
static unsigned int launders[2];	/* n: tasks inside ->launder */
static WAIT_QUEUE(launders_done);

void register_buffer_hooks(const struct buffer_hooks *hooks)
{
	BUG_ON(registered_buffer_hooks, "%s", "registered twice");
	registered_buffer_hooks = hooks;
}

unsigned int scanner_enter(void)
{
	unsigned int ticket = scanner_epoch & 1;

	launders[ticket]++;
	return ticket;
}

void scanner_leave(unsigned int ticket)
{
	BUG_ON(launders[ticket] == 0, "ticket %u", ticket);
	if (--launders[ticket] == 0)
		wake_up(&launders_done);
}

static int scanner_index(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(scanners); i++)
		if (strcmp(scanners[i]->name, name) == 0)
			return i;
	return -EINVAL;
}

/* Starts vm_scanner with fresh counts.  List lock held. */
static void attach_scanner(void)
{
	memset(&scanner_work, 0, sizeof(scanner_work));
	frames_owed = 0;
	if (vm_scanner->attach)
		vm_scanner->attach();
}

/* Sets vm_scanner to "to", or leaves it on error.  => 0 or -E; sleeps */
static int change_owner(const struct vm_scanner *to)
{
	int tries, error = 0;

	for (tries = 0; tries < SWITCH_TRIES; tries++) {
		if (to->buffers != vm_scanner->buffers)
			error = buffer_hooks()->switch_side(to->buffers);
		if (error != -EBUSY)
			break;
		msleep(50);
	}
	if (error)
		return error;
	spin_lock(&pagemap_lru_lock);
	if (vm_scanner->detach)
		vm_scanner->detach();
	vm_scanner = to;
	scanner_epoch++;
	attach_scanner();
	spin_unlock(&pagemap_lru_lock);
	return 0;
}

static void new_epoch(void)
{
	unsigned int old = (scanner_epoch - 1) & 1;

	wait_event(launders_done, launders[old] == 0);
	memset(&vm_stat, 0, sizeof(vm_stat));
	memset(&vm_hist, 0, sizeof(vm_hist));
	memset(writes_by, 0, sizeof(writes_by));
	memset(sectors_by, 0, sizeof(sectors_by));
	memset(lru_moves, 0, sizeof(lru_moves));
}

/* => 0: the scanner is in charge and the counters are zero (nothing happens if
 *    it was in charge before); -EINVAL for an unknown name; -EBUSY; sleeps, for
 *    long under load */
int scanner_switch(const char *name)
{
	const struct vm_scanner *from = vm_scanner, *to;
	int index = scanner_index(name), error = 0;

	if (index < 0)
		return index;
	to = scanners[index];
	mutex_lock(&switch_mutex);
	from = vm_scanner;
	if (from == to)
		goto out;
	TRACE(SWITCH, scanner_index(from->name), index, 0);
	error = change_owner(to);
	if (!error)
		new_epoch();
	TRACE(SWITCH, scanner_index(from->name), index, error ? 2 : 1);
	printk("scanner: %s%s\n", vm_scanner->name,
	       error ? " stays, a buffer page is busy" : "");
out:
	mutex_unlock(&switch_mutex);
	return error;
}

/* => before any page is on a list; 0, or -EINVAL for an unknown name */
int scanner_boot(const char *name)
{
	int index = scanner_index(name);
	unsigned int i;

	if (index < 0)
		return index;
	for (i = 0; i < ARRAY_SIZE(scanners); i++)
		scanner_check_table(scanners[i]);
	spin_lock(&pagemap_lru_lock);
	vm_scanner = scanners[index];
	attach_scanner();
	spin_unlock(&pagemap_lru_lock);
	printk("scanner: %s - %s\n", vm_scanner->name, vm_scanner->what);
	return 0;
}

size_t scanner_names(char *buf, size_t size)
{
	size_t i, n = 0;

	for (i = 0; i < ARRAY_SIZE(scanners) && n < size; i++)
		n += snprintf(buf + n, size - n,
			      scanners[i] == vm_scanner ? "%s[%s]" : "%s%s",
			      i ? " " : "", scanners[i]->name);
	if (n < size)
		n += snprintf(buf + n, size - n, "\n");
	return min(n, size);
}
