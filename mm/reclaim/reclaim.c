/*
 * mm/reclaim/reclaim.c - the mechanism of reclaim: how short memory is,
 * page_launder, and the step from inactive_clean to a frame
 *
 * Frames move from active to inactive_dirty to inactive_clean to their next
 * user.  The scanner in charge (mm/reclaim/scanner.h) decides which pages take
 * a step; this file carries the decisions out: it holds the locks, takes and
 * drops page locks and references, bounds the walks, checks and counts the
 * decisions.  It never tests which scanner it is.  Neither the measure of
 * shortage, nor the dirty limits, nor the walk over page tables depend on the
 * lists that a scanner uses.
 *
 * page_launder() makes up to two rounds over inactive_dirty: round 0 takes
 * clean pages; round 1, if memory is still short, starts I/O. A page stays on
 * its list, locked, while the scanner works on it.  Another task that meets it
 * there rotates it, and so does the next step of the same walk when its write
 * was started ("met locked").
 *
 * Invariants: a page that is laundered is locked and has launder_one()'s
 *	reference; those of mm/reclaim/lru.c.
 * Locks: pagecache_lock, then pagemap_lru_lock; none across ->launder.
 */
#include "kernel/core/task.h"
#include "kernel/core/trace.h"
#include "kernel/base/vmhist.h"
#include "mm/reclaim/filemap.h"
#include "mm/reclaim/reclaim.h"
#include "mm/reclaim/shrinker.h"
#include "mm/reclaim/touch.h"

#define REFILL_PRIORITY	6	/* a step ages nr_active >> 6 pages */
#define KSWAPD_TRIES	64	/* steps of one refill: the whole list */
#define USER_TRIES	6
#define INACTIVE_PART	4	/* of memory: the most of inactive_target */
#define IN_USE_PART	16	/* of pages in use may be dirty, as in 2.4 */

unsigned int page_cluster;
const struct process_memory *process_memory;
unsigned long frames_owed;
static LIST_HEAD(shrinkers);

/* ---- shortages ----------------------------------------------------------- */

static unsigned long missing(unsigned long want, unsigned long have)
{
	return want > have ? want - have : 0;
}

/* => pages missing from free and inactive_clean up to pages_high */
unsigned long free_shortage(void)
{
	return missing(zone.pages_high,
		       zone.free_pages + zone.inactive_clean_pages);
}

/* => pages: about one second of net reclaim, at most a quarter of memory */
unsigned long inactive_target(void)
{
	return min((unsigned long)memory_pressure >> INACTIVE_SHIFT,
		   num_physpages / INACTIVE_PART);
}

/* => 2.4's goal for the stock: free and inactive pages */
static unsigned long stock_wanted(void)
{
	return zone.pages_high + inactive_target();
}

/* => pages in stock.  A scanner without keeps_stock counts as having the goal,
 *    if that many pages exist */
static unsigned long stock_pages(void)
{
	unsigned long ready = zone.free_pages + zone.inactive_clean_pages;
	unsigned long scanned = nr_active_pages + nr_inactive_dirty_pages;

	if (vm_scanner->keeps_stock)
		return ready + nr_inactive_dirty_pages;
	return ready + min(missing(stock_wanted(), ready), scanned);
}

/* => pages that must be deactivated to reach inactive_target.  Without
 *    keeps_stock: the frames won since page tables were last walked, or the
 *    free shortage if larger */
unsigned long inactive_shortage(void)
{
	if (vm_scanner->keeps_stock)
		return missing(stock_wanted(), stock_pages());
	return max(free_shortage(), frames_owed);
}

/* The base of the dirty percentages: pages that could soon hold buffers. */
unsigned long nr_free_buffer_pages(void)
{
	unsigned long stock = stock_pages(), in_use;

	in_use = zone.free_pages + zone.inactive_clean_pages +
		 nr_active_pages + nr_inactive_dirty_pages - stock;
	return max(stock, stock_wanted()) + in_use / IN_USE_PART;
}

