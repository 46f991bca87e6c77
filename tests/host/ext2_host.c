/*
 * tests/host/ext2_host.c - random operations on ext2 and on the host at once.
 *
 *	ext2_host IMAGE DIR SEED OPERATIONS
 *
 * Applies a random sequence (create, write with holes, truncate, rename, link,
 * symlink, unlink, mkdir, rmdir) to the file system in IMAGE, through all of
 * fs/ext2, and to the empty host directory DIR; results must agree.  The
 * image is saved; run-ext2 then has e2fsck and debugfs look at it.
 */
#include <stdio.h>

#include "tests/host/ext2_fakes.h"
#include "tests/host/ext2_mirror.h"

#define NAMES	120
#define CHUNK	(64 << 10)

/* What exists: paths of the host, by kind. */
struct name {
	char kind;		/* 0 free, f file, d directory, l link */
	char path[1400];
};

static struct name names[NAMES];
static struct super_block *sb;
static u64 rng;
static u8 chunk[CHUNK], back[CHUNK];
static u32 enospc;

static u32 rnd(u32 n)
{
	rng = rng * 6364136223846793005ull + 1442695040888963407ull;
	return (u32)(rng >> 33) % n;
}

static void fail(const char *what, const char *path, long ours, long theirs)
{
	printf("FAIL ext2_host: %s %s: %ld, host %ld (%s)\n", what, path, ours,
	       theirs, fake_log);
	exit(1);
}

static bool agree(const char *what, const char *path, long ours, long theirs)
{
	if (ours != theirs)
		fail(what, path, ours, theirs);
	return ours >= 0;
}

/* ---- paths ------------------------------------------------------------- */

static struct dentry *lookup(struct inode *dir, const char *name, size_t len)
{
	char copy[256];
	struct dentry *dentry;
	int err;

	memcpy(copy, name, len);
	copy[len] = 0;
	dentry = fake_dentry(NULL, copy);
	err = dir->ops->lookup(dir, dentry);
	if (err)
		fail("lookup", copy, err, 0);
	return dentry;
}

/* => the directory of the last component (a reference), *last its dentry */
static struct inode *walk(const char *path, struct dentry **last)
{
	struct inode *dir = igrab(sb->root->inode);

	for (;;) {
		const char *slash = strchr(path, '/');
		struct dentry *dentry;
		struct inode *next;

		*last = lookup(dir, path,
			       slash ? (size_t)(slash - path) : strlen(path));
		if (!slash)
			return dir;
		dentry = *last;
		if (!dentry->inode)
			fail("walk", path, -ENOENT, 0);
		next = igrab(dentry->inode);
		fake_dput(dentry);
		iput(dir);
		dir = next;
		path = slash + 1;
	}
}

static struct name *pick(const char *kinds)
{
	for (int tries = 0; tries < 40; tries++) {
		struct name *name = &names[rnd(NAMES)];

		if (name->kind && strchr(kinds, name->kind))
			return name;
	}
	return NULL;
}

/* A path that does not exist, in a random directory. */
static struct name *new_name(void)
{
	static u32 serial;
	struct name *dir = pick("d"), *name = NULL;
	u32 pad = rnd(8) ? rnd(12) : rnd(240);
	char text[256];
	size_t len;

	for (int i = 0; i < NAMES && !name; i++)
		if (!names[i].kind)
			name = &names[i];
	if (!name)
		return NULL;
	snprintf(text, sizeof(text), "n%u_", serial++);
	len = strlen(text);
	memset(text + len, 'x', pad);
	text[min(len + pad, 255)] = 0;
	if (dir && strlen(dir->path) < 1000 && rnd(4))
		snprintf(name->path, sizeof(name->path), "%s/%s", dir->path,
			 text);
	else
		snprintf(name->path, sizeof(name->path), "%s", text);
	return name;
}

/* ---- operations -------------------------------------------------------- */

static int create(struct inode *dir, struct dentry *dentry, char kind,
		  const char *target)
{
	if (kind == 'f')
		return dir->ops->create(dir, dentry, 0644);
	if (kind == 'd')
		return dir->ops->mkdir(dir, dentry, 0755);
	return dir->ops->symlink(dir, dentry, target);
}

static void op_create(char kind)
{
	struct name *name = new_name();
	struct dentry *dentry;
	struct inode *dir;
	char target[900];
	u32 len = rnd(2) ? 1 + rnd(70) : 1 + rnd(890);
	int err, host;

	if (!name)
		return;
	memset(target, 't', len);
	target[len] = 0;
	dir = walk(name->path, &dentry);
	err = create(dir, dentry, kind, target);
	fake_dput(dentry);
	iput(dir);
	if (err == -ENOSPC && ++enospc)
		return;
	host = kind == 'f' ? mirror_create(name->path) :
	       kind == 'd' ? mirror_mkdir(name->path) :
			     mirror_symlink(target, name->path);
	if (agree("create", name->path, err, host))
		name->kind = kind;
}

static void op_write(void)
{
	struct name *name = pick("f");
	struct dentry *dentry;
	struct inode *dir, *inode;
	u32 n = rnd(3) ? 1 + rnd(5000) : 1 + rnd(CHUNK - 1);
	loff_t pos;
	long done;

	if (!name)
		return;
	dir = walk(name->path, &dentry);
	inode = dentry->inode;
	pos = rnd(3) ? inode->size : (loff_t)rnd(rnd(2) ? 20000 : 400000);
	for (u32 i = 0; i < n; i++)
		chunk[i] = (u8)(rnd(255) + 1);
	done = fake_write(inode, chunk, n, pos);
	if (done != (long)n)
		enospc++;
	if (done > 0)
		agree("write", name->path, done,
		      mirror_write(name->path, chunk, (u32)done, pos));
	else if (done != -ENOSPC)
		fail("write", name->path, done, n);
	if (done > 0 && (fake_read(inode, back, (u32)done, pos) != done ||
			 memcmp(chunk, back, (u32)done)))
		fail("read back", name->path, 0, done);
	fake_dput(dentry);
	iput(dir);
}

