/*
 * tests/host/test_swap_map.c - the slots of swap: uses, runs, priorities, a
 * full area; then random uses against a plain count
 */
#include "mm/swap/swap.h"
#include "tests/host/check.h"

#define SLOTS	1500u

static u16 maps[2][SLOTS];
static struct blk_dev devs[2];

static void report(const char *name, bool good)
{
	char full[40];

	snprintf(full, sizeof(full), "swap_map_%s", name);
	test_report(full, good ? NULL : "no");
}

static void area(unsigned int type, u32 slots, int prio)
{
	memset(maps[type], 0, sizeof(maps[type]));
	maps[type][0] = SWAP_MAP_BAD;
	swap_info[type] = (struct swap_info){
		.dev = &devs[type], .map = maps[type], .max = slots,
		.pages = slots - 1, .prio = prio, .writeok = true,
	};
}

static bool gives(u32 from, u32 to)
{
	for (u32 slot = from; slot < to; slot++)
		if (get_swap_page() != SWP_ENTRY(0, slot))
			return false;
	return true;
}

/* Five runs behind a bad slot, then what is left from the start, then none. */
static bool fills_in_order(void)
{
	u32 runs_end = 8 + 5 * 256;

	area(0, SLOTS, 0);
	maps[0][7] = SWAP_MAP_BAD;
	swap_info[0].pages--;
	return gives(8, runs_end) && gives(1, 7) && gives(runs_end, SLOTS) &&
	       !get_swap_page() && !swap_pages_free() &&
	       swap_pages_used() == SLOTS - 2;
}

/* Holes are passed over while there is a run of 256. */
static bool prefers_runs(void)
{
	area(0, SLOTS, 0);
	for (u32 slot = 10; slot < 1000; slot += 100) {
		maps[0][slot] = 1;
		swap_info[0].used++;
	}
	return get_swap_page() == SWP_ENTRY(0, 911) &&
	       get_swap_page() == SWP_ENTRY(0, 912);
}

static bool highest_priority_first(void)
{
	area(0, 4, 1);
	area(1, 4, 5);
	for (int i = 0; i < 3; i++)
		if (SWP_TYPE(get_swap_page()) != 1)
			return false;
	return SWP_TYPE(get_swap_page()) == 0 && swap_pages_free() == 2;
}

static bool counts_uses(void)
{
	swp_entry entry;

	memset(swap_info, 0, sizeof(swap_info));
	area(0, SLOTS, 0);
	entry = get_swap_page();
	swap_duplicate(entry);
	swap_free(entry);
	if (!swap_entry_valid(entry) || swap_count(entry) != 1)
		return false;
	swap_free(entry);
	return !swap_entry_valid(entry) && !swap_pages_used() &&
	       !swap_entry_valid(SWP_ENTRY(0, 0)) &&
	       !swap_entry_valid(SWP_ENTRY(2, 5)) &&
	       !swap_entry_valid(SWP_ENTRY(0, SLOTS));
}

static bool random_uses(void)
{
	static u32 model[SLOTS];
	u32 used = 0;

	area(0, SLOTS, 0);
	for (int i = 0; i < 200000; i++) {
		u32 slot = test_random(SLOTS);

		if (test_random(3) == 0 && used < SLOTS - 1) {
			slot = SWP_SLOT(get_swap_page());
			if (model[slot])
				return false;
			model[slot] = 1;
			used++;
		} else if (model[slot] && test_random(2)) {
			swap_free(SWP_ENTRY(0, slot));
			used -= --model[slot] == 0;
		} else if (model[slot] && model[slot] < 100) {
			swap_duplicate(SWP_ENTRY(0, slot));
			model[slot]++;
		}
		if (swap_pages_used() != used)
			return false;
	}
	for (u32 slot = 1; slot < SLOTS; slot++)
		if (maps[0][slot] != model[slot])
			return false;
	return true;
}

int main(void)
{
	report("fills_in_order", fills_in_order());
	report("prefers_runs", prefers_runs());
	report("highest_priority_first", highest_priority_first());
	report("counts_uses", counts_uses());
	report("random_uses", random_uses());
	return failures != 0;
}
