/*
 * drivers/console/vt.c - virtual consoles: terminals on the screen, one visible
 * at a time, with the VT100 control sequences that programs use under
 * TERM=linux.
 *
 * Each console keeps its own cells; changes are copied to the screen if the
 * console is visible.  A character in the last column leaves the cursor there:
 * the next one goes to the next line.  Kernel messages go to the first console.
 *
 * Invariant: top <= bottom < VGA_LINES, x < VGA_COLUMNS, y < VGA_LINES.
 * Locks: the caller has interrupts off.
 */
#include "drivers/console/console.h"
#include "drivers/console/vga.h"

#define CELLS		(VGA_COLUMNS * VGA_LINES)
#define COLOURS		0x07		/* light grey on black */
#define BRIGHT		0x08
#define MAX_PARAMS	8
#define TAB		8u
#define ESC		033

/* Parser state within a control sequence. */
enum vt_state { VT_TEXT, VT_ESCAPE, VT_CSI, VT_SKIP_ONE, VT_SKIP_STRING };

static struct vt {
	u16 cells[CELLS];
	unsigned int x, y;
	bool wrap;			/* the last column has been written */
	unsigned int top, bottom;	/* lines that scroll */
	u8 colours;
	bool inverse;
	unsigned int saved_x, saved_y;
	enum vt_state state;
	bool private;			/* the sequence began with ESC [ ? */
	unsigned int params[MAX_PARAMS], n;
} vts[NR_VTS];

static struct vt *shown = &vts[0];

/* ---- cells --------------------------------------------------------------- */

static u16 vt_blank(const struct vt *vt)
{
	return vt->colours << 8 | ' ';
}

static void vt_draw(const struct vt *vt, unsigned int at, unsigned int n)
{
	if (vt == shown)
		vga_show(vt->cells + at, at, n);
}

static void vt_clear(struct vt *vt, unsigned int from, unsigned int to)
{
	unsigned int i;

	for (i = from; i < to; i++)
		vt->cells[i] = vt_blank(vt);
	vt_draw(vt, from, to - from);
}

/* Moves the cells in [from, to) by n places, up or down, and blanks the gap.
 * n at most to - from */
static void shift_up(struct vt *vt, unsigned int from, unsigned int to,
		     unsigned int n)
{
	memmove(vt->cells + from, vt->cells + from + n,
		(to - from - n) * sizeof(vt->cells[0]));
	vt_clear(vt, to - n, to);
	vt_draw(vt, from, to - from);
}

static void shift_down(struct vt *vt, unsigned int from, unsigned int to,
		       unsigned int n)
{
	memmove(vt->cells + from + n, vt->cells + from,
		(to - from - n) * sizeof(vt->cells[0]));
	vt_clear(vt, from, from + n);
	vt_draw(vt, from, to - from);
}

/* Scrolls the lines from y to the end of the scroll region. */
static void vt_scroll(struct vt *vt, unsigned int y, unsigned int n, bool up)
{
	unsigned int from = y * VGA_COLUMNS;
	unsigned int to = (vt->bottom + 1) * VGA_COLUMNS;

	if (y < vt->top || y > vt->bottom)
		return;
	n = min(n, vt->bottom + 1 - y) * VGA_COLUMNS;
	if (up)
		shift_up(vt, from, to, n);
	else
		shift_down(vt, from, to, n);
}

/* ---- the cursor ---------------------------------------------------------- */

static void go_to(struct vt *vt, int x, int y)
{
	vt->x = x < 0 ? 0 : min((unsigned int)x, VGA_COLUMNS - 1);
	vt->y = y < 0 ? 0 : min((unsigned int)y, VGA_LINES - 1);
	vt->wrap = false;
}

static void line_feed(struct vt *vt)
{
	if (vt->y == vt->bottom)
		vt_scroll(vt, vt->top, 1, true);
	else
		go_to(vt, vt->x, vt->y + 1);
	vt->wrap = false;
}

static void reverse_line_feed(struct vt *vt)
{
	if (vt->y == vt->top)
		vt_scroll(vt, vt->top, 1, false);
	else
		go_to(vt, vt->x, (int)vt->y - 1);
}

static void vt_print(struct vt *vt, u8 c)
{
	u8 colours = vt->colours;
	unsigned int at;

	if (vt->inverse)
		colours = (colours & BRIGHT) | (colours & 7) << 4 |
			  (colours >> 4 & 7);
	if (vt->wrap) {
		line_feed(vt);
		vt->x = 0;
	}
	at = vt->y * VGA_COLUMNS + vt->x;
	vt->cells[at] = colours << 8 | c;
	vt_draw(vt, at, 1);
	vt->wrap = vt->x == VGA_COLUMNS - 1;
	vt->x += !vt->wrap;
}

