/*
 * fs/vfs/shm_file.c - shared memory as a file without a path
 *
 * mm shares memory only through mapped files.  An object of shared memory has
 * an inode, on a super block that is not mounted, whose mapping is the
 * object's.  A process that maps it holds a struct file, as for any mapped
 * file; the inode's last reference frees the object.  No descriptor refers to
 * it, so it is never read, written or truncated.
 *
 * Locks: none.
 */
#include "fs/vfs/shm_file.h"
#include "fs/vfs/vfs_impl.h"
#include "mm/swap/shmem.h"

static struct super_block *shm_sb;
static u32 shm_ino;

static const struct file_operations shm_fops;

static void shm_clear_inode(struct inode *inode)
{
	if (inode->private)
		shmem_put(inode->private);
}

static const struct super_operations shm_super_ops = {
	.clear_inode = shm_clear_inode,
};

/* => an inode over a new object, all zero; sleeps */
struct inode *shm_inode(unsigned long bytes, const char *name)
{
	struct inode *inode = new_inode(shm_sb);
	unsigned long pages = round_up(bytes, PAGE_SIZE) >> PAGE_SHIFT;
	struct shmem *shmem;

	if (IS_ERR(inode))
		return inode;
	shmem = shmem_alloc(pages);
	if (!shmem) {
		iput(inode);
		return ERR_PTR(-ENOMEM);
	}
	inode->ino = ++shm_ino;
	inode->mode = S_IFREG | 0600;
	inode->size = (loff_t)pages << PAGE_SHIFT;
	snprintf((char *)inode->fs_data, sizeof(inode->fs_data), "%s", name);
	inode->private = shmem;
	inode->mapping = &shmem->mapping;
	return inode;
}

const char *shm_name(const struct inode *inode)
{
	return inode->sb == shm_sb ? (const char *)inode->fs_data : NULL;
}

/* flags: O_RDONLY or O_RDWR, which limits the protection of mappings. => the
 * only reference to a file over a new object; sleeps */
struct file *shm_file(unsigned long bytes, u32 flags)
{
	struct inode *inode = shm_inode(bytes, "/dev/zero (deleted)");
	struct file *file;

	if (IS_ERR(inode))
		return ERR_PTR(PTR_ERR(inode));
	file = inode_open(inode, flags, &shm_fops);
	iput(inode);
	return file;
}

/* Called at start-up. */
void shm_file_init(void)
{
	shm_sb = pseudo_super("shm", &shm_super_ops);
}
