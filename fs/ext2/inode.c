/*
 * fs/ext2/inode.c - inodes: read from and written to the disk's inode tables.
 *
 * A group's inode table is an array of inodes of 128 or 256 bytes.  Behind the
 * first 128 bytes only the extra times are used; the rest is kept as it is
 * (zero in a new inode).  Reading checks what the rest of the file system
 * relies on and otherwise marks the inode bad.  Writing copies the inode into
 * the table's buffer, which goes to the disk later, or at once for fsync.
 *
 * Invariants: block pointers of a bad inode are never used; a freed inode has
 * no blocks, and its deletion time is set.
 * Locks: the VFS lets one task at a time read or write an inode (I_LOCK).
 */
#include "fs/ext2/group.h"
#include "fs/vfs/inode.h"
#include "kernel/core/time.h"

/* => the inode in its table, with *bh for brelse(); NULL: unreadable */
static struct ext2_inode_large *raw_inode(struct super_block *sb, u32 ino,
				    struct buffer_head **bh)
{
	struct ext2_sb_info *info = ext2_sb(sb);
	u32 per_group = info->es->s_inodes_per_group;
	u32 index = (ino - 1) % per_group;
	u32 block = ext2_desc(sb, (ino - 1) / per_group, NULL)->bg_inode_table +
		    index / info->inodes_per_block;

	*bh = bread(sb->dev, block, sb->blocksize);
	if (!*bh) {
		ext2_error(sb, "cannot read block %u with inode %u", block,
			   ino);
		return NULL;
	}
	return (struct ext2_inode_large *)((*bh)->b_data +
		index % info->inodes_per_block * info->inode_size);
}

/* => true: an inode that its bitmap calls free has links: corrupt bitmap */
bool ext2_inode_in_use(struct super_block *sb, u32 ino)
{
	struct buffer_head *bh;
	struct ext2_inode_large *raw = raw_inode(sb, ino, &bh);
	bool used = !raw || raw->i.i_links_count;

	brelse(bh);
	return used;
}

/* => true: the inode has space for nanoseconds, and uses it */
static bool has_fine_times(const struct super_block *sb,
			   const struct ext2_inode_large *raw)
{
	return sb->fine_times && raw->i_extra_isize >= EXT2_TIMES_ISIZE;
}

/* The lowest two bits of "extra" extend the 32 bits of seconds. */
static struct timestamp time_from_raw(u32 sec, u32 extra)
{
	return (struct timestamp){ (s32)sec + ((s64)(extra & 3) << 32),
				   min(extra >> 2, 999999999u) };
}

static u32 time_to_raw(struct timestamp time, u32 *extra)
{
	*extra = ((u64)(time.sec - (s32)time.sec) >> 32 & 3) | time.nsec << 2;
	return (u32)time.sec;
}

static void times_from_raw(struct inode *inode,
			   const struct ext2_inode_large *raw)
{
	bool fine = has_fine_times(inode->sb, raw);

	inode->atime = time_from_raw(raw->i.i_atime,
				     fine ? raw->i_atime_extra : 0);
	inode->mtime = time_from_raw(raw->i.i_mtime,
				     fine ? raw->i_mtime_extra : 0);
	inode->ctime = time_from_raw(raw->i.i_ctime,
				     fine ? raw->i_ctime_extra : 0);
}

static void times_to_raw(struct ext2_inode_large *raw,
			 const struct inode *inode)
{
	u32 atime, mtime, ctime;

	raw->i.i_atime = time_to_raw(inode->atime, &atime);
	raw->i.i_mtime = time_to_raw(inode->mtime, &mtime);
	raw->i.i_ctime = time_to_raw(inode->ctime, &ctime);
	if (!has_fine_times(inode->sb, raw))
		return;
	raw->i_atime_extra = atime;
	raw->i_mtime_extra = mtime;
	raw->i_ctime_extra = ctime;
}

/* Flags and attributes are copied but not interpreted. */
static void copy_from_raw(struct inode *inode, const struct ext2_inode *raw)
{
	struct ext2_inode_info *ei = ext2_i(inode);

	inode->mode = raw->i_mode;
	inode->uid = raw->i_uid | (u32)raw->i_uid_high << 16;
	inode->gid = raw->i_gid | (u32)raw->i_gid_high << 16;
	inode->nlink = raw->i_links_count;
	inode->size = raw->i_size;
	if (S_ISREG(inode->mode))
		inode->size |= (loff_t)((u64)raw->i_size_high << 32);
	inode->blocks = raw->i_blocks;
	memset(ei, 0, sizeof(*ei));
	ei->named = true;
	memcpy(ei->block, raw->i_block, sizeof(ei->block));
	ei->flags = raw->i_flags;
	ei->file_acl = raw->i_file_acl;
	ei->generation = raw->i_generation;
	ei->dtime = raw->i_dtime;
	ei->group = (inode->ino - 1) /
		    ext2_sb(inode->sb)->es->s_inodes_per_group;
}

