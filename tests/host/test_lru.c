/*
 * tests/host/test_lru.c - the page lists: edits, ages, and a walker that finds
 * what is seeded
 */
#include "tests/host/vm_fakes.h"

static struct page *victim;

static const char *joins_and_leaves(void)
{
	struct page *a, *b;

	fake_reset("classic");
	a = fake_file_page(1, -1);
	b = fake_file_page(2, -1);
	CHECK(nr_active_pages == 2 && a->count == 1);
	CHECK(list_last(&active_list, struct page, lru) == a);
	CHECK(page_kind(a) == KIND_FILE && page_lru(b) == LRU_ACTIVE);
	fake_old(a);
	CHECK(nr_inactive_dirty_pages == 1 && nr_active_pages == 1);
	fake_tables();
	lru_cache_del(a);
	lru_cache_del(a);
	CHECK(page_lru(a) == LRU_NONE && nr_inactive_dirty_pages == 0);
	CHECK(lru_moves[KIND_FILE][LRU_ACTIVE][LRU_INACTIVE_DIRTY] == 1);
	fake_tables();
	return NULL;
}

static const char *deactivation_wants_no_user(void)
{
	struct page *page;

	fake_reset("classic");
	page = fake_file_page(1, 0);		/* cache and buffers: 2 */
	get_page(page);				/* the caller: 3 */
	get_page(page);				/* a pte: 4 */
	page->age = 40;
	deactivate_page(page);
	CHECK(page_lru(page) == LRU_ACTIVE && page->age == 0);
	put_page(page);
	page_set(page, PG_referenced);
	deactivate_page(page);
	CHECK(page_lru(page) == LRU_INACTIVE_DIRTY);
	CHECK(!page_test(page, PG_referenced));
	put_page(page);
	return NULL;
}

static int laps_to(struct page *page, int age, bool referenced)
{
	int laps = 0;

	while (page->age != age && laps < 100) {
		if (referenced)
			age_page_up_nolock(page);
		else
			age_page_down_ageonly(page);
		laps++;
	}
	return laps;
}

/* How many laps an age lasts, by arithmetic. */
static const char *ages(void)
{
	static const int from[] = { 64, 32, 5, 2 }, laps[] = { 7, 6, 3, 2 };
	struct page *page;
	unsigned int i;

	fake_reset("classic");
	page = fake_file_page(1, -1);
	CHECK(page->age == PAGE_AGE_START);
	CHECK(laps_to(page, PAGE_AGE_MAX, true) == 21);
	for (i = 0; i < 4; i++) {
		page->age = from[i];
		CHECK(laps_to(page, 0, false) == laps[i]);
	}
	fake_old(page);
	age_page_up_nolock(page);
	CHECK(page_lru(page) == LRU_ACTIVE);
	CHECK(page->age == PAGE_AGE_START + PAGE_AGE_ADV);
	return NULL;
}

static int refill(int priority, int target)
{
	int done;

	spin_lock(&pagemap_lru_lock);
	done = vm_scanner->refill(priority, target);
	spin_unlock(&pagemap_lru_lock);
	return done;
}

static const char *refill_walks_a_part(void)
{
	struct page *page[64];
	int i;

	fake_reset("classic");
	for (i = 0; i < 64; i++)
		page[i] = fake_file_page(i, -1);
	page_set(page[0], PG_referenced);
	CHECK(refill(4, 0) == 0);		/* background: 64 >> 4 */
	CHECK(vm_stat.refill_scanned == 4);
	CHECK(page[0]->age == PAGE_AGE_START + PAGE_AGE_ADV);
	CHECK(page[1]->age == 1 && page[4]->age == PAGE_AGE_START);
	CHECK(!page_test(page[0], PG_referenced));
	CHECK(refill(6, 1) == 0);		/* 64 >> 6 */
	CHECK(vm_stat.refill_scanned == 5 && page[4]->age == 1);
	for (i = 0; i < 64; i++)
		page[i]->age = 1;
	CHECK(refill(0, 10) == 10);		/* up to the target */
	CHECK(nr_inactive_dirty_pages == 10);
	get_page(page[15]);			/* mapped: rotates at age 0 */
	CHECK(refill(0, 10) == 10);
	CHECK(page_lru(page[15]) == LRU_ACTIVE && page[15]->age == 0);
	put_page(page[15]);
	fake_tables();
	return NULL;
}

static const char *buffer_page_ages_in_both(void)
{
	static const char *const names[] = { "classic", "writepage" };
	static const int counts[] = { 1, 2 };
	struct page *page;
	int i;

	for (i = 0; i < 2; i++) {
		fake_reset(names[i]);
		page = fake_buffer_page(false);
		CHECK(page->count == counts[i]);
		CHECK(page_kind(page) == KIND_BUFFER);
		page->age = 1;
		CHECK(refill(0, 1) == 1);
		fake_tables();
	}
	return NULL;
}

/* ---- what the walker must find ---- */

static void enter_clean_dirty(void)
{
	spin_lock(&pagemap_lru_lock);
	lru_move(victim, LRU_INACTIVE_CLEAN);
}

static const char *finds_seeded_faults(void)
{
	fake_reset("classic");
	victim = fake_file_page(1, 1);
	CHECK(fake_panics(enter_clean_dirty));	/* it has a buffer */
	lru_cache_del(victim);
	spin_lock(&pagemap_lru_lock);
	lru_move(victim, LRU_ACTIVE);
	spin_unlock(&pagemap_lru_lock);
	fake_tables();

	page_set(victim, PG_inactive_dirty);
	CHECK(fake_panics(lru_check));		/* two flags */
	page_clear(victim, PG_active);
	CHECK(fake_panics(lru_check));		/* the other list's flag */
	page_clear(victim, PG_inactive_dirty);
	CHECK(fake_panics(lru_check));		/* none, but on a list */
	page_set(victim, PG_active);
	nr_active_pages++;
	CHECK(fake_panics(lru_check));		/* a count */
	nr_active_pages--;
	buffermem_pages++;
	CHECK(fake_panics(lru_check));		/* B3 */
	buffermem_pages--;
	victim->count = 1;
	CHECK(fake_panics(lru_check));		/* cache and buffers: 2 */
	victim->count = 2;
	fake_tables();
	page_cache_size++;
	CHECK(fake_panics(pagecache_check));
	page_cache_size--;
	return NULL;
}

int main(void)
{
	run_test("lru_joins_and_leaves", joins_and_leaves);
	run_test("lru_deactivation_wants_no_user", deactivation_wants_no_user);
	run_test("lru_ages", ages);
	run_test("lru_refill_walks_a_part", refill_walks_a_part);
	run_test("lru_buffer_page_ages_in_both", buffer_page_ages_in_both);
	run_test("lru_finds_seeded_faults", finds_seeded_faults);
	return failures != 0;
}