static void save_cursor(struct vt *vt)
{
	vt->saved_x = vt->x;
	vt->saved_y = vt->y;
}

static void vt_reset(struct vt *vt)
{
	vt->colours = COLOURS;
	vt->inverse = false;
	vt->top = 0;
	vt->bottom = VGA_LINES - 1;
	go_to(vt, 0, 0);
	save_cursor(vt);
	vt_clear(vt, 0, CELLS);
}

/* ---- control sequences: ESC [ numbers letter ----------------------------- */

/* => parameter i, "absent" if it is missing or 0 */
static unsigned int vt_param(const struct vt *vt, unsigned int i,
			     unsigned int absent)
{
	return i <= vt->n && vt->params[i] ? vt->params[i] : absent;
}

static void set_colour(struct vt *vt, unsigned int number)
{
	static const u8 vga_colour[8] = { 0, 4, 2, 6, 1, 5, 3, 7 };

	switch (number) {
	case 0:
		vt->colours = COLOURS;
		vt->inverse = false;
		break;
	case 1:
	case 4:			/* underline is not shown */
		vt->colours |= BRIGHT;
		break;
	case 7:
	case 27:
		vt->inverse = number == 7;
		break;
	case 22:
	case 24:
		vt->colours &= ~BRIGHT;
		break;
	case 30 ... 37:
		vt->colours = (vt->colours & ~7) | vga_colour[number - 30];
		break;
	case 40 ... 47:
		vt->colours = (vt->colours & 0xf) |
			      vga_colour[number - 40] << 4;
		break;
	case 39:
		vt->colours = (vt->colours & ~7) | (COLOURS & 7);
		break;
	case 49:
		vt->colours &= 0xf;
		break;
	}
}

/* J and K: erases before (1) or after (0) the cursor, or all (2). */
static void vt_erase(struct vt *vt, unsigned int from, unsigned int to)
{
	unsigned int at = vt->y * VGA_COLUMNS + vt->x;
	unsigned int which = vt->params[0];

	vt_clear(vt, which ? from : at, which == 1 ? at + 1 : to);
}

/* P, @ and X: change characters from the cursor to the end of the line. */
static void change_chars(struct vt *vt, char letter)
{
	unsigned int at = vt->y * VGA_COLUMNS + vt->x;
	unsigned int end = (vt->y + 1) * VGA_COLUMNS;
	unsigned int n = min(vt_param(vt, 0, 1), end - at);

	if (letter == 'P')
		shift_up(vt, at, end, n);
	else if (letter == '@')
		shift_down(vt, at, end, n);
	else
		vt_clear(vt, at, at + n);
}

static void set_region(struct vt *vt)
{
	unsigned int top = vt_param(vt, 0, 1) - 1;
	unsigned int bottom = vt_param(vt, 1, VGA_LINES) - 1;

	if (top >= bottom || bottom >= VGA_LINES)
		return;
	vt->top = top;
	vt->bottom = bottom;
	go_to(vt, 0, 0);
}

/* A to H, d, f and the backquote. => false: another letter */
static bool move_cursor(struct vt *vt, char letter)
{
	int n = min(vt_param(vt, 0, 1), CELLS), x = vt->x, y = vt->y;

	switch (letter) {
	case 'A': go_to(vt, x, y - n); break;
	case 'B': case 'e': go_to(vt, x, y + n); break;
	case 'C': case 'a': go_to(vt, x + n, y); break;
	case 'D': go_to(vt, x - n, y); break;
	case 'E': go_to(vt, 0, y + n); break;
	case 'F': go_to(vt, 0, y - n); break;
	case 'G': case '`': go_to(vt, n - 1, y); break;
	case 'd': go_to(vt, x, n - 1); break;
	case 'H': case 'f':
		go_to(vt, (int)min(vt_param(vt, 1, 1), CELLS) - 1, n - 1);
		break;
	default: return false;
	}
	return true;
}

