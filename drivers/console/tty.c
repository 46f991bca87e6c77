/*
 * drivers/console/tty.c - the line discipline: input, editing, signals, echo.
 *
 * Characters come from interrupt handlers.  In canonical mode they are edited
 * in the ring until the line ends: erase, word erase and kill remove, ^V
 * quotes, ^D ends the line without being part of it.  In raw mode each can be
 * read at once.  ISIG turns three characters into signals for the foreground
 * process group; IXON lets ^S and ^Q stop and start output.
 *
 * The width of an erased tab is found by measuring the line again from the
 * column where it began.
 *
 * Invariants: tail <= line_end <= head <= tail + TTY_RING.
 * Locks: interrupts off around the ring.
 */
#include "drivers/console/tty.h"
#include "kernel/process/signal.h"
#include "kernel/core/wait.h"
#include "kernel/base/x86.h"

#define TAB	8u
#define BELL	7
#define DELETE	127
#define CONTROL(c)	((c) & 31)

static const struct termios tty_default = {
	.c_iflag = ICRNL | IXON,
	.c_oflag = OPOST | ONLCR,
	.c_cflag = B115200 | CS8 | CREAD | HUPCL | CLOCAL,
	.c_lflag = ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE |
		   IEXTEN,
	.c_cc = { [VINTR] = CONTROL('C'), [VQUIT] = CONTROL('\\'),
		  [VERASE] = DELETE, [VKILL] = CONTROL('U'),
		  [VEOF] = CONTROL('D'), [VMIN] = 1,
		  [VSTART] = CONTROL('Q'), [VSTOP] = CONTROL('S'),
		  [VSUSP] = CONTROL('Z'), [VREPRINT] = CONTROL('R'),
		  [VDISCARD] = CONTROL('O'), [VWERASE] = CONTROL('W'),
		  [VLNEXT] = CONTROL('V') },
};

void tty_setup(struct tty *tty)
{
	tty->termios = tty_default;
	tty->size = (struct winsize){ .rows = 25, .columns = 80 };
}

static bool tty_local(const struct tty *tty, u32 flag)
{
	return tty->termios.c_lflag & flag;
}

/* => true: c is the control character at index; the value 0 disables it */
static bool is_cc(const struct tty *tty, int index, u16 c)
{
	return c && tty->termios.c_cc[index] == c;
}

static bool ends_line(const struct tty *tty, u16 c)
{
	return c == '\n' || c == TTY_EOF || is_cc(tty, VEOL, c) ||
		is_cc(tty, VEOL2, c);
}

/* ---- echo ---------------------------------------------------------------- */

/* => the column after printing c at "column" */
static unsigned int column_after(const struct tty *tty, unsigned int column,
				 u8 c)
{
	if (c == '\t')
		return (column | (TAB - 1)) + 1;
	if (c < ' ' || c == 127)
		return column + (tty_local(tty, ECHOCTL) ? 2 : 0);
	return column + 1;
}

static void track_column(struct tty *tty, char c)
{
	if (c == '\r')
		tty->column = 0;
	else if (c == '\b')
		tty->column -= tty->column > 0;
	else if (c == '\t' || (u8)c >= ' ')
		tty->column = column_after(tty, tty->column, c);
}

/* Outputs one character with OPOST's conversions. */
void tty_echo_char(struct tty *tty, char c)
{
	u32 flags = tty->termios.c_oflag;

	if (flags & OPOST) {
		if (c == '\n' && (flags & ONLCR)) {
			tty->put(tty->line, '\r');
			tty->column = 0;
		} else if (c == '\r' && (flags & OCRNL)) {
			c = '\n';
		}
	}
	track_column(tty, c);
	tty->put(tty->line, c);
}

static void tty_echo(struct tty *tty, u8 c)
{
	if (!tty_local(tty, ECHO) &&
	    !(c == '\n' && tty_local(tty, ECHONL) && tty_local(tty, ICANON)))
		return;
	if ((c < ' ' || c == 127) && c != '\n' && c != '\t' &&
	    tty_local(tty, ECHOCTL)) {
		tty_echo_char(tty, '^');
		c ^= '@';
	}
	tty_echo_char(tty, c);
}

