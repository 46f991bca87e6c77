/*
 * tests/host/ext2_fake_pages.c - the page cache of ext2_fakes.h: pages of all
 * mappings in one list.
 *
 * A page remembers per block where it lies on disk and whether it is dirty,
 * which is what buffer heads do in the kernel.
 */
#include <stdio.h>

#include "mm/reclaim/touch.h"
#include "fs/vfs/page_file.h"
#include "fs/buffer/buffer.h"
#include "tests/host/ext2_fakes_impl.h"

u32 trace_mask;			/* the trace is off */

void touch_record(enum trace_event id __unused,
		  const struct page *page __unused,
		  unsigned int bytes __unused, u32 how __unused)
{
}

#define PAGES		6000

struct fake_page {
	u32 block[4];		/* on disk; 0: not mapped */
	u8 dirty, known, sent;	/* bit per block; sent: is on the disk */
	unsigned long since[4], stamp[4];	/* jiffies, fake_dirty_stamp */
};

static struct page pages[PAGES];
static struct fake_page fakes[PAGES];
/* The gaps between two pages must not be touched. */
static char arena[PAGES][2][4096] __attribute__((aligned(4096)));
struct page *mem_map = pages;
unsigned long num_physpages = PAGES, mem_map_first_pfn;

void *page_address(const struct page *page)
{
	return arena[page - pages][0];
}

static struct fake_page *fake_of(struct page *page)
{
	return &fakes[page - pages];
}

unsigned long lock_page_for(struct page *page, enum lock_user user __unused)
{
	if (!trylock_page(page))
		panic("page %lu of mapping is locked", page->index);
	return 0;
}

void unlock_page(struct page *page)
{
	if (!page_test_and_clear(page, PG_locked))
		panic("page %lu is not locked", page->index);
}

void put_page(struct page *page)
{
	if (--page->count < 1)
		panic("page %lu: count %d", page->index, page->count);
}

static struct page *find_page(struct address_space *mapping,
			      unsigned long index)
{
	for (int i = 0; i < PAGES; i++)
		if (pages[i].mapping == mapping && pages[i].index == index)
			return &pages[i];
	return NULL;
}

static void drop_page(struct page *page)
{
	if (page->count != 1 || page_test(page, PG_locked))
		panic("page %lu dropped with count %d", page->index,
		      page->count);
	page->mapping = NULL;
}

extern void __asan_poison_memory_region(const volatile void *at, size_t n);

/* => with a reference, not locked; a new one is full of leftovers */
static struct page *get_cache_page(struct address_space *mapping,
				   unsigned long index)
{
	struct page *page = find_page(mapping, index);

	if (!page) {
		for (int i = 0; !page && i < PAGES; i++)
			if (!pages[i].mapping)
				page = &pages[i];
		if (!page)
			panic("no page left");
		memset(page, 0, sizeof(*page));
		memset(fake_of(page), 0, sizeof(struct fake_page));
		page->flags = 1UL << PG_checked;
		page->mapping = mapping;
		page->index = index;
		page->count = 1;
		memset(page_address(page), 0x5a, PAGE_SIZE);
		__asan_poison_memory_region(arena[page - pages][1], 4096);
	}
	page->count++;
	return page;
}

struct page *grab_cache_page(struct address_space *mapping,
			     unsigned long index)
{
	struct page *page = get_cache_page(mapping, index);

	lock_page(page);
	return page;
}

static void set_dirty(struct fake_page *fake, u32 i)
{
	if (!(fake->dirty >> i & 1)) {
		fake->since[i] = jiffies;
		fake->stamp[i] = ++fake_dirty_stamp;
	}
	fake->dirty |= (u8)(1u << i);
}

bool block_dirty_since(struct page *page, unsigned int offset,
		       unsigned long when)
{
	struct fake_page *fake = fake_of(page);
	u32 i = offset >> ((struct inode *)page->mapping->host)->sb->
			  blocksize_bits;

	return fake->dirty >> i & 1 && fake->since[i] < when;
}

static struct inode *host_of(struct page *page)
{
	return page->mapping->host;
}

