/*
 * drivers/tty.h - the terminal: one line discipline behind serial line,
 * screen and keyboard.
 */
#pragma once

#include "kernel/kernel.h"

#define NCCS	19

/* Linux i386's struct termios, as TCGETS and TCSETS carry it. */
struct termios {
	u32 c_iflag, c_oflag, c_cflag, c_lflag;
	u8 c_line;
	u8 c_cc[NCCS];
};

struct winsize {
	u16 rows, columns, x_pixels, y_pixels;
};

/* Indices of c_cc and the flags that the discipline obeys. */
enum { VINTR, VQUIT, VERASE, VKILL, VEOF, VTIME, VMIN, VSUSP = 10 };
#define ICRNL	0000400u
#define OPOST	0000001u
#define ONLCR	0000004u
#define ISIG	0000001u
#define ICANON	0000002u
#define ECHO	0000010u
#define ECHOE	0000020u

void tty_init(void);
void tty_input(u8 c);			/* from an interrupt handler */

/*
 * Kernel memory both.
 * => tty_read: bytes (0: end of file), -EINTR, -EAGAIN with nonblock; sleeps
 * => tty_write: n
 */
long tty_read(char *buf, size_t n, bool nonblock);
long tty_write(const char *buf, size_t n);
bool tty_readable(void);		/* for poll */
extern struct wait_queue tty_wait;	/* woken at new input */

void tty_get_termios(struct termios *termios);
void tty_set_termios(const struct termios *termios, bool drop_input);
void tty_get_winsize(struct winsize *size);
extern int tty_foreground;		/* process group; 0: none */
