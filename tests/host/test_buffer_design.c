/*
 * tests/host/test_buffer_design.c - where the two designs differ: whole pages,
 * the defects of patch v2 and their mends.
 */
#include "tests/host/buffer_fakes.h"

static char data[64 * 1024], back[64 * 1024];

/* ---- whole pages (B5, B11) ------------------------------------ */

static struct fake_file *cached_file(unsigned int pages)
{
	struct fake_file *file = file_new();

	memset(data, 0x31, sizeof(data));
	file_write(file, 0, data, pages * PAGE_SIZE);
	file_fsync(file);
	return file;
}

static const char *amplification(void)
{
	struct fake_file *file = cached_file(10);
	unsigned int i, before = sent_writes();

	for (i = 0; i < 10; i++)
		CHECK(!file_write(file, i * PAGE_SIZE + 1024, "x", 1));
	fake_settle();
	CHECK(sent_writes() - before == (is_classic() ? 10 : 40));
	CHECK(vm_stat.buffer_writes_unmodified == (is_classic() ? 0 : 30));
	CHECK(vm_stat.sectors_unmodified == (is_classic() ? 0 : 60));
	return NULL;
}

static const char *hole_filling(void)
{
	struct fake_file *file = file_new();
	unsigned int i, blocks = 0;

	file->inode.size = 8 * PAGE_SIZE;
	CHECK(!file_read(file, 0, back, 8 * PAGE_SIZE) && back[9] == 0);
	for (i = 0; i < 8; i++)
		CHECK(!file_write(file, i * PAGE_SIZE, "x", 1));
	fake_settle();
	for (i = 0; i < 32; i++)
		blocks += file->map[i] != 0;
	CHECK(blocks == (is_classic() ? 8 : 32));
	return NULL;
}

/* A 1K write into an uncached page must not write its other blocks. */
static const char *partial_page(void)
{
	struct fake_file *file = file_new();
	struct page *page = file_partial(file);

	CHECK(!page_test(page, PG_uptodate));
	fake_settle();
	CHECK(sent_writes() == 1 && disk[101 * 1024] == 0x55);
	CHECK(disk[100 * 1024] == 0x44 && !page_test(page, PG_uptodate));
	put_page(page);
	CHECK(!file_read(file, 0, back, PAGE_SIZE));
	CHECK(back[0] == 0x44 && back[1024] == 0x55 && back[4095] == 0x44);
	return NULL;
}

static const char *stale_mark(void)
{
	struct fake_file *file = cached_file(1);
	struct page *page = file_page(file, 0);
	unsigned int before;

	file_write(file, 0, "y", 1);
	CHECK(page_test(page, PG_dirty) == !is_classic());
	CHECK(fsync_inode_buffers(&file->inode) == 0);
	before = sent_writes();
	CHECK(page_test(page, PG_dirty) == !is_classic());
	if (!is_classic()) {
		lock_page(page);
		page_clear(page, PG_dirty);
		page->mapping->a_ops->writepage(page);
		CHECK(sent_writes() - before == 4);
		CHECK(vm_stat.stale_dirty_writepage == 1);
	}
	drive_run(npending);
	put_page(page);
	return NULL;
}

/* A page dirtied through a mapping, across i_size. */
static const char *last_page(void)
{
	struct fake_file *file = cached_file(1);
	struct page *page = file_page(file, 0);

	file->inode.size = 1500;
	set_page_dirty(page);
	CHECK(file_fsync(file) == 0);
	fake_settle();
	CHECK(((char *)page_address(page))[1499] == 0x31);
	CHECK(((char *)page_address(page))[1500] == 0);
	CHECK(disk[file->map[1] * 1024 + 475] == 0x31);
	CHECK(disk[file->map[1] * 1024 + 476] == 0);
	put_page(page);
	return NULL;
}

static const char *map_error(void)
{
	struct fake_file *file = file_new();
	struct page *page;

	file->inode.size = 2 * PAGE_SIZE;
	page = file_page(file, 0);
	fake_free_blocks = 2;
	set_page_dirty(page);
	CHECK(file_fsync(file) == -ENOSPC);
	CHECK(mapping_take_error(&file->inode.data) == 0);
	CHECK(!page_test(page, PG_locked));
	drive_run(npending);
	put_page(page);
	return NULL;
}

/* ---- truncate ------------------------------------------------------------ */

static const char *truncating(void)
{
	struct fake_file *file = cached_file(4);
	u32 block = file->map[5];

	file_write(file, PAGE_SIZE, data, PAGE_SIZE);
	flush_dirty_buffers(false);
	CHECK(npending == 4);
	file_truncate(file, PAGE_SIZE + 700);
	CHECK(npending == 0 && file->inode.data.nrpages == 2);
	fake_settle();
	CHECK(disk[file->map[4] * 1024 + 699] == 0x31);
	CHECK(disk[file->map[4] * 1024 + 700] == 0);
	file_write(file, PAGE_SIZE + 1024, "z", 1);
	CHECK(file->map[5] != block);
	file_truncate(file, 0);
	CHECK(dirty_bytes == 0 && buffermem_pages <= 1);
	return NULL;
}

/* ---- defects and mends --------------------------------------------------- */