/* Where block i of the page lies; asks the file system once. */
static int map_block(struct page *page, u32 i, bool create, bool *fresh)
{
	struct inode *inode = host_of(page);
	struct fake_page *fake = fake_of(page);
	u32 per_page = (u32)(PAGE_SIZE >> inode->sb->blocksize_bits);
	struct buffer_head bh = { .b_size = (u16)inode->sb->blocksize };
	int err;

	*fresh = false;
	if (fake->block[i])
		return 0;
	err = ext2_get_block(inode, (u32)page->index * per_page + i, &bh,
			     create);
	if (err)
		return err;
	if (buffer_test(&bh, BH_Mapped))
		fake->block[i] = bh.b_blocknr;
	*fresh = buffer_test(&bh, BH_New);
	if (*fresh)
		fake->sent &= (u8)~(1u << i);
	else
		fake->sent |= (u8)(1u << i);
	return 0;
}

/* The contents of block i into the page, unless it is there. */
static int fill_block(struct page *page, u32 i)
{
	u32 size = host_of(page)->sb->blocksize;
	struct fake_page *fake = fake_of(page);
	char *data = (char *)page_address(page) + i * size;
	bool fresh;
	int err = map_block(page, i, false, &fresh);

	if (err || fake->known >> i & 1)
		return err;
	if (fake->block[i] && fake->block[i] == fake_bad_block)
		return -EIO;
	if (fake->block[i])
		memcpy(data, fake_disk_block(fake->block[i], size), size);
	else
		memset(data, 0, size);
	fake->known |= (u8)(1u << i);
	return 0;
}

int block_read_full_page(struct page *page, get_block_t *get_block __unused)
{
	struct inode *inode = host_of(page);
	u32 size = inode->sb->blocksize;
	int err = 0;

	for (u32 i = 0; !err && i < PAGE_SIZE / size; i++) {
		if (((loff_t)page->index << PAGE_SHIFT) + i * size <
		    inode->size)
			err = fill_block(page, i);
		else if (!(fake_of(page)->known >> i & 1))
			memset((char *)page_address(page) + i * size, 0, size);
	}
	if (!err)
		page_set(page, PG_uptodate);
	unlock_page(page);
	return err;
}

struct page *read_cache_page_how(struct address_space *mapping,
				 unsigned long index, u32 how __unused)
{
	struct page *page = get_cache_page(mapping, index);
	int err = 0;

	if (!page_test(page, PG_uptodate)) {
		lock_page(page);
		err = mapping->a_ops->readpage(page);
	}
	if (!err)
		return page;
	put_page(page);
	return ERR_PTR(err);
}

int block_prepare_write(struct page *page, unsigned int from, unsigned int to,
			get_block_t *get_block __unused)
{
	u32 size = host_of(page)->sb->blocksize;
	struct fake_page *fake = fake_of(page);
	char *data = page_address(page);

	if (from > to || to > PAGE_SIZE)
		panic("a write of bytes %u to %u of a page", from, to);
	for (u32 i = 0; i < PAGE_SIZE / size; i++) {
		u32 start = i * size, end = start + size;
		bool fresh;
		int err;

		if (end <= from || start >= to)
			continue;
		err = map_block(page, i, true, &fresh);
		if (err)
			return err;
		if (fresh) {
			if (!(fake->known >> i & 1))
				memset(data + start, 0, size);
			fake->known |= (u8)(1u << i);
			set_dirty(fake, i);
		} else if (start < from || end > to) {
			err = fill_block(page, i);
		}
		if (err)
			return err;
	}
	return 0;
}

int generic_commit_write(struct page *page, unsigned int from, unsigned int to)
{
	struct inode *inode = host_of(page);
	u32 size = inode->sb->blocksize;
	struct fake_page *fake = fake_of(page);
	loff_t end = ((loff_t)page->index << PAGE_SHIFT) + to;

	for (u32 i = from / size; i * size < to; i++) {
		set_dirty(fake, i);
		fake->known |= (u8)(1u << i);
	}
	if (end > inode->size) {
		inode->size = end;
		mark_inode_dirty(inode);
	}
	if (fake->known == (1u << PAGE_SIZE / size) - 1)
		page_set(page, PG_uptodate);
	return 0;
}

