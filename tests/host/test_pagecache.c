/*
 * tests/host/test_pagecache.c - the page hash, read and write, read-ahead,
 * truncate: mm/reclaim/filemap.c and its neighbours
 */
#include "fs/vfs/page_file.h"
#include "tests/host/vm_fakes.h"

#include "mm/reclaim/buffer_hooks.h"

static struct address_space other;
static char buf[256 << 10];

static struct page *add(struct address_space *mapping, unsigned long index)
{
	struct page *page = alloc_page(GFP_USER);

	page_set(page, PG_locked);
	add_to_page_cache_locked(page, mapping, index);
	unlock_page(page);
	put_page(page);
	return page;
}

/* => probes that finding it took */
static unsigned long probes_for(struct address_space *mapping,
				unsigned long index)
{
	unsigned long before = vm_stat.page_hash_probes;
	struct page *page = find_get_page(mapping, index);

	if (page)
		put_page(page);
	return vm_stat.page_hash_probes - before;
}

static const char *find_what_was_added(void)
{
	struct page *page;

	fake_reset("classic");
	CHECK(page_hash_buckets() == FAKE_PAGES);
	CHECK(!find_get_page(&fake_file, 7));
	page = add(&fake_file, 7);
	CHECK(page->count == 1 && page_cache_size == 1);
	CHECK(!page_test(page, PG_referenced));
	CHECK(find_get_page(&fake_file, 7) == page && page->count == 2);
	CHECK(page_test(page, PG_referenced));
	put_page(page);
	CHECK(add_to_page_cache_unique(page, &fake_file, 7) == -EEXIST);
	CHECK(find_lock_page(&fake_file, 7) == page);
	unlock_page(page);
	put_page(page);
	fake_gone(page);
	CHECK(!find_get_page(&fake_file, 7) && !fake_file.nrpages);
	CHECK(vm_stat.anon_space_lookups == 0);
	find_get_page(buffer_hooks()->anon_space, 0);
	CHECK(vm_stat.anon_space_lookups == 1);
	return NULL;
}

/* One mapping's consecutive pages never meet: one probe each. */
static const char *consecutive_pages_spread(void)
{
	unsigned long i;

	fake_reset("classic");
	for (i = 0; i < FAKE_PAGES - 64; i++)
		add(&fake_file, i);
	CHECK(page_hash_longest() <= 2);	/* the fold wraps once */
	CHECK(page_hash_duplicates() == 0);
	CHECK(probes_for(&fake_file, 5) == 1);
	fake_tables();
	return NULL;
}

/* With a constant index the chain is as long as there are pages. */
static const char *constant_key_overloads(void)
{
	unsigned long i;
	struct page *file;

	fake_reset("writepage");
	address_space_init(&other, fake_file.a_ops, NULL);
	file = add(&other, 3);
	for (i = 0; i < 200; i++)
		add(&other, 3);
	CHECK(page_hash_longest() == 201);
	CHECK(page_hash_duplicates() == 200);
	CHECK(probes_for(&other, 3) == 1);	/* the newest is in front */
	CHECK(file->count == 1);
	fake_tables();
	for (i = 0; i < FAKE_PAGES; i++)
		if (mem_map[i].mapping == &other) {
			fake_gone(&mem_map[i]);
			fake_tables();
		}
	return NULL;
}

static struct page *leaving;

/* Truncate, which has the page's lock. */
static void leave(void)
{
	fake_sleep = NULL;
	lru_cache_del(leaving);
	remove_inode_page(leaving);
	put_page(leaving);
	unlock_page(leaving);
}

/* A page may leave the file while we wait for its lock. */
static const char *lock_then_look_again(void)
{
	struct page *busy;

	fake_reset("classic");
	busy = fake_file_page(1, 0);
	buffer_set(busy->buffers, BH_Lock);	/* what the sleep ends with */
	leaving = fake_file_page(7, -1);
	page_set(leaving, PG_locked);
	fake_sleep = leave;
	CHECK(!find_lock_page(&fake_file, 7));
	CHECK(leaving->count == 0);

	buffer_set(busy->buffers, BH_Lock);
	leaving = add(&fake_file, 7);		/* not uptodate */
	page_set(leaving, PG_locked);
	fake_sleep = leave;
	CHECK(page_test(read_cache_page(&fake_file, 7), PG_uptodate));
	CHECK(fake_nreads == 1 && leaving->index == 7);
	fake_tables();
	return NULL;
}

