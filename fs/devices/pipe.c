/*
 * fs/devices/pipe.c - pipes and FIFOs: a ring of one page between two ends.
 *
 * The inode points to the pipe, which exists while an end is open.  A write of
 * at most a page waits until all of it fits, so such writes do not interleave;
 * a longer one is copied as space becomes free.  Reading from a pipe without
 * writers returns the end of the file; writing to one without readers returns
 * EPIPE and sends SIGPIPE.
 *
 * Invariants: len <= PAGE_SIZE; bytes are ring[head .. head + len) modulo the
 * page; readers and writers count open ends.
 * Locks: pipe->mutex over head, len and the copy, which may fault.
 */
#include "fs/vfs/vfs_impl.h"
#include "kernel/process/signal.h"
#include "kernel/core/uaccess.h"
#include "mm/heap/slab.h"

#define PIPE_SIZE	PAGE_SIZE
#define PIPES_PART	16	/* pipes: 1/16 of frames, except root's */

/* Letters: (m) mutex; (n) not preemptive, no sleep between test and use. */
struct pipe {
	struct mutex mutex;
	char *ring;			/* c: one page */
	unsigned int head, len;		/* m */
	unsigned int readers, writers;	/* n: open ends */
	unsigned int opened_r, opened_w;	/* n: ends ever opened */
	struct wait_queue wait_read, wait_write;
};

static struct super_block *pipe_sb;
static struct kmem_cache *pipe_cache;
static u32 pipe_ino;
static unsigned long nr_pipes;

/* => NULL: no memory, or (except for root) too many pipes */
static struct pipe *pipe_new(void)
{
	struct pipe *pipe = NULL;

	if (!current->euid || nr_pipes < num_physpages / PIPES_PART)
		pipe = kmem_cache_alloc(pipe_cache, GFP_KERNEL);
	if (!pipe)
		return NULL;
	memset(pipe, 0, sizeof(*pipe));
	pipe->ring = get_free_page(GFP_KERNEL);
	if (!pipe->ring) {
		kmem_cache_free(pipe_cache, pipe);
		return NULL;
	}
	nr_pipes++;
	mutex_init(&pipe->mutex, "pipe", RANK_PIPE);
	wait_queue_init(&pipe->wait_read);
	wait_queue_init(&pipe->wait_write);
	return pipe;
}

static void pipe_free(struct pipe *pipe)
{
	free_page(pipe->ring);
	kmem_cache_free(pipe_cache, pipe);
	nr_pipes--;
}

/* ---- the ring (mutex held) ----------------------------------------------- */

/* Copies at most n contiguous bytes. => bytes copied, or -EFAULT */
static long ring_take(struct pipe *pipe, char *buf, size_t n)
{
	size_t part = min(min(n, (size_t)pipe->len), PIPE_SIZE - pipe->head);

	if (copy_to_user(buf, pipe->ring + pipe->head, part))
		return -EFAULT;
	pipe->head = (pipe->head + part) % PIPE_SIZE;
	pipe->len -= part;
	if (!pipe->len)
		pipe->head = 0;
	return part;
}

static long ring_put(struct pipe *pipe, const char *buf, size_t n)
{
	size_t at = (pipe->head + pipe->len) % PIPE_SIZE;
	size_t part = min(min(n, PIPE_SIZE - pipe->len), PIPE_SIZE - at);

	if (copy_from_user(pipe->ring + at, buf, part))
		return -EFAULT;
	pipe->len += part;
	return part;
}

/* ---- read and write ------------------------------------------------------ */

/* Waits for bytes. => 1: available, mutex held; 0: end of file; -E */
static int wait_for_bytes(struct pipe *pipe, bool nonblock)
{
	int err;

	for (;;) {
		mutex_lock(&pipe->mutex);
		if (pipe->len)
			return 1;
		mutex_unlock(&pipe->mutex);
		if (!pipe->writers)
			return 0;
		if (nonblock)
			return -EAGAIN;
		err = wait_event_interruptible(pipe->wait_read,
					pipe->len || !pipe->writers);
		if (err)
			return err;
	}
}

/* file_operations.read: reads the bytes available, at least one. => sleeps */
static long pipe_read(struct file *file, char *buf, size_t n,
		      loff_t *pos __unused)
{
	struct pipe *pipe = file->inode->private;
	long done = 0, part;
	int ready;

	if (!n)
		return 0;
	ready = wait_for_bytes(pipe, file->flags & O_NONBLOCK);
	if (ready <= 0)
		return ready;
	do {
		part = ring_take(pipe, buf + done, n - done);
		if (part < 0)
			break;
		done += part;
	} while ((size_t)done < n && pipe->len);
	mutex_unlock(&pipe->mutex);
	wake_up(&pipe->wait_write);
	poll_wake();
	return done ? done : part;
}