/* => the column where the edited line ends */
static unsigned int end_column(const struct tty *tty)
{
	unsigned int column = tty->line_column;
	u32 i;

	for (i = tty->line_end; i != tty->head; i++)
		column = column_after(tty, column, tty->ring[i % TTY_RING]);
	return column;
}

/* ---- editing ------------------------------------------------------------- */

static void rub_out(struct tty *tty, unsigned int columns)
{
	while (columns--) {
		tty_echo_char(tty, '\b');
		tty_echo_char(tty, ' ');
		tty_echo_char(tty, '\b');
	}
}

static void erase_one(struct tty *tty)
{
	unsigned int before;

	if (tty->head == tty->line_end)
		return;
	before = end_column(tty);
	tty->head--;
	if (!tty_local(tty, ECHO))
		return;
	if (tty_local(tty, ECHOE))
		rub_out(tty, before - end_column(tty));
	else
		tty_echo(tty, tty->termios.c_cc[VERASE]);
}

static u16 last_char(const struct tty *tty)
{
	return tty->head == tty->line_end ? 0 :
		tty->ring[(tty->head - 1) % TTY_RING];
}

static bool is_space(u16 c)
{
	return c == ' ' || c == '\t';
}

static void erase_word(struct tty *tty)
{
	while (is_space(last_char(tty)))
		erase_one(tty);
	while (last_char(tty) && !is_space(last_char(tty)))
		erase_one(tty);
}

static void kill_line(struct tty *tty)
{
	if (tty_local(tty, ECHOKE) && tty_local(tty, ECHOE)) {
		while (tty->head != tty->line_end)
			erase_one(tty);
		return;
	}
	tty->head = tty->line_end;
	tty_echo(tty, tty->termios.c_cc[VKILL]);
	if (tty_local(tty, ECHOK) && tty_local(tty, ECHO))
		tty_echo_char(tty, '\n');
	tty->line_column = tty->column;
}

static void tty_reprint(struct tty *tty)
{
	u32 i;

	tty_echo(tty, tty->termios.c_cc[VREPRINT]);
	tty_echo_char(tty, '\n');
	tty->line_column = tty->column;
	for (i = tty->line_end; i != tty->head; i++)
		tty_echo(tty, tty->ring[i % TTY_RING]);
}

static void line_ready(struct tty *tty)
{
	tty->line_end = tty->head;
	wake_up(&tty_wait);
}

/* Stores a character; the last slot of the ring is for a line's end. */
static void tty_store(struct tty *tty, u16 c)
{
	bool ends = !tty_local(tty, ICANON) ||
		(!tty->literal && ends_line(tty, c));
	u32 room = TTY_RING - (tty->head - tty->tail);

	BUG_ON(room > TTY_RING, "%s: ring of %u to %u", tty->name, tty->tail,
	       tty->head);
	tty->literal = false;
	if (room < 2 && !(room && ends)) {
		tty->put(tty->line, BELL);
		return;
	}
	if (tty->head == tty->line_end)
		tty->line_column = tty->column;
	tty->ring[tty->head++ % TTY_RING] = c;
	if (c != TTY_EOF)
		tty_echo(tty, c);
	if (ends)
		line_ready(tty);
}

/* Canonical mode. => true: c edited the line and is not stored */
static bool tty_edit(struct tty *tty, u8 c)
{
	bool extended = tty_local(tty, IEXTEN);

	if (is_cc(tty, VERASE, c))
		erase_one(tty);
	else if (is_cc(tty, VKILL, c))
		kill_line(tty);
	else if (is_cc(tty, VEOF, c))
		tty_store(tty, TTY_EOF);
	else if (extended && is_cc(tty, VWERASE, c))
		erase_word(tty);
	else if (extended && is_cc(tty, VREPRINT, c))
		tty_reprint(tty);
	else
		return false;
	return true;
}

/* ---- signals and flow ---------------------------------------------------- */

