/*
 * tests/host/ext2_cut.c - random operations, a power cut, e2fsck, and what must
 * be left.
 *
 *	ext2_cut IMAGE FILE SEED OPERATIONS
 *
 * Makes, appends to, truncates, renames and removes files in the file system
 * in IMAGE, through all of fs/ext2; flushers, fsync and sync come by now and
 * then.  FILE is the disk as a cut leaves it: of what was not flushed out of
 * the drive's cache each write is there or not.  After e2fsck -fy a file that
 * was durable and not removed since is there, with every byte that was not cut
 * off since; under each name is a file that once had it, as it was durable.
 */
#include <stdio.h>

#include "tests/host/ext2_fakes.h"

#define THINGS	3000
#define NAMES	4
#define PATH	24

int system(const char *command);

/* A file or directory, perhaps removed. */
struct thing {
	u32 kind;			/* S_IFREG, S_IFDIR; 0: unused */
	bool removed;
	bool safe;			/* its inode and bytes are durable */
	u32 size, safe_size;		/* ... so many of them */
	bool named;			/* its name in its directory is */
	struct thing *dir;		/* NULL: the root */
	char name[NAMES][PATH];		/* paths the disk may have; [0]: now */
	bool found;
};

static struct thing things[THINGS];
static u32 nthings;
static struct super_block *sb;
static u64 rng;
static u8 chunk[64 << 10], back[64 << 10];
static int failures;

static u32 rnd(u32 n)
{
	rng = rng * 6364136223846793005ull + 1442695040888963407ull;
	return (u32)(rng >> 33) % n;
}

static void fail(const char *what, const struct thing *t, const char *path)
{
	printf("%s: %u %s\n", what, t ? (u32)(t - things) : 0, path);
	failures++;
}

/* ---- the file system ----------------------------------------------------- */

static struct dentry *lookup(struct inode *dir, const char *name)
{
	struct dentry *dentry = fake_dentry(NULL, name);

	if (dir->ops->lookup(dir, dentry))
		fail("lookup", NULL, name);
	return dentry;
}

/* => the inode with a reference, or NULL */
static struct inode *open_path(const char *path)
{
	struct inode *inode = igrab(sb->root->inode);
	char part[PATH];

	while (inode && *path) {
		size_t n = 0;
		struct inode *dir = inode;
		struct dentry *dentry;

		while (*path && *path != '/')
			part[n++] = *path++;
		part[n] = 0;
		path += *path == '/';
		dentry = lookup(dir, part);
		inode = dentry->inode ? igrab(dentry->inode) : NULL;
		fake_dput(dentry);
		iput(dir);
	}
	return inode;
}

static struct inode *open_dir(const struct thing *dir)
{
	return open_path(dir ? dir->name[0] : "");
}

static const char *leaf(const struct thing *t, int i)
{
	const char *name = t->name[i];

	for (const char *at = name; *at; at++)
		if (*at == '/')
			name = at + 1;
	return name;
}

static u8 byte_of(const struct thing *t, u32 pos)
{
	return (u8)(((u32)(t - things) * 2654435761u ^ pos * 40503u) >> 7 | 1);
}

static struct thing *pick(u32 kind)
{
	for (int tries = 0; nthings && tries < 30; tries++) {
		struct thing *t = &things[rnd(nthings)];

		if (t->kind == kind && !t->removed)
			return t;
	}
	return NULL;
}

/* ---- operations ---------------------------------------------------------- */

static void op_make(u32 kind)
{
	struct thing *t = &things[nthings];
	struct inode *dir;
	struct dentry *dentry;
	int err;

	if (nthings == THINGS)
		return;
	t->dir = kind == S_IFREG && rnd(3) ? pick(S_IFDIR) : NULL;
	snprintf(t->name[0], PATH, "%.10s%s%c%u", t->dir ? t->dir->name[0] : "",
		 t->dir ? "/" : "", kind == S_IFREG ? 'f' : 'd', nthings);
	dir = open_dir(t->dir);
	dentry = lookup(dir, leaf(t, 0));
	err = kind == S_IFREG ? dir->ops->create(dir, dentry, 0644)
			      : dir->ops->mkdir(dir, dentry, 0755);
	if (!err) {
		t->kind = kind;
		nthings++;
	}
	fake_dput(dentry);
	iput(dir);
}

