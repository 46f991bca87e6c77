/*
 * drivers/block/blk.h - the block layer: transfers, queues, drives.
 *
 * A struct blk_io is one contiguous transfer between memory and a drive,
 * embedded in its user (a buffer_head).  blk_submit() merges it into a waiting
 * request or gives it a new slot; the drive takes whole requests; end_io runs
 * for each transfer at completion, in interrupt context.
 */
#pragma once

#include "kernel/base/list.h"
#include "kernel/core/lock.h"
#include "kernel/core/time.h"

#define SECTOR_SIZE	512
#define SECTOR_SHIFT	9

/* A flush moves no data: it writes back the drive's cache, in queue order. */
enum { BLK_READ, BLK_WRITE, BLK_FLUSH };

struct blk_dev;

/* Owned by the submitter until blk_submit(), then by the queue until end_io. */
struct blk_io {
	struct blk_io *next;		/* in its request, by sector */
	struct blk_dev *dev;
	u32 sector;			/* of dev, 512 bytes */
	u32 bytes;			/* multiple of 512, <= PAGE_SIZE;
					   0 for a flush */
	void *data;			/* even; direct-mapped: no stack */
	u8 rw;				/* BLK_READ, BLK_WRITE, BLK_FLUSH */
	u8 initiator;			/* enum io_initiator */
	u8 place;			/* in a row of sectors_by: of a write */
	void (*end_io)(struct blk_io *io, int error);	/* 0 or -EIO */
};

/* A request: adjacent transfers, one direction.  (irq) queue->lock */
struct blk_request {
	struct list_head node;		/* queue order, or a free list */
	u32 sector, sectors;		/* of the whole drive */
	u8 rw;
	u8 tries;			/* the driver's: failed attempts */
	bool single;			/* retries transfer by transfer */
	bool ended;			/* done, but not yet due */
	int error;
	struct blk_io *first, *last;
	int passover;			/* transfers that may still pass it */
	u64 submit_usec, issue_usec;
	u64 due_usec;			/* completes no earlier */
};

#define BLK_SLOTS	64		/* half for reads, half for writes */

struct blk_queue {
	const char *name;
	struct list_head node;		/* all queues */
	struct spinlock lock;		/* irq */
	struct list_head waiting;	/* sorted by the elevator */
	struct blk_request *active;	/* at the drive */
	bool plugged;
	u32 max_sectors;		/* per request, the drive's limit */
	u32 depth;			/* requests waiting */
	u32 queued_sectors;		/* of waiting and active writes */
	u32 head;			/* behind the last sector issued */
	bool modelled;			/* only the model delays it */
	struct list_head free[2];	/* slots by direction */
	u32 free_count[2], held_back[2];
	struct wait_queue slot_wait[2];
	struct blk_request slots[BLK_SLOTS];
	/* Starts q->active.  Queue lock held, interrupts off. */
	void (*start)(struct blk_queue *queue, struct blk_request *request);
	void *drive;			/* driver data */
};

/* A block device: a whole drive or a partition of it. */
struct blk_dev {
	char name[8];			/* "hda", "hda1", "ram0" */
	dev_t rdev;
	struct blk_queue *queue;
	u32 start;			/* first sector of it on the drive */
	u32 sectors;
	bool read_only;
	u32 block_size;			/* fs/: current buffer size */
	void *holder;			/* super_block mounted on it, or swap
					   area: excludes other writers */
	int openers;			/* fs/ */
	int write_error;		/* fs/: a write failed since the last
					   sync_dev: -EIO; 0 */
	bool lost_writes;		/* fs/: of the buffer cache since the
					   mount: the disk has old blocks */
	u32 held, settled;		/* fs/: see hold_metadata() */
};

void blk_init(void);
/* => max_sectors and modelled have defaults; the driver may change them */
void blk_queue_init(struct blk_queue *queue, const char *name,
		    void (*start)(struct blk_queue *, struct blk_request *),
		    void *drive);
/* => 0; -EBUSY when the number is taken.  Partitions: blk_scan_partitions() */
int blk_register(struct blk_dev *dev);
void blk_scan_partitions(struct blk_dev *dev);	/* sleeps */
struct blk_dev *blk_find(dev_t rdev);		/* NULL: none */
struct blk_dev *blk_find_name(const char *name);
struct blk_dev *blk_next(struct blk_dev *dev);	/* NULL starts, and ends */
bool blk_in_use(const struct blk_dev *dev);	/* it or a part has a holder */
size_t partitions_print(char *buf, size_t size);	/* /proc/partitions */

/*
 * blk_submit: queues a transfer.  => may sleep for a request slot (after
 * unplugging); a transfer beyond the device ends with -EIO at once.
 */
void blk_submit(struct blk_io *io);
void blk_unplug_all(void);	/* run_task_queue(tq_disk); any context */
void blk_unplug(struct blk_queue *queue);
/* The drive has completed queue->active.  Interrupt context. */
void blk_done(struct blk_queue *queue, int error);
/* Does one transfer synchronously.  => 0, -EIO; sleeps */
int blk_transfer(struct blk_dev *dev, int rw, u32 sector, void *data,
		 u32 bytes);
u32 blk_queued_sectors(void);	/* writes queued on all drives */
/* FLUSH CACHE of dev's drive, or of every drive if NULL. => 0, -EIO; sleeps */
int blk_flush_cache(struct blk_dev *dev);
void blk_check(void);		/* walker: every queue */
extern u32 blk_max_sectors;	/* tunable, for all: 255 (2.4.7) .. 65535 */

/* The disk-time model (drivers/block/disk_time.c), disk=flat|seek. */
void disk_time_init(const char *name);	/* flat, seek */
/* => microseconds this request takes from head position "from" */
u32 disk_time(u32 from, u32 sector, u32 sectors, u64 now_usec);
bool disk_time_on(void);		/* false: completions are not delayed */

/* Drivers found at boot. */
void ide_init(void);
void ramdisk_init(u32 number, unsigned long phys, unsigned long bytes);