/* => the signal that c stands for, or 0 */
static int signal_of(const struct tty *tty, u8 c)
{
	if (!tty_local(tty, ISIG))
		return 0;
	return is_cc(tty, VINTR, c) ? SIGINT : is_cc(tty, VQUIT, c) ? SIGQUIT :
		is_cc(tty, VSUSP, c) ? SIGTSTP : 0;
}

static void tty_interrupt(struct tty *tty, u8 c, int sig)
{
	tty->stopped = false;
	if (!tty_local(tty, NOFLSH))
		tty_flush_input(tty);
	tty_echo(tty, c);
	wake_up(&tty_wait);
	if (tty->pgrp)
		kill_pgrp(tty->pgrp, sig);
}

void tty_set_stopped(struct tty *tty, bool stopped)
{
	tty->stopped = stopped;
	if (!stopped)
		wake_up(&tty_wait);
}

/* => true: c was ^S or ^Q */
static bool flow_char(struct tty *tty, u8 c)
{
	if (!(tty->termios.c_iflag & IXON))
		return false;
	if (!is_cc(tty, VSTOP, c) && !is_cc(tty, VSTART, c))
		return false;
	tty_set_stopped(tty, is_cc(tty, VSTOP, c));
	return true;
}

/* => c converted by c_iflag; 0x100: dropped */
static u16 tty_convert(const struct tty *tty, u8 c)
{
	u32 flags = tty->termios.c_iflag;

	if (c == '\r' && (flags & IGNCR))
		return 0x100;
	if (c == '\r' && (flags & ICRNL))
		return '\n';
	return c == '\n' && (flags & INLCR) ? '\r' : c;
}

/* => false: the device should hold back input, as it would be lost.  True while
 * no complete line can be read: only more input can end or erase that line. */
bool tty_has_room(const struct tty *tty)
{
	return tty->head - tty->tail < TTY_RING - 1 ||
		tty->tail == tty->line_end;
}

/* Resumes a device that holds back input. */
void tty_made_room(struct tty *tty)
{
	if (tty->held)
		tty->resume(tty->line);
}

/* One input character. => interrupts off; a full ring drops it with a bell */
void tty_input(struct tty *tty, u8 typed)
{
	u16 c = tty_convert(tty, typed);
	int sig;

	if (c > 0xff)
		return;
	if (tty->literal) {
		tty_store(tty, c);
		return;
	}
	sig = signal_of(tty, c);
	if (sig)
		tty_interrupt(tty, c, sig);
	else if (tty_local(tty, ICANON) && tty_local(tty, IEXTEN) &&
		 is_cc(tty, VLNEXT, c))
		tty->literal = true;
	else if (!flow_char(tty, c) &&
		 !(tty_local(tty, ICANON) && tty_edit(tty, c)))
		tty_store(tty, c);
}

/* ---- state --------------------------------------------------------------- */

bool tty_readable(const struct tty *tty)
{
	u32 want = tty_local(tty, ICANON) || tty->termios.c_cc[VTIME] ? 1 :
		max(tty->termios.c_cc[VMIN], 1);

	return tty->line_end - tty->tail >= want;
}

/* => how many characters a read could get, at most */
u32 tty_input_bytes(const struct tty *tty)
{
	u32 i, n = 0;

	for (i = tty->tail; i != tty->line_end; i++)
		n += tty->ring[i % TTY_RING] != TTY_EOF;
	return n;
}

void tty_flush_input(struct tty *tty)
{
	unsigned long flags = x86_irq_save();

	tty->tail = tty->line_end = tty->head;
	tty->literal = false;
	tty_made_room(tty);
	x86_irq_restore(flags);
}

/* Leaving canonical mode makes the unfinished line readable. */
void tty_set_termios(struct tty *tty, const struct termios *termios)
{
	unsigned long flags = x86_irq_save();

	tty->termios = *termios;
	if (!tty_local(tty, ICANON))
		line_ready(tty);
	if (!(termios->c_iflag & IXON))
		tty_set_stopped(tty, false);
	x86_irq_restore(flags);
}
