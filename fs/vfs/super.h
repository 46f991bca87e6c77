/*
 * fs/vfs/super.h - file systems, mounts, devices, and their start-up.
 *
 * Every function may sleep unless its comment says otherwise.  A function that
 * returns a pointer and can fail returns ERR_PTR, never NULL, unless its
 * comment says otherwise.
 */
#pragma once

#include "fs/fs.h"

/* Start-up, in this order; each file system or file type registers itself. */
void vfs_init(void);		/* inodes, dentries, open files */
void pipe_init(void);
void shm_file_init(void);
void devices_init(void);
void rtc_init(void) __optional;
void ext2_init(void);
void proc_init(void) __optional;

/* --- fs/vfs/super.c --- */
struct fs_type {
	struct list_head node;
	const char *name;
	bool needs_dev;
	/* Sets ops, root (d_alloc_root), block size...; sb->dev is set. => 0,
	 * or -E after printing why (unless silent) */
	int (*read_super)(struct super_block *sb, const char *data,
			  bool silent);
};
void register_filesystem(struct fs_type *type);
/* name: of root=; "" tries hda, then the ramdisk.  Panics without a root.
 * Gives current its fs_struct; mounts /proc if the directory exists. */
void mount_root(const char *name);
int do_mount(const char *dev_name, const char *dir, const char *type,
	     u32 flags, const char *data);
int do_umount(const char *dir, unsigned int lookup);
void vfs_shutdown(void);	/* power-off: writes all, sets all read-only */
extern struct list_head super_blocks;

/* --- fs/devices/devices.c, fs/devices/block_dev.c --- */
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
