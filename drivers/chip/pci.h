/* drivers/chip/pci.h - PCI functions, found once at boot. */
#pragma once

#include "kernel/base/kernel.h"

#define PCI_COMMAND		0x04
#define PCI_COMMAND_IO		0x0001u
#define PCI_COMMAND_MASTER	0x0004u
#define PCI_BAR(n)		(0x10 + 4 * (n))

struct pci_function {
	u8 bus, device, function;
	u16 vendor, product;
	u16 class;		/* class << 8 | subclass */
	u8 interface;
};

/* => the first function of that class, or NULL */
const struct pci_function *pci_find_class(u16 class);
u32 pci_read(const struct pci_function *fn, u8 offset);
void pci_write(const struct pci_function *fn, u8 offset, u32 value);
void pci_init(void);
