/*
 * fs/vfs/inode.c - the inode cache: lookup by number, references, eviction.
 *
 * An inode is hashed from iget() until it is evicted.  An unused inode stays
 * hashed, on the unused list, until memory is reclaimed.  An unused inode
 * without a link is deleted at once.
 *
 * Invariants: count 0 and hashed means on the unused list.
 * Locks: inode_lock for hash, lists and state; never held over a sleep.
 */
#include "fs/vfs/page_file.h"
#include "fs/buffer/buffer.h"
#include "fs/vfs/vfs_impl.h"
#include "kernel/core/time.h"
#include "mm/space/mm.h"
#include "mm/reclaim/shrinker.h"
#include "mm/reclaim/touch.h"
#include "mm/heap/slab.h"

#define INODE_BUCKETS	1024

SPINLOCK(inode_lock, RANK_INODE_HASH);
static struct kmem_cache *inode_cache;
static struct list_head inode_hash[INODE_BUCKETS];
static LIST_HEAD(inode_unused);
static WAIT_QUEUE(inode_gone);	/* an I_FREEING inode left the hash */
unsigned long nr_inodes, nr_inodes_unused;

/* Operations of an inode until the file system sets others. */
static const struct file_operations no_fops;
static const struct inode_operations no_ops;

static struct list_head *inode_bucket(const struct super_block *sb, u32 ino)
{
	return &inode_hash[(ino + ((unsigned long)sb >> 6)) % INODE_BUCKETS];
}

/* => the newest inode of that number: an older one may still be I_FREEING. */
static struct inode *inode_find(const struct super_block *sb, u32 ino)
{
	struct inode *inode;

	list_for_each_entry(inode, inode_bucket(sb, ino), hash_node)
		if (inode->ino == ino && inode->sb == sb)
			return inode;
	return NULL;
}

/* Takes a reference. => does not sleep */
struct inode *igrab(struct inode *inode)
{
	spin_lock(&inode_lock);
	if (inode->count++ == 0) {
		BUG_ON(list_empty(&inode->lru_node), "inode %u is on no list",
		       inode->ino);
		list_del(&inode->lru_node);
		nr_inodes_unused--;
	}
	spin_unlock(&inode_lock);
	return inode;
}

/* Allocates an inode on its super block's list, not hashed. => count 1;
 * NULL: no memory */
static struct inode *inode_alloc(struct super_block *sb)
{
	struct inode *inode = kmem_cache_alloc(inode_cache, GFP_KERNEL);

	if (!inode)
		return NULL;
	memset(inode, 0, sizeof(*inode));
	inode->sb = sb;
	inode->count = 1;
	inode->nlink = 1;
	inode->ops = &no_ops;
	inode->fops = &no_fops;
	list_init(&inode->hash_node);
	list_init(&inode->dirty_node);
	list_init(&inode->lru_node);
	list_init(&inode->dirty_buffers);
	mutex_init(&inode->i_sem, "i_sem", RANK_INODE);
	wait_queue_init(&inode->wait);
	address_space_init(&inode->data, NULL, inode);
	inode->mapping = &inode->data;
	spin_lock(&inode_lock);
	list_add(&inode->sb_node, &sb->inodes);
	nr_inodes++;
	spin_unlock(&inode_lock);
	return inode;
}

/* Hashes the inode, so that iget() finds it. => inode->ino is
 * set; does not sleep */
void insert_inode_hash(struct inode *inode)
{
	spin_lock(&inode_lock);
	list_add(&inode->hash_node, inode_bucket(inode->sb, inode->ino));
	spin_unlock(&inode_lock);
}

/*
 * Allocates an inode for a new file.
 * => count 1, nlink 1, not hashed; or -ENOMEM; sleeps for memory
 */
struct inode *new_inode(struct super_block *sb)
{
	struct inode *inode = inode_alloc(sb);

	if (!inode)
		return ERR_PTR(-ENOMEM);
	inode->atime = inode->mtime = inode->ctime = current_time(inode);
	return inode;
}

/* Unlinks the inode from all lists and frees it. => no pages, no buffers */
static void inode_free(struct inode *inode)
{
	BUG_ON(inode->data.nrpages || !list_empty(&inode->dirty_buffers),
	       "inode %u has %lu pages", inode->ino, inode->data.nrpages);
	BUG_ON(inode->count || inode->writers, "inode %u count %d, %u writers",
	       inode->ino, inode->count, inode->writers);
	spin_lock(&inode_lock);
	list_del(&inode->hash_node);
	list_del(&inode->sb_node);
	nr_inodes--;
	spin_unlock(&inode_lock);
	wake_up(&inode_gone);
	kmem_cache_free(inode_cache, inode);
}

