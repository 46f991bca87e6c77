/*
 * drivers/chip/pci.c - finds the functions on the PCI bus.
 *
 * Configuration space through mechanism 1 (ports CF8 and CFC).  Every bus up
 * to the highest that a bridge leads to is scanned.  Drivers look for a class,
 * not for a location: each emulator puts the IDE controller elsewhere.
 *
 * Locks: none; used at boot only.
 */
#include "drivers/chip/pci.h"

#include "kernel/base/x86.h"

#define CONFIG_ADDRESS	0xcf8
#define CONFIG_DATA	0xcfc

#define PCI_ID		0x00
#define PCI_CLASS	0x08
#define PCI_HEADER	0x0c
#define PCI_BUSES	0x18	/* a bridge's bus numbers */
#define CLASS_BRIDGE	0x0604
#define MULTI_FUNCTION	0x800000u
#define MAX_FUNCTIONS	32

static struct pci_function functions[MAX_FUNCTIONS];
static u32 function_count;

static void config_select(const struct pci_function *fn, u8 offset)
{
	outl(CONFIG_ADDRESS, 0x80000000u | fn->bus << 16 | fn->device << 11 |
				     fn->function << 8 | (offset & ~3u));
}

u32 pci_read(const struct pci_function *fn, u8 offset)
{
	config_select(fn, offset);
	return inl(CONFIG_DATA);
}

void pci_write(const struct pci_function *fn, u8 offset, u32 value)
{
	config_select(fn, offset);
	outl(CONFIG_DATA, value);
}

/* => false: no function there */
static bool probe_function(struct pci_function *fn)
{
	u32 id = pci_read(fn, PCI_ID), class;

	if ((id & 0xffff) == 0xffff)
		return false;
	class = pci_read(fn, PCI_CLASS);
	fn->vendor = id;
	fn->product = id >> 16;
	fn->class = class >> 16;
	fn->interface = class >> 8;
	if (function_count < MAX_FUNCTIONS)
		functions[function_count++] = *fn;
	return true;
}

/* => the highest bus number behind this device, 0 unless it is a bridge */
static u32 probe_device(u8 bus, u8 device)
{
	struct pci_function fn = { .bus = bus, .device = device };
	u32 highest = 0, count;

	if (!probe_function(&fn))
		return 0;
	count = pci_read(&fn, PCI_HEADER) & MULTI_FUNCTION ? 8 : 1;
	for (u32 i = 0; i < count; i++) {
		fn.function = i;
		if ((i && !probe_function(&fn)) || fn.class != CLASS_BRIDGE)
			continue;
		highest = max(highest, pci_read(&fn, PCI_BUSES) >> 16 & 0xff);
	}
	return highest;
}

void pci_init(void)
{
	u32 buses = 1;

	for (u32 bus = 0; bus < buses; bus++)
		for (u32 device = 0; device < 32; device++)
			buses = max(buses, probe_device(bus, device) + 1);
	if (!function_count)
		printk("pci: no bus\n");
}

const struct pci_function *pci_find_class(u16 class)
{
	for (u32 i = 0; i < function_count; i++)
		if (functions[i].class == class)
			return &functions[i];
	return NULL;
}
