/*
 * drivers/console.h - the devices a person looks at: serial line, VGA text,
 * keyboard; and the interrupt controller and timer chip below them.
 */
#pragma once

#include "kernel/kernel.h"

/* drivers/uart.c: COM1 and COM2, 115200 8N1, output polled, input by IRQ */
void uart_init(void);		/* COM1's output works from here on */
void uart_putc(char c);
void uart_drain(void);		/* until the last bit has left */
void uart_start_input(void);	/* after irq_init */

/* drivers/vga.c: 80 x 25 text */
void vga_init(void);
void vga_putc(char c);

/* drivers/kbd.c: PS/2 keyboard, US layout */
void kbd_init(void);

/* drivers/pic.c: two 8259s, lines 0..15 at vectors 32..47 */
void pic_init(void);
void pic_unmask(int irq);
void pic_end(int irq);		/* end of interrupt */
bool pic_spurious(int irq);	/* 7 and 15 without a request in service */

/* drivers/pit.c: channel 0 as a periodic tick */
void pit_init(u32 hz);

/* drivers/rtc.c => seconds since 1970 (UTC) */
u32 rtc_seconds(void);