/* Marks an unreferenced inode I_FREEING; drops its dirty state and pages. */
static void inode_begin_free(struct inode *inode)
{
	spin_lock(&inode_lock);
	inode->state = (inode->state & ~I_DIRTY) | I_FREEING;
	list_del(&inode->dirty_node);
	if (!list_empty(&inode->lru_node)) {
		list_del(&inode->lru_node);
		nr_inodes_unused--;
	}
	spin_unlock(&inode_lock);
	truncate_inode_pages(&inode->data, 0);
	invalidate_inode_buffers(inode);
}

/* Evicts the inode from the cache. => sleeps */
static void inode_evict(struct inode *inode)
{
	inode_begin_free(inode);
	if (inode->sb->ops->clear_inode)
		inode->sb->ops->clear_inode(inode);
	inode_free(inode);
}

/* Deletes from the disk an inode without links and references. => sleeps */
static void inode_delete(struct inode *inode)
{
	inode_begin_free(inode);
	if (inode->sb->ops->delete_inode)
		inode->sb->ops->delete_inode(inode);
	inode_evict(inode);
}

/*
 * Drops a reference.  The last one keeps the inode as unused or, if it has no
 * link, deletes it.
 * => sleeps; not under a spinlock
 */
void iput(struct inode *inode)
{
	if (!inode)
		return;
	BUG_ON(inode->count <= 0, "inode %u count %d", inode->ino,
	       inode->count);
	if (--inode->count)
		return;
	if (list_empty(&inode->hash_node) || inode->bad ||
	    inode->sb->uncached) {
		inode_evict(inode);
	} else if (!inode->nlink) {
		inode_delete(inode);
	} else {
		spin_lock(&inode_lock);
		list_add_tail(&inode->lru_node, &inode_unused);
		nr_inodes_unused++;
		spin_unlock(&inode_lock);
	}
}

/* Reads a new inode that other tasks can already find. => 0 or -EIO */
static int inode_read(struct inode *inode)
{
	inode->state |= I_NEW;
	insert_inode_hash(inode);
	inode->sb->ops->read_inode(inode);
	inode->state &= ~I_NEW;
	wake_up(&inode->wait);
	return inode->bad ? -EIO : 0;
}

/* => the cached inode with a reference, read; NULL: not cached.  Waits while
 * the inode is I_FREEING */
static struct inode *inode_get_cached(struct super_block *sb, u32 ino)
{
	struct inode *inode = inode_find(sb, ino);

	if (inode && (inode->state & I_FREEING))
		wait_event(inode_gone, !(inode = inode_find(sb, ino)) ||
				       !(inode->state & I_FREEING));
	if (!inode)
		return NULL;
	igrab(inode);
	if (inode->state & I_NEW)
		wait_event(inode->wait, !(inode->state & I_NEW));
	return inode;
}

/*
 * Returns the cached inode or reads it from the disk: one task reads, others
 * wait.
 * => with a reference, for iput(); -ENOMEM, -EIO; sleeps
 */
struct inode *iget(struct super_block *sb, u32 ino)
{
	struct inode *inode = inode_get_cached(sb, ino), *fresh;

	if (!inode) {
		fresh = inode_alloc(sb);
		if (!fresh)
			return ERR_PTR(-ENOMEM);
		inode = inode_get_cached(sb, ino);
		if (inode) {
			iput(fresh);
		} else {
			inode = fresh;
			inode->ino = ino;
			inode_read(inode);
		}
	}
	if (inode->bad) {
		iput(inode);
		return ERR_PTR(-EIO);
	}
	return inode;
}

void inode_key(const struct address_space *mapping, u32 *space, u32 *owner)
{
	const struct inode *inode = mapping->host;

	*space = TOUCH_SPACE(TOUCH_FILE, inode->sb->dev->rdev);
	*owner = inode->ino;
}

/* For umount: drops the pages of all inodes; waits for pages under
 * writeback. => sleeps */
void drop_inode_pages(struct super_block *sb)
{
	struct inode *inode, *held = NULL;

	list_for_each_entry(inode, &sb->inodes, sb_node) {
		igrab(inode);
		iput(held);
		held = inode;
		truncate_inode_pages(&inode->data, 0);
	}
	iput(held);
}

/*
 * For umount: the caller has written everything and no task can reach the
 * inodes.
 * => true: some are in use, nothing was done; sleeps
 */
