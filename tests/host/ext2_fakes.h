/*
 * tests/host/ext2_fakes.h - what fs/ext2 stands on, made of plain memory: a
 * disk, a buffer cache, a page cache, inodes, dentries.
 *
 * Nothing reaches the fake disk before fake_sync(), and what was not marked
 * dirty never does: a forgotten mark_buffer_dirty() shows as a wrong disk.
 */
#pragma once

#include "fs/ext2/bitmap.h"
#include "fs/ext2/ext2.h"
#include "fs/vfs/dentry.h"
#include "fs/vfs/file.h"
#include "fs/vfs/inode.h"
#include "fs/vfs/super.h"

extern u8 *fake_disk;			/* the image */
extern u32 fake_disk_bytes;
extern struct blk_dev fake_dev;
extern u32 fake_bad_block;		/* reads of it fail; 0: none */
extern char fake_log[2000];		/* all printk since it was cleared */
extern unsigned int fake_log_lines;
extern unsigned int fake_flushes;	/* of the drive's cache */
extern bool fake_strict;		/* the disk is sound: check more */

void fake_resize(u32 bytes);		/* a new disk, with no contents */
void fake_load(const char *path);
void fake_save(const char *path);

/* => the mounted super block, or NULL; one at a time */
struct super_block *fake_mount(u32 flags);
void fake_sync(void);
extern unsigned int fake_metadata_syncs;	/* that ext2 asked for */
extern bool fake_no_memory;		/* kmalloc: NULL */
/* The flushers: all inodes to their buffers, then what is dirty for more than
 * "age" changes, oldest or not. */
void fake_kupdate(unsigned long age);
void fake_fsync(struct inode *inode);

/* ext2_fake_cut.c: what a power cut leaves.  From the start on, what reaches
 * the disk is in the drive's cache until the next flush. */
void fake_cut_start(void);
/* The disk without those writes since the flush that luck(n) does not keep,
 * as a file; n: 2. */
void fake_cut_save(const char *path, u32 (*luck)(u32 n));
/* Writes back and forgets every unused page, buffer and inode.
 * => inodes in use */
int fake_evict(void);
/* => number of complaints */
int fake_umount(void);

/* parent NULL: in no tree */
struct dentry *fake_dentry(struct dentry *parent, const char *name);
void fake_dput(struct dentry *dentry);
/* As page_file_write and _read, on kernel memory. */
long fake_write(struct inode *inode, const void *buf, u32 n, loff_t pos);
long fake_read(struct inode *inode, void *buf, u32 n, loff_t pos);
void fake_truncate(struct inode *inode, loff_t size);

/* stdlib.h would bring libc's dev_t */
void *calloc(size_t n, size_t size);
void *malloc(size_t size);
void free(void *p);
void exit(int status) __attribute__((noreturn));
void abort(void) __attribute__((noreturn));
int atoi(const char *s);
void *aligned_alloc(size_t align, size_t size);
