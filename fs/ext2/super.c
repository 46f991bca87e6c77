/*
 * fs/ext2/super.c - mount, unmount, and the super block in between.
 *
 * The super block and all group descriptors stay in the buffer cache while the
 * file system is mounted, and are changed in place.  The VFS has the free
 * counts written (sync, kupdate).  A file system mounted for writing is marked
 * "not clean" on disk at once, and clean again when it is unmounted or becomes
 * read-only, unless errors were found.
 *
 * A corrupt disk is refused, or mounted read-only if only writing is unsafe; in
 * both cases one line on the console gives the reason.
 *
 * Locks: none; changing a counter does not sleep.
 */
#include "fs/ext2/group.h"
#include "fs/vfs/dentry.h"
#include "fs/vfs/inode.h"
#include "fs/vfs/super.h"
#include "kernel/core/time.h"
#include "mm/heap/slab.h"

void ext2_error(struct super_block *sb, const char *fmt, ...)
{
	struct ext2_sb_info *info = ext2_sb(sb);
	char text[160];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	printk("ext2: %s: %s\n", sb->dev->name, text);
	if (sb->flags & MS_RDONLY)
		return;
	sb->flags |= MS_RDONLY;
	info->es->s_state |= EXT2_ERROR_FS;
	info->es->s_state &= (u16)~EXT2_VALID_FS;
	__mark_buffer_dirty(info->sbh);
	printk("ext2: %s: read-only from now on\n", sb->dev->name);
}

/* Writes the super block to the disk. => 0 or -EIO; sleeps */
static int write_now(struct super_block *sb)
{
	struct ext2_sb_info *info = ext2_sb(sb);

	info->es->s_wtime = clock_seconds();
	sb->dirty = false;
	mark_buffer_dirty(info->sbh);
	return sync_dirty_buffer(info->sbh);
}

/* super_operations.write_super: marks the buffer dirty; the
 * flusher writes it. */
static void ext2_write_super(struct super_block *sb)
{
	struct ext2_sb_info *info = ext2_sb(sb);

	sb->dirty = false;
	if (sb->flags & MS_RDONLY)
		return;
	info->es->s_wtime = clock_seconds();
	mark_buffer_dirty(info->sbh);
}

/* Marks the disk "not clean" before the first change. */
static int mark_in_use(struct super_block *sb)
{
	struct ext2_super_block *es = ext2_sb(sb)->es;

	ext2_sb(sb)->mount_state = es->s_state;
	es->s_state &= (u16)~EXT2_VALID_FS;
	es->s_mnt_count++;
	es->s_mtime = clock_seconds();
	return write_now(sb);
}

/* Writes everything to the disk, then marks it clean or records the failure. */
static int mark_clean(struct super_block *sb)
{
	struct ext2_super_block *es = ext2_sb(sb)->es;
	int err = sync_dev(sb->dev);

	if (sb->dev->lost_writes)
		es->s_state |= EXT2_ERROR_FS;
	if (!(es->s_state & EXT2_ERROR_FS))
		es->s_state = ext2_sb(sb)->mount_state;
	return write_now(sb) ? -EIO : err;
}

/* => NULL, or the reason why it must not be written to */
static const char *why_read_only(struct super_block *sb)
{
	const struct ext2_super_block *es = ext2_sb(sb)->es;

	if (sb->dev->read_only)
		return "the device is";
	if (es->s_state & EXT2_ERROR_FS)
		return "it has errors: run e2fsck";
	return ext2_check_write(es);
}

/* => 0, or -EROFS after printing the reason, or -EIO */
static int go_writable(struct super_block *sb)
{
	const char *why = why_read_only(sb);

	if (why) {
		printk("ext2: %s: read-only, because %s\n", sb->dev->name, why);
		return -EROFS;
	}
	if (!(ext2_sb(sb)->es->s_state & EXT2_VALID_FS))
		printk("ext2: %s: was not unmounted cleanly; e2fsck is"
		       " advised\n", sb->dev->name);
	return mark_in_use(sb);
}

/*
 * Deletes files that are open but have no link: they would not be freed later.
 * Their open files become empty.
 */
static void drop_nameless(struct super_block *sb)
{
	struct list_head *node = sb->inodes.next;

	while (node != &sb->inodes) {
		struct inode *inode = list_entry(node, struct inode, sb_node);

		node = node->next;
		if (inode->nlink || inode->bad || inode->state & I_FREEING)
			continue;
		igrab(inode);
		truncate_inode_pages(&inode->data, 0);
		ext2_delete_inode(inode);
		inode->bad = true;
		iput(inode);
		node = sb->inodes.next;
	}
}