/* Waits for "want" bytes of space. => 0 with the mutex held, or -E */
static int wait_for_room(struct pipe *pipe, size_t want, bool nonblock)
{
	int err;

	for (;;) {
		mutex_lock(&pipe->mutex);
		if (!pipe->readers)
			err = -EPIPE;
		else if (PIPE_SIZE - pipe->len >= want)
			return 0;
		else
			err = nonblock ? -EAGAIN : 0;
		mutex_unlock(&pipe->mutex);
		if (!err)
			err = wait_event_interruptible(pipe->wait_write,
				PIPE_SIZE - pipe->len >= want ||
				!pipe->readers);
		if (err)
			return err;
	}
}

/* Waits for "want" bytes of space, writes as many as fit. => bytes or -E */
static long pipe_write_some(struct pipe *pipe, const char *buf, size_t n,
			    size_t want, bool nonblock)
{
	long done = 0, part = 0;
	int err = wait_for_room(pipe, want, nonblock);

	if (err)
		return err;
	while ((size_t)done < n && pipe->len < PIPE_SIZE) {
		part = ring_put(pipe, buf + done, n - done);
		if (part < 0)
			break;
		done += part;
	}
	mutex_unlock(&pipe->mutex);
	wake_up(&pipe->wait_read);
	poll_wake();
	return done ? done : part;
}

/* file_operations.write.  => bytes; -EPIPE with SIGPIPE sent; sleeps */
static long pipe_write(struct file *file, const char *buf, size_t n,
		       loff_t *pos __unused)
{
	struct pipe *pipe = file->inode->private;
	size_t want = n <= PIPE_SIZE ? n : 1;
	size_t done = 0;
	long part = 0;

	while (done < n) {
		part = pipe_write_some(pipe, buf + done, n - done, want,
				       file->flags & O_NONBLOCK);
		if (part < 0)
			break;
		done += part;
	}
	if (part == -EPIPE)
		send_signal(current, SIGPIPE);
	return done ? (long)done : part;
}

static unsigned int pipe_poll(struct file *file)
{
	struct pipe *pipe = file->inode->private;
	unsigned int mask = 0;

	if (file_mode(file) & FMODE_READ) {
		if (pipe->len)
			mask |= POLLIN | POLLRDNORM;
		if (!pipe->writers && pipe->opened_w)
			mask |= POLLHUP;
	}
	if (file_mode(file) & FMODE_WRITE) {
		if (!pipe->len)		/* PIPE_BUF bytes are atomic */
			mask |= POLLOUT | POLLWRNORM;
		if (!pipe->readers)
			mask |= POLLERR;
	}
	return mask;
}

static int pipe_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct pipe *pipe = file->inode->private;

	if (cmd != FIONREAD)
		return -ENOTTY;
	return put_user(pipe->len, (unsigned int *)arg);
}

/* ---- ends opened and closed ---------------------------------------------- */

static void count_ends(struct pipe *pipe, u32 mode)
{
	if (mode & FMODE_READ) {
		pipe->readers++;
		pipe->opened_r++;
	}
	if (mode & FMODE_WRITE) {
		pipe->writers++;
		pipe->opened_w++;
	}
	wake_up(&pipe->wait_read);
	wake_up(&pipe->wait_write);
}

/* Closes an end and wakes up the other side. */
static void pipe_release(struct inode *inode, struct file *file)
{
	struct pipe *pipe = inode->private;
	u32 mode = file_mode(file);

	BUG_ON((mode & FMODE_READ && !pipe->readers) ||
	       (mode & FMODE_WRITE && !pipe->writers),
	       "pipe of %u readers, %u writers", pipe->readers, pipe->writers);
	if (mode & FMODE_READ)
		pipe->readers--;
	if (mode & FMODE_WRITE)
		pipe->writers--;
	if (pipe->readers || pipe->writers) {
		wake_up(&pipe->wait_read);
		wake_up(&pipe->wait_write);
		poll_wake();
		return;
	}
	inode->private = NULL;
	pipe_free(pipe);
}

/*
 * Opening one end of a FIFO waits for the other, except for O_RDWR or
 * O_NONBLOCK.  The test is "ever opened": the other end may be closed again.
 */
