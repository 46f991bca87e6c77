/*
 * fs/devices/tty_file.c - terminals as files: open, read, write, ioctl, and the
 * rules of job control.
 *
 * A session leader without a controlling terminal that opens a free terminal
 * (without O_NOCTTY) gets it; /dev/console becomes one only by TIOCSCTTY.  A
 * background group of the controlling terminal may not read (SIGTTIN), and not
 * change settings or, with TOSTOP, write (SIGTTOU).  If the signal is blocked
 * or ignored, reading returns EIO and the rest is allowed; in an orphaned group
 * both return EIO.
 *
 * Locks: none: no sleep between test and use.
 */
#include "drivers/console/console.h"
#include "drivers/console/tty.h"
#include "fs/devices/tty_file.h"
#include "kernel/process/jobs.h"
#include "kernel/process/signal.h"
#include "kernel/core/uaccess.h"

#define TTY_CHUNK	256
#define TTY_NUMBER	MKDEV(4, 0)	/* the visible console */
#define OWN_NUMBER	MKDEV(5, 0)	/* the controlling terminal */
#define CONSOLE_NUMBER	MKDEV(5, 1)

enum { TCGETS = 0x5401, TCSETS, TCSETSW, TCSETSF, TCSBRK = 0x5409, TCXONC,
       TCFLSH, TIOCSCTTY = 0x540e, TIOCGPGRP, TIOCSPGRP, TIOCOUTQ,
       TIOCGWINSZ = 0x5413, TIOCSWINSZ, TIOCNOTTY = 0x5422,
       TCSBRKP = 0x5425, TIOCGSID = 0x5429 };

/* ---- the controlling terminal -------------------------------------------- */

/* TIOCSCTTY: root may force it away from another session. */
static int set_controlling(struct tty *tty, bool force)
{
	if (tty->session == current->session)
		return 0;
	if (current->session != current->pid ||
	    tty_of_session(current->session))
		return -EPERM;
	if (tty->session && (!force || current->euid))
		return -EPERM;
	tty->session = current->session;
	tty->pgrp = current->pgrp;
	return 0;
}

/* The leader drops the terminal for its session; for other processes
 * nothing changes. */
static int give_up(struct tty *tty)
{
	if (tty->session != current->session)
		return -ENOTTY;
	if (current->session == current->pid)
		session_leader_leaves(current->session);
	return 0;
}

static int tty_open(struct inode *inode, struct file *file)
{
	dev_t number = inode->rdev;
	struct tty *tty;

	if (number == OWN_NUMBER)
		tty = tty_of_session(current->session);
	else if (number == CONSOLE_NUMBER)
		tty = tty_console;
	else
		tty = number == TTY_NUMBER ? tty_screen(vt_shown()) :
			tty_find(number);
	if (!tty)
		return -ENXIO;
	file->private = tty;
	if (!(file->flags & O_NOCTTY) && number != CONSOLE_NUMBER &&
	    !tty->session)
		set_controlling(tty, false);
	return 0;
}

/* ---- job control --------------------------------------------------------- */

/*
 * Tests whether current may use its terminal. sig: SIGTTIN or SIGTTOU.
 * => 0; -EINTR: sig was sent to its group; -EIO
 */
static int check_foreground(const struct tty *tty, int sig)
{
	if (tty->session != current->session || !tty->pgrp ||
	    tty->pgrp == current->pgrp)
		return 0;
	if ((current->sig_ignored | current->sig_blocked) & SIG_BIT(sig))
		return sig == SIGTTIN ? -EIO : 0;
	if (orphaned_pgrp(current->pgrp))
		return -EIO;
	kill_pgrp(current->pgrp, sig);
	return -EINTR;
}

/* ---- read and write ------------------------------------------------------ */

/* Reads one line, or the bytes available: waits only for the first. */
static long tty_file_read(struct file *file, char *buf, size_t n,
			  loff_t *pos __unused)
{
	struct tty *tty = file->private;
	char chunk[TTY_CHUNK];
	bool nonblock = file->flags & O_NONBLOCK;
	size_t done = 0, part;
	long got = check_foreground(tty, SIGTTIN);

	if (got)
		return got;
	while (done < n) {
		part = min(n - done, sizeof(chunk));
		got = tty_read(tty, chunk, part, nonblock || done);
		if (got <= 0)
			return done ? (long)done : got;
		if (copy_to_user(buf + done, chunk, got))
			return done ? (long)done : -EFAULT;
		done += got;
		if ((size_t)got < part || chunk[got - 1] == '\n' ||
		    !tty_input_bytes(tty))
			break;
	}
	return done;
}