/* super_operations.remount: to or from read-only. => 0, -EROFS, -EIO */
static int ext2_remount(struct super_block *sb, u32 flags)
{
	u32 old = sb->flags & MS_RDONLY;
	int err = 0;

	if ((flags & MS_RDONLY) == old)
		return 0;
	if (old) {
		err = go_writable(sb);
	} else {
		drop_nameless(sb);
		err = mark_clean(sb);
	}
	if (!err)
		sb->flags ^= MS_RDONLY;
	return err;
}

/* Also called for a partly set up mount that failed. */
static void free_info(struct super_block *sb)
{
	struct ext2_sb_info *info = ext2_sb(sb);
	u32 n = div_round_up(info->groups, max(info->desc_per_block, 1u));

	for (u32 i = 0; info->desc && i < n; i++)
		brelse(info->desc[i]);
	brelse(info->sbh);
	ext2_release_held(sb);
	kfree(info->desc);
	kfree(info->group);
	kfree(info);
	sb->private = NULL;
}

/* super_operations.put_super: no users, all inodes are written back. */
static void ext2_put_super(struct super_block *sb)
{
	if (!(sb->flags & MS_RDONLY))
		mark_clean(sb);
	free_info(sb);
}

/* super_operations.statfs: in blocks and inodes; "avail" excludes
 * root's reserve. */
static int ext2_statfs(struct super_block *sb, struct kstatfs *st)
{
	const struct ext2_super_block *es = ext2_sb(sb)->es;
	u32 kept = min(es->s_r_blocks_count, es->s_free_blocks_count);

	*st = (struct kstatfs){
		.type = EXT2_SUPER_MAGIC,
		.bsize = sb->blocksize,
		.blocks = es->s_blocks_count,
		.bfree = es->s_free_blocks_count,
		.bavail = es->s_free_blocks_count - kept,
		.files = es->s_inodes_count,
		.ffree = es->s_free_inodes_count,
		.namelen = EXT2_NAME_LEN,
	};
	return 0;
}

static const struct super_operations ext2_super_ops = {
	.read_inode = ext2_read_inode,
	.write_inode = ext2_write_inode,
	.delete_inode = ext2_delete_inode,
	.write_super = ext2_write_super,
	.put_super = ext2_put_super,
	.statfs = ext2_statfs,
	.remount = ext2_remount,
};

/* Reads the super block: first as a block of 1 KB, then with its block size. */
static const char *read_sb(struct super_block *sb)
{
	struct ext2_sb_info *info = ext2_sb(sb);
	u64 bytes = (u64)sb->dev->sectors * SECTOR_SIZE;
	u32 size = 1024, offset = 0;
	const char *fault;

	for (;;) {
		set_blocksize(sb->dev, size);
		info->sbh = bread(sb->dev, offset ? 0 : 1024 / size, size);
		if (!info->sbh)
			return "its super block cannot be read";
		info->es = (void *)(info->sbh->b_data + offset);
		fault = ext2_check_super(info->es, bytes);
		if (fault || size == 1024u << info->es->s_log_block_size)
			return fault;
		size = 1024u << info->es->s_log_block_size;
		offset = EXT2_SUPER_OFFSET;
		brelse(info->sbh);
	}
}

/* Computes the values that follow from the super block. */
static void set_geometry(struct super_block *sb)
{
	struct ext2_sb_info *info = ext2_sb(sb);
	const struct ext2_super_block *es = info->es;
	bool old = es->s_rev_level == 0;
	u64 blocks;

	sb->blocksize_bits = es->s_log_block_size + 10;
	sb->blocksize = 1u << sb->blocksize_bits;
	info->inode_size = old ? EXT2_GOOD_OLD_INODE_SIZE : es->s_inode_size;
	sb->fine_times = info->inode_size > EXT2_GOOD_OLD_INODE_SIZE;
	if (sb->fine_times)
		sb->time_max = 0x37fffffffll;
	info->first_ino = old ? EXT2_GOOD_OLD_FIRST_INO : es->s_first_ino;
	info->filetype = !old && es->s_feature_incompat &
			 EXT2_FEATURE_INCOMPAT_FILETYPE;
	info->inodes_per_block = sb->blocksize / info->inode_size;
	info->itable_blocks = div_round_up(es->s_inodes_per_group,
					   info->inodes_per_block);
	info->desc_per_block = sb->blocksize / sizeof(struct ext2_group_desc);
	info->groups = div_round_up(es->s_blocks_count - es->s_first_data_block,
				    es->s_blocks_per_group);
	info->data_start = es->s_first_data_block + 1 +
			   div_round_up(info->groups, info->desc_per_block);
	info->addr_bits = sb->blocksize_bits - 2;
	info->next_generation = clock_seconds();

	/* The limit is the tree of pointers, or i_blocks (32 bits of 512
	 * bytes), or, without the large_file feature, 31 bits of size. */
	blocks = EXT2_NDIR_BLOCKS + (1ull << info->addr_bits) +
		 (1ull << 2 * info->addr_bits) + (1ull << 3 * info->addr_bits);
	sb->max_bytes = min(blocks << sb->blocksize_bits, (1ull << 41) -
			    (1ull << 32));
	if (old)
		sb->max_bytes = 0x7fffffff;
}

