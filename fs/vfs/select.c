/*
 * fs/vfs/select.c - poll and select: waiting for any of several files.
 *
 * Every pipe and terminal that becomes readable or writable wakes all pollers,
 * and each polls its own files again: one queue for the whole kernel, without
 * registration.  This is short, and cheap with few processes.
 */
#include "drivers/console/tty.h"
#include "fs/vfs/vfs_impl.h"
#include "kernel/process/signal.h"
#include "kernel/core/time.h"
#include "kernel/core/uaccess.h"
#include "mm/heap/slab.h"

static WAIT_QUEUE(poll_queue);

struct pollfd {
	s32 fd;
	u16 events, revents;
};

/* A call's time limit. */
struct limit {
	void *user;		/* NULL: no limit */
	bool micro;		/* a timeval; else a timespec of either width */
	u64 end;		/* as clock_usec() counts; 0: do not wait */
	s32 more;		/* nanoseconds added by rounding up */
};

#define SEC_MAX		(1ll << 33)
#define EXCEPTIONAL	0x8000u	/* no file reports this condition */
#define FD_SETSIZE	1024u
#define FOR_EVER	(~0ull)
#define FAST_FDS	64u	/* more than these are kmalloc'ed */

/* Wakes all pollers. => any context */
void poll_wake(void)
{
	wake_up(&poll_queue);
}

/* => the events of "wanted" that are ready at descriptor fd */
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

/* Adds "always" to the events polled. => number of pollfds with events */
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

/* Polls once; sleeps until a wakeup if nothing is ready. => number ready */
static int poll_round(struct pollfd *fds, unsigned int n, unsigned int always,
		      u64 end)
{
	WAIT_ENTRY(pollers);
	WAIT_ENTRY(terminal);
	int ready;

	wait_prepare(&poll_queue, &pollers, true);
	wait_prepare(&tty_wait, &terminal, true);
	ready = poll_once(fds, n, always);
	if (!ready && end == FOR_EVER)
		schedule();
	else if (!ready && end)
		schedule_timeout(ticks_until(end));
	wait_finish(&terminal);
	wait_finish(&pollers);
	return ready;
}

/*
 * Polls until a descriptor is ready, a signal arrives or the time is over. end:
 * as clock_usec() counts; 0: polls once. => number ready, 0, -EINTR
 */
static int poll_wait(struct pollfd *fds, unsigned int n, unsigned int always,
		     u64 end)
{
	int ready;

	while (!(ready = poll_round(fds, n, always, end)) && end) {
		if (signal_ends_call())
			return -EINTR;
		if (clock_usec() >= end)
			end = 0;
	}
	return ready;
}

/* => "fast" for few pollfds, else kmalloc'ed memory, or NULL */
static struct pollfd *get_pollfds(struct pollfd *fast, u32 n)
{
	return n <= FAST_FDS ? fast : kmalloc(n * sizeof(*fast), GFP_KERNEL);
}

/* Writes back revents only: another task may be changing fd and events. */
static long do_poll(struct pollfd __user *user, u32 n, u64 end)
{
	struct pollfd fast[FAST_FDS], *fds;
	long ready = -EFAULT;
	u32 i;

	if (n > current->rlimits[RLIMIT_NOFILE].now)
		return -EINVAL;
	fds = get_pollfds(fast, n);
	if (!fds)
		return -ENOMEM;
	if (!copy_from_user(fds, user, n * sizeof(*fds))) {
		ready = poll_wait(fds, n, POLLERR | POLLHUP, end);
		for (i = 0; i < n; i++)
			if (put_user(fds[i].revents, &user[i].revents))
				ready = -EFAULT;
	}
	if (fds != fast)
		kfree(fds);
	return ready;
}

SYSCALL_DEFINE3(poll, struct pollfd __user *, fds, u32, n, s32, ms)
{
	u64 end = ms < 0 ? FOR_EVER : !ms ? 0 : clock_usec() + ms * 1000ull;

	return do_poll(fds, n, end);
}

/* => 0 with the limit; -EFAULT, -EINVAL */
static int limit_read(struct limit *limit, void __user *user, bool micro)
{
	struct timespec64 t;

	*limit = (struct limit){ user, micro, FOR_EVER, 0 };
	if (!user)
		return 0;
	if (get_timespec(&t, user))
		return -EFAULT;
	if (micro)
		t.nsec = t.nsec < 0 ? -1 : min(t.nsec, 999999) * 1000;
	if (t.sec < 0 || t.nsec < 0 || t.nsec >= 1000000000)
		return -EINVAL;
	limit->end = (u64)min(t.sec, SEC_MAX) * 1000000 +
		     (t.nsec + 999) / 1000;
	limit->more = (t.nsec + 999) / 1000 * 1000 - t.nsec;
	if (limit->end)
		limit->end += clock_usec();
	return 0;
}

/* Writes the remaining time back to the caller, as Linux does. */
static void limit_tell(const struct limit *limit)
{
	u64 now = clock_usec(), left = limit->end - min(now, limit->end);
	u64 nsec = left ? left * 1000 - limit->more : 0;
	struct timespec64 t = { nsec / 1000000000, nsec % 1000000000, 0 };

	if (limit->micro)
		t.nsec /= 1000;
	if (limit->user)
		put_timespec(limit->user, &t);
}

/* Installs the mask for the wait; sigreturn of a handler restores the old mask.
 * => 0, -EFAULT, -EINVAL */
static int mask_begin(const u64 __user *user, u32 size)
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

