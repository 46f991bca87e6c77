/*
 * drivers/block/elevator.h - the waiting requests of a queue: slots and order.
 *
 * Private to the block layer.  All but blk_check_queue(): queue->lock held,
 * nothing sleeps.
 */
#pragma once

#include "drivers/block/blk.h"

#define ELEVATOR_READ_PASSOVER	8192	/* transfers that may pass a read */
#define ELEVATOR_WRITE_PASSOVER	16384	/* transfers that may pass a write */
#define ELEVATOR_SLOT_BATCH	8	/* slots are released together */

/* Slots are of two kinds; a flush counts as a write. */
static inline int elevator_slot_kind(u8 rw)
{
	return rw == BLK_READ ? BLK_READ : BLK_WRITE;
}

void elevator_init(struct blk_queue *queue);
/* => true: the transfer has joined a waiting request */
bool elevator_merge(struct blk_queue *queue, struct blk_io *io);
/* Inserts a new request for the transfer. => false: no slot is free */
bool elevator_add(struct blk_queue *queue, struct blk_io *io, u64 now_usec);
/* Takes the first request off the queue. => NULL: the queue is empty */
struct blk_request *elevator_next(struct blk_queue *queue);
/* Panics when an invariant of the queue is broken; takes queue->lock. */
void blk_check_queue(struct blk_queue *queue);
/* Releases a slot; a batch of them wakes up the sleeping submitters. */
void elevator_release(struct blk_queue *queue, struct blk_request *request);
