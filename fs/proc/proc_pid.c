/*
 * fs/proc/proc_pid.c - /proc/N: the state of a process, for ps and top.
 *
 * A printer gets a living task and does not sleep, so the task stays.  The
 * command line and environment are in the process's own memory; they are read
 * through the page table, and pages not present are omitted.
 */
#include "drivers/console/tty.h"
#include "fs/proc/proc.h"
#include "kernel/process/signal.h"
#include "mm/space/mm.h"

static const char *const state_names[] = {
	[TASK_RUNNING] = "R (running)",
	[TASK_INTERRUPTIBLE] = "S (sleeping)",
	[TASK_UNINTERRUPTIBLE] = "D (disk sleep)",
	[TASK_STOPPED] = "T (stopped)",
	[TASK_ZOMBIE] = "Z (zombie)",
};

static int parent_pid(const struct task *task)
{
	return task->parent ? task->parent->pid : 0;
}

static u64 signals_caught(const struct task *task)
{
	u64 caught = 0;
	int i;

	for (i = 0; task->sighand && i < NSIG; i++)
		if (task->sighand->action[i].handler > SIG_IGN)
			caught |= SIG_BIT(i + 1);
	return caught;
}

/* Linux's 44 fields; those without a meaning here are 0. */
static size_t pid_stat_print(struct task *task, char *buf, size_t size)
{
	const struct mm_struct *mm = task->mm;
	const struct tty *tty = tty_of_session(task->session);
	const struct trap_frame *frame = mm ? task->frame : NULL;
	size_t n;

	n = text_add(buf, size, 0, "%d (%s) %c %d %d %d %d %d 0 ", task->pid,
		     task->comm, state_names[task->state][0],
		     parent_pid(task), task->pgrp, task->session,
		     tty ? (int)tty->number : 0, tty ? tty->pgrp : -1);
	n = text_add(buf, size, n, "%lu 0 %lu 0 %lu %lu %lu %lu %d %d 1 0 %lu ",
		     task->min_flt, task->maj_flt, task->utime, task->stime,
		     task->cutime, task->cstime, 20 + task->nice, task->nice,
		     task->start_jiffies);
	n = text_add(buf, size, n, "%lu %lu %u %lu %lu %lu ",
		     mm ? mm->total_vm << PAGE_SHIFT : 0, mm ? mm->rss : 0,
		     RLIM_INFINITY, mm ? mm->start_code : 0,
		     mm ? mm->end_code : 0, mm ? mm->start_stack : 0);
	return text_add(buf, size, n, "%u %u %u %u %u %u 0 0 0 %d 0 0 0 0 0\n",
			frame ? frame->esp : 0, frame ? frame->eip : 0,
			(u32)task->sig_pending, (u32)task->sig_blocked,
			(u32)task->sig_ignored, (u32)signals_caught(task),
			SIGCHLD);
}

/* Pages: all, present, of files, of the program's text, 0, other areas, 0. */
static size_t pid_statm_print(struct task *task, char *buf, size_t size)
{
	unsigned long files = 0, text, pages = 0;
	struct mm_struct *mm = task->mm;
	struct vm_area *area;

	if (!mm)
		return text_add(buf, size, 0, "0 0 0 0 0 0 0\n");
	text = div_round_up(mm->end_code - mm->start_code, PAGE_SIZE);
	list_for_each_entry(area, &mm->areas, node) {
		pages = (area->end - area->start) >> PAGE_SHIFT;
		files += area->file && !(area->flags & VM_WRITE) ? pages : 0;
	}
	return text_add(buf, size, 0, "%lu %lu %lu %lu 0 %lu 0\n",
			mm->total_vm, mm->rss, min(files, mm->rss), text,
			mm->total_vm - files);
}

#define KB(pages)	((pages) << (PAGE_SHIFT - 10))

/* Prints the Vm lines.  VmData are private writable areas except the stack;
 * VmLib is file code other than the program's. */
static size_t pid_sizes(const struct task *task, char *buf, size_t size,
			size_t n)
{
	enum { LOCKED, DATA, STACK, LIBRARY, KINDS };
	const struct mm_struct *mm = task->mm;
	unsigned long pages[KINDS] = { 0 }, text, count;
	const struct vm_area *area;

	text = div_round_up(mm->end_code - mm->start_code, PAGE_SIZE);
	list_for_each_entry(area, &mm->areas, node) {
		count = (area->end - area->start) >> PAGE_SHIFT;
		if (area->flags & VM_LOCKED)
			pages[LOCKED] += count;
		if (area->flags & VM_GROWSDOWN)
			pages[STACK] += count;
		else if (area->flags & VM_SHARED)
			continue;
		else if (area->flags & VM_WRITE)
			pages[DATA] += count;
		else if (area->file && area->flags & VM_EXEC)
			pages[LIBRARY] += count;
	}
	n = text_add(buf, size, n, "VmSize:\t%8lu kB\nVmLck:\t%8lu kB\n"
		     "VmHWM:\t%8lu kB\nVmRSS:\t%8lu kB\n", KB(mm->total_vm),
		     KB(pages[LOCKED]), KB(max(task->max_rss, mm->rss)),
		     KB(mm->rss));
	return text_add(buf, size, n, "VmData:\t%8lu kB\nVmStk:\t%8lu kB\n"
			"VmExe:\t%8lu kB\nVmLib:\t%8lu kB\n"
			"VmSwap:\t%8lu kB\n", KB(pages[DATA]),
			KB(pages[STACK]), KB(text), KB(pages[LIBRARY] -
			min(pages[LIBRARY], text)), KB(mm->swapped));
}

