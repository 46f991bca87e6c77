/*
 * fs/devices/devices.c - character devices: the table of drivers, and the
 * memory devices.
 *
 * Opening a device file finds its driver by number and sets the file's
 * operations to the driver's.  The memory devices (null, zero, full, random)
 * are here; terminals are in fs/devices/tty_file.c, the clock in
 * fs/special/rtc_file.c.
 *
 * The numbers of random repeat with the run: unfit for secrets.
 */
#include "drivers/block/blk.h"
#include "fs/vfs/shm_file.h"
#include "fs/devices/tty_file.h"
#include "kernel/core/random.h"
#include "kernel/core/uaccess.h"

static LIST_HEAD(char_drivers);

/* => called at start-up; the driver is never unregistered */
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

static const struct file_operations chrdev_fops = { .open = chrdev_open };

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
	return random_to_user(buf, n);
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

bool is_zero_device(const struct file *file)
{
	return file->fops == &zero_fops;
}

/* ---- the table ----------------------------------------------------------- */

#define CHAR(name_, first_, count_, fops_)				\
	{ .name = name_, .first = first_, .count = count_, .fops = fops_ }

static struct char_driver drivers[] = {
	CHAR("null", MKDEV(1, 3), 1, &null_fops),
	CHAR("zero", MKDEV(1, 5), 1, &zero_fops),
	CHAR("full", MKDEV(1, 7), 1, &full_fops),
	CHAR("random", MKDEV(1, 8), 2, &random_fops),
	CHAR("tty", MKDEV(4, 0), 4, &tty_fops),
	CHAR("ttyS", MKDEV(4, 64), 2, &tty_fops),
	CHAR("tty", MKDEV(5, 0), 2, &tty_fops),
};

/* Prints /proc/devices: "major name", one line per driver. => bytes */
size_t devices_print(char *buf, size_t size)
{
	const struct char_driver *driver;
	struct blk_dev *dev = NULL;
	unsigned int major = 0;
	size_t n = text_add(buf, size, 0, "Character devices:\n");

	list_for_each_entry(driver, &char_drivers, node)
		n = text_add(buf, size, n, "%3u %s\n", MAJOR(driver->first),
			     driver->name);
	n = text_add(buf, size, n, "\nBlock devices:\n");
	while ((dev = blk_next(dev))) {
		if (MAJOR(dev->rdev) == major)
			continue;
		major = MAJOR(dev->rdev);
		n = text_add(buf, size, n, "%3u %s\n", major, major == 1 ?
			     "ramdisk" : major == 3 ? "ide0" : "ide1");
	}
	return n;
}

void devices_init(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(drivers); i++)
		register_chrdev(&drivers[i]);
	register_special(S_IFCHR, &chrdev_fops);
	register_special(S_IFBLK, &blkdev_fops);
}
