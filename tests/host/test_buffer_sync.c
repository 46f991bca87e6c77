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
	CHECK(first_pending == (is_classic() ? 32 : 100));
	CHECK(nsent == 100 && npending == 0 && dirty_bytes == 0);
	for (i = 0; i < 100; i++)
		CHECK(disk[i * 1024] == i);
	CHECK(writes_by[IO_SYNC] == 100);
	dirty_block(7);
	CHECK(sync_buffers(NULL, false) == 0);
	CHECK(nr_buffers_type[BUF_DIRTY] == !is_classic());
	drive_run(1);
	return NULL;
}

static u32 more = 500;

static void dirty_more(void)
{
	if (more < 900)
		dirty_block(more++);
}

/* A sync ends although others go on dirtying. */
static const char *sync_bounded(void)
{
	u32 i;

	for (i = 0; i < 50; i++)
		dirty_block(i);
	fake_sleep = dirty_more;
	CHECK(sync_buffers(&hda, true) == 0);
	CHECK(more < 900);
	for (i = 0; i < 50; i++)
		CHECK(disk[i * 1024] == i);
	fake_sleep = NULL;
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

int main(void)
{
	run_test("buffer_sync_batches", "both", 1024, 512, sync_batches);
	run_test("buffer_sync_bounded", "both", 1024, 512, sync_bounded);
	run_test("buffer_fsync", "both", 1024, 512, fsync_file);
	run_test("buffer_write_error", "both", 1024, 512, write_error);
	run_test("buffer_no_space", "both", 1024, 512, no_space);
	return failures != 0;
}