static const char *dirty_lists(void)
{
	struct page *page;

	fake_reset("classic");
	page = add(&fake_file, 1);
	set_page_dirty(page);
	CHECK(list_first(&fake_file.dirty_pages, struct page, list) == page);
	CHECK(filemap_fdatasync(&fake_file) == 0 && fake_writepages == 1);
	CHECK(list_empty(&fake_file.dirty_pages));
	CHECK(!list_empty(&fake_file.locked_pages));
	page_set(page, PG_error);
	CHECK(filemap_fdatawait(&fake_file) == -EIO);
	CHECK(list_empty(&fake_file.locked_pages));
	CHECK(filemap_fdatawait(&fake_file) == 0);

	/* B6: the bit alone says nothing about the list. */
	page_set(page, PG_dirty);
	set_page_dirty(page);
	CHECK(!list_empty(&fake_file.dirty_pages));
	filemap_fdatasync(&fake_file);
	design_defects = 1u << 6;
	page_set(page, PG_dirty);
	set_page_dirty(page);
	design_defects = 0;
	CHECK(list_empty(&fake_file.dirty_pages));
	page_clear(page, PG_dirty);
	return NULL;
}

/* ---- read and write ---- */

static const char *written_is_read(void)
{
	struct readahead ra = { 0 };
	char back[10000];
	size_t i;

	fake_reset("classic");
	for (i = 0; i < sizeof(back); i++)
		buf[i] = test_random(256);
	CHECK(generic_file_write(&fake_file, 3000, buf, 10000) == 10000);
	CHECK(fake_file.nrpages == 4);
	CHECK(generic_file_read(&fake_file, &ra, 3000, back, 20000, 13000) ==
	      10000);
	CHECK(memcmp(buf, back, 10000) == 0 && fake_nreads == 0);
	CHECK(generic_file_read(&fake_file, &ra, 13000, back, 1, 13000) == 0);
	CHECK(generic_file_write(&fake_file, 0, NULL, 10) == -EFAULT);
	CHECK(generic_file_read(&fake_file, &ra, 0, NULL, 10, 10) == -EFAULT);
	/* A write to the end of a page deactivates it. */
	CHECK(nr_inactive_dirty_pages == 3 && nr_active_pages == 1);
	fake_tables();
	return NULL;
}

/* Runs of pages between two unplugs of the queue. */
static unsigned long longest_gap_free_run(void)
{
	unsigned long i, run = 1, longest = 1;

	for (i = 1; i < fake_nreads; i++) {
		run = fake_reads[i] == fake_reads[i - 1] + 1 ? run + 1 : 1;
		longest = max(longest, run);
	}
	return longest;
}

static const char *sequential_reads_are_large(void)
{
	struct readahead ra = { 0 };
	loff_t size = 2 << 20, pos;

	fake_reset("classic");
	for (pos = 0; pos < size; pos += 4096)
		CHECK(generic_file_read(&fake_file, &ra, pos, buf, 4096,
					size) == 4096);
	CHECK(fake_nreads == 512 && longest_gap_free_run() == 512);
	/* 4 + 8 + 16 + 31 * 16: the average chunk is over 64 KB */
	CHECK(vm_stat.readahead_chunks <= 20);
	CHECK(vm_stat.read_misses == 1);	/* only the first page */
	CHECK(vm_stat.drop_behind_pages > 400);
	CHECK(nr_inactive_dirty_pages > 400);
	pos = fake_nreads;
	CHECK(generic_file_read(&fake_file, &ra, 0, buf, 65536, size) == 65536);
	CHECK(fake_nreads == pos);
	return NULL;
}

/* 4 + 8 + 16 pages, then as many as a request of so many sectors holds. */
static const char *chunks_fit_a_request(void)
{
	static const struct {
		u32 sectors;
		unsigned int chunks;
	} cases[] = { { 255, 3 + 33 }, { 65535, 3 + 32 }, { 8, 256 } };
	loff_t size = 4 << 20, pos;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct readahead ra = { 0 };

		fake_reset("classic");
		blk_max_sectors = cases[i].sectors;
		for (pos = 0; pos < size; pos += 4096)
			generic_file_read(&fake_file, &ra, pos, buf, 4096,
					  size);
		CHECK(vm_stat.readahead_chunks == cases[i].chunks);
	}
	return NULL;
}

static const char *random_reads_ask_no_more(void)
{
	struct readahead ra = { 0 };
	loff_t size = 4 << 20;
	int i;

	fake_reset("classic");
	for (i = 0; i < 50; i++)
		generic_file_read(&fake_file, &ra, 8192 + i * 40960, buf, 4096,
				  size);
	CHECK(fake_nreads == 50 && vm_stat.readahead_chunks == 50);
	CHECK(vm_stat.drop_behind_pages == 0);
	i = fake_nreads;
	generic_file_read(&fake_file, &ra, 3 << 20, buf, 65536, size);
	CHECK(fake_nreads == (unsigned int)i + 16);
	CHECK(vm_stat.readahead_chunks == 51);	/* 64 KB: one chunk */
	return NULL;
}

