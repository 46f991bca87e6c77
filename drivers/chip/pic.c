/*
 * drivers/chip/pic.c - the two 8259 interrupt controllers.
 *
 * Lines 0..7 are on the master, 8..15 on the slave at the master's line 2.
 * Vectors 32..47 keep clear of the exceptions.  A line is masked until
 * pic_unmask().
 */
#include "drivers/chip/chip.h"
#include "kernel/core/trap.h"
#include "kernel/base/x86.h"

#define MASTER_COMMAND	0x20
#define MASTER_DATA	0x21
#define SLAVE_COMMAND	0xa0
#define SLAVE_DATA	0xa1
#define END_OF_INTERRUPT 0x20
#define READ_IN_SERVICE	0x0b
#define CASCADE_LINE	2

void pic_init(void)
{
	outb(MASTER_COMMAND, 0x11);	/* edge triggered, cascade, ICW4 */
	outb(SLAVE_COMMAND, 0x11);
	outb(MASTER_DATA, IRQ_VECTOR);
	outb(SLAVE_DATA, IRQ_VECTOR + 8);
	outb(MASTER_DATA, 1 << CASCADE_LINE);
	outb(SLAVE_DATA, CASCADE_LINE);
	outb(MASTER_DATA, 1);		/* 8086 mode */
	outb(SLAVE_DATA, 1);
	outb(MASTER_DATA, (u8)~(1 << CASCADE_LINE));
	outb(SLAVE_DATA, 0xff);
}

/* => interrupts off */
void pic_unmask(int irq)
{
	u16 port = irq < 8 ? MASTER_DATA : SLAVE_DATA;

	outb(port, inb(port) & ~(1 << (irq & 7)));
}

void pic_end(int irq)
{
	if (irq >= 8)
		outb(SLAVE_COMMAND, END_OF_INTERRUPT);
	outb(MASTER_COMMAND, END_OF_INTERRUPT);
}

/* A request that vanished shows as line 7, or as line 15; the master's cascade
 * line then still needs an end of interrupt. */
bool pic_spurious(int irq)
{
	u16 port = irq < 8 ? MASTER_COMMAND : SLAVE_COMMAND;

	if ((irq & 7) != 7)
		return false;
	outb(port, READ_IN_SERVICE);
	if (inb(port) & 0x80)
		return false;
	if (irq >= 8)
		outb(MASTER_COMMAND, END_OF_INTERRUPT);
	return true;
}
