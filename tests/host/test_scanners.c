/*
 * tests/host/test_scanners.c - what the two designs decide, page by page
 */
#include "tests/host/vm_fakes.h"

#include "mm/reclaim/buffer_hooks.h"

#define BOTH(name)	for (name = 0; name < 2; name++)

static const char *const designs[] = { "classic", "writepage" };

/* Memory as short as it can be: pages that a test does not use are taken. */
static struct page *taken[FAKE_PAGES];
static unsigned int ntaken;

static void take_memory(unsigned long leave)
{
	ntaken = 0;	/* fake_reset() has freed what a failed test took */
	while (zone.free_pages > leave)
		taken[ntaken++] = alloc_page(GFP_ATOMIC);
}

static void give_memory(void)
{
	while (ntaken)
		put_page(taken[--ntaken]);
}

/* ---- arithmetic ---- */

static const char *shortages(void)
{
	fake_reset("classic");
	CHECK(free_shortage() == 0 && inactive_shortage() == 0);
	memory_pressure = 64 * 2000;
	CHECK(inactive_target() == FAKE_PAGES / 4);
	memory_pressure = 64 * 100;
	CHECK(inactive_target() == 100);
	CHECK(nr_free_buffer_pages() == FAKE_PAGES);
	take_memory(12);
	memory_pressure = 64 * 100;
	CHECK(free_shortage() == 18 && inactive_shortage() == 118);
	fake_old(fake_file_page(1, -1));
	memory_pressure = 64 * 100;
	CHECK(inactive_shortage() == 118);	/* free 11, inactive 1 */
	CHECK(nr_free_buffer_pages() == 130);
	give_memory();
	return NULL;
}

/* ---- where a clean buffer-cache page goes ---- */

static const char *classic_frees_at_once(void)
{
	struct page *page;

	fake_reset("classic");
	page = fake_buffer_page(false);
	CHECK(page->count == 1 && !page->mapping);
	fake_old(page);
	CHECK(page_launder(GFP_KSWAPD, false) == 1);
	CHECK(zone.free_pages == FAKE_PAGES && buffermem_pages == 0);
	CHECK(vm_stat.bufpage_dirty_to_free == 1);
	CHECK(vm_stat.bufpage_dirty_to_clean == 0);
	CHECK(vm_stat.launder_freed == 1 && frames_reclaimed() == 1);
	fake_tables();
	return NULL;
}

static const char *writepage_goes_to_clean(void)
{
	struct page *page;

	fake_reset("writepage");
	page = fake_buffer_page(false);
	CHECK(page->count == 2 && page->mapping == buffer_hooks()->anon_space);
	fake_old(page);
	CHECK(page_launder(GFP_KSWAPD, false) == 1);
	CHECK(page_lru(page) == LRU_INACTIVE_CLEAN && page->count == 1);
	CHECK(vm_stat.bufpage_dirty_to_clean == 1);
	CHECK(vm_stat.bufpage_dirty_to_free == 0 && nr_dead_pages == 1);
	fake_tables();
	memory_pressure = 5;
	CHECK(reclaim_page() == page && page->count == 1 && !page->flags);
	CHECK(page->age == PAGE_AGE_START && memory_pressure == 6);
	CHECK(vm_stat.bufpage_clean_to_free == 1 && nr_dead_pages == 0);
	CHECK(page_cache_size == 0 && frames_reclaimed() == 1);
	put_page(page);
	fake_tables();
	return NULL;
}

/* ---- who starts the write of a dirty one ---- */

static void dirty_buffer_pages(int n)
{
	while (n--)
		fake_old(fake_buffer_page(true));
}