unsigned long frames_reclaimed(void)
{
	return vm_stat.launder_freed + vm_stat.reclaim_taken;
}

/* ---- time ---------------------------------------------------------------- */

/* Begins to count current's run time as reclaim's; pairs may nest. The
 * scheduler leaves out the time in which it does not run. */
void reclaim_begin(void)
{
	if (current->reclaiming++)
		return;
	reclaimers++;
	current->reclaim_since = clock_cycles();
}

void reclaim_end(void)
{
	if (--current->reclaiming)
		return;
	reclaimers--;
	vm_hist.reclaim_cycles += clock_cycles() - current->reclaim_since;
}

/* ---- inactive_dirty: page_launder ---------------------------------------- */

/* => true: recently touched, or held by a user other than cache and buffers */
static bool page_in_demand(struct page *page)
{
	return (!page->buffers && page->count > 1 + page_io_refs(page)) ||
	       vm_scanner->wanted(page);
}

/* Moves a page in demand where the scanner places it; keeps age and bit. */
static void rescue_page(struct page *page)
{
	enum lru_list from = page_lru(page);
	enum page_kind kind = page_kind(page);

	TRACE(RESCUE, page_to_pfn(page), kind, from);
	if (from == LRU_INACTIVE_CLEAN)
		count_vm(rescues_clean);
	else
		count_vm(rescues_dirty);
	if (kind == KIND_BUFFER && page->buffers)
		count_vm(bufpage_rescues);
	else if (kind == KIND_BUFFER)
		count_vm(bufpage_rescues_headless);
	else if (kind == KIND_FILE)
		count_vm(filepage_rescues);
	lru_place(page, PLACE_RESCUED);
}

static void count_cleaned(enum page_kind kind)
{
	count_vm(launder_cleaned);
	if (kind == KIND_BUFFER)
		count_vm(bufpage_dirty_to_clean);
	else if (kind == KIND_FILE)
		count_vm(filepage_dirty_to_clean);
}

static void count_freed(enum page_kind kind)
{
	count_vm(launder_freed);
	if (kind == KIND_BUFFER)
		count_vm(bufpage_dirty_to_free);
	else if (kind == KIND_ORPHAN)
		count_vm(orphan_dirty_to_free);
}

/*
 * Carries out the scanner's verdict.  List lock held. launder_one()'s
 * reference is dropped last, which frees the frame for FREED.
 */
static void carry_out(struct page *page, enum page_kind kind,
		      enum launder_verdict verdict, struct scan_pass *pass)
{
	TRACE(LAUNDER, page_to_pfn(page), verdict, kind, pass->round);
	if (verdict != LAUNDER_STARTED)
		unlock_page(page);
	if (verdict == LAUNDER_FREED || verdict == LAUNDER_CLEAN) {
		pass->cleaned++;
		frames_owed += !vm_scanner->keeps_stock;
	}
	switch (verdict) {
	case LAUNDER_FREED:
		count_freed(kind);
		hist_add(&vm_hist.laps, page->laps);
		page->laps = 0;
		lru_leave(page, LRU_NONE, GONE_FREED);
		break;
	case LAUNDER_CLEAN:
		count_cleaned(kind);
		lru_leave(page, LRU_INACTIVE_CLEAN, GONE_CLEANED);
		break;
	case LAUNDER_STARTED:
		count_vm(launder_started);
		pass->started++;
		break;
	case LAUNDER_ROTATE:
		count_vm(launder_rotated);
		lru_place(page, PLACE_ROTATED);
		break;
	case LAUNDER_ACTIVATE:
		count_vm(launder_activated);
		lru_place(page, PLACE_ACTIVATED);
		break;
	case LAUNDER_KEEP:
		count_vm(launder_kept);
		break;
	}
	put_page(page);
}

