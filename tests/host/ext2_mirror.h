/*
 * tests/host/ext2_mirror.h - the same operations on a directory of the host,
 * for comparison.  Names are relative to it; each => 0 (or bytes) or -errno.
 */
#pragma once

int mirror_start(const char *dir);
int mirror_create(const char *path);
int mirror_write(const char *path, const void *buf, unsigned n, long long pos);
int mirror_truncate(const char *path, long long size);
int mirror_mkdir(const char *path);
int mirror_rmdir(const char *path);
int mirror_unlink(const char *path);
int mirror_rename(const char *old, const char *new_);
int mirror_link(const char *old, const char *new_);
int mirror_symlink(const char *target, const char *path);
