/*
 * fs/proc_pid.c - /proc/N: what a process is doing, for ps and top.
 *
 * A printer gets a living task and does not sleep, so the task stays.  The
 * command line is in the process's own memory; it is read through the page
 * table, and what is not present there is not shown.
 *
 * Callers: fs/proc.c.  Calls: mm/mm.h.
 */
#include "drivers/tty.h"
#include "fs/proc.h"
#include "kernel/time.h"
#include "mm/mm.h"

static const char state_letters[] = {
	[TASK_RUNNING] = 'R',
	[TASK_INTERRUPTIBLE] = 'S',
	[TASK_UNINTERRUPTIBLE] = 'D',
	[TASK_STOPPED] = 'T',
	[TASK_ZOMBIE] = 'Z',
};

static int parent_pid(const struct task *task)
{
	return task->parent ? task->parent->pid : 0;
}

/* Linux's 44 fields; those without a meaning here are 0. */
static size_t pid_stat_print(struct task *task, char *buf, size_t size)
{
	const struct mm_struct *mm = task->mm;
	const struct tty *tty = tty_of_session(task->session);
	size_t n;

	n = text_add(buf, size, 0, "%d (%s) %c %d %d %d %d %d 0 ", task->pid,
		     task->comm, state_letters[task->state],
		     parent_pid(task), task->pgrp, task->session,
		     tty ? (int)tty->number : 0, tty ? tty->pgrp : -1);
	n = text_add(buf, size, n, "%lu 0 %lu 0 %lu %lu %lu %lu 0 %d 0 0 %lu ",
		     task->min_flt, task->maj_flt, task->utime, task->stime,
		     task->cutime, task->cstime, task->nice,
		     task->start_jiffies);
	n = text_add(buf, size, n, "%lu %lu 4294967295 %lu %lu %lu ",
		     mm ? mm->total_vm << PAGE_SHIFT : 0, mm ? mm->rss : 0,
		     mm ? mm->start_code : 0, mm ? mm->end_code : 0,
		     mm ? mm->start_stack : 0);
	return text_add(buf, size, n, "0 0 %u %u %u 0 0 0 0 17 0 0 0 0 0\n",
			(u32)task->sig_pending, (u32)task->sig_blocked,
			(u32)task->sig_ignored);
}

static size_t pid_status_print(struct task *task, char *buf, size_t size)
{
	const struct mm_struct *mm = task->mm;
	size_t n;

	n = text_add(buf, size, 0, "Name:\t%s\nState:\t%c\nPid:\t%d\n"
		     "PPid:\t%d\nUid:\t%u\t%u\t%u\t%u\n"
		     "Gid:\t%u\t%u\t%u\t%u\n", task->comm,
		     state_letters[task->state], task->pid, parent_pid(task),
		     task->uid, task->euid, task->suid, task->euid, task->gid,
		     task->egid, task->sgid, task->egid);
	if (mm)
		n = text_add(buf, size, n, "VmSize:\t%8lu kB\n"
			     "VmRSS:\t%8lu kB\nVmSwap:\t%8lu kB\n",
			     mm->total_vm << (PAGE_SHIFT - 10),
			     mm->rss << (PAGE_SHIFT - 10),
			     mm->swapped << (PAGE_SHIFT - 10));
	return text_add(buf, size, n, "SigPnd:\t%016llx\nSigBlk:\t%016llx\n"
			"SigIgn:\t%016llx\nSwitches:\t%lu\n",
			task->sig_pending, task->sig_blocked,
			task->sig_ignored, task->context_switches);
}

/* => bytes of a process's memory that are present, from "from" on */
static size_t peek(struct mm_struct *mm, unsigned long from, char *buf,
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
	return peek(mm, mm->arg_start, buf,
		    min(size, (size_t)(mm->arg_end - mm->arg_start)));
}

static size_t pid_maps_print(struct task *task, char *buf, size_t size)
{
	return task->mm ? mm_maps_print(task->mm, buf, size) : 0;
}

/* The path of the program. => bytes or -E */
int pid_exe(struct task *task, char *buf, size_t size)
{
	struct file *file = task->mm ? task->mm->exe_file : NULL;
	char *path;
	size_t n;

	if (!file || !file->dentry)
		return -ENOENT;
	path = d_path(file->dentry, buf, size);
	if (IS_ERR(path))
		return PTR_ERR(path);
	n = buf + size - 1 - path;
	memmove(buf, path, n);
	return n;
}

#define PID_TEXT(name_, print_, pages_)					\
	{ .name = name_, .mode = S_IFREG | 0444, .print_task = print_,	\
	  .pages = pages_ }

const struct proc_node pid_nodes[] = {
	{ .name = "", .mode = S_IFDIR | 0555 },
	PID_TEXT("stat", pid_stat_print, 1),
	PID_TEXT("status", pid_status_print, 1),
	PID_TEXT("cmdline", pid_cmdline_print, 2),
	PID_TEXT("maps", pid_maps_print, 4),
	{ .name = "exe", .mode = S_IFLNK | 0777 },
};

const unsigned int nr_pid_nodes = ARRAY_SIZE(pid_nodes);
