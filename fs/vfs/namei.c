/*
 * fs/vfs/namei.c - from a path to a dentry, component by component.
 *
 * A walk holds one reference, to the directory it has reached.  Each component
 * is looked up in the dentry cache; only a miss takes i_sem of the directory
 * and asks the file system.  Symbolic links recurse, MAX_DEPTH deep and
 * MAX_LINKS in all.  Mount points are crossed in both directions.
 *
 * open_namei() with O_CREAT walks to the parent and creates the last component;
 * if that is a symbolic link, it continues in the parent of the link's target.
 *
 * Locks: i_sem of one directory at a time.
 */
#include "fs/vfs/vfs_impl.h"

#define MAX_LINKS	40
#define MAX_DEPTH	8

/* Checks the access "mask" (MAY_*) for current. => 0, -EACCES, -EROFS */
int permission(const struct inode *inode, int mask)
{
	u32 mode = inode->mode;

	if ((mask & MAY_WRITE) && (inode->sb->flags & MS_UNCHANGING) &&
	    (S_ISREG(mode) || S_ISDIR(mode) || S_ISLNK(mode)))
		return -EROFS;
	if (current->euid == 0)
		return (mask & MAY_EXEC) && !S_ISDIR(mode) && !(mode & 0111) ?
		       -EACCES : 0;
	if (current->euid == inode->uid)
		mode >>= 6;
	else if (in_group(inode->gid))
		mode >>= 3;
	return (mode & mask) == (u32)mask ? 0 : -EACCES;
}

/*
 * Looks in the cache, then asks the file system.
 * => with a reference, perhaps negative; -E; i_sem of dir held; sleeps
 */
struct dentry *lookup_one(struct dentry *dir, const char *name, u32 len)
{
	struct dentry *dentry = d_lookup(dir, name, len);
	struct inode *inode = dir->inode;
	int err;

	if (dentry)
		return dentry;
	if (!inode->ops->lookup)
		return ERR_PTR(-ENOTDIR);
	if (!inode->nlink)
		return ERR_PTR(-ENOENT);
	dentry = d_alloc(dir, name, len);
	if (IS_ERR(dentry))
		return dentry;
	err = inode->ops->lookup(inode, dentry);
	if (err) {
		dput(dentry);
		return ERR_PTR(err);
	}
	if (!dir->sb->uncached)
		d_hash(dentry);
	return dentry;
}

/* One part of a path between slashes. */
struct component {
	const char *name;
	u32 len, hash;
	bool last;
	bool slash;		/* slashes follow the last one */
};

/* => the rest of the path; NULL: there is no further component */
static const char *component_next(const char *path, struct component *c)
{
	u32 hash = 0;

	while (*path == '/')
		path++;
	if (!*path)
		return NULL;
	c->name = path;
	while (*path && *path != '/')
		hash = name_hash(hash, *path++);
	c->hash = hash;
	c->len = path - c->name;
	c->slash = *path == '/';
	while (*path == '/')
		path++;
	c->last = !*path;
	return path;
}

/* => 1 for ".", 2 for "..", else 0 */
u32 name_dots(const char *name, u32 len)
{
	if (name[0] != '.' || len > 2)
		return 0;
	return len == 1 || name[1] == '.' ? len : 0;
}

/* Moves the walk to "to"; takes over its reference. */
static void walk_to(struct walk *walk, struct dentry *to)
{
	struct dentry *from = walk->dentry;

	walk->dentry = to;
	dput(from);
}

static struct dentry *cross_mounts(struct dentry *dentry)
{
	struct dentry *below;

	while (unlikely(dentry->mounted)) {
		below = dentry;
		dentry = dget(below->mounted->root);
		dput(below);
	}
	return dentry;
}

/* Handles "..": at the root of a mount it leaves the mount; at the
 * process's root it stays. */
