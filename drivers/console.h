/*
 * drivers/console.h - the devices a person looks at: serial line, VGA text,
 * keyboard; and the interrupt controller and timer chip below them.
 */
#pragma once

#include "kernel/kernel.h"

/* drivers/uart.c: COM1 and COM2, 115200 8N1, output polled, input by IRQ */
void uart_init(void);		/* output works from here on */
bool uart_present(unsigned int port);
void uart_put(unsigned int port, char c);	/* as it is */
void uart_putc(char c);		/* COM1, a newline as CR LF: printk's sink */
void uart_drain(void);		/* until the last bit has left */
void uart_start_input(void);	/* after irq_init */
void uart_take_input(unsigned int port);

/* drivers/vt.c: virtual consoles, 80 x 25.  => interrupts off */
#define NR_VTS	3u
void vt_init(void);
void vt_put(unsigned int line, char c);
void vt_putc(char c);		/* the first console: printk's sink */
void vt_show(unsigned int line);
unsigned int vt_shown(void);

/* drivers/kbd.c: PS/2 keyboard, US layout */
void kbd_init(void);

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
