/*
 * tests/host/test_buffer.c - the buffer cache: lists, slices, heads,
 * flushing, aliases, the walker, in both designs.
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

static struct buffer_head *nth_dirty(unsigned int n)
{
	struct list_head *pos = lru_list[BUF_DIRTY].next;

	while (n--)
		pos = pos->next;
	return list_entry(pos, struct buffer_head, b_lru);
}

/* ---- lists --------------------------------------------------------------- */

static const char *order(void)
{
	struct buffer_head *a = dirty_block(7), *b = dirty_block(3);
	unsigned long due = a->b_flushtime;

	jiffies += 50;
	dirty_block(7);
	dirty_block(5);
	CHECK(nr_buffers_type[BUF_DIRTY] == 3);
	CHECK(nth_dirty(0) == a && nth_dirty(1) == b);
	CHECK(a->b_flushtime == due && due == 1000 + bdf_prm.age_buffer);
	CHECK(nth_dirty(2)->b_flushtime == due + 50);
	CHECK(a->b_dirtied < b->b_dirtied);
	CHECK(vm_stat.buffer_dirtied == 3);
	CHECK(size_buffers_type[BUF_DIRTY] == 3 * 1024 && dirty_bytes == 3072);
	return NULL;
}

static const char *refile(void)
{
	struct buffer_head *bh = dirty_block(9);

	get_bh(bh);
	ll_rw_block(BLK_WRITE, 1, &bh);
	CHECK(bh->b_list == BUF_LOCKED && buffer_test(bh, BH_Lock));
	drive_run(1);
	CHECK(!buffer_test(bh, BH_Lock));
	CHECK(bh->b_list == BUF_LOCKED && nr_buffers_type[BUF_LOCKED] == 1);
	refile_buffer(bh);
	CHECK(bh->b_list == BUF_CLEAN && !nr_buffers_type[BUF_LOCKED]);
	CHECK(disk[9 * 1024] == 9);
	ll_rw_block(BLK_WRITE, 1, &bh);
	CHECK(nsent == 1);
	brelse(bh);
	return NULL;
}

static const char *hash(void)
{
	struct buffer_head *a = getblk(&hda, 100, 1024);
	unsigned long i, used = 0;

	CHECK(getblk(&hda, 100, 1024) == a && a->b_count == 2);
	CHECK(getblk(&hda, 50, 2048) != a);
	CHECK(!get_hash_table(&hda, 101, 1024));
	CHECK(page_test(a->b_page, PG_referenced));
	for (i = 0; i < 512; i++)
		brelse(getblk(&hda, 2000 + i, 1024));
	for (i = 0; i < 1UL << buffer_hash_bits; i++)
		used += buffer_hash[i] != NULL;
	CHECK(used > 400);
	brelse(a);
	brelse(a);
	return NULL;
}

static const char *read_back(void)
{
	struct buffer_head *bh;

	memset(disk + 40 * 1024, 0x77, 1024);
	bh = bread(&hda, 40, 1024);
	CHECK(bh && bh->b_data[1023] == 0x77 && vm_stat.bread_io == 1);
	brelse(bh);
	brelse(bread(&hda, 40, 1024));
	CHECK(vm_stat.bread_io == 1);
	bad_sector = 41 * 2;
	CHECK(!bread(&hda, 41, 1024));
	return NULL;
}

/* ---- slices and heads ---------------------------------------------------- */

static const char *slicing(void)
{
	static const u32 blocks[] = { 5, 900, 17, 3000 };
	struct buffer_head *bh[4], *other;
	int i;

	for (i = 0; i < 4; i++)
		bh[i] = getblk(&hda, blocks[i], 1024);
	for (i = 1; i < 4; i++)
		CHECK(bh[i]->b_page == bh[0]->b_page);
	CHECK(vm_stat.freelist_grow == 1 && buffermem_pages == 1);
	bforget(bh[2]);
	CHECK(!get_hash_table(&hda, 17, 1024) && bh[2]->b_free);
	other = getblk(&hda, 1, 1024);
	CHECK(other == bh[2] && other->b_blocknr == 1);
	CHECK(!buffer_test(other, BH_Uptodate));
	CHECK(getblk(&hda, 2, 1024)->b_page != bh[0]->b_page);
	CHECK(getblk(&hda, 2, 512)->b_size == 512);
	CHECK(nr_free_slices[1] == 3 && nr_free_slices[0] == 7);
	return NULL;
}

/* A miss of a block that was reclaimed is known once; one of a block that was
 * dropped, or never there, is none. */
