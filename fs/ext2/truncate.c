/*
 * fs/ext2/truncate.c - frees the blocks behind the end of a file.
 *
 * Each pointer in the inode is the root of a tree of depth 0 (data) to 3.  A
 * tree is cut to its first "keep" data blocks: the pointers to data behind them
 * are cleared and the blocks freed; an indirect block that becomes empty is
 * forgotten and freed too.  Blocks are freed in runs, since most files are
 * contiguous.
 *
 * Invariants: a pointer is cleared, and its buffer dirty, before its block is
 * freed; no buffer of a freed block can be written afterwards: the pages behind
 * the end, and with them I/O in flight, are gone before this starts
 * (truncate_inode_pages); indirect blocks are dropped by bforget.
 * Locks: i_sem, or no other user of the inode.
 */
#include "fs/ext2/group.h"
#include "fs/vfs/inode.h"

/* Adjacent blocks that will be freed together. */
struct free_run {
	struct inode *inode;
	u32 start, count;
};

/* Frees the run; first copies an inode that the disk may have to its buffer. */
static void run_flush(struct free_run *run)
{
	bool hold = !ext2_i(run->inode)->fresh;

	if (run->count && hold && !ext2_i(run->inode)->dtime)
		ext2_store_inode(run->inode, false);
	if (run->count)
		ext2_free_blocks(run->inode->sb, run->start, run->count, hold);
	run->count = 0;
}

static void run_add(struct free_run *run, u32 block)
{
	if (run->count && block + 1 == run->start) {
		run->start = block;
	} else if (!run->count || block != run->start + run->count) {
		run_flush(run);
		run->start = block;
	}
	run->count++;
	run->inode->blocks -= run->inode->sb->blocksize >> 9;
}

static void cut_tree(struct free_run *run, u32 *slot,
		     struct buffer_head *holder, int depth, u64 keep);

static void cut_indirect(struct free_run *run, struct buffer_head *bh,
			 int depth, u64 keep)
{
	u32 bits = ext2_sb(run->inode->sb)->addr_bits;
	u32 span_bits = bits * ((u32)depth - 1);
	u32 first = (u32)(keep >> span_bits);
	struct buffer_head *holder = keep ? bh : NULL;
	u32 *slots = (u32 *)bh->b_data;

	keep -= (u64)first << span_bits;
	for (u32 i = first; i < 1u << bits; i++) {
		if (slots[i])
			cut_tree(run, &slots[i], holder, depth - 1, keep);
		keep = 0;
	}
}

/* Frees all but the first "keep" data blocks. holder: holds the slot.  Stops at
 * the first error: pointers of a corrupt disk can form a billion paths over
 * three blocks, freed again and again. */
static void cut_tree(struct free_run *run, u32 *slot,
		     struct buffer_head *holder, int depth, u64 keep)
{
	struct inode *inode = run->inode;
	struct super_block *sb = inode->sb;
	struct buffer_head *bh = NULL;
	u32 block = *slot;

	if (sb->flags & MS_RDONLY)
		return;
	if (!ext2_block_ok(sb, block)) {
		ext2_error(sb, "inode %u: pointer %u to be freed is not a data"
			   " block of this disk", inode->ino, block);
		return;
	}
	if (depth) {
		bh = bread(sb->dev, block, sb->blocksize);
		if (!bh) {
			ext2_error(sb, "inode %u: cannot read indirect block"
				   " %u: its blocks are lost", inode->ino,
				   block);
			return;
		}
	}
	if (!keep)
		*slot = 0;
	if (!keep && holder)
		mark_buffer_dirty_inode(holder, inode);
	if (bh)
		cut_indirect(run, bh, depth, keep);
	if (keep)
		return brelse(bh);
	bforget(bh);
	run_add(run, block);
}

/* Cuts the twelve direct pointers, then the three trees. */
static void cut_inode(struct inode *inode, u64 keep)
{
	struct free_run run = { .inode = inode };
	u32 bits = ext2_sb(inode->sb)->addr_bits;
	u32 *slots = ext2_i(inode)->block;
	u64 base = EXT2_NDIR_BLOCKS;

	for (u32 i = 0; i < EXT2_NDIR_BLOCKS; i++)
		if (slots[i] && i >= keep)
			cut_tree(&run, &slots[i], NULL, 0, 0);
	for (int depth = 1; depth <= 3; depth++) {
		u32 *slot = &slots[EXT2_NDIR_BLOCKS + depth - 1];
		u64 span = 1ull << (bits * (u32)depth);

		if (*slot && keep < base + span)
			cut_tree(&run, slot, NULL, depth,
				 keep > base ? keep - base : 0);
		base += span;
	}
	run_flush(&run);
}

/* Also called for a file that did not shrink, after a failed write. */
void ext2_truncate(struct inode *inode)
{
	struct ext2_inode_info *ei = ext2_i(inode);
	u32 bits = inode->sb->blocksize_bits;
	u64 keep = ((u64)inode->size + inode->sb->blocksize - 1) >> bits;

	if (!S_ISREG(inode->mode) && !S_ISDIR(inode->mode) &&
	    (!S_ISLNK(inode->mode) || ext2_is_fast_symlink(inode)))
		return;
	block_truncate_page(&inode->data, inode->size, ext2_get_block);
	ei->next_goal = 0;
	ext2_drop_window(inode);
	cut_inode(inode, keep);
	inode->mtime = inode->ctime = current_time(inode);
	mark_inode_dirty(inode);
}
