/*
 * fs/ext2/dir.c - directories: names and inode numbers in pages.
 *
 * A directory is a file of blocks filled with entries; its pages are in the
 * page cache like a file's, and change through prepare_write and commit_write.
 * No entry crosses a block.  Removing a name gives its space to the entry
 * before it; adding one uses an unused entry or the unused end of another, else
 * the directory grows by a block.
 *
 * Invariants: a page is checked entry by entry before the first use after it
 * was read (PG_checked); after that, walks trust rec_len.
 * Locks: the directory's i_sem; the page lock around each change.
 */
#include "fs/ext2/ext2.h"
#include "fs/vfs/file.h"
#include "fs/vfs/inode.h"
#include "mm/reclaim/touch.h"

static struct ext2_dir_entry *entry_at(struct page *page, u32 offset)
{
	return (struct ext2_dir_entry *)((char *)page_address(page) + offset);
}

static u32 entry_offset(struct page *page, const struct ext2_dir_entry *entry)
{
	return (u32)((const char *)entry - (const char *)page_address(page));
}

static u32 dir_pages(const struct inode *dir)
{
	return (u32)((dir->size + PAGE_SIZE - 1) >> PAGE_SHIFT);
}

/* => bytes of page n that belong to the directory: whole blocks. */
static u32 page_bytes(const struct inode *dir, u32 n)
{
	loff_t left = dir->size - ((loff_t)n << PAGE_SHIFT);

	return (u32)min(left, (loff_t)PAGE_SIZE);
}

/* => NULL, or the fault in the entry; room: bytes left in its block */
static const char *entry_fault(const struct inode *dir,
			       const struct ext2_dir_entry *entry, u32 room)
{
	if (room < EXT2_DIR_REC_LEN(1))
		return "it crosses the end of the block";
	if (entry->rec_len < EXT2_DIR_REC_LEN(1) || entry->rec_len & 3)
		return "its length is impossible";
	if (entry->rec_len > room)
		return "it crosses the end of the block";
	if (entry->rec_len < EXT2_DIR_REC_LEN(entry->name_len))
		return "it is too short for its name";
	if (entry->inode && !entry->name_len)
		return "it has no name";
	if (entry->inode > ext2_sb(dir->sb)->es->s_inodes_count)
		return "its inode number is beyond the last";
	return NULL;
}

/* Checks every entry of a page once. => 0, or -EIO after printing the reason */
static int check_page(struct inode *dir, struct page *page, u32 n)
{
	u32 mask = dir->sb->blocksize - 1, bytes = page_bytes(dir, n);
	u32 offset = 0;

	while (offset < bytes) {
		struct ext2_dir_entry *entry = entry_at(page, offset);
		u32 room = dir->sb->blocksize - (offset & mask);
		const char *fault = entry_fault(dir, entry, room);

		if (fault) {
			ext2_error(dir->sb, "directory %u is corrupt: entry at"
				   " byte %u of page %u: %s", dir->ino, offset,
				   n, fault);
			return -EIO;
		}
		offset += entry->rec_len;
	}
	page_set(page, PG_checked);
	return 0;
}

/* => page n, checked, with a reference; or ERR_PTR */
static struct page *dir_page(struct inode *dir, u32 n)
{
	struct page *page = read_cache_page(&dir->data, n);
	int err = 0;

	if (IS_ERR(page))
		return page;
	if (!page_test(page, PG_checked))
		err = check_page(dir, page, n);
	if (!err)
		return page;
	put_page(page);
	return ERR_PTR(err);
}

/* => the entry with that name; NULL: not in this page */
static struct ext2_dir_entry *find_in_page(struct page *page, u32 bytes,
					   const char *name, u32 len)
{
	char *start = page_address(page), *end = start + bytes, *at = start;

	while (at < end) {
		struct ext2_dir_entry *entry = (struct ext2_dir_entry *)at;

		if (entry->name_len == len && entry->inode &&
		    !memcmp(entry->name, name, len))
			return entry;
		at += entry->rec_len;
	}
	return NULL;
}

