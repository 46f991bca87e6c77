/*
 * tests/host/vm_fake_buffers.c - buffers, one head a page, and a file, below
 * the page lists and scanners of vm_fakes.h.
 */
#include "fs/buffer/buffer.h"
#include "fs/vfs/page_file.h"
#include "tests/host/vm_fakes_impl.h"

unsigned int fake_bdflush_wakes, fake_busy_wakes;
unsigned int fake_writepages, fake_buffer_writes, fake_page_waits;
int fake_switch_error;
unsigned long fake_reads[8192];
unsigned int fake_nreads;
struct address_space fake_file, anon_space_mapping;

static struct buffer_head heads[FAKE_PAGES];

static struct buffer_head *attach(struct page *page)
{
	struct buffer_head *bh = &heads[page - mem_map];

	memset(bh, 0, sizeof(*bh));
	bh->b_page = page;
	page->buffers = bh;
	return bh;
}

void fake_dirty(struct page *page)
{
	buffer_set(page->buffers, BH_Dirty);
	if (vm_scanner->buffers == BUFFERS_WRITEPAGE)
		page_set(page, PG_dirty);
}

struct page *fake_buffer_page(bool dirty)
{
	struct page *page = alloc_page(GFP_NOFS);

	if (!page)
		return NULL;
	if (vm_scanner->buffers == BUFFERS_WRITEPAGE) {
		page_set(page, PG_locked);
		add_to_page_cache_locked(page, &anon_space_mapping,
					 buffermem_pages);
		unlock_page(page);
	} else {
		lru_cache_add(page);
	}
	buffermem_add(page);
	attach(page);
	if (dirty)
		fake_dirty(page);
	return page;
}

struct page *fake_file_page(unsigned long index, int buffer_dirty)
{
	struct page *page = alloc_page(GFP_USER);

	if (!page)
		return NULL;
	if (add_to_page_cache_unique(page, &fake_file, index)) {
		put_page(page);
		return NULL;
	}
	page_set(page, PG_uptodate);
	if (buffer_dirty >= 0) {
		attach(page);
		get_page(page);
	}
	if (buffer_dirty > 0)
		fake_dirty(page);
	unlock_page(page);
	put_page(page);
	return page;
}

void fake_old(struct page *page)
{
	deactivate_page(page);
	BUG_ON(page_lru(page) != LRU_INACTIVE_DIRTY, "flags %lx", page->flags);
}

void fake_drop_head(struct page *page)
{
	page->buffers = NULL;
	buffermem_del(page);
	put_page(page);
}

bool free_buffers(struct page *page, enum touch_gone why __unused)
{
	BUG_ON(!page_test(page, PG_locked), "%ld is not locked",
	       page - mem_map);
	if (buffer_busy(page->buffers))
		return false;
	fake_drop_head(page);
	return true;
}

bool try_to_free_buffers(struct page *page)
{
	return free_buffers(page, TOUCH_RECLAIMED);
}

static void fake_wait_page(struct page *page __unused)
{
	fake_page_waits++;
	fake_sleeps();
}

static void fake_write_page(struct page *page, bool wait)
{
	struct buffer_head *bh = page->buffers;

	if (wait)
		fake_wait_page(page);
	if (!buffer_test(bh, BH_Dirty) || buffer_test(bh, BH_Lock))
		return;
	fake_buffer_writes++;
	buffer_clear(bh, BH_Dirty);
	buffer_set(bh, BH_Lock);
}

static int fake_writepage(struct page *page)
{
	struct buffer_head *bh = page->buffers;

	BUG_ON(!page_test(page, PG_locked) || page_test(page, PG_dirty),
	       "writepage of %ld, flags %lx", page - mem_map, page->flags);
	fake_writepages++;
	fake_sleeps();
	if (!bh) {
		unlock_page(page);
		return 0;
	}
	buffer_clear(bh, BH_Dirty);
	buffer_set(bh, BH_Lock);
	buffer_set(bh, BH_Protected);	/* the page's lock goes with it */
	return 0;
}

