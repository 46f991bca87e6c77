/*
 * tests/host/ext2_mirror.c - host file operations, apart because libc's and
 * the kernel's types do not mix.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/host/ext2_mirror.h"

static int result(long r)
{
	return r < 0 ? -errno : (int)r;
}

int mirror_start(const char *dir)
{
	return result(chdir(dir));
}

int mirror_create(const char *path)
{
	int fd = open(path, O_CREAT | O_EXCL | O_WRONLY, 0644);

	return fd < 0 ? -errno : result(close(fd));
}

int mirror_write(const char *path, const void *buf, unsigned n, long long pos)
{
	int fd = open(path, O_WRONLY), r;

	if (fd < 0)
		return -errno;
	r = result(pwrite(fd, buf, n, pos));
	close(fd);
	return r;
}

int mirror_truncate(const char *path, long long size)
{
	return result(truncate(path, size));
}

int mirror_mkdir(const char *path)
{
	return result(mkdir(path, 0755));
}

int mirror_rmdir(const char *path)
{
	return result(rmdir(path));
}

int mirror_unlink(const char *path)
{
	return result(unlink(path));
}

int mirror_rename(const char *old, const char *new_)
{
	return result(rename(old, new_));
}

int mirror_link(const char *old, const char *new_)
{
	return result(link(old, new_));
}

int mirror_symlink(const char *target, const char *path)
{
	return result(symlink(target, path));
}
