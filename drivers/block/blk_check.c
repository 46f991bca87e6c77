/*
 * drivers/block/blk_check.c - the walker of the request queues.
 *
 * It checks the invariants of blk.c and elevator.c: the chain of transfers of a
 * request, the order of waiting requests, slots and counts.  The order is exact
 * only while the queue is plugged: later the head moves, and requests behind
 * one that may not be passed were sorted from the head's old place.
 *
 * Locks: queue->lock.  Interrupts complete requests, so no task sees a request
 * half complete.
 */
#include "drivers/block/elevator.h"

/* Checks the transfers from request->first on. => their sectors */
static u32 check_chain(const struct blk_queue *queue,
		       const struct blk_request *request)
{
	const struct blk_io *io, *last = NULL;
	u32 sectors = 0, at;

	for (io = request->first; io; last = io, io = io->next) {
		at = io->dev->start + io->sector;
		BUG_ON(io->dev->queue != queue || io->rw != request->rw,
		       "%s: transfer %p of %s, direction %u in %u", queue->name,
		       io, io->dev->name, io->rw, request->rw);
		BUG_ON(io->sector + (io->bytes >> SECTOR_SHIFT) >
		       io->dev->sectors, "%s: sector %u + %u bytes of %u",
		       io->dev->name, io->sector, io->bytes, io->dev->sectors);
		BUG_ON(at != request->sector + sectors,
		       "%s: transfer at %u in request at %u + %u", queue->name,
		       at, request->sector, sectors);
		sectors += io->bytes >> SECTOR_SHIFT;
	}
	BUG_ON(last != request->last, "%s: last transfer %p, not %p",
	       queue->name, last, request->last);
	return sectors;
}

/* Counts the request's slot and the sectors it writes. */
static void check_request(const struct blk_queue *queue,
			  const struct blk_request *request, u32 used[2],
			  u32 *writes)
{
	u32 sectors = check_chain(queue, request);

	BUG_ON(!request->single && sectors != request->sectors,
	       "%s: request of %u sectors, transfers of %u", queue->name,
	       request->sectors, sectors);
	used[elevator_slot_kind(request->rw)]++;
	if (request->rw == BLK_WRITE)
		*writes += sectors;
}

static void check_order(const struct blk_queue *queue,
			const struct blk_request *before,
			const struct blk_request *request)
{
	BUG_ON(before->passover > 0 && request->rw != BLK_FLUSH &&
	       before->sector - queue->head > request->sector - queue->head,
	       "%s: request at %u before %u, head %u", queue->name,
	       before->sector, request->sector, queue->head);
}

static void check_slots(const struct blk_queue *queue, int kind, u32 used)
{
	const struct list_head *node;
	u32 free = 0;

	list_for_each(node, &queue->free[kind])
		free++;
	BUG_ON(free != queue->free_count[kind] + queue->held_back[kind],
	       "%s: kind %d: %u free slots, not %u and %u held back",
	       queue->name, kind, free, queue->free_count[kind],
	       queue->held_back[kind]);
	BUG_ON(queue->held_back[kind] >= ELEVATOR_SLOT_BATCH ||
	       free + used != BLK_SLOTS / 2,
	       "%s: kind %d: %u slots free, %u in use, %u held back",
	       queue->name, kind, free, used, queue->held_back[kind]);
}

void blk_check_queue(struct blk_queue *queue)
{
	unsigned long flags = spin_lock_irqsave(&queue->lock);
	const struct blk_request *request, *before = NULL;
	u32 used[2] = { 0 }, depth = 0, writes = 0;

	list_for_each_entry(request, &queue->waiting, node) {
		check_request(queue, request, used, &writes);
		if (queue->plugged && before)
			check_order(queue, before, request);
		before = request;
		depth++;
	}
	if (queue->active)
		check_request(queue, queue->active, used, &writes);
	BUG_ON(depth != queue->depth, "%s: %u requests wait, not %u",
	       queue->name, depth, queue->depth);
	BUG_ON(writes != queue->queued_sectors,
	       "%s: %u sectors to write, not %u", queue->name, writes,
	       queue->queued_sectors);
	BUG_ON(queue->plugged != (depth && !queue->active),
	       "%s: plugged %d, %u requests wait, active %p", queue->name,
	       queue->plugged, depth, queue->active);
	check_slots(queue, BLK_READ, used[BLK_READ]);
	check_slots(queue, BLK_WRITE, used[BLK_WRITE]);
	spin_unlock_irqrestore(&queue->lock, flags);
}

void blk_check(void)
{
	struct blk_dev *dev = NULL;

	while ((dev = blk_next(dev)))
		if (!dev->start)
			blk_check_queue(dev->queue);
}