/* Starts where the last search ended: names are often looked up in order. */
struct ext2_dir_entry *ext2_find_entry(struct inode *dir, const char *name,
				       u32 len, struct page **page)
{
	u32 *hint = &ext2_i(dir)->dir_hint;
	u32 pages = dir_pages(dir), n = *hint < pages ? *hint : 0;

	for (u32 looked = 0; looked < pages; looked++) {
		struct ext2_dir_entry *entry;

		*page = dir_page(dir, n);
		if (IS_ERR(*page))
			return (void *)*page;
		entry = find_in_page(*page, page_bytes(dir, n), name, len);
		if (entry) {
			*hint = n;
			return entry;
		}
		put_page(*page);
		n = n + 1 == pages ? 0 : n + 1;
	}
	return NULL;
}

/* => the file type stored in an entry, so that readdir need not read inodes. */
static u8 file_type(const struct inode *inode)
{
	static const u8 by_mode[16] = {
		[S_IFREG >> 12] = EXT2_FT_REG_FILE,
		[S_IFDIR >> 12] = EXT2_FT_DIR,
		[S_IFCHR >> 12] = EXT2_FT_CHRDEV,
		[S_IFBLK >> 12] = EXT2_FT_BLKDEV,
		[S_IFIFO >> 12] = EXT2_FT_FIFO,
		[S_IFSOCK >> 12] = EXT2_FT_SOCK,
		[S_IFLNK >> 12] = EXT2_FT_SYMLINK,
	};

	return ext2_sb(inode->sb)->filetype ? by_mode[inode->mode >> 12 & 15]
					    : EXT2_FT_UNKNOWN;
}

static void name_inode(struct ext2_dir_entry *entry, const struct inode *inode)
{
	entry->inode = inode->ino;
	entry->file_type = file_type(inode);
}

/* Prepares a change of bytes [from, to) of the page. => 0 or -E,
 * for end_change() */
static inline int begin_change(struct inode *dir, struct page *page, u32 from,
			       u32 to)
{
	lock_page(page);
	return min(page_file_ops(&dir->data)->prepare_write(page, from, to),
		   0);
}

/* Commits the change; drops the page.  Clears the index flag: a hash index
 * written by another system is not maintained here.
 * err: of begin_change(). => 0 or -E */
static int end_change(struct inode *dir, struct page *page, u32 from, u32 to,
		      int err)
{
	if (!err) {
		err = page_file_ops(&dir->data)->commit_write(page, from, to);
		ext2_i(dir)->flags &= ~EXT2_INDEX_FL;
		dir->mtime = dir->ctime = current_time(dir);
		mark_inode_dirty(dir);
	}
	unlock_page(page);
	put_page(page);
	return err;
}

/* => unused bytes at the end of the entry, or its whole length. */
static u32 entry_slack(const struct ext2_dir_entry *entry)
{
	return entry->inode ? entry->rec_len - EXT2_DIR_REC_LEN(entry->name_len)
			    : entry->rec_len;
}

/* => an entry with "want" unused bytes, or NULL */
static struct ext2_dir_entry *find_slack(struct page *page, u32 bytes, u32 want)
{
	char *start = page_address(page), *end = start + bytes, *at = start;

	while (at < end) {
		struct ext2_dir_entry *entry = (struct ext2_dir_entry *)at;

		if (entry_slack(entry) >= want)
			return entry;
		at += entry->rec_len;
	}
	return NULL;
}

static void fill_entry(struct ext2_dir_entry *entry, u32 rec_len,
		       const char *name, u32 len, const struct inode *inode)
{
	entry->rec_len = (u16)rec_len;
	entry->name_len = (u8)len;
	memcpy(entry->name, name, len);
	name_inode(entry, inode);
}

/* Puts the name into the unused end of "entry", whose page is locked. */
static void split_entry(struct ext2_dir_entry *entry, struct dentry *dentry,
			const struct inode *inode)
{
	u32 slack = entry_slack(entry);

	if (entry->inode) {
		entry->rec_len -= (u16)slack;
		entry = (void *)((char *)entry + entry->rec_len);
	}
	fill_entry(entry, slack, dentry->name, dentry->len, inode);
}