static long tty_file_write(struct file *file, const char *buf, size_t n,
			   loff_t *pos __unused)
{
	struct tty *tty = file->private;
	char chunk[TTY_CHUNK];
	size_t done, part;
	long put = 0;

	if (tty->termios.c_lflag & TOSTOP)
		put = check_foreground(tty, SIGTTOU);
	for (done = 0; done < n && put >= 0; done += put) {
		part = min(n - done, sizeof(chunk));
		if (copy_from_user(chunk, buf + done, part))
			return done ? (long)done : -EFAULT;
		put = tty_write(tty, chunk, part, file->flags & O_NONBLOCK);
		if (put < 0)
			break;
		if (signal_pending() && done + put < n)
			return done + put;
		cond_resched();
	}
	return done || !n ? (long)done : put;
}

static unsigned int tty_poll(struct file *file)
{
	const struct tty *tty = file->private;

	return (tty->stopped ? 0 : POLLOUT | POLLWRNORM) |
	       (tty_readable(tty) ? POLLIN | POLLRDNORM : 0);
}

/* ---- ioctl --------------------------------------------------------------- */

static int set_settings(struct tty *tty, bool flush, const void *user)
{
	struct termios termios;

	if (copy_from_user(&termios, user, sizeof(termios)))
		return -EFAULT;
	if (flush)
		tty_flush_input(tty);
	tty_set_termios(tty, &termios);
	return 0;
}

/* The new foreground group must be one of the session. */
static int set_group(struct tty *tty, const int *user)
{
	struct task *task;
	int pgrp;

	if (get_user(pgrp, user))
		return -EFAULT;
	if (tty->session != current->session)
		return -ENOTTY;
	if (pgrp <= 0)
		return -EINVAL;
	list_for_each_entry(task, &task_list, all_node) {
		if (task->pgrp != pgrp || task->session != tty->session)
			continue;
		tty->pgrp = pgrp;
		return 0;
	}
	return -EPERM;
}

static int set_window(struct tty *tty, const void *user)
{
	struct winsize size;

	if (copy_from_user(&size, user, sizeof(size)))
		return -EFAULT;
	if (!memcmp(&size, &tty->size, sizeof(size)))
		return 0;
	tty->size = size;
	if (tty->pgrp)
		kill_pgrp(tty->pgrp, SIGWINCH);
	return 0;
}

/* TCFLSH: 0 input, 1 output (which is never buffered), 2 both. */
static int tty_flush(struct tty *tty, unsigned long which)
{
	if (which > 2)
		return -EINVAL;
	if (which != 1)
		tty_flush_input(tty);
	return 0;
}

/* TCXONC: 0 stops output, 1 starts it; 2 and 3 concern a modem. */
static int flow_ioctl(struct tty *tty, unsigned long action)
{
	if (action > 3)
		return -EINVAL;
	if (action < 2)
		tty_set_stopped(tty, action == 0);
	return 0;
}

/* The ioctls that change the terminal: refused in the background. */
static int change_ioctl(struct tty *tty, unsigned int cmd, unsigned long arg)
{
	void *user = (void *)arg;
	int error = check_foreground(tty, SIGTTOU);

	if (error)
		return error;
	switch (cmd) {
	case TCSETS:
	case TCSETSW:
	case TCSETSF:
		return set_settings(tty, cmd == TCSETSF, user);
	case TCFLSH:
		return tty_flush(tty, arg);
	case TCXONC:
		return flow_ioctl(tty, arg);
	case TIOCSPGRP:
		return set_group(tty, user);
	default:	/* TCSBRK: output is out already; no line to break */
		return 0;
	}
}

static int tty_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct tty *tty = file->private;
	void *user = (void *)arg;
	bool own = tty->session == current->session;

	switch (cmd) {
	case TCGETS:
		return copy_to_user(user, &tty->termios,
				    sizeof(tty->termios));
	case TIOCGWINSZ:
		return copy_to_user(user, &tty->size, sizeof(tty->size));
	case TIOCGPGRP:
		return own ? put_user(tty->pgrp, (int *)user) : -ENOTTY;
	case TIOCGSID:
		return own ? put_user(tty->session, (int *)user) : -ENOTTY;
	case FIONREAD:
		return put_user((int)tty_input_bytes(tty), (int *)user);
	case TIOCOUTQ:
		return put_user(0, (int *)user);
	case TIOCSCTTY:
		return set_controlling(tty, arg == 1);
	case TIOCNOTTY:
		return give_up(tty);
	case TIOCSWINSZ:
		return set_window(tty, user);
	case TCSETS ... TCSETSF:
	case TCSBRK ... TCFLSH:
	case TIOCSPGRP:
	case TCSBRKP:
		return change_ioctl(tty, cmd, arg);
	default:
		return -ENOTTY;
	}
}

const struct file_operations tty_fops = {
	.open = tty_open,
	.read = tty_file_read,
	.write = tty_file_write,
	.lseek = no_lseek,
	.ioctl = tty_ioctl,
	.poll = tty_poll,
};
