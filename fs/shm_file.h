/*
 * fs/shm_file.h - files without a name over shared memory.
 */
#pragma once

#include "fs/fs.h"

/* => an inode without name over shared memory, for iput(); -ENOMEM */
struct inode *shm_inode(unsigned long bytes);
/* => another file of it, for fput(); -ENFILE */
struct file *shm_open(struct inode *inode, u32 flags,
		      const struct file_operations *fops);
/* => a file of its own: mmap's shared anonymous memory; -E */
struct file *shm_file(unsigned long bytes);
