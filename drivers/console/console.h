/*
 * drivers/console/console.h - the user's devices: serial line, VGA
 * text, keyboard.
 */
#pragma once

#include "kernel/base/kernel.h"

/* drivers/console/uart.c: COM1 and COM2, 115200 8N1, output polled, input by
 * IRQ */
void uart_init(void);		/* output works from here on */
bool uart_present(unsigned int port);
void uart_put(unsigned int port, char c);	/* unchanged */
void uart_putc(char c);		/* COM1, a newline as CR LF: printk's sink */
void uart_drain(void);		/* waits until all is sent */
void uart_start_input(void);	/* after irq_init */
void uart_take_input(unsigned int port);

/* drivers/console/vt.c: virtual consoles, 80 x 25.  => interrupts off */
#define NR_VTS	3u
void vt_init(void);
void vt_put(unsigned int line, char c);
void vt_putc(char c);		/* the first console: printk's sink */
void vt_show(unsigned int line);
unsigned int vt_shown(void);

/* drivers/console/kbd.c: PS/2 keyboard, US layout */
void kbd_init(void);