/* Reads and holds the group descriptors, which follow the super block. */
static const char *read_groups(struct super_block *sb)
{
	struct ext2_sb_info *info = ext2_sb(sb);
	u32 blocks = div_round_up(info->groups, info->desc_per_block);
	u32 start = info->es->s_first_data_block + 1;

	info->desc = kzalloc(blocks * sizeof(info->desc[0]), GFP_KERNEL);
	info->group = kzalloc(info->groups * sizeof(info->group[0]),
			      GFP_KERNEL);
	if (!info->desc || !info->group)
		return "there is no memory for its group descriptors";
	for (u32 i = 0; i < blocks; i++) {
		info->desc[i] = bread(sb->dev, start + i, sb->blocksize);
		if (!info->desc[i])
			return "its group descriptors cannot be read";
	}
	return NULL;
}

/* Recomputes the free counts from the groups: after a crash the super block may
 * be older.  Sets the end of each group's own blocks. */
static void note_groups(struct super_block *sb)
{
	struct ext2_sb_info *info = ext2_sb(sb);
	struct ext2_super_block *es = info->es;

	es->s_free_blocks_count = 0;
	es->s_free_inodes_count = 0;
	for (u32 group = 0; group < info->groups; group++) {
		const struct ext2_group_desc *desc = ext2_desc(sb, group, NULL);

		es->s_free_blocks_count += desc->bg_free_blocks_count;
		es->s_free_inodes_count += desc->bg_free_inodes_count;
		info->group[group].own_end = max(
			max(desc->bg_block_bitmap, desc->bg_inode_bitmap) + 1,
			desc->bg_inode_table + info->itable_blocks);
		info->group[group].first_held = ~0u;
	}
}

/* => NULL, or the reason why this disk cannot be mounted */
static const char *ext2_load(struct super_block *sb)
{
	const char *fault = read_sb(sb);
	u32 group;

	if (fault)
		return fault;
	set_geometry(sb);
	fault = read_groups(sb);
	if (fault)
		return fault;
	fault = ext2_check_groups(sb, &group);
	if (fault)
		printk("ext2: %s: descriptor of group %u is wrong\n",
		       sb->dev->name, group);
	else
		note_groups(sb);
	return fault;
}

/* => 0, or -E when there is no usable root directory */
static int root_inode(struct super_block *sb)
{
	struct inode *root = iget(sb, EXT2_ROOT_INO);
	struct dentry *dentry;

	if (IS_ERR(root))
		return (int)PTR_ERR(root);
	if (!S_ISDIR(root->mode)) {
		iput(root);
		return -ENOTDIR;
	}
	dentry = d_alloc_root(root);
	if (IS_ERR(dentry))
		return (int)PTR_ERR(dentry);
	sb->root = dentry;
	return 0;
}

/* fs_type: => 0 with sb->root set, or -E after printing the reason */
static int ext2_read_super(struct super_block *sb, const char *data __unused,
		    bool silent)
{
	const char *fault;
	int err;

	sb->private = kzalloc(sizeof(struct ext2_sb_info), GFP_KERNEL);
	if (!sb->private)
		return -ENOMEM;
	fault = ext2_load(sb);
	if (fault) {
		if (!silent)
			printk("ext2: %s: not mounted, because %s\n",
			       sb->dev->name, fault);
		free_info(sb);
		return -EINVAL;
	}
	sb->ops = &ext2_super_ops;
	if (ext2_sb(sb)->es->s_feature_compat & EXT2_FEATURE_COMPAT_HAS_JOURNAL)
		printk("ext2: %s: it is an ext3: mounted as ext2, without its "
		       "journal\n", sb->dev->name);
	if (!(sb->flags & MS_RDONLY) && go_writable(sb))
		sb->flags |= MS_RDONLY;
	err = root_inode(sb);
	if (err) {
		printk("ext2: %s: not mounted, because its root directory is"
		       " unusable\n", sb->dev->name);
		ext2_put_super(sb);
	}
	return err;
}

static struct fs_type ext2_type = {
	.name = "ext2",
	.needs_dev = true,
	.read_super = ext2_read_super,
};

void ext2_init(void)
{
	register_filesystem(&ext2_type);
}
