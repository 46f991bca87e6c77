/* drivers/chip.h - interrupt controller, timer chip, CMOS clock */
#pragma once

#include "kernel/kernel.h"

/* drivers/pic.c: two 8259s, lines 0..15 at vectors 32..47 */
void pic_init(void);
void pic_unmask(int irq);
void pic_end(int irq);		/* end of interrupt */
bool pic_spurious(int irq);	/* 7 and 15 without a request in service */

/* drivers/pit.c: channel 0 as a periodic tick */
void pit_init(u32 hz);

/* drivers/rtc.c: UTC, years 2000 to 2099; days and months begin with 1 */
struct rtc_date {
	u32 year, month, day, hour, minute, second;
};
u32 rtc_seconds(void);		/* since 1970 */
struct rtc_date rtc_get(void);
void rtc_set(const struct rtc_date *date);