/* => NULL, or the fault in an inode just read */
static const char *inode_fault(struct inode *inode)
{
	u32 type = inode->mode & S_IFMT;
	u32 blocksize = inode->sb->blocksize;

	if (!inode->nlink)
		return "it has no links";
	if (type != S_IFREG && type != S_IFDIR && type != S_IFLNK &&
	    type != S_IFCHR && type != S_IFBLK && type != S_IFIFO &&
	    type != S_IFSOCK)
		return "its type is unknown";
	if (inode->size < 0 || (u64)inode->size > inode->sb->max_bytes)
		return "its size is beyond the largest file";
	if (type == S_IFDIR && (!inode->size || inode->size % blocksize))
		return "a directory's size is not in whole blocks";
	if (type == S_IFDIR && inode->size >> inode->sb->blocksize_bits >
			       ext2_sb(inode->sb)->es->s_blocks_count)
		return "a directory is larger than the disk";
	if (type == S_IFLNK && (u64)inode->size >=
	    (ext2_is_fast_symlink(inode) ? sizeof(ext2_i(inode)->block)
					 : blocksize))
		return "a symbolic link is too long";
	return NULL;
}

/* Decodes a device number: 8:8 bits in the first word, or 12:20 in the
 * second, which has the upper bits of the minor number on top. => 0 if the
 * number does not fit */
static dev_t raw_rdev(const u32 *block)
{
	if (block[0])
		return block[0] & 0xffff;
	return block[1] >> 20 ? 0 : block[1];
}

/* For an inode just read or created; rdev is used for device files only. */
void ext2_set_ops(struct inode *inode, dev_t rdev)
{
	inode->data.a_ops = &ext2_aops.pages;
	if (S_ISREG(inode->mode)) {
		inode->ops = &ext2_file_ops;
		inode->fops = &ext2_file_fops;
	} else if (S_ISDIR(inode->mode)) {
		inode->ops = &ext2_dir_ops;
		inode->fops = &ext2_dir_fops;
		inode->data.a_ops = &ext2_dir_aops.pages;
	} else if (S_ISLNK(inode->mode)) {
		inode->ops = &ext2_symlink_ops;
	} else {
		inode->ops = &ext2_file_ops;
		init_special_inode(inode, inode->mode, rdev);
	}
}

/* super_operations.read_inode: reads inode->ino, or sets inode->bad. */
void ext2_read_inode(struct inode *inode)
{
	struct super_block *sb = inode->sb;
	struct ext2_sb_info *info = ext2_sb(sb);
	struct buffer_head *bh;
	struct ext2_inode_large *raw;
	const char *fault;

	inode->bad = true;
	if ((inode->ino != EXT2_ROOT_INO && inode->ino < info->first_ino) ||
	    inode->ino > info->es->s_inodes_count) {
		ext2_error(sb, "inode %u is reserved or beyond the last",
			   inode->ino);
		return;
	}
	raw = raw_inode(sb, inode->ino, &bh);
	if (!raw)
		return;
	copy_from_raw(inode, &raw->i);
	times_from_raw(inode, raw);
	brelse(bh);
	fault = inode_fault(inode);
	if (fault) {
		ext2_error(sb, "inode %u is corrupt: %s", inode->ino, fault);
		return;
	}
	inode->bad = false;
	ext2_set_ops(inode, raw_rdev(ext2_i(inode)->block));
}

static void copy_to_raw(struct ext2_inode *raw, struct inode *inode)
{
	struct ext2_inode_info *ei = ext2_i(inode);

	raw->i_mode = (u16)inode->mode;
	raw->i_uid = (u16)inode->uid;
	raw->i_uid_high = (u16)(inode->uid >> 16);
	raw->i_gid = (u16)inode->gid;
	raw->i_gid_high = (u16)(inode->gid >> 16);
	raw->i_links_count = (u16)inode->nlink;
	raw->i_size = (u32)inode->size;
	if (S_ISREG(inode->mode))
		raw->i_size_high = (u32)(inode->size >> 32);
	raw->i_dtime = ei->dtime;
	raw->i_blocks = inode->blocks;
	raw->i_flags = ei->flags;
	raw->i_file_acl = ei->file_acl;
	raw->i_generation = ei->generation;
	memcpy(raw->i_block, ei->block, sizeof(ei->block));
}

/* Sets the large_file feature for the first file of 2 GB. */
static void note_large_file(struct inode *inode)
{
	struct ext2_super_block *es = ext2_sb(inode->sb)->es;

	if (!S_ISREG(inode->mode) || inode->size <= 0x7fffffff ||
	    es->s_feature_ro_compat & EXT2_FEATURE_RO_COMPAT_LARGE_FILE)
		return;
	es->s_feature_ro_compat |= EXT2_FEATURE_RO_COMPAT_LARGE_FILE;
	inode->sb->dirty = true;
}

