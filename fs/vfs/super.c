/*
 * fs/vfs/super.c - file systems: registered, mounted, unmounted.
 *
 * A mount covers a directory: dentry->mounted and super_block.covered point at
 * each other, and walks cross in both directions.  A super block is mounted
 * once and a disk holds one super block, so there is no third structure.
 *
 * Invariants: every mounted super block is on super_blocks, the root first;
 * dev->holder is its super block.
 * Locks: mount_mutex over the list, mounting, and sync.
 */
#include "fs/vfs/vfs_impl.h"
#include "fs/buffer/buffer.h"
#include "mm/heap/slab.h"

MUTEX(mount_mutex, RANK_MOUNT);
LIST_HEAD(super_blocks);
static LIST_HEAD(fs_types);

/* Called at start-up.  The root device is tried in order of registration. */
void register_filesystem(struct fs_type *type)
{
	list_add_tail(&type->node, &fs_types);
}

static struct fs_type *find_type(const char *name)
{
	struct fs_type *type;

	list_for_each_entry(type, &fs_types, node)
		if (strcmp(type->name, name) == 0)
			return type;
	return NULL;
}

/* ---- super blocks -------------------------------------------------------- */

static struct super_block *super_alloc(const char *fstype)
{
	struct super_block *sb = kzalloc(sizeof(*sb), GFP_KERNEL);

	if (!sb)
		return NULL;
	sb->fstype = fstype;
	sb->blocksize = PAGE_SIZE;
	sb->blocksize_bits = PAGE_SHIFT;
	sb->max_bytes = 0x7fffffffffffull;
	sb->time_max = 0x7fffffff;
	list_init(&sb->node);
	list_init(&sb->inodes);
	list_init(&sb->dirty_inodes);
	return sb;
}

struct super_block *pseudo_super(const char *fstype,
				 const struct super_operations *ops)
{
	struct super_block *sb = super_alloc(fstype);

	if (!sb)
		panic("no memory for the super block of %s", fstype);
	sb->ops = ops;
	return sb;
}

static void super_free(struct super_block *sb)
{
	if (sb->dev)
		sb->dev->holder = NULL;
	kfree(sb);
}

/* Reads a super block with its root. => or ERR_PTR; mount_mutex held */
static struct super_block *super_read(struct fs_type *type,
				      struct blk_dev *dev, u32 flags,
				      const char *data, bool silent)
{
	struct super_block *sb = super_alloc(type->name);
	int err;

	if (!sb)
		return ERR_PTR(-ENOMEM);
	sb->flags = flags & MS_KEPT;
	sb->dev = dev;
	if (dev) {
		dev->holder = sb;
		sync_dev(dev);
		invalidate_buffers(dev);
		dev->lost_writes = false;
	}
	err = type->read_super(sb, data, silent);
	if (!err)
		return sb;
	invalidate_inodes(sb);
	super_free(sb);
	return ERR_PTR(err);
}

/* ---- power-off ----------------------------------------------------------- */

/* Syncs all file systems and makes them read-only, even with files open. */
void vfs_shutdown(void)
{
	struct super_block *sb;

	mutex_lock(&mount_mutex);
	fsync_dev_locked(NULL);
	list_for_each_entry(sb, &super_blocks, node)
		if (!(sb->flags & MS_RDONLY) && sb->ops->remount)
			sb->ops->remount(sb, MS_RDONLY);
	mutex_unlock(&mount_mutex);
}

/* ---- mount --------------------------------------------------------------- */

static void super_attach(struct super_block *sb, struct dentry *at)
{
	if (at) {
		sb->covered = dget(at);
		at->mounted = sb;
	}
	list_add_tail(&sb->node, &super_blocks);
}

/* Looks up the device that a path names. => 0 or -E */
static int find_dev(const char *name, struct blk_dev **dev)
{
	struct dentry *dentry;
	int err = path_lookup(name, LOOKUP_FOLLOW, &dentry);

	if (err)
		return err;
	if (!S_ISBLK(dentry->inode->mode))
		err = -ENOTBLK;
	else if (dentry->sb->flags & MS_NODEV)
		err = -EACCES;
	else
		*dev = blk_find(dentry->inode->rdev);
	dput(dentry);
	if (!err && !*dev)
		err = -ENXIO;
	return err;
}

