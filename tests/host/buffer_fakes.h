/*
 * tests/host/buffer_fakes.h - what the buffer cache needs of a kernel, on the
 * host: frames, a slab, a drive that completes later, a file system.
 *
 * The page cache, the page lists, both scanners and the lock checks are the
 * kernel's own files.  Each test runs in a child process with a new world.
 * There is one task; when it sleeps, fake_sleep() (if set) is the rest of the
 * world, then the drive completes a transfer and a jiffy passes.
 */
#pragma once

#include <stdlib.h>

#include "fs/buffer/bdflush.h"
#include "fs/buffer/buffer_impl.h"
#include "fs/vfs/dentry.h"
#include "fs/vfs/file.h"
#include "fs/vfs/inode.h"
#include "fs/vfs/super.h"
#include "kernel/core/time.h"
#include "mm/reclaim/reclaim.h"
#include "tests/host/check.h"

#define FAKE_BLOCKS_KB	4096u		/* the drive */
#define FILE_BLOCKS	128u		/* of a file at most */

extern struct blk_dev hda;
extern unsigned char disk[FAKE_BLOCKS_KB * 1024];
extern void (*fake_sleep)(void);
extern void (*fake_slot_wait)(void);	/* in each submission, before it */
extern bool fake_no_frames, fake_no_heads;

/* The drive: transfers not yet complete, and a log of all submissions. */
struct submission {
	u32 sector;
	u8 rw;
};
extern struct submission sent[100000];
extern unsigned int nsent, npending;
extern u32 bad_sector;			/* transfers of it fail; ~0: none */
extern u32 fake_queued_sectors;		/* what throttles ll_rw_block */
extern bool fake_plugged;		/* submitted since the last unplug */
unsigned int drive_run(unsigned int n);	/* completes the n oldest */
unsigned int sent_writes(void);		/* since the world began */

/* Files: a map of blocks, 0 is a hole. */
struct fake_file {
	struct inode inode;
	u32 map[FILE_BLOCKS];
};
extern struct super_block fake_sb;
extern u32 fake_free_blocks;		/* get_block: -ENOSPC at 0 */
extern u32 fake_next_block;		/* that get_block allocates */
extern void (*fake_in_get_block)(void);
extern unsigned int fake_map_calls;
struct fake_file *file_new(void);
get_block_t fake_get_block;
/* => locked page with a reference, freshly written and committed */
int file_write(struct fake_file *file, u32 pos, const void *data, u32 n);
int file_read(struct fake_file *file, u32 pos, void *data, u32 n);
struct page *file_page(struct fake_file *file, unsigned long index);
int file_fsync(struct fake_file *file);
/* Of a page on blocks 100 to 103, all 0x44, the second is written with 0x55:
 * the others were never in memory. => the page with a reference */
struct page *file_partial(struct fake_file *file);
void file_truncate(struct fake_file *file, u32 size);
/* => without a reference, full of that byte */
struct buffer_head *fake_dirty_block(u32 block, int byte);
void fake_settle(void);			/* all is written */

void world_begin(const char *scanner, unsigned int blocksize,
		 unsigned int frames);
void world_check(void);			/* every walker */

/* scanner "both": once with each, named NAME_classic, NAME_writepage */
void run_test(const char *name, const char *scanner, unsigned int blocksize,
	      unsigned int frames, const char *(*test)(void));
bool is_classic(void);
char *strstr(const char *text, const char *word);
