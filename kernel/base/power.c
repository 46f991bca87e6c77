/*
 * kernel/base/power.c - the end of a run.
 *
 * The host learns the result from a line "launder: end VERDICT" on the console
 * and from a code on the port of QEMU's isa-debug-exit; tools/run accepts no
 * other sign.  The other ports are for Bochs and for machines without that
 * device.
 */
#include "kernel/base/power.h"
#include "kernel/base/printk.h"
#include "kernel/base/x86.h"

#define DEBUG_EXIT_PORT		0xf4
#define BOCHS_SHUTDOWN_PORT	0x8900
#define QEMU_ACPI_PM1		0x604
#define BOCHS_ACPI_PM1		0xb004
#define ACPI_SLEEP_ENABLE	0x2000

bool machine_ends;

static const char *const end_names[] = { "ok", "panic", "reboot", "timeout",
					 "refused" };

/* => interrupts may be on or off; never returns */
void machine_end(enum end_code code)
{
	const char *s;

	x86_cli();
	printk("\nlaunder: end %s\n", end_names[code - END_OK]);
	printk_drain();
	outb(DEBUG_EXIT_PORT, code);
	for (s = "Shutdown"; *s; s++)
		outb(BOCHS_SHUTDOWN_PORT, *s);
	outw(QEMU_ACPI_PM1, ACPI_SLEEP_ENABLE);
	outw(BOCHS_ACPI_PM1, ACPI_SLEEP_ENABLE);
	for (;;) {
		x86_cli();
		x86_hlt();
	}
}

void refuse(const char *fmt, ...)
{
	char message[256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(message, sizeof(message), fmt, args);
	va_end(args);
	printk("\nlaunder: refused: %s\n", message);
	machine_end(END_REFUSED);
}