/* Writes back and drops the device's buffers. => 0 or -EIO */
static int forget_device(struct blk_dev *dev)
{
	int err = sync_dev(dev);
	unsigned long lost = invalidate_buffers(dev);

	if (lost)
		printk("%s: umount leaves %lu buffers dirty\n", dev->name,
		       lost);
	return lost ? -EIO : err;
}

/*
 * Writes back and frees a super block that no task can reach. mount_mutex held
 * => 0, or the error of the last writes
 */
static int super_kill(struct super_block *sb)
{
	int err = sb->dev ? fsync_super(sb) : 0;

	list_del(&sb->node);
	dput(sb->root);
	BUG_ON(invalidate_inodes(sb), "%s: an inode is in use after umount",
	       sb->fstype);
	if (sb->ops->put_super)
		sb->ops->put_super(sb);
	if (sb->dev && forget_device(sb->dev))
		err = -EIO;
	super_free(sb);
	return err;
}

/* Mounts at a directory, which may be removed while the super block is read;
 * rmdir holds its i_sem.  A name of proc cannot be found a second time.
 * mount_mutex held */
static int mount_at(struct dentry *at, struct fs_type *type,
		    struct blk_dev *dev, u32 flags, const char *data)
{
	struct super_block *sb;
	int err;

	if (at->mounted || at == at->sb->root || (dev && blk_in_use(dev)))
		return -EBUSY;
	if (at->sb->uncached)
		return -EINVAL;
	sb = super_read(type, dev, flags, data, false);
	if (IS_ERR(sb))
		return PTR_ERR(sb);
	mutex_lock(&at->inode->i_sem);
	err = at->inode->nlink ? 0 : -ENOENT;
	if (!err)
		super_attach(sb, at);
	mutex_unlock(&at->inode->i_sem);
	if (err)
		super_kill(sb);
	return err;
}

/* Waits for changes that began under the old flags: a task that changes names
 * takes an i_sem first and tests the flags while it holds it. */
static void wait_for_changes(struct super_block *sb)
{
	struct inode *inode, *held = NULL;

	list_for_each_entry(inode, &sb->inodes, sb_node) {
		if (!inode->i_sem.owner)
			continue;
		igrab(inode);
		iput(held);
		held = inode;
		mutex_lock(&inode->i_sem);
		mutex_unlock(&inode->i_sem);
	}
	iput(held);
}

/* => true: a file is open for writing, or is unlinked but in use, so that its
 * last close changes the disk */
static bool changes_to_come(const struct super_block *sb)
{
	const struct inode *inode;

	list_for_each_entry(inode, &sb->inodes, sb_node)
		if (inode->writers || (!inode->nlink && !inode->bad))
			return true;
	return false;
}

/* Stops new changes and waits for those under way, then marks the disk clean.
 * => 0, -EBUSY, -EIO */
static int go_read_only(struct super_block *sb)
{
	int err;

	if (changes_to_come(sb))
		return -EBUSY;
	sb->flags |= MS_CLOSING;
	wait_for_changes(sb);
	err = changes_to_come(sb) ? -EBUSY : fsync_dev_locked(sb->dev);
	if (!err)
		err = sb->ops->remount(sb, MS_RDONLY);
	sb->flags &= ~MS_CLOSING;
	return err;
}

/* Replaces the mount's flags. mount_mutex held */
static int super_remount(struct dentry *at, u32 flags)
{
	struct super_block *sb = at->sb;
	int err = 0;

	if (at != sb->root)
		return -EINVAL;
	if (sb->ops->remount && ((flags ^ sb->flags) & MS_RDONLY))
		err = flags & MS_RDONLY ? go_read_only(sb) :
					  sb->ops->remount(sb, 0);
	if (!err)
		sb->flags = (sb->flags & MS_RDONLY) |
			    (flags & MS_KEPT & ~MS_RDONLY);
	return err;
}

/* => 0 or -E; names are kernel memory; sleeps */
int do_mount(const char *dev_name, const char *dir, const char *type_name,
	     u32 flags, const char *data)
{
	struct fs_type *type = find_type(type_name);
	struct blk_dev *dev = NULL;
	struct dentry *at;
	int err;

	if (!(flags & MS_REMOUNT)) {
		if (!type)
			return -ENODEV;
		err = type->needs_dev ? find_dev(dev_name, &dev) : 0;
		if (err)
			return err;
	}
	err = path_lookup(dir, LOOKUP_FOLLOW | LOOKUP_DIRECTORY, &at);
	if (err)
		return err;
	mutex_lock(&mount_mutex);
	if (flags & MS_REMOUNT)
		err = super_remount(at, flags);
	else
		err = mount_at(at, type, dev, flags, data);
	mutex_unlock(&mount_mutex);
	dput(at);
	return err;
}