static const char *reclaimed(void)
{
	struct buffer_head *bh = getblk(&hda, 30, 4096);
	struct page *page = bh->b_page;

	brelse(bh);
	get_page(page);
	lock_page(page);
	CHECK(try_to_free_buffers(page));
	unlock_page(page);
	brelse(getblk(&hda, 31, 4096));
	CHECK(vm_stat.getblk_miss_reclaimed == 0);
	brelse(getblk(&hda, 30, 4096));
	CHECK(vm_stat.getblk_miss_reclaimed == 1);
	invalidate_buffers(&hda);
	brelse(getblk(&hda, 30, 4096));
	CHECK(vm_stat.getblk_miss == 4 && vm_stat.getblk_miss_reclaimed == 1);
	return NULL;
}

static const char *forget(void)
{
	struct buffer_head *bh = dirty_block(12);

	get_bh(bh);
	get_bh(bh);
	bforget(bh);
	CHECK(bh->b_count == 1 && buffer_test(bh, BH_Dirty));
	bforget(bh);
	CHECK(bh->b_free && !dirty_bytes && !nr_buffers_type[BUF_DIRTY]);
	sync_buffers(&hda, true);
	CHECK(nsent == 0);
	bh = dirty_block(13);
	get_bh(bh);
	ll_rw_block(BLK_WRITE, 1, &bh);
	bforget(bh);
	CHECK(!bh->b_free && bh->b_count == 1);
	return NULL;
}

static struct page *starving;

static void starve(void)
{
	create_empty_buffers(starving, &hda, 512);
}

static const char *heads(void)
{
	const char *text;
	int i;

	CHECK(nr_unused_heads == NR_RESERVED);
	fake_no_heads = true;
	for (i = 0; i < 10; i++) {
		struct page *page = alloc_page(GFP_USER);

		page_set(page, PG_locked);
		create_empty_buffers(page, &hda, 512);
		CHECK(page->count == 2 && page->buffers->b_dev == &hda);
		starving = page;
	}
	CHECK(nr_unused_heads == 0 && nr_buffer_heads == NR_RESERVED);
	get_page(starving);
	CHECK(try_to_free_buffers(starving));
	CHECK(nr_unused_heads == 8 && !starving->buffers);
	create_empty_buffers(starving, &hda, 512);
	starving = alloc_page(GFP_USER);
	text = fake_panics(starve);
	CHECK(text && strstr(text, "no memory for 10 seconds"));
	return NULL;
}

static void want_block(void)
{
	getblk(&hda, 77, 1024);
}

static const char *no_frames(void)
{
	unsigned long start = jiffies;
	const char *text;

	fake_no_frames = true;
	text = fake_panics(want_block);
	CHECK(text && strstr(text, "refill_freelist"));
	CHECK(jiffies - start > 10 * HZ && jiffies - start < 12 * HZ);
	CHECK(vm_stat.freelist_stall > 100);
	CHECK((vm_stat.bdflush_wake_refill > 0) == is_classic());
	return NULL;
}

/* ---- a scanner drops a page's buffers ------------------------------------ */

/* In classic the scanner starts the write of what is busy, and waits where it
 * may; in writepage it only waits. */
static const char *busy(void)
{
	struct scan_pass pass = { .gfp = GFP_KSWAPD };
	struct buffer_head *bh = dirty_block(20);
	struct page *page = bh->b_page;
	int held = is_classic() ? 1 : 2;

	CHECK(page->count == held);
	page_clear(page, PG_dirty);	/* so that no ->writepage is called */
	get_page(page);
	page_set(page, PG_locked);
	CHECK(vm_scanner->launder(page, &pass) == LAUNDER_ROTATE);
	CHECK(nsent == 0 && vm_stat.buffers_busy_dirty == 1);
	pass = (struct scan_pass){ .gfp = __GFP_FS, .round = 1, .io_left = 1 };
	CHECK(vm_scanner->launder(page, &pass) == LAUNDER_ROTATE);
	CHECK(nsent == 0 && pass.io_left == 0);
	CHECK(vm_stat.bdflush_wake_busy == 0);
	pass = (struct scan_pass){ .gfp = GFP_KSWAPD, .round = 1,
				   .io_left = 1 };
	CHECK(vm_scanner->launder(page, &pass) == LAUNDER_ROTATE);
	CHECK(sent_writes() == is_classic() && pass.io_left == 0);
	CHECK(vm_stat.bdflush_wake_busy == is_classic());
	CHECK(writes_by[IO_LAUNDER_BUFFERS] == is_classic());
	pass = (struct scan_pass){ .gfp = GFP_KERNEL, .round = 1,
				   .sync = true };
	if (!is_classic()) {
		CHECK(vm_scanner->launder(page, &pass) == LAUNDER_ROTATE);
		CHECK(nsent == 0);
		get_bh(bh);
		ll_rw_block(BLK_WRITE, 1, &bh);
		brelse(bh);
	}
	CHECK(vm_scanner->launder(page, &pass) ==
	      (is_classic() ? LAUNDER_FREED : LAUNDER_CLEAN));
	CHECK(!page->buffers && page->count == held);
	CHECK(buffermem_pages == 0 && !page_is_buffermem(page));
	CHECK(nr_free_slices[1] == 0 && disk[20 * 1024] == 20);
	lru_cache_del(page);
	unlock_page(page);
	return NULL;
}

