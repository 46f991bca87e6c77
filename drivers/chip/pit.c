/*
 * drivers/chip/pit.c - the 8254's channel 0 as the system tick.
 */
#include "drivers/chip/chip.h"
#include "kernel/base/x86.h"

#define PIT_HZ		1193182u
#define PIT_CHANNEL_0	0x40
#define PIT_COMMAND	0x43
#define PIT_RATE	0x34	/* channel 0, low and high byte, mode 2 */

/* => hz between 19 and 1193182 */
void pit_init(u32 hz)
{
	u32 divisor = (PIT_HZ + hz / 2) / hz;

	outb(PIT_COMMAND, PIT_RATE);
	outb(PIT_CHANNEL_0, divisor & 0xff);
	outb(PIT_CHANNEL_0, divisor >> 8);
}
