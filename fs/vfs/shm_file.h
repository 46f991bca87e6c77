/* fs/vfs/shm_file.h - files without a path over shared memory. */
#pragma once

#include "fs/fs.h"

bool is_zero_device(const struct file *file);	/* fs/devices/devices.c */
/* => an inode over shared memory, for iput(); -ENOMEM.  The name is shown
 * in /proc/PID/maps */
struct inode *shm_inode(unsigned long bytes, const char *name);
/* => the name given to shm_inode(); NULL: not shared memory */
const char *shm_name(const struct inode *inode);
/* => a file over a new object, for mmap's shared anonymous memory; -E */
struct file *shm_file(unsigned long bytes, u32 flags);
