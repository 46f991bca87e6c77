/*
 * drivers/uart.c - COM1: the console that scrolls nothing away.
 *
 * Output is polled, so that it works in a panic and before interrupts; input
 * comes by IRQ 4 and goes to the terminal.
 *
 * Callers: printk's sink, drivers/tty.c.  Calls: tty_input.
 */
#include "drivers/console.h"
#include "drivers/tty.h"
#include "kernel/trap.h"
#include "kernel/x86.h"

#define COM1			0x3f8
#define COM1_IRQ		4
#define UART_DATA		0
#define UART_INTERRUPTS		1
#define UART_FIFO		2
#define UART_LINE		3
#define UART_MODEM		4
#define UART_STATUS		5
#define STATUS_INPUT		0x01
#define STATUS_HOLDING_EMPTY	0x20
#define STATUS_ALL_SENT		0x40
#define UART_TRIES		1000000

void uart_init(void)
{
	outb(COM1 + UART_LINE, 0x80);		/* divisor latch */
	outb(COM1 + UART_DATA, 1);		/* 115200 baud */
	outb(COM1 + UART_INTERRUPTS, 0);
	outb(COM1 + UART_LINE, 3);		/* 8 bits, no parity, 1 stop */
	outb(COM1 + UART_FIFO, 0xc5);		/* what was typed stays */
	outb(COM1 + UART_MODEM, 0x0b);		/* DTR, RTS, interrupts out */
}

static void uart_wait(u8 bits)
{
	int tries;

	for (tries = 0; tries < UART_TRIES; tries++)
		if (inb(COM1 + UART_STATUS) & bits)
			return;
}

void uart_putc(char c)
{
	if (c == '\n')
		uart_putc('\r');
	uart_wait(STATUS_HOLDING_EMPTY);
	outb(COM1 + UART_DATA, c);
}

void uart_drain(void)
{
	uart_wait(STATUS_ALL_SENT);
}

static void uart_take_input(void)
{
	while (inb(COM1 + UART_STATUS) & STATUS_INPUT)
		tty_input(inb(COM1 + UART_DATA));
}

static void uart_interrupt(int irq __unused, void *arg __unused)
{
	uart_take_input();
}

void uart_start_input(void)
{
	if (request_irq(COM1_IRQ, uart_interrupt, NULL, "uart"))
		printk("uart: IRQ %d is taken, no serial input\n", COM1_IRQ);
	else
		outb(COM1 + UART_INTERRUPTS, 1);
	uart_take_input();		/* typed before there was a reader */
}
