/*
 * tests/host/test_buffer_random.c - random work on files and on raw blocks
 * under memory pressure, in both designs and across switches, checked against
 * a model all the time and against the disk at the end.
 */
#include "fs/vfs/page_file.h"
#include "tests/host/buffer_fakes.h"

static char data[64 * 1024], back[64 * 1024];

#define FILES		6
#define RAW_BLOCKS	400u
#define FILE_BYTES	(60 * 1024u)

static struct {
	struct fake_file *file;
	u32 size;
	char bytes[FILE_BYTES];
} model[FILES];
static unsigned char raw[RAW_BLOCKS];

static void random_file_write(unsigned int f)
{
	u32 pos = test_random(FILE_BYTES), n = test_random(6000) + 1;

	n = min(n, FILE_BYTES - pos);
	memset(data, test_random(256), n);
	BUG_ON(file_write(model[f].file, pos, data, n), "write at %u", pos);
	memcpy(model[f].bytes + pos, data, n);
	model[f].size = max(model[f].size, pos + n);
}

/* Through a mapping: the page is whole, and dirty as a whole. */
static bool random_store(unsigned int f)
{
	u32 pos = test_random(FILE_BYTES);
	struct page *page;

	if (pos >= model[f].size)
		return true;
	page = file_page(model[f].file, pos >> PAGE_SHIFT);
	BUG_ON(IS_ERR(page), "store at %u", pos);
	model[f].bytes[pos] = test_random(256);
	((char *)page_address(page))[pos & ~PAGE_MASK] = model[f].bytes[pos];
	set_page_dirty(page);
	put_page(page);
	return true;
}

static void random_truncate(unsigned int f)
{
	u32 size = test_random(model[f].size + 1);

	file_truncate(model[f].file, size);
	memset(model[f].bytes + size, 0, FILE_BYTES - size);
	model[f].size = size;
}

static bool random_file_read(unsigned int f)
{
	u32 pos = test_random(FILE_BYTES), n = test_random(9000);

	if (pos >= model[f].size)
		return true;
	n = min(n, model[f].size - pos);
	BUG_ON(file_read(model[f].file, pos, back, n), "read at %u", pos);
	return memcmp(back, model[f].bytes + pos, n) == 0;
}

static bool random_raw(void)
{
	u32 block = test_random(RAW_BLOCKS);
	struct buffer_head *bh = bread(&hda, block, hda.block_size);
	bool ok = bh && (unsigned char)bh->b_data[7] == raw[block];

	if (test_random(2)) {
		raw[block] = test_random(256);
		memset(bh->b_data, raw[block], bh->b_size);
		mark_buffer_dirty(bh);
	}
	brelse(bh);
	return ok;
}

static void other_tasks(void)
{
	drive_run(test_random(4));
}

static bool random_step(unsigned int round)
{
	unsigned int f = test_random(FILES), what = test_random(100);

	if (what < 35)
		random_file_write(f);
	else if (what < 40)
		return random_store(f);
	else if (what < 55)
		return random_file_read(f);
	else if (what < 57)
		random_truncate(f);
	else if (what < 64)
		return file_fsync(model[f].file) == 0;
	else if (what < 65)
		flush_dirty_buffers(test_random(2));
	else if (what < 66)
		page_launder(GFP_KERNEL, test_random(2));
	else
		return random_raw();
	if (round % 64 == 0)
		world_check();
	return true;
}

static bool disk_is_right(void)
{
	u32 f, i, bs = fake_sb.blocksize;

	for (i = 0; i < RAW_BLOCKS; i++)
		if (disk[i * bs] != raw[i])
			return false;
	for (f = 0; f < FILES; f++)
		for (i = 0; i < model[f].size; i++) {
			u32 block = model[f].file->map[i / bs];

			if ((char)(block ? disk[block * bs + i % bs] : 0) !=
			    model[f].bytes[i])
				return false;
		}
	return true;
}

static const char *random_work(bool switching)
{
	unsigned int i;

	for (i = 0; i < FILES; i++)
		model[i].file = file_new();
	fake_sleep = other_tasks;
	for (i = 0; i < 20000; i++) {
		jiffies += test_random(3);
		CHECK(random_step(i));
		if (switching && i % 500 == 0)
			CHECK(!scanner_switch(is_classic() ? "writepage" :
							     "classic"));
	}
	for (i = 0; i < FILES; i++)
		CHECK(filemap_fdatasync(&model[i].file->inode.data) == 0);
	CHECK(sync_dev(NULL) == 0 && npending == 0 && dirty_bytes == 0);
	CHECK(disk_is_right());
	return NULL;
}

static const char *random_fixed(void)
{
	return random_work(false);
}

static const char *random_switching(void)
{
	return random_work(true);
}

static void run_random(const char *name, unsigned int bs)
{
	char full[64];

	snprintf(full, sizeof(full), "buffer_random_%s", name);
	run_test(full, "both", bs, 128, random_fixed);
	snprintf(full, sizeof(full), "buffer_switching_%s", name);
	run_test(full, "classic", bs, 128, random_switching);
}

int main(void)
{
	run_random("512", 512);
	run_random("1k", 1024);
	run_random("2k", 2048);
	run_random("4k", 4096);
	return failures != 0;
}
