/*
 * drivers/console/vga.c - the VGA's text screen: 80 columns, 25 lines of cells
 * (a character and its colours each), and a blinking cursor.
 */
#include "drivers/console/vga.h"
#include "kernel/base/x86.h"
#include "kernel/base/phys.h"

#define VGA_TEXT_PHYS	0xb8000
#define VGA_INDEX	0x3d4
#define VGA_DATA	0x3d5
#define VGA_CURSOR_HIGH	14
#define VGA_CURSOR_LOW	15

static u16 *vga_screen(void)
{
	return phys_to_virt(VGA_TEXT_PHYS);
}

void vga_cursor(unsigned int at)
{
	outb(VGA_INDEX, VGA_CURSOR_HIGH);
	outb(VGA_DATA, at >> 8);
	outb(VGA_INDEX, VGA_CURSOR_LOW);
	outb(VGA_DATA, at);
}

/* Shows n cells from "at" on: line * VGA_COLUMNS + column. */
void vga_show(const u16 *cells, unsigned int at, unsigned int n)
{
	memcpy(vga_screen() + at, cells, n * sizeof(cells[0]));
}
