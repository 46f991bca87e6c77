/*
 * fs/vfs/super.h - file systems, mounts, devices, and the start of them all.
 *
 * Every function may sleep unless it says not; one that returns a pointer and
 * can fail returns ERR_PTR, never NULL, unless it says so.
 */
#pragma once

#include "fs/fs.h"

/* Start-up, in this order; a file system or a kind of file registers itself. */
void vfs_init(void);		/* inodes, dentries, open files */
void pipe_init(void);
void shm_file_init(void);
void devices_init(void);
void rtc_init(void) __optional;
void ext2_init(void);
void proc_init(void) __optional;

/* --- fs/vfs/super.c
 * --------------------------------------------------------- */
struct fs_type {
	struct list_head node;
	const char *name;
	bool needs_dev;
	/* Sets ops, root (d_alloc_root), block size...; sb->dev is there.
	 * => 0, or -E after saying why (unless silent) */
	int (*read_super)(struct super_block *sb, const char *data,
			  bool silent);
};
void register_filesystem(struct fs_type *type);
/* root=: "" finds hda, else the ramdisk.  Panics without a root.  Gives
 * current its fs_struct; mounts /proc if there is such a directory. */
void mount_root(const char *name);
int do_mount(const char *dev_name, const char *dir, const char *type,
	     u32 flags, const char *data);
int do_umount(const char *dir, unsigned int lookup);
void vfs_shutdown(void);	/* all written, all read-only: power-off */
extern struct list_head super_blocks;

/* --- fs/devices/devices.c, fs/devices/block_dev.c
 * --------------------------------------- */
struct char_driver {
	struct list_head node;
	const char *name;
	dev_t first;
	unsigned int count;		/* minors from first on */
	const struct file_operations *fops;
};
void register_chrdev(struct char_driver *driver);
size_t devices_print(char *buf, size_t size);
extern const struct file_operations blkdev_fops;