static void op_append(void)
{
	struct thing *t = pick(S_IFREG);
	struct inode *inode;
	u32 n = rnd(4) ? 1 + rnd(4000) : 1 + rnd(sizeof(chunk) - 1);
	long done;

	if (!t)
		return;
	for (u32 i = 0; i < n; i++)
		chunk[i] = byte_of(t, t->size + i);
	inode = open_path(t->name[0]);
	done = fake_write(inode, chunk, n, t->size);
	t->size += done > 0 ? (u32)done : 0;
	iput(inode);
}

static void op_truncate(void)
{
	struct thing *t = pick(S_IFREG);
	struct inode *inode;

	if (!t)
		return;
	t->size = rnd(2) ? 0 : rnd(t->size + 1);
	t->safe_size = min(t->safe_size, t->size);
	inode = open_path(t->name[0]);
	fake_truncate(inode, t->size);
	iput(inode);
}

static void remove_thing(struct thing *t)
{
	struct inode *dir = open_dir(t->dir);
	struct dentry *dentry = lookup(dir, leaf(t, 0));
	int err = t->kind == S_IFDIR ? dir->ops->rmdir(dir, dentry)
				     : dir->ops->unlink(dir, dentry);

	t->removed = !err;
	fake_dput(dentry);
	iput(dir);
}

static void op_remove(void)
{
	struct thing *t = pick(rnd(8) ? S_IFREG : S_IFDIR);

	for (u32 i = 0; t && t->kind == S_IFDIR && i < nthings; i++)
		if (things[i].dir == t && !things[i].removed)
			remove_thing(&things[i]);
	if (t)
		remove_thing(t);
}

/* Over another file or to a new name. */
static void op_rename(void)
{
	struct thing *t = pick(S_IFREG), *over = rnd(2) ? pick(S_IFREG) : NULL;
	struct thing *to = over ? over->dir : pick(S_IFDIR);
	struct inode *dir, *dir2;
	struct dentry *from, *dentry;
	char path[PATH];
	int err;

	if (!t || t == over || t->name[NAMES - 1][0])
		return;
	dir = open_dir(t->dir);
	dir2 = open_dir(to);
	snprintf(path, PATH, "%.10s%sr%u", to ? to->name[0] : "",
		 to ? "/" : "", (u32)(t - things) * 10000 + rnd(10000));
	from = lookup(dir, leaf(t, 0));
	memmove(t->name[1], t->name[0], sizeof(t->name) - PATH);
	memcpy(t->name[0], over ? over->name[0] : path, PATH);
	dentry = lookup(dir2, leaf(t, 0));
	err = dir2->ops->rename(dir, from, dir2, dentry);
	if (err) {
		memmove(t->name[0], t->name[1], sizeof(t->name) - PATH);
	} else {
		t->dir = to;
		t->named = false;
		if (over)
			over->removed = true;
	}
	fake_dput(from);
	fake_dput(dentry);
	iput(dir);
	iput(dir2);
}

static void now_safe(struct thing *t)
{
	t->safe = !t->removed;
	t->safe_size = t->size;
}

static bool in_dir(const char *path, const struct thing *dir)
{
	size_t n = dir ? strlen(dir->name[0]) : 0;

	for (const char *at = path + n; !dir && *at; at++)
		if (*at == '/')
			return false;
	return !dir || (!memcmp(path, dir->name[0], n) && path[n] == '/');
}

/* The names that the disk has in the directory are those of now. */
static void names_safe(const struct thing *dir)
{
	for (struct thing *t = things; t < things + nthings; t++) {
		for (int i = t->removed ? 0 : 1; i < NAMES; i++)
			if (t->name[i][0] && in_dir(t->name[i], dir))
				t->name[i][0] = 0;
		if (t->dir == dir && !t->removed)
			t->named = true;
	}
}

static void op_fsync(void)
{
	struct thing *t = pick(rnd(4) ? S_IFREG : S_IFDIR);
	struct inode *inode = open_path(t ? t->name[0] : "");

	fake_fsync(inode);
	iput(inode);
	if (t)
		now_safe(t);
	if (!t || t->kind == S_IFDIR)
		names_safe(t);
}

static void op_sync(void)
{
	fake_sync();
	names_safe(NULL);
	for (u32 i = 0; i < nthings; i++) {
		now_safe(&things[i]);
		if (things[i].kind == S_IFDIR)
			names_safe(&things[i]);
	}
}