static void walk_up(struct walk *walk)
{
	struct dentry *at = walk->dentry;

	while (at != current->fs->root && at == at->sb->root &&
	       at->sb->covered)
		at = at->sb->covered;
	if (at != current->fs->root)
		at = at->parent;
	walk_to(walk, cross_mounts(dget(at)));
}

static int walk_path(struct walk *walk, const char *path, unsigned int flags);

/* => the target in a buffer for putname(), or ERR_PTR */
static char *read_link(struct inode *inode)
{
	char *text;
	int len;

	if (!inode->ops->readlink)
		return ERR_PTR(-EINVAL);
	text = name_buffer();
	if (!text)
		return ERR_PTR(-ENOMEM);
	inode_touch_atime(inode);
	len = inode->ops->readlink(inode, text, PATH_MAX - 1);
	if (len > 0) {
		text[len] = 0;
		return text;
	}
	putname(text);
	return ERR_PTR(len ? len : -ENOENT);
}

/* Walks the text of the link, from the directory that holds the link. */
static int walk_link(struct walk *walk, struct inode *link)
{
	struct dentry *target;
	char *text;
	int err;

	if (++walk->links > MAX_LINKS || walk->depth == MAX_DEPTH)
		return -ELOOP;
	if (link->ops->follow) {
		target = link->ops->follow(link);
		if (!IS_ERR(target))
			walk_to(walk, target);
		return IS_ERR(target) ? PTR_ERR(target) : 0;
	}
	text = read_link(link);
	if (IS_ERR(text))
		return PTR_ERR(text);
	walk->depth++;
	err = walk_path(walk, text, LOOKUP_FOLLOW);
	walk->depth--;
	putname(text);
	return err;
}

static struct dentry *walk_lookup(struct dentry *dir,
				  const struct component *c)
{
	struct dentry *dentry = d_lookup_hash(dir, c->name, c->len, c->hash);

	if (likely(dentry != NULL))
		return dentry;
	mutex_lock(&dir->inode->i_sem);
	dentry = lookup_one(dir, c->name, c->len);
	mutex_unlock(&dir->inode->i_sem);
	return dentry;
}

/* => 0, or -E with walk->dentry as it was */
static int walk_step(struct walk *walk, const struct component *c, bool follow)
{
	u32 up = name_dots(c->name, c->len);
	struct dentry *dentry;
	int err = -ENOENT;

	if (unlikely(up)) {
		if (up == 2)
			walk_up(walk);
		return 0;
	}
	dentry = walk_lookup(walk->dentry, c);
	if (IS_ERR(dentry))
		return PTR_ERR(dentry);
	if (!dentry->inode)
		goto out;
	dentry = cross_mounts(dentry);
	if (!S_ISLNK(dentry->inode->mode) || !follow) {
		walk_to(walk, dentry);
		return 0;
	}
	err = walk_link(walk, dentry->inode);
out:
	dput(dentry);
	return err;
}

/* => 0 if walk->dentry is a directory that may be searched */
static int walk_may_search(const struct walk *walk, const struct component *c)
{
	const struct inode *inode = walk->dentry->inode;

	if (!S_ISDIR(inode->mode))
		return -ENOTDIR;
	if (c->len > NAME_MAX)
		return -ENAMETOOLONG;
	return permission(inode, MAY_EXEC);
}

/* => 0 or -E; walk->dentry keeps a reference in either case */
static int walk_path(struct walk *walk, const char *path, unsigned int flags)
{
	struct component c = { .last = false };
	const char *rest;
	int err;

	if (*path == '/')
		walk_to(walk, cross_mounts(dget(current->fs->root)));
	walk->last_len = 0;
	while ((rest = component_next(path, &c)) != NULL) {
		err = walk_may_search(walk, &c);
		if (err)
			return err;
		if (c.last && (flags & LOOKUP_PARENT)) {
			walk->last = c.name;
			walk->last_len = c.len;
			walk->slash = c.slash;
			return 0;
		}
		err = walk_step(walk, &c, !c.last || c.slash ||
				(flags & LOOKUP_FOLLOW));
		if (err)
			return err;
		path = rest;
	}
	if ((c.slash || (flags & LOOKUP_DIRECTORY)) &&
	    !S_ISDIR(walk->dentry->inode->mode))
		return -ENOTDIR;
	return 0;
}

