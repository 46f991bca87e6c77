/*
 * fs/vfs/locks.c - advisory locks: fcntl's on byte ranges, flock's on whole
 * files.
 *
 * An inode has a list of locks, each a range, a type and an owner: the
 * descriptor table for fcntl's, the open file for flock's.  Overlapping locks
 * of two owners conflict unless both are read locks; a new lock replaces the
 * overlapping parts of its owner's old ones.  A process whose wait would close
 * a cycle of waiting processes gets EDEADLK.
 *
 * Both kinds are released implicitly: record locks when their process closes
 * any descriptor of the file, flock's with the last reference to the open file.
 * The number of locks is limited to the number of page frames, so locks take at
 * most a 64th of memory (ENOLCK, except for root): a process can ask for one a
 * byte.
 *
 * Invariants: nr_locks locks are on the lists of inodes; an owner's locks are
 * adjacent, in file order, so that F_GETLK reports the first of them.
 * Locks: none: no sleep between a test of a list and its change.
 */
#include "drivers/block/blk.h"
#include "fs/vfs/locks.h"
#include "kernel/core/uaccess.h"
#include "mm/heap/slab.h"

#define OFFSET_MAX	0x7fffffffffffffffLL

struct file_lock {
	struct file_lock *next;
	const void *owner;		/* files_struct or file */
	int pid;
	bool whole;			/* flock's */
	int type;			/* F_RDLCK, F_WRLCK; wish: F_UNLCK */
	loff_t start, end;		/* inclusive */
};

/* A process that waits for a lock, and the owner that it waits for. */
struct lock_waiter {
	struct list_head node;
	const void *owner, *blocker;
};

static LIST_HEAD(lock_waiters);
static WAIT_QUEUE(lock_queue);
static unsigned long nr_locks;

/* ---- conflicts ----------------------------------------------------------- */

static bool locks_overlap(const struct file_lock *a, const struct file_lock *b)
{
	return a->start <= b->end && b->start <= a->end;
}

/* => the first lock that conflicts with the request; NULL: none */
static struct file_lock *locks_conflict(const struct inode *inode,
					const struct file_lock *wish)
{
	struct file_lock *lock;

	for (lock = inode->locks; lock; lock = lock->next)
		if (lock->whole == wish->whole && lock->owner != wish->owner &&
		    locks_overlap(lock, wish) &&
		    (lock->type == F_WRLCK || wish->type == F_WRLCK))
			return lock;
	return NULL;
}

/* => the owner that "owner" waits for; NULL: none */
static const void *blocker_of(const void *owner)
{
	struct lock_waiter *waiter;

	list_for_each_entry(waiter, &lock_waiters, node)
		if (waiter->owner == owner)
			return waiter->blocker;
	return NULL;
}

/* Limits the chain to the number of processes: processes that share a table can
 * close a cycle that does not contain owner. */
static bool would_deadlock(const void *owner, const void *blocker)
{
	unsigned int steps;

	for (steps = nr_processes; blocker && steps--;
	     blocker = blocker_of(blocker))
		if (blocker == owner)
			return true;
	return false;
}

/* Waits until no lock conflicts. => 0, -EINTR, -EDEADLK; sleeps */
static int wait_for_lock(struct inode *inode, const struct file_lock *wish)
{
	struct lock_waiter waiter = { .owner = wish->owner };
	struct file_lock *lock;
	int error = 0;

	while (!error && (lock = locks_conflict(inode, wish))) {
		if (!wish->whole && would_deadlock(wish->owner, lock->owner))
			return -EDEADLK;
		waiter.blocker = lock->owner;
		list_add(&waiter.node, &lock_waiters);
		error = wait_event_interruptible(lock_queue,
			!(lock = locks_conflict(inode, wish)) ||
			lock->owner != waiter.blocker);
		list_del(&waiter.node);
	}
	return error;
}

/* ---- the list ------------------------------------------------------------ */

static void locks_remove(struct file_lock **link)
{
	struct file_lock *lock = *link;

	BUG_ON(!nr_locks, "a lock of process %d is not counted", lock->pid);
	*link = lock->next;
	kfree(lock);
	nr_locks--;
}

/*
 * Removes the wish's range from its owner's locks; "spare" becomes the upper
 * part of a lock that contains the range. => spare, or NULL: it was used
 */
static struct file_lock *cut_out(struct inode *inode,
				 const struct file_lock *wish,
				 struct file_lock *spare)
{
	struct file_lock **link = &inode->locks, *lock;

	while ((lock = *link)) {
		if (lock->owner != wish->owner || !locks_overlap(lock, wish)) {
			link = &lock->next;
			continue;
		}
		if (lock->start >= wish->start && lock->end <= wish->end) {
			locks_remove(link);
			continue;
		}
		if (lock->start < wish->start && lock->end > wish->end) {
			*spare = *lock;
			spare->start = wish->end + 1;
			lock->next = spare;
			spare = NULL;
			nr_locks++;
		}
		if (lock->start < wish->start)
			lock->end = wish->start - 1;
		else
			lock->start = wish->end + 1;
		link = &lock->next;
	}
	return spare;
}

