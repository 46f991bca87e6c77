/*
 * drivers/console/tty_io.c - reading from and writing to terminals.
 *
 * A canonical read returns one line or as much of it as fits.  A raw read waits
 * as VMIN and VTIME (tenths of a second) define:
 *   VMIN > 0, VTIME 0    for VMIN characters
 *   VMIN 0,   VTIME > 0  up to VTIME for the first character
 *   VMIN > 0, VTIME > 0  for the first, then up to VTIME between characters
 *   both 0               not at all
 *
 * Locks: interrupts off around the ring.
 */
#include "drivers/console/tty.h"
#include "kernel/core/task.h"
#include "kernel/base/x86.h"

static u32 tty_waiting(const struct tty *tty)
{
	return tty->line_end - tty->tail;
}

/*
 * Waits until "want" characters are there, a signal arrives, or "ticks" pass
 * without a new one.  ticks 0: no limit. => 0 or -EINTR
 */
static int wait_for(struct tty *tty, u32 want, long ticks)
{
	WAIT_ENTRY(entry);
	long left = ticks;
	u32 seen = tty_waiting(tty);
	int error = 0;

	for (;;) {
		wait_prepare(&tty_wait, &entry, true);
		if (tty_waiting(tty) >= want)
			break;
		if (tty_waiting(tty) != seen) {
			seen = tty_waiting(tty);
			left = ticks;
		}
		error = signal_pending() ? -EINTR : 0;
		if (error || (ticks && left <= 0))
			break;
		if (ticks)
			left = schedule_timeout(left);
		else
			schedule();
	}
	wait_finish(&entry);
	return tty_waiting(tty) ? 0 : error;
}

static int wait_raw(struct tty *tty, size_t n)
{
	u32 least = min((size_t)tty->termios.c_cc[VMIN], n);
	long ticks = tty->termios.c_cc[VTIME] * (HZ / 10);
	int error;

	if (!least)
		return ticks ? wait_for(tty, 1, ticks) : 0;
	if (!ticks)
		return wait_for(tty, least, 0);
	error = wait_for(tty, 1, 0);
	return error ? error : wait_for(tty, least, ticks);
}

/* Takes a character off the ring. => the character, or TTY_EOF */
static u16 tty_take(struct tty *tty)
{
	BUG_ON(tty->tail == tty->line_end, "%s: nothing to read at %u",
	       tty->name, tty->tail);
	return tty->ring[tty->tail++ % TTY_RING];
}

/* Takes a line, or the part of it that fits, and removes its ^D. => bytes */
static long take_line(struct tty *tty, char *buf, size_t n)
{
	const u8 *cc = tty->termios.c_cc;
	size_t done = 0;
	u16 c;

	while (done < n && tty_waiting(tty)) {
		c = tty_take(tty);
		if (c == TTY_EOF)
			return done;
		buf[done++] = c;
		if (c == '\n' || (c && (c == cc[VEOL] || c == cc[VEOL2])))
			return done;
	}
	if (done && tty_waiting(tty) &&
	    tty->ring[tty->tail % TTY_RING] == TTY_EOF)
		tty->tail++;
	return done;
}

static long take_raw(struct tty *tty, char *buf, size_t n)
{
	size_t done = 0;
	u16 c;

	while (done < n && tty_waiting(tty)) {
		c = tty_take(tty);
		if (c != TTY_EOF)
			buf[done++] = c;
	}
	return done;
}

/* => bytes (0: end of file), -EINTR, -EAGAIN with nonblock; sleeps */
long tty_read(struct tty *tty, char *buf, size_t n, bool nonblock)
{
	bool lines = tty->termios.c_lflag & ICANON;
	unsigned long flags;
	long done;
	int error;

	if (nonblock && !tty_waiting(tty))
		return -EAGAIN;
	error = nonblock ? 0 : lines ? wait_for(tty, 1, 0) : wait_raw(tty, n);
	if (error)
		return error;
	flags = x86_irq_save();
	done = lines ? take_line(tty, buf, n) : take_raw(tty, buf, n);
	tty_made_room(tty);
	x86_irq_restore(flags);
	return done;
}

/* => bytes; -EINTR or -EAGAIN if ^S stops it with nothing written; sleeps */
long tty_write(struct tty *tty, const char *buf, size_t n, bool nonblock)
{
	unsigned long flags;
	size_t i;
	int error = 0;

	for (i = 0; i < n; i++) {
		if (unlikely(tty->stopped))
			error = nonblock ? -EAGAIN : wait_event_interruptible(
				tty_wait, !tty->stopped);
		if (error)
			return i ? (long)i : error;
		flags = x86_irq_save();
		tty_echo_char(tty, buf[i]);
		x86_irq_restore(flags);
	}
	return n;
}
