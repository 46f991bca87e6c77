/*
 * fs/ext2/map.c - maps a block of a file to a block of the disk.
 *
 * An inode holds 12 pointers to data blocks and one each to a single, double
 * and triple indirect block.  A walk from the inode to the data is a chain of
 * links: a slot (in the inode or an indirect block) and the number read from
 * it.  A zero number is a hole.  To fill it a branch is made, that is, the
 * missing indirect blocks and the data block; it is complete before its first
 * number is stored in the slot where the chain ended.
 *
 * Invariants: a number read from the disk is checked before use; a branch is
 * zeroed, filled and dirty before it is linked; no cached alias of a new block
 * can be written over it.
 * Locks: none.  Reading or allocating a block may sleep, and meanwhile truncate
 * or another get_block (writepage does not hold i_sem) may change the chain.
 * After a sleep the chain is therefore compared, and walked again if it
 * differs.
 */
#include "fs/ext2/group.h"
#include "fs/vfs/inode.h"

struct chain {
	int depth;			/* levels to the data */
	int links;			/* walked: the last may be a hole */
	u32 index[4];			/* slot at each level */
	u32 *slot[4];
	u32 number[4];			/* as read from the slot */
	struct buffer_head *bh[4];	/* of the slot; [0]: in inode */
};

/* => levels from the inode to block iblock; 0: beyond the largest file */
static int block_path(const struct super_block *sb, u32 iblock, u32 index[4])
{
	u32 bits = ext2_sb(sb)->addr_bits, mask = (1u << bits) - 1;
	u32 n = iblock;
	int depth;

	if (n < EXT2_NDIR_BLOCKS) {
		index[0] = iblock;
		return 1;
	}
	n -= EXT2_NDIR_BLOCKS;
	for (depth = 1; n >> (bits * depth); depth++) {
		if (depth == 3)
			return 0;
		n -= 1u << (bits * depth);
	}
	index[0] = EXT2_IND_BLOCK + (u32)depth - 1;
	for (int level = 1; level <= depth; level++)
		index[level] = n >> (bits * (depth - level)) & mask;
	return depth + 1;
}

/* Call after every sleep: => true: the numbers read are unchanged */
static bool chain_unchanged(const struct chain *chain)
{
	for (int i = 0; i < chain->links; i++)
		if (*chain->slot[i] != chain->number[i])
			return false;
	return true;
}

static void chain_release(struct chain *chain)
{
	for (int i = 1; i < chain->links; i++)
		brelse(chain->bh[i]);
	chain->links = 0;
}

static int bad_pointer(struct inode *inode, u32 iblock, u32 number)
{
	ext2_error(inode->sb, "inode %u: block %u of it points to %u, which is"
		   " not a data block of this disk", inode->ino, iblock,
		   number);
	return -EIO;
}

/*
 * Follows the pointers as far as they are set.
 * => 0, -EIO, or -EAGAIN: it changed meanwhile; release the chain in each case
 */
static int chain_walk(struct inode *inode, u32 iblock, struct chain *chain)
{
	struct super_block *sb = inode->sb;
	u32 *slot = ext2_i(inode)->block + chain->index[0];

	for (int i = 0;; i++) {
		struct buffer_head *bh;
		u32 number = *slot;

		chain->slot[i] = slot;
		chain->number[i] = number;
		chain->links = i + 1;
		if (!number)
			return 0;
		if (!ext2_block_ok(sb, number))
			return bad_pointer(inode, iblock, number);
		if (i + 1 == chain->depth)
			return 0;
		bh = bread(sb->dev, number, sb->blocksize);
		if (!bh)
			return -EIO;
		if (!chain_unchanged(chain)) {
			brelse(bh);
			return -EAGAIN;
		}
		chain->bh[i + 1] = bh;
		slot = (u32 *)bh->b_data + chain->index[i + 1];
	}
}

/* => the block behind the file's last block; else behind its nearest block to
 * the left, the indirect block, or the start of the inode's group. */
static u32 find_goal(struct inode *inode, u32 iblock,
		     const struct chain *chain)
{
	struct ext2_inode_info *ei = ext2_i(inode);
	const struct ext2_super_block *es = ext2_sb(inode->sb)->es;
	struct buffer_head *bh = chain->links > 1 ?
				 chain->bh[chain->links - 1] : NULL;
	u32 *first = bh ? (u32 *)bh->b_data : ei->block;

	if (ei->next_goal && ei->next_block == iblock)
		return ei->next_goal;
	for (u32 *slot = chain->slot[chain->links - 1]; slot-- > first;)
		if (*slot)
			return *slot + 1;
	if (bh)
		return bh->b_blocknr + 1;
	return es->s_first_data_block + ei->group * es->s_blocks_per_group;
}

/* The missing end of a chain: indirect blocks, then the data block. */
struct branch {
	int blocks;			/* allocated so far */
	u32 number[4];
	struct buffer_head *bh[4];	/* of indirect blocks, else NULL */
};

