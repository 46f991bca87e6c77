/*
 * tools/cachesim/kern_files.c - the file system of the simulated machine: files
 * whose pages lie one behind another on the drive, and blocks of metadata
 *
 * Reads and writes go through the kernel's fs/vfs/file_rw.c, its read-ahead and
 * its buffer cache.  Each file has one reader.  A page that the trace reads
 * ahead is read ahead here too, if it is not in memory.
 *
 * Invariants: object->page is the page of a file that is in the page cache, or
 * NULL; a page's index is its object's number in the file.
 */
#include <stdlib.h>

#include "tools/cachesim/kern_impl.h"

#include "fs/buffer/bdflush.h"
#include "fs/buffer/buffer_impl.h"
#include "fs/vfs/inode.h"
#include "fs/vfs/page_file.h"
#include "fs/vfs/super.h"
#include "mm/reclaim/filemap.h"

#define AHEAD_MAX	64

static const struct super_operations no_operations;
static struct super_block sb = { .ops = &no_operations };
static struct inode **inodes;
static struct readahead *readers;		/* one of each file */
static struct kern_object *ahead[AHEAD_MAX];	/* to be read */
unsigned long kern_prefetched;
static unsigned int nr_ahead;
static unsigned long *ahead_to;		/* of each file: what the trace reads
					   ahead for its next miss ends here */
static u32 next_block;			/* that has not been used */
static bool missed;			/* the page read, in the trace too */

/* ---- pages and objects --------------------------------------------------- */

static struct kern_object *object_of(const struct page *page)
{
	const struct inode *inode = page->mapping->host;

	return &kern.objects[kern.files[inode->ino].first + page->index];
}

static u32 index_of(const struct kern_object *object)
{
	return object - kern.objects - kern.files[object->file].first;
}

void kern_file_hole(struct kern_object *object)
{
	if (!object->blocks)
		object->blocks = calloc(PAGE_SIZE / sb.blocksize,
					sizeof(*object->blocks));
	BUG_ON(!object->blocks, "no memory for a hole");
}

/* What fills a hole lies behind all whole pages, in the order in which it is
 * written, as in a file system that has room. */
static int sim_get_block(struct inode *inode, u32 iblock,
			 struct buffer_head *bh, bool create)
{
	u32 per_page = PAGE_SIZE / sb.blocksize;
	u32 first = kern.files[inode->ino].first;
	u32 *blocks = kern.objects[first + iblock / per_page].blocks;
	u32 place = first * per_page + iblock;

	if (blocks) {
		blocks += iblock % per_page;
		if (!*blocks && create)
			*blocks = next_block++;
		place = *blocks;
	}
	if (place || !blocks)
		map_bh(bh, sb.dev, place);
	return 0;
}

static int sim_readpage(struct page *page)
{
	object_of(page)->page = page;
	return block_read_full_page(page, sim_get_block);
}

static int sim_writepage(struct page *page)
{
	return block_write_full_page(page, sim_get_block);
}

static int sim_prepare_write(struct page *page, unsigned int from,
			     unsigned int to)
{
	object_of(page)->page = page;
	return block_prepare_write(page, from, to, sim_get_block);
}

static void sim_removepage(struct page *page)
{
	object_of(page)->page = NULL;
}

static const struct page_file_operations file_ops = {
	.pages = {
		.writepage = sim_writepage,
		.readpage = sim_readpage,
		.sync_page = block_sync_page,
		.removepage = sim_removepage,
		.mark_dirty_pages = inode_mark_dirty_pages,
	},
	.prepare_write = sim_prepare_write,
	.commit_write = generic_commit_write,
};

static struct inode *inode_new(u32 file)
{
	struct inode *inode = calloc(1, sizeof(*inode));

	BUG_ON(!inode, "no memory for an inode");
	inode->sb = &sb;
	inode->ino = file;
	inode->count = 1;
	inode->size = (loff_t)kern.files[file].pages << PAGE_SHIFT;
	inode->mapping = &inode->data;
	list_init(&inode->dirty_node);
	list_init(&inode->dirty_buffers);
	wait_queue_init(&inode->wait);
	address_space_init(&inode->data, &file_ops.pages, inode);
	return inode;
}

static struct inode *inode_of(const struct kern_object *object)
{
	struct inode **at = &inodes[object->file];

	if (!*at)
		*at = inode_new(object->file);
	return *at;
}

/* All files lie on the device of the first. */
static unsigned int files_device(void)
{
	u32 i = 0;

	while (i < kern.count && kern.objects[i].kind != KERN_FILE)
		i++;
	return i < kern.count ? kern.objects[i].dev : 0;
}

