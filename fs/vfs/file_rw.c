/*
 * fs/vfs/file_rw.c - reading and writing a file through the page cache
 *
 * A read copies from cached pages and asks fs/vfs/readahead.c for missing ones;
 * it waits only for a page that is not uptodate.  For each page a write takes
 * the page lock, calls ->prepare_write (maps the blocks, and reads what will
 * not be overwritten), copies, and calls ->commit_write (marks buffers dirty,
 * moves i_size).  A write that reaches the end of a page deactivates it at
 * once, as 2.4.7 does.
 *
 * Invariants: no page lock is held while user memory may fault for the first
 * time (it could be a mapping of the same page).
 * Locks: writers hold the host's i_sem; PG_locked around each copy to a page.
 */
#include "kernel/core/uaccess.h"
#include "kernel/base/vmstat.h"
#include "fs/vfs/page_file.h"
#include "mm/reclaim/filemap.h"
#include "mm/reclaim/lru.h"
#include "mm/reclaim/touch.h"

/* ---- read ---------------------------------------------------------------- */

/* State of a read, passed to its steps. */
struct reader {
	struct address_space *mapping;
	struct readahead *ra;
	unsigned long index;	/* page in use */
	unsigned long last;	/* page of the last byte wanted */
	unsigned long end;	/* pages in the file */
	u32 how;		/* touch_how, for the trace */
};

/* Reads a missing page and those that follow. => the page, or NULL */
static struct page *missing_page(struct reader *r)
{
	struct page *page;

	count_vm(read_misses);
	r->how |= TOUCH_MISS;
	page_cache_readahead(r->mapping, r->ra, r->index,
			     r->last - r->index + 1, r->end, true);
	page = grab_cache_page(r->mapping, r->index);
	if (page)
		unlock_page(page);
	return page;
}

/* => uptodate page with a reference, or ERR_PTR; sleeps */
static struct page *reader_page(struct reader *r)
{
	struct page *page;
	int error;

	for (;;) {
		page = find_get_page(r->mapping, r->index);
		if (unlikely(!page))
			page = missing_page(r);
		else if (readahead_due(r->ra, r->index))
			page_cache_readahead(r->mapping, r->ra, r->index,
					     r->last - r->index + 1, r->end,
					     false);
		if (!page)
			return ERR_PTR(-ENOMEM);
		if (likely(page_test(page, PG_uptodate)))
			return page;
		error = page_make_uptodate(r->mapping, page, LOCK_READ);
		if (!error && page->mapping == r->mapping)
			return page;
		put_page(page);
		if (error)
			return ERR_PTR(error);
	}
}

/* Copies one piece, within one page. => 0 or -E; sleeps */
static int read_piece(struct reader *r, unsigned int from, char *buf,
		      size_t bytes)
{
	struct page *page;
	int error;

	count_vm(read_pages);
	r->how = TOUCH_READ;
	page = reader_page(r);
	if (IS_ERR(page))
		return PTR_ERR(page);
	trace_page(TRACE_TOUCH, page, r->how);
	error = copy_to_user(buf, (char *)page_address(page) + from, bytes);
	put_page(page);
	return error;
}

/* => bytes read (0 at the end of file), or -E when there were none; sleeps */
long generic_file_read(struct address_space *mapping, struct readahead *ra,
		       loff_t pos, char *buf, size_t n, loff_t i_size)
{
	struct reader r = { .mapping = mapping, .ra = ra };
	unsigned int from = pos & (PAGE_SIZE - 1);
	long done = 0;
	int error = 0;

	if (pos >= i_size || !n)
		return 0;
	n = min((loff_t)n, i_size - pos);
	r.index = pos >> PAGE_SHIFT;
	r.last = (pos + n - 1) >> PAGE_SHIFT;
	r.end = (i_size + PAGE_SIZE - 1) >> PAGE_SHIFT;
	while (n) {
		size_t bytes = min(n, PAGE_SIZE - from);

		error = read_piece(&r, from, buf + done, bytes);
		if (error)
			break;
		done += bytes;
		n -= bytes;
		from += bytes;
		if (from == PAGE_SIZE) {
			r.index++;
			from = 0;
		}
		ra->next = r.index;
	}
	return done ? done : error;
}

/* ---- write --------------------------------------------------------------- */

/* Touches both ends of the piece, so that the copy does not fault on
 * its first touch. */
static int fault_in(const char *buf, size_t bytes)
{
	char c;

	return get_user(c, buf) || get_user(c, buf + bytes - 1) ? -EFAULT : 0;
}

/* Copies into a prepared page.  If the copy fails (the source was truncated
 * meanwhile), no byte is committed. => 0 or -E; sleeps */