/* Frees the branch; buffers of indirect blocks are forgotten first. */
static void branch_undo(struct inode *inode, struct branch *branch)
{
	for (int i = 0; i < branch->blocks; i++)
		if (branch->bh[i])
			bforget(branch->bh[i]);
	for (int i = 0; i < branch->blocks; i++)
		ext2_free_blocks(inode->sb, branch->number[i], 1, false);
}

/* Makes an empty indirect block; waits for I/O on its buffer. */
static struct buffer_head *new_indirect(struct super_block *sb, u32 number)
{
	struct buffer_head *bh = getblk(sb->dev, number, sb->blocksize);

	lock_buffer(bh);
	memset(bh->b_data, 0, sb->blocksize);
	mark_buffer_uptodate(bh, true);
	buffer_clear(bh, BH_Req);
	unlock_buffer(bh);
	return bh;
}

/* Allocates and fills the missing blocks. => 0; -E: nothing is allocated */
static int branch_make(struct inode *inode, u32 goal,
		       const struct chain *chain, struct branch *branch)
{
	int wanted = chain->depth - chain->links + 1, err;

	branch->blocks = 0;
	for (int i = 0; i < wanted; i++) {
		u32 number = ext2_new_block(inode, goal, &err);

		if (!number) {
			branch_undo(inode, branch);
			return err;
		}
		branch->number[i] = number;
		branch->bh[i] = i + 1 < wanted ?
				new_indirect(inode->sb, number) : NULL;
		branch->blocks++;
		if (i)
			((u32 *)branch->bh[i - 1]->b_data)
				[chain->index[chain->links - 1 + i]] = number;
		goal = number + 1;
	}
	return 0;
}

/* Links the branch into the hole, unless another task filled it meanwhile. */
static int branch_link(struct inode *inode, u32 iblock, struct chain *chain,
		       struct branch *branch)
{
	struct ext2_inode_info *ei = ext2_i(inode);
	int last = chain->links - 1;

	for (int i = 0; i + 1 < branch->blocks; i++)
		mark_buffer_dirty_inode(branch->bh[i], inode);
	if (!chain_unchanged(chain)) {
		branch_undo(inode, branch);
		return -EAGAIN;
	}
	*chain->slot[last] = branch->number[0];
	if (!last && (branch->blocks > 1 || S_ISDIR(inode->mode)))
		ei->linked |= 1u << chain->index[0];
	inode->blocks += (u32)branch->blocks * (inode->sb->blocksize >> 9);
	ei->next_block = iblock + 1;
	ei->next_goal = branch->number[branch->blocks - 1] + 1;
	for (int i = 0; i + 1 < branch->blocks; i++)
		brelse(branch->bh[i]);
	mark_inode_dirty(inode);
	if (last > 0)
		mark_buffer_dirty_inode(chain->bh[last], inode);
	return 0;
}

static void map_buffer(struct inode *inode, struct buffer_head *bh,
		       u32 number, bool fresh)
{
	map_bh(bh, inode->sb->dev, number);
	if (!fresh)
		return;
	buffer_set(bh, BH_New);
	unmap_underlying_metadata(bh);
}

/* One attempt to map. => 0, -E, or -EAGAIN: the chain changed, try again */
static int map_once(struct inode *inode, u32 iblock, struct buffer_head *bh,
		    bool create, struct chain *chain)
{
	struct branch branch;
	int err = chain_walk(inode, iblock, chain);
	u32 number;

	if (err)
		return err;
	number = chain->number[chain->links - 1];
	if (number) {
		ext2_i(inode)->next_block = iblock + 1;
		ext2_i(inode)->next_goal = number + 1;
		map_buffer(inode, bh, number, false);
		return 0;
	}
	if (!create)
		return 0;
	err = branch_make(inode, find_goal(inode, iblock, chain), chain,
			  &branch);
	if (!err)
		err = branch_link(inode, iblock, chain, &branch);
	if (!err)
		map_buffer(inode, bh, branch.number[branch.blocks - 1], true);
	return err;
}

/*
 * get_block of a_ops: maps block iblock of the file in bh.
 * => 0: bh is mapped, or create was false and there is a hole; new blocks are
 * marked BH_New and are not zeroed; -EFBIG, -EIO, -ENOSPC, -EROFS; sleeps
 */
int ext2_get_block(struct inode *inode, u32 iblock, struct buffer_head *bh,
		   bool create)
{
	struct chain chain;
	int err;

	chain.depth = block_path(inode->sb, iblock, chain.index);
	if (!chain.depth)
		return create ? -EFBIG : 0;
	do {
		chain.links = 0;
		err = map_once(inode, iblock, bh, create, &chain);
		chain_release(&chain);
	} while (err == -EAGAIN);
	return err;
}
