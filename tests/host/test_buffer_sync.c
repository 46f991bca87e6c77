/*
 * tests/host/test_buffer_sync.c - sync, fsync, failed writes and a full disk,
 * in both designs.
 */
#include "tests/host/buffer_fakes.h"

static struct buffer_head *dirty_block(u32 block)
{
	struct buffer_head *bh = getblk(&hda, block, hda.block_size);

	memset(bh->b_data, block & 0xff, bh->b_size);
	mark_buffer_uptodate(bh, true);
	mark_buffer_dirty(bh);
	brelse(bh);
	return bh;
}

static unsigned int first_pending;

static void note_pending(void)
{
	if (!first_pending)
		first_pending = npending;
}

static const char *sync_batches(void)
{
	u32 i;

	for (i = 0; i < 100; i++)
		dirty_block(i);
	fake_sleep = note_pending;
	CHECK(nr_buffers_type[BUF_DIRTY] == 100);
	CHECK(sync_buffers(NULL, true) == 0);
	CHECK(first_pending == (is_classic() ? 96 : 100));
	CHECK(nsent == 100 && npending == 0 && dirty_bytes == 0);
	for (i = 0; i < 100; i++)
		CHECK(disk[i * 1024] == i);
	CHECK(writes_by[IO_SYNC] == 100);
	dirty_block(7);
	CHECK(sync_buffers(NULL, false) == 0);
	CHECK(nr_buffers_type[BUF_DIRTY] == 0);
	drive_run(1);
	return NULL;
}

static u32 more = 500;

static void dirty_more(void)
{
	if (more < 900)
		dirty_block(more++);
}

/* A sync ends although others go on dirtying; more batches than classic has
 * under way before it waits. */
static const char *sync_bounded(void)
{
	u32 i;

	for (i = 0; i < 150; i++)
		dirty_block(i);
	fake_sleep = dirty_more;
	CHECK(sync_buffers(&hda, true) == 0);
	CHECK(more < 900);
	for (i = 0; i < 150; i++)
		CHECK(disk[i * 1024] == i);
	fake_sleep = NULL;
	return NULL;
}

/* Another task, while a submission waits for a slot. */
static void rewrite_hot(void)
{
	drive_run(npending);
	dirty_block(0);
}

/* A block that is rewritten as often as sync writes keeps its place at the
 * head of the list: the blocks behind it have their turn all the same. */
static const char *sync_hot(void)
{
	u32 i;

	for (i = 0; i < 150; i++)
		dirty_block(i);
	fake_slot_wait = rewrite_hot;
	CHECK(sync_buffers(NULL, true) == 0);
	fake_slot_wait = NULL;
	for (i = 1; i < 150; i++)
		CHECK(disk[i * 1024] == i);
	return NULL;
}

/* A block whose write is under way was dirtied again: sync waits for the old
 * write, starts another, and waits for that, too. */
static const char *sync_again(void)
{
	struct buffer_head *bh = dirty_block(9);

	ll_rw_block(BLK_WRITE, 1, &bh);
	dirty_block(9);
	CHECK(bh->b_list == BUF_DIRTY && npending == 1);
	CHECK(sync_buffers(NULL, true) == 0);
	CHECK(nsent == 2 && npending == 0 && dirty_bytes == 0);
	return NULL;
}

static const char *fsync_file(void)
{
	struct fake_file *file = file_new();
	char data[3000];

	memset(data, 0x5a, sizeof(data));
	CHECK(!file_write(file, 100, data, sizeof(data)));
	dirty_block(1);
	CHECK(!list_empty(&file->inode.dirty_buffers));
	CHECK(file_fsync(file) == 0 && npending == 0);
	CHECK(list_empty(&file->inode.dirty_buffers));
	CHECK(sent_writes() == 4 && disk[file->map[1] * 1024] == 0x5a);
	CHECK(writes_by[IO_FSYNC] == 4 && dirty_bytes == 1024);
	CHECK(file_fsync(file) == 0 && sent_writes() == 4);
	return NULL;
}

