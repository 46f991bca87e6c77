/*
 * fs/vfs/readahead.c - read-ahead for sequential readers
 *
 * The disk's cost is per request, so a file is read in chunks whose transfers
 * the elevator merges into one request: up to READAHEAD_MAX pages, or as many
 * as one request holds, which is 31 with 2.4.7's 255 sectors.  The chunk of a
 * sequential reader doubles each time.  When the reader enters the last chunk,
 * the next is requested, so that one chunk is in use while another is read.  A
 * reader that seeks gets only the pages it asks for, in one chunk.
 *
 * A chunk is started by a missing page, or by a page of the chunk that this
 * reader requested last; a fully cached file costs nothing.  Pages before that
 * chunk are deactivated (drop_behind): a long read evicts its own pages rather
 * than those of other files, and a second reader of the file pays for that.
 *
 * Invariants: ra->ahead - ra->window is the first page of the last chunk.
 * Locks: a file's readahead is used by one reader at a time.
 */
#include "fs/vfs/page_file.h"
#include "drivers/block/blk.h"
#include "kernel/base/vmstat.h"
#include "mm/reclaim/filemap.h"
#include "mm/reclaim/lru.h"
#include "mm/reclaim/touch.h"

unsigned int drop_behind = 1;

/* => false: no memory, or the read could not be started */
static bool read_ahead_page(struct address_space *mapping, unsigned long index,
			    bool wanted)
{
	struct page *page = alloc_page(mapping->gfp_mask);
	bool ok = true;

	if (!page)
		return false;
	if (!add_to_page_cache_unique(page, mapping, index)) {
		count_vm(readahead_pages);
		ok = mapping->a_ops->readpage(page) == 0;
		if (!wanted && page->mapping == mapping)
			trace_page(TRACE_TOUCH, page,
				   TOUCH_PREFETCH | TOUCH_MISS);
	}
	put_page(page);
	return ok;
}

static bool is_cached(struct address_space *mapping, unsigned long index)
{
	struct page *page = find_get_page(mapping, index);

	if (page)
		put_page(page);
	return page;
}

/* Deactivates pages before the reader's position. */
static void drop_pages_behind(struct address_space *mapping,
			      unsigned long from, unsigned long to)
{
	struct page *page;

	for (; from < to; from++) {
		page = find_get_page(mapping, from);
		if (!page)
			continue;
		deactivate_page(page);
		count_vm(drop_behind_pages);
		put_page(page);
	}
}

/* Reads one chunk of any length; stops early without memory or at the end. The
 * reader's page, if it is one of them, is touched once it is read. */
static void read_chunk(struct address_space *mapping, unsigned long from,
		       unsigned long to, unsigned long wanted)
{
	count_vm(readahead_chunks);
	for (; from < to; from++)
		if (!is_cached(mapping, from) &&
		    !read_ahead_page(mapping, from, from == wanted))
			break;
	blk_unplug_all();
}

void page_cache_read_range(struct address_space *mapping, unsigned long from,
			   unsigned long to)
{
	read_chunk(mapping, from, to, to);
}

static unsigned long largest_chunk(void)
{
	unsigned int pages = blk_max_sectors / (PAGE_SIZE / SECTOR_SIZE);

	return min(max(pages, READAHEAD_MIN), READAHEAD_MAX);
}

/* => true: a chunk starting at *from is due */
static bool chunk_due(struct readahead *ra, unsigned long index,
		      unsigned long want, bool missing, unsigned long *from)
{
	bool sequential = index == 0 || index == ra->next;
	unsigned int window = max(ra->window * 2, READAHEAD_MIN);

	if (!missing && (!sequential || !readahead_due(ra, index)))
		return false;
	*from = missing ? index : ra->ahead;
	if (sequential)
		want = max((unsigned long)window, want);
	window = min(want, largest_chunk());
	ra->ahead = *from + window;
	ra->window = sequential ? window : 0;
	return true;
}

/* Starts the reads that the reader needs; page "index" may still be missing
 * when memory is short. => sleeps for memory and request slots */
void page_cache_readahead(struct address_space *mapping, struct readahead *ra,
			  unsigned long index, unsigned long want,
			  unsigned long end, bool missing)
{
	unsigned long used = ra->ahead - ra->window;
	unsigned int window = ra->window;
	unsigned long from;

	if (!chunk_due(ra, index, want, missing, &from) || from >= end)
		return;
	if (drop_behind && ra->window && window)
		drop_pages_behind(mapping, used - min(used, (unsigned long)
						      window), used);
	read_chunk(mapping, from, min(ra->ahead, end), index);
}
