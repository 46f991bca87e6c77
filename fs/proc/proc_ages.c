/*
 * fs/proc/proc_ages.c - /proc/ages: how many pages of each list have which age.
 *
 * A page enters with age PAGE_AGE_START, a use adds PAGE_AGE_ADV up to
 * PAGE_AGE_MAX, and each round of the active list's scan halves it: a column is
 * one such round.  The function walks mem_map, not the lists, and takes no
 * lock: the kernel is not preemptive and the walk does not sleep.
 */
#include "fs/proc/proc.h"
#include "mm/frames/page.h"

#define AGE_COLUMNS	8	/* 0, 1, 2, 3-4, 5-8, ... up to PAGE_AGE_MAX */

static const char *const age_names[AGE_COLUMNS] = {
	"0", "1", "2", "3-4", "5-8", "9-16", "17-32", "33-64"
};

static unsigned int age_column(int age)
{
	unsigned int column = 1;

	if (age <= 0)
		return 0;
	while (column < AGE_COLUMNS - 1 && age > 1 << (column - 1))
		column++;
	return column;
}

static enum lru_list list_of(const struct page *page)
{
	if (page_test(page, PG_active))
		return LRU_ACTIVE;
	if (page_test(page, PG_inactive_dirty))
		return LRU_INACTIVE_DIRTY;
	return page_test(page, PG_inactive_clean) ? LRU_INACTIVE_CLEAN :
						    LRU_NONE;
}

/* Prints a line per list: its name, then a number per column. */
size_t ages_print(char *buf, size_t size)
{
	static const char *const names[LRU_LISTS] = {
		"age", "active", "inactive_dirty", "inactive_clean"
	};
	unsigned int pages[LRU_LISTS][AGE_COLUMNS] = { { 0 } };
	unsigned int list, column;
	unsigned long i;
	size_t n = 0;

	for (i = 0; i < num_physpages; i++)
		pages[list_of(&mem_map[i])][age_column(mem_map[i].age)]++;
	for (list = 0; list < LRU_LISTS; list++) {
		n = text_add(buf, size, n, "%-15s", names[list]);
		for (column = 0; column < AGE_COLUMNS; column++)
			n = list ? text_add(buf, size, n, " %7u",
					    pages[list][column]) :
				   text_add(buf, size, n, " %7s",
					    age_names[column]);
		n = text_add(buf, size, n, "\n");
	}
	return n;
}
