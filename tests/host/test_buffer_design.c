/*
 * tests/host/test_buffer_design.c - where the two designs differ: whole pages,
 * the defects of patch v2 and their mends, the run-time switch.
 */
#include "tests/host/buffer_fakes.h"

static char data[64 * 1024], back[64 * 1024];

static void settle(void)
{
	sync_buffers(NULL, true);
	drive_run(npending);
}

static struct buffer_head *dirty_block(u32 block, int byte)
{
	struct buffer_head *bh = getblk(&hda, block, hda.block_size);

	memset(bh->b_data, byte, bh->b_size);
	mark_buffer_uptodate(bh, true);
	mark_buffer_dirty(bh);
	brelse(bh);
	return bh;
}

/* ---- whole pages (M6b, M6c, B5, 3.13) ------------------------------------ */

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
	settle();
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
	settle();
	for (i = 0; i < 32; i++)
		blocks += file->map[i] != 0;
	CHECK(blocks == (is_classic() ? 8 : 32));
	return NULL;
}

/* A 1K write into an uncached page must not write its other blocks. */
static const char *partial_page(void)
{
	struct fake_file *file = file_new();
	struct page *page;
	u32 i;

	memset(disk, 0x44, sizeof(disk));
	for (i = 0; i < 4; i++)
		file->map[i] = 100 + i;
	file->inode.size = PAGE_SIZE;
	memset(data, 0x55, 1024);
	CHECK(!file_write(file, 1024, data, 1024));
	page = find_get_page(&file->inode.data, 0);
	CHECK(!page_test(page, PG_uptodate));
	settle();
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
	settle();
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
	settle();
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
	CHECK(try_to_free_buffers(page, 0));
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
	settle();
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

/* ---- anon_space ---------------------------------------------------------- */

static const char *owners(void)
{
	struct buffer_head *bh[3];
	struct page *page;
	u32 i;

	for (i = 0; i < 3; i++)
		bh[i] = dirty_block(i * 50, i);
	page = bh[0]->b_page;
	CHECK(page->mapping == (is_classic() ? NULL : &anon_space_mapping));
	CHECK(page->count == (is_classic() ? 1 : 2));
	CHECK(page_test(page, PG_dirty) == !is_classic());
	CHECK(page_kind(page) == KIND_BUFFER && page_lru(page) == LRU_ACTIVE);
	if (is_classic())
		return NULL;
	lock_page(page);
	page_clear(page, PG_dirty);
	CHECK(block_write_anon_page(page) == 0 && nsent == 3);
	CHECK(page_test(page, PG_locked));
	CHECK(bh[0]->b_list == BUF_DIRTY && dirty_bytes == 0);	/* B12 */
	drive_run(2);
	CHECK(page_test(page, PG_locked));
	drive_run(1);
	CHECK(!page_test(page, PG_locked) && disk[100 * 1024] == 2);
	lock_page(page);
	block_write_anon_page(page);
	CHECK(!page_test(page, PG_locked) && nsent == 3);
	CHECK(vm_stat.stale_dirty_writepage == 1);
	CHECK(vm_stat.anon_space_lookups == 0);
	return NULL;
}

/* Written one by one the page keeps its mark (B5); drop_caches takes buffers,
 * mark and page: a marked page without buffers could not be written. */
static const char *stale_drop(void)
{
	struct buffer_head *bh = dirty_block(50, 1);
	struct page *page = bh->b_page;

	ll_rw_block(BLK_WRITE, 1, &bh);
	drive_run(1);
	CHECK(page_test(page, PG_dirty) == !is_classic());
	drop_caches();
	CHECK(!page->buffers && !page->mapping);
	CHECK(!page_test(page, PG_dirty));
	return NULL;
}

/* Of three dirty slices of a page one is written: the page stays dirty. */
static const char *siblings(void)
{
	struct page *page;
	u32 i;

	bdf_prm.ndirty = 1;
	for (i = 1; i < 4; i++)
		page = dirty_block(i * 50, i)->b_page;
	for (i = 1; i < 4; i++) {
		CHECK(flush_dirty_buffers(false) == 1 && nsent == i);
		CHECK(!page_test(page, PG_locked));
		CHECK(page_test(page, PG_dirty) == (!is_classic() && i < 3));
	}
	drive_run(3);
	CHECK(vm_stat.flush_inversions == 0 && disk[150 * 1024] == 3);
	return NULL;
}

static struct fake_file *late;

/* Another task, which does not sleep while we do. */
static void dirty_late(void)
{
	struct page *page = find_get_page(&late->inode.data, 0);

	if (!page_test(page, PG_locked))
		file_write(late, 0, "l", 1);
	put_page(page);
	dirty_block(300, 3);
}

/* What is dirtied while the switch syncs is marked as the new design wants. */
static const char *switch_dirty(void)
{
	struct page *page;

	late = cached_file(1);
	page = file_page(late, 0);
	dirty_block(301, 1);
	file_write(late, 2048, "k", 1);
	fake_sleep = dirty_late;
	CHECK(scanner_switch(is_classic() ? "writepage" : "classic") == 0);
	fake_sleep = NULL;
	CHECK(dirty_bytes > 0 && (is_classic() || page_test(page, PG_dirty)));
	CHECK(sync_buffers(NULL, true) == 0 && dirty_bytes == 0);
	CHECK(disk[late->map[0] * 1024] == 'l' && disk[300 * 1024] == 3);
	put_page(page);
	return NULL;
}

static unsigned int ticket, others_left;
static enum { FLUSHES, LOCKS, LAUNDERS, OTHERS } other;

/* Another task ends what it is at. */
static void other_leaves(void)
{
	if (others_left++)
		return;
	if (other == FLUSHES)
		buffer_gate_exit();
	else if (other == LOCKS)
		unlock_page(held);
	else
		scanner_leave(ticket);
}

/* The switch waits for who flushes, who has a page locked, who launders. */
static const char *switch_waits(void)
{
	struct buffer_head *pinned = dirty_block(5, 1);

	settle();
	get_bh(pinned);
	held = pinned->b_page;
	fake_sleep = other_leaves;
	for (other = FLUSHES; other < OTHERS; other++) {
		others_left = 0;
		if (other == FLUSHES)
			CHECK(buffer_gate_try_enter());
		else if (other == LOCKS)
			lock_page(held);
		else
			ticket = scanner_enter();
		CHECK(!scanner_switch(is_classic() ? "writepage" : "classic"));
		CHECK(others_left == 1);
	}
	fake_sleep = NULL;
	brelse(pinned);
	return NULL;
}

/* A mounted file system pins buffers; some are dirty, one is on its way. */
static const char *switch_in_place(void)
{
	struct buffer_head *pinned = dirty_block(10, 1), *busy;
	struct fake_file *file = file_new();
	bool classic = is_classic();
	struct page *page;

	get_bh(pinned);
	busy = dirty_block(11, 2);
	get_bh(busy);
	ll_rw_block(BLK_WRITE, 1, &busy);
	file_write(file, 0, "f", 1);
	page = pinned->b_page;
	CHECK(scanner_switch(classic ? "writepage" : "classic") == 0);
	CHECK(is_classic() == !classic && npending == 0 && disk[10240] == 1);
	CHECK(page->mapping == (classic ? &anon_space_mapping : NULL));
	CHECK(page->count == (classic ? 2 : 1) && buffermem_pages == 1);
	world_check();
	mark_buffer_dirty(pinned);
	CHECK(page_test(page, PG_dirty) == classic);
	brelse(busy);
	CHECK(scanner_switch(classic ? "classic" : "writepage") == 0);
	CHECK(page->mapping == (classic ? NULL : &anon_space_mapping));
	brelse(pinned);
	CHECK(bread(&hda, 10, 1024) == pinned);
	brelse(pinned);
	return NULL;
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
	run_test("buffer_owners", "both", 1024, 512, owners);
	run_test("buffer_stale_drop", "both", 1024, 512, stale_drop);
	run_test("buffer_switch_in_place", "both", 1024, 512, switch_in_place);
	run_test("buffer_switch_waits", "both", 1024, 512, switch_waits);
	run_test("buffer_siblings", "both", 1024, 512, siblings);
	run_test("buffer_switch_dirty", "both", 1024, 512, switch_dirty);
	return failures != 0;
}
