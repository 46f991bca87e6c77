/*
 * drivers/vga.c - the VGA text screen: 80 columns, 25 lines, scrolling.
 *
 * Callers: printk's sink, drivers/tty.c.  Calls: nothing.
 */
#include "drivers/console.h"
#include "kernel/x86.h"
#include "mm/page_alloc.h"

#define VGA_TEXT_PHYS	0xb8000
#define VGA_INDEX	0x3d4
#define VGA_DATA	0x3d5
#define VGA_CURSOR_HIGH	14
#define VGA_CURSOR_LOW	15
#define COLUMNS		80
#define LINES		25
#define TAB		8
#define BLANK		(0x0700 | ' ')

static struct {
	u16 *cells;
	unsigned int column, line;
} vga;

static void vga_show_cursor(void)
{
	unsigned int at = vga.line * COLUMNS + vga.column;

	outb(VGA_INDEX, VGA_CURSOR_HIGH);
	outb(VGA_DATA, at >> 8);
	outb(VGA_INDEX, VGA_CURSOR_LOW);
	outb(VGA_DATA, at);
}

static void vga_blank_line(unsigned int line)
{
	unsigned int i;

	for (i = 0; i < COLUMNS; i++)
		vga.cells[line * COLUMNS + i] = BLANK;
}

void vga_init(void)
{
	unsigned int line;

	vga.cells = phys_to_virt(VGA_TEXT_PHYS);
	for (line = 0; line < LINES; line++)
		vga_blank_line(line);
	vga_show_cursor();
}

static void vga_newline(void)
{
	vga.column = 0;
	if (++vga.line < LINES)
		return;
	vga.line = LINES - 1;
	memmove(vga.cells, vga.cells + COLUMNS,
		(LINES - 1) * COLUMNS * sizeof(vga.cells[0]));
	vga_blank_line(LINES - 1);
}

void vga_putc(char c)
{
	if (c == '\n')
		vga_newline();
	else if (c == '\r')
		vga.column = 0;
	else if (c == '\b')
		vga.column -= vga.column > 0;
	else if (c == '\t')
		vga.column = min((vga.column + TAB) & ~(TAB - 1u),
				 COLUMNS - 1u);
	else if ((u8)c >= ' ')
		vga.cells[vga.line * COLUMNS + vga.column++] = 0x0700 | (u8)c;
	if (vga.column == COLUMNS)
		vga_newline();
	if (c == '\n' || c == '\r' || c == '\b')
		vga_show_cursor();
}
