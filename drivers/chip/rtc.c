/*
 * drivers/chip/rtc.c - the CMOS clock: read at start-up and by readers of
 * /dev/rtc, set by root.
 *
 * The clock is read until two readings agree, since it may be updated in
 * between.  BCD and binary, 12 and 24 hour modes are supported.  Setting the
 * clock keeps the mode, except that hours become 24.
 */
#include "drivers/chip/chip.h"
#include "kernel/base/x86.h"

#define CMOS_INDEX	0x70
#define CMOS_DATA	0x71
#define RTC_STATUS_A	0x0a
#define RTC_STATUS_B	0x0b
#define RTC_UPDATING	0x80
#define RTC_24_HOURS	0x02
#define RTC_BINARY	0x04
#define RTC_TRIES	100000

#define RTC_HOLD	0x80		/* status B: stops the clock */
#define RTC_PM		0x80		/* bit of the hour in 12-hour mode */

enum { SECOND, MINUTE, HOUR, DAY, MONTH, YEAR, FIELDS };
static const u8 rtc_registers[FIELDS] = { 0, 2, 4, 7, 8, 9 };

static u8 cmos_read(u8 index)
{
	outb(CMOS_INDEX, index);
	return inb(CMOS_DATA);
}

static void cmos_write(u8 index, u8 value)
{
	outb(CMOS_INDEX, index);
	outb(CMOS_DATA, value);
}

static void rtc_read(u8 fields[FIELDS])
{
	int i;

	for (i = 0; i < RTC_TRIES; i++)
		if (!(cmos_read(RTC_STATUS_A) & RTC_UPDATING))
			break;
	for (i = 0; i < FIELDS; i++)
		fields[i] = cmos_read(rtc_registers[i]);
}

static u32 from_bcd(u8 value, bool binary)
{
	return binary ? value : (u32)(value >> 4) * 10 + (value & 15);
}

/* Days since 1970 of a date of the proleptic Gregorian calendar. */
static u32 days_since_1970(u32 year, u32 month, u32 day)
{
	static const u16 before[12] = { 0, 31, 59, 90, 120, 151, 181, 212,
					243, 273, 304, 334 };
	u32 years = year - 1970;
	u32 days = years * 365 + (years + 1) / 4 + before[(month - 1) % 12];

	if (month > 2 && year % 4 == 0)
		days++;
	return days + day - 1;
}

/* => the date; years 2000 to 2099 */
struct rtc_date rtc_get(void)
{
	u8 first[FIELDS], again[FIELDS], status;
	bool binary, pm;
	u32 hour;

	do {
		rtc_read(first);
		rtc_read(again);
	} while (memcmp(first, again, sizeof(first)));

	status = cmos_read(RTC_STATUS_B);
	binary = status & RTC_BINARY;
	pm = first[HOUR] & RTC_PM;
	hour = from_bcd(first[HOUR] & ~RTC_PM, binary);
	if (!(status & RTC_24_HOURS))
		hour = hour % 12 + (pm ? 12 : 0);
	return (struct rtc_date){
		.year = 2000 + from_bcd(first[YEAR], binary),
		.month = from_bcd(first[MONTH], binary),
		.day = from_bcd(first[DAY], binary),
		.hour = hour,
		.minute = from_bcd(first[MINUTE], binary),
		.second = from_bcd(first[SECOND], binary),
	};
}

static u8 to_bcd(u32 value, bool binary)
{
	return binary ? value : value / 10 << 4 | value % 10;
}

/* => the date was one that the clock can hold */
void rtc_set(const struct rtc_date *date)
{
	u8 status = cmos_read(RTC_STATUS_B) | RTC_24_HOURS;
	const u32 values[FIELDS] = { date->second, date->minute, date->hour,
				     date->day, date->month,
				     date->year - 2000 };
	int i;

	cmos_write(RTC_STATUS_B, status | RTC_HOLD);
	for (i = 0; i < FIELDS; i++)
		cmos_write(rtc_registers[i],
			   to_bcd(values[i], status & RTC_BINARY));
	cmos_write(RTC_STATUS_B, status);
}

/* => seconds since 1970 */
u32 rtc_seconds(void)
{
	struct rtc_date now = rtc_get();

	return days_since_1970(now.year, now.month, now.day) * 86400 +
	       now.hour * 3600 + now.minute * 60 + now.second;
}