/* root: of the file system, with a reference. mount_mutex held */
static int umount_root(struct dentry *root)
{
	struct super_block *sb = root->sb;
	struct dentry *covered = sb->covered;

	if (root != sb->root || !covered) {
		dput(root);
		return root != sb->root ? -EINVAL : -EBUSY;
	}
	dput(root);
	dcache_shrink_sb(sb);
	if (root->count > 1)
		return -EBUSY;
	covered->mounted = NULL;
	sb->covered = NULL;
	dput(covered);
	return super_kill(sb);
}

/* "lookup": LOOKUP_FOLLOW or 0. => 0 or -E; -EBUSY while a file is open or a
 * process has its directory there; sleeps */
int do_umount(const char *dir, unsigned int lookup)
{
	struct dentry *root;
	int err = path_lookup(dir, lookup, &root);

	if (err)
		return err;
	mutex_lock(&mount_mutex);
	err = umount_root(root);
	mutex_unlock(&mount_mutex);
	return err;
}

/* ---- the root file system ------------------------------------------------ */

/* Mounts dev with the first file system that accepts it. => NULL: none does */
static struct super_block *try_root(struct blk_dev *dev, u32 flags)
{
	struct super_block *sb;
	struct fs_type *type;

	if (!dev)
		return NULL;
	list_for_each_entry(type, &fs_types, node) {
		if (!type->needs_dev)
			continue;
		sb = super_read(type, dev, flags, NULL, flags);
		if (!IS_ERR(sb))
			return sb;
	}
	return NULL;
}

/* Panics with a hint at a possible root device. */
static void __noreturn no_root(const char *name)
{
	struct super_block *sb = NULL;
	struct blk_dev *dev = NULL;

	name = name[0] ? name : "hda or ram0";
	if (!blk_next(NULL))
		panic("no root file system on %s: no disk was found: give one "
		      "by IDE (QEMU: -M pc, not q35)", name);
	while (!sb && (dev = blk_next(dev)))
		sb = try_root(dev, MS_RDONLY);
	if (sb)
		panic("no root file system on %s: %s has an %s: root=%s", name,
		      dev->name, sb->fstype, dev->name);
	panic("no root file system on %s: give a disk with ext2, or name "
	      "another by root=", name);
}

static struct super_block *find_root(const char *name)
{
	struct super_block *sb = NULL;

	if (name[0])
		return try_root(blk_find_name(name), 0);
	sb = try_root(blk_find_name("hda"), 0);
	return sb ? sb : try_root(blk_find_name("ram0"), 0);
}

/* Gives the first process its fs_struct and descriptors; children inherit. */
static void first_process(struct super_block *sb)
{
	struct fs_struct *fs = kzalloc(sizeof(*fs), GFP_KERNEL);

	if (!fs || (!current->files && copy_files(current, 0)))
		panic("no memory for the first process");
	fs->count = 1;
	fs->umask = 022;
	fs->root = dget(sb->root);
	fs->cwd = dget(sb->root);
	current->fs = fs;
}

/* => sleeps; panics without a root file system */
void mount_root(const char *name)
{
	struct super_block *sb;
	int err;

	mutex_lock(&mount_mutex);
	sb = find_root(name);
	if (!sb)
		no_root(name);
	super_attach(sb, NULL);
	mutex_unlock(&mount_mutex);
	first_process(sb);
	printk("vfs: root is %s on %s%s\n", sb->fstype, sb->dev->name,
	       sb->flags & MS_RDONLY ? ", read-only" : "");
	err = do_mount("proc", "/proc", "proc", 0, NULL);
	if (err && err != -ENOENT)
		printk("vfs: /proc is not mounted: error %d\n", -err);
}

/* ---- start-up, /proc ----------------------------------------------------- */

size_t filesystems_print(char *buf, size_t size)
{
	struct fs_type *type;
	size_t n = 0;

	list_for_each_entry(type, &fs_types, node)
		n = text_add(buf, size, n, "%s\t%s\n",
			     type->needs_dev ? "" : "nodev", type->name);
	return n;
}

/* Called at start-up, before the disks are found. */
void vfs_init(void)
{
	dcache_init();
	inode_init();
	file_init();
}
