/* fs/mode.h - file types, permission bits, mount flags (Linux i386 values) */
#pragma once

#define S_IFMT		0170000
#define S_IFSHIFT	12
#define FILE_TYPES	16	/* values of S_IFMT */
#define S_IFSOCK	0140000
#define S_IFLNK		0120000
#define S_IFREG		0100000
#define S_IFBLK		0060000
#define S_IFDIR		0040000
#define S_IFCHR		0020000
#define S_IFIFO		0010000
#define S_ISUID		0004000
#define S_ISGID		0002000
#define S_ISVTX		0001000
#define S_IXGRP		0000010
#define S_ISLNK(m)	(((m) & S_IFMT) == S_IFLNK)
#define S_ISREG(m)	(((m) & S_IFMT) == S_IFREG)
#define S_ISDIR(m)	(((m) & S_IFMT) == S_IFDIR)
#define S_ISCHR(m)	(((m) & S_IFMT) == S_IFCHR)
#define S_ISBLK(m)	(((m) & S_IFMT) == S_IFBLK)
#define S_ISFIFO(m)	(((m) & S_IFMT) == S_IFIFO)
#define S_ISSOCK(m)	(((m) & S_IFMT) == S_IFSOCK)

/* Flags of mount(2): those kept in a super block, then the others. */
#define MS_RDONLY	1u
#define MS_NOSUID	2u		/* set-id bits are ignored */
#define MS_NODEV	4u		/* device files cannot be opened */
#define MS_NOEXEC	8u		/* programs cannot be run */
#define MS_NOATIME	1024u		/* reading does not update atime */
#define MS_KEPT		(MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC | \
			 MS_NOATIME)
#define MS_CLOSING	0x80000000u	/* changing to MS_RDONLY now */
#define MS_UNCHANGING	(MS_RDONLY | MS_CLOSING)
#define MS_REMOUNT	32u