static void one_operation(void)
{
	u32 what = rnd(100);

	jiffies += rnd(3);
	if (what < 20)
		op_make(S_IFREG);
	else if (what < 23)
		op_make(S_IFDIR);
	else if (what < 50)
		op_append();
	else if (what < 55)
		op_truncate();
	else if (what < 72)
		op_remove();
	else if (what < 79)
		op_rename();
	else if (what < 93)
		op_fsync();
	else if (what < 94)
		op_sync();
	else
		fake_kupdate(rnd(60));
}

/* ---- after the cut ------------------------------------------------------- */

/* Does the file have what was durable of t? */
static bool has_bytes(struct inode *inode, const struct thing *t)
{
	if (!S_ISREG(inode->mode) || inode->size < t->safe_size)
		return false;
	for (u32 pos = 0; pos < t->safe_size; pos += sizeof(back)) {
		u32 n = min(t->safe_size - pos, (u32)sizeof(back));

		if (fake_read(inode, back, n, pos) != (long)n)
			return false;
		for (u32 i = 0; i < n; i++)
			if (back[i] != byte_of(t, pos + i))
				return false;
	}
	return true;
}

static void found(struct inode *inode, const char *path)
{
	bool known = memcmp(path, "lost+found", 10) == 0;

	for (struct thing *t = things; t < things + nthings; t++) {
		bool mine = false;

		for (int i = 0; i < NAMES; i++)
			mine |= t->name[i][0] && !strcmp(t->name[i], path);
		if ((mine || !t->named) && t->kind == S_IFREG &&
		    has_bytes(inode, t))
			t->found = true;
		known |= mine && has_bytes(inode, t);
	}
	if (!known && S_ISREG(inode->mode))
		fail("not what it was", NULL, path);
}

struct walk {
	const char *path;
	char names[400][PATH];
	u32 n;
};

static int note(void *ctx, const char *name, int len, loff_t pos __unused,
		u32 ino __unused, u8 type __unused)
{
	struct walk *walk = ctx;

	if (name[0] == '.' || walk->n == 400)
		return 0;
	snprintf(walk->names[walk->n++], PATH, "%s%s%.*s", walk->path,
		 *walk->path ? "/" : "", len, name);
	return 0;
}

static void look(const char *path)
{
	struct walk *walk = calloc(1, sizeof(*walk));
	struct inode *inode = open_path(path);
	struct file file = { .inode = inode };

	if (!inode) {
		fail("no inode", NULL, path);
	} else if (!S_ISDIR(inode->mode)) {
		found(inode, path);
	} else {
		walk->path = path;
		inode->fops->readdir(&file, walk, note);
		for (u32 i = 0; i < walk->n; i++)
			look(walk->names[i]);
	}
	iput(inode);
	free(walk);
}

static void judge(void)
{
	look("");
	for (struct thing *t = things; t < things + nthings; t++) {
		struct inode *dir;

		if (!t->safe || t->removed)
			continue;
		if (t->kind == S_IFREG && t->safe_size && !t->found &&
		    (!t->dir || (t->dir->named && t->dir->safe) || !t->named))
			fail("lost", t, t->name[0]);
		if (t->kind != S_IFDIR || !t->named)
			continue;
		dir = open_path(t->name[0]);
		if (!dir || !S_ISDIR(dir->mode))
			fail("lost directory", t, t->name[0]);
		iput(dir);
	}
}

int main(int argc, char **argv)
{
	char command[300];

	if (argc != 5 && argc != 6)
		return 2;
	ext2_reuse_at_once = argc == 6;
	fake_load(argv[1]);
	rng = (u64)atoi(argv[3]) * 77777 + 5;
	sb = fake_mount(0);
	if (!sb)
		return 2;
	fake_cut_start();
	for (int i = atoi(argv[4]); i; i--)
		one_operation();
	fake_cut_save(argv[2], rnd);
	if (fake_log_lines)
		fail(fake_log, NULL, "");
	fake_umount();
	snprintf(command, sizeof(command), "e2fsck -fy %s >%s.fsck 2>&1",
		 argv[2], argv[2]);
	if (system(command) > 1 << 8)
		fail("e2fsck", NULL, "");
	fake_load(argv[2]);
	sb = fake_mount(0);
	if (!sb)
		return 1;
	judge();
	return failures != 0;
}
