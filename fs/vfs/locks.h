/*
 * fs/vfs/locks.h - file locks: record locks of processes (fcntl) and whole-file
 * locks of opens (flock).  The two kinds do not conflict with each other.
 */
#pragma once

#include "fs/vfs/vfs_impl.h"

/* F_GETLK, F_SETLK, F_SETLKW and their 64-bit forms. => 0 or -E; may sleep */
long fcntl_lock(struct file *file, u32 cmd, void *user);
/* Drops all locks of owner on inode. owner: a descriptor table that closes the
 * file, or an open file whose last reference is gone. */
void locks_drop(struct inode *inode, const void *owner);
size_t locks_print(char *buf, size_t size);	/* /proc/locks */
