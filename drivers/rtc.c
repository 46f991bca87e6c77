/*
 * drivers/rtc.c - the date, read once from the CMOS clock.
 *
 * The clock is read twice until both readings agree, since it may turn over
 * in between; both BCD and binary, 12 and 24 hour settings are understood.
 *
 * Callers: kernel/time.c.  Calls: nothing.
 */
#include "drivers/console.h"
#include "kernel/x86.h"

#define CMOS_INDEX	0x70
#define CMOS_DATA	0x71
#define RTC_STATUS_A	0x0a
#define RTC_STATUS_B	0x0b
#define RTC_UPDATING	0x80
#define RTC_24_HOURS	0x02
#define RTC_BINARY	0x04
#define RTC_TRIES	100000

static const u8 rtc_registers[6] = { 0, 2, 4, 7, 8, 9 };

static u8 cmos_read(u8 index)
{
	outb(CMOS_INDEX, index);
	return inb(CMOS_DATA);
}

static void rtc_read(u8 fields[6])
{
	int i;

	for (i = 0; i < RTC_TRIES; i++)
		if (!(cmos_read(RTC_STATUS_A) & RTC_UPDATING))
			break;
	for (i = 0; i < 6; i++)
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

/* => seconds since 1970; years 2000 to 2099 */
u32 rtc_seconds(void)
{
	u8 first[6], again[6];
	bool binary, pm;
	u32 hour;

	do {
		rtc_read(first);
		rtc_read(again);
	} while (memcmp(first, again, sizeof(first)));

	binary = cmos_read(RTC_STATUS_B) & RTC_BINARY;
	pm = first[2] & 0x80;
	hour = from_bcd(first[2] & 0x7f, binary);
	if (!(cmos_read(RTC_STATUS_B) & RTC_24_HOURS))
		hour = hour % 12 + (pm ? 12 : 0);
	return days_since_1970(2000 + from_bcd(first[5], binary),
			       from_bcd(first[4], binary),
			       from_bcd(first[3], binary)) * 86400 +
	       hour * 3600 + from_bcd(first[1], binary) * 60 +
	       from_bcd(first[0], binary);
}
