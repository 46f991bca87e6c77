/*
 * mm/space/oom.c - out of memory: the test, the victim, the kill
 *
 * Memory is exhausted when the free list is down to pages_min, inactive_clean
 * does not help, and one of two holds.  Either inactive pages are short, swap
 * is full, and the caches without swap cache and shared memory are at most 4 %
 * of memory (2.4.7's test).  Or reclaim has won no frame for STALL seconds:
 * cached pages are then pinned or mapped.  Many dirty pages alone are neither:
 * reclaim waits for their write-out.
 *
 * The victim is the process whose end frees most: pages, present, in swap, or
 * of shared memory that it maps, and its kernel memory: stack, page tables,
 * areas, pipes, open files.  Of root's processes a fourth counts, as in 2.4.7,
 * and none of them is killed while ordinary users' processes together have more
 * than USERS_PART of memory.  When ordinary users lose SERIES processes in a
 * row, all processes of the last one's user are killed, since each may have
 * forked a successor.  The victim may use the last pages to exit.  While it
 * still exists, and for RESPITE after each kill, no other process is killed.
 *
 * Invariants: init and kernel threads are never killed.
 * Locks: none; the kernel is not preemptive and nothing here sleeps.
 */
#include "kernel/process/process.h"
#include "kernel/core/time.h"
#include "kernel/base/vmstat.h"
#include "mm/reclaim/filemap.h"
#include "mm/space/mm.h"
#include "mm/reclaim/reclaim.h"
#include "mm/swap/shmem.h"
#include "mm/swap/swap.h"

#define SIGKILL		9
#define ROOT_SHARE	4
#define USERS_PART	8	/* an eighth */
#define AREAS_A_FRAME	126
#define STALL		(5 * HZ)
#define RESPITE		HZ
#define PATIENCE	(5 * HZ)	/* for a victim to exit */
#define SERIES		4
#define SERIES_END	(10 * HZ)	/* without a kill ends a series */

static struct {
	unsigned long frames;	/* frames_reclaimed() at its last change */
	unsigned long since;	/* jiffies at that change */
	unsigned long killed_at;
	int victim;		/* pid, 0: none yet */
	int series;		/* ordinary users' processes killed in a row */
} oom;

static unsigned long cached_pages(void)
{
	return page_cache_size + buffermem_pages - swapper_space.nrpages -
	       shmem_pages();
}

/* => true: the last victim may still free memory */
static bool victim_pending(void)
{
	struct task *task = oom.victim ? find_task(oom.victim) : NULL;
	unsigned long waited = jiffies - oom.killed_at;

	if (oom.victim && waited < RESPITE)
		return true;
	return task && task->state != TASK_ZOMBIE && waited < PATIENCE;
}

/* => true: only the end of a process will help; kswapd calls it each time a
 *    shortage remains after a round */
static bool out_of_memory(void)
{
	unsigned long frames = frames_reclaimed();
	bool short_now = zone.free_pages <= zone.pages_min &&
			 zone.free_pages + zone.inactive_clean_pages <=
				 zone.pages_low;

	if (!short_now || frames != oom.frames) {
		memset(&scanner_work, 0, sizeof(scanner_work));
		oom.frames = frames;
		oom.since = jiffies;
	}
	if (!short_now || victim_pending())
		return false;
	return (inactive_shortage() && !swap_pages_free() &&
		cached_pages() <= num_physpages / 25) ||
	       jiffies - oom.since > STALL;
}

static unsigned long area_shared_pages(const struct vm_area *area)
{
	struct shmem *shmem = area->file ?
		shmem_of(file_map_ops->mapping(area->file)) : NULL;

	return shmem ? shmem->mapping.nrpages + shmem->swapped : 0;
}

/* Shared memory counts in full for each process that maps it: it is freed with
 * the last of them. */
static unsigned long shared_pages(const struct mm_struct *mm)
{
	const struct vm_area *area;
	unsigned long pages = 0;

	list_for_each_entry(area, &mm->areas, node)
		pages += area_shared_pages(area);
	return pages;
}

/* => frames of kernel memory of a process */
static unsigned long kernel_pages(const struct task *task)
{
	return KSTACK_SIZE / PAGE_SIZE + 1 + pgd_tables(task->mm->pgd) +
	       task->mm->nr_areas / AREAS_A_FRAME + file_map_ops->held(task);
}

static bool of_user(const struct task *task)
{
	return task->uid && task->euid;
}

static bool may_be_killed(const struct task *task)
{
	return task->mm && task->pid != 1 && task->state != TASK_ZOMBIE &&
	       !(task->flags & (PF_KTHREAD | PF_EXITING));
}

/* => NULL: there is no process that may be killed */
static struct task *choose_victim(void)
{
	/* root's and others' largest; of equals the youngest */
	struct task *task, *victim[2] = { NULL, NULL };
	unsigned long pages, most[2] = { 0, 0 }, users = 0;
	bool user;

	list_for_each_entry(task, &task_list, all_node) {
		if (!may_be_killed(task))
			continue;
		pages = task->mm->rss + task->mm->swapped +
			shared_pages(task->mm) + kernel_pages(task);
		user = of_user(task);
		if (pages >= most[user]) {
			most[user] = pages;
			victim[user] = task;
		}
		users += user ? pages : 0;
	}
	user = users > num_physpages / USERS_PART ||
	       most[true] > most[false] / ROOT_SHARE;
	return victim[user];
}

static void end_all_of(u32 uid)
{
	struct task *task;

	printk("oom: all processes of user %u are killed\n", uid);
	list_for_each_entry(task, &task_list, all_node) {
		if (task->uid != uid || !may_be_killed(task))
			continue;
		task->flags |= PF_MEMALLOC | PF_MEMDIE;
		send_signal(task, SIGKILL);
	}
}

/* => panics when no process may be killed */
static void oom_kill(void)
{
	struct task *victim = choose_victim();
	char work[192];

	scanner_report(work, sizeof(work));
	if (!victim)
		panic("out of memory, no process to kill: free %lu cached %lu;"
		      " %s", zone.free_pages, cached_pages(), work);
	printk("oom: killed %d (%s) of user %u, the largest: %lu of %lu "
	       "frames, %lu in swap, %lu shared, %lu the kernel's; free %lu, "
	       "cached %lu, swap free %lu, last reclaimed %lu ms ago; %s\n",
	       victim->pid, victim->comm, victim->uid, victim->mm->rss,
	       num_physpages, victim->mm->swapped, shared_pages(victim->mm),
	       kernel_pages(victim), zone.free_pages, cached_pages(),
	       swap_pages_free(), (jiffies - oom.since) * (1000 / HZ), work);
	count_vm(oom_kills);
	if (!of_user(victim) || jiffies - oom.killed_at > SERIES_END)
		oom.series = 0;
	oom.victim = victim->pid;
	oom.killed_at = jiffies;
	oom.since = jiffies;
	victim->flags |= PF_MEMALLOC | PF_MEMDIE;
	send_signal(victim, SIGKILL);
	if (of_user(victim) && ++oom.series >= SERIES)
		end_all_of(victim->uid);
}

const struct process_memory process_pages = {
	.swap_out = swap_out,
	.out_of_memory = out_of_memory,
	.oom_kill = oom_kill,
};
