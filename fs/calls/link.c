/*
 * fs/calls/link.c - names created, removed and moved: mkdir, mknod, link,
 * symlink, unlink, rmdir, rename, and their *at variants.
 *
 * Each call walks to the parent directory, takes its i_sem, looks up the last
 * component, checks everything, and only then calls the file system. rename
 * takes i_sem of both parents, an ancestor first; if they differ it takes
 * rename_mutex before, so that no other rename changes the tree meanwhile.
 *
 * Locks: rename_mutex, then i_sem of parents, then of the directory removed.
 */
#include "fs/vfs/vfs_impl.h"

static MUTEX(rename_mutex, RANK_NAMESPACE);

/* State of a call's path: parent and last component. */
struct name {
	char *path;
	struct walk walk;	/* its parent, and the last component */
	struct dentry *dentry;	/* the name itself, perhaps negative */
};

static struct inode *name_dir(const struct name *name)
{
	return name->walk.dentry->inode;
}

/* Finds the parent. => 0, for name_release(); or -E */
static int name_find(struct name *name, int dirfd, const char *user)
{
	int err;

	name->dentry = NULL;
	name->path = getname(user);
	if (IS_ERR(name->path))
		return PTR_ERR(name->path);
	err = walk_start(&name->walk, dirfd, name->path, LOOKUP_PARENT);
	if (err)
		putname(name->path);
	return err;
}

static void name_release(struct name *name)
{
	dput(name->dentry);
	dput(name->walk.dentry);
	putname(name->path);
}

/* => 0: an ordinary name; 1: "."; 2: ".."; 3: the root */
static int name_special(const struct name *name)
{
	u32 len = name->walk.last_len;

	return len ? (int)name_dots(name->walk.last, len) : 3;
}

/* Looks up name->dentry in the parent, whose i_sem is held. => 0 or -E */
static int name_lookup(struct name *name)
{
	struct dentry *dentry = lookup_one(name->walk.dentry, name->walk.last,
					   name->walk.last_len);

	if (IS_ERR(dentry))
		return PTR_ERR(dentry);
	name->dentry = dentry;
	return 0;
}

/* => 0 if the name is free and may be created; i_sem held */
static int name_may_create(const struct name *name, bool dir)
{
	if (name->dentry->inode)
		return -EEXIST;
	if (name->walk.slash && !dir)
		return -ENOENT;
	return may_change_dir(name_dir(name));
}

/* => 0 if the name may be removed; i_sem held */
static int name_may_remove(const struct name *name)
{
	const struct inode *dir = name_dir(name), *inode;
	int err;

	inode = name->dentry->inode;
	if (!inode)
		return -ENOENT;
	err = may_change_dir(dir);
	if (err)
		return err;
	if ((dir->mode & S_ISVTX) && current->euid &&
	    current->euid != inode->uid && current->euid != dir->uid)
		return -EPERM;
	if (name->walk.slash && !S_ISDIR(inode->mode))
		return -ENOTDIR;
	return name->dentry->mounted ? -EBUSY : 0;
}

/* ---- created ------------------------------------------------------------- */

/* Description of a name to create. */
struct maker {
	u32 mode;		/* type and permissions; link: 0 */
	dev_t rdev;
	const char *target;	/* text of a symbolic link */
	struct dentry *old;	/* existing name of a hard link */
};

/* => 0 or -E of the file system; -EPERM if it lacks the operation */
static int link_make(struct inode *dir, struct dentry *dentry,
		     const struct maker *m)
{
	const struct inode_operations *ops = dir->ops;

	if (m->old)
		return ops->link ? ops->link(dir, dentry, m->old->inode) :
				   -EPERM;
	if (S_ISLNK(m->mode))
		return ops->symlink ? ops->symlink(dir, dentry, m->target) :
				      -EPERM;
	if (S_ISDIR(m->mode))
		return ops->mkdir ? ops->mkdir(dir, dentry, m->mode) : -EPERM;
	if (S_ISREG(m->mode))
		return ops->create ? ops->create(dir, dentry, m->mode) :
				     -EPERM;
	return ops->mknod ? ops->mknod(dir, dentry, m->mode, m->rdev) : -EPERM;
}