static const char *end_of_file_bounds_chunks(void)
{
	struct readahead ra = { 0 };

	fake_reset("classic");
	CHECK(generic_file_read(&fake_file, &ra, 0, buf, 65536, 5000) == 5000);
	CHECK(fake_nreads == 2 && fake_file.nrpages == 2);
	return NULL;
}

/* What was read ahead and reclaimed before its use is read again, in chunks. */
static const char *lost_chunks_are_read_again(void)
{
	struct readahead ra = { 0 };
	loff_t size = 1 << 20, pos;

	fake_reset("classic");
	for (pos = 0; pos < size; pos += 4096) {
		CHECK(generic_file_read(&fake_file, &ra, pos, buf, 4096,
					size) == 4096);
		if (pos % (160 << 10) == 0)
			truncate_inode_pages(&fake_file, 0);
	}
	CHECK(vm_stat.readahead_chunks < 40);
	return NULL;
}

/* ---- leaving ---- */

static const char *truncate_drops_the_rest(void)
{
	struct page *held, *part;
	unsigned long i;

	fake_reset("classic");
	for (i = 0; i < 20; i++)
		fake_file_page(i, i % 3 - 1);
	part = find_get_page(&fake_file, 5);
	put_page(part);
	memset(page_address(part), 1, PAGE_SIZE);
	truncate_inode_pages(&fake_file, 5 * PAGE_SIZE + 100);
	CHECK(fake_file.nrpages == 6 && page_cache_size == 6);
	CHECK(((char *)page_address(part))[99] == 1);
	CHECK(((char *)page_address(part))[100] == 0);
	CHECK(((char *)page_address(part))[4095] == 0);

	held = find_get_page(&fake_file, 4);
	put_page(held);
	CHECK(held->buffers);
	held->buffers->b_count = 1;		/* in use */
	truncate_inode_pages(&fake_file, 0);
	CHECK(fake_file.nrpages == 0 && buffermem_pages == 1);
	CHECK(page_kind(held) == KIND_ORPHAN && !held->mapping);
	CHECK(zone.free_pages == FAKE_PAGES - 1);
	fake_tables();
	held->buffers->b_count = 0;
	fake_old(held);
	page_launder(GFP_KSWAPD, false);
	CHECK(zone.free_pages == FAKE_PAGES && buffermem_pages == 0);
	CHECK(vm_stat.orphan_dirty_to_free == 1);
	return NULL;
}

static const char *caches_are_dropped(void)
{
	static const char *const names[] = { "classic", "writepage" };
	struct page *mapped, *dirty;
	int i, pass;

	for (pass = 0; pass < 2; pass++) {
		fake_reset(names[pass]);
		for (i = 0; i < 10; i++) {
			fake_file_page(i, i & 1 ? 0 : -1);
			fake_buffer_page(false);
		}
		dirty = fake_buffer_page(true);
		mapped = fake_file_page(11, -1);
		get_page(mapped);
		CHECK(drop_caches() == 20);
		CHECK(zone.free_pages == FAKE_PAGES - 2);
		fake_tables();
		put_page(mapped);
		CHECK(invalidate_inode_pages(&fake_file) == 1);
		CHECK(dirty->buffers);
	}
	return NULL;
}

int main(void)
{
	run_test("pagehash_find_what_was_added", find_what_was_added);
	run_test("pagehash_consecutive_pages_spread",
		 consecutive_pages_spread);
	run_test("pagehash_constant_key_overloads", constant_key_overloads);
	run_test("pagecache_lock_then_look_again", lock_then_look_again);
	run_test("pagecache_dirty_lists", dirty_lists);
	run_test("pagecache_written_is_read", written_is_read);
	run_test("readahead_sequential_is_large", sequential_reads_are_large);
	run_test("readahead_fits_a_request", chunks_fit_a_request);
	run_test("readahead_random_asks_no_more", random_reads_ask_no_more);
	run_test("readahead_end_of_file", end_of_file_bounds_chunks);
	run_test("readahead_lost_chunks", lost_chunks_are_read_again);
	run_test("truncate_drops_the_rest", truncate_drops_the_rest);
	run_test("drop_caches_both_designs", caches_are_dropped);
	return failures != 0;
}
