/*
 * tests/host/ext2_fakes.c - the fakes of ext2_fakes.h.
 *
 * Buffers hang in an array by block number; pages, of all mappings, in one
 * list.  A page remembers per block where it lies on disk and whether it is
 * dirty, which is what buffer heads do in the kernel.  One task, no I/O wait:
 * nothing here ever sleeps.
 */
#include <stdio.h>

#include "fs/buffer.h"
#include "kernel/task.h"
#include "kernel/time.h"
#include "mm/slab.h"
#include "tests/host/ext2_fakes.h"

#define PAGES		6000
#define MAX_BLOCKS	(64u << 10)

u8 *fake_disk;
u32 fake_disk_bytes;
struct blk_dev fake_dev = { .name = "fake", .rdev = MKDEV(3, 0) };
u32 fake_bad_block;
char fake_log[2000];
unsigned int fake_log_lines;
bool fake_strict;

static struct task the_task;
struct task *current = &the_task;
volatile unsigned long jiffies;

static struct super_block the_sb;
static bool mounted;
static struct fs_type *ext2;

/* ---- kernel ------------------------------------------------------------ */

void printk(const char *fmt, ...)
{
	va_list args;

	size_t used = strlen(fake_log);

	va_start(args, fmt);
	vsnprintf(fake_log + used, sizeof(fake_log) - used, fmt, args);
	va_end(args);
	fake_log_lines++;
}

void panic(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	printf("\nmessages:\n%s\nFAIL ext2: panic\n", fake_log);
	fflush(stdout);
	abort();
}

u32 clock_seconds(void)
{
	return 1000000000;
}

void *kzalloc(size_t size, gfp_t gfp __unused)
{
	return calloc(1, size);
}

void kfree(void *object)
{
	free(object);
}

