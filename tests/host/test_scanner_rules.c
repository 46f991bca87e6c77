/*
 * tests/host/test_scanner_rules.c - what the mechanism reports to a scanner,
 * what it checks of its answers, and that its goals do not depend on lists
 */
#include "fs/vfs/page_file.h"
#include "tests/host/vm_fakes.h"

#include <string.h>

#include "fs/vfs/page_file.h"
#include "mm/reclaim/scan_shared.h"

/* ---- a scanner that only listens ---- */

static bool listed[FAKE_PAGES];		/* what the reports say */
static unsigned int wrong, placed[PLACE_REFUSED + 1], gone[GONE_MOVED + 1];
static unsigned int touches, youngs;
static bool keep;			/* places answer KEEP where they can */

static enum lru_list hear_where(const struct page *page, enum page_placed why)
{
	if (keep && page_is_scanned(page))
		return LRU_KEEP;
	return place_by_age(page, why);
}

static void hear_placed(struct page *page, enum page_placed why)
{
	wrong += listed[page - mem_map] || !page_is_scanned(page);
	listed[page - mem_map] = true;
	placed[why]++;
}

/* The page is linked still. */
static void hear_gone(struct page *page, enum page_gone why)
{
	wrong += !listed[page - mem_map] || !page_is_scanned(page) ||
		 page->lru.next->prev != &page->lru;
	listed[page - mem_map] = false;
	gone[why]++;
}

static void hear_touch(struct page *page __unused)
{
	touches++;
}

static void hear_young(struct page *page __unused)
{
	youngs++;
}

static const struct vm_scanner listener = {
	.name = "listener", .what = "listens", .keeps_stock = true,
	.buffers = BUFFERS_WRITEPAGE,
	.place = hear_where, .wanted = wanted_by_age, .victim = victim_oldest,
	.launder = writepage_launder, .refill = refill_by_age,
	.pass_end = second_round_if_short, .young = hear_young,
	.idle = idle_by_age, .touched = hear_touch,
	.placed = hear_placed, .gone = hear_gone,
};

static void listen(void)
{
	fake_reset("writepage");
	vm_scanner = &listener;
	memset(listed, 0, sizeof(listed));
	memset(placed, 0, sizeof(placed));
	memset(gone, 0, sizeof(gone));
	wrong = touches = youngs = 0;
}

static const char *reports_each_once(void)
{
	struct page *page, *other;

	keep = false;
	listen();
	page = fake_file_page(1, 0);
	CHECK(placed[PLACE_NEW] == 1 && !gone[GONE_MOVED]);
	put_page(find_get_page(&fake_file, 1));
	CHECK(touches == 1 && !youngs);
	fake_old(page);			/* by ->idle: the scanner's own move */
	CHECK(!gone[GONE_MOVED]);
	page_set(page, PG_referenced);
	page_launder(GFP_KSWAPD, false);
	CHECK(gone[GONE_MOVED] == 1 && placed[PLACE_RESCUED] == 1);
	fake_old(page);
	page_launder(GFP_KSWAPD, false);
	CHECK(gone[GONE_CLEANED] == 1 && !listed[page - mem_map]);
	page_set(page, PG_referenced);
	CHECK(!reclaim_page());
	CHECK(placed[PLACE_RESCUED] == 2 && gone[GONE_MOVED] == 1);
	fake_old(page);
	page_set(page, PG_locked);
	page_launder(GFP_KSWAPD, false);
	page_clear(page, PG_locked);
	CHECK(placed[PLACE_LOCKED] == 1 && gone[GONE_MOVED] == 2);
	truncate_inode_pages(&fake_file, 0);
	CHECK(gone[GONE_TRUNCATED] == 1 && !gone[GONE_FREED]);
	other = fake_file_page(2, -1);
	fake_old(other);
	page_launder(GFP_KSWAPD, false);
	put_page(reclaim_page());	/* it had gone before */
	CHECK(gone[GONE_CLEANED] == 2 && gone[GONE_TRUNCATED] == 1);
	CHECK(!wrong);
	return NULL;
}

static const char *reports_agree_with_lists(void)
{
	unsigned int i, j;

	for (j = 0; j < 2; j++) {
		keep = j;
		listen();
		for (i = 0; i < 40000; i++)
			fake_random_event();
		for (i = 0; i < FAKE_PAGES; i++)
			wrong += listed[i] != page_is_scanned(&mem_map[i]);
		CHECK(!wrong && gone[GONE_CLEANED] && gone[GONE_TRUNCATED]);
		CHECK(placed[PLACE_NEW] > 100);
		fake_tables();
	}
	keep = false;
	fake_io_done();
	fake_reset("classic");
	return NULL;
}

/* ---- wrong answers ---- */

static struct page *subject;
static enum launder_verdict answer;
static enum lru_list answer_place;
static struct page *answer_victim;

static enum launder_verdict say_verdict(struct page *page __unused,
					struct scan_pass *pass __unused)
{
	return answer;
}

static enum lru_list say_place(const struct page *page __unused,
			       enum page_placed why __unused)
{
	return answer_place;
}

static struct page *say_victim(struct scan_pass *pass __unused)
{
	return answer_victim;
}

static bool say_no(struct page *page __unused)
{
	return false;
}

static struct vm_scanner liar = {
	.name = "liar", .what = "is wrong", .place = say_place,
	.wanted = say_no, .victim = say_victim, .launder = say_verdict,
};

static void look(void)
{
	page_launder(GFP_KSWAPD, false);
}

/* => true: the page leads to a panic that says so and names the scanner */
static bool caught(const char *sentence)
{
	const char *said = fake_panics(look);
	bool good = said && strstr(said, "scanner liar") &&
		strstr(said, sentence);

	page_clear(subject, PG_locked);
	while (subject->count > 1 + !!subject->buffers)
		put_page(subject);
	return good;
}