/* Adds the name in space found in a page; drops the page. */
static int add_in_page(struct inode *dir, struct page *page,
		       struct ext2_dir_entry *entry, struct dentry *dentry,
		       struct inode *inode)
{
	u32 from = entry_offset(page, entry), to = from + entry->rec_len;
	int err = begin_change(dir, page, from, to);

	if (!err)
		split_entry(entry, dentry, inode);
	return end_change(dir, page, from, to, err);
}

/* Appends a block to the directory, filled by one entry. */
static int add_block(struct inode *dir, struct dentry *dentry,
		     struct inode *inode)
{
	u32 from = (u32)dir->size & (PAGE_SIZE - 1);
	u32 to = from + dir->sb->blocksize;
	struct page *page;
	int err;

	page = read_cache_page(&dir->data, (u32)(dir->size >> PAGE_SHIFT));
	if (IS_ERR(page))
		return (int)PTR_ERR(page);
	err = begin_change(dir, page, from, to);
	if (!err) {
		memset(entry_at(page, from), 0, dir->sb->blocksize);
		fill_entry(entry_at(page, from), dir->sb->blocksize,
			   dentry->name, dentry->len, inode);
	}
	return end_change(dir, page, from, to, err);
}

/* Adds a name in the first space found. => 0; -E: nothing has changed */
int ext2_add_entry(struct inode *dir, struct dentry *dentry,
		   struct inode *inode)
{
	u32 want = EXT2_DIR_REC_LEN(dentry->len);
	u32 pages = dir_pages(dir);

	for (u32 n = 0; n < pages; n++) {
		struct page *page = dir_page(dir, n);
		struct ext2_dir_entry *entry;

		if (IS_ERR(page))
			return (int)PTR_ERR(page);
		entry = find_slack(page, page_bytes(dir, n), want);
		if (entry)
			return add_in_page(dir, page, entry, dentry, inode);
		put_page(page);
	}
	return add_block(dir, dentry, inode);
}

/* Before a name of the inode is removed: sets "named" unless the block has
 * been dirty since before the inode was created, so that the name cannot
 * be on the disk. */
static void note_name(struct inode *inode, struct page *page, u32 at)
{
	struct ext2_inode_info *ei = ext2_i(inode);

	if (!ei->named)
		ei->named = !block_dirty_since(page, at, ei->born);
}

/* Removes an entry: the entry before it in its block, if any,
 * absorbs its space. */
int ext2_delete_entry(struct inode *dir, struct ext2_dir_entry *entry,
		      struct page *page, struct inode *old)
{
	u32 at = entry_offset(page, entry), to = at + entry->rec_len;
	u32 from = at & ~(dir->sb->blocksize - 1), next = from;
	int err;

	while (next < at) {
		from = next;
		next += entry_at(page, next)->rec_len;
	}
	err = begin_change(dir, page, from, to);
	if (!err) {
		note_name(old, page, at);
		if (from < at)
			entry_at(page, from)->rec_len += entry->rec_len;
		entry->inode = 0;
	}
	return end_change(dir, page, from, to, err);
}

/* Makes an existing name refer to another inode. */
int ext2_set_entry(struct inode *dir, struct ext2_dir_entry *entry,
		   struct page *page, struct inode *old, struct inode *inode)
{
	u32 from = entry_offset(page, entry), to = from + entry->rec_len;
	int err = begin_change(dir, page, from, to);

	if (!err) {
		note_name(old, page, from);
		name_inode(entry, inode);
	}
	return end_change(dir, page, from, to, err);
}

