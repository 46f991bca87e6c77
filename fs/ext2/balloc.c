/*
 * fs/ext2/balloc.c - blocks: allocated near a goal, freed in runs.
 *
 * The block bitmap of each group is read through the buffer cache; free blocks
 * are counted in the group's descriptor and in the super block.  A file's next
 * block is allocated directly behind its last, so that a file written in one go
 * is contiguous; if that block is in use, the nearest free space in the group
 * is taken, then in the other groups in turn.  Files that grow at the same time
 * would interleave.  Therefore the blocks behind a file's last are its window
 * until it is closed; other files take blocks there only when they find none
 * elsewhere.  Windows exist in memory only and may be dropped at any time.
 *
 * Invariants: bitmap, descriptor and super block change without a sleep in
 * between; a group's own bitmaps and inode table are never allocated or freed;
 * no block below group.first_free can be allocated by take_block().
 * Locks: none (fs/ext2/ext2.h explains why).
 */
#include "fs/ext2/bitmap.h"
#include "fs/ext2/group.h"
#include "kernel/core/task.h"

/* => the descriptor, in the held block *bh (bh may be NULL), to be marked
 * dirty after a change */
struct ext2_group_desc *ext2_desc(struct super_block *sb, u32 group,
				  struct buffer_head **bh)
{
	struct ext2_sb_info *info = ext2_sb(sb);
	struct buffer_head *block = info->desc[group / info->desc_per_block];

	BUG_ON(group >= info->groups, "group %u of %u", group, info->groups);
	if (bh)
		*bh = block;
	return (struct ext2_group_desc *)block->b_data +
	       group % info->desc_per_block;
}

static u32 group_start(struct super_block *sb, u32 group)
{
	const struct ext2_super_block *es = ext2_sb(sb)->es;

	return es->s_first_data_block + group * es->s_blocks_per_group;
}

/* => the group's blocks; the last group may be shorter than the others. */
static u32 group_blocks(struct super_block *sb, u32 group)
{
	const struct ext2_super_block *es = ext2_sb(sb)->es;

	return min(es->s_blocks_per_group,
		   es->s_blocks_count - group_start(sb, group));
}

/* => true: [block, block + count) overlaps the group's
 * bitmaps or inode table */
static bool hits_metadata(struct super_block *sb, u32 group, u32 block,
			  u32 count)
{
	const struct ext2_group_desc *desc = ext2_desc(sb, group, NULL);
	u32 table_end = desc->bg_inode_table + ext2_sb(sb)->itable_blocks;

	return desc->bg_block_bitmap - block < count ||
	       desc->bg_inode_bitmap - block < count ||
	       (block < table_end && block + count > desc->bg_inode_table);
}

bool ext2_is_metadata(struct super_block *sb, u32 block)
{
	return hits_metadata(sb, ext2_group_of(sb, block), block, 1);
}

/* => true: the bitmap marks the group's own blocks in use; in the first group
 * also the super block and the descriptors. */
static bool bitmap_sane(struct super_block *sb, u32 group, const void *map)
{
	const struct ext2_group_desc *desc = ext2_desc(sb, group, NULL);
	u32 start = group_start(sb, group);
	u32 table = desc->bg_inode_table - start;
	u32 table_end = table + ext2_sb(sb)->itable_blocks;
	u32 head = group ? 0 : ext2_sb(sb)->data_start - start;

	return ext2_next_zero(map, head, 0) == head &&
	       ext2_test_bit(map, desc->bg_block_bitmap - start) &&
	       ext2_test_bit(map, desc->bg_inode_bitmap - start) &&
	       ext2_next_zero(map, table_end, table) == table_end;
}

/* Fails after the first lost write: a bitmap that could not be written would be
 * read back in its old state and allocate blocks that are in use. */
struct buffer_head *ext2_read_bitmap(struct super_block *sb, u32 block)
{
	struct buffer_head *bh;

	if (sb->dev->lost_writes) {
		ext2_error(sb, "metadata could not be written: run e2fsck");
		return NULL;
	}
	bh = bread(sb->dev, block, sb->blocksize);
	if (!bh)
		ext2_error(sb, "cannot read bitmap %u", block);
	return bh;
}

