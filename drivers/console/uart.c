/*
 * drivers/console/uart.c - two serial lines; the first is the console of which
 * nothing scrolls away.
 *
 * Output is polled, so that it works in a panic and before interrupts.  Input
 * interrupts and goes to the line's terminal.  Input without room in the
 * terminal's ring stays in the chip, which then does not interrupt, and its
 * sender waits.  A chip is absent if its scratch register does not keep a
 * value.
 */
#include "drivers/console/console.h"
#include "drivers/console/tty.h"
#include "kernel/core/trap.h"
#include "kernel/base/x86.h"

#define PORTS			2
#define UART_DATA		0
#define UART_INTERRUPTS		1
#define UART_FIFO		2
#define UART_LINE		3
#define UART_MODEM		4
#define UART_STATUS		5
#define UART_SCRATCH		7
#define STATUS_INPUT		0x01
#define STATUS_HOLDING_EMPTY	0x20
#define STATUS_ALL_SENT		0x40
#define UART_TRIES		1000000

static struct {
	u16 base;
	u8 irq;
	bool present;
} uarts[PORTS] = { { 0x3f8, 4, false }, { 0x2f8, 3, false } };

static void uart_setup(u16 base)
{
	outb(base + UART_LINE, 0x80);		/* divisor latch */
	outb(base + UART_DATA, 1);		/* 115200 baud */
	outb(base + UART_INTERRUPTS, 0);
	outb(base + UART_LINE, 3);		/* 8 bits, no parity, 1 stop */
	outb(base + UART_FIFO, 0xc5);		/* keeps early input */
	outb(base + UART_MODEM, 0x0b);		/* DTR, RTS, interrupts out */
}

void uart_init(void)
{
	u16 base;
	int i;

	for (i = 0; i < PORTS; i++) {
		base = uarts[i].base;
		outb(base + UART_SCRATCH, 0x5a);
		uarts[i].present = inb(base + UART_SCRATCH) == 0x5a;
		if (uarts[i].present)
			uart_setup(base);
	}
}

bool uart_present(unsigned int port)
{
	return uarts[port].present;
}

static void uart_wait(u16 base, u8 bits)
{
	int tries;

	for (tries = 0; tries < UART_TRIES; tries++)
		if (inb(base + UART_STATUS) & bits)
			return;
}

/* Sends a byte unchanged; does nothing without a chip. */
void uart_put(unsigned int port, char c)
{
	if (!uarts[port].present)
		return;
	uart_wait(uarts[port].base, STATUS_HOLDING_EMPTY);
	outb(uarts[port].base + UART_DATA, c);
}

/* printk's sink. */
void uart_putc(char c)
{
	if (c == '\n')
		uart_put(0, '\r');
	uart_put(0, c);
}

void uart_drain(void)
{
	if (uarts[0].present)
		uart_wait(uarts[0].base, STATUS_ALL_SENT);
}

/* => interrupts off */
void uart_take_input(unsigned int port)
{
	struct tty *tty = tty_serial(port);
	u16 base = uarts[port].base;

	tty->held = false;
	while (tty_has_room(tty) && (inb(base + UART_STATUS) & STATUS_INPUT))
		tty_input(tty, inb(base + UART_DATA));
	tty->held = !tty_has_room(tty);
	outb(base + UART_INTERRUPTS, !tty->held);
}

static void uart_interrupt(int irq __unused, void *port)
{
	uart_take_input((unsigned long)port);
}

/* Takes input that arrived before this call at once.
 * => interrupts off */
void uart_start_input(void)
{
	unsigned long i;

	for (i = 0; i < PORTS; i++) {
		if (!uarts[i].present)
			continue;
		if (request_irq(uarts[i].irq, uart_interrupt, (void *)i,
				"uart"))
			printk("uart: IRQ %d is taken, no serial input\n",
			       uarts[i].irq);
		else
			uart_take_input(i);
	}
}