static const char *classic_starts_buffers(void)
{
	fake_reset("classic");
	dirty_buffer_pages(200);
	take_memory(12);
	page_cluster = 3;
	CHECK(page_launder(GFP_KSWAPD & ~__GFP_IO, false) == 0);
	CHECK(fake_buffer_writes == 0 && vm_stat.launder_rounds_again == 0);
	CHECK(page_launder(GFP_KSWAPD & ~__GFP_FS, false) == 0);
	CHECK(fake_buffer_writes == MAX_LAUNDER && MAX_LAUNDER == 32);
	CHECK(fake_bdflush_wakes == 1 && fake_writepages == 0);
	CHECK(fake_busy_wakes == MAX_LAUNDER);
	CHECK(vm_stat.launder_steps_round0 == 400);
	CHECK(vm_stat.launder_steps_round1 == 200);
	CHECK(vm_stat.launder_buffers_busy == 600);
	CHECK(vm_stat.launder_writepage_bufpage == 0);
	fake_io_done();
	CHECK(page_launder(GFP_KSWAPD, false) >= 18);
	CHECK(free_shortage() == 0 && fake_writepages == 0);
	CHECK(vm_stat.launder_stopped == 1);
	fake_tables();
	give_memory();
	return NULL;
}

/* 2.8 (3): a started page stays at the tail, so it costs two steps: half of
 * the list is written, and MAX_LAUNDER is no bound (B9). */
static const char *writepage_starts_pages(void)
{
	struct page *page;

	fake_reset("writepage");
	dirty_buffer_pages(200);
	take_memory(12);
	CHECK(page_launder(GFP_NOFS, false) == 0);	/* B8 */
	CHECK(fake_writepages == 0 && fake_buffer_writes == 0);
	CHECK(vm_stat.launder_dirty_rotated == 400);
	CHECK(vm_stat.launder_rounds_again == 1 && fake_bdflush_wakes == 1);
	CHECK(page_launder(GFP_KSWAPD, false) == 0);
	CHECK(fake_writepages == 100 && fake_buffer_writes == 0);
	CHECK(vm_stat.launder_writepage_bufpage == 100);
	CHECK(vm_stat.launder_started == 100 && vm_stat.launder_locked == 100);
	page = list_first(&inactive_dirty_list, struct page, lru);
	CHECK(page_test(page, PG_locked));	/* met locked, and rotated */
	fake_tables();
	CHECK(fake_io_done() == 100);
	CHECK(page_launder(GFP_KSWAPD, false) > 0);
	CHECK(free_shortage() == 0 && vm_stat.bufpage_dirty_to_free == 0);
	fake_tables();
	give_memory();
	return NULL;
}

static struct page *watched;
static int seen_at_tail;

static void look_at_tail(void)
{
	seen_at_tail += list_last(&inactive_dirty_list, struct page, lru) ==
				watched && page_test(watched, PG_locked);
}

static const char *started_page_stays_at_tail(void)
{
	fake_reset("writepage");
	watched = fake_buffer_page(true);
	fake_old(watched);
	take_memory(12);
	seen_at_tail = 0;
	fake_sleep = look_at_tail;		/* while writepage sleeps */
	page_launder(GFP_KSWAPD, false);
	fake_sleep = NULL;
	CHECK(seen_at_tail == 1 && vm_stat.launder_started == 1);
	CHECK(page_test(watched, PG_locked));
	CHECK(page_lru(watched) == LRU_INACTIVE_DIRTY);
	give_memory();
	return NULL;
}

/* ---- when a walk ends (B14) ---- */

static const char *stop_rules(void)
{
	int d, i;

	BOTH(d) {
		fake_reset(designs[d]);
		for (i = 0; i < 10; i++)
			fake_old(fake_file_page(i, 0));
		fake_old(fake_buffer_page(false));
		fake_old(fake_file_page(11, 0));
		page_launder(GFP_KSWAPD, false);
		/* classic: behind the buffer page; writepage: at once */
		CHECK(vm_stat.launder_steps_round0 == (d ? 1 : 11));
		CHECK(vm_stat.launder_stopped == 1);
		CHECK(nr_inactive_dirty_pages == (d ? 11 : 1));
	}
	return NULL;
}

/* ---- the other steps of 2.8 ---- */