static int fifo_wait(struct pipe *pipe, u32 mode, bool nonblock)
{
	unsigned int seen;

	if (mode == (FMODE_READ | FMODE_WRITE))
		return 0;
	if (mode == FMODE_READ) {
		if (pipe->writers || nonblock)
			return 0;
		seen = pipe->opened_w;
		return wait_event_interruptible(pipe->wait_read,
						pipe->opened_w != seen);
	}
	if (pipe->readers)
		return 0;
	if (nonblock)
		return -ENXIO;
	seen = pipe->opened_r;
	return wait_event_interruptible(pipe->wait_write,
					pipe->opened_r != seen);
}

static int fifo_open(struct inode *inode, struct file *file)
{
	struct pipe *pipe = inode->private, *fresh;
	int err;

	if (!pipe) {
		fresh = pipe_new();
		if (!fresh)
			return -ENFILE;
		if (inode->private)
			pipe_free(fresh);
		else
			inode->private = fresh;
		pipe = inode->private;
	}
	count_ends(pipe, file_mode(file));
	if (inode->sb == pipe_sb)	/* reopened by /proc/N/fd: the other */
		return 0;		/* end may never be opened again */
	err = fifo_wait(pipe, file_mode(file), file->flags & O_NONBLOCK);
	if (err)
		pipe_release(inode, file);
	return err;
}

static const struct file_operations fifo_fops = {
	.read = pipe_read,
	.write = pipe_write,
	.lseek = no_lseek,
	.ioctl = pipe_ioctl,
	.poll = pipe_poll,
	.open = fifo_open,
	.release = pipe_release,
};

/* ---- pipe(2) ------------------------------------------------------------- */

static struct inode *pipe_inode(void)
{
	struct inode *inode = new_inode(pipe_sb);
	struct pipe *pipe;

	if (IS_ERR(inode))
		return inode;
	pipe = pipe_new();
	if (!pipe) {
		iput(inode);
		return ERR_PTR(-ENFILE);
	}
	inode->ino = ++pipe_ino;
	inode->mode = S_IFIFO | 0600;
	inode->uid = current->euid;
	inode->gid = current->egid;
	inode->fops = &fifo_fops;
	inode->private = pipe;
	return inode;
}

static struct file *pipe_end(struct inode *inode, u32 flags)
{
	struct file *file = inode_open(inode, flags, inode->fops);

	if (!IS_ERR(file))
		count_ends(inode->private, file_mode(file));
	return file;
}

/* Creates both ends, or neither. => 0 or -E */
static int pipe_files(struct file *ends[2], u32 flags)
{
	struct inode *inode = pipe_inode();

	if (IS_ERR(inode))
		return PTR_ERR(inode);
	ends[0] = pipe_end(inode, O_RDONLY | flags);
	if (IS_ERR(ends[0])) {
		pipe_free(inode->private);
		iput(inode);
		return PTR_ERR(ends[0]);
	}
	ends[1] = pipe_end(inode, O_WRONLY | flags);
	iput(inode);
	if (!IS_ERR(ends[1]))
		return 0;
	fput(ends[0]);
	return PTR_ERR(ends[1]);
}

#define NR_PIPE		42	/* without flags */

/* pipe, which has no flags, and pipe2. => 0 with both descriptors in user
 * memory, or -E with none allocated */
SYSCALL_DEFINE2(pipe, int __user *, to, u32, flags)
{
	struct file *ends[2];
	int fds[2], err;

	if (syscall_number() == NR_PIPE)
		flags = 0;
	if (flags & ~(O_CLOEXEC | O_NONBLOCK))
		return -EINVAL;
	err = pipe_files(ends, flags & O_NONBLOCK);
	if (err)
		return err;
	fds[0] = get_unused_fd(0);
	fds[1] = fds[0] < 0 ? fds[0] : get_unused_fd(0);
	err = fds[1] < 0 ? fds[1] : copy_to_user(to, fds, sizeof(fds));
	if (!err) {
		fd_install(fds[0], ends[0]);
		fd_install(fds[1], ends[1]);
		fd_set_cloexec(fds[0], flags & O_CLOEXEC);
		fd_set_cloexec(fds[1], flags & O_CLOEXEC);
		return 0;
	}
	if (fds[1] >= 0)
		put_unused_fd(fds[1]);
	if (fds[0] >= 0)
		put_unused_fd(fds[0]);
	fput(ends[0]);
	fput(ends[1]);
	return err;
}

static const struct super_operations pipe_super_ops;

void pipe_init(void)
{
	pipe_sb = pseudo_super("pipe", &pipe_super_ops);
	register_special(S_IFIFO, &fifo_fops);
	pipe_cache = kmem_cache_create("pipe", sizeof(struct pipe), 0);
}
