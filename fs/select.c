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
#include "kernel/signal.h"
#include "kernel/time.h"
#include "kernel/uaccess.h"

static WAIT_QUEUE(poll_queue);

struct pollfd {
	s32 fd;
	u16 events, revents;
};

/* As a call gives its time limit: 32 bits with micro- or nanoseconds, or the
 * newer calls' 64 bits. */
enum time_form { TIMEVAL, TIMESPEC, TIMESPEC64 };

struct time32 {
	s32 sec, part;
};

struct time64 {
	s64 sec;
	s32 nsec, pad;
};

struct limit {
	void *user;		/* NULL: there is none */
	enum time_form form;
	u64 begin, usec;	/* of the call; that it may take */
	long ticks;		/* the same in jiffies; negative: for ever */
};

/* => any context */
void poll_wake(void)
{
	wake_up(&poll_queue);
}

/* => what is ready of "wanted" at descriptor fd */
static unsigned int poll_fd(int fd, unsigned int wanted)
{
	struct file *file = fget(fd);
	unsigned int mask = POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM;

	if (!file)
		return POLLNVAL;
	if (file->fops->poll)
		mask = file->fops->poll(file);
	fput(file);
	return mask & wanted;
}

/* => pollfds with events; those of "always" count for each */
static int poll_once(struct pollfd *fds, unsigned int n, unsigned int always)
{
	unsigned int i;
	int ready = 0;

	for (i = 0; i < n; i++) {
		fds[i].revents = fds[i].fd < 0 ? 0 :
				 poll_fd(fds[i].fd, fds[i].events | always);
		ready += fds[i].revents != 0;
	}
	return ready;
}

/* Looks, and if nothing is ready sleeps until something may be. => ready */
static int poll_round(struct pollfd *fds, unsigned int n, unsigned int always,
		      long ticks)
{
	WAIT_ENTRY(pollers);
	WAIT_ENTRY(terminal);
	int ready;

	wait_prepare(&poll_queue, &pollers, true);
	wait_prepare(&tty_wait, &terminal, true);
	ready = poll_once(fds, n, always);
	if (!ready && ticks > 0)
		schedule_timeout(ticks);
	else if (!ready && ticks)
		schedule();
	wait_finish(&terminal);
	wait_finish(&pollers);
	return ready;
}

/*
 * Until something is ready, a signal ends it or the time is over.
 * ticks: jiffies, negative for ever.  => ready, 0, -EINTR
 */
static int poll_wait(struct pollfd *fds, unsigned int n, unsigned int always,
		     long ticks)
{
	unsigned long end = jiffies + ticks;
	int ready;

	while (!(ready = poll_round(fds, n, always, ticks)) && ticks) {
		if (signal_ends_call())
			return -EINTR;
		if (ticks > 0)
			ticks = max((long)(end - jiffies), 0L);
	}
	return ready;
}

/* Rounded up, one more since the first tick may come at once. */
static long ms_to_ticks(long ms)
{
	if (ms <= 0)
		return ms;
	return (ms + 1000 / HZ - 1) / (1000 / HZ) + 1;
}

static long do_poll(struct pollfd *user, u32 n, long ticks)
{
	struct pollfd fds[NR_OPEN];
	int ready;

	if (n > NR_OPEN)
		return -EINVAL;
	if (copy_from_user(fds, user, n * sizeof(fds[0])))
		return -EFAULT;
	ready = poll_wait(fds, n, POLLERR | POLLHUP, ticks);
	if (ready >= 0 && copy_to_user(user, fds, n * sizeof(fds[0])))
		return -EFAULT;
	return ready;
}

long sys_poll(SYSCALL_ARGS)
{
	return do_poll((struct pollfd *)a, b, ms_to_ticks((s32)c));
}

/* => 0 with the limit; -EFAULT, -EINVAL */
static int limit_read(struct limit *limit, void *user, enum time_form form)
{
	struct time64 t;
	struct time32 t32;

	*limit = (struct limit){ user, form, clock_usec(), 0, -1 };
	if (!user)
		return 0;
	if (form == TIMESPEC64 ? get_user(t, (struct time64 *)user) :
				 get_user(t32, (struct time32 *)user))
		return -EFAULT;
	if (form != TIMESPEC64)
		t = (struct time64){ t32.sec, t32.part, 0 };
	if (form == TIMEVAL)
		t.nsec = t.nsec < 0 ? -1 : min(t.nsec, 999999) * 1000;
	if (t.sec < 0 || t.nsec < 0 || t.nsec >= 1000000000)
		return -EINVAL;
	limit->usec = (u64)min(t.sec, (s64)2000000) * 1000000 +
		      (t.nsec + 999) / 1000;
	limit->ticks = ms_to_ticks((limit->usec + 999) / 1000);
	return 0;
}