static const char *rescues(void)
{
	struct page *touched, *aged, *mapped, *bare;
	int d;

	BOTH(d) {
		fake_reset(designs[d]);
		touched = fake_buffer_page(true);
		aged = fake_file_page(1, 0);
		mapped = fake_file_page(2, 0);
		bare = fake_file_page(3, -1);
		fake_old(touched);
		fake_old(aged);
		fake_old(mapped);
		fake_old(bare);
		page_set(touched, PG_referenced);
		aged->age = 1;
		get_page(mapped);
		get_page(bare);
		page_launder(GFP_KSWAPD, false);
		CHECK(page_lru(touched) == LRU_ACTIVE && touched->age == 0);
		CHECK(page_test(touched, PG_referenced));
		CHECK(page_lru(aged) == LRU_ACTIVE && aged->age == 1);
		if (d)		/* writepage stopped at mapped: step 4 */
			page_launder(GFP_KSWAPD, false);
		CHECK(page_lru(mapped) == LRU_ACTIVE && !mapped->buffers);
		CHECK(page_lru(bare) == LRU_ACTIVE);
		CHECK(vm_stat.bufpage_rescues == 1);
		CHECK(vm_stat.filepage_rescues == 2);
		CHECK(vm_stat.bufpage_rescues_headless == 0);
		put_page(mapped);
		put_page(bare);
		fake_tables();
	}
	return NULL;
}

static const char *locked_and_odd(void)
{
	struct page *locked, *odd;
	int d;

	BOTH(d) {
		fake_reset(designs[d]);
		locked = fake_file_page(1, -1);
		odd = alloc_page(GFP_USER);
		lru_cache_add(odd);
		fake_old(odd);
		fake_old(locked);
		page_set(locked, PG_locked);
		page_launder(GFP_KSWAPD, false);
		CHECK(vm_stat.launder_locked == 1 && vm_stat.launder_odd == 1);
		CHECK(page_lru(odd) == LRU_ACTIVE);
		unlock_page(locked);
		page_launder(GFP_KSWAPD, false);
		CHECK(page_lru(locked) == LRU_INACTIVE_CLEAN);
		CHECK(vm_stat.filepage_dirty_to_clean == 1);
	}
	return NULL;
}

static const char *owner_without_writepage(void)
{
	struct page *page;
	int d;

	BOTH(d) {
		fake_no_writepage = true;
		fake_reset(designs[d]);
		page = fake_file_page(1, 1);
		set_page_dirty(page);
		fake_old(page);
		page_launder(GFP_KSWAPD, false);
		CHECK(page_lru(page) == LRU_ACTIVE);
		CHECK(vm_stat.launder_no_writepage == 1);	/* B15 */
		fake_no_writepage = false;
	}
	return NULL;
}

/* A clean page that is hit again is found, and rescued or refused. */
static const char *clean_pages_come_back(void)
{
	struct page *hit, *written, *plain;

	fake_reset("classic");
	hit = fake_file_page(1, -1);
	written = fake_file_page(2, -1);
	plain = fake_file_page(3, -1);
	fake_old(hit);
	fake_old(written);
	fake_old(plain);
	CHECK(page_launder(GFP_KSWAPD, false) == 3);
	CHECK(zone.inactive_clean_pages == 3);
	CHECK(find_get_page(&fake_file, 1) == hit);
	put_page(hit);
	set_page_dirty(written);
	fake_tables();
	CHECK(reclaim_page() == plain && !reclaim_page());
	CHECK(page_lru(hit) == LRU_ACTIVE);
	CHECK(page_lru(written) == LRU_INACTIVE_DIRTY);
	CHECK(vm_stat.rescues_clean == 1 && vm_stat.reclaim_refused == 1);
	CHECK(vm_stat.filepage_clean_to_free == 1);
	CHECK(vm_stat.reclaim_live_before_dead == 0);
	put_page(plain);
	return NULL;
}