bool invalidate_inodes(struct super_block *sb)
{
	struct inode *inode;

	list_for_each_entry(inode, &sb->inodes, sb_node)
		if (inode->count)
			return true;
	while (!list_empty(&sb->inodes)) {
		inode = list_first(&sb->inodes, struct inode, sb_node);
		if (inode->state & I_FREEING)
			wait_event(inode_gone, list_empty(&sb->inodes) ||
				   inode != list_first(&sb->inodes,
						struct inode, sb_node));
		else
			inode_evict(inode);
	}
	return false;
}

/* => true: the inode can be freed without I/O */
static bool inode_freeable(const struct inode *inode)
{
	return !(inode->state & (I_DIRTY | I_LOCK | I_FREEING)) &&
	       !inode->data.nrpages && list_empty(&inode->dirty_buffers);
}

/* Frees unused inodes without pages, oldest first. => inodes freed; sleeps */
static unsigned long inode_shrink(int priority, gfp_t gfp)
{
	unsigned long goal = (nr_inodes_unused >> priority) + !priority;
	unsigned long left = nr_inodes_unused, freed = 0;
	struct inode *inode;

	if (!(gfp & __GFP_FS))
		return 0;
	while (left-- && freed < goal && !list_empty(&inode_unused)) {
		inode = list_first(&inode_unused, struct inode, lru_node);
		if (!inode_freeable(inode)) {
			list_move_tail(&inode->lru_node, &inode_unused);
			continue;
		}
		inode_evict(inode);
		freed++;
	}
	return freed;
}

static struct shrinker inode_shrinker = {
	.name = "inodes",
	.shrink = inode_shrink,
};

/* Indexed by type: S_IFCHR, S_IFBLK, S_IFIFO; NULL: cannot be opened. */
static const struct file_operations *special_fops[FILE_TYPES];

void register_special(u32 type, const struct file_operations *fops)
{
	special_fops[type >> S_IFSHIFT] = fops;
}

/* Devices, FIFOs and sockets have the same operations on every file system. */
void init_special_inode(struct inode *inode, u32 mode, dev_t rdev)
{
	inode->mode = mode;
	inode->rdev = rdev;
	if (special_fops[(mode & S_IFMT) >> S_IFSHIFT])
		inode->fops = special_fops[(mode & S_IFMT) >> S_IFSHIFT];
}

/*
 * truncate: drops the pages first, then the file system frees the blocks.
 * => 0, -EFBIG, -EROFS (the mount became read-only), -E of ->zero_tail; i_sem
 * held; sleeps
 */
int inode_set_size(struct inode *inode, loff_t size)
{
	bool shrink = size < inode->size;
	int err = 0;

	if (inode->sb->flags & MS_UNCHANGING)
		return -EROFS;
	if ((u64)size > inode->sb->max_bytes)
		return -EFBIG;
	if (size > inode->size && inode->ops->zero_tail)
		err = inode->ops->zero_tail(inode);
	if (err)
		return err;
	inode->size = size;
	if (shrink) {
		unmap_mapping_range(inode->mapping,
				    (size + PAGE_SIZE - 1) >> PAGE_SHIFT);
		truncate_inode_pages(inode->mapping, size);
		if (inode->ops->truncate)
			inode->ops->truncate(inode);
	}
	inode->mtime = inode->ctime = current_time(inode);
	mark_inode_dirty(inode);
	return 0;
}

/* => the current time, in the resolution of the file system. */
struct timestamp current_time(const struct inode *inode)
{
	u64 usec;

	if (!inode->sb->fine_times)
		return (struct timestamp){ clock_seconds(), 0 };
	usec = clock_date_usec();
	return (struct timestamp){ usec / 1000000, usec % 1000000 * 1000 };
}

/* Updates atime at most once a second, and not on a read-only mount. */
void inode_touch_atime(struct inode *inode)
{
	if (inode->atime.sec == clock_seconds() ||
	    (inode->sb->flags & (MS_UNCHANGING | MS_NOATIME)))
		return;
	inode->atime = current_time(inode);
	mark_inode_dirty(inode);
}

/* Called at start-up. */
void inode_init(void)
{
	int i;

	inode_cache = kmem_cache_create("inode", sizeof(struct inode), 0);
	for (i = 0; i < INODE_BUCKETS; i++)
		list_init(&inode_hash[i]);
	register_shrinker(&inode_shrinker);
}

/* For truncate(2) and O_TRUNC: permissions were checked. => 0 or -E; sleeps */
int set_size(struct inode *inode, loff_t size)
{
	int err;

	mutex_lock(&inode->i_sem);
	err = size > inode->size && over_limit(inode, size - 1) ? -EFBIG :
		inode_set_size(inode, size);
	if (!err)
		inode_drop_set_id(inode);
	mutex_unlock(&inode->i_sem);
	return err;
}