SYSCALL_DEFINE5(ppoll, struct pollfd __user *, fds, u32, n,
		void __user *, timeout, const u64 __user *, mask,
		u32, mask_size)
{
	struct limit limit;
	long result = limit_read(&limit, timeout, false);

	if (!result)
		result = mask_begin(mask, mask_size);
	if (result)
		return result;
	result = do_poll(fds, n, limit.end);
	mask_end(result);
	limit_tell(&limit);
	return result;
}

/* ---- select -------------------------------------------------------------- */

static const u16 set_events[3] = {
	POLLIN | POLLRDNORM | POLLHUP | POLLERR,
	POLLOUT | POLLWRNORM | POLLERR,
	EXCEPTIONAL,
};

/* Reads word i of each set, limited to n bits. => 0 or -EFAULT */
static int words_from_user(u32 words[3], u32 i, u32 n,
			   u32 __user *const sets[3])
{
	u32 known = n - i * 32 < 32 ? (1u << n % 32) - 1 : ~0u, k;

	for (k = 0; k < 3; k++) {
		words[k] = 0;
		if (sets[k] && get_user(words[k], sets[k] + i))
			return -EFAULT;
		words[k] &= known;
	}
	return 0;
}

/* => the pollfd for one bit of word i of the sets */
static struct pollfd wanted_of(const u32 words[3], u32 i, u32 bit)
{
	struct pollfd fd = { .fd = i * 32 + __builtin_ctz(bit) };
	int k;

	for (k = 0; k < 3; k++)
		if (words[k] & bit)
			fd.events |= set_events[k];
	return fd;
}

/* Fills fds, one for each descriptor in the sets. => their number; -EFAULT */
static long sets_to_pollfds(u32 n, u32 __user *const sets[3],
			    struct pollfd *fds)
{
	u32 words[3], i, any, used = 0;

	for (i = 0; i * 32 < n; i++) {
		if (words_from_user(words, i, n, sets))
			return -EFAULT;
		for (any = words[0] | words[1] | words[2]; any;
		     any &= any - 1)
			fds[used++] = wanted_of(words, i, any & -any);
	}
	return used;
}

/* => 1: descriptor is ready in the sense of set k, and set k contains it */
static u32 is_ready(const struct pollfd *fd, int k)
{
	static const u16 asked[3] = { POLLIN, POLLOUT, EXCEPTIONAL };

	return (fd->events & asked[k]) && (fd->revents & set_events[k]);
}

/* Writes the ready descriptors to the sets. => bits set, -EBADF, -EFAULT */
static long pollfds_to_sets(const struct pollfd *fds, u32 used, u32 n,
			    u32 __user *const sets[3])
{
	u32 i, at, ready;
	long bits = 0;
	int k;

	for (at = 0; at < used; at++)
		if (fds[at].revents & POLLNVAL)
			return -EBADF;
	for (i = 0, at = 0; i * 32 < n; i++) {
		u32 words[3] = { 0 };

		for (; at < used && (u32)fds[at].fd / 32 == i; at++)
			for (k = 0; k < 3; k++) {
				ready = is_ready(&fds[at], k);
				words[k] |= ready << fds[at].fd % 32;
				bits += ready;
			}
		for (k = 0; k < 3; k++)
			if (sets[k] && put_user(words[k], sets[k] + i))
				return -EFAULT;
	}
	return bits;
}

/* Implements select by poll on the descriptors of three sets.  Bits beyond both
 * the table and FD_SETSIZE are ignored, as in Linux. */
static long do_select(u32 n, u32 __user *const sets[3], u64 end)
{
	struct pollfd fast[FAST_FDS], *fds;
	long used, result;

	if ((s32)n < 0)
		return -EINVAL;
	n = min(n, max(current->files->size, FD_SETSIZE));
	fds = get_pollfds(fast, n);
	if (!fds)
		return -ENOMEM;
	used = sets_to_pollfds(n, sets, fds);
	result = used < 0 ? used : poll_wait(fds, used, 0, end);
	if (result >= 0)
		result = pollfds_to_sets(fds, used, n, sets);
	if (fds != fast)
		kfree(fds);
	return result;
}

SYSCALL_DEFINE5(_newselect, u32, n, u32 __user *, reads, u32 __user *, writes,
		u32 __user *, excepts, void __user *, timeout)
{
	u32 __user *sets[3] = { reads, writes, excepts };
	struct limit limit;
	long result = limit_read(&limit, timeout, true);

	if (result)
		return result;
	result = do_select(n, sets, limit.end);
	limit_tell(&limit);
	return result;
}

/* The old select: one pointer to the five arguments. */
SYSCALL_DEFINE1(select, const u32 __user *, arguments)
{
	u32 args[5];

	if (copy_from_user(args, arguments, sizeof(args)))
		return -EFAULT;
	return sys__newselect(args[0], (u32 __user *)args[1],
			      (u32 __user *)args[2], (u32 __user *)args[3],
			      (void __user *)args[4]);
}

/* mask points to { address of the mask, 8 } */
SYSCALL_DEFINE6(pselect6, u32, n, u32 __user *, reads, u32 __user *, writes,
		u32 __user *, excepts, void __user *, timeout,
		const u32 __user *, mask)
{
	u32 __user *sets[3] = { reads, writes, excepts };
	u32 m[2] = { 0, 0 };
	struct limit limit;
	long result = limit_read(&limit, timeout, false);

	if (!result && mask && copy_from_user(m, mask, sizeof(m)))
		result = -EFAULT;
	if (!result)
		result = mask_begin((u64 *)m[0], m[1]);
	if (result)
		return result;
	result = do_select(n, sets, limit.end);
	mask_end(result);
	limit_tell(&limit);
	return result;
}