/* Merges the wish with its owner's adjacent locks of the same type. */
static void locks_join(struct inode *inode, struct file_lock *wish)
{
	struct file_lock **link = &inode->locks, *lock;

	while ((lock = *link)) {
		bool before = lock->end != OFFSET_MAX &&
			      lock->end + 1 == wish->start;
		bool behind = wish->end != OFFSET_MAX &&
			      wish->end + 1 == lock->start;

		if (lock->owner != wish->owner || lock->type != wish->type ||
		    !(before || behind)) {
			link = &lock->next;
			continue;
		}
		wish->start = min(wish->start, lock->start);
		wish->end = max(wish->end, lock->end);
		locks_remove(link);
	}
}

/* Applies the wish: inserts it among its owner's locks or at the end of the
 * list.  "lock" is memory for it. */
static void locks_apply(struct inode *inode, struct file_lock *wish,
			struct file_lock *lock, struct file_lock *spare)
{
	struct file_lock **link = &inode->locks;

	while (*link && (*link)->owner != wish->owner)
		link = &(*link)->next;
	spare = cut_out(inode, wish, spare);
	kfree(spare);
	if (wish->type == F_UNLCK) {
		kfree(lock);
	} else {
		locks_join(inode, wish);
		while (*link && (*link)->owner == wish->owner &&
		       (*link)->start < wish->start)
			link = &(*link)->next;
		*lock = *wish;
		lock->next = *link;
		*link = lock;
		nr_locks++;
	}
	wake_up(&lock_queue);
}

/* Sets or clears a lock; unlocking a whole file needs no new lock. => 0;
 * -EAGAIN: conflict; -EINTR, -EDEADLK, -ENOLCK; sleeps if "wait" */
static int set_lock(struct inode *inode, struct file_lock *wish, bool wait)
{
	struct file_lock *lock = kmalloc(sizeof(*lock), GFP_KERNEL);
	struct file_lock *spare = kmalloc(sizeof(*spare), GFP_KERNEL);
	bool room = nr_locks < num_physpages || !current->euid ||
		    (wish->type == F_UNLCK && !wish->start &&
		     wish->end == OFFSET_MAX);
	int error = lock && spare && room ? 0 : -ENOLCK;

	if (!error && wish->type != F_UNLCK) {
		if (wait)
			error = wait_for_lock(inode, wish);
		else if (locks_conflict(inode, wish))
			error = -EAGAIN;
	}
	if (!error) {
		locks_apply(inode, wish, lock, spare);
		return 0;
	}
	kfree(lock);
	kfree(spare);
	return error;
}

void locks_drop(struct inode *inode, const void *owner)
{
	struct file_lock **link = &inode->locks;
	bool any = false;

	while (*link) {
		if ((*link)->owner != owner) {
			link = &(*link)->next;
			continue;
		}
		locks_remove(link);
		any = true;
	}
	if (any)
		wake_up(&lock_queue);
}

static size_t lock_print(const struct file_lock *lock,
			 const struct inode *inode, char *buf, size_t size,
			 size_t n, u32 number)
{
	dev_t dev = inode->sb->dev ? inode->sb->dev->rdev : 0;

	n = text_add(buf, size, n, "%u: %s  ADVISORY  %s %d %02x:%02x:%u %lld ",
		     number, lock->whole ? "FLOCK" : "POSIX",
		     lock->type == F_RDLCK ? "READ" : "WRITE", lock->pid,
		     MAJOR(dev), MINOR(dev), inode->ino, lock->start);
	return text_add(buf, size, n, lock->end == OFFSET_MAX ? "EOF\n" :
			"%lld\n", lock->end);
}

/* Prints /proc/locks: the locks of files that have a path. => bytes */
size_t locks_print(char *buf, size_t size)
{
	const struct super_block *sb;
	const struct file_lock *lock;
	const struct inode *inode;
	size_t n = 0;
	u32 number = 0;

	list_for_each_entry(sb, &super_blocks, node)
		list_for_each_entry(inode, &sb->inodes, sb_node)
			for (lock = inode->locks; lock; lock = lock->next)
				n = lock_print(lock, inode, buf, size, n,
					       ++number);
	return n;
}

/* ---- fcntl and flock ----------------------------------------------------- */

/* struct flock of user space, with offsets of 32 or 64 bits. */
struct flock32 {
	short type, whence;
	s32 start, len;
	s32 pid;
};

struct flock64 {
	short type, whence;
	s64 start, len;
	s32 pid;
} __packed;

