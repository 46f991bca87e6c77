/*
 * drivers/block/blk.c - the block layer: from blk_submit() to end_io().
 *
 * The first transfer for an idle drive plugs its queue, so that adjacent
 * transfers can merge; a task that waits for a transfer unplugs.  Then the
 * drive has one request at a time; the next leaves the elevator when the last
 * is complete.  A submitter that finds no free slot unplugs and sleeps.
 *
 * Under a disk-time model a request is complete when the drive has done it and
 * the modelled time has passed, whichever is later.  The modelled drive takes
 * its next request at the instant the last one was due, not at the tick that
 * completed it: so several short requests may be complete at one tick.
 *
 * A failed request is retried one transfer at a time: a bad sector fails its
 * own transfer, not the transfers that were merged with it.
 *
 * Invariants: a plugged queue is idle; an idle queue with waiting requests is
 * plugged; a request is waiting, active, or free.
 * Locks: queue->lock (interrupts off) for the queue and its requests.  It is
 * not held during end_io; the queue is then still busy.
 */
#include "drivers/block/blk.h"

#include "drivers/block/elevator.h"
#include "kernel/core/trace.h"
#include "kernel/base/vmstat.h"

u32 blk_max_sectors = 255;

static LIST_HEAD(blk_queues);

#define for_each_queue(queue) list_for_each_entry(queue, &blk_queues, node)

void blk_queue_init(struct blk_queue *queue, const char *name,
		    void (*start)(struct blk_queue *, struct blk_request *),
		    void *drive)
{
	queue->name = name;
	queue->lock = (struct spinlock){ .name = name,
					 .rank = RANK_BLK_QUEUE };
	queue->max_sectors = 65535;
	queue->start = start;
	queue->drive = drive;
	elevator_init(queue);
	wait_queue_init(&queue->slot_wait[BLK_READ]);
	wait_queue_init(&queue->slot_wait[BLK_WRITE]);
	list_add_tail(&queue->node, &blk_queues);
}

/* ---- to the drive ------------------------------------------------------- */

static void count_issue(struct blk_queue *queue, struct blk_request *request)
{
	static u64 distance;	/* below 1024, carried over */
	u32 sector = request->sector;

	count_vm(requests);
	distance += queue->head > sector ? queue->head - sector
					 : sector - queue->head;
	count_vm_add(seek_distance, distance / 1024);
	distance %= 1024;
	if (request->rw == BLK_READ)
		count_vm_add(sectors_read, request->sectors);
	else
		count_vm_add(sectors_written, request->sectors);
}

static u64 due_usec(const struct blk_queue *queue,
		    const struct blk_request *request)
{
	if (!queue->modelled && !disk_time_on())
		return request->issue_usec;
	return request->issue_usec +
	       disk_time(queue->head, request->sector, request->sectors,
			 request->issue_usec);
}

/*
 * Issues the next request to the idle drive; it starts at "earliest" or, if
 * later, when it was queued.  Queue lock held.
 */
static void issue_next(struct blk_queue *queue, u64 earliest)
{
	struct blk_request *request = elevator_next(queue);

	queue->active = request;
	if (!request)
		return;
	request->issue_usec = max(earliest, request->submit_usec);
	request->due_usec = request->issue_usec;
	if (request->rw != BLK_FLUSH) {
		request->due_usec = due_usec(queue, request);
		count_issue(queue, request);
		queue->head = request->sector + request->sectors;
	}
	TRACE(BLK_ISSUE, request->first->dev->rdev, request->sector,
	      request->sectors, request->rw);
	queue->start(queue, request);
}

void blk_unplug(struct blk_queue *queue)
{
	unsigned long flags = spin_lock_irqsave(&queue->lock);

	if (queue->plugged) {
		BUG_ON(queue->active || list_empty(&queue->waiting),
		       "%s: plugged with %u requests", queue->name,
		       queue->depth);
		queue->plugged = false;
		TRACE(BLK_UNPLUG, list_first(&queue->waiting,
					     struct blk_request,
					     node)->first->dev->rdev,
		      queue->depth);
		issue_next(queue, clock_usec());
	}
	spin_unlock_irqrestore(&queue->lock, flags);
}

void blk_unplug_all(void)
{
	struct blk_queue *queue;

	for_each_queue(queue)
		blk_unplug(queue);
}

/* ---- submitting --------------------------------------------------------- */

static bool transfer_valid(const struct blk_io *io)
{
	const struct blk_dev *dev = io->dev;
	u32 sectors = io->bytes >> SECTOR_SHIFT;

	if (io->rw == BLK_FLUSH)
		return !io->bytes;
	if (!sectors || io->bytes % SECTOR_SIZE || io->bytes > PAGE_SIZE)
		return false;
	if (io->rw == BLK_WRITE && dev->read_only)
		return false;
	return sectors <= dev->sectors && io->sector <= dev->sectors - sectors;
}

static void count_write(const struct blk_io *io)
{
	u32 sectors = io->bytes >> SECTOR_SHIFT;

	writes_by[io->initiator]++;
	sectors_by[io->initiator][io->place] += sectors;
}

/* => false: no slot is free.  Queue lock held. */
static bool blk_enqueue(struct blk_queue *queue, struct blk_io *io)
{
	if (!elevator_merge(queue, io) &&
	    !elevator_add(queue, io, clock_usec()))
		return false;
	if (!queue->active)
		queue->plugged = true;
	if (io->rw == BLK_WRITE)
		queue->queued_sectors += io->bytes >> SECTOR_SHIFT;
	return true;
}