/* => the bits of ei->linked whose block is not written yet */
static u32 unwritten_blocks(struct inode *inode)
{
	struct ext2_inode_info *ei = ext2_i(inode);
	u32 found = 0;

	for (u32 i = 0; ei->linked >> i; i++)
		if (ei->linked >> i & 1 && ei->block[i] &&
		    inode_block_unwritten(inode, ei->block[i]))
			found |= 1u << i;
	return found;
}

/*
 * Clears the bits of ei->linked whose block is written, once the drive has
 * flushed its cache.  The flush is a barrier: a block that replaces one of them
 * meanwhile is still unwritten after it.
 * => 0 or -EIO; sleeps
 */
static int settle_linked_blocks(struct inode *inode)
{
	struct ext2_inode_info *ei = ext2_i(inode);
	u32 written = ei->linked & ~unwritten_blocks(inode);

	if (written && blk_flush_cache(inode->sb->dev))
		return -EIO;
	ei->linked &= ~written | unwritten_blocks(inode);
	return 0;
}

/*
 * Copies the inode to its buffer, and with "wait" to the disk.  Pointers to the
 * blocks of ei->linked are stored as holes, and the inode stays dirty.
 * => 0 or -EIO; sleeps
 */
int ext2_store_inode(struct inode *inode, bool wait)
{
	struct ext2_inode_info *ei = ext2_i(inode);
	u32 size = ext2_sb(inode->sb)->inode_size;
	u32 known = min(size, (u32)sizeof(struct ext2_inode_large));
	struct ext2_inode_large *raw, before;
	struct buffer_head *bh;
	int err = 0;

	if (inode->bad)
		return -EIO;
	raw = raw_inode(inode->sb, inode->ino, &bh);
	if (!raw)
		return -EIO;
	note_large_file(inode);
	memcpy(&before, raw, known);
	if (ei->fresh)
		memset(raw, 0, size);
	if (ei->fresh && inode->sb->fine_times)
		raw->i_extra_isize = EXT2_EXTRA_ISIZE;
	copy_to_raw(&raw->i, inode);
	times_to_raw(raw, inode);
	for (u32 i = 0; ei->linked >> i; i++)
		if (ei->linked >> i & 1)
			raw->i.i_block[i] = 0;
	if (ei->linked)
		mark_inode_dirty(inode);
	if (ei->fresh || memcmp(raw, &before, known))
		mark_buffer_dirty(bh);
	ei->fresh = false;
	if (wait)
		err = sync_dirty_buffer(bh);
	brelse(bh);
	return err;
}

/*
 * super_operations.write_inode: copies to the table's buffer, and with "wait"
 * on to the disk, also if the buffer was filled long ago.  Without "wait" an
 * inode that points to an unwritten block is left for the next round, since it
 * would be written twice.
 * => 0 or -EIO; sleeps
 */
int ext2_write_inode(struct inode *inode, bool wait)
{
	if (ext2_i(inode)->linked) {
		if (!wait && unwritten_blocks(inode)) {
			mark_inode_dirty(inode);
			return 0;
		}
		if (settle_linked_blocks(inode))
			return -EIO;
	}
	return ext2_store_inode(inode, wait);
}

/* Drops a block of extended attributes; the last of its owners frees it. */
static void drop_attributes(struct inode *inode)
{
	struct super_block *sb = inode->sb;
	u32 block = ext2_i(inode)->file_acl;
	struct buffer_head *bh;
	u32 *header;

	if (!block)
		return;
	ext2_i(inode)->file_acl = 0;
	inode->blocks -= sb->blocksize >> 9;
	bh = ext2_block_ok(sb, block) ?
	     bread(sb->dev, block, sb->blocksize) : NULL;
	header = bh ? (u32 *)bh->b_data : NULL;
	if (!header || header[0] != 0xEA020000) {
		ext2_error(sb, "inode %u: block %u holds no extended"
			   " attributes", inode->ino, block);
		brelse(bh);
	} else if (header[1] > 1) {
		header[1]--;
		mark_buffer_dirty(bh);
		brelse(bh);
	} else {
		bforget(bh);
		ext2_free_blocks(sb, block, 1, true);
	}
}

/*
 * super_operations.delete_inode: the inode has no links, users or pages.  Its
 * deletion time is written to the table before its blocks are freed, then the
 * inode is freed. => sleeps
 *
 * The deletion time must exceed every inode number: later kernels and e2fsck
 * take a smaller one for a link of the orphan list.  The clock may be at 1970.
 */
void ext2_delete_inode(struct inode *inode)
{
	if (inode->bad || inode->sb->flags & MS_RDONLY)
		return;
	ext2_i(inode)->dtime = max(clock_seconds(),
				   ext2_sb(inode->sb)->es->s_inodes_count + 1);
	inode->size = 0;
	if (!ext2_i(inode)->fresh)
		ext2_store_inode(inode, false);
	drop_attributes(inode);
	ext2_truncate(inode);
	ext2_free_inode(inode->sb, inode->ino, S_ISDIR(inode->mode),
			ext2_i(inode)->named);
}