static size_t pid_status_print(struct task *task, char *buf, size_t size)
{
	size_t n, i;

	n = text_add(buf, size, 0, "Name:\t%s\nState:\t%s\nTgid:\t%d\n"
		     "Pid:\t%d\nPPid:\t%d\nUid:\t%u\t%u\t%u\t%u\n"
		     "Gid:\t%u\t%u\t%u\t%u\nFDSize:\t%u\nGroups:\t",
		     task->comm,
		     state_names[task->state], task->pid, task->pid,
		     parent_pid(task), task->uid, task->euid, task->suid,
		     task->euid, task->gid, task->egid, task->sgid,
		     task->egid, task->files ? task->files->size : 0);
	for (i = 0; i < task->ngroups; i++)
		n = text_add(buf, size, n, "%u ", task->groups[i]);
	n = text_add(buf, size, n, "\n");
	if (task->mm)
		n = pid_sizes(task, buf, size, n);
	return text_add(buf, size, n, "Threads:\t1\nSigPnd:\t%016llx\n"
			"SigBlk:\t%016llx\nSigIgn:\t%016llx\n"
			"SigCgt:\t%016llx\nSwitches:\t%lu\n",
			task->sig_pending, task->sig_blocked,
			task->sig_ignored, signals_caught(task),
			task->context_switches);
}

/* => bytes read of a process's present memory, starting at "from" */
static size_t proc_peek(struct mm_struct *mm, unsigned long from, char *buf,
			size_t size)
{
	size_t done = 0, part;
	u32 *pte;

	for (; done < size; done += part) {
		pte = pte_offset(mm->pgd, from + done, false);
		if (!pte || !(*pte & PTE_PRESENT))
			break;
		part = min(size - done,
			   PAGE_SIZE - ((from + done) & ~PAGE_MASK));
		memcpy(buf + done, (char *)phys_to_virt(*pte & PAGE_MASK) +
		       ((from + done) & ~PAGE_MASK), part);
	}
	return done;
}

static size_t pid_cmdline_print(struct task *task, char *buf, size_t size)
{
	struct mm_struct *mm = task->mm;

	if (!mm || mm->arg_end <= mm->arg_start)
		return 0;
	return proc_peek(mm, mm->arg_start, buf,
			 min(size, (size_t)(mm->arg_end - mm->arg_start)));
}

static size_t pid_environ_print(struct task *task, char *buf, size_t size)
{
	struct mm_struct *mm = task->mm;

	if (!mm || mm->env_end <= mm->arg_end)
		return 0;
	return proc_peek(mm, mm->arg_end, buf,
			 min(size, (size_t)(mm->env_end - mm->arg_end)));
}

static size_t pid_comm_print(struct task *task, char *buf, size_t size)
{
	return text_add(buf, size, 0, "%s\n", task->comm);
}

#define PID_TEXT(name_, mode_, print_, pages_)				\
	{ .name = name_, .mode = S_IFREG | mode_, .print_task = print_,	\
	  .pages = pages_ }

const struct proc_node pid_nodes[] = {
	[PID_DIR] = { .name = "", .mode = S_IFDIR | 0555 },
	[PID_FD_DIR] = { .name = "fd", .mode = S_IFDIR | 0500 },
	[PID_EXE] = { .name = "exe", .mode = S_IFLNK | 0777 },
	[PID_CWD] = { .name = "cwd", .mode = S_IFLNK | 0777 },
	[PID_ROOT] = { .name = "root", .mode = S_IFLNK | 0777 },
	PID_TEXT("stat", 0444, pid_stat_print, 1),
	PID_TEXT("statm", 0444, pid_statm_print, 1),
	PID_TEXT("status", 0444, pid_status_print, 1),
	PID_TEXT("comm", 0444, pid_comm_print, 1),
	PID_TEXT("cmdline", 0444, pid_cmdline_print, 2),
	PID_TEXT("environ", 0400, pid_environ_print, 2),
	PID_TEXT("maps", 0400, pid_maps_print, 4),
	PID_TEXT("smaps", 0400, pid_smaps_print, 4),
	{ .name = "mounts", .mode = S_IFREG | 0444, .print = mounts_print },
	{ .name = "mountinfo", .mode = S_IFREG | 0444,
	  .print = mountinfo_print },
};

const unsigned int nr_pid_nodes = ARRAY_SIZE(pid_nodes);