static void wait_for_slot(struct blk_queue *queue, const struct blk_io *io)
{
	int kind = elevator_slot_kind(io->rw);

	count_vm(requests_waited);
	TRACE(BLK_WAIT, io->dev->rdev, io->rw);
	blk_unplug(queue);
	wait_event(queue->slot_wait[kind], queue->free_count[kind]);
}

void blk_submit(struct blk_io *io)
{
	struct blk_queue *queue = io->dev->queue;
	unsigned long flags;

	might_sleep();
	io->next = NULL;
	if (!transfer_valid(io)) {
		flags = x86_irq_save();
		io->end_io(io, -EIO);
		x86_irq_restore(flags);
		return;
	}
	BUG_ON((unsigned long)io->data & 1, "%s: data at %p", io->dev->name,
	       io->data);
	TRACE(BLK_QUEUE, io->dev->rdev, io->dev->start + io->sector,
	      io->bytes >> SECTOR_SHIFT, io->rw, io->initiator);
	if (io->rw == BLK_WRITE)
		count_write(io);
	flags = spin_lock_irqsave(&queue->lock);
	while (!blk_enqueue(queue, io)) {
		spin_unlock_irqrestore(&queue->lock, flags);
		wait_for_slot(queue, io);
		flags = spin_lock_irqsave(&queue->lock);
	}
	spin_unlock_irqrestore(&queue->lock, flags);
}

u32 blk_queued_sectors(void)
{
	struct blk_queue *queue;
	u32 sectors = 0;

	for_each_queue(queue)
		sectors += queue->queued_sectors;
	return sectors;
}

/* ---- completion --------------------------------------------------------- */

/* Runs end_io of the active transfers, which may free them. */
static void end_transfers(struct blk_queue *queue, struct blk_request *request)
{
	struct blk_io *io = request->first, *next;
	u32 sectors;

	do {
		next = io->next;
		sectors = io->rw == BLK_WRITE ? io->bytes >> SECTOR_SHIFT : 0;
		BUG_ON(sectors > queue->queued_sectors, "%s: %u of %u sectors",
		       queue->name, sectors, queue->queued_sectors);
		queue->queued_sectors -= sectors;
		io->end_io(io, request->error ? -EIO : 0);
		io = next;
	} while (io && !request->single);
	request->first = io;
}

/* Starts the request's first remaining transfer alone. */
static void start_single(struct blk_queue *queue, struct blk_request *request)
{
	unsigned long flags = spin_lock_irqsave(&queue->lock);

	request->single = true;
	request->ended = false;
	request->tries = 0;
	request->sectors = request->first->bytes >> SECTOR_SHIFT;
	queue->start(queue, request);
	spin_unlock_irqrestore(&queue->lock, flags);
}

/* Completes the active request after both drive and model. */
static void finish_active(struct blk_queue *queue)
{
	struct blk_request *request = queue->active;
	unsigned long flags;

	if (request->error == -EIO && !request->single &&
	    request->first != request->last) {
		start_single(queue, request);
		return;
	}
	TRACE(BLK_DONE, request->first->dev->rdev, request->sector,
	      request->sectors, request->rw, request->error);
	if (request->error)
		count_vm(disk_errors);
	end_transfers(queue, request);
	if (request->first) {
		request->sector += request->sectors;
		start_single(queue, request);
		return;
	}
	flags = spin_lock_irqsave(&queue->lock);
	elevator_release(queue, request);
	issue_next(queue, request->due_usec);
	spin_unlock_irqrestore(&queue->lock, flags);
}

/*
 * blk_done: the drive has completed queue->active.
 * => interrupt context, queue lock not held; error is 0, -EIO when a single
 *    transfer may have failed, -ETIMEDOUT when the drive has
 */
void blk_done(struct blk_queue *queue, int error)
{
	struct blk_request *request = queue->active;

	BUG_ON(!request || request->ended, "%s: request %p", queue->name,
	       request);
	request->error = error;
	request->ended = true;
	if (clock_usec() >= request->due_usec)
		finish_active(queue);
}

/* At every tick: completes requests that waited only for the model. */
static void blk_tick(void *arg __unused)
{
	struct blk_queue *queue;

	for_each_queue(queue)
		if (queue->active && queue->active->ended &&
		    clock_usec() >= queue->active->due_usec)
			finish_active(queue);
}

void blk_init(void)
{
	tick_register(blk_tick, NULL);
}

/* ---- one synchronous transfer -------------------------------------------- */

struct waited_io {
	struct blk_io io;
	struct wait_queue wait;
	bool done;
	int error;
};

static void waited_end(struct blk_io *io, int error)
{
	struct waited_io *waited = container_of(io, struct waited_io, io);

	waited->error = error;
	waited->done = true;
	wake_up(&waited->wait);
}

int blk_transfer(struct blk_dev *dev, int rw, u32 sector, void *data,
		 u32 bytes)
{
	struct waited_io waited = {
		.io = { .dev = dev, .sector = sector, .bytes = bytes,
			.data = data, .rw = rw, .end_io = waited_end },
		.wait = WAIT_QUEUE_INIT(waited.wait),
	};

	blk_submit(&waited.io);
	blk_unplug(dev->queue);
	wait_event(waited.wait, waited.done);
	return waited.error;
}

int blk_flush_cache(struct blk_dev *dev)
{
	int error = 0;

	if (dev)
		return blk_transfer(dev, BLK_FLUSH, 0, NULL, 0);
	while ((dev = blk_next(dev)))
		if (!dev->start && blk_flush_cache(dev))
			error = -EIO;
	return error;
}
