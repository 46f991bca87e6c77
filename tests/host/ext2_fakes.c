/*
 * tests/host/ext2_fakes.c - what fs/ext2 stands on, for the host.
 *
 * Here are the kernel's small services, the disk, and mounting; the caches are
 * in ext2_fake_buffers.c, ext2_fake_pages.c and ext2_fake_inodes.c.  One task,
 * no I/O wait: nothing ever sleeps.
 */
#include <stdio.h>

#include "fs/buffer/buffer.h"
#include "kernel/core/task.h"
#include "kernel/core/time.h"
#include "mm/heap/slab.h"
#include "tests/host/ext2_fakes_impl.h"

u8 *fake_disk;
u32 fake_disk_bytes;
struct blk_dev fake_dev = { .name = "fake", .rdev = MKDEV(3, 0) };
u32 fake_bad_block;
char fake_log[2000];
unsigned int fake_log_lines;
bool fake_strict;

static struct task the_task;
struct task *current = &the_task;
volatile unsigned long jiffies;

static struct super_block the_sb;
static bool mounted;
static struct fs_type *ext2;

/* ---- kernel ------------------------------------------------------------ */

void printk(const char *fmt, ...)
{
	va_list args;

	size_t used = strlen(fake_log);

	va_start(args, fmt);
	vsnprintf(fake_log + used, sizeof(fake_log) - used, fmt, args);
	va_end(args);
	fake_log_lines++;
}

void panic(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	printf("\nmessages:\n%s\nFAIL ext2: panic\n", fake_log);
	fflush(stdout);
	abort();
}

u32 clock_seconds(void)
{
	return 1000000000;
}

bool fake_no_memory;

void *kmalloc(size_t size, gfp_t gfp __unused)
{
	return fake_no_memory ? NULL : malloc(size);
}

void *kzalloc(size_t size, gfp_t gfp __unused)
{
	return calloc(1, size);
}

void kfree(void *object)
{
	free(object);
}

void register_filesystem(struct fs_type *type)
{
	ext2 = type;
}

/* ---- disk -------------------------------------------------------------- */

void fake_resize(u32 bytes)
{
	free(fake_disk);
	fake_disk = malloc(bytes);
	fake_disk_bytes = bytes;
	fake_dev.sectors = bytes / 512;
}

void fake_load(const char *path)
{
	FILE *f = fopen(path, "rb");

	if (!f) {
		printf("FAIL ext2: cannot open %s\n", path);
		exit(1);
	}
	fseek(f, 0, SEEK_END);
	fake_resize((u32)ftell(f));
	rewind(f);
	if (fread(fake_disk, 1, fake_disk_bytes, f) != fake_disk_bytes)
		exit(1);
	fclose(f);
}

void fake_save(const char *path)
{
	FILE *f = fopen(path, "wb");

	if (!f || fwrite(fake_disk, 1, fake_disk_bytes, f) != fake_disk_bytes)
		exit(1);
	fclose(f);
}

u8 *fake_disk_block(u32 block, u32 size)
{
	if ((u64)(block + 1) * size > fake_disk_bytes)
		panic("block %u is beyond the disk", block);
	return fake_disk + (size_t)block * size;
}

/* ---- mounting ---------------------------------------------------------- */

struct super_block *fake_mount(u32 flags)
{
	memset(&the_sb, 0, sizeof(the_sb));
	the_sb.dev = &fake_dev;
	the_sb.flags = flags;
	list_init(&the_sb.inodes);
	if (!ext2)
		ext2_init();
	mounted = ext2->read_super(&the_sb, NULL, false) == 0;
	if (mounted)
		return &the_sb;
	fake_evict();
	return NULL;
}

/* Pages before buffers: a stale buffer left dirty would overwrite data.  The
 * second round is for inodes that were to wait for their blocks. */
void fake_sync(void)
{
	for (int round = 0; round < 2; round++) {
		fake_write_pages(NULL, ~0ul, false);
		fake_write_inodes(&the_sb);
		if (the_sb.dirty)
			the_sb.ops->write_super(&the_sb);
		sync_dev(NULL);
	}
}

void fake_kupdate(unsigned long age)
{
	if (the_sb.dirty)
		the_sb.ops->write_super(&the_sb);
	fake_write_inodes(&the_sb);
	if (fake_dirty_stamp <= age)
		return;
	fake_write_pages(NULL, fake_dirty_stamp - age, false);
	fake_write_buffers(NULL, fake_dirty_stamp - age);
}

/* The order of inode_fsync(). */
void fake_fsync(struct inode *inode)
{
	fake_write_pages(inode, ~0ul, false);
	fake_write_buffers(inode, ~0ul);
	inode->state = 0;
	the_sb.ops->write_inode(inode, true);
	fake_disk_flush();
}

int fake_evict(void)
{
	fake_sync();
	fake_drop_inodes();
	fake_drop_pages();
	fake_drop_buffers(false);
	return fake_inodes_in_use();
}

int fake_umount(void)
{
	int complaints = 0;

	if (!mounted)
		return 0;
	fake_dput(the_sb.root);
	complaints += fake_evict();
	if (complaints)
		printf("%d inodes are still in use\n", complaints);
	the_sb.ops->put_super(&the_sb);
	complaints += fake_drop_buffers(true);
	mounted = false;
	return complaints;
}