void register_filesystem(struct fs_type *type)
{
	ext2 = type;
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

/* ---- disk -------------------------------------------------------------- */

void fake_load(const char *path)
{
	FILE *f = fopen(path, "rb");

	if (!f) {
		printf("FAIL ext2: cannot open %s\n", path);
		exit(1);
	}
	fseek(f, 0, SEEK_END);
	fake_disk_bytes = (u32)ftell(f);
	rewind(f);
	free(fake_disk);
	fake_disk = malloc(fake_disk_bytes);
	if (fread(fake_disk, 1, fake_disk_bytes, f) != fake_disk_bytes)
		exit(1);
	fclose(f);
	fake_dev.sectors = fake_disk_bytes / 512;
}

void fake_save(const char *path)
{
	FILE *f = fopen(path, "wb");

	if (!f || fwrite(fake_disk, 1, fake_disk_bytes, f) != fake_disk_bytes)
		exit(1);
	fclose(f);
}

static u8 *disk_block(u32 block, u32 size)
{
	if ((u64)(block + 1) * size > fake_disk_bytes)
		panic("block %u is beyond the disk", block);
	return fake_disk + (size_t)block * size;
}

/* ---- buffer cache ------------------------------------------------------ */

static struct buffer_head *buffers[MAX_BLOCKS];

struct buffer_head *getblk(struct blk_dev *dev, u32 block, unsigned int size)
{
	struct buffer_head *bh;

	if (block >= MAX_BLOCKS)
		panic("getblk of block %u", block);
	bh = buffers[block];
	if (!bh) {
		bh = calloc(1, sizeof(*bh));
		bh->b_data = aligned_alloc(4096, 4096);
		memset(bh->b_data, 0xa5, 4096);
		bh->b_blocknr = block;
		bh->b_size = (u16)size;
		bh->b_dev = dev;
		buffer_set(bh, BH_Mapped);
		buffers[block] = bh;
	}
	if (bh->b_size != size)
		panic("block %u has size %u, not %u", block, bh->b_size, size);
	bh->b_count++;
	return bh;
}

struct buffer_head *bread(struct blk_dev *dev, u32 block, unsigned int size)
{
	struct buffer_head *bh = getblk(dev, block, size);

	if (fake_bad_block && block == fake_bad_block) {
		bh->b_count--;
		return NULL;
	}
	if (!buffer_test(bh, BH_Uptodate))
		memcpy(bh->b_data, disk_block(block, size), size);
	buffer_set(bh, BH_Uptodate);
	return bh;
}

static void drop_buffer(struct buffer_head *bh)
{
	buffers[bh->b_blocknr] = NULL;
	free(bh->b_data);
	free(bh);
}

void brelse(struct buffer_head *bh)
{
	if (bh && bh->b_count-- <= 0)
		panic("brelse of block %u", bh->b_blocknr);
}

void bforget(struct buffer_head *bh)
{
	brelse(bh);
	if (!bh->b_count)
		drop_buffer(bh);
}

void __mark_buffer_dirty(struct buffer_head *bh)
{
	if (!buffer_test(bh, BH_Uptodate))
		panic("block %u is dirty, not uptodate", bh->b_blocknr);
	buffer_set(bh, BH_Dirty);
}

void mark_buffer_dirty(struct buffer_head *bh)
{
	__mark_buffer_dirty(bh);
}

void mark_buffer_dirty_inode(struct buffer_head *bh,
			     struct inode *inode __unused)
{
	__mark_buffer_dirty(bh);
}

void mark_buffer_uptodate(struct buffer_head *bh, bool uptodate)
{
	if (uptodate)
		buffer_set(bh, BH_Uptodate);
	else
		buffer_clear(bh, BH_Uptodate);
}

void lock_buffer(struct buffer_head *bh)
{
	if (buffer_test(bh, BH_Lock))
		panic("block %u is locked", bh->b_blocknr);
	buffer_set(bh, BH_Lock);
}

void unlock_buffer(struct buffer_head *bh)
{
	buffer_clear(bh, BH_Lock);
}

void wait_on_buffer(struct buffer_head *bh __unused)
{
}

static void write_buffer(struct buffer_head *bh)
{
	memcpy(disk_block(bh->b_blocknr, bh->b_size), bh->b_data, bh->b_size);
	buffer_clear(bh, BH_Dirty);
}

void ll_rw_block(int rw __unused, int n, struct buffer_head *bhs[])
{
	for (int i = 0; i < n; i++)
		if (buffer_test(bhs[i], BH_Dirty))
			write_buffer(bhs[i]);
}

void unmap_underlying_metadata(struct buffer_head *bh)
{
	struct buffer_head *alias = buffers[bh->b_blocknr];

	if (alias)
		buffer_clear(alias, BH_Dirty);
}

int sync_dev(struct blk_dev *dev __unused)
{
	for (u32 i = 0; i < MAX_BLOCKS; i++)
		if (buffers[i] && buffer_test(buffers[i], BH_Dirty))
			write_buffer(buffers[i]);
	return 0;
}

void set_blocksize(struct blk_dev *dev, unsigned int size)
{
	dev->block_size = size;
	for (u32 i = 0; i < MAX_BLOCKS; i++)
		if (buffers[i] && !buffers[i]->b_count)
			drop_buffer(buffers[i]);
}

/* ---- page cache -------------------------------------------------------- */

struct fake_page {
	u32 block[4];		/* on disk; 0: not mapped */
	u8 dirty, known;	/* bit per block */
};

static struct page pages[PAGES];
static struct fake_page fakes[PAGES];
static char arena[PAGES][4096] __attribute__((aligned(4096)));
struct page *mem_map = pages;
unsigned long num_physpages = PAGES, mem_map_first_pfn;

void *page_address(const struct page *page)
{
	return arena[page - pages];
}

static struct fake_page *fake_of(struct page *page)
{
	return &fakes[page - pages];
}

unsigned long lock_page(struct page *page)
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
		memcpy(data, disk_block(fake->block[i], size), size);
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

struct page *read_cache_page(struct address_space *mapping,
			     unsigned long index)
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
			fake->dirty |= (u8)(1u << i);
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
		fake->dirty |= (u8)(1u << i);
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

static void write_page(struct page *page)
{
	struct inode *inode = host_of(page);
	u32 size = inode->sb->blocksize;
	struct fake_page *fake = fake_of(page);
	u32 per_page = (u32)PAGE_SIZE / size;

	for (u32 i = 0; i < per_page; i++) {
		struct buffer_head bh = { .b_size = (u16)size };

		if (!(fake->dirty >> i & 1))
			continue;
		ext2_get_block(inode, (u32)page->index * per_page + i, &bh,
			       false);
		if (!buffer_test(&bh, BH_Mapped) ||
		    bh.b_blocknr != fake->block[i])
			panic("inode %u page %lu: block moved from %u to %u",
			      inode->ino, page->index, fake->block[i],
			      bh.b_blocknr);
		memcpy(disk_block(fake->block[i], size),
		       (char *)page_address(page) + i * size, size);
	}
	fake->dirty = 0;
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
		fake_of(page)->dirty |= (u8)(1u << i);
	}
	put_page(page);
	return err;
}