static void op_truncate(void)
{
	struct name *name = pick("f");
	struct dentry *dentry;
	struct inode *dir;
	loff_t size;

	if (!name)
		return;
	dir = walk(name->path, &dentry);
	size = rnd(3) ? (loff_t)rnd((u32)dentry->inode->size + 1)
		      : (loff_t)rnd(500000);
	fake_truncate(dentry->inode, size);
	agree("truncate", name->path, 0, mirror_truncate(name->path, size));
	fake_dput(dentry);
	iput(dir);
}

static void op_remove(void)
{
	struct name *name = pick(rnd(4) ? "fl" : "d");
	struct dentry *dentry;
	struct inode *dir;
	int err;

	if (!name)
		return;
	dir = walk(name->path, &dentry);
	err = name->kind == 'd' ? dir->ops->rmdir(dir, dentry)
				: dir->ops->unlink(dir, dentry);
	if (agree("remove", name->path, err, name->kind == 'd' ?
		  mirror_rmdir(name->path) : mirror_unlink(name->path)))
		name->kind = 0;
	fake_dput(dentry);
	iput(dir);
}

static void op_link(void)
{
	struct name *old = pick("f"), *new = new_name();
	struct dentry *from, *to;
	struct inode *dir, *dir2;
	int err;

	if (!old || !new)
		return;
	dir = walk(old->path, &from);
	dir2 = walk(new->path, &to);
	err = dir2->ops->link(dir2, to, from->inode);
	if (err == -ENOSPC)
		enospc++;
	else if (agree("link", new->path, err,
		       mirror_link(old->path, new->path)))
		new->kind = 'f';
	fake_dput(from);
	fake_dput(to);
	iput(dir);
	iput(dir2);
}

/* Everything below "old" has moved. */
static void rename_below(const char *old, const char *new)
{
	size_t len = strlen(old);
	char path[2900];

	for (int i = 0; i < NAMES; i++) {
		struct name *name = &names[i];

		if (!name->kind || strncmp(name->path, old, len) ||
		    (name->path[len] && name->path[len] != '/'))
			continue;
		snprintf(path, sizeof(path), "%s%s", new, name->path + len);
		if (strlen(path) >= sizeof(name->path))
			fail("rename: path too long", old, 0, 0);
		memcpy(name->path, path, strlen(path) + 1);
	}
}

/* rename of the VFS refuses these before the file system is asked */
static bool rename_legal(const struct name *old, const struct name *new)
{
	size_t len = strlen(old->path);

	return old != new && strlen(new->path) < 900 &&
	       (!new->kind || (old->kind == 'd') == (new->kind == 'd')) &&
	       (old->kind != 'd' || strncmp(new->path, old->path, len));
}

static void op_rename(void)
{
	struct name *old = pick("fdl");
	struct name *new = rnd(3) ? new_name() : pick("fdl");
	struct dentry *from, *to;
	struct inode *dir, *dir2;
	char path[1400];
	int err, host;
	bool same;

	if (!old || !new || !rename_legal(old, new))
		return;
	dir = walk(old->path, &from);
	dir2 = walk(new->path, &to);
	same = from->inode == to->inode;
	err = dir2->ops->rename(dir, from, dir2, to);
	fake_dput(from);
	fake_dput(to);
	iput(dir);
	iput(dir2);
	if (err == -ENOSPC && ++enospc)
		return;
	host = mirror_rename(old->path, new->path);
	if (!agree("rename", new->path, err, host) || same)
		return;
	snprintf(path, sizeof(path), "%s", old->path);
	if (new->kind) {
		new->kind = 0;
		rename_below(path, new->path);
	} else {
		rename_below(path, new->path);
	}
}

static void one_operation(void)
{
	switch (rnd(16)) {
	case 0: case 1: case 2:
		op_create('f');
		break;
	case 3:
		op_create('d');
		break;
	case 4:
		op_create('l');
		break;
	case 5: case 6: case 7: case 8: case 9:
		op_write();
		break;
	case 10:
		op_truncate();
		break;
	case 11: case 12:
		op_remove();
		break;
	case 13:
		op_link();
		break;
	default:
		op_rename();
	}
}

int main(int argc, char **argv)
{
	int operations;

	if (argc != 5)
		return 2;
	fake_load(argv[1]);
	rng = (u64)atoi(argv[3]) * 77777;
	fake_strict = true;
	operations = atoi(argv[4]);
	if (mirror_start(argv[2]))
		return 2;
	sb = fake_mount(0);
	if (!sb) {
		printf("FAIL ext2_host: mount: %s\n", fake_log);
		return 1;
	}
	for (int i = 0; i < operations; i++) {
		one_operation();
		if (!rnd(100) && fake_evict())
			return 1;
	}
	if (fake_umount())
		return 1;
	if (fake_log_lines) {
		printf("FAIL ext2_host: %s\n", fake_log);
		return 1;
	}
	printf("%u times no space\n", enospc);
	fake_save(argv[1]);
	return 0;
}
