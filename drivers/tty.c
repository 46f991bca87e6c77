/*
 * drivers/tty.c - the terminal's line discipline.
 *
 * Input characters come from interrupt handlers into a ring.  In canonical
 * mode a reader gets whole lines: erase and kill edit the unfinished one, ^D
 * ends it.  In raw mode VMIN and VTIME are 1 and 0 at least.  ISIG turns ^C
 * and ^\ into signals for the foreground process group.
 *
 * Invariants: tail <= line_end <= head, as counts that only grow; the bytes
 * [tail, line_end) can be read.
 * Locks: interrupts off around the ring.
 * Callers: uart, kbd, the console device.  Calls: uart and VGA output.
 */
#include "drivers/tty.h"
#include "drivers/console.h"
#include "kernel/lock.h"
#include "kernel/task.h"

#define RING		1024
#define SIGINT		2
#define SIGQUIT		3

static struct {
	struct termios termios;
	u8 ring[RING];
	u32 head, line_end, tail;
	u32 eofs;		/* ^D waiting in the readable part */
	struct winsize size;
} tty;

WAIT_QUEUE(tty_wait);
int tty_foreground;

static const struct termios tty_default = {
	.c_iflag = ICRNL,
	.c_oflag = OPOST | ONLCR,
	.c_cflag = 0x10b2 | 0x80,	/* 115200 8N1, receiver on */
	.c_lflag = ISIG | ICANON | ECHO | ECHOE | 0x8a00,
	.c_cc = { 3, 28, 127, 21, 4, 0, 1, 0, 17, 19, 26, 0, 18, 15, 23, 22 },
};

static bool tty_flag(u32 flag)
{
	return tty.termios.c_lflag & flag;
}

static void tty_out(char c)
{
	uart_putc(c);
	vga_putc(c);
}

static void tty_echo(u8 c)
{
	if (!tty_flag(ECHO))
		return;
	if (c < ' ' && c != '\n' && c != '\t') {
		tty_out('^');
		c += '@';
	}
	tty_out(c);
}

static void tty_erase_one(void)
{
	if (tty.head == tty.line_end)
		return;
	tty.head--;
	if (tty_flag(ECHO)) {
		tty_out('\b');
		tty_out(' ');
		tty_out('\b');
	}
}

static bool tty_signal(u8 c)
{
	const u8 *cc = tty.termios.c_cc;
	struct task *task;
	int sig = c == cc[VINTR] ? SIGINT : c == cc[VQUIT] ? SIGQUIT : 0;

	if (!tty_flag(ISIG) || !sig)
		return false;
	tty_echo(c);
	tty_out('\n');
	tty.head = tty.line_end;
	list_for_each_entry(task, &task_list, all_node)
		if (tty_foreground && task->pgrp == tty_foreground)
			send_signal(task, sig);
	return true;
}

/* Canonical editing. => true: the character is used up */
static bool tty_edit(u8 c)
{
	const u8 *cc = tty.termios.c_cc;

	if (c == cc[VERASE] || c == '\b') {
		tty_erase_one();
		return true;
	}
	if (c == cc[VKILL]) {
		while (tty.head != tty.line_end)
			tty_erase_one();
		return true;
	}
	if (c == cc[VEOF]) {
		if (tty.head == tty.line_end)
			tty.eofs++;
		tty.line_end = tty.head;
		wake_up(&tty_wait);
		return true;
	}
	return false;
}

/* => interrupts off; input beyond a full ring is dropped */
void tty_input(u8 c)
{
	if (c == '\r' && (tty.termios.c_iflag & ICRNL))
		c = '\n';
	if (tty_signal(c) || (tty_flag(ICANON) && tty_edit(c)))
		return;
	if (tty.head - tty.tail == RING)
		return;
	tty.ring[tty.head++ % RING] = c;
	tty_echo(c);
	if (!tty_flag(ICANON) || c == '\n') {
		tty.line_end = tty.head;
		wake_up(&tty_wait);
	}
}

bool tty_readable(void)
{
	return tty.line_end != tty.tail || tty.eofs;
}

static long tty_take(char *buf, size_t n)
{
	unsigned long flags = x86_irq_save();
	size_t done = 0;

	if (tty.line_end == tty.tail && tty.eofs)
		tty.eofs--;
	while (done < n && tty.tail != tty.line_end) {
		buf[done] = tty.ring[tty.tail++ % RING];
		if (buf[done++] == '\n' && tty_flag(ICANON))
			break;
	}
	x86_irq_restore(flags);
	return done;
}

long tty_read(char *buf, size_t n, bool nonblock)
{
	int err;

	if (nonblock && !tty_readable())
		return -EAGAIN;
	err = wait_event_interruptible(tty_wait, tty_readable());
	return err ? err : tty_take(buf, n);
}

long tty_write(const char *buf, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		tty_out(buf[i]);
	return n;
}

void tty_get_termios(struct termios *termios)
{
	*termios = tty.termios;
}

void tty_set_termios(const struct termios *termios, bool drop_input)
{
	unsigned long flags = x86_irq_save();

	tty.termios = *termios;
	if (drop_input)
		tty.tail = tty.line_end = tty.head;
	else if (!tty_flag(ICANON))
		tty.line_end = tty.head;
	x86_irq_restore(flags);
}

void tty_get_winsize(struct winsize *size)
{
	*size = tty.size;
}

void tty_init(void)
{
	tty.termios = tty_default;
	tty.size = (struct winsize){ .rows = 25, .columns = 80 };
	uart_start_input();
	kbd_init();
}
