/*
 * fs/devices.c - character devices: the table of drivers, and the small ones.
 *
 * Opening a device file finds its driver by number; from then on the driver's
 * file_operations are the file's.  Here are the memory devices (null, zero,
 * full, random) and the terminal (console, tty, ttyS0: the same one).
 *
 * random gives numbers that repeat with the run: no good for secrets.
 *
 * Callers: fs/open.c.  Calls: drivers/tty.h.
 */
#include "drivers/tty.h"
#include "fs/vfs_impl.h"
#include "kernel/random.h"
#include "kernel/uaccess.h"

#define TTY_CHUNK	256

static LIST_HEAD(char_drivers);

/* => at start-up; the driver stays for ever */
void register_chrdev(struct char_driver *driver)
{
	list_add_tail(&driver->node, &char_drivers);
}

static int chrdev_open(struct inode *inode, struct file *file)
{
	struct char_driver *driver;

	list_for_each_entry(driver, &char_drivers, node) {
		if (inode->rdev - driver->first >= driver->count)
			continue;
		file->fops = driver->fops;
		return file->fops->open ? file->fops->open(inode, file) : 0;
	}
	return -ENXIO;
}

const struct file_operations chrdev_fops = { .open = chrdev_open };

/* ---- memory -------------------------------------------------------------- */

static long null_read(struct file *file __unused, char *buf __unused,
		      size_t n __unused, loff_t *pos __unused)
{
	return 0;
}

static long null_write(struct file *file __unused, const char *buf __unused,
		       size_t n, loff_t *pos __unused)
{
	return n;
}

static long zero_read(struct file *file __unused, char *buf, size_t n,
		      loff_t *pos __unused)
{
	size_t done, part;

	for (done = 0; done < n && !signal_pending(); done += part) {
		part = min(n - done, PAGE_SIZE);
		if (clear_user(buf + done, part))
			return done ? (long)done : -EFAULT;
		cond_resched();
	}
	return done || !n ? (long)done : -EINTR;
}

static long full_write(struct file *file __unused, const char *buf __unused,
		       size_t n, loff_t *pos __unused)
{
	return n ? -ENOSPC : 0;
}

static long random_read(struct file *file __unused, char *buf, size_t n,
			loff_t *pos __unused)
{
	size_t done, part;
	u32 word;

	for (done = 0; done < n && !signal_pending(); done += part) {
		word = random_u32();
		part = min(n - done, sizeof(word));
		if (copy_to_user(buf + done, &word, part))
			return done ? (long)done : -EFAULT;
		if (!(done & ~PAGE_MASK))
			cond_resched();
	}
	return done || !n ? (long)done : -EINTR;
}

static const struct file_operations null_fops = {
	.read = null_read, .write = null_write,
};
static const struct file_operations zero_fops = {
	.read = zero_read, .write = null_write,
};
static const struct file_operations full_fops = {
	.read = zero_read, .write = full_write,
};
static const struct file_operations random_fops = {
	.read = random_read, .write = null_write,
};

/* ---- the terminal -------------------------------------------------------- */

enum { TCGETS = 0x5401, TCSETS, TCSETSW, TCSETSF, TIOCSCTTY = 0x540e,
       TIOCGPGRP, TIOCSPGRP, TIOCGWINSZ = 0x5413 };

/* One line, or what is there: never waits once it has something. */
static long tty_file_read(struct file *file, char *buf, size_t n,
			  loff_t *pos __unused)
{
	char chunk[TTY_CHUNK];
	bool nonblock = file->flags & O_NONBLOCK;
	size_t done = 0;
	long part;

	while (done < n) {
		part = tty_read(chunk, min(n - done, sizeof(chunk)), nonblock);
		if (part <= 0)
			return done ? (long)done : part;
		if (copy_to_user(buf + done, chunk, part))
			return done ? (long)done : -EFAULT;
		done += part;
		if (part < TTY_CHUNK || chunk[part - 1] == '\n' ||
		    !tty_readable())
			break;
	}
	return done;
}

static long tty_file_write(struct file *file __unused, const char *buf,
			   size_t n, loff_t *pos __unused)
{
	char chunk[TTY_CHUNK];
	size_t done, part;

	for (done = 0; done < n; done += part) {
		part = min(n - done, sizeof(chunk));
		if (copy_from_user(chunk, buf + done, part))
			return done ? (long)done : -EFAULT;
		tty_write(chunk, part);
		cond_resched();
	}
	return done;
}

/* Who gets the signals of ^C and ^\. */
static int tty_set_group(const int *user)
{
	int pgrp;

	if (get_user(pgrp, user))
		return -EFAULT;
	if (pgrp <= 0)
		return -EINVAL;
	tty_foreground = pgrp;
	return 0;
}

static int tty_get_group(int *user)
{
	return put_user(tty_foreground ? tty_foreground : current->pgrp, user);
}

static int tty_ioctl(struct file *file __unused, unsigned int cmd,
		     unsigned long arg)
{
	struct termios termios;
	struct winsize size;
	void *user = (void *)arg;

	switch (cmd) {
	case TCGETS:
		tty_get_termios(&termios);
		return copy_to_user(user, &termios, sizeof(termios));
	case TCSETS:
	case TCSETSW:
	case TCSETSF:
		if (copy_from_user(&termios, user, sizeof(termios)))
			return -EFAULT;
		tty_set_termios(&termios, cmd == TCSETSF);
		return 0;
	case TIOCGWINSZ:
		tty_get_winsize(&size);
		return copy_to_user(user, &size, sizeof(size));
	case TIOCGPGRP:
		return tty_get_group(user);
	case TIOCSPGRP:
		return tty_set_group(user);
	case TIOCSCTTY:
		tty_foreground = current->pgrp;
		return 0;
	default:
		return -ENOTTY;
	}
}

static unsigned int tty_poll(struct file *file __unused)
{
	return POLLOUT | POLLWRNORM |
	       (tty_readable() ? POLLIN | POLLRDNORM : 0);
}

static const struct file_operations tty_fops = {
	.read = tty_file_read,
	.write = tty_file_write,
	.lseek = no_lseek,
	.ioctl = tty_ioctl,
	.poll = tty_poll,
};

#define CHAR(name_, first_, count_, fops_)				\
	{ .name = name_, .first = first_, .count = count_, .fops = fops_ }

static struct char_driver drivers[] = {
	CHAR("null", MKDEV(1, 3), 1, &null_fops),
	CHAR("zero", MKDEV(1, 5), 1, &zero_fops),
	CHAR("full", MKDEV(1, 7), 1, &full_fops),
	CHAR("random", MKDEV(1, 8), 2, &random_fops),
	CHAR("ttyS", MKDEV(4, 64), 1, &tty_fops),
	CHAR("tty", MKDEV(5, 0), 2, &tty_fops),
};

void devices_init(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(drivers); i++)
		register_chrdev(&drivers[i]);
}
