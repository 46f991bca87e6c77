/*
 * fs/select.c - poll and select: waiting for any of several files.
 *
 * Every pipe and terminal that becomes readable or writable wakes all pollers,
 * and each looks at its own files again: one queue for the whole kernel, no
 * registration.  With few processes that is cheap, and short to explain.
 *
 * Callers: system calls; pipes (poll_wake).  Calls: file_operations.poll.
 */
#include "drivers/tty.h"
#include "fs/vfs_impl.h"
#include "kernel/time.h"
#include "kernel/uaccess.h"

static WAIT_QUEUE(poll_queue);

struct pollfd {
	s32 fd;
	u16 events, revents;
};

struct timeval {
	s32 sec, usec;
};

/* => any context */
void poll_wake(void)
{
	wake_up(&poll_queue);
}

/* => what is ready of "wanted" at descriptor fd; errors always count */
static unsigned int poll_fd(int fd, unsigned int wanted)
{
	struct file *file = fget(fd);
	unsigned int mask = POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM;

	if (!file)
		return POLLNVAL;
	if (file->fops->poll)
		mask = file->fops->poll(file);
	fput(file);
	return mask & (wanted | POLLERR | POLLHUP);
}

/* => pollfds with events */
static int poll_once(struct pollfd *fds, unsigned int n)
{
	unsigned int i;
	int ready = 0;

	for (i = 0; i < n; i++) {
		fds[i].revents = fds[i].fd < 0 ? 0 :
				 poll_fd(fds[i].fd, fds[i].events);
		ready += fds[i].revents != 0;
	}
	return ready;
}

/*
 * Until something is ready, a signal comes or the time is over.
 * ticks: jiffies, negative for ever.  => ready, 0, -EINTR
 */
static int poll_wait(struct pollfd *fds, unsigned int n, long ticks)
{
	WAIT_ENTRY(pollers);
	WAIT_ENTRY(terminal);
	int ready;

	for (;;) {
		wait_prepare(&poll_queue, &pollers, true);
		wait_prepare(&tty_wait, &terminal, true);
		ready = poll_once(fds, n);
		if (ready || !ticks)
			break;
		ready = signal_pending() ? -EINTR : 0;
		if (ready)
			break;
		if (ticks > 0)
			ticks = schedule_timeout(ticks);
		else
			schedule();
	}
	wait_finish(&terminal);
	wait_finish(&pollers);
	return ready;
}

/* Rounded up, one more since the first tick may come at once. */
static long ms_to_ticks(long ms)
{
	if (ms <= 0)
		return ms;
	return (ms + 1000 / HZ - 1) / (1000 / HZ) + 1;
}

long sys_poll(SYSCALL_ARGS)
{
	struct pollfd fds[NR_OPEN];
	long ticks = ms_to_ticks((s32)c);
	int ready;

	if (b > NR_OPEN)
		return -EINVAL;
	if (copy_from_user(fds, (void *)a, b * sizeof(fds[0])))
		return -EFAULT;
	ready = poll_wait(fds, b, ticks);
	if (ready >= 0 && copy_to_user((void *)a, fds, b * sizeof(fds[0])))
		return -EFAULT;
	return ready;
}

/* ---- select -------------------------------------------------------------- */

/* The three sets: read, write, exceptional; NR_OPEN bits each. */
struct fd_sets {
	u64 set[3];
};

static const u16 set_events[3] = {
	POLLIN | POLLRDNORM | POLLHUP | POLLERR,
	POLLOUT | POLLWRNORM | POLLERR,
	0,
};

static size_t set_bytes(unsigned int n)
{
	return round_up(n, 32u) / 8;
}

static int sets_from_user(struct fd_sets *sets, unsigned int n,
			  const u32 user[3])
{
	int i;

	memset(sets, 0, sizeof(*sets));
	for (i = 0; i < 3; i++) {
		if (user[i] && copy_from_user(&sets->set[i], (void *)user[i],
					      set_bytes(n)))
			return -EFAULT;
		if (n < NR_OPEN)
			sets->set[i] &= (1ull << n) - 1;
	}
	return 0;
}

static int sets_to_user(const struct fd_sets *sets, unsigned int n,
			const u32 user[3])
{
	int i;

	for (i = 0; i < 3; i++)
		if (user[i] && copy_to_user((void *)user[i], &sets->set[i],
					    set_bytes(n)))
			return -EFAULT;
	return 0;
}

/* => pollfds made, one for each descriptor in a set */
static int sets_to_pollfds(const struct fd_sets *sets, unsigned int n,
			   struct pollfd *fds)
{
	unsigned int fd, used = 0;
	int i;

	for (fd = 0; fd < n; fd++) {
		u16 events = 0;

		for (i = 0; i < 3; i++)
			if (sets->set[i] >> fd & 1)
				events |= set_events[i] | 0x8000;
		if (events)
			fds[used++] = (struct pollfd){ .fd = fd,
						       .events = events };
	}
	return used;
}

/* The bits of what is ready, of those asked for. => bits, or -EBADF */
static int pollfds_to_sets(const struct pollfd *fds, int used,
			   struct fd_sets *sets)
{
	struct fd_sets asked = *sets;
	int i, k, bits = 0;

	memset(sets, 0, sizeof(*sets));
	for (k = 0; k < used; k++) {
		u64 bit = 1ull << fds[k].fd;

		if (fds[k].revents & POLLNVAL)
			return -EBADF;
		for (i = 0; i < 3; i++) {
			if (!(asked.set[i] & bit) ||
			    !(fds[k].revents & set_events[i]))
				continue;
			sets->set[i] |= bit;
			bits++;
		}
	}
	return bits;
}

/* select is poll on the descriptors of three sets. */
static long do_select(u32 n, const u32 user[3], struct timeval *timeout)
{
	struct pollfd fds[NR_OPEN];
	struct fd_sets sets;
	struct timeval tv;
	long ticks = -1;
	int used, err;

	if (timeout && copy_from_user(&tv, timeout, sizeof(tv)))
		return -EFAULT;
	if ((s32)n < 0 || (timeout && (tv.sec < 0 || tv.usec < 0)))
		return -EINVAL;
	if (timeout)
		ticks = ms_to_ticks(min(tv.sec, 2000000) * 1000 +
				    (tv.usec + 999) / 1000);
	n = min(n, (u32)NR_OPEN);
	err = sets_from_user(&sets, n, user);
	if (err)
		return err;
	used = sets_to_pollfds(&sets, n, fds);
	err = poll_wait(fds, used, ticks);
	if (err >= 0)
		err = pollfds_to_sets(fds, used, &sets);
	if (err >= 0 && sets_to_user(&sets, n, user))
		err = -EFAULT;
	return err;
}

long sys__newselect(SYSCALL_ARGS)
{
	u32 user[3] = { b, c, d };

	return do_select(a, user, (struct timeval *)e);
}

/* The old call: one pointer to the five arguments. */
long sys_select(SYSCALL_ARGS)
{
	u32 args[5];

	if (copy_from_user(args, (void *)a, sizeof(args)))
		return -EFAULT;
	return do_select(args[0], args + 1, (struct timeval *)args[4]);
}
