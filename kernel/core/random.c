/*
 * kernel/core/random.c - pseudo-random bytes; equal runs give equal bytes
 *
 * A shift register mixed with the clock: unfit for secrets.
 *
 * Locks: none.
 */
#include "kernel/core/random.h"
#include "kernel/core/task.h"
#include "kernel/core/time.h"
#include "kernel/core/uaccess.h"

u32 random_u32(void)
{
	static u64 state = 0x9e3779b97f4a7c15ULL;

	state ^= clock_usec();
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state >> 32;
}

/* => bytes written, fewer where user memory ends or, after a page, on a signal;
 *    -EFAULT; buf is user memory; sleeps */
long random_to_user(char *buf, size_t n)
{
	size_t done, part;
	u32 word;

	for (done = 0; done < n; done += part) {
		if (done && !(done & ~PAGE_MASK)) {
			if (signal_pending())
				break;
			cond_resched();
		}
		word = random_u32();
		part = min(n - done, sizeof(word));
		if (copy_to_user(buf + done, &word, part))
			return done ? (long)done : -EFAULT;
	}
	return done;
}
