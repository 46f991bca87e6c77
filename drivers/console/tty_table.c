/*
 * drivers/console/tty_table.c - the table of terminals: two serial lines and
 * the virtual consoles.
 *
 * A terminal that controls a session holds the session's number; a process has
 * its session's controlling terminal.  The session leader gives it up at exit.
 *
 * Locks: none.
 */
#include "drivers/console/console.h"
#include "drivers/console/tty.h"
#include "kernel/process/jobs.h"
#include "kernel/process/signal.h"
#include "kernel/core/wait.h"

#define TTY_NUMBER(minor)	MKDEV(4, minor)

static struct tty ttys[] = {
	{ .name = "ttyS0", .number = TTY_NUMBER(64), .put = uart_put,
	  .resume = uart_take_input },
	{ .name = "ttyS1", .number = TTY_NUMBER(65), .put = uart_put,
	  .resume = uart_take_input, .line = 1 },
	{ .name = "tty1", .number = TTY_NUMBER(1), .put = vt_put },
	{ .name = "tty2", .number = TTY_NUMBER(2), .put = vt_put, .line = 1 },
	{ .name = "tty3", .number = TTY_NUMBER(3), .put = vt_put, .line = 2 },
};

#define FIRST_SCREEN	2

WAIT_QUEUE(tty_wait);
struct tty *tty_console = &ttys[0];

struct tty *tty_find(dev_t number)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ttys); i++)
		if (ttys[i].number == number)
			return &ttys[i];
	return NULL;
}

struct tty *tty_serial(unsigned int port)
{
	return &ttys[port];
}

struct tty *tty_screen(unsigned int vt)
{
	return &ttys[FIRST_SCREEN + vt];
}

/* => the terminal that controls the session; NULL: none */
struct tty *tty_of_session(int session)
{
	size_t i;

	for (i = 0; session && i < ARRAY_SIZE(ttys); i++)
		if (ttys[i].session == session)
			return &ttys[i];
	return NULL;
}

/* A session leader exits or drops its terminal: SIGHUP for the foreground. */
static void leave_session(int session)
{
	struct tty *tty = tty_of_session(session);
	int pgrp;

	if (!tty)
		return;
	pgrp = tty->pgrp;
	tty->session = tty->pgrp = 0;
	if (!pgrp)
		return;
	kill_pgrp(pgrp, SIGHUP);
	kill_pgrp(pgrp, SIGCONT);
}

/* The console is the first serial line if it exists. */
void tty_init(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ttys); i++)
		tty_setup(&ttys[i]);
	if (!uart_present(0))
		tty_console = tty_screen(0);
	session_leader_leaves = leave_session;
	uart_start_input();
	kbd_init();
}
