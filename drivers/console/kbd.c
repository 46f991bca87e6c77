/*
 * drivers/console/kbd.c - the PS/2 keyboard, scan code set 1, US layout.
 *
 * Characters go to the visible console.  Cursor keys become the sequences of
 * TERM=linux.  Alt prefixes an ESC; Alt-F1, F2, ... show another console.
 */
#include "drivers/console/console.h"
#include "drivers/console/tty.h"
#include "kernel/core/trap.h"
#include "kernel/base/x86.h"

#define KBD_IRQ		1
#define KBD_DATA	0x60
#define KBD_STATUS	0x64
#define KBD_FULL	1
#define KEY_RELEASED	0x80
#define KEY_PREFIX	0xe0		/* an extended key follows */
#define KEY_CTRL	0x1d
#define KEY_LEFT_SHIFT	0x2a
#define KEY_RIGHT_SHIFT	0x36
#define KEY_ALT		0x38
#define KEY_CAPS_LOCK	0x3a
#define KEY_F1		0x3b
#define KEY_HOME	0x47		/* with the keypad: 0x47 to 0x53 */
#define KEY_DELETE	0x53
#define KEY_SLASH	0x35
#define KEY_ENTER	0x1c
#define ESC		033

static const char kbd_plain[] =
	"\0\033" "1234567890-=\177\tqwertyuiop[]\r\0asdfghjkl;'`\0\\zxcvbnm,./"
	"\0*\0 ";
static const char kbd_shift[] =
	"\0\033" "!@#$%^&*()_+\177\tQWERTYUIOP{}\r\0ASDFGHJKL:\"~\0|ZXCVBNM<>?"
	"\0*\0 ";

/* From KEY_HOME on: the text after ESC [. */
static const char *const kbd_cursor[] = {
	"1~", "A", "5~", NULL, "D", NULL, "C", NULL, "4~", "B", "6~", "2~",
	"3~",
};

static bool shift_down, ctrl_down, alt_down, caps_lock, prefixed;

static void kbd_type(u8 c)
{
	tty_input(tty_screen(vt_shown()), c);
}

static void type_sequence(const char *rest)
{
	kbd_type(ESC);
	kbd_type('[');
	while (*rest)
		kbd_type(*rest++);
}

/* => true: the key is a modifier */
static bool kbd_modifier(u8 code, bool down)
{
	switch (code) {
	case KEY_LEFT_SHIFT:
	case KEY_RIGHT_SHIFT:
		if (!prefixed)
			shift_down = down;
		return true;
	case KEY_CTRL:
		ctrl_down = down;
		return true;
	case KEY_ALT:
		alt_down = down;
		return true;
	case KEY_CAPS_LOCK:
		caps_lock ^= down;
		return true;
	}
	return false;
}

static void type_char(u8 code)
{
	u8 c = shift_down ? kbd_shift[code] : kbd_plain[code];

	if (caps_lock && (c | 0x20) >= 'a' && (c | 0x20) <= 'z')
		c ^= 0x20;
	if (!c)
		return;
	if (alt_down)
		kbd_type(ESC);
	kbd_type(ctrl_down ? c & 0x1f : c);
}

static void key_down(u8 code)
{
	if (code >= KEY_HOME && code <= KEY_DELETE) {
		if (kbd_cursor[code - KEY_HOME])
			type_sequence(kbd_cursor[code - KEY_HOME]);
	} else if (code >= KEY_F1 && code < KEY_F1 + NR_VTS) {
		if (alt_down)
			vt_show(code - KEY_F1);
	} else if (code < sizeof(kbd_plain) - 1 &&
		   (!prefixed || code == KEY_SLASH || code == KEY_ENTER)) {
		type_char(code);
	}
}

static void kbd_key(u8 code)
{
	bool down = !(code & KEY_RELEASED);

	if (code == KEY_PREFIX) {
		prefixed = true;
		return;
	}
	code &= ~KEY_RELEASED;
	if (!kbd_modifier(code, down) && down)
		key_down(code);
	prefixed = false;
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
