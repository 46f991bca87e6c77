/*
 * kernel/core/wait.h - wait queues.
 *
 * The lost wake-up, and why there is none: wait_event() puts the task on the
 * queue and marks it sleeping BEFORE it tests the condition; a waker makes the
 * condition true BEFORE it calls wake_up().  If the waker runs before the
 * test, the test sees the condition.  If it runs after the test (an interrupt,
 * since the kernel is not preemptive), it finds the task on the queue and
 * makes it runnable again, so that schedule() returns at once.
 */
#pragma once

#include "kernel/base/list.h"

struct task;

struct wait_queue {
	struct list_head sleepers;
};

struct wait_entry {
	struct list_head node;
	struct task *task;
};

#define WAIT_ENTRY(name)						\
	struct wait_entry name = { .node = LIST_HEAD_INIT((name).node) }

#define WAIT_QUEUE_INIT(name)	{ LIST_HEAD_INIT((name).sleepers) }
#define WAIT_QUEUE(name)	struct wait_queue name = WAIT_QUEUE_INIT(name)

static inline void wait_queue_init(struct wait_queue *queue)
{
	list_init(&queue->sleepers);
}

/*
 * The three steps of sleeping, for loops that need more than wait_event():
 * wait_prepare (on the queue, state sleeping), schedule(), wait_finish.  The
 * entry is declared with WAIT_ENTRY(name).
 */
void wait_prepare(struct wait_queue *queue, struct wait_entry *entry,
		  bool interruptible);
void wait_finish(struct wait_entry *entry);

/* Makes every sleeper runnable.  => any context, also interrupts. */
void wake_up(struct wait_queue *queue);

void schedule(void);
/* => sleeps at most "ticks" jiffies; returns the jiffies left (0: expired) */
long schedule_timeout(long ticks);
bool signal_pending(void);

#define wait_event(queue, condition)					\
	do {								\
		WAIT_ENTRY(we_);					\
		for (;;) {						\
			wait_prepare(&(queue), &we_, false);		\
			if (condition)					\
				break;					\
			schedule();					\
		}							\
		wait_finish(&we_);					\
	} while (0)

/* Value: 0; -ETIMEDOUT after so many jiffies (negative: never); -EINTR. */
#define wait_event_interruptible_timeout(queue, condition, ticks)	\
	({								\
		WAIT_ENTRY(we_);					\
		long left_ = (ticks);					\
		int ret_ = 0;						\
		for (;;) {						\
			wait_prepare(&(queue), &we_, true);		\
			if (condition)					\
				break;					\
			ret_ = !left_ ? -ETIMEDOUT :			\
			       signal_pending() ? -EINTR : 0;		\
			if (ret_)					\
				break;					\
			if (left_ > 0)					\
				left_ = schedule_timeout(left_);	\
			else						\
				schedule();				\
		}							\
		wait_finish(&we_);					\
		ret_;							\
	})

/* Value: 0, or -EINTR when a signal came first. */
#define wait_event_interruptible(queue, condition)			\
	wait_event_interruptible_timeout(queue, condition, -1)

/* Value: the jiffies left, 0 when the time ran out (condition still false). */
#define wait_event_timeout(queue, condition, ticks)			\
	({								\
		WAIT_ENTRY(we_);					\
		long left_ = (ticks);					\
		for (;;) {						\
			wait_prepare(&(queue), &we_, false);		\
			if ((condition) || left_ <= 0)			\
				break;					\
			left_ = schedule_timeout(left_);		\
		}							\
		wait_finish(&we_);					\
		left_;							\
	})
