/*
 * mm/reclaim/alloc_tiers.c - the tiers that an allocation tries in turn when
 * free frames run low.
 *
 * Tier 1 is the free list above pages_low (mm/frames/page_alloc.c).  Tiers 2, 3
 * and 5 let a caller that may sleep take a clean page from inactive_clean
 * *before* the free list, so the free list is kept for callers that may not;
 * between them tier 4 wakes up kswapd.  Tier 6 makes the caller reclaim, tier 7
 * uses the last pages.
 *
 * Locks: none held; rmqueue() takes zone.lock.
 */
#include "kernel/core/task.h"
#include "kernel/core/time.h"
#include "kernel/core/trace.h"
#include "kernel/base/vmhist.h"
#include "mm/reclaim/reclaim.h"

/* Tiers 2, 3 and 5: inactive_clean first for callers that may sleep. */
static struct page *alloc_above(unsigned int order, unsigned long limit,
				bool direct)
{
	struct page *page = NULL;

	if (zone.free_pages + zone.inactive_clean_pages < limit)
		return NULL;
	if (direct)
		page = reclaim_page();
	if (page)
		count_vm(alloc_reclaimed);
	return page ? page : rmqueue(order);
}

/* Tier 6a: order > 0 needs adjacent frames; frees clean pages one at
 * a time until a block of the order has formed. */
static struct page *alloc_launder(gfp_t gfp, unsigned int order)
{
	struct page *clean, *page = NULL;

	current->flags |= PF_MEMALLOC;
	page_launder(gfp, true);
	if (!(current->flags & PF_MEMDIE))
		current->flags &= ~PF_MEMALLOC;
	while (!page && (clean = reclaim_page())) {
		put_page(clean);
		page = rmqueue(order);
	}
	return page;
}

/* Tier 7: the last pages. */
static struct page *alloc_last(unsigned int order, bool direct)
{
	struct page *page = NULL;

	if (direct)
		page = reclaim_page();
	if (page) {
		count_vm(alloc_reclaimed);
		return page;
	}
	if (zone.free_pages < zone.pages_min / 4 &&
	    !(current->flags & PF_MEMALLOC))
		return NULL;
	return rmqueue(order);
}

static void alloc_failed(gfp_t gfp, unsigned int order)
{
	static unsigned long said;

	count_vm(alloc_failed);
	if (!(gfp & __GFP_WAIT))
		count_vm(alloc_failed_atomic);
	if (said && !time_after(jiffies, said + HZ))
		return;
	said = jiffies;
	printk("page_alloc: no block of order %u for %s (gfp %x, free %lu)\n",
	       order, current->comm, gfp, zone.free_pages);
}

enum tier_result { TIER_DONE, TIER_RETRY, TIER_FAIL };

/* Tiers 4 to 7. => *page set, retry from tier 1, or failure */
static enum tier_result alloc_pressed(gfp_t gfp, unsigned int order,
				      struct page **page)
{
	bool wait = gfp & __GFP_WAIT, direct = wait && !order;

	wakeup_kswapd();
	if (wait) {
		count_vm(alloc_yields);
		yield();
	}
	*page = alloc_above(order, zone.pages_min, direct);
	if (*page) {
		count_vm(alloc_tier_min);
		TRACE(ALLOC_TIER, 5, gfp, zone.free_pages);
		return TIER_DONE;
	}
	if (wait && order && !(current->flags & PF_MEMALLOC)) {
		*page = alloc_launder(gfp, order);
		if (*page) {
			count_vm(alloc_tier_launder);
			TRACE(ALLOC_TIER, 6, gfp, zone.free_pages);
			return TIER_DONE;
		}
	}
	if (wait && !(current->flags & PF_MEMALLOC) &&
	    (!order || free_shortage())) {
		if (!try_to_free_pages(gfp) && !(gfp & __GFP_FS))
			return TIER_FAIL;
		count_vm(alloc_retries);
		return TIER_RETRY;
	}
	*page = alloc_last(order, direct);
	if (!*page)
		return TIER_FAIL;
	count_vm(alloc_tier_last);
	TRACE(ALLOC_TIER, 7, gfp, zone.free_pages);
	return TIER_DONE;
}

/* Tiers 2 and 3. */
static struct page *alloc_stock(gfp_t gfp, unsigned int order)
{
	bool direct = !order && (gfp & __GFP_WAIT);
	struct page *page;

	if (zone.free_pages < zone.pages_min)
		wakeup_kreclaimd();
	page = alloc_above(order, zone.pages_high, direct);
	if (page) {
		count_vm(alloc_tier_high);
		TRACE(ALLOC_TIER, 2, gfp, zone.free_pages);
		return page;
	}
	page = alloc_above(order, zone.pages_low, direct);
	if (page) {
		count_vm(alloc_tier_low);
		TRACE(ALLOC_TIER, 3, gfp, zone.free_pages);
	}
	return page;
}

/* => what alloc_pages() returns when tier 1 has no block; sleeps as it does */
struct page *page_alloc_tiers(gfp_t gfp, unsigned int order)
{
	struct page *page = alloc_stock(gfp, order);
	unsigned long usec;
	u64 begin;

	if (likely(page))
		return page;
	begin = clock_cycles();
	while (alloc_pressed(gfp, order, &page) == TIER_RETRY) {
		page = alloc_free(order);
		if (!page)
			page = alloc_stock(gfp, order);
		if (page)
			break;
	}
	usec = cycles_to_usec(clock_cycles() - begin);
	count_vm_add(alloc_stall_usec, usec);
	hist_add(&vm_hist.alloc_stall, usec);
	if (!page)
		alloc_failed(gfp, order);
	return page;
}
