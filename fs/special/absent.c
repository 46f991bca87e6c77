/*
 * fs/special/absent.c - calls for extended attributes and sockets, which this
 * kernel does not have.
 *
 * Arguments are checked as if the objects existed; the error returned is the
 * one after which programs continue without them.
 */
#include "fs/vfs/vfs_impl.h"
#include "kernel/core/uaccess.h"

/* ---- extended attributes ------------------------------------------------- */

#define XATTR_NAME_MAX	255
#define NR_SETXATTR	226
#define XATTR_LIST	2	/* 3rd of set, get, list, remove */

/* => 0: the file exists; -E */
static long find_target(unsigned long target, bool is_fd, u32 flags)
{
	struct dentry *dentry;
	struct file *file;
	long err;

	if (!is_fd) {
		err = user_path_at(AT_FDCWD, (const char __user *)target,
				   flags, &dentry);
		if (!err)
			dput(dentry);
		return err;
	}
	file = fget(target);
	if (!file)
		return -EBADF;
	fput(file);
	return 0;
}

/* setxattr(path, name...), lsetxattr, fsetxattr, and three such calls
 * each to get, list and remove, distinguished by the call's number.
 * => the list is empty */
SYSCALL_DEFINE2(xattr, unsigned long, target, const char __user *, user_name)
{
	u32 call = current->frame->error - NR_SETXATTR, how = call % 3;
	char name[XATTR_NAME_MAX + 1];
	long n = find_target(target, how == 2, how ? 0 : LOOKUP_FOLLOW);

	if (n || call / 3 == XATTR_LIST)
		return n;
	n = strncpy_from_user(name, user_name, sizeof(name));
	if (!n || n == -ENAMETOOLONG)
		return -ERANGE;
	return n < 0 ? n : -EOPNOTSUPP;
}

/* ---- sockets ------------------------------------------------------------- */

enum { SOCKET = 1, SOCKETPAIR = 8, SOCKETCALLS = 20 };

/* socket, socketpair: no address family is supported */
SYSCALL_DEFINE0(socket)
{
	return -EAFNOSUPPORT;
}

/* bind, send and the other calls whose first argument is a descriptor */
SYSCALL_DEFINE1(of_socket, int, fd)
{
	long err = find_target(fd, true, 0);

	return err ? err : -ENOTSOCK;
}

/* Each of these calls has at least two arguments. */
SYSCALL_DEFINE2(socketcall, u32, call, const u32 __user *, user_args)
{
	u32 args[2];

	if (call - 1 >= SOCKETCALLS)
		return -EINVAL;
	if (copy_from_user(args, user_args, sizeof(args)))
		return -EFAULT;
	if (call == SOCKET || call == SOCKETPAIR)
		return -EAFNOSUPPORT;
	return sys_of_socket(args[0]);
}
