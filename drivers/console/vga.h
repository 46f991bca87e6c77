/* drivers/console/vga.h - the text screen, for the virtual consoles */
#pragma once

#include "kernel/base/kernel.h"

#define VGA_COLUMNS	80u
#define VGA_LINES	25u

void vga_show(const u16 *cells, unsigned int at, unsigned int n);
void vga_cursor(unsigned int at);	/* at line * VGA_COLUMNS + column */