/* => the dentry where the path starts, with a reference, or ERR_PTR */
static struct dentry *start_of(int dirfd, const char *name)
{
	struct dentry *dentry;

	if (dirfd == AT_FDCWD || *name == '/')
		return dget(current->fs->cwd);
	dentry = fd_dentry(dirfd);
	if (IS_ERR(dentry) || S_ISDIR(dentry->inode->mode))
		return dentry;
	dput(dentry);
	return ERR_PTR(-ENOTDIR);
}

/* => 0 with walk->dentry, for dput(); -E with nothing to release; sleeps */
int walk_start(struct walk *walk, int dirfd, const char *name,
	       unsigned int flags)
{
	int err;

	walk->links = 0;
	walk->depth = 0;
	walk->dentry = start_of(dirfd, name);
	if (IS_ERR(walk->dentry))
		return PTR_ERR(walk->dentry);
	err = *name ? walk_path(walk, name, flags) : -ENOENT;
	if (err)
		dput(walk->dentry);
	return err;
}

/* => 0 with *res, positive, for dput(); -E; sleeps */
int path_lookup_at(int dirfd, const char *name, unsigned int flags,
		   struct dentry **res)
{
	struct walk walk;
	int err = walk_start(&walk, dirfd, name, flags);

	*res = walk.dentry;
	return err;
}

/* From the current directory. => as path_lookup_at() */
int path_lookup(const char *name, unsigned int flags, struct dentry **res)
{
	return path_lookup_at(AT_FDCWD, name, flags, res);
}

/* Looks up a path in user memory. => as path_lookup_at() */
int user_path_at(int dirfd, const char __user *user, unsigned int flags,
		 struct dentry **res)
{
	char *name = getname(user);
	int err;

	if (name == ERR_PTR(-ENOENT) && (flags & LOOKUP_EMPTY)) {
		*res = fd_dentry(dirfd);
		return IS_ERR(*res) ? PTR_ERR(*res) : 0;
	}
	if (IS_ERR(name))
		return PTR_ERR(name);
	err = path_lookup_at(dirfd, name, flags, res);
	putname(name);
	return err;
}

/* => 0; -ENOENT in a removed directory, -EACCES, -EROFS */
int may_change_dir(const struct inode *dir)
{
	return dir->nlink ? permission(dir, MAY_WRITE | MAY_EXEC) : -ENOENT;
}

/* Checks the permissions for an open; truncates for O_TRUNC. => 0 or -E */
static int may_open(struct inode *inode, u32 flags)
{
	u32 mode = (flags & O_ACCMODE) + 1;
	int mask = (mode & 1 ? MAY_READ : 0) | (mode & 2 ? MAY_WRITE : 0);
	int err;

	if (flags & O_TRUNC)
		mask |= MAY_WRITE;
	if (!S_ISDIR(inode->mode) && (flags & O_DIRECTORY))
		return -ENOTDIR;
	if (flags & O_PATH)
		return 0;
	if (S_ISLNK(inode->mode))
		return -ELOOP;
	if (S_ISDIR(inode->mode) && ((mask & MAY_WRITE) || (flags & O_CREAT)))
		return -EISDIR;
	if ((S_ISBLK(inode->mode) || S_ISCHR(inode->mode)) &&
	    (inode->sb->flags & MS_NODEV))
		return -EACCES;
	err = permission(inode, mask);
	if (!err && (mask & MAY_WRITE) && is_running(inode))
		err = -ETXTBSY;
	if (err || !(flags & O_TRUNC) || !S_ISREG(inode->mode))
		return err;
	return set_size(inode, 0);
}

