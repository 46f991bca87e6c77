/*
 * fs/vfs/locks.h - locks on files: record locks of processes (fcntl) and whole
 * files of opens (flock), which do not see each other.
 */
#pragma once

#include "fs/vfs/vfs_impl.h"

/* F_GETLK, F_SETLK, F_SETLKW and the 64-bit three. => 0 or -E; may sleep */
long fcntl_lock(struct file *file, u32 cmd, void *user);
/* A table of descriptors closes one of inode's, or the last reference to an
 * open file is gone: all that it owns goes. */
void locks_drop(struct inode *inode, const void *owner);
size_t locks_print(char *buf, size_t size);	/* /proc/locks */