static int read_flock(u32 cmd, struct flock64 *lock, const void *user)
{
	struct flock32 old;

	if (cmd >= F_GETLK64)
		return copy_from_user(lock, user, sizeof(*lock));
	if (copy_from_user(&old, user, sizeof(old)))
		return -EFAULT;
	*lock = (struct flock64){ old.type, old.whence, old.start, old.len,
				  old.pid };
	return 0;
}

/* => 0, -EFAULT, -EOVERFLOW: an offset does not fit 32 bits */
static int write_flock(u32 cmd, const struct flock64 *lock, void *user)
{
	struct flock32 old = { lock->type, lock->whence, lock->start,
			       lock->len, lock->pid };

	if (cmd >= F_GETLK64)
		return copy_to_user(user, lock, sizeof(*lock));
	if (old.start != lock->start || old.len != lock->len)
		return -EOVERFLOW;
	return copy_to_user(user, &old, sizeof(old));
}

/* Converts the range to bytes of the file. => 0, -EINVAL, -EOVERFLOW */
static int make_wish(struct file_lock *wish, const struct file *file,
		     const struct flock64 *lock)
{
	loff_t base = lock->whence == SEEK_CUR ? file->pos :
		lock->whence == SEEK_END ? file->inode->size : 0;
	loff_t start = lock->start, len = lock->len;

	if (lock->whence < SEEK_SET || lock->whence > SEEK_END ||
	    lock->type < F_RDLCK || lock->type > F_UNLCK)
		return -EINVAL;
	if (start > 0 && base > OFFSET_MAX - start)
		return -EOVERFLOW;
	start += base;
	if (start >= 0 && len < 0)
		start += len;
	if (start < 0)
		return -EINVAL;
	if (len < 0)
		len = -len;
	if (len > 1 && start > OFFSET_MAX - (len - 1))
		return -EOVERFLOW;
	*wish = (struct file_lock){
		.owner = current->files, .pid = current->pid,
		.type = lock->type, .start = start,
		.end = len ? start + len - 1 : OFFSET_MAX,
	};
	return 0;
}

/* F_GETLK: reports the first conflicting lock in place of the request. */
static long get_lock(struct file *file, u32 cmd, struct file_lock *wish,
		     struct flock64 *lock, void *user)
{
	struct file_lock *found;

	if (wish->type == F_UNLCK)
		return -EINVAL;
	found = locks_conflict(file->inode, wish);
	lock->type = F_UNLCK;
	if (found)
		*lock = (struct flock64){
			found->type, SEEK_SET, found->start,
			found->end == OFFSET_MAX ? 0 :
				found->end - found->start + 1, found->pid };
	return write_flock(cmd, lock, user);
}

/* A read lock needs read access, a write lock write access. => 0 or -EBADF */
static int check_mode(const struct file *file, int type)
{
	u32 need = type == F_RDLCK ? FMODE_READ :
		type == F_WRLCK ? FMODE_WRITE : FMODE_READ | FMODE_WRITE;

	return file_mode(file) & need ? 0 : -EBADF;
}

long fcntl_lock(struct file *file, u32 cmd, void *user)
{
	struct file_lock wish;
	struct flock64 lock;
	int error;

	if (read_flock(cmd, &lock, user))
		return -EFAULT;
	error = make_wish(&wish, file, &lock);
	if (error)
		return error;
	if (cmd == F_GETLK || cmd == F_GETLK64)
		return get_lock(file, cmd, &wish, &lock, user);
	error = check_mode(file, wish.type);
	if (error)
		return error;
	return set_lock(file->inode, &wish,
			cmd == F_SETLKW || cmd == F_SETLKW64);
}

/* => F_*, or -EINVAL */
static int flock_type(unsigned long operation)
{
	switch (operation & ~LOCK_NB) {
	case LOCK_SH:
		return F_RDLCK;
	case LOCK_EX:
		return F_WRLCK;
	case LOCK_UN:
		return F_UNLCK;
	}
	return -EINVAL;
}

/* Drops the caller's lock of the other type before the wait: two opens that
 * share the file and both want an exclusive lock would wait for each other. */
static void drop_other_kind(struct inode *inode, const struct file_lock *wish)
{
	struct file_lock *lock;

	for (lock = inode->locks; lock; lock = lock->next) {
		if (lock->owner != wish->owner || lock->type == wish->type)
			continue;
		locks_drop(inode, wish->owner);
		return;
	}
}

SYSCALL_DEFINE2(flock, int, fd, u32, operation)
{
	struct file *file = fget(fd);
	struct file_lock wish = { .pid = current->pid, .whole = true,
				  .type = flock_type(operation),
				  .end = OFFSET_MAX };
	long error;

	if (!file)
		return -EBADF;
	wish.owner = file;
	error = wish.type < 0 ? wish.type : 0;
	if (!error) {
		drop_other_kind(file->inode, &wish);
		error = set_lock(file->inode, &wish, !(operation & LOCK_NB));
	}
	fput(file);
	return error;
}
