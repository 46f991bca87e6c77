/*
 * kernel/process/syscall_trace.c - a process's system calls as lines of text.
 *
 * A pid written to /proc/sys/kernel/trace_syscalls marks the process; its
 * children inherit the mark.  Each call becomes a line of the kernel's log,
 * with its arguments in hexadecimal, a path as text, and the result or -errno.
 * 0 ends all tracing.  (The trace ring records calls for the host.)
 *
 * Locks: none.
 */
#include "kernel/process/syscall_trace.h"
#include "kernel/process/syscall.h"
#include "kernel/process/process.h"
#include "kernel/core/uaccess.h"

#define SHOWN_PATH	48

static const char *const names[NR_SYSCALLS] = {
#define S(number, name) [number] = #name,
#include "kernel/process/syscall_table.h"
#undef S
};

/* Calls whose first or second argument is a path. */
static const u16 path_first[] = { 5, 8, 9, 10, 11, 12, 14, 15, 16, 30, 33, 38,
				  39, 40, 61, 83, 85, 92, 99, 106, 107, 182,
				  193, 195, 196, 198, 212, 268 };
static const u16 path_second[] = { 295, 296, 297, 298, 300, 301, 302, 303, 305,
				   306, 307, 320, 383, 412 };

static bool syscall_listed(const u16 *list, size_t n, u32 number)
{
	while (n--)
		if (list[n] == number)
			return true;
	return false;
}

/* Quotes the string at user address "from"; empty if it cannot be read. */
static void syscall_quote(char *text, unsigned long from)
{
	char path[SHOWN_PATH];
	size_t i;

	text[0] = 0;
	for (i = 0; i + 1 < sizeof(path); i++)
		if (get_user(path[i], (const char *)from + i) || !path[i])
			break;
	path[i] = 0;
	if (i)
		snprintf(text, SHOWN_PATH + 3, " \"%s\"", path);
}

/* Reads the path before the call: execve replaces the memory. */
void syscall_trace_enter(const struct trap_frame *frame, char *path)
{
	u32 number = frame->error;

	path[0] = 0;
	if (syscall_listed(path_first, ARRAY_SIZE(path_first), number))
		syscall_quote(path, frame->ebx);
	else if (syscall_listed(path_second, ARRAY_SIZE(path_second), number))
		syscall_quote(path, frame->ecx);
	if (number == 1 || number == 252)
		printk("%s[%d] exit(%d)\n", current->comm, current->pid,
		       (int)frame->ebx);
}

/* Prints a call that has returned; args are the values at its entry. */
void syscall_trace_exit(u32 number, const u32 args[5], const char *path,
			long result)
{
	const char *name = number < NR_SYSCALLS ? names[number] : NULL;

	printk("%s[%d] %s#%u(%x, %x, %x, %x, %x)%s = %s%lx\n", current->comm,
	       current->pid, name ? name : "unknown", number, args[0], args[1],
	       args[2], args[3], args[4], path,
	       IS_ERR((void *)result) ? "-errno " : "",
	       IS_ERR((void *)result) ? -result : result);
}

/* ---- /proc/sys/kernel/trace_syscalls ------------------------------------- */

size_t trace_syscalls_print(char *buf, size_t size)
{
	struct task *task;
	size_t n = 0;

	list_for_each_entry(task, &task_list, all_node) {
		if (!(task->flags & PF_TRACED))
			continue;
		n += snprintf(buf + n, size - n, "%d\n", task->pid);
		if (n >= size)
			return size;
	}
	return n;
}

/* => 0, -ESRCH, -EINVAL: no pid */
int trace_syscalls_set(unsigned int pid)
{
	struct task *task = find_task(pid);

	if (pid) {
		if (!task || !task->sighand)
			return -ESRCH;
		task->flags |= PF_TRACED;
		return 0;
	}
	list_for_each_entry(task, &task_list, all_node)
		task->flags &= ~PF_TRACED;
	return 0;
}
