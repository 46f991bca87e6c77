/*
 * kernel/process/klog.c - the ring of the latest printk output, for dmesg.
 *
 * A sink of printk that keeps the newest bytes in a ring; syslog(103) reads
 * it.
 *
 * Locks: printk calls the sink with interrupts off.
 */
#include "kernel/base/printk.h"
#include "kernel/process/syscall.h"
#include "kernel/core/task.h"
#include "kernel/core/uaccess.h"

#define KLOG_BYTES	16384u		/* a power of two */

enum { SYSLOG_CLOSE, SYSLOG_OPEN, SYSLOG_READ, SYSLOG_READ_ALL,
       SYSLOG_READ_CLEAR, SYSLOG_CLEAR, SYSLOG_CONSOLE_OFF,
       SYSLOG_CONSOLE_ON, SYSLOG_CONSOLE_LEVEL, SYSLOG_UNREAD, SYSLOG_SIZE };

static char klog[KLOG_BYTES];
static u32 klog_head, klog_cleared;	/* counts that only grow */

void klog_putc(char c)
{
	klog[klog_head++ % KLOG_BYTES] = c;
}

/* The newest n bytes since the last clearing. => how many bytes */
static long klog_read(char __user *buf, u32 n)
{
	u32 kept = min(klog_head - klog_cleared, KLOG_BYTES), at, i;

	n = min(n, kept);
	at = klog_head - n;
	for (i = 0; i < n; i++)
		if (put_user(klog[(at + i) % KLOG_BYTES], buf + i))
			return -EFAULT;
	return n;
}

/* The level of the console cannot be changed. */
SYSCALL_DEFINE3(syslog, u32, type, char __user *, buf, int, size)
{
	long n;

	if (type != SYSLOG_READ_ALL && type != SYSLOG_SIZE && current->euid)
		return -EPERM;
	switch (type) {
	case SYSLOG_READ_ALL:
	case SYSLOG_READ_CLEAR:
		if (!buf || size < 0)
			return -EINVAL;
		n = klog_read(buf, size);
		if (n >= 0 && type == SYSLOG_READ_CLEAR)
			klog_cleared = klog_head;
		return n;
	case SYSLOG_CLEAR:
		klog_cleared = klog_head;
		return 0;
	case SYSLOG_UNREAD:
		return min(klog_head - klog_cleared, KLOG_BYTES);
	case SYSLOG_SIZE:
		return KLOG_BYTES;
	case SYSLOG_CLOSE:
	case SYSLOG_OPEN:
	case SYSLOG_CONSOLE_OFF:
	case SYSLOG_CONSOLE_ON:
	case SYSLOG_CONSOLE_LEVEL:
		return 0;
	}
	return -EINVAL;
}