/* => the group's bitmap, for brelse(); NULL: unreadable or corrupt */
static struct buffer_head *read_block_bitmap(struct super_block *sb, u32 group)
{
	struct ext2_group *known = &ext2_sb(sb)->group[group];
	struct buffer_head *bh = ext2_read_bitmap(sb,
			ext2_desc(sb, group, NULL)->bg_block_bitmap);

	if (!bh)
		return NULL;
	if (!known->blocks_seen && !bitmap_sane(sb, group, bh->b_data)) {
		ext2_error(sb, "group %u: block bitmap is corrupt: the group's"
			   " own blocks are free in it", group);
		brelse(bh);
		return NULL;
	}
	known->blocks_seen = true;
	return bh;
}

/* Changes the free counts of descriptor and super block. => no sleep */
static void count_free(struct super_block *sb, u32 group, int change)
{
	struct buffer_head *bh;
	struct ext2_group_desc *desc = ext2_desc(sb, group, &bh);

	desc->bg_free_blocks_count += (u16)change;
	ext2_sb(sb)->es->s_free_blocks_count += (u32)change;
	sb->dirty = true;
	__mark_buffer_dirty(bh);
}

/* => the window of another file that contains the block, or NULL */
static const struct ext2_window *others_window(const struct inode *inode,
					       u32 block)
{
	const struct ext2_window *window = ext2_sb(inode->sb)->window;

	for (int i = 0; i < EXT2_WINDOWS; i++, window++)
		if (block - window->start < window->end - window->start &&
		    window->ino != inode->ino)
			return window;
	return NULL;
}

/* Moves the file's window to the blocks behind this one, up to
 * the next window. */
static void move_window(const struct inode *inode, u32 block)
{
	struct ext2_sb_info *info = ext2_sb(inode->sb);
	struct ext2_window *window = info->window, *ours = NULL;
	u32 start = block + 1, length = EXT2_WINDOW;

	if (!S_ISREG(inode->mode))
		return;
	for (int i = 0; i < EXT2_WINDOWS; i++) {
		if (window[i].ino == inode->ino)
			ours = &window[i];
		else if (window[i].start - start < length)
			length = window[i].start - start;
	}
	if (!ours)
		ours = &window[info->next_window++ % EXT2_WINDOWS];
	*ours = (struct ext2_window){ inode->ino, start, start + length };
}

void ext2_drop_window(struct inode *inode)
{
	struct ext2_window *window = ext2_sb(inode->sb)->window;

	for (int i = 0; i < EXT2_WINDOWS; i++)
		if (window[i].ino == inode->ino)
			window[i] = (struct ext2_window){ 0 };
}

/* => a free bit of the group, outside other files' windows if there is one */
static u32 find_bit(const struct inode *inode, u32 group, const void *map,
		    u32 goal)
{
	u32 start = group_start(inode->sb, group);
	u32 bits = group_blocks(inode->sb, group);
	u32 first = ext2_find_room(map, bits, goal), bit = first;

	for (int i = 0; i < EXT2_WINDOWS && bit < bits; i++) {
		const struct ext2_window *window = others_window(inode,
								 start + bit);

		if (!window)
			return bit;
		bit = ext2_find_room(map, bits, window->end - start);
	}
	return first;
}

/*
 * Allocates one block of the group, from bit "goal" on.
 * => the block, or 0 when the group is full; *err is set if it is corrupt
 */
