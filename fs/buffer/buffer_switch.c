/*
 * fs/buffer/buffer_switch.c - the run-time change of design on the buffer side,
 * and the table of hooks through which mm calls the buffer cache.
 *
 * A mounted file system pins buffers, so the cache never becomes empty.  The
 * switch closes a gate to flushers, sync and fsync, waits until those inside
 * have left, writes everything, drops every buffer page it can, and converts
 * the rest in place.  The conversion does not sleep, so no other task runs
 * between its first page and the change of vm_scanner.  It starts only when no
 * page that must change is locked; the switch waits for such a page.
 *
 * Tasks that only dirty or read are not stopped; a flush that finds the gate
 * closed returns at once, so a writer with a page locked never sleeps here.
 *
 * Invariants: after the switch no page has the old design's owner.
 * Locks: RANK_SCANNER_SWITCH is held by the caller (mm/reclaim/scanner.c).
 */
#include "fs/buffer/bdflush.h"
#include "fs/buffer/buffer_impl.h"
#include "kernel/core/time.h"
#include "mm/reclaim/filemap.h"

#define SWITCH_LIMIT	(10 * HZ)	/* jiffies until -EBUSY */

static struct {
	struct task *owner;	/* NULL: the gate is open */
	int inside;
	struct wait_queue wait;	/* owner or inside changed */
} gate = { .wait = WAIT_QUEUE_INIT(gate.wait) };

bool buffer_gate_try_enter(void)
{
	if (gate.owner && gate.owner != current)
		return false;
	gate.inside++;
	return true;
}

void buffer_gate_enter(void)
{
	wait_event(gate.wait, buffer_gate_try_enter());
}

void buffer_gate_exit(void)
{
	BUG_ON(gate.inside <= 0, "gate: %d inside", gate.inside);
	gate.inside--;
	if (gate.owner)
		wake_up(&gate.wait);
}

static void gate_close(void)
{
	BUG_ON(gate.owner, "%s is switching", gate.owner->comm);
	gate.owner = current;
	wait_event(gate.wait, gate.inside == 0);
}

static void gate_open(void)
{
	gate.owner = NULL;
	wake_up(&gate.wait);
}

/* ---- pages --------------------------------------------------------------- */

/* Frees a buffer page without busy buffers. => not locked; no sleep */
static void drop_page(struct page *page)
{
	page_set(page, PG_locked);
	get_page(page);
	if (!page->buffers || try_to_free_buffers(page)) {
		lru_cache_del(page);
		if (page->mapping) {
			page_clear(page, PG_dirty);
			remove_inode_page(page);
			put_page(page);
		}
	}
	unlock_page(page);
	put_page(page);
}

static void drop_pages(const struct buffer_design *from)
{
	unsigned long i;

	for (i = 0; i < num_physpages; i++)
		if (mem_map[i].count > 0 && from->owns(&mem_map[i]))
			drop_page(&mem_map[i]);
}

static struct page *find_locked_page(const struct buffer_design *from)
{
	unsigned long i;

	for (i = 0; i < num_physpages; i++)
		if (mem_map[i].count > 0 && from->owns(&mem_map[i]) &&
		    page_test(&mem_map[i], PG_locked))
			return &mem_map[i];
	return NULL;
}

/* => true: no page that must change is locked at return; sleeps */
static bool wait_until_unlocked(const struct buffer_design *from)
{
	unsigned long start = jiffies;
	struct page *page;

	while ((page = find_locked_page(from))) {
		if (time_after(jiffies, start + SWITCH_LIMIT))
			return false;
		get_page(page);
		wait_on_page(page);
		put_page(page);
	}
	return true;
}

/* Converts buffer pages; file pages are only marked as the new design
 * requires. => no sleep */
static void convert_pages(const struct buffer_design *from,
			  const struct buffer_design *to)
{
	unsigned long i;

	for (i = 0; i < num_physpages; i++) {
		struct page *page = &mem_map[i];

		if (page->count > 0 && from->owns(page)) {
			page_set(page, PG_locked);
			from->disown(page);
			to->adopt(page);
			page_clear(page, PG_locked);
		} else if (page->buffers) {
			to->adopt(page);
		}
		BUG_ON(page->count > 0 && from->owns(page),
		       "pfn %lx is still %s's", page_to_pfn(page), from->name);
	}
}

/*
 * => 0 with every page converted: the caller changes vm_scanner before it
 *    sleeps; -EBUSY with nothing changed; sleeps, writes everything dirty
 */
static int switch_side(enum buffer_side side)
{
	const struct buffer_design *from = buffer_design();
	const struct buffer_design *to = buffer_designs[side];
	int err = 0;

	if (from == to)
		return 0;
	gate_close();
	sync_buffers(NULL, true);
	if (wait_until_unlocked(from)) {
		drop_pages(from);
		convert_pages(from, to);
	} else {
		err = -EBUSY;
	}
	gate_open();
	return err;
}

/* ---- the table ----------------------------------------------------------- */

static unsigned long count_dirty(void)
{
	return nr_buffers_type[BUF_DIRTY];
}

static unsigned long count_locked(void)
{
	return nr_buffers_type[BUF_LOCKED];
}

static unsigned long count_heads(void)
{
	return nr_buffer_heads;
}

const struct buffer_design *const buffer_designs[BUFFER_SIDES] = {
	[BUFFERS_CLASSIC] = &design_classic,
	[BUFFERS_WRITEPAGE] = &design_writepage,
};

const struct buffer_hooks buffer_cache_hooks = {
	.try_to_free_buffers = try_to_free_buffers,
	.write_page_buffers = write_page_buffers,
	.wait_page_buffers = wait_page_buffers,
	.wakeup_bdflush = wakeup_bdflush,
	.dirty_buffers = count_dirty,
	.locked_buffers = count_locked,
	.heads = count_heads,
	.switch_side = switch_side,
	.anon_space = &anon_space_mapping,
};