/* ---- inodes and dentries ----------------------------------------------- */

static LIST_HEAD(inodes);

void address_space_init(struct address_space *mapping,
			const struct address_space_operations *a_ops,
			void *host)
{
	memset(mapping, 0, sizeof(*mapping));
	mapping->a_ops = a_ops;
	mapping->host = host;
}

struct inode *new_inode(struct super_block *sb)
{
	struct inode *inode = calloc(1, sizeof(*inode));

	inode->sb = sb;
	inode->count = 1;
	inode->nlink = 1;
	inode->atime = inode->mtime = inode->ctime = clock_seconds();
	address_space_init(&inode->data, NULL, inode);
	inode->mapping = &inode->data;
	list_init(&inode->hash_node);
	list_add(&inode->sb_node, &sb->inodes);
	return inode;
}

void insert_inode_hash(struct inode *inode)
{
	struct inode *other;

	list_for_each_entry(other, &inodes, hash_node)
		if (other->ino == inode->ino)
			panic("inode %u exists twice", inode->ino);
	list_add(&inode->hash_node, &inodes);
}

static void free_inode(struct inode *inode)
{
	truncate_inode_pages(&inode->data, 0);
	list_del(&inode->hash_node);
	list_del(&inode->sb_node);
	free(inode);
}

struct inode *iget(struct super_block *sb, u32 ino)
{
	struct inode *inode;

	list_for_each_entry(inode, &inodes, hash_node) {
		if (inode->ino != ino)
			continue;
		inode->count++;
		return inode;
	}
	inode = new_inode(sb);
	inode->ino = ino;
	insert_inode_hash(inode);
	sb->ops->read_inode(inode);
	if (!inode->bad)
		return inode;
	free_inode(inode);
	return ERR_PTR(-EIO);
}

struct inode *igrab(struct inode *inode)
{
	inode->count++;
	return inode;
}

void iput(struct inode *inode)
{
	if (!inode || --inode->count)
		return;
	if (inode->bad) {
		free_inode(inode);
		return;
	}
	if (inode->nlink)
		return;
	truncate_inode_pages(&inode->data, 0);
	list_del(&inode->hash_node);
	inode->sb->ops->delete_inode(inode);
	if (inode->size == 0 && inode->blocks && fake_strict &&
	    !(inode->sb->flags & MS_RDONLY))
		panic("inode %u deleted with %u sectors", inode->ino,
		      inode->blocks);
	free_inode(inode);
}

void mark_inode_dirty(struct inode *inode)
{
	inode->state |= I_DIRTY_SYNC;
}

void inode_mark_dirty_pages(struct address_space *mapping __unused)
{
}

void init_special_inode(struct inode *inode, u32 mode, dev_t rdev)
{
	inode->mode = mode;
	inode->rdev = rdev;
}

struct dentry *fake_dentry(struct dentry *parent, const char *name)
{
	size_t len = strlen(name);
	struct dentry *dentry = calloc(1, sizeof(*dentry) + len + 1);

	dentry->name = memcpy(dentry + 1, name, len);
	dentry->len = (u16)len;
	dentry->parent = parent;
	dentry->count = 1;
	return dentry;
}

void fake_dput(struct dentry *dentry)
{
	iput(dentry->inode);
	free(dentry);
}

void d_instantiate(struct dentry *dentry, struct inode *inode)
{
	dentry->inode = inode;
}

struct dentry *d_alloc_root(struct inode *inode)
{
	struct dentry *dentry = fake_dentry(NULL, "/");

	dentry->inode = inode;
	return dentry;
}

long page_file_read(struct file *file __unused, char *buf __unused,
		    size_t n __unused, loff_t *pos __unused)
{
	return -ENOSYS;
}

long page_file_write(struct file *file __unused, const char *buf __unused,
		     size_t n __unused, loff_t *pos __unused)
{
	return -ENOSYS;
}

void mutex_lock(struct mutex *mutex __unused)
{
}

void mutex_unlock(struct mutex *mutex __unused)
{
}

int page_file_fsync(struct file *file __unused, bool data_only __unused)
{
	return 0;
}

