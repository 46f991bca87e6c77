/*
 * kernel/core/irq.c - interrupt lines and their handlers.
 *
 * One handler a line, run with interrupts off; wake-ups it makes take effect
 * on the way back to user mode, or when the interrupted task sleeps.
 *
 */
#include "kernel/core/task.h"
#include "kernel/base/x86.h"

#define LINES		16

struct irq_line {
	void (*handler)(int irq, void *arg);
	void *arg;
	const char *name;
};

static struct irq_line lines[LINES];
static const struct irq_chip *irq_chip;
static unsigned int depth;
unsigned long irq_counts[LINES];

void irq_init(const struct irq_chip *chip)
{
	irq_chip = chip;
}

int request_irq(int irq, void (*handler)(int irq, void *arg), void *arg,
		const char *name)
{
	unsigned long flags;

	BUG_ON(!irq_chip, "irq %d before irq_init()", irq);
	if (irq < 0 || irq >= LINES || lines[irq].handler)
		return -EBUSY;
	flags = x86_irq_save();
	lines[irq] = (struct irq_line){ handler, arg, name };
	irq_chip->unmask(irq);
	x86_irq_restore(flags);
	return 0;
}

/* => the name of the line's handler; NULL if it has none */
const char *irq_name(int irq)
{
	return lines[irq].name;
}

bool in_interrupt(void)
{
	return depth > 0;
}

/* From entry.asm, interrupts off. */
void irq_dispatch(struct trap_frame *frame)
{
	int irq = frame->vector - IRQ_VECTOR;

	if (irq_chip->spurious(irq))
		return;
	irq_counts[irq]++;
	depth++;
	if (lines[irq].handler)
		lines[irq].handler(irq, irq == 0 ? frame : lines[irq].arg);
	depth--;
	irq_chip->end(irq);
}
