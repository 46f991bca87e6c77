/*
 * fs/ext2/inode.c - inodes between the disk's inode tables and the core.
 *
 * A group's inode table is an array of inodes of 128 or 256 bytes.  Of what is
 * behind the first 128 only the finer times are known here; the rest is kept as
 * it is (zero in a new inode).
 * Reading checks what the rest of the file system relies on and marks the
 * inode bad otherwise; writing copies it into the table's buffer, which goes
 * to the disk later, or at once for fsync.
 *
 * Invariants: block pointers of a bad inode are never looked at; an inode
 * freed has no blocks, its time of deletion is set.
 * Locks: the VFS lets one task read or write an inode at a time (I_LOCK).
 * Called by the VFS through super_operations.
 */
#include "fs/ext2/group.h"
#include "fs/vfs/inode.h"
#include "kernel/core/time.h"

/* => the inode in its table, *bh to be released; NULL: unreadable */
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

/* => an inode that its bitmap calls free has links: the bitmap is corrupt */
bool ext2_inode_in_use(struct super_block *sb, u32 ino)
{
	struct buffer_head *bh;
	struct ext2_inode_large *raw = raw_inode(sb, ino, &bh);
	bool used = !raw || raw->i.i_links_count;

	brelse(bh);
	return used;
}

/* => the inode has room for nanoseconds, and uses it */
static bool has_fine_times(const struct super_block *sb,
			   const struct ext2_inode_large *raw)
{
	return sb->fine_times && raw->i_extra_isize >= EXT2_TIMES_ISIZE;
}

/* The lowest two bits of "extra" go on where 32 bits of seconds end. */
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

/* The rest of what the disk says is only kept: flags, attributes. */
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

/* => NULL, or what is wrong with an inode just read */
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

/* Devices: 8:8 bits in the first word, or 12:20 in the second, where the upper
 * ones of the minor number are on top. => 0, no device, if it has such */
static dev_t raw_rdev(const u32 *block)
{
	if (block[0])
		return block[0] & 0xffff;
	return block[1] >> 20 ? 0 : block[1];
}

/* For an inode just read or just made; rdev counts for device files only. */
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

/* super_operations: fills inode->ino, or sets inode->bad. */
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

/* The first file of 2 GB says so in the super block. */
static void note_large_file(struct inode *inode)
{
	struct ext2_super_block *es = ext2_sb(inode->sb)->es;

	if (!S_ISREG(inode->mode) || inode->size <= 0x7fffffff ||
	    es->s_feature_ro_compat & EXT2_FEATURE_RO_COMPAT_LARGE_FILE)
		return;
	es->s_feature_ro_compat |= EXT2_FEATURE_RO_COMPAT_LARGE_FILE;
	inode->sb->dirty = true;
}

/*
 * A new block of pointers or names is on the disk before what points to it.
 * => bit n: i_block[n] is such a block and not there yet; if there is one, the
 * inode stays dirty
 */
static u32 unwritten_blocks(struct inode *inode)
{
	struct ext2_inode_info *ei = ext2_i(inode);
	u32 found = 0;

	for (u32 i = S_ISDIR(inode->mode) ? 0 : EXT2_IND_BLOCK;
	     i < EXT2_N_BLOCKS; i++)
		if (ei->block[i] && inode_block_unwritten(inode, ei->block[i]))
			found |= 1u << i;
	ei->linked = found;
	if (found)
		mark_inode_dirty(inode);
	return found;
}

/* ext2_write_inode(), now: what points to unwritten blocks is a hole. */
int ext2_store_inode(struct inode *inode, bool wait)
{
	struct ext2_inode_info *ei = ext2_i(inode);
	u32 size = ext2_sb(inode->sb)->inode_size;
	u32 known = min(size, (u32)sizeof(struct ext2_inode_large));
	struct ext2_inode_large *raw, before;
	struct buffer_head *bh;
	u32 hidden;
	int err = 0;

	if (inode->bad)
		return -EIO;
	if (wait && ei->linked && blk_flush_cache(inode->sb->dev))
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
	hidden = ei->linked ? unwritten_blocks(inode) : 0;
	for (u32 i = 0; hidden >> i; i++)
		if (hidden >> i & 1)
			raw->i.i_block[i] = 0;
	if (ei->fresh || memcmp(raw, &before, known))
		mark_buffer_dirty(bh);
	ei->fresh = false;
	if (wait)
		err = sync_dirty_buffer(bh);
	brelse(bh);
	return err;
}

/*
 * super_operations: into the table's buffer, and with "wait" on to the disk,
 * even if it came into the buffer long ago.  Without, an inode that points to
 * an unwritten block is left for the next round: it would be written twice.
 * => 0 or -EIO; sleeps
 */
int ext2_write_inode(struct inode *inode, bool wait)
{
	if (!wait && ext2_i(inode)->linked && unwritten_blocks(inode))
		return 0;
	return ext2_store_inode(inode, wait);
}

/* A block of extended attributes may be shared; the last owner frees it. */
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
 * super_operations: the last name and the last user are gone, and its pages.
 * In its table it is dead before its blocks go, then the inode.  => sleeps
 *
 * A time of deletion that is not above every inode's number is taken for a
 * link of the list of orphans by later kernels and by e2fsck; the date may
 * have been set to 1970.
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