static void lie_about(int buffer_dirty)
{
	fake_reset("classic");
	subject = fake_file_page(1, buffer_dirty);
	fake_old(subject);
	vm_scanner = &liar;
	answer_place = LRU_KEEP;
	answer_victim = subject;
	answer = LAUNDER_KEEP;
}

static const char *verdicts_are_checked(void)
{
	lie_about(-1);
	look();
	CHECK(vm_stat.launder_kept == 1);
	CHECK(list_first(&inactive_dirty_list, struct page, lru) == subject);
	answer = LAUNDER_FREED;
	CHECK(caught("has an owner"));
	answer = LAUNDER_STARTED;
	CHECK(caught("has not been given"));
	answer = LAUNDER_VERDICTS;
	CHECK(caught("is no verdict"));
	page_set(subject, PG_dirty);
	answer = LAUNDER_CLEAN;
	CHECK(caught("is dirty"));
	page_clear(subject, PG_dirty);
	lie_about(0);
	answer = LAUNDER_CLEAN;
	CHECK(caught("has buffers"));
	answer = LAUNDER_FREED;
	CHECK(caught("has buffers"));
	return NULL;
}

static const char *victims_and_places_are_checked(void)
{
	lie_about(-1);
	answer_victim = &mem_map[FAKE_PAGES];
	CHECK(caught("is no page"));
	answer_victim = subject;
	spin_lock(&pagemap_lru_lock);
	lru_move(subject, LRU_INACTIVE_CLEAN);
	spin_unlock(&pagemap_lru_lock);
	zone.inactive_dirty_pages++;		/* so that it is asked */
	CHECK(caught("is on list clean"));
	zone.inactive_dirty_pages--;
	spin_lock(&pagemap_lru_lock);
	lru_move(subject, LRU_INACTIVE_DIRTY);
	spin_unlock(&pagemap_lru_lock);
	answer = LAUNDER_ROTATE;
	answer_place = LRU_INACTIVE_CLEAN;
	CHECK(caught("cannot be placed on list 3"));
	answer_place = LRU_NONE;
	CHECK(caught("cannot be placed on list 0"));
	lru_cache_del(subject);
	CHECK(page_lru(subject) == LRU_NONE);
	return NULL;
}

static void check_liar(void)
{
	scanner_check_table(&liar);
}

static const char *members_are_checked(void)
{
	const char *said;

	check_liar();
	liar.victim = NULL;
	said = fake_panics(check_liar);
	CHECK(said && strstr(said, "scanner liar has no .victim"));
	liar.victim = say_victim;
	liar.keeps_stock = true;
	said = fake_panics(check_liar);
	CHECK(said && strstr(said, "scanner liar has no .refill"));
	liar.keeps_stock = false;
	liar.buffers = BUFFER_SIDES;
	said = fake_panics(check_liar);
	CHECK(said && strstr(said, "scanner liar names side 2"));
	liar.buffers = BUFFERS_CLASSIC;
	return NULL;
}

/* ---- goals without lists ---- */

/* 40 pages free, 100 wanted, 300 used: where they are listed is all one. */
static const char *goals_do_not_depend_on_lists(void)
{
	static const char *const names[] = { "sieve", "twolist", "clock" };
	unsigned long base, i, n;
	static struct page *rest[FAKE_PAGES];

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		fake_reset(names[i]);
		for (n = 0; n < 300; n++)
			fake_file_page(n, -1);
		for (n = 0; zone.free_pages > 40; n++)
			rest[n] = alloc_page(GFP_ATOMIC);
		memory_pressure = 70 << 6;
		CHECK(inactive_target() == 70 && free_shortage() == 0);
		base = nr_free_buffer_pages();
		CHECK(base == 100 + (300 - 60) / 16);
		CHECK(inactive_shortage() == 0);
		while (zone.free_pages > 10)
			rest[n++] = alloc_page(GFP_ATOMIC);
		memory_pressure = 70 << 6;
		CHECK(free_shortage() == 20 && inactive_shortage() == 20);
		CHECK(nr_free_buffer_pages() == 100 + (300 - 90) / 16);
		while (page_launder(GFP_KSWAPD, false) == 0)
			;
		/* What was won is owed: page tables are looked at for it. */
		CHECK(inactive_shortage() >= 20);
		do_try_to_free_pages(GFP_KSWAPD, false);
		CHECK(inactive_shortage() == 0);
		while (n)
			put_page(rest[--n]);
		fake_tables();
	}
	return NULL;
}

static const char *report_says_what_was_done(void)
{
	char text[200];

	lie_about(-1);
	memset(&scanner_work, 0, sizeof(scanner_work));
	look();
	scanner_report(text, sizeof(text));
	CHECK(!strcmp(text, "scanner liar: 1 looks, 0 without a victim, "
		      "rescued 0, locked 0, FREED 0, CLEAN 0, STARTED 0, "
		      "ROTATE 0, ACTIVATE 0, KEEP 1"));
	CHECK(scanner_report(text, 10) == 10 && strlen(text) == 9);
	return NULL;
}

int main(void)
{
	run_test("scanner_reports_each_once", reports_each_once);
	run_test("scanner_reports_agree_with_lists", reports_agree_with_lists);
	run_test("scanner_verdicts_are_checked", verdicts_are_checked);
	run_test("scanner_victims_and_places_are_checked",
		 victims_and_places_are_checked);
	run_test("scanner_members_are_checked", members_are_checked);
	run_test("scanner_goals_do_not_depend_on_lists",
		 goals_do_not_depend_on_lists);
	run_test("scanner_report_says_what_was_done",
		 report_says_what_was_done);
	return failures != 0;
}