/* Launders one page.  The list lock is held, but dropped during ->launder. */
static void launder_one(struct page *page, struct scan_pass *pass)
{
	const struct vm_scanner *scanner = vm_scanner;	/* may change later */
	enum page_kind kind = page_kind(page);
	enum launder_verdict verdict;
	unsigned int ticket;

	TRACE(SCAN_VICTIM, page_to_pfn(page), (unsigned long)page->mapping,
	      page->age, page->flags, pass->round);
	if (page_in_demand(page)) {
		count_vm(launder_rescued);
		scanner_work.rescued++;
		rescue_page(page);
		return;
	}
	if (!trylock_page(page)) {
		count_vm(launder_locked);
		scanner_work.locked++;
		lru_place(page, PLACE_LOCKED);
		return;
	}
	get_page(page);
	spin_unlock(&pagemap_lru_lock);
	ticket = scanner_enter();
	pass->given = NULL;
	verdict = scanner->launder(page, pass);
	spin_lock(&pagemap_lru_lock);
	scanner_check_verdict(scanner, page, verdict, pass);
	carry_out(page, kind, verdict, pass);
	scanner_leave(ticket);
}

static void launder_round(struct scan_pass *pass)
{
	struct page *page;

	spin_lock(&pagemap_lru_lock);
	pass->scan_left = nr_inactive_dirty_pages;
	if (!vm_scanner->keeps_stock)
		pass->scan_left += nr_active_pages;
	while (pass->scan_left) {
		page = vm_scanner->victim(pass);
		if (!page) {
			scanner_work.none++;
			break;
		}
		scanner_check_victim(page);
		scanner_work.looks++;
		page->laps++;
		pass->scan_left--;
		pass->may_stop = false;
		if (pass->round)
			count_vm(launder_steps_round1);
		else
			count_vm(launder_steps_round0);
		launder_one(page, pass);
		if (pass->may_stop && !free_shortage()) {
			count_vm(launder_stopped);
			break;
		}
	}
	spin_unlock(&pagemap_lru_lock);
}

/*
 * => pages cleaned or freed; sleeps as far as gfp allows: in the file system
 *    with __GFP_FS, for request slots with __GFP_IO, for I/O with __GFP_WAIT
 *    and sync
 */
int page_launder(gfp_t gfp, bool sync)
{
	struct scan_pass pass = { .gfp = gfp, .sync = sync };

	count_vm(launder_calls);
	reclaim_begin();
	launder_round(&pass);
	while (vm_scanner->pass_end && vm_scanner->pass_end(&pass)) {
		pass.round++;
		pass.sync = pass.sync && !pass.cleaned;
		count_vm(launder_rounds_again);
		launder_round(&pass);
	}
	reclaim_end();
	return pass.cleaned;
}

/* ---- inactive_clean: reclaim_page ---------------------------------------- */

/*
 * Takes the oldest page of inactive_clean that is still clean.  A page touched
 * since is rescued; a page with buffers, dirty or locked is placed again.
 * Both locks held.  => locked, off the lists; NULL: none
 */
static struct page *take_clean_page(void)
{
	struct list_head *list = &zone.inactive_clean_list;
	struct page *page;

	while (!list_empty(list)) {
		page = list_last(list, struct page, lru);
		if (page_in_demand(page)) {
			rescue_page(page);
		} else if (page->buffers || page_test(page, PG_dirty) ||
			   !trylock_page(page)) {
			count_vm(reclaim_refused);
			lru_place(page, PLACE_REFUSED);
		} else {
			return page;
		}
	}
	return NULL;
}

static void count_reclaimed(const struct page *page)
{
	enum page_kind kind = page_kind(page);

	TRACE(PAGE_RECLAIM, page_to_pfn(page), kind);
	trace_page(TRACE_GONE, page, TOUCH_RECLAIMED);
	count_vm(reclaim_taken);
	hist_add(&vm_hist.laps, page->laps);
	if (kind == KIND_BUFFER)
		count_vm(bufpage_clean_to_free);
	else if (kind == KIND_FILE)
		count_vm(filepage_clean_to_free);
	if (kind != KIND_BUFFER && nr_dead_pages)
		count_vm(reclaim_live_before_dead);
}

