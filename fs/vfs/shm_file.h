/*
 * fs/vfs/shm_file.h - files without a name over shared memory.
 */
#pragma once

#include "fs/fs.h"

bool is_zero_device(const struct file *file);	/* fs/devices/devices.c */
/* => an inode over shared memory, for iput(); -ENOMEM; the name is for those
 *    who look at maps */
struct inode *shm_inode(unsigned long bytes, const char *name);
/* => that name; NULL: it is no shared memory */
const char *shm_name(const struct inode *inode);
/* => a file of its own: mmap's shared anonymous memory; -E */
struct file *shm_file(unsigned long bytes, u32 flags);