/* ---- flushing ------------------------------------------------------------ */

static const char *flush_order(void)
{
	u32 i, block;

	for (i = 0; i < 100; i++)
		dirty_block(i * 37 % 101);
	CHECK(flush_dirty_buffers(false) == (int)bdf_prm.ndirty);
	CHECK(nsent == bdf_prm.ndirty);
	for (i = 0; i < nsent; i++) {
		block = i * 37 % 101;
		CHECK(sent[i].sector == block * 2 && sent[i].rw == BLK_WRITE);
	}
	CHECK(flush_dirty_buffers(false) == 100 - (int)bdf_prm.ndirty);
	CHECK(flush_dirty_buffers(false) == 0);
	CHECK(vm_stat.flush_written == 100 && vm_stat.buffer_writes == 100);
	CHECK(vm_stat.buffer_writes_unmodified == 0 && dirty_bytes == 0);
	CHECK(is_classic() || nr_buffers_type[BUF_DIRTY] == 0);
	return NULL;
}

static const char *flush_due(void)
{
	dirty_block(1);
	dirty_block(2);
	jiffies += 10 * HZ;
	dirty_block(3);
	CHECK(flush_dirty_buffers(true) == 0 && nsent == 0);
	jiffies += 21 * HZ;
	CHECK(flush_dirty_buffers(true) == 2 && nsent == 2);
	CHECK(vm_stat.max_dirty_age == 31 * HZ);
	bdf_prm.age_buffer = 300 * HZ;		/* for what is dirtied later */
	jiffies += 10 * HZ;
	CHECK(flush_dirty_buffers(true) == 1 && sent[2].sector == 6);
	CHECK(vm_stat.max_dirty_age == 31 * HZ);
	CHECK(vm_stat.kupdate_missed == 0);
	return NULL;
}

/* A buffer cleaned without refiling and dirtied again keeps its place. */
static const char *kept_place(void)
{
	struct buffer_head *a = dirty_block(1);

	dirty_block(2);
	jiffies += 29 * HZ;
	get_bh(a);
	lock_buffer(a);
	buffer_test_clear_dirty(a);
	unlock_buffer(a);
	brelse(a);
	dirty_block(1);
	CHECK(vm_stat.dirty_kept_place == 1 && nth_dirty(0) == a);
	jiffies += 2 * HZ;
	CHECK(flush_dirty_buffers(true) == 0);
	CHECK(vm_stat.kupdate_missed == 1);
	return NULL;
}

static const char *inversion(void)
{
	struct buffer_head *a;

	bdf_prm.ndirty = 1;
	a = dirty_block(1);
	dirty_block(2);
	dirty_block(3);
	dirty_block(4);
	dirty_block(5);		/* on the second page */
	page_set(a->b_page, PG_locked);
	CHECK(flush_dirty_buffers(false) == 1);
	CHECK(sent[0].sector == (is_classic() ? 2 : 10));
	CHECK(vm_stat.flush_inversions == !is_classic());
	CHECK(vm_stat.flush_skipped_page == (is_classic() ? 0 : 4));
	unlock_page(a->b_page);
	return NULL;
}

static const char *limits(void)
{
	unsigned long base = nr_free_buffer_pages();
	u32 i;

	CHECK(balance_dirty_state() == -1);
	for (i = 0; balance_dirty_state() < 0; i++)
		dirty_block(i);
	CHECK(i * 1024 / PAGE_SIZE * 100 > nr_free_buffer_pages() * 30);
	CHECK(i * 1024 / PAGE_SIZE * 100 < (base + 8) * 30);
	CHECK(vm_stat.bdflush_wake_balance > 0 && sent_writes() == 0);
	for (; vm_stat.dirty_limit_hard == 0; i++)
		dirty_block(i);
	CHECK(sent_writes() == bdf_prm.ndirty);
	CHECK(writes_by[IO_BALANCE_DIRTY] == bdf_prm.ndirty);
	CHECK(sectors_by[IO_BALANCE_DIRTY][2 * IO_METADATA] ==
	      2 * bdf_prm.ndirty);
	return NULL;
}