/* => a frame as from the buddy: count 1, no flags, age START; NULL */
struct page *reclaim_page(void)
{
	struct page *page;

	spin_lock(&pagecache_lock);
	spin_lock(&pagemap_lru_lock);
	page = take_clean_page();
	if (page) {
		count_reclaimed(page);
		lru_move(page, LRU_NONE);
	}
	spin_unlock(&pagemap_lru_lock);
	if (page) {
		remove_inode_page_locked(page);
		unlock_page(page);
		page->flags = 0;
		page->age = PAGE_AGE_START;
		page->laps = 0;
		memory_pressure++;
	}
	spin_unlock(&pagecache_lock);
	return page;
}

/* ---- refill_inactive, try_to_free_pages ---------------------------------- */

/* => pages deactivated; target 0: any number */
int refill_step(int priority, int target)
{
	int done;

	if (!vm_scanner->refill)
		return 0;
	spin_lock(&pagemap_lru_lock);
	done = vm_scanner->refill(priority, target);
	spin_unlock(&pagemap_lru_lock);
	return done;
}

/* After a walk over page tables. => the progress to count: with a stock, refill
 * counts it; without, the entries taken out, and the debt of frames shrinks. */
static int walk_progress(int out)
{
	unsigned long share = nr_active_pages + nr_inactive_dirty_pages;

	if (vm_scanner->keeps_stock)
		return 0;
	share = (share >> REFILL_PRIORITY) + 1;
	frames_owed -= min(frames_owed, share);
	return out;
}

/*
 * Deactivates pages in small steps, until the goal is met or the tries are used
 * up.  Each step first takes some pages out of page tables: those that enter
 * the swap cache age with the rest.
 */
static int refill_inactive(bool user)
{
	int goal = user ? 1 << page_cluster : (int)inactive_shortage();
	int tries = user ? USER_TRIES : KSWAPD_TRIES;
	int done = 0;

	while (done < goal && tries--) {
		done += walk_progress(process_memory->swap_out());
		done += refill_step(REFILL_PRIORITY, goal - done);
		cond_resched();
		if (!inactive_shortage())
			break;
	}
	if (!user)
		frames_owed = 0;
	return done;
}

void register_shrinker(struct shrinker *shrinker)
{
	list_add(&shrinker->node, &shrinkers);
}

unsigned long run_shrinkers(int priority, gfp_t gfp)
{
	struct shrinker *shrinker;
	unsigned long freed = 0;

	list_for_each_entry(shrinker, &shrinkers, node)
		freed += shrinker->shrink(priority, gfp);
	count_vm_add(shrinker_freed, freed);
	return freed;
}

int do_try_to_free_pages(gfp_t gfp, bool user)
{
	int progress = 0;

	reclaim_begin();
	if (free_shortage()) {
		progress += page_launder(gfp, user);
		progress += run_shrinkers(REFILL_PRIORITY, gfp);
	}
	if (inactive_shortage())
		progress += refill_inactive(user);
	reclaim_end();
	return progress;
}

/* => progress: pages cleaned, freed or deactivated; sleeps; a task that is
 *    already reclaiming must not call it (PF_MEMALLOC) */
int try_to_free_pages(gfp_t gfp)
{
	int progress;

	BUG_ON(current->flags & PF_MEMALLOC, "%s reclaims within reclaim",
	       current->comm);
	count_vm(direct_reclaims);
	current->flags |= PF_MEMALLOC;
	progress = do_try_to_free_pages(gfp, true);
	if (!(current->flags & PF_MEMDIE))
		current->flags &= ~PF_MEMALLOC;
	return progress;
}

/* Sets page_cluster: 2 below 16 MB of memory, 3 below 32 MB, else 4. */
void reclaim_init(void)
{
	unsigned long megabytes = num_physpages >> (20 - PAGE_SHIFT);

	page_cluster = megabytes < 16 ? 2 : megabytes < 32 ? 3 : 4;
}
