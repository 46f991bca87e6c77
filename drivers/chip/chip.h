/* drivers/chip/chip.h - interrupt controller, timer chip, CMOS clock */
#pragma once

#include "kernel/base/kernel.h"

/* drivers/chip/pic.c: two 8259s, lines 0..15 at vectors 32..47 */
void pic_init(void);
void pic_unmask(int irq);
void pic_end(int irq);		/* end of interrupt */
bool pic_spurious(int irq);	/* 7 and 15 without a request in service */

/* drivers/chip/pit.c: channel 0 as a periodic tick */
void pit_init(u32 hz);

/* drivers/chip/rtc.c: UTC, years 2000 to 2099; days and months begin with 1 */
struct rtc_date {
	u32 year, month, day, hour, minute, second;
};
u32 rtc_seconds(void);		/* since 1970 */
struct rtc_date rtc_get(void);
void rtc_set(const struct rtc_date *date);
