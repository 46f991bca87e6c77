/*
 * fs/vfs/dcache.c - the dentry cache: which inode a directory has under a name.
 *
 * Dentries form a tree and are hashed by (parent, name).  A negative dentry
 * records that the name does not exist.  An unused dentry stays hashed, on the
 * LRU list; reclaim frees the oldest, leaves first, since a child holds a
 * reference to its parent.
 *
 * Invariants: count 0 means hashed and on the LRU list; an unhashed dentry is
 * freed with its last reference.
 * Locks: none: no sleep between a test and the change that relies on it.
 */
#include "fs/vfs/vfs_impl.h"
#include "mm/reclaim/shrinker.h"
#include "mm/heap/slab.h"

#define DENTRY_BUCKETS	1024	/* a power of two */

static struct kmem_cache *dentry_cache;
static struct list_head dentry_hash[DENTRY_BUCKETS];
static LIST_HEAD(dentry_lru);		/* oldest first */
unsigned long nr_dentries, nr_dentries_unused;

static struct list_head *dentry_bucket(const struct dentry *parent, u32 hash)
{
	hash += (unsigned long)parent >> 5;
	return &dentry_hash[(hash ^ hash >> 10) % DENTRY_BUCKETS];
}

static bool d_hashed(const struct dentry *dentry)
{
	return !list_empty(&dentry->hash_node);
}

/* Frees the dentry. => its parent; the caller drops that reference by dput() */
static struct dentry *dentry_free(struct dentry *dentry)
{
	struct dentry *parent = dentry->parent;
	struct inode *inode = dentry->inode;

	BUG_ON(dentry->count || !nr_dentries, "%s count %d", dentry->name,
	       dentry->count);
	list_del(&dentry->sibling);
	if (dentry->name != dentry->iname)
		kfree(dentry->name);
	kmem_cache_free(dentry_cache, dentry);
	nr_dentries--;
	iput(inode);
	return parent == dentry ? NULL : parent;
}

/*
 * Drops a reference; the last one may drop the parent's, and so on.
 * => sleeps (iput)
 */
void dput(struct dentry *dentry)
{
	while (dentry && --dentry->count == 0) {
		if (d_hashed(dentry)) {
			list_add_tail(&dentry->lru_node, &dentry_lru);
			nr_dentries_unused++;
			return;
		}
		dentry = dentry_free(dentry);
	}
}

/* => with a reference, perhaps negative; NULL: not cached; does not sleep */
struct dentry *d_lookup_hash(struct dentry *parent, const char *name, u32 len,
			     u32 hash)
{
	struct list_head *bucket = dentry_bucket(parent, hash);
	struct dentry *dentry;

	list_for_each_entry(dentry, bucket, hash_node) {
		if (dentry->hash != hash || dentry->parent != parent ||
		    dentry->len != len || memcmp(dentry->name, name, len))
			continue;
		if (dentry->count++ == 0) {
			BUG_ON(list_empty(&dentry->lru_node), "%s is on no"
			       " list", dentry->name);
			list_del(&dentry->lru_node);
			nr_dentries_unused--;
		}
		return dentry;
	}
	return NULL;
}

static u32 hash_of(const char *name, u32 len)
{
	u32 hash = 0, i;

	for (i = 0; i < len; i++)
		hash = name_hash(hash, name[i]);
	return hash;
}

/* Hashes the name and looks it up. => as d_lookup_hash() */
struct dentry *d_lookup(struct dentry *parent, const char *name, u32 len)
{
	return d_lookup_hash(parent, name, len, hash_of(name, len));
}

/* => count 1, not in the tree; NULL: no memory */
static struct dentry *dentry_new(const char *name, u32 len)
{
	struct dentry *dentry = kmem_cache_alloc(dentry_cache, GFP_KERNEL);

	if (!dentry)
		return NULL;
	memset(dentry, 0, sizeof(*dentry));
	dentry->name = dentry->iname;
	if (len >= DNAME_INLINE)
		dentry->name = kmalloc(len + 1, GFP_KERNEL);
	if (!dentry->name) {
		kmem_cache_free(dentry_cache, dentry);
		return NULL;
	}
	memcpy(dentry->name, name, len);
	dentry->name[len] = 0;
	dentry->len = len;
	dentry->hash = hash_of(name, len);
	dentry->count = 1;
	list_init(&dentry->hash_node);
	list_init(&dentry->lru_node);
	list_init(&dentry->children);
	list_init(&dentry->sibling);
	nr_dentries++;
	return dentry;
}

/* Allocates a negative child, not hashed. => count 1, -ENOMEM;
 * sleeps for memory */
struct dentry *d_alloc(struct dentry *parent, const char *name, u32 len)
{
	struct dentry *dentry = dentry_new(name, len);

	if (!dentry)
		return ERR_PTR(-ENOMEM);
	dentry->sb = parent->sb;
	dentry->parent = dget(parent);
	list_add(&dentry->sibling, &parent->children);
	return dentry;
}

/*
 * Allocates a root dentry, which is its own parent. => count 1; -ENOMEM: inode
 * was put
 */
struct dentry *d_alloc_root(struct inode *inode)
{
	struct dentry *dentry = dentry_new("/", 1);

	if (!dentry) {
		iput(inode);
		return ERR_PTR(-ENOMEM);
	}
	dentry->sb = inode->sb;
	dentry->parent = dentry;
	dentry->inode = inode;
	return dentry;
}