/* Creates a name. => 0; -EEXIST, also over a dangling link; -E */
static long make_name(int dirfd, const char __user *user, const struct maker *m)
{
	struct name name;
	int err = name_find(&name, dirfd, user);

	if (err)
		return err;
	if (name_special(&name)) {
		name_release(&name);
		return -EEXIST;
	}
	mutex_lock(&name_dir(&name)->i_sem);
	err = name_lookup(&name);
	if (!err)
		err = name_may_create(&name, S_ISDIR(m->mode));
	if (!err && m->old)
		err = m->old->sb != name.dentry->sb ? -EXDEV :
		      m->old->inode->nlink ? 0 : -ENOENT;
	if (!err)
		err = link_make(name_dir(&name), name.dentry, m);
	mutex_unlock(&name_dir(&name)->i_sem);
	name_release(&name);
	return err;
}

SYSCALL_DEFINE3(mkdirat, int, dirfd, const char __user *, path, u32, mode)
{
	struct maker m = {
		.mode = (mode & 01777 & ~current->fs->umask) | S_IFDIR,
	};

	return make_name(dirfd, path, &m);
}

/* dev packs 12 + 20 bits around the old 8 + 8, the upper bits of the minor
 * number on top; a number with those is refused. */
SYSCALL_DEFINE4(mknodat, int, dirfd, const char __user *, path, u32, mode,
		u32, dev)
{
	struct maker m = {
		.mode = (mode & (S_IFMT | 07777)) & ~current->fs->umask,
		.rdev = dev,
	};

	if (!(mode & S_IFMT))
		m.mode |= S_IFREG;
	if (S_ISDIR(m.mode))
		return -EPERM;
	if (!S_ISREG(m.mode) && !S_ISCHR(m.mode) && !S_ISBLK(m.mode) &&
	    !S_ISFIFO(m.mode) && !S_ISSOCK(m.mode))
		return -EINVAL;
	if ((S_ISCHR(m.mode) || S_ISBLK(m.mode)) && current->euid)
		return -EPERM;
	if ((S_ISCHR(m.mode) || S_ISBLK(m.mode)) && dev >> 20)
		return -EINVAL;
	return make_name(dirfd, path, &m);
}

SYSCALL_DEFINE3(symlinkat, const char __user *, target, int, dirfd,
		const char __user *, path)
{
	struct maker m = { .mode = S_IFLNK | 0777 };
	char *text = getname(target);
	long err;

	if (IS_ERR(text))
		return PTR_ERR(text);
	m.target = text;
	err = make_name(dirfd, path, &m);
	putname(text);
	return err;
}

