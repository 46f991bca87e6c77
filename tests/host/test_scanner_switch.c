/*
 * tests/host/test_scanner_switch.c - the table of scanners and the switch at
 * run time, that a third one needs a file and a line, and everything at random
 */
#include "fs/vfs/page_file.h"
#include "tests/host/vm_fakes.h"

#include "mm/reclaim/buffer_hooks.h"

/* ---- the table, the switch, the third one ---- */

static const char *names_and_errors(void)
{
	char text[80];
	size_t n;

	fake_reset("nonsense");
	CHECK(vm_scanner == &scan_classic);
	n = scanner_names(text, sizeof(text));
	CHECK(n == 40 && !memcmp(text, "[classic] writepage sieve twolist "
				       "clock\n", n));
	CHECK(scanner_names(text, 5) <= 5);
	CHECK(scanner_switch("nonsense") == -EINVAL);
	CHECK(vm_scanner == &scan_classic);
	CHECK(scanner_switch("classic") == 0 && scanner_epoch == 0);
	fake_switch_error = -EBUSY;
	CHECK(scanner_switch("writepage") == -EBUSY);
	CHECK(vm_scanner == &scan_classic && scanner_epoch == 0);
	fake_switch_error = 0;
	CHECK(scanner_switch("clock") == 0 && scanner_epoch == 1);
	fake_reset("writepage");
	scanner_names(text, sizeof(text));
	CHECK(!memcmp(text, "classic [writepage] sieve", 25));
	return NULL;
}

static const char *switch_starts_an_epoch(void)
{
	struct page *dead;

	fake_reset("writepage");
	dead = fake_buffer_page(false);
	fake_old(dead);
	fake_old(fake_buffer_page(true));
	page_launder(GFP_KSWAPD, false);
	CHECK(vm_stat.launder_calls == 1 && nr_dead_pages == 1);
	CHECK(scanner_switch("classic") == 0);
	CHECK(vm_stat.launder_calls == 0 && vm_scanner == &scan_classic);
	CHECK(nr_dead_pages == 0 && dead->count == 0);
	CHECK(anon_space_mapping.nrpages == 0 && page_cache_size == 0);
	CHECK(buffermem_pages == 1);
	fake_tables();
	CHECK(scanner_switch("writepage") == 0);
	CHECK(anon_space_mapping.nrpages == 1);
	fake_tables();
	return NULL;
}

static const char *third_scanner(void)
{
	struct page *page;

	fake_reset("clock");
	page = fake_buffer_page(false);
	CHECK(page_lru(page) == LRU_INACTIVE_DIRTY);
	page_set(page, PG_referenced);
	CHECK(page_launder(GFP_KSWAPD, false) == 0);
	CHECK(page_launder(GFP_KSWAPD, false) == 1);
	CHECK(vm_stat.bufpage_dirty_to_free == 1);
	CHECK(zone.free_pages == FAKE_PAGES);
	fake_tables();
	return NULL;
}

/* ---- everything at random ---- */

/* In the middle of a write: the world goes on. */
static void world_goes_on(void)
{
	if (test_random(8) == 0)
		fake_io_done();
}

static const char *random_under_switches(void)
{
	static const char *const names[] = {
		"classic", "writepage", "sieve", "twolist", "clock"
	};
	int i;

	fake_reset("classic");
	fake_sleep = world_goes_on;
	for (i = 0; i < 300000; i++) {
		fake_random_event();
		if (i % 97 == 0)
			fake_tables();
		if (i % 1000 == 0) {
			CHECK(scanner_switch(names[test_random(5)]) == 0);
			fake_tables();
			CHECK(vm_scanner->buffers == BUFFERS_WRITEPAGE ||
			      !anon_space_mapping.nrpages);
		}
	}
	fake_sleep = NULL;
	CHECK(vm_stat.bufpage_rescues_headless == 0);
	CHECK(vm_stat.anon_space_lookups == 0);
	fake_io_done();
	fake_reset("classic");
	return NULL;
}

int main(void)
{
	run_test("scanner_names_and_errors", names_and_errors);
	run_test("scanner_switch_starts_an_epoch", switch_starts_an_epoch);
	run_test("third_scanner", third_scanner);
	run_test("scanner_random_under_switches", random_under_switches);
	return failures != 0;
}