/* B2: the live page went although a dead one was in stock. */
static const char *dead_pages_are_counted(void)
{
	fake_reset("writepage");
	fake_old(fake_file_page(1, -1));
	page_launder(GFP_KSWAPD, false);
	fake_old(fake_buffer_page(false));
	page_launder(GFP_KSWAPD, false);
	CHECK(zone.inactive_clean_pages == 2 && nr_dead_pages == 1);
	put_page(reclaim_page());
	CHECK(vm_stat.reclaim_live_before_dead == 1);
	put_page(reclaim_page());
	CHECK(vm_stat.reclaim_live_before_dead == 1 && nr_dead_pages == 0);
	return NULL;
}

/* ---- permission and state of the pass ---- */

static const char *waiting_is_the_last_resort(void)
{
	fake_reset("classic");
	dirty_buffer_pages(100);
	take_memory(12);
	page_cluster = 2;
	page_launder(GFP_USER, true);		/* 16 started, then waits */
	CHECK(fake_page_waits == 84 && fake_buffer_writes == 100);
	page_launder(GFP_USER, false);
	CHECK(fake_page_waits == 84);
	give_memory();

	/* Something was cleaned in round 0: round 1 does not wait. */
	fake_reset("classic");
	fake_old(fake_file_page(1, -1));
	dirty_buffer_pages(100);
	take_memory(12);
	page_launder(GFP_USER, true);
	CHECK(vm_stat.launder_cleaned == 1);
	CHECK(fake_page_waits == 0 && fake_buffer_writes == 16);
	give_memory();
	return NULL;
}

/* Behind MAX_LAUNDER pages writepage waits for writes and starts none; classic
 * without permission for I/O does neither. */
static const char *permission_is_the_passes(void)
{
	int d;

	BOTH(d) {
		fake_reset(designs[d]);
		dirty_buffer_pages(40);
		for (int i = 0; i < 40; i++)
			page_clear(&mem_map[i], PG_dirty);
		take_memory(12);
		page_cluster = 2;
		page_launder(GFP_NOIO, true);
		CHECK(!vm_stat.launder_rounds_again);
		CHECK(fake_page_waits == 0 && fake_buffer_writes == 0);
		page_launder(GFP_NOFS, true);
		CHECK(vm_stat.launder_rounds_again == 1);
		CHECK(fake_buffer_writes == (d ? 0 : 40));
		give_memory();
	}
	return NULL;
}

static const char *direct_reclaim_makes_progress(void)
{
	int d, i, progress = 0;

	BOTH(d) {
		fake_reset(designs[d]);
		for (i = 0; i < 500; i++)
			fake_file_page(i, 0);
		take_memory(5);
		for (i = 0; i < 200 && free_shortage(); i++) {
			progress += try_to_free_pages(GFP_USER);
			for (int j = 0; j < 500; j++)
				page_clear(&mem_map[j], PG_referenced);
		}
		CHECK(!free_shortage() && progress > 0);
		CHECK(!(current->flags & PF_MEMALLOC));
		CHECK(vm_stat.direct_reclaims > 0);
		fake_tables();
		give_memory();
	}
	return NULL;
}

int main(void)
{
	run_test("reclaim_shortages", shortages);
	run_test("classic_frees_at_once", classic_frees_at_once);
	run_test("writepage_goes_to_clean", writepage_goes_to_clean);
	run_test("classic_starts_buffers", classic_starts_buffers);
	run_test("writepage_starts_pages", writepage_starts_pages);
	run_test("started_page_stays_at_tail", started_page_stays_at_tail);
	run_test("launder_stop_rules", stop_rules);
	run_test("launder_rescues", rescues);
	run_test("launder_locked_and_odd", locked_and_odd);
	run_test("launder_owner_without_writepage", owner_without_writepage);
	run_test("clean_pages_come_back", clean_pages_come_back);
	run_test("dead_pages_are_counted", dead_pages_are_counted);
	run_test("waiting_is_the_last_resort", waiting_is_the_last_resort);
	run_test("permission_is_the_passes", permission_is_the_passes);
	run_test("direct_reclaim_makes_progress",
		 direct_reclaim_makes_progress);
	return failures != 0;
}