void fake_truncate(struct inode *inode, loff_t size)
{
	inode->size = size;
	truncate_inode_pages(&inode->data, size);
	inode->ops->truncate(inode);
}

/* One page's share of a write. => 0 or -E */
static int write_piece(struct inode *inode, const char *buf, u32 n,
		       loff_t pos)
{
	u32 from = (u32)pos & 4095;
	struct page *page = grab_cache_page(&inode->data,
					    (unsigned long)(pos >> PAGE_SHIFT));
	int err = inode->data.a_ops->prepare_write(page, from, from + n);

	if (!err) {
		memcpy((char *)page_address(page) + from, buf, n);
		err = inode->data.a_ops->commit_write(page, from, from + n);
	}
	unlock_page(page);
	put_page(page);
	return err;
}

long fake_write(struct inode *inode, const void *buf, u32 n, loff_t pos)
{
	long done = 0;
	int err = 0;

	while (done < (long)n && !err) {
		u32 room = 4096 - ((u32)(pos + done) & 4095);
		u32 piece = (u32)min((long)n - done, (long)room);

		err = write_piece(inode, (const char *)buf + done, piece,
				  pos + done);
		if (!err)
			done += piece;
	}
	if (err) {
		truncate_inode_pages(&inode->data, inode->size);
		inode->ops->truncate(inode);
	}
	return done ? done : err;
}

long fake_read(struct inode *inode, void *buf, u32 n, loff_t pos)
{
	u32 done = 0;

	if (pos >= inode->size)
		return 0;
	if (n > inode->size - pos)
		n = (u32)(inode->size - pos);
	while (done < n) {
		u32 from = (u32)(pos + done) & 4095;
		u32 piece = min(n - done, 4096 - from);
		struct page *page = read_cache_page(&inode->data,
				(unsigned long)((pos + done) >> PAGE_SHIFT));

		if (IS_ERR(page))
			return PTR_ERR(page);
		memcpy((char *)buf + done, (char *)page_address(page) + from,
		       piece);
		put_page(page);
		done += piece;
	}
	return done;
}

/* ---- mounting ---------------------------------------------------------- */

struct super_block *fake_mount(u32 flags)
{
	memset(&the_sb, 0, sizeof(the_sb));
	the_sb.dev = &fake_dev;
	the_sb.flags = flags;
	list_init(&the_sb.inodes);
	if (!ext2)
		ext2_init();
	mounted = ext2->read_super(&the_sb, NULL, false) == 0;
	if (mounted)
		return &the_sb;
	fake_evict();
	return NULL;
}

/* Pages before buffers: a stale buffer left dirty would overwrite data. */
void fake_sync(void)
{
	struct inode *inode;

	for (int i = 0; i < PAGES; i++)
		if (pages[i].mapping)
			write_page(&pages[i]);
	list_for_each_entry(inode, &inodes, hash_node) {
		if (inode->state & I_DIRTY_SYNC)
			the_sb.ops->write_inode(inode, false);
		inode->state = 0;
	}
	if (the_sb.dirty)
		the_sb.ops->write_super(&the_sb);
	sync_dev(NULL);
}

int fake_evict(void)
{
	struct inode *inode, *next;
	int complaints = 0;

	fake_sync();
	list_for_each_entry_safe(inode, next, &inodes, hash_node)
		if (!inode->count)
			free_inode(inode);
	for (int i = 0; i < PAGES; i++)
		if (pages[i].mapping)
			drop_page(&pages[i]);
	for (u32 i = 0; i < MAX_BLOCKS; i++)
		if (buffers[i] && !buffers[i]->b_count)
			drop_buffer(buffers[i]);
	list_for_each_entry(inode, &inodes, hash_node)
		complaints += inode->ino != EXT2_ROOT_INO;
	return complaints;
}

int fake_umount(void)
{
	int complaints = 0;

	if (!mounted)
		return 0;
	fake_dput(the_sb.root);
	complaints += fake_evict();
	if (complaints)
		printf("%d inodes are still in use\n", complaints);
	the_sb.ops->put_super(&the_sb);
	for (u32 i = 0; i < MAX_BLOCKS; i++) {
		if (!buffers[i])
			continue;
		if (buffers[i]->b_count && ++complaints)
			printf("block %u has count %d\n", i,
			       buffers[i]->b_count);
		drop_buffer(buffers[i]);
	}
	mounted = false;
	return complaints;
}
