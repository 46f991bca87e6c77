/*
 * drivers/kbd.c - the PS/2 keyboard, scan code set 1, US layout.
 *
 * Callers: IRQ 1.  Calls: tty_input.
 */
#include "drivers/console.h"
#include "drivers/tty.h"
#include "kernel/trap.h"
#include "kernel/x86.h"

#define KBD_IRQ		1
#define KBD_DATA	0x60
#define KBD_STATUS	0x64
#define KBD_FULL	1
#define KEY_RELEASED	0x80
#define KEY_CTRL	0x1d
#define KEY_LEFT_SHIFT	0x2a
#define KEY_RIGHT_SHIFT	0x36

static const char kbd_plain[] =
	"\0\033" "1234567890-=\177\tqwertyuiop[]\r\0asdfghjkl;'`\0\\zxcvbnm,./"
	"\0*\0 ";
static const char kbd_shift[] =
	"\0\033" "!@#$%^&*()_+\177\tQWERTYUIOP{}\r\0ASDFGHJKL:\"~\0|ZXCVBNM<>?"
	"\0*\0 ";

static bool shift_down, ctrl_down;

static void kbd_key(u8 code)
{
	bool down = !(code & KEY_RELEASED);
	u8 c;

	code &= ~KEY_RELEASED;
	if (code == KEY_LEFT_SHIFT || code == KEY_RIGHT_SHIFT) {
		shift_down = down;
		return;
	}
	if (code == KEY_CTRL) {
		ctrl_down = down;
		return;
	}
	if (!down || code >= sizeof(kbd_plain) - 1)
		return;
	c = shift_down ? kbd_shift[code] : kbd_plain[code];
	if (c)
		tty_input(ctrl_down ? c & 0x1f : c);
}

static void kbd_interrupt(int irq __unused, void *arg __unused)
{
	while (inb(KBD_STATUS) & KBD_FULL)
		kbd_key(inb(KBD_DATA));
}

void kbd_init(void)
{
	if (request_irq(KBD_IRQ, kbd_interrupt, NULL, "keyboard"))
		printk("kbd: IRQ %d is taken, no keyboard\n", KBD_IRQ);
}