/* Private sequences (cursor on and off, second screen) are ignored. */
static void control_sequence(struct vt *vt, char letter)
{
	unsigned int i, line = vt->y * VGA_COLUMNS;

	if (vt->private || move_cursor(vt, letter))
		return;
	switch (letter) {
	case 'J': vt_erase(vt, 0, CELLS); break;
	case 'K': vt_erase(vt, line, line + VGA_COLUMNS); break;
	case 'L': vt_scroll(vt, vt->y, vt_param(vt, 0, 1), false); break;
	case 'M': vt_scroll(vt, vt->y, vt_param(vt, 0, 1), true); break;
	case 'S': vt_scroll(vt, vt->top, vt_param(vt, 0, 1), true); break;
	case 'T': vt_scroll(vt, vt->top, vt_param(vt, 0, 1), false); break;
	case 'P': case '@': case 'X': change_chars(vt, letter); break;
	case 'r': set_region(vt); break;
	case 's': save_cursor(vt); break;
	case 'u': go_to(vt, vt->saved_x, vt->saved_y); break;
	case 'm':
		for (i = 0; i <= vt->n; i++)
			set_colour(vt, vt->params[i]);
		break;
	}
}

static void vt_collect(struct vt *vt, char c)
{
	if (c >= '0' && c <= '9') {
		vt->params[vt->n] = min(vt->params[vt->n] * 10 + c - '0',
					CELLS);
	} else if (c == ';') {
		vt->n = min(vt->n + 1, MAX_PARAMS - 1u);
	} else if (c == '?' || c == '>') {
		vt->private = true;
	} else if (c >= '@') {
		vt->state = VT_TEXT;
		control_sequence(vt, c);
	}
}

/* Handles the character after ESC. */
static void vt_escape(struct vt *vt, char c)
{
	vt->state = VT_TEXT;
	switch (c) {
	case '[':
		vt->state = VT_CSI;
		vt->private = false;
		vt->n = 0;
		memset(vt->params, 0, sizeof(vt->params));
		break;
	case ']': vt->state = VT_SKIP_STRING; break;
	case '(': case ')': case '#': vt->state = VT_SKIP_ONE; break;
	case '7': save_cursor(vt); break;
	case '8': go_to(vt, vt->saved_x, vt->saved_y); break;
	case 'D': line_feed(vt); break;
	case 'E': line_feed(vt); vt->x = 0; break;
	case 'M': reverse_line_feed(vt); break;
	case 'c': vt_reset(vt); break;
	}
}

/* ---- output -------------------------------------------------------------- */

/* => true: c was a control character, which works in a sequence too */
static bool vt_control(struct vt *vt, char c)
{
	switch (c) {
	case '\n': case '\v': case '\f': line_feed(vt); break;
	case '\r': go_to(vt, 0, vt->y); break;
	case '\b': go_to(vt, (int)vt->x - 1, vt->y); break;
	case '\t': go_to(vt, (vt->x | (TAB - 1)) + 1, vt->y); break;
	case ESC: vt->state = VT_ESCAPE; break;
	default: return (u8)c < ' ' || c == 127;
	}
	return true;
}

static void vt_feed(struct vt *vt, char c)
{
	if (vt->state == VT_SKIP_STRING) {
		if (c == '\a' || c == ESC)
			vt->state = c == ESC ? VT_ESCAPE : VT_TEXT;
		return;
	}
	if (vt_control(vt, c))
		return;
	switch (vt->state) {
	case VT_TEXT: vt_print(vt, c); break;
	case VT_ESCAPE: vt_escape(vt, c); break;
	case VT_CSI: vt_collect(vt, c); break;
	case VT_SKIP_ONE: vt->state = VT_TEXT; break;
	case VT_SKIP_STRING: break;	/* handled above */
	}
}

static void show_cursor(const struct vt *vt)
{
	if (vt == shown)
		vga_cursor(vt->y * VGA_COLUMNS + vt->x);
}

/* Output of a terminal's character. => interrupts off */
void vt_put(unsigned int line, char c)
{
	vt_feed(&vts[line], c);
	if (vts[line].state == VT_TEXT)
		show_cursor(&vts[line]);
}

/* printk's sink: a newline also returns the carriage. => interrupts off */
void vt_putc(char c)
{
	if (c == '\n')
		vt_put(0, '\r');
	vt_put(0, c);
}

/* => interrupts off; line below NR_VTS */
void vt_show(unsigned int line)
{
	shown = &vts[line];
	vt_draw(shown, 0, CELLS);
	show_cursor(shown);
}

unsigned int vt_shown(void)
{
	return shown - vts;
}

void vt_init(void)
{
	unsigned int i;

	for (i = 0; i < NR_VTS; i++)
		vt_reset(&vts[i]);
	show_cursor(shown);
}