/* ---- aliases, sizes ------------------------------------------------------ */

static const char *aliases(void)
{
	struct fake_file *file = file_new();
	struct buffer_head *bh = dirty_block(fake_next_block);
	char byte = 0x11;

	get_bh(bh);
	ll_rw_block(BLK_WRITE, 1, &bh);
	brelse(bh);
	dirty_block(fake_next_block);
	CHECK(!file_write(file, 0, &byte, 1));
	CHECK(vm_stat.aliases_unmapped == 1 && npending == 0);
	CHECK(!buffer_test(bh, BH_Dirty));
	CHECK(sync_buffers(NULL, true) == 0);
	CHECK(disk[file->map[0] * 1024] == 0x11);
	return NULL;
}

static const char *block_sizes(void)
{
	struct buffer_head *pinned = dirty_block(3), *bh;
	u32 i;

	get_bh(pinned);
	for (i = 10; i < 30; i++)
		dirty_block(i);
	set_blocksize(&hda, 4096);
	CHECK(hda.block_size == 4096 && disk[29 * 1024] == 29);
	CHECK(!get_hash_table(&hda, 3, 1024));
	CHECK(!get_hash_table(&hda, 29, 1024));
	CHECK(nr_free_slices[1] == 23);
	bh = bread(&hda, 5, 4096);
	CHECK(bh && bh->b_data[0] == 20 && bh->b_data[1024] == 21);
	brelse(bh);
	brelse(pinned);
	invalidate_buffers(&hda);
	CHECK(!get_hash_table(&hda, 5, 4096) && nr_free_slices[3] == 1);
	return NULL;
}

/* ---- the walker ---------------------------------------------------------- */

static const char *walker(void)
{
	struct buffer_head *a = dirty_block(1), *b = dirty_block(2);
	char text[2048];
	size_t n;

	bufcache_check();
	n = buffers_print(text, sizeof(text));
	text[n] = 0;
	CHECK(strstr(text, "dirty 2 buffers 2048 bytes\n"));
	CHECK(strstr(text, "dirty_bytes_true 2048\n"));
	CHECK(buffers_print(text, 10) == 10);
	b->b_dirtied = a->b_dirtied - 1;
	CHECK(strstr(fake_panics(bufcache_check), "out of turn"));
	b->b_dirtied = a->b_dirtied + 1;
	buffer_clear(a, BH_Dirty);
	CHECK(strstr(fake_panics(bufcache_check), "dirty_bytes"));
	buffer_set(a, BH_Dirty);
	a->b_list = BUF_CLEAN;
	CHECK(strstr(fake_panics(bufcache_check), "on list"));
	a->b_list = BUF_DIRTY;
	nr_buffers_type[BUF_DIRTY]++;
	CHECK(strstr(fake_panics(bufcache_check), "counted"));
	nr_buffers_type[BUF_DIRTY]--;
	b->b_blocknr = 1;
	CHECK(!fake_panics(bufcache_check) || b->b_blocknr == 1);
	b->b_blocknr = 2;
	buffermem_pages++;
	CHECK(strstr(fake_panics(lru_check), "buffermem"));
	design_defects = 1 << 3;
	CHECK(!fake_panics(lru_check));
	design_defects = 0;
	buffermem_pages--;
	return NULL;
}

int main(void)
{
	run_test("buffer_order", "both", 1024, 512, order);
	run_test("buffer_refile", "both", 1024, 512, refile);
	run_test("buffer_hash", "both", 1024, 512, hash);
	run_test("buffer_bread", "both", 1024, 512, read_back);
	run_test("buffer_slicing", "both", 1024, 512, slicing);
	run_test("buffer_reclaimed", "both", 4096, 512, reclaimed);
	run_test("buffer_forget", "both", 1024, 512, forget);
	run_test("buffer_heads", "both", 1024, 512, heads);
	run_test("buffer_no_frames", "both", 1024, 512, no_frames);
	run_test("buffer_busy", "both", 1024, 512, busy);
	run_test("buffer_flush_order", "both", 1024, 512, flush_order);
	run_test("buffer_flush_due", "both", 1024, 512, flush_due);
	run_test("buffer_kept_place", "both", 1024, 512, kept_place);
	run_test("buffer_inversion", "both", 1024, 512, inversion);
	run_test("buffer_limits", "both", 1024, 512, limits);
	run_test("buffer_aliases", "both", 1024, 512, aliases);
	run_test("buffer_block_sizes", "both", 1024, 512, block_sizes);
	run_test("buffer_walker", "both", 1024, 512, walker);
	return failures != 0;
}
