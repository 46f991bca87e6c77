/*
 * fs/fcntl.h - Linux's i386 numbers that programs pass to open, fcntl, lseek
 * and poll.
 */
#pragma once

#define O_ACCMODE	0000003u
#define O_RDONLY	0000000u
#define O_WRONLY	0000001u
#define O_RDWR		0000002u
#define O_CREAT		0000100u
#define O_EXCL		0000200u
#define O_NOCTTY	0000400u
#define O_TRUNC		0001000u
#define O_APPEND	0002000u
#define O_NONBLOCK	0004000u
#define O_SYNC		0010000u	/* O_DSYNC is treated the same */
#define O_DIRECT	0040000u	/* refused: EINVAL */
#define O_LARGEFILE	0100000u
#define O_DIRECTORY	0200000u
#define O_NOFOLLOW	0400000u
#define O_CLOEXEC	02000000u
#define O_PATH		010000000u	/* path lookup only, not opened */
#define O_TMPFILE	020000000u	/* on a directory: EISDIR */

#define F_DUPFD		0
#define F_GETFD		1
#define F_SETFD		2
#define F_GETFL		3
#define F_SETFL		4
#define F_GETLK		5
#define F_SETLK		6
#define F_SETLKW	7
#define F_GETLK64	12
#define F_SETLK64	13
#define F_SETLKW64	14
#define F_DUPFD_CLOEXEC	1030
#define FD_CLOEXEC	1

#define F_RDLCK		0	/* kinds of record locks */
#define F_WRLCK		1
#define F_UNLCK		2
#define LOCK_SH		1	/* flock operations */
#define LOCK_EX		2
#define LOCK_NB		4
#define LOCK_UN		8

/* ioctls on any file */
#define FIONREAD	0x541bu
#define FIONBIO		0x5421u
#define FIONCLEX	0x5450u
#define FIOCLEX		0x5451u

#define SEEK_SET	0
#define SEEK_CUR	1
#define SEEK_END	2

#define AT_FDCWD		(-100)
#define AT_SYMLINK_NOFOLLOW	0x100u
#define AT_REMOVEDIR		0x200u	/* unlinkat */
#define AT_EACCESS		0x200u	/* faccessat2 */
#define AT_SYMLINK_FOLLOW	0x400u
#define AT_NO_AUTOMOUNT		0x800u
#define AT_EMPTY_PATH		0x1000u

#define RENAME_NOREPLACE	1u

#define POLLIN		0x0001u
#define POLLOUT		0x0004u
#define POLLERR		0x0008u
#define POLLHUP		0x0010u
#define POLLNVAL	0x0020u
#define POLLRDNORM	0x0040u
#define POLLWRNORM	0x0100u

/* Types of directory entries: mode >> 12. */
#define DT_UNKNOWN	0
#define DT_FIFO		1
#define DT_CHR		2
#define DT_DIR		4
#define DT_BLK		6
#define DT_REG		8
#define DT_LNK		10
#define DT_SOCK		12