/* Looks up the last component and creates it if missing.
 * => dentry or ERR_PTR */
static struct dentry *find_or_create(struct walk *walk, u32 mode,
				     bool *created)
{
	struct inode *dir = walk->dentry->inode;
	struct dentry *dentry;
	int err;

	if (!walk->last_len || walk->slash ||
	    name_dots(walk->last, walk->last_len))
		return ERR_PTR(-EISDIR);
	mutex_lock(&dir->i_sem);
	dentry = lookup_one(walk->dentry, walk->last, walk->last_len);
	if (IS_ERR(dentry) || dentry->inode)
		goto out;
	err = may_change_dir(dir);
	if (!err)
		err = dir->ops->create ? dir->ops->create(dir, dentry,
			(mode & 07777 & ~current->fs->umask) | S_IFREG) :
			-EACCES;
	*created = !err;
	if (err) {
		dput(dentry);
		dentry = ERR_PTR(err);
	}
out:
	mutex_unlock(&dir->i_sem);
	return dentry;
}

/* The last component is a symlink: continue in its target's directory. */
static int walk_last_link(struct walk *walk, struct inode *link, char **text)
{
	char *old = *text;
	int err;

	if (++walk->links > MAX_LINKS)
		return -ELOOP;
	*text = read_link(link);
	if (IS_ERR(*text)) {
		err = PTR_ERR(*text);
		*text = old;
		return err;
	}
	if (old)
		putname(old);
	return walk_path(walk, *text, LOOKUP_PARENT);
}

/* => true: *dentry was a link of proc and is now its target, or ERR_PTR */
static bool follow_to_file(struct dentry **dentry)
{
	struct inode *link = (*dentry)->inode;
	struct dentry *target;

	if (!link->ops->follow)
		return false;
	target = link->ops->follow(link);
	dput(*dentry);
	*dentry = target;
	return true;
}

/* Opens with O_CREAT; loops until the last component is not a symlink. */
static int open_create(int dirfd, const char *name, u32 flags, u32 mode,
		       struct dentry **res)
{
	struct walk walk;
	struct dentry *dentry = NULL;
	char *text = NULL;		/* walk.last points into it */
	bool created = false;
	int err = walk_start(&walk, dirfd, name, LOOKUP_PARENT);

	if (err)
		return err;
	for (;;) {
		dentry = find_or_create(&walk, mode, &created);
		if (IS_ERR(dentry)) {
			err = PTR_ERR(dentry);
			break;
		}
		if (!created && (flags & O_EXCL))
			err = -EEXIST;
		if (err || !S_ISLNK(dentry->inode->mode) ||
		    (flags & O_NOFOLLOW))
			break;
		if (follow_to_file(&dentry)) {
			err = IS_ERR(dentry) ? PTR_ERR(dentry) : 0;
			break;
		}
		err = walk_last_link(&walk, dentry->inode, &text);
		dput(dentry);
		dentry = NULL;
		if (err)
			break;
	}
	if (!err) {
		dentry = cross_mounts(dentry);
		err = created ? 0 : may_open(dentry->inode, flags);
	}
	if (err && !IS_ERR(dentry))
		dput(dentry);
	if (text)
		putname(text);
	dput(walk.dentry);
	*res = dentry;
	return err;
}

/*
 * Finds the dentry to open, creates it for O_CREAT, truncates for O_TRUNC.
 * => 0 with *res for dput(); -E; sleeps
 */
int open_namei(int dirfd, const char *name, u32 flags, u32 mode,
	       struct dentry **res)
{
	unsigned int walk_flags = flags & O_NOFOLLOW ? 0 : LOOKUP_FOLLOW;
	int err;

	if (flags & O_CREAT)
		return open_create(dirfd, name, flags, mode, res);
	err = path_lookup_at(dirfd, name, walk_flags, res);
	if (err)
		return err;
	err = may_open((*res)->inode, flags);
	if (err)
		dput(*res);
	return err;
}
