/*
 * tests/host/test_buffer_switch.c - owners of buffer pages, and the change of
 * design at run time.
 */
#include "fs/vfs/page_file.h"
#include "tests/host/buffer_fakes.h"

static char data[PAGE_SIZE];

/* ---- anon_space ---------------------------------------------------------- */

static const char *owners(void)
{
	struct buffer_head *bh[3];
	struct page *page;
	u32 i;

	for (i = 0; i < 3; i++)
		bh[i] = fake_dirty_block(i * 50, i);
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
	struct buffer_head *bh = fake_dirty_block(50, 1);
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
		page = fake_dirty_block(i * 50, i)->b_page;
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
	fake_dirty_block(300, 3);
}

/* What is dirtied while the switch syncs is marked as the new design wants. */
static const char *switch_dirty(void)
{
	struct page *page;

	late = file_new();
	file_write(late, 0, data, sizeof(data));
	file_fsync(late);
	page = file_page(late, 0);
	fake_dirty_block(301, 1);
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

/* fsync leaves the mark of writepage on a page of which only one block was
 * ever in memory (B5): classic, which writes dirty pages whole, drops it. */
static const char *switch_partial(void)
{
	struct fake_file *file = file_new();
	struct page *page = file_partial(file);

	CHECK(file_fsync(file) == 0);
	CHECK(!page_test(page, PG_uptodate));
	CHECK(page_test(page, PG_dirty) == !is_classic());
	CHECK(scanner_switch(is_classic() ? "writepage" : "classic") == 0);
	if (page_test(page, PG_dirty)) {	/* what page_launder does */
		lock_page(page);
		page_clear(page, PG_dirty);
		page->mapping->a_ops->writepage(page);
		drive_run(npending);
	}
	CHECK(disk[100 * 1024] == 0x44 && disk[101 * 1024] == 0x55);
	put_page(page);
	return NULL;
}

/* The locks of a page's slices are their users' own: one that is taken while
 * others are written does not keep the page, whose writing it is not. */
static const char *sibling_locked(void)
{
	struct buffer_head *bh = fake_dirty_block(0, 1), *other;
	struct page *page = bh->b_page;

	other = fake_dirty_block(50, 2);
	lock_page(page);
	page_clear(page, PG_dirty);
	block_write_anon_page(page);
	drive_run(2);
	CHECK(!page_test(page, PG_locked));
	fake_dirty_block(0, 3);
	lock_page(page);
	page_clear(page, PG_dirty);
	block_write_anon_page(page);
	CHECK(trylock_buffer(other));
	drive_run(1);
	CHECK(!page_test(page, PG_locked));
	unlock_buffer(other);
	return NULL;
}

static struct page *held;
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
	struct buffer_head *pinned = fake_dirty_block(5, 1);

	fake_settle();
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
	struct buffer_head *pinned = fake_dirty_block(10, 1), *busy;
	struct fake_file *file = file_new();
	bool classic = is_classic();
	struct page *page;

	get_bh(pinned);
	busy = fake_dirty_block(11, 2);
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
	run_test("buffer_owners", "both", 1024, 512, owners);
	run_test("buffer_stale_drop", "both", 1024, 512, stale_drop);
	run_test("buffer_switch_in_place", "both", 1024, 512, switch_in_place);
	run_test("buffer_switch_waits", "both", 1024, 512, switch_waits);
	run_test("buffer_siblings", "both", 1024, 512, siblings);
	run_test("buffer_switch_dirty", "both", 1024, 512, switch_dirty);
	run_test("buffer_switch_partial", "both", 1024, 512, switch_partial);
	run_test("buffer_sibling_locked", "writepage", 1024, 512,
		 sibling_locked);
	return failures != 0;
}