int block_sync_page(struct page *page __unused)
{
	return 0;
}

static void write_page(struct page *page, unsigned long stamp)
{
	struct inode *inode = host_of(page);
	u32 size = inode->sb->blocksize;
	struct fake_page *fake = fake_of(page);
	u32 per_page = (u32)PAGE_SIZE / size;

	for (u32 i = 0; i < per_page; i++) {
		struct buffer_head bh = { .b_size = (u16)size };

		if (!(fake->dirty >> i & 1) || fake->stamp[i] > stamp)
			continue;
		ext2_get_block(inode, (u32)page->index * per_page + i, &bh,
			       false);
		if (fake_strict && (!buffer_test(&bh, BH_Mapped) ||
				    bh.b_blocknr != fake->block[i]))
			panic("inode %u page %lu: block moved from %u to %u",
			      inode->ino, page->index, fake->block[i],
			      bh.b_blocknr);
		fake_disk_write(fake->block[i],
				(char *)page_address(page) + i * size, size);
		fake->dirty &= (u8)~(1u << i);
		fake->sent |= (u8)(1u << i);
	}
}

void truncate_inode_pages(struct address_space *mapping, loff_t start)
{
	struct inode *inode = mapping->host;
	u32 size = inode->sb->blocksize, offset = (u32)start & 4095;

	for (int i = 0; i < PAGES; i++) {
		struct page *page = &pages[i];
		loff_t at = (loff_t)page->index << PAGE_SHIFT;

		if (page->mapping != mapping || at + (loff_t)PAGE_SIZE <= start)
			continue;
		if (at >= start) {
			drop_page(page);
			continue;
		}
		memset((char *)page_address(page) + offset, 0,
		       PAGE_SIZE - offset);
		for (u32 b = div_round_up(offset, size);
		     b < PAGE_SIZE / size; b++) {
			fake_of(page)->block[b] = 0;
			fake_of(page)->dirty &= (u8)~(1u << b);
		}
	}
}

int block_truncate_page(struct address_space *mapping, loff_t from,
			get_block_t *get_block __unused)
{
	struct inode *inode = mapping->host;
	u32 size = inode->sb->blocksize, offset = (u32)from & 4095;
	u32 i = offset / size;
	struct page *page;
	int err;

	if (!(offset % size))
		return 0;
	page = get_cache_page(mapping, (unsigned long)(from >> PAGE_SHIFT));
	err = fill_block(page, i);
	if (!err && fake_of(page)->block[i]) {
		memset((char *)page_address(page) + offset, 0,
		       (i + 1) * size - offset);
		set_dirty(fake_of(page), i);
	}
	put_page(page);
	return err;
}

/* Of one inode or (NULL) of all, or of all directories. */
void fake_write_pages(struct inode *inode, unsigned long stamp, bool dirs)
{
	for (int i = 0; i < PAGES; i++)
		if (pages[i].mapping &&
		    (!inode || pages[i].mapping->host == inode) &&
		    (!dirs || S_ISDIR(host_of(&pages[i])->mode)))
			write_page(&pages[i], stamp);
}

bool inode_block_unwritten(struct inode *inode, u32 block)
{
	for (int i = 0; i < PAGES; i++)
		for (int n = 0; pages[i].mapping == &inode->data && n < 4; n++)
			if (fakes[i].block[n] == block)
				return !(fakes[i].sent >> n & 1);
	return fake_buffer_unwritten(block);
}

void fake_drop_pages(void)
{
	for (int i = 0; i < PAGES; i++)
		if (pages[i].mapping)
			drop_page(&pages[i]);
}

/* The fake page cache writes through: no page is ever left to write. */
int block_write_full_page(struct page *page, get_block_t *get_block __unused)
{
	panic("page %lu is dirty", page->index);
}

int block_write_dir_page(struct page *page, get_block_t *get_block)
{
	return block_write_full_page(page, get_block);
}