void kern_files_init(void)
{
	inodes = calloc(kern.nfiles + 1, sizeof(*inodes));
	readers = calloc(kern.nfiles + 1, sizeof(*readers));
	ahead_to = calloc(kern.nfiles + 1, sizeof(*ahead_to));
	BUG_ON(!inodes || !readers || !ahead_to, "no memory for %u files",
	       kern.nfiles);
	sb.dev = kern_disk(files_device());
	sb.blocksize = kern.block;
	sb.blocksize_bits = __builtin_ctz(kern.block);
	next_block = kern.count * (PAGE_SIZE / kern.block);
	list_init(&sb.dirty_inodes);
	list_add(&sb.node, &super_blocks);
}

/* ---- read-ahead ---------------------------------------------------------- */

/* A page that the trace reads ahead, and the kernel has not here. */
static void read_ahead(struct kern_object *object)
{
	struct inode *inode = inode_of(object);
	struct page *page;

	if (object->page)
		return;
	page = alloc_page(inode->data.gfp_mask);
	if (!page)
		return;
	if (!add_to_page_cache_unique(page, &inode->data, index_of(object))) {
		kern_prefetched++;
		sim_readpage(page);
	}
	put_page(page);
}

void kern_file_prefetch(struct kern_object *object)
{
	if (nr_ahead == AHEAD_MAX)
		kern_files_unplug();
	ahead_to[object->file] = index_of(object) + 1;
	ahead[nr_ahead++] = object;
}

bool kern_files_plugged(void)
{
	return nr_ahead;
}

void kern_files_unplug(void)
{
	unsigned int i, n = nr_ahead;

	nr_ahead = 0;
	for (i = 0; i < n; i++)
		read_ahead(ahead[i]);
	if (n)
		blk_unplug_all();
}

/*
 * Between fs/vfs/file_rw.c and fs/vfs/readahead.c (--wrap of the linker).  The
 * program asks for a page at a time; how many it wanted when the trace was
 * written is what was read with the page.  A page that was read alone, as exec
 * reads the first of a program, is read alone.
 */
void __real_page_cache_readahead(struct address_space *mapping,
				 struct readahead *ra, unsigned long index,
				 unsigned long want, unsigned long end,
				 bool missing);
void __wrap_page_cache_readahead(struct address_space *mapping,
				 struct readahead *ra, unsigned long index,
				 unsigned long want, unsigned long end,
				 bool missing);

void __wrap_page_cache_readahead(struct address_space *mapping,
				 struct readahead *ra, unsigned long index,
				 unsigned long want, unsigned long end,
				 bool missing)
{
	const struct inode *inode = mapping->host;
	unsigned long *to = &ahead_to[inode->ino];

	if (missing && *to > index)
		want = *to - index;
	else if (missing && missed)
		end = index + 1;
	*to = 0;
	__real_page_cache_readahead(mapping, ra, index, want, end, missing);
}

/* ---- touches ------------------------------------------------------------- */

/* A read of the first page is that of a new reader. */
bool kern_file_read(struct kern_object *object, bool in_trace)
{
	struct inode *inode = inode_of(object);
	struct readahead *ra = &readers[object->file];
	u32 index = index_of(object);
	bool miss = !object->page;

	if (!index)
		*ra = (struct readahead){ .next = 0 };
	missed = in_trace;
	generic_file_read(&inode->data, ra, (loff_t)index << PAGE_SHIFT, NULL,
			  PAGE_SIZE, inode->size);
	kern_files_unplug();
	return miss;
}

/* mm/space/memory.c: do_file_page() */
bool kern_file_fault(struct kern_object *object, bool write)
{
	struct inode *inode = inode_of(object);
	bool miss = !object->page;
	struct page *page;

	kern_files_unplug();
	page = find_get_page(&inode->data, index_of(object));
	if (page && !page_test(page, PG_uptodate)) {
		put_page(page);
		page = NULL;
	}
	if (!page)
		page = read_cache_page(&inode->data, index_of(object));
	if (!IS_ERR(page))
		kern_file_map(object, page, write);
	return miss;
}

/* Of a write in a page the trace says whether it reached the end.  Else it goes
 * to the first block that is dirty or not, as the one written was before.
 * => offset in the page */
static unsigned int write_offset(const struct page *page,
				 const struct kern_event *event)
{
	const struct buffer_head *bh = page ? page->buffers : NULL;
	unsigned int at;

	if (event->at_end)
		return PAGE_SIZE - event->bytes;
	for (at = 0; bh && at + event->bytes < PAGE_SIZE; at += bh->b_size) {
		if (buffer_test(bh, BH_Dirty) != event->dirties)
			return at;
		bh = bh->b_this_page;
	}
	return 0;
}

/* Whole blocks, or, where the trace may read for the write, all but a byte at
 * their begin: what is not in memory of the blocks is read. */
