/*
 * drivers/console/tty.h - terminals: a line discipline before each serial line
 * and each virtual console.
 *
 * Letters state the protection of a field: (i) interrupts off; (n) no lock: the
 * kernel is not preemptive; (c) constant after start-up.
 */
#pragma once

#include "kernel/base/kernel.h"

struct wait_queue;

#define NCCS		19
#define TTY_RING	4096

/* Linux i386's struct termios, the argument of TCGETS and TCSETS. */
struct termios {
	u32 c_iflag, c_oflag, c_cflag, c_lflag;
	u8 c_line;
	u8 c_cc[NCCS];
};

struct winsize {
	u16 rows, columns, x_pixels, y_pixels;
};

/* Indices of c_cc; the flags that are implemented. */
enum { VINTR, VQUIT, VERASE, VKILL, VEOF, VTIME, VMIN, VSTART = 8, VSTOP,
       VSUSP, VEOL, VREPRINT, VDISCARD, VWERASE, VLNEXT, VEOL2 };
#define INLCR	0000100u	/* c_iflag */
#define IGNCR	0000200u
#define ICRNL	0000400u
#define IXON	0002000u
#define OPOST	0000001u	/* c_oflag */
#define ONLCR	0000004u
#define OCRNL	0000010u
#define CS8	0000060u	/* c_cflag */
#define CREAD	0000200u
#define HUPCL	0002000u
#define CLOCAL	0004000u
#define B115200	0010002u
#define ISIG	0000001u	/* c_lflag */
#define ICANON	0000002u
#define ECHO	0000010u
#define ECHOE	0000020u
#define ECHOK	0000040u
#define ECHONL	0000100u
#define NOFLSH	0000200u
#define TOSTOP	0000400u
#define ECHOCTL	0001000u
#define ECHOKE	0004000u
#define IEXTEN	0100000u

/*
 * The ring holds input; [tail, line_end) can be read, [line_end,
 * head) is the line being edited.  The counts only grow.
 */
struct tty {
	const char *name;		/* c */
	dev_t number;			/* c: device */
	void (*put)(unsigned int line, char c);	/* c: raw output */
	void (*resume)(unsigned int line);	/* c: the ring has room again */
	unsigned int line;		/* c: the device's line number */
	struct termios termios;		/* i */
	struct winsize size;		/* n */
	u16 ring[TTY_RING];		/* i: characters, or TTY_EOF */
	u32 head, line_end, tail;	/* i */
	unsigned int column;		/* i: of the cursor */
	unsigned int line_column;	/* i: where the edited line begins */
	bool literal;			/* i: the last input was ^V */
	bool stopped;			/* i: by ^S */
	bool held;			/* i: the device has more input */
	int session;			/* n: session it controls; 0: none */
	int pgrp;			/* n: foreground group; 0: none */
};

#define TTY_EOF	0x100u			/* ^D: ends a line, is not read */

/* drivers/console/tty_table.c */
void tty_init(void);
struct tty *tty_find(dev_t number);	/* NULL: no such device */
struct tty *tty_of_session(int session); /* NULL: no controlling terminal */
extern struct tty *tty_console;		/* /dev/console */
struct tty *tty_serial(unsigned int port);	/* for the drivers */
struct tty *tty_screen(unsigned int vt);
extern struct wait_queue tty_wait;	/* woken at new input and ^Q */

/* drivers/console/tty.c: the line discipline */
void tty_setup(struct tty *tty);
bool tty_has_room(const struct tty *tty);	/* these: irqs off */
void tty_made_room(struct tty *tty);
void tty_input(struct tty *tty, u8 c);
void tty_echo_char(struct tty *tty, char c);	/* after OPOST */
bool tty_readable(const struct tty *tty);	/* for poll */
u32 tty_input_bytes(const struct tty *tty);
/* Linux's TCIFLUSH: drops unread input. */
void tty_flush_input(struct tty *tty);
void tty_set_termios(struct tty *tty, const struct termios *termios);
void tty_set_stopped(struct tty *tty, bool stopped);

/*
 * drivers/console/tty_io.c; buf is kernel memory.
 * => tty_read: bytes (0: end of file), -EINTR, -EAGAIN with nonblock; sleeps
 * => tty_write: bytes, -EINTR or -EAGAIN while ^S stops it; sleeps
 */
long tty_read(struct tty *tty, char *buf, size_t n, bool nonblock);
long tty_write(struct tty *tty, const char *buf, size_t n, bool nonblock);