/* The caller learns what is left of it, as from Linux. */
static void limit_tell(const struct limit *limit)
{
	u64 gone = clock_usec() - limit->begin;
	u64 left = limit->usec - min(gone, limit->usec);
	s32 sec = left / 1000000, part = left % 1000000;

	if (!limit->user)
		return;
	if (limit->form == TIMESPEC64)
		put_user(((struct time64){ sec, part * 1000, 0 }),
			 (struct time64 *)limit->user);
	else if (limit->form == TIMESPEC)
		put_user(((struct time32){ sec, part * 1000 }),
			 (struct time32 *)limit->user);
	else
		put_user(((struct time32){ sec, part }),
			 (struct time32 *)limit->user);
}

/* The mask that counts while waiting; a handler that runs brings the old one
 * back. => 0, -EFAULT, -EINVAL */
static int mask_begin(const u64 *user, u32 size)
{
	u64 mask;

	if (!user)
		return 0;
	if (size != sizeof(mask))
		return -EINVAL;
	if (get_user(mask, user))
		return -EFAULT;
	current->sig_suspended = current->sig_blocked;
	set_blocked(mask);
	current->sig_restore = true;
	return 0;
}

static void mask_end(long result)
{
	if (!current->sig_restore || result == -EINTR)
		return;
	current->sig_restore = false;
	set_blocked(current->sig_suspended);
}

static long ppoll(struct pollfd *fds, u32 n, void *timeout, const u64 *mask,
		  u32 size, enum time_form form)
{
	struct limit limit;
	long result = limit_read(&limit, timeout, form);

	if (!result)
		result = mask_begin(mask, size);
	if (result)
		return result;
	result = do_poll(fds, n, limit.ticks);
	mask_end(result);
	limit_tell(&limit);
	return result;
}

/* ppoll(fds, n, timespec, mask, 8) */
long sys_ppoll(SYSCALL_ARGS)
{
	return ppoll((void *)a, b, (void *)c, (u64 *)d, e, TIMESPEC);
}

long sys_ppoll64(SYSCALL_ARGS)
{
	return ppoll((void *)a, b, (void *)c, (u64 *)d, e, TIMESPEC64);
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
static long do_select(u32 n, const u32 user[3], long ticks)
{
	struct pollfd fds[NR_OPEN];
	struct fd_sets sets;
	int used, err;

	if ((s32)n < 0)
		return -EINVAL;
	n = min(n, (u32)NR_OPEN);
	err = sets_from_user(&sets, n, user);
	if (err)
		return err;
	used = sets_to_pollfds(&sets, n, fds);
	err = poll_wait(fds, used, 0, ticks);
	if (err >= 0)
		err = pollfds_to_sets(fds, used, &sets);
	if (err >= 0 && sets_to_user(&sets, n, user))
		err = -EFAULT;
	return err;
}

static long select_timeval(u32 n, const u32 user[3], void *timeout)
{
	struct limit limit;
	long result = limit_read(&limit, timeout, TIMEVAL);

	if (result)
		return result;
	result = do_select(n, user, limit.ticks);
	limit_tell(&limit);
	return result;
}

long sys__newselect(SYSCALL_ARGS)
{
	u32 user[3] = { b, c, d };

	return select_timeval(a, user, (void *)e);
}

/* The old call: one pointer to the five arguments. */
long sys_select(SYSCALL_ARGS)
{
	u32 args[5];

	if (copy_from_user(args, (void *)a, sizeof(args)))
		return -EFAULT;
	return select_timeval(args[0], args + 1, (void *)args[4]);
}

/* The last argument points to the mask and its size. */
static long pselect(u32 n, const u32 user[3], void *timeout, const u32 *mask,
		    enum time_form form)
{
	u32 m[2] = { 0, 0 };
	struct limit limit;
	long result = limit_read(&limit, timeout, form);

	if (!result && mask && copy_from_user(m, mask, sizeof(m)))
		result = -EFAULT;
	if (!result)
		result = mask_begin((u64 *)m[0], m[1]);
	if (result)
		return result;
	result = do_select(n, user, limit.ticks);
	mask_end(result);
	limit_tell(&limit);
	return result;
}

/* pselect6(n, read, write, except, timespec, { mask, 8 }) */
long sys_pselect6(SYSCALL_ARGS)
{
	u32 user[3] = { b, c, d };

	return pselect(a, user, (void *)e, (u32 *)f, TIMESPEC);
}

long sys_pselect64(SYSCALL_ARGS)
{
	u32 user[3] = { b, c, d };

	return pselect(a, user, (void *)e, (u32 *)f, TIMESPEC64);
}