bool kern_file_write(struct kern_object *object, const struct kern_event *event)
{
	struct inode *inode = inode_of(object);
	loff_t pos = (loff_t)index_of(object) << PAGE_SHIFT;
	bool miss = !object->page;
	bool part = event->bytes < PAGE_SIZE && !event->fresh;

	kern_files_unplug();
	pos += write_offset(object->page, event) + part;
	generic_file_write(&inode->data, pos, NULL, event->bytes - part);
	return miss;
}

static bool page_has_dirt(struct page *page)
{
	struct buffer_head *bh = page->buffers;

	if (page_test(page, PG_dirty))
		return true;
	if (!bh)
		return false;
	do {
		if (buffer_test(bh, BH_Dirty))
			return true;
		bh = bh->b_this_page;
	} while (bh != page->buffers);
	return false;
}

/* A mapping wrote to the page: a write(2) has marked it before. */
void kern_file_dirty(struct kern_object *object)
{
	struct page *page = object->page;

	if (page && page_test(page, PG_uptodate) && !page_has_dirt(page))
		set_page_dirty(page);
}

/* => the object's page, locked, with a reference; NULL: not cached */
static struct page *lock_object(struct kern_object *object)
{
	struct page *page = object->page;

	if (!page)
		return NULL;
	get_page(page);
	lock_page(page);
	if (object->page == page)
		return page;
	unlock_page(page);
	put_page(page);
	return NULL;
}

/* fsync and sync start the write of a dirty page: the trace has an event for
 * each of its buffers. */
void kern_file_flush(struct kern_object *object)
{
	struct page *page = object->page;

	if (!page || !page_has_dirt(page))
		return;
	page = lock_object(object);
	if (!page)
		return;
	if (page_test(page, PG_uptodate) &&
	    page_test_and_clear(page, PG_dirty)) {
		page->mapping->a_ops->writepage(page);
	} else {
		if (page->buffers)
			write_page_buffers(page, false);
		unlock_page(page);
	}
	put_page(page);
}

/* What fs/vfs/truncate.c does with one page. */
static void drop_page(struct kern_object *object)
{
	struct page *page;

	kern_file_unmap(object);
	page = lock_object(object);
	if (!page)
		return;
	if (page->buffers && !block_flush_page(page, 0))
		page_set(page, PG_orphan);
	else
		lru_cache_del(page);
	page_clear(page, PG_dirty);
	page_clear(page, PG_uptodate);
	remove_inode_page(page);
	unlock_page(page);
	put_page(page);
	put_page(page);
}

void kern_file_drop(struct kern_object *object)
{
	drop_page(object);
	free(object->blocks);
	object->blocks = NULL;
}

/* The caches were emptied, and no task had the page mapped.  It stays if it is
 * dirty here. */
void kern_file_drop_clean(struct kern_object *object)
{
	struct page *page = object->page;

	if (page && !page_has_dirt(page))
		drop_page(object);
}

/* ---- blocks -------------------------------------------------------------- */

static struct buffer_head *cached_block(const struct kern_object *object)
{
	return get_hash_table(kern_disk(object->dev), object->index,
			      object->bytes);
}

/* fresh: its contents are of no interest */
bool kern_block_read(struct kern_object *object, bool fresh)
{
	struct blk_dev *dev = kern_disk(object->dev);
	struct buffer_head *bh = cached_block(object);
	bool miss = !bh;

	brelse(bh);
	if (fresh) {
		bh = getblk(dev, object->index, object->bytes);
		mark_buffer_uptodate(bh, true);
	} else {
		bh = bread(dev, object->index, object->bytes);
	}
	brelse(bh);
	return miss;
}

/* The reader does not wait for it. */
void kern_block_prefetch(struct kern_object *object)
{
	struct buffer_head *bh = cached_block(object);

	kern_prefetched += !bh;
	brelse(bh);
	bh = getblk(kern_disk(object->dev), object->index, object->bytes);
	if (!buffer_test(bh, BH_Uptodate))
		ll_rw_block(BLK_READ, 1, &bh);
	brelse(bh);
}

void kern_block_dirty(struct kern_object *object)
{
	struct buffer_head *bh = cached_block(object);

	if (!bh)
		return;
	mark_buffer_uptodate(bh, true);
	mark_buffer_dirty(bh);
	brelse(bh);
}

void kern_block_flush(struct kern_object *object)
{
	struct buffer_head *bh = cached_block(object);

	if (bh)
		ll_rw_block(BLK_WRITE, 1, &bh);
	brelse(bh);
}

void kern_block_drop(struct kern_object *object)
{
	bforget(cached_block(object));
}

void kern_block_drop_clean(struct kern_object *object)
{
	struct buffer_head *bh = cached_block(object);
	bool dirty = bh && buffer_test(bh, BH_Dirty);

	brelse(bh);
	if (!dirty)
		kern_block_drop(object);
}
