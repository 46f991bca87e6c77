/*
 * drivers/block/elevator.c - the waiting requests of a queue: slots, order,
 * merging.
 *
 * Order: ascending from the head's sector, then again from the lowest sector.
 * As an unsigned number "sector - head" is the distance in that order, and the
 * order stays valid as the head moves along it.  A new transfer is compared
 * from the tail of the queue: it merges with a request that it continues or
 * precedes, or is inserted before all requests with a greater distance.
 *
 * Each transfer inserted before a request takes one unit of its passover
 * budget; at zero nothing is inserted before the request any more.  A read has
 * half a write's budget, since a task waits for it.  A flush has none.
 *
 * Invariants: a slot is in use, free, or held back; free_count + held_back is
 * the length of its free list.  Released slots become free 8 at a time, so that
 * a woken submitter can queue several transfers that merge.  While none is free
 * fewer than 8 are held back, and requests in use will release the others.
 * Two transfers of the same sectors are never in flight together: the owner's
 * lock (BH_Lock, PG_locked) ensures that, not the order here.
 * Locks: queue->lock, held by the caller.
 */
#include "drivers/block/elevator.h"

#include "kernel/core/trace.h"
#include "kernel/base/vmstat.h"

void elevator_init(struct blk_queue *queue)
{
	const u32 half = BLK_SLOTS / 2;

	list_init(&queue->waiting);
	for (u32 kind = BLK_READ; kind <= BLK_WRITE; kind++) {
		list_init(&queue->free[kind]);
		for (u32 i = 0; i < half; i++)
			list_add_tail(&queue->slots[kind * half + i].node,
				      &queue->free[kind]);
		queue->free_count[kind] = half;
		queue->held_back[kind] = 0;
	}
}

static struct blk_request *slot_get(struct blk_queue *queue, int kind)
{
	struct blk_request *request;

	if (!queue->free_count[kind])
		return NULL;
	queue->free_count[kind]--;
	request = list_first(&queue->free[kind], struct blk_request, node);
	list_del(&request->node);
	return request;
}

void elevator_release(struct blk_queue *queue, struct blk_request *request)
{
	int kind = elevator_slot_kind(request->rw);

	BUG_ON(queue->free_count[kind] + queue->held_back[kind] >=
	       BLK_SLOTS / 2, "%s: %u slots free, %u held back", queue->name,
	       queue->free_count[kind], queue->held_back[kind]);
	request->first = NULL;
	list_add_tail(&request->node, &queue->free[kind]);
	if (++queue->held_back[kind] < ELEVATOR_SLOT_BATCH)
		return;
	queue->free_count[kind] += queue->held_back[kind];
	queue->held_back[kind] = 0;
	wake_up(&queue->slot_wait[kind]);
}

static struct blk_request *request_at(struct list_head *node)
{
	return list_entry(node, struct blk_request, node);
}

/* => true: the request has room for so many more sectors of this direction */
static bool request_takes(const struct blk_queue *queue,
			  const struct blk_request *request, u8 rw, u32 sectors)
{
	return request->rw == rw && rw != BLK_FLUSH &&
	       request->sectors + sectors <=
		       min(queue->max_sectors, blk_max_sectors);
}

static bool join_back(struct blk_request *request, struct blk_io *io,
		      u32 sector)
{
	if (request->sector + request->sectors != sector)
		return false;
	request->last->next = io;
	request->last = io;
	request->sectors += io->bytes >> SECTOR_SHIFT;
	return true;
}

static bool join_front(struct blk_request *request, struct blk_io *io,
		       u32 sector)
{
	u32 sectors = io->bytes >> SECTOR_SHIFT;

	if (sector + sectors != request->sector)
		return false;
	io->next = request->first;
	request->first = io;
	request->sector = sector;
	request->sectors += sectors;
	return true;
}

/* The transfer may have filled the gap between two requests. */
static void join_neighbours(struct blk_queue *queue, struct list_head *a,
			    struct list_head *b)
{
	struct blk_request *low = request_at(a), *high = request_at(b);

	if (a == &queue->waiting || b == &queue->waiting ||
	    low->sector + low->sectors != high->sector ||
	    !request_takes(queue, low, high->rw, high->sectors))
		return;
	low->last->next = high->first;
	low->last = high->last;
	low->sectors += high->sectors;
	low->passover = min(low->passover, high->passover);
	list_del(&high->node);
	queue->depth--;
	elevator_release(queue, high);
}

/* Charges every request behind "node" for one pass. */
static void charge_behind(struct blk_queue *queue, struct list_head *node)
{
	for (node = node->next; node != &queue->waiting; node = node->next)
		request_at(node)->passover--;
}

/* => a request that has taken the transfer, or NULL */
static struct blk_request *find_join(struct blk_queue *queue,
				     struct blk_io *io, u32 sector, bool *back)
{
	struct list_head *pos;

	for (pos = queue->waiting.prev; pos != &queue->waiting;
	     pos = pos->prev) {
		struct blk_request *request = request_at(pos);

		if (request_takes(queue, request, io->rw,
				  io->bytes >> SECTOR_SHIFT)) {
			*back = join_back(request, io, sector);
			if (*back || join_front(request, io, sector))
				return request;
		}
		if (request->passover <= 0)
			return NULL;
	}
	return NULL;
}

bool elevator_merge(struct blk_queue *queue, struct blk_io *io)
{
	u32 sector = io->dev->start + io->sector;
	bool back;
	struct blk_request *request = find_join(queue, io, sector, &back);

	if (!request)
		return false;
	count_vm(requests_merged);
	TRACE(BLK_MERGE, io->dev->rdev, sector, io->bytes >> SECTOR_SHIFT,
	      io->rw, back);
	charge_behind(queue, &request->node);
	if (back)
		join_neighbours(queue, &request->node, request->node.next);
	else
		join_neighbours(queue, request->node.prev, &request->node);
	return true;
}

/* Inserts in order and charges the requests behind. */
static void elevator_insert(struct blk_queue *queue,
			    struct blk_request *request)
{
	struct list_head *pos = queue->waiting.prev;
	u32 distance = request->sector - queue->head;

	while (pos != &queue->waiting && request->rw != BLK_FLUSH) {
		struct blk_request *other = request_at(pos);

		if (other->passover <= 0 ||
		    other->sector - queue->head <= distance)
			break;
		other->passover--;
		pos = pos->prev;
	}
	list_add(&request->node, pos);
	queue->depth++;
}

bool elevator_add(struct blk_queue *queue, struct blk_io *io, u64 now_usec)
{
	static const int budget[] = {
		[BLK_READ] = ELEVATOR_READ_PASSOVER,
		[BLK_WRITE] = ELEVATOR_WRITE_PASSOVER,
		[BLK_FLUSH] = 0,
	};
	struct blk_request *request =
		slot_get(queue, elevator_slot_kind(io->rw));

	if (!request)
		return false;
	*request = (struct blk_request){
		.sector = io->dev->start + io->sector,
		.sectors = io->bytes >> SECTOR_SHIFT,
		.rw = io->rw,
		.first = io,
		.last = io,
		.passover = budget[io->rw],
		.submit_usec = now_usec,
	};
	TRACE(BLK_NEW, io->dev->rdev, request->sector, request->sectors,
	      io->rw);
	elevator_insert(queue, request);
	return true;
}

struct blk_request *elevator_next(struct blk_queue *queue)
{
	struct blk_request *request;

	if (list_empty(&queue->waiting))
		return NULL;
	request = list_first(&queue->waiting, struct blk_request, node);
	list_del(&request->node);
	queue->depth--;
	return request;
}