static struct fake_file *busy_file;

/* Another task, as the last of fsync's transfers is waited for. */
static void write_again(void)
{
	static char data[2048] = { [0] = 'a', [1024] = 'b' };
	struct fake_file *file = busy_file;

	if (!file || npending > 1)
		return;
	busy_file = NULL;
	file_write(file, 0, data, sizeof(data));
	flush_dirty_buffers(false);
}

/* What others dirtied and sent off meanwhile is waited for, too. */
static const char *fsync_returned(void)
{
	struct fake_file *file = file_new();
	char data[3000];

	memset(data, 0x5a, sizeof(data));
	CHECK(!file_write(file, 0, data, sizeof(data)));
	busy_file = file;
	fake_sleep = write_again;
	CHECK(fsync_inode_buffers(&file->inode) == 0 && !busy_file);
	CHECK(disk[file->map[0] * 1024] == 'a');
	CHECK(disk[file->map[1] * 1024] == 'b');
	fake_sleep = NULL;
	drive_run(npending);
	return NULL;
}

static const char *write_error(void)
{
	struct fake_file *file = file_new();
	char data[4096];

	memset(data, 1, sizeof(data));
	CHECK(!file_write(file, 0, data, sizeof(data)));
	bad_sector = file->map[2] * 2;
	CHECK(file_fsync(file) == -EIO);
	CHECK(file_fsync(file) == 0);
	CHECK(sync_dev(&hda) == -EIO && sync_dev(&hda) == 0);
	file_write(file, 0, data, sizeof(data));
	flush_dirty_buffers(false);
	drive_run(npending);
	CHECK(mapping_take_error(&file->inode.data) == -EIO);
	CHECK(mapping_take_error(&file->inode.data) == 0);
	CHECK(vm_stat.buffer_write_errors == 2);
	bad_sector = 80;
	dirty_block(40);
	CHECK(sync_buffers(&hda, true) == -EIO);
	return NULL;
}

static struct buffer_head *lost_block;

/* All transfers end, and another task's walk finds the block clean. */
static void end_and_refile(void)
{
	drive_run(npending);
	refile_buffer(lost_block);
}

/* A block of the file that is not one of its pages' (an indirect one), and
 * that has left fsync's list before its turn came. */
static const char *write_error_of_block(void)
{
	struct fake_file *file = file_new();

	CHECK(!file_write(file, 0, "x", 1));
	lost_block = dirty_block(40);
	mark_buffer_dirty_inode(lost_block, &file->inode);
	bad_sector = 80;
	fake_sleep = end_and_refile;
	CHECK(fsync_inode_buffers(&file->inode) == -EIO);
	CHECK(fsync_inode_buffers(&file->inode) == 0);
	fake_sleep = NULL;
	return NULL;
}

static const char *read_error(void)
{
	struct fake_file *file = file_new();
	char back[PAGE_SIZE];

	file->map[0] = 100;
	file->map[1] = 101;
	file->inode.size = sizeof(back);
	bad_sector = 202;
	CHECK(file_read(file, 0, back, sizeof(back)) == -EIO);
	bad_sector = ~0u;
	CHECK(file_read(file, 0, back, sizeof(back)) == 0);
	return NULL;
}

static bool plugged_again;

/* The drive, and once another task, who finds it idle and waits for nothing. */
static void queue_empties(void)
{
	if (!plugged_again)
		fake_plugged = plugged_again = true;
	else if (!fake_plugged)
		fake_queued_sectors /= 2;
	BUG_ON(vm_stat.write_throttle > 100, "%u sectors stay plugged",
	       fake_queued_sectors);
}