static u32 take_block(struct inode *inode, u32 group, u32 goal, int *err)
{
	struct super_block *sb = inode->sb;
	struct ext2_group *known = &ext2_sb(sb)->group[group];
	struct buffer_head *bh = read_block_bitmap(sb, group);
	u32 bits = group_blocks(sb, group), bit;
	void *map;

	if (!bh) {
		*err = -EIO;
		return 0;
	}
	map = ext2_taken(known->held_blocks, bh);
	if (goal <= known->first_free)
		goal = known->first_free = ext2_next_zero(map, bits,
							  known->first_free);
	bit = find_bit(inode, group, map, goal);
	if (bit == bits) {
		if (ext2_desc(sb, group, NULL)->bg_free_blocks_count &&
		    !known->held_blocks) {
			ext2_error(sb, "group %u: free blocks are counted, but"
				   " none is in the bitmap", group);
			*err = -EIO;
		}
		brelse(bh);
		return 0;
	}
	BUG_ON(bit < known->first_free, "group %u: bit %u below %u", group, bit,
	       known->first_free);
	ext2_set_bit(bh->b_data, bit);
	if (known->held_blocks)
		ext2_set_bit(known->held_blocks, bit);
	count_free(sb, group, -1);
	__mark_buffer_dirty(bh);
	brelse(bh);
	bit += group_start(sb, group);
	move_window(inode, bit);
	return bit;
}

/* => true: free blocks remain; the last s_r_blocks_count are root's. */
static bool may_take(const struct ext2_super_block *es)
{
	u32 kept = current->euid ? es->s_r_blocks_count : 0;

	return es->s_free_blocks_count > kept;
}

/* Allocates in the group of the goal, then in all others in turn. */
u32 ext2_new_block(struct inode *inode, u32 goal, int *err)
{
	struct super_block *sb = inode->sb;
	struct ext2_sb_info *info = ext2_sb(sb);
	u32 group = ext2_i(inode)->group, bit = 0;

	if (sb->flags & MS_RDONLY) {
		*err = -EROFS;
		return 0;
	}
	if (goal >= info->data_start && goal < info->es->s_blocks_count) {
		group = ext2_group_of(sb, goal);
		bit = goal - group_start(sb, group);
	}
	ext2_release_settled(sb);
	do {
		*err = -ENOSPC;
		for (u32 n = 0; n < info->groups && may_take(info->es); n++) {
			u32 block = 0;

			if (ext2_desc(sb, group, NULL)->bg_free_blocks_count)
				block = take_block(inode, group, bit, err);
			if (block || *err == -EIO)
				return block;
			group = group + 1 == info->groups ? 0 : group + 1;
			bit = 0;
		}
	} while (may_take(info->es) && ext2_settle(sb, err));
	return 0;
}

/* Frees blocks of one group. */
static void give_to_group(struct super_block *sb, u32 group, u32 block,
			  u32 count, bool hold)
{
	struct ext2_group *known = &ext2_sb(sb)->group[group];
	u32 first = block - group_start(sb, group), freed = 0;
	u32 *lowest = &known->first_free;
	struct buffer_head *bh;

	if (hits_metadata(sb, group, block, count)) {
		ext2_error(sb, "blocks %u..%u to be freed belong to group %u"
			   " itself", block, block + count - 1, group);
		return;
	}
	bh = read_block_bitmap(sb, group);
	if (!bh)
		return;
	if (hold)
		ext2_hold(sb, &known->held_blocks, bh->b_data);
	for (u32 bit = first; bit < first + count; bit++) {
		freed += ext2_clear_bit(bh->b_data, bit);
		if (!hold && known->held_blocks)
			ext2_clear_bit(known->held_blocks, bit);
	}
	if (hold && known->held_blocks)
		lowest = &known->first_held;
	*lowest = min(*lowest, first);
	count_free(sb, group, (int)freed);
	__mark_buffer_dirty(bh);
	brelse(bh);
	if (freed != count)
		ext2_error(sb, "of blocks %u..%u freed, %u were free already",
			   block, block + count - 1, count - freed);
}

/* Checks the range against the disk, then splits it at group borders. */
void ext2_free_blocks(struct super_block *sb, u32 block, u32 count, bool hold)
{
	struct ext2_super_block *es = ext2_sb(sb)->es;

	if (!ext2_block_ok(sb, block) || count > es->s_blocks_count - block) {
		ext2_error(sb, "blocks %u + %u to be freed are not on the disk",
			   block, count);
		return;
	}
	while (count) {
		u32 group = ext2_group_of(sb, block);
		u32 end = group_start(sb, group) + group_blocks(sb, group);
		u32 n = min(count, end - block);

		give_to_group(sb, group, block, n,
			      hold && !ext2_reuse_at_once);
		block += n;
		count -= n;
	}
}