/* Binds the dentry to the inode; takes over its reference. => does not sleep */
void d_instantiate(struct dentry *dentry, struct inode *inode)
{
	BUG_ON(dentry->inode, "%s has an inode already", dentry->name);
	dentry->inode = inode;
}

/* Hashes the dentry, so that d_lookup() finds it. */
void d_hash(struct dentry *dentry)
{
	list_add(&dentry->hash_node,
		 dentry_bucket(dentry->parent, dentry->hash));
}

/* Unhashes it; freed on the last dput(). => the caller holds a reference */
void d_drop(struct dentry *dentry)
{
	BUG_ON(dentry->count <= 0, "%s count %d", dentry->name,
	       dentry->count);
	list_del(&dentry->hash_node);
}

/*
 * After unlink: makes the dentry negative if the caller holds the only
 * reference; otherwise unhashes it, and the other users keep the inode.
 * => sleeps (iput)
 */
void d_delete(struct dentry *dentry)
{
	struct inode *inode = dentry->inode;

	if (dentry->count > 1) {
		d_drop(dentry);
		return;
	}
	dentry->inode = NULL;
	iput(inode);
}

/* Swaps the names of two unhashed dentries. */
static void swap_names(struct dentry *a, struct dentry *b)
{
	struct dentry old = *a;

	memcpy(a->iname, b->iname, DNAME_INLINE);
	memcpy(b->iname, old.iname, DNAME_INLINE);
	a->name = b->name == b->iname ? a->iname : b->name;
	b->name = old.name == a->iname ? b->iname : old.name;
	a->len = b->len;
	b->len = old.len;
	a->hash = b->hash;
	b->hash = old.hash;
}

/*
 * rename: dentry takes the name of target; target is unhashed.
 * => the caller holds references to both
 */
void d_move(struct dentry *dentry, struct dentry *target)
{
	struct dentry *old_parent = dentry->parent;

	d_drop(target);
	d_drop(dentry);
	swap_names(dentry, target);
	dentry->parent = dget(target->parent);
	list_move(&dentry->sibling, &dentry->parent->children);
	d_hash(dentry);
	dput(old_parent);
}

/* Frees one unused dentry. */
static void dentry_prune(struct dentry *dentry)
{
	BUG_ON(dentry->count || !nr_dentries_unused, "%s count %d, %lu unused",
	       dentry->name, dentry->count, nr_dentries_unused);
	list_del(&dentry->lru_node);
	nr_dentries_unused--;
	list_del(&dentry->hash_node);
	dput(dentry_free(dentry));
}

/* Frees the negative children of a removed directory, which would
 * keep it in use. */
void d_prune_children(struct dentry *parent)
{
	struct dentry *child, *next;

	list_for_each_entry_safe(child, next, &parent->children, sibling)
		if (!child->count && !child->inode)
			dentry_prune(child);
}

/* Frees the oldest unused dentries. => dentries freed; sleeps (iput) */
static unsigned long dcache_shrink(int priority, gfp_t gfp)
{
	unsigned long goal = priority ? nr_dentries_unused >> priority : ~0ul;
	unsigned long freed = 0;

	if (!(gfp & __GFP_FS))
		return 0;
	while (freed < goal && !list_empty(&dentry_lru)) {
		dentry_prune(list_first(&dentry_lru, struct dentry, lru_node));
		freed++;
	}
	return freed;
}

/* => an unused dentry of sb, or NULL */
static struct dentry *unused_of(const struct super_block *sb)
{
	struct dentry *dentry;

	list_for_each_entry(dentry, &dentry_lru, lru_node)
		if (dentry->sb == sb)
			return dentry;
	return NULL;
}

/* Frees all unused dentries of a file system, for umount. => sleeps (iput) */
void dcache_shrink_sb(struct super_block *sb)
{
	struct dentry *dentry;

	while ((dentry = unused_of(sb)) != NULL)
		dentry_prune(dentry);
}

static struct shrinker dcache_shrinker = {
	.name = "dentries",
	.shrink = dcache_shrink,
};

/* Puts "/name" before *at. => 0 or -ENAMETOOLONG */
static int dcache_prepend(const char *buf, char **at,
			  const struct dentry *dentry)
{
	if (*at - buf < dentry->len + 1)
		return -ENAMETOOLONG;
	*at -= dentry->len;
	memcpy(*at, dentry->name, dentry->len);
	*--*at = '/';
	return 0;
}

/*
 * Builds the path upwards from the dentry, across mounts, to the process's
 * root.
 * => start of the path, which ends at the end of buf; -ENAMETOOLONG; does not
 * sleep
 */
char *d_path(struct dentry *dentry, char *buf, size_t size)
{
	const struct dentry *root = current->fs ? current->fs->root : NULL;
	char *at = buf + size - 1;

	if (size < 2)
		return ERR_PTR(-ENAMETOOLONG);
	*at = 0;
	while (dentry != root) {
		if (dentry == dentry->sb->root) {
			if (!dentry->sb->covered)
				break;
			dentry = dentry->sb->covered;
			continue;
		}
		if (dcache_prepend(buf, &at, dentry))
			return ERR_PTR(-ENAMETOOLONG);
		dentry = dentry->parent;
	}
	if (!*at)
		*--at = '/';
	return at;
}

void dcache_init(void)
{
	int i;

	dentry_cache = kmem_cache_create("dentry", sizeof(struct dentry), 0);
	for (i = 0; i < DENTRY_BUCKETS; i++)
		list_init(&dentry_hash[i]);
	register_shrinker(&dcache_shrinker);
}