static int fill_piece(struct page *page, unsigned int from, unsigned int to,
		      const char *buf)
{
	int error = copy_from_user((char *)page_address(page) + from, buf,
				   to - from);
	int committed = page_file_ops(page->mapping)->commit_write(page, from,
							   error ? from : to);

	return error ? error : committed;
}

/*
 * Writes one piece, within one page.  The page lock is held from before the
 * blocks are mapped until the buffers are dirty.  Under writepage a write-out
 * holds the page lock too; the time waited for it here is the cost of that
 * (B10).
 * => 0 or -E; sleeps
 */
static int write_piece(struct address_space *mapping, unsigned long index,
		       unsigned int from, const char *buf, size_t bytes)
{
	unsigned int to = from + bytes;
	struct page_grab grab = { .user = LOCK_WRITE };
	struct page *page;
	int error;

	error = fault_in(buf, bytes);
	if (error)
		return error;
	page = grab_cache_page_timed(mapping, index, &grab);
	if (grab.usec) {
		count_vm(lock_page_write_sleeps);
		count_vm_add(lock_page_write_usec, grab.usec);
	}
	if (!page)
		return -ENOMEM;
	count_vm(write_pages);
	if (grab.added)
		count_vm(write_misses);
	error = page_file_ops(mapping)->prepare_write(page, from, to);
	if (error >= 0) {
		trace_page(TRACE_TOUCH, page, TOUCH_WRITE |
			   (grab.added ? TOUCH_MISS : 0) |
			   (error ? 0 : TOUCH_NEW) |
			   (to == PAGE_SIZE ? TOUCH_END : 0));
		error = fill_piece(page, from, to, buf);
	}
	unlock_page(page);
	if (!error && to == PAGE_SIZE)
		deactivate_page(page);
	put_page(page);
	return error;
}

/* => bytes written, or -E when there were none; sleeps */
long generic_file_write(struct address_space *mapping, loff_t pos,
			const char *buf, size_t n)
{
	long done = 0;
	int error = 0;

	while (n) {
		unsigned int offset = pos & (PAGE_SIZE - 1);
		size_t bytes = min(n, PAGE_SIZE - offset);

		error = write_piece(mapping, pos >> PAGE_SHIFT, offset,
				    buf + done, bytes);
		if (error)
			break;
		done += bytes;
		pos += bytes;
		n -= bytes;
	}
	return done ? done : error;
}

/* ---- write back ---------------------------------------------------------- */

/*
 * Writes a page that was found dirty without its lock: it may be clean or freed
 * by now. pagecache_lock is held on entry and return, not in between.
 * => 0 or -E; sleeps
 */
static int write_dirty_page(struct address_space *mapping, struct page *page)
{
	int error = 0;

	get_page(page);
	spin_unlock(&pagecache_lock);
	lock_page_for(page, LOCK_SYNC);
	if (page->mapping == mapping && page_test_and_clear(page, PG_dirty))
		error = mapping->a_ops->writepage(page);
	else
		unlock_page(page);
	put_page(page);
	spin_lock(&pagecache_lock);
	return error;
}

/*
 * Starts the write of every dirty page.  Waits for a page that another task is
 * writing: its blocks may not be allocated yet, and the host is written after
 * its pages.
 * => 0 or the first -E; sleeps
 */
int filemap_fdatasync(struct address_space *mapping)
{
	int error, first = 0;

	spin_lock(&pagecache_lock);
	while (!list_empty(&mapping->dirty_pages)) {
		struct page *page = list_first(&mapping->dirty_pages,
					       struct page, list);

		list_move(&page->list, &mapping->locked_pages);
		if (!page_test(page, PG_dirty) && !page_test(page, PG_locked))
			continue;
		error = write_dirty_page(mapping, page);
		first = first ? first : error;
	}
	spin_unlock(&pagecache_lock);
	return first;
}

/* Waits for the writes that filemap_fdatasync() started.  A page that fails
 * later is recorded in mapping->error. => 0 or -EIO; sleeps */
int filemap_fdatawait(struct address_space *mapping)
{
	int error = 0;

	spin_lock(&pagecache_lock);
	while (!list_empty(&mapping->locked_pages)) {
		struct page *page = list_first(&mapping->locked_pages,
					       struct page, list);

		list_move(&page->list, &mapping->clean_pages);
		if (!page_test(page, PG_locked) && !page_test(page, PG_error))
			continue;
		get_page(page);
		spin_unlock(&pagecache_lock);
		wait_on_page_for(page, LOCK_SYNC);
		if (page_test_and_clear(page, PG_error))
			error = -EIO;
		put_page(page);
		spin_lock(&pagecache_lock);
	}
	spin_unlock(&pagecache_lock);
	return error;
}