unsigned int fake_io_done(void)
{
	unsigned int i, n = 0;

	for (i = 0; i < FAKE_PAGES; i++) {
		struct buffer_head *bh = mem_map[i].buffers;

		if (!bh || !buffer_test(bh, BH_Lock))
			continue;
		buffer_clear(bh, BH_Lock);
		if (buffer_test(bh, BH_Protected))
			unlock_page(&mem_map[i]);
		buffer_clear(bh, BH_Protected);
		n++;
	}
	return n;
}

static int fake_readpage(struct page *page)
{
	BUG_ON(!page_test(page, PG_locked), "%ld", page - mem_map);
	if (fake_nreads < ARRAY_SIZE(fake_reads))
		fake_reads[fake_nreads++] = page->index;
	memset(page_address(page), page->index & 0xff, PAGE_SIZE);
	page_set(page, PG_uptodate);
	unlock_page(page);
	return 0;
}

static int fake_prepare(struct page *page, unsigned int from __unused,
			unsigned int to __unused)
{
	if (!page_test(page, PG_uptodate))
		memset(page_address(page), 0, PAGE_SIZE);
	return 0;
}

static int fake_commit(struct page *page, unsigned int from __unused,
		       unsigned int to __unused)
{
	if (!page->buffers) {
		attach(page);
		get_page(page);
	}
	page_set(page, PG_uptodate);
	fake_dirty(page);
	return 0;
}

const struct page_file_operations fake_file_ops = {
	.pages = { .writepage = fake_writepage, .readpage = fake_readpage },
	.prepare_write = fake_prepare, .commit_write = fake_commit,
};
const struct address_space_operations fake_read_only_ops = {
	.readpage = fake_readpage,
};

bool block_flush_page(struct page *page, unsigned int offset)
{
	if (offset)
		return false;
	if (page->buffers->b_count) {
		buffer_clear(page->buffers, BH_Dirty);
		buffermem_add(page);
		return false;
	}
	fake_io_done();
	page->buffers->b_state = 0;
	fake_drop_head(page);
	return true;
}

static void fake_wakeup_bdflush(bool block __unused, int caller)
{
	if (caller == BDF_TRY_TO_FREE)
		fake_busy_wakes++;
	else
		fake_bdflush_wakes++;
}

/* In place: buffer pages join or leave the anon mapping. */
static int fake_switch(enum buffer_side to)
{
	unsigned long i;

	fake_sleeps();
	if (fake_switch_error)
		return fake_switch_error;
	if (to == BUFFERS_CLASSIC)
		invalidate_inode_pages(&anon_space_mapping);
	for (i = 0; i < FAKE_PAGES; i++) {
		struct page *page = &mem_map[i];
		struct buffer_head *bh = page->buffers;

		if (!bh)
			continue;
		if (to == BUFFERS_CLASSIC) {
			page_clear(page, PG_dirty);
			if (page->mapping == &anon_space_mapping) {
				remove_inode_page(page);
				put_page(page);
			}
			continue;
		}
		if (page_test(page, PG_buffermem) &&
		    !page_test(page, PG_orphan)) {
			bool was = page_test_and_set(page, PG_locked);

			lru_cache_del(page);
			page->buffers = NULL;
			add_to_page_cache_locked(page, &anon_space_mapping, i);
			page->buffers = bh;
			if (!was)
				unlock_page(page);
		}
		if (buffer_test(bh, BH_Dirty))
			page_set(page, PG_dirty);
	}
	return 0;
}

const struct buffer_hooks fake_buffer_hooks = {
	.try_to_free_buffers = try_to_free_buffers,
	.write_page_buffers = fake_write_page,
	.wait_page_buffers = fake_wait_page,
	.wakeup_bdflush = fake_wakeup_bdflush,
	.switch_side = fake_switch,
	.anon_space = &anon_space_mapping,
};