/* Writers wait while too much is queued; direct submission does not (B17). */
static const char *throttle(void)
{
	struct buffer_head *bh = dirty_block(1);

	fake_queued_sectors = 100000;
	fake_sleep = queue_empties;
	flush_dirty_buffers(false);
	CHECK((vm_stat.write_throttle > 0) == is_classic());
	CHECK((fake_queued_sectors < 100000) == is_classic());
	drive_run(npending);
	dirty_block(1);
	fake_queued_sectors = 100000;
	get_bh(bh);
	ll_rw_block(BLK_WRITE, 1, &bh);
	CHECK(vm_stat.write_throttle > 0 && fake_queued_sectors < 1000);
	brelse(bh);
	return NULL;
}

/* A change after a transfer began is not in it. */
static const char *sync_one_buffer(void)
{
	struct buffer_head *bh = dirty_block(1);

	get_bh(bh);
	ll_rw_block(BLK_WRITE, 1, &bh);
	CHECK(npending == 1);
	memset(bh->b_data, 77, bh->b_size);
	mark_buffer_dirty(bh);
	CHECK(sync_dirty_buffer(bh) == 0 && !npending && nsent == 2);
	CHECK(!buffer_test(bh, BH_Dirty) && disk[1024] == 77);
	CHECK(sync_dirty_buffer(bh) == 0 && nsent == 2);
	bad_sector = 2;
	mark_buffer_dirty(bh);
	CHECK(sync_dirty_buffer(bh) == -EIO);
	brelse(bh);
	return NULL;
}

static const char *no_space(void)
{
	struct fake_file *file = file_new();
	char data[4096], back[1024];

	memset(data, 7, sizeof(data));
	memset(disk, 0x66, sizeof(disk));
	fake_free_blocks = 2;
	CHECK(file_write(file, 0, data, sizeof(data)) == -ENOSPC);
	CHECK(file->map[1] && !file->map[2]);
	CHECK(sync_buffers(NULL, true) == 0);
	CHECK(disk[file->map[0] * 1024] == 0 && disk[file->map[1] * 1024] == 0);
	file->inode.size = 2048;
	CHECK(!file_read(file, 0, back, sizeof(back)) && back[5] == 0);
	return NULL;
}

/* The writer's memory was taken away behind prepare_write. */
static const char *no_bytes(void)
{
	struct fake_file *file = file_new();
	struct page *page = grab_cache_page(&file->inode.data, 0);

	memset(disk, 0x66, sizeof(disk));
	CHECK(!block_prepare_write(page, 100, 3000, fake_get_block));
	memset((char *)page_address(page) + 100, 0x66, 2900);	/* as it was */
	CHECK(!generic_commit_write(page, 100, 100));
	unlock_page(page);
	put_page(page);
	CHECK(!file->inode.size && file->map[0] && file->map[2]);
	CHECK(sync_buffers(NULL, true) == 0);
	for (u32 i = 0; i < 3; i++)
		CHECK(disk[file->map[i] * 1024 + 200] == 0);
	return NULL;
}

int main(void)
{
	run_test("buffer_sync_batches", "both", 1024, 512, sync_batches);
	run_test("buffer_sync_bounded", "both", 1024, 512, sync_bounded);
	run_test("buffer_sync_hot", "both", 1024, 512, sync_hot);
	run_test("buffer_sync_again", "both", 1024, 512, sync_again);
	run_test("buffer_fsync", "both", 1024, 512, fsync_file);
	run_test("buffer_sync_one", "both", 1024, 512, sync_one_buffer);
	run_test("buffer_fsync_returned", "both", 1024, 512, fsync_returned);
	run_test("buffer_write_error", "both", 1024, 512, write_error);
	run_test("buffer_write_error_of_block", "both", 1024, 512,
		 write_error_of_block);
	run_test("buffer_read_error", "both", 1024, 512, read_error);
	run_test("buffer_throttle", "both", 1024, 512, throttle);
	run_test("buffer_no_space", "both", 1024, 512, no_space);
	run_test("buffer_no_bytes", "both", 1024, 512, no_bytes);
	return failures != 0;
}
