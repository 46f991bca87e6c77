/*
 * fs/special/rtc_file.c - /dev/rtc: the clock chip's date, for hwclock.
 *
 * The date is in C's struct tm; the day of the week and of the year are 0 when
 * read and ignored when set.  Alarms and interrupts of the chip are not used.
 */
#include "drivers/chip/chip.h"
#include "fs/devices/tty_file.h"
#include "kernel/core/task.h"
#include "kernel/core/uaccess.h"

enum { RTC_RD_TIME = 0x80247009, RTC_SET_TIME = 0x4024700a };

struct rtc_time {
	u32 sec, min, hour, mday, mon, year;	/* mon from 0, year from 1900 */
	u32 wday, yday, isdst;
};

static int read_time(struct rtc_time *user)
{
	struct rtc_date now = rtc_get();
	struct rtc_time out = { now.second, now.minute, now.hour, now.day,
				now.month - 1, now.year - 1900, 0, 0, 0 };

	return copy_to_user(user, &out, sizeof(out));
}

/* => 0; -EINVAL: not a date, or not within 2000 to 2099 */
static int set_time(const struct rtc_time *user)
{
	static const u8 days[12] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31,
				     30, 31 };
	struct rtc_time in;

	if (copy_from_user(&in, user, sizeof(in)))
		return -EFAULT;
	if (in.sec > 59 || in.min > 59 || in.hour > 23 || in.mon > 11 ||
	    in.mday < 1 || in.mday > days[in.mon] || in.year - 100 > 99)
		return -EINVAL;
	if (in.mon == 1 && in.mday == 29 && in.year % 4)
		return -EINVAL;
	rtc_set(&(struct rtc_date){ in.year + 1900, in.mon + 1, in.mday,
				    in.hour, in.min, in.sec });
	return 0;
}

static int rtc_ioctl(struct file *file __unused, unsigned int cmd,
		     unsigned long arg)
{
	switch (cmd) {
	case RTC_RD_TIME:
		return read_time((struct rtc_time *)arg);
	case RTC_SET_TIME:
		return current->euid ? -EACCES :
			set_time((const struct rtc_time *)arg);
	}
	return -ENOTTY;
}

static const struct file_operations rtc_fops = {
	.lseek = no_lseek,
	.ioctl = rtc_ioctl,
};

void rtc_init(void)
{
	static struct char_driver driver = {
		.name = "rtc", .first = MKDEV(10, 135), .count = 1,
		.fops = &rtc_fops,
	};

	register_chrdev(&driver);
}