SYSCALL_DEFINE5(linkat, int, olddir, const char __user *, oldpath, int, newdir,
		const char __user *, newpath, u32, flags)
{
	struct maker m = { .mode = 0 };
	long err;

	if (flags & ~(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	if (current->euid)
		flags &= ~AT_EMPTY_PATH;
	err = user_path_at(olddir, oldpath, (flags & AT_SYMLINK_FOLLOW ?
			   LOOKUP_FOLLOW : 0) | (flags & LOOKUP_EMPTY), &m.old);
	if (err)
		return err;
	err = S_ISDIR(m.old->inode->mode) ? -EPERM :
	      make_name(newdir, newpath, &m);
	dput(m.old);
	return err;
}

SYSCALL_DEFINE2(mkdir, const char __user *, path, u32, mode)
{
	return sys_mkdirat(AT_FDCWD, path, mode);
}

SYSCALL_DEFINE3(mknod, const char __user *, path, u32, mode, u32, dev)
{
	return sys_mknodat(AT_FDCWD, path, mode, dev);
}

SYSCALL_DEFINE2(symlink, const char __user *, target, const char __user *, path)
{
	return sys_symlinkat(target, AT_FDCWD, path);
}

SYSCALL_DEFINE2(link, const char __user *, oldpath,
		const char __user *, newpath)
{
	return sys_linkat(AT_FDCWD, oldpath, AT_FDCWD, newpath, 0);
}

/* ---- removed ------------------------------------------------------------- */

/* An open inode stays: the last iput() deletes it. */
static int remove_file(struct inode *dir, struct dentry *dentry)
{
	if (S_ISDIR(dentry->inode->mode))
		return -EISDIR;
	return dir->ops->unlink ? dir->ops->unlink(dir, dentry) : -EPERM;
}

/* The directory's own i_sem is held, so that meanwhile no name is added to it
 * and nothing is mounted on it. */
static int remove_dir(struct inode *dir, struct dentry *dentry)
{
	struct inode *inode = dentry->inode;
	int err;

	if (!S_ISDIR(inode->mode))
		return -ENOTDIR;
	if (!dir->ops->rmdir)
		return -EPERM;
	if (dentry == current->fs->root)
		return -EBUSY;
	mutex_lock(&inode->i_sem);
	err = dentry->mounted ? -EBUSY : dir->ops->rmdir(dir, dentry);
	mutex_unlock(&inode->i_sem);
	if (!err)
		d_prune_children(dentry);
	return err;
}

/* The names ".", ".." and "/" cannot be removed. */
static int refuse_special(const struct name *name, bool dir)
{
	static const int dir_errors[] = { 0, -EINVAL, -ENOTEMPTY, -EBUSY };
	int special = name_special(name);

	return special && !dir ? -EISDIR : dir_errors[special];
}

SYSCALL_DEFINE3(unlinkat, int, dirfd, const char __user *, path, u32, flags)
{
	bool dir = flags & AT_REMOVEDIR;
	struct name name;
	int err = -EINVAL;

	if (!(flags & ~AT_REMOVEDIR))
		err = name_find(&name, dirfd, path);
	if (err)
		return err;
	err = refuse_special(&name, dir);
	if (err)
		goto out;
	mutex_lock(&name_dir(&name)->i_sem);
	err = name_lookup(&name);
	if (!err)
		err = name_may_remove(&name);
	if (!err)
		err = (dir ? remove_dir : remove_file)(name_dir(&name),
						       name.dentry);
	if (!err)
		d_delete(name.dentry);
	mutex_unlock(&name_dir(&name)->i_sem);
out:
	name_release(&name);
	return err;
}

SYSCALL_DEFINE1(unlink, const char __user *, path)
{
	return sys_unlinkat(AT_FDCWD, path, 0);
}

SYSCALL_DEFINE1(rmdir, const char __user *, path)
{
	return sys_unlinkat(AT_FDCWD, path, AT_REMOVEDIR);
}

/* ---- moved --------------------------------------------------------------- */

/* Compares inodes: a directory of a corrupt disk may have two names. */
static bool lies_below(const struct dentry *dentry, const struct dentry *dir)
{
	while (dentry->inode != dir->inode && dentry != dentry->parent)
		dentry = dentry->parent;
	return dentry->inode == dir->inode;
}

/*
 * Locks an ancestor before its descendant.  Unrelated directories are locked in
 * any order: only a rename holds two, and rename_mutex admits one rename.
 */
static void lock_parents(struct name *old, struct name *new)
{
	struct inode *first = name_dir(old), *second = name_dir(new);

	if (first == second) {
		mutex_lock(&first->i_sem);
		return;
	}
	mutex_lock(&rename_mutex);
	if (lies_below(old->walk.dentry, new->walk.dentry)) {
		first = name_dir(new);
		second = name_dir(old);
	}
	mutex_lock(&first->i_sem);
	mutex_lock(&second->i_sem);
}

static void unlock_parents(struct name *old, struct name *new)
{
	mutex_unlock(&name_dir(old)->i_sem);
	if (name_dir(old) == name_dir(new))
		return;
	mutex_unlock(&name_dir(new)->i_sem);
	mutex_unlock(&rename_mutex);
}

/* Both names are looked up, parents locked. => 0: the rename is allowed */
static int may_rename(const struct name *old, const struct name *new)
{
	const struct inode *from = old->dentry->inode;
	const struct inode *to = new->dentry->inode;
	int err = name_may_remove(old);

	if (err)
		return err;
	if (lies_below(new->walk.dentry, old->dentry))
		return -EINVAL;
	if (lies_below(old->walk.dentry, new->dentry))
		return -ENOTEMPTY;
	if (S_ISDIR(from->mode) && name_dir(old) != name_dir(new))
		err = permission(from, MAY_WRITE);	/* its ".." changes */
	if (err)
		return err;
	if (!to)
		return name_may_create(new, S_ISDIR(from->mode));
	if (S_ISDIR(from->mode) && !S_ISDIR(to->mode))
		return -ENOTDIR;
	if (!S_ISDIR(from->mode) && S_ISDIR(to->mode))
		return -EISDIR;
	return name_may_remove(new);
}

/* Renames; an existing target loses its name. => 0 or -E */
static int link_move(struct name *old, struct name *new)
{
	struct inode *dir = name_dir(old), *to = new->dentry->inode;
	bool over_dir = to && S_ISDIR(to->mode);
	int err;

	if (!dir->ops->rename)
		return -EPERM;
	if (over_dir)
		mutex_lock(&to->i_sem);
	err = new->dentry->mounted ? -EBUSY :
	      dir->ops->rename(dir, old->dentry, name_dir(new), new->dentry);
	if (over_dir)
		mutex_unlock(&to->i_sem);
	if (err)
		return err;
	if (over_dir)
		d_prune_children(new->dentry);
	d_move(old->dentry, new->dentry);
	return 0;
}

static int rename_locked(struct name *old, struct name *new, u32 flags)
{
	int err = name_lookup(old);

	if (!err)
		err = name_lookup(new);
	if (!err && (flags & RENAME_NOREPLACE) && new->dentry->inode)
		return old->dentry->inode ? -EEXIST : -ENOENT;
	if (!err && (old->walk.slash || new->walk.slash) &&
	    old->dentry->inode && !S_ISDIR(old->dentry->inode->mode))
		return -ENOTDIR;
	if (!err && old->dentry->inode &&
	    old->dentry->inode == new->dentry->inode)
		return 0;	/* two names of one file: no change */
	if (!err)
		err = may_rename(old, new);
	return err ? err : link_move(old, new);
}

static long do_rename(int olddir, const char __user *olduser, int newdir,
		      const char __user *newuser, u32 flags)
{
	struct name old, new;
	int err = name_find(&old, olddir, olduser);

	if (err)
		return err;
	err = name_find(&new, newdir, newuser);
	if (err)
		goto out_old;
	if (old.walk.dentry->sb != new.walk.dentry->sb) {
		err = -EXDEV;
	} else if (name_special(&old) || name_special(&new)) {
		err = -EBUSY;
	} else {
		lock_parents(&old, &new);
		err = rename_locked(&old, &new, flags);
		unlock_parents(&old, &new);
	}
	name_release(&new);
out_old:
	name_release(&old);
	return err;
}

#define NR_RENAMEAT2	353

/* renameat, which has no flags, and renameat2, which cannot exchange
 * two names here. */
SYSCALL_DEFINE5(renameat, int, olddir, const char __user *, oldpath,
		int, newdir, const char __user *, newpath, u32, flags)
{
	if (syscall_number() != NR_RENAMEAT2)
		flags = 0;
	return flags & ~RENAME_NOREPLACE ? -EINVAL :
		do_rename(olddir, oldpath, newdir, newpath, flags);
}

SYSCALL_DEFINE2(rename, const char __user *, oldpath,
		const char __user *, newpath)
{
	return sys_renameat(AT_FDCWD, oldpath, AT_FDCWD, newpath, 0);
}
