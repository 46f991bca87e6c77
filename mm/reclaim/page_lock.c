/*
 * mm/reclaim/page_lock.c - the page lock, and who waits for it how long
 *
 * Locks: PG_locked; a task that waits makes the page's queued transfer start.
 */
#include "drivers/block/blk.h"
#include "kernel/base/vmhist.h"
#include "kernel/core/time.h"
#include "mm/reclaim/filemap.h"

/* A task that waits for a page makes its queued transfer start. */
static void sync_page(struct page *page)
{
	struct address_space *mapping = page->mapping;

	if (mapping && mapping->a_ops->sync_page)
		mapping->a_ops->sync_page(page);
	else
		blk_unplug_all();
}

unsigned long lock_page_for(struct page *page, enum lock_user user)
{
	unsigned long usec;
	u64 begin;

	if (likely(trylock_page(page)))
		return 0;
	count_vm(lock_page_sleeps);
	begin = clock_usec();
	do {
		sync_page(page);
		wait_event(page->wait, !page_test(page, PG_locked));
	} while (!trylock_page(page));
	usec = clock_usec() - begin;
	count_vm_add(lock_page_usec, usec);
	lock_waited(user, usec);
	return usec;
}

/* => any context */
void unlock_page(struct page *page)
{
	BUG_ON(!page_test(page, PG_locked), "pfn %lx flags %lx",
	       page_to_pfn(page), page->flags);
	page_clear(page, PG_locked);
	wake_up(&page->wait);
}

void wait_on_page_for(struct page *page, enum lock_user user)
{
	u64 begin;

	while (page_test(page, PG_locked)) {
		count_vm(wait_on_page_sleeps);
		begin = clock_usec();
		sync_page(page);
		wait_event(page->wait, !page_test(page, PG_locked));
		lock_waited(user, clock_usec() - begin);
	}
}

void wait_on_page(struct page *page)
{
	wait_on_page_for(page, LOCK_OTHER);
}