/* The first block of a new directory: "." and "..". */
int ext2_make_empty(struct inode *inode, struct inode *parent)
{
	u32 blocksize = inode->sb->blocksize;
	struct page *page = grab_cache_page(&inode->data, 0);
	struct ext2_dir_entry *dot, *dotdot;
	int err;

	if (!page)
		return -ENOMEM;
	trace_page(TRACE_TOUCH, page, TOUCH_WRITE | TOUCH_MISS | TOUCH_NEW);
	page_clear(page, PG_checked);
	err = page_file_ops(&inode->data)->prepare_write(page, 0, blocksize);
	if (err >= 0) {
		dot = entry_at(page, 0);
		memset(dot, 0, blocksize);
		fill_entry(dot, EXT2_DIR_REC_LEN(1), ".", 1, inode);
		dotdot = entry_at(page, EXT2_DIR_REC_LEN(1));
		fill_entry(dotdot, blocksize - EXT2_DIR_REC_LEN(1), "..", 2,
			   parent);
		err = page_file_ops(&inode->data)->commit_write(page, 0,
								blocksize);
	}
	unlock_page(page);
	put_page(page);
	return err;
}

static bool is_dot(const struct ext2_dir_entry *entry)
{
	return entry->name[0] == '.' &&
	       (entry->name_len == 1 ||
		(entry->name_len == 2 && entry->name[1] == '.'));
}

/* => 1: only "." and ".." are left; 0: other names; -EIO: unreadable */
int ext2_empty_dir(struct inode *inode)
{
	for (u32 n = 0; n < dir_pages(inode); n++) {
		struct page *page = dir_page(inode, n);
		u32 bytes = page_bytes(inode, n), at = 0;

		if (IS_ERR(page))
			return (int)PTR_ERR(page);
		while (at < bytes) {
			struct ext2_dir_entry *entry = entry_at(page, at);

			if (entry->inode && !is_dot(entry))
				break;
			at += entry->rec_len;
		}
		put_page(page);
		if (at < bytes)
			return 0;
	}
	return 1;
}

/* State of a readdir, and the function it calls. */
struct dir_walk {
	struct file *file;
	void *ctx;
	int (*emit)(void *ctx, const char *name, int len, loff_t pos, u32 ino,
		    u8 type);
};

/* => true: the reader has enough; file->pos is the first entry not emitted */
static bool emit_page(const struct dir_walk *walk, struct page *page, u32 n)
{
	static const u8 types[EXT2_FT_MAX] = {
		DT_UNKNOWN, DT_REG, DT_DIR, DT_CHR, DT_BLK, DT_FIFO, DT_SOCK,
		DT_LNK
	};
	struct file *file = walk->file;
	u32 bytes = page_bytes(file->inode, n), at = 0;
	loff_t base = (loff_t)n << PAGE_SHIFT;

	for (; at < bytes; at += entry_at(page, at)->rec_len) {
		struct ext2_dir_entry *entry = entry_at(page, at);
		u8 type = entry->file_type < EXT2_FT_MAX ? entry->file_type : 0;

		if (!entry->inode || base + at < file->pos)
			continue;
		file->pos = base + at;
		if (walk->emit(walk->ctx, entry->name, entry->name_len,
			       file->pos, entry->inode, types[type]))
			return true;
	}
	file->pos = base + bytes;
	return false;
}

/*
 * file_operations.readdir: emits the entries from byte file->pos on.  A
 * position inside an entry (the directory has changed) means the next entry.
 */
static int ext2_readdir(struct file *file, void *ctx,
			int (*emit)(void *ctx, const char *name, int len,
				    loff_t pos, u32 ino, u8 type))
{
	struct dir_walk walk = { .file = file, .ctx = ctx, .emit = emit };
	struct inode *dir = file->inode;
	bool enough = false;

	if (file->pos < 0)
		return -EINVAL;
	while (!enough && file->pos < dir->size) {
		u32 n = (u32)(file->pos >> PAGE_SHIFT);
		struct page *page = dir_page(dir, n);

		if (IS_ERR(page))
			return (int)PTR_ERR(page);
		enough = emit_page(&walk, page, n);
		put_page(page);
	}
	return 0;
}

const struct file_operations ext2_dir_fops = {
	.readdir = ext2_readdir,
	.fsync = page_file_fsync,
};