static const char *orphan(u32 defects)
{
	struct fake_file *file = cached_file(1);
	struct page *page = file_page(file, 0);
	struct buffer_head *bh = page->buffers;

	design_defects = defects;
	get_bh(bh);
	file_truncate(file, 0);
	CHECK(page_test(page, PG_orphan) && buffermem_pages == 1);
	brelse(bh);
	lock_page(page);
	CHECK(try_to_free_buffers(page));
	CHECK(buffermem_pages == (defects && !is_classic()));
	lru_cache_del(page);
	unlock_page(page);
	put_page(page);
	buffermem_pages = 0;
	return NULL;
}

static const char *b3_mended(void)
{
	return orphan(0);
}

static const char *b3_defect(void)
{
	return orphan(1 << 3);
}

static const char *forget_file_buffer(u32 defects)
{
	struct fake_file *file = cached_file(1);
	struct page *page = file_page(file, 0);
	struct buffer_head *bh = page->buffers;

	design_defects = defects;
	get_bh(bh);
	bforget(bh);
	CHECK(!bh->b_free && page->buffers == bh);
	CHECK(bh->b_count == (defects && !is_classic()));
	put_page(page);
	return NULL;
}

static const char *b4_mended(void)
{
	return forget_file_buffer(0);
}

static const char *b4_defect(void)
{
	return forget_file_buffer(1 << 4);
}

/* write(2) to slice 0, a mapped store to slice 3, fsync. */
static const char *mapped_store(u32 defects)
{
	struct fake_file *file = cached_file(1);
	struct page *page = file_page(file, 0);
	bool lost = defects && !is_classic();

	design_defects = defects;
	file_write(file, 0, "w", 1);
	((char *)page_address(page))[3 * 1024] = 'm';
	set_page_dirty(page);
	CHECK(file_fsync(file) == 0 && npending == 0);
	CHECK(disk[file->map[0] * 1024] == 'w');
	CHECK((disk[file->map[3] * 1024] != 'm') == lost);
	put_page(page);
	return NULL;
}

static const char *b6_mended(void)
{
	return mapped_store(0);
}

static const char *b6_defect(void)
{
	return mapped_store(1 << 6);
}

static struct page *held;

static void let_go(void)
{
	if (held && page_test(held, PG_locked))
		unlock_page(held);
	held = NULL;
}

static const char *sync_locked(u32 defects)
{
	struct fake_file *file = cached_file(1);
	bool left = defects && !is_classic();

	design_defects = defects;
	file_write(file, 0, "s", 1);
	held = file_page(file, 0);
	lock_page(held);
	put_page(held);
	fake_sleep = let_go;
	CHECK(sync_buffers(NULL, true) == 0);
	CHECK((disk[file->map[0] * 1024] != 's') == left);
	CHECK(vm_stat.sync_skipped_page == (left ? 2 : 0));
	let_go();
	return NULL;
}

static const char *b7_mended(void)
{
	return sync_locked(0);
}

static const char *b7_defect(void)
{
	return sync_locked(1 << 7);
}

static int depth, deepest;

static void flush_in_get_block(void)
{
	depth++;
	deepest = max(deepest, depth);
	wakeup_bdflush(true, BDF_OTHER);
	depth--;
}

/* Holes in dirty pages: get_block flushes, as getblk may. */
static const char *recursion(u32 defects)
{
	struct fake_file *file = file_new();
	unsigned int i;

	design_defects = defects;
	file->inode.size = 10 * PAGE_SIZE;
	file_read(file, 0, back, 10 * PAGE_SIZE);
	for (i = 0; i < 10; i++)
		file_write(file, i * PAGE_SIZE, "r", 1);
	fake_in_get_block = flush_in_get_block;
	flush_dirty_buffers(false);
	fake_in_get_block = NULL;
	CHECK(deepest == (is_classic() ? 0 : defects ? 10 : 1));
	fake_settle();
	return NULL;
}

static const char *b16_mended(void)
{
	return recursion(0);
}

static const char *b16_defect(void)
{
	return recursion(1 << 16);
}

int main(void)
{
	run_test("buffer_amplification", "both", 1024, 512, amplification);
	run_test("buffer_hole_filling", "both", 1024, 512, hole_filling);
	run_test("buffer_partial_page", "both", 1024, 512, partial_page);
	run_test("buffer_stale_mark", "both", 1024, 512, stale_mark);
	run_test("buffer_last_page", "both", 1024, 512, last_page);
	run_test("buffer_map_error", "both", 1024, 512, map_error);
	run_test("buffer_truncating", "both", 1024, 512, truncating);
	run_test("buffer_b3_mended", "both", 1024, 512, b3_mended);
	run_test("buffer_b3_defect", "both", 1024, 512, b3_defect);
	run_test("buffer_b4_mended", "both", 1024, 512, b4_mended);
	run_test("buffer_b4_defect", "both", 1024, 512, b4_defect);
	run_test("buffer_b6_mended", "both", 1024, 512, b6_mended);
	run_test("buffer_b6_defect", "both", 1024, 512, b6_defect);
	run_test("buffer_b7_mended", "both", 1024, 512, b7_mended);
	run_test("buffer_b7_defect", "both", 1024, 512, b7_defect);
	run_test("buffer_b16_mended", "both", 1024, 512, b16_mended);
	run_test("buffer_b16_defect", "both", 1024, 512, b16_defect);
	return failures != 0;
}
