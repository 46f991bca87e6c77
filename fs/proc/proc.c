/*
 * fs/proc/proc.c - /proc: the state of the kernel, as files.
 *
 * The tree is a table (fs/proc/proc_nodes.c).  Inodes are created from a number
 * at lookup: pid * PROC_PIDS + index for a process, 1 + index in proc_nodes
 * for the rest.  They are not kept in the caches (super_block.uncached), since
 * processes come and go.  A text is printed whole into a buffer when it is read
 * from its beginning, so a reader in small steps sees one state.
 */
#include "kernel/process/process.h"
#include "fs/calls/uts.h"
#include "fs/proc/proc.h"
#include "kernel/core/uaccess.h"
#include "mm/heap/slab.h"

#define PROC_MAGIC	0x9fa0u
#define INO_SELF	(PROC_PIDS - 1)
#define WRITE_MAX	128

/* => 0, or -EINVAL: not a number, or beyond 32 bits */
int text_number(const char *text, unsigned int *value)
{
	unsigned int base = 10, digit;
	u64 n = 0;

	if (text[0] == '0' && text[1] == 'x') {
		base = 16;
		text += 2;
	}
	if (!*text)
		return -EINVAL;
	for (; *text; text++) {
		digit = *text >= 'a' ? *text - 'a' + 10u : *text - '0' + 0u;
		n = n * base + digit;
		if (digit >= base || n > 0xffffffffu)
			return -EINVAL;
	}
	*value = n;
	return 0;
}

/* ---- texts --------------------------------------------------------------- */

/* A text as printed at its first read; file->private. */
struct proc_text {
	size_t length;
	char data[];
};

static struct task *task_of(const struct inode *inode)
{
	return find_task(inode->ino / PROC_PIDS);
}

/* => bytes; -ESRCH: the process is gone; -EACCES: current may not see it */
static long node_print(const struct inode *inode, char *buf, size_t size)
{
	const struct proc_node *node = inode->private;
	struct task *task;

	if (node->number)
		return text_add(buf, size, 0, "%u\n", *node->number->value);
	if (node->text || node->uts)
		return text_add(buf, size, 0, "%s\n", node->text ? node->text :
				uts_name(node->uts - 1));
	if (node->print)
		return node->print(buf, size);
	if (!node->print_task)
		return 0;
	task = task_of(inode);
	if (!task)
		return -ESRCH;
	if (!(node->mode & 0044) && !may_look_into(task))
		return -EACCES;
	return node->print_task(task, buf, size);
}

/* Prints the text into file->private. => 0 or -E */
static int text_make(struct file *file)
{
	const struct proc_node *node = file->inode->private;
	size_t size = max(node->pages, 1) * PAGE_SIZE;
	struct proc_text *text;
	long length;

	text = file->private ? NULL : kmalloc(size, GFP_KERNEL);
	if (file->private)
		kfree(text);		/* another reader filled it first */
	else
		file->private = text;
	text = file->private;
	if (!text)
		return -ENOMEM;
	length = node_print(file->inode, text->data, size - sizeof(*text));
	text->length = max(length, 0L);
	return length < 0 ? length : 0;
}

static long text_read(struct file *file, char *buf, size_t n, loff_t *pos)
{
	struct proc_text *text;
	int err = 0;

	if (*pos == 0 || !file->private)
		err = text_make(file);
	if (err)
		return err;
	text = file->private;
	if (*pos >= (loff_t)text->length)
		return 0;
	n = min(n, text->length - (size_t)*pos);
	if (copy_to_user(buf, text->data + *pos, n))
		return -EFAULT;
	*pos += n;
	return n;
}

/* => 0, or -EINVAL outside the range */
static int number_store(const struct proc_number *number, const char *text)
{
	unsigned int value;

	if (text_number(text, &value) || value < number->low ||
	    value > number->high)
		return -EINVAL;
	*number->value = value;
	return 0;
}

/* One write is one complete command; a newline at its end is ignored. */
long proc_text_write(struct file *file, const char *buf, size_t n,
		     loff_t *pos __unused)
{
	const struct proc_node *node = file->inode->private;
	char text[WRITE_MAX];
	size_t length = n;
	int err;

	if (n >= sizeof(text))
		return -EINVAL;
	if (copy_from_user(text, buf, n))
		return -EFAULT;
	if (length && text[length - 1] == '\n')
		length--;
	text[length] = 0;
	if (node->number)
		err = number_store(node->number, text);
	else
		err = node->store ? node->store(text) : -EACCES;
	return err ? err : (long)n;
}

static void text_release(struct inode *inode __unused, struct file *file)
{
	kfree(file->private);
}

static const struct file_operations text_fops = {
	.read = text_read,
	.write = proc_text_write,
	.release = text_release,
};

/* ---- inodes -------------------------------------------------------------- */

static const struct inode_operations proc_dir_ops, proc_link_ops,
	proc_self_ops;
static const struct file_operations proc_dir_fops;
static const struct proc_node self_node = {
	.name = "self", .mode = S_IFLNK | 0777,
};

/* => the table entry for an inode number; NULL: none */
static const struct proc_node *node_of(u32 ino)
{
	u32 index = ino % PROC_PIDS;

	if (ino == INO_SELF)
		return &self_node;
	if (ino / PROC_PIDS && index >= PROC_FDS)
		return &pid_fd_node;
	if (ino / PROC_PIDS)
		return index < nr_pid_nodes ? &pid_nodes[index] : NULL;
	return index - 1 < nr_proc_nodes ? &proc_nodes[index - 1] : NULL;
}

static void proc_read_inode(struct inode *inode)
{
	const struct proc_node *node = node_of(inode->ino);
	struct task *task = task_of(inode);

	inode->bad = !node;
	if (!node)
		return;
	inode->private = (void *)node;
	inode->mode = node->mode;
	inode->atime = inode->mtime = inode->ctime = current_time(inode);
	if (inode->ino >= PROC_PIDS && task) {
		inode->uid = task->euid;
		inode->gid = task->egid;
	}
	if (S_ISDIR(node->mode)) {
		inode->nlink = 2;
		inode->ops = &proc_dir_ops;
		inode->fops = &proc_dir_fops;
	} else if (S_ISLNK(node->mode)) {
		inode->ops = node == &self_node ? &proc_self_ops :
						  &proc_link_ops;
	} else {
		inode->fops = node->fops ? node->fops : &text_fops;
	}
}

/* => a pid, or 0 if the name is not a pid */
static u32 name_to_pid(const char *name)
{
	unsigned int pid;

	if (name[0] < '1' || name[0] > '9' || text_number(name, &pid) ||
	    pid > ~0u / PROC_PIDS - 1)
		return 0;
	return pid;
}

/* => the inode number; 0: no such name */
static u32 find_name(const struct inode *dir, const char *name)
{
	u32 base = dir->ino / PROC_PIDS * PROC_PIDS, pid, i;

	if (base && dir->ino != base) {
		i = find_fd(task_of(dir), name);
		return i ? base + i : 0;
	}
	if (base) {
		for (i = 1; i < nr_pid_nodes; i++)
			if (strcmp(pid_nodes[i].name, name) == 0)
				return base + i;
		return 0;
	}
	for (i = 1; i < nr_proc_nodes; i++)
		if (proc_nodes[i].parent == dir->ino - 1 &&
		    strcmp(proc_nodes[i].name, name) == 0)
			return 1 + i;
	if (dir->ino != 1 + PROC_ROOT)
		return 0;
	if (strcmp(name, "self") == 0)
		return INO_SELF;
	pid = name_to_pid(name);
	return pid && find_task(pid) ? pid * PROC_PIDS : 0;
}

static int proc_lookup(struct inode *dir, struct dentry *dentry)
{
	u32 ino = find_name(dir, dentry->name);
	struct inode *inode;

	if (!ino)
		return 0;
	inode = iget(dir->sb, ino);
	if (IS_ERR(inode))
		return PTR_ERR(inode);
	d_instantiate(dentry, inode);
	return 0;
}

static int self_readlink(struct inode *inode __unused, char *buf, size_t size)
{
	return text_add(buf, size, 0, "%d", current->pid);
}

static int link_readlink(struct inode *inode, char *buf, size_t size)
{
	return pid_readlink(task_of(inode), inode->ino % PROC_PIDS, buf, size);
}

static struct dentry *link_follow(struct inode *inode)
{
	return pid_follow(task_of(inode), inode->ino % PROC_PIDS);
}

static const struct inode_operations proc_dir_ops = { .lookup = proc_lookup };
static const struct inode_operations proc_self_ops = {
	.readlink = self_readlink,
};
static const struct inode_operations proc_link_ops = {
	.readlink = link_readlink,
	.follow = link_follow,
};

/* ---- directories --------------------------------------------------------- */

typedef int emit_fn(void *ctx, const char *name, int len, loff_t pos, u32 ino,
		    u8 type);

/* Emits a table; position 2 + i is entry i. => true: stop */
static bool list_nodes(struct file *file, void *ctx, emit_fn *emit,
		       const struct proc_node *nodes, u32 n, u32 base)
{
	u8 parent = file->inode->ino - 1;
	u32 i;

	for (; file->pos - 2 < n; file->pos++) {
		i = file->pos - 2;
		if (!i || (nodes == proc_nodes && nodes[i].parent != parent))
			continue;
		if (emit(ctx, nodes[i].name, strlen(nodes[i].name), file->pos,
			 base + i, nodes[i].mode >> 12))
			return true;
	}
	return false;
}

/* Emits descriptors; position 2 + i is descriptor i. */
static void list_fds(struct file *file, void *ctx, emit_fn *emit, u32 base)
{
	char name[12];
	u32 fd;

	for (;; file->pos++) {
		fd = next_fd(task_of(file->inode), file->pos - 2);
		if (fd == FDS_MAX)
			return;
		file->pos = fd + 2;
		snprintf(name, sizeof(name), "%u", fd);
		if (emit(ctx, name, strlen(name), file->pos,
			 base + PROC_FDS + fd, DT_LNK))
			return;
	}
}

/* Emits processes by pid; position PROC_PIDS + pid. */
static void list_pids(struct file *file, void *ctx, emit_fn *emit)
{
	struct task *task, *next;
	char name[12];

	if (file->pos < PROC_PIDS) {
		if (emit(ctx, "self", 4, file->pos, INO_SELF, DT_LNK))
			return;
		file->pos = PROC_PIDS + 1;
	}
	for (;;) {
		next = NULL;
		list_for_each_entry(task, &task_list, all_node)
			if (task->pid + (loff_t)PROC_PIDS >= file->pos &&
			    (!next || task->pid < next->pid))
				next = task;
		if (!next)
			return;
		file->pos = PROC_PIDS + next->pid;
		snprintf(name, sizeof(name), "%d", next->pid);
		if (emit(ctx, name, strlen(name), file->pos,
			 next->pid * PROC_PIDS, DT_DIR))
			return;
		file->pos++;
	}
}

/* Positions: 0 and 1: "." and ".."; 2 + i: table entry i; then processes. */
static int proc_readdir(struct file *file, void *ctx, emit_fn *emit)
{
	struct inode *dir = file->inode;
	u32 base = dir->ino / PROC_PIDS * PROC_PIDS;

	for (; file->pos < 2; file->pos++)
		if (emit(ctx, "..", file->pos + 1, file->pos, dir->ino,
			 DT_DIR))
			return 0;
	if (base && dir->ino != base) {
		list_fds(file, ctx, emit, base);
	} else if (base) {
		list_nodes(file, ctx, emit, pid_nodes, nr_pid_nodes, base);
	} else if (!list_nodes(file, ctx, emit, proc_nodes, nr_proc_nodes,
			       1) && dir->ino == 1 + PROC_ROOT) {
		list_pids(file, ctx, emit);
	}
	return 0;
}

static const struct file_operations proc_dir_fops = {
	.readdir = proc_readdir,
};

/* ---- the file system ----------------------------------------------------- */

static int proc_statfs(struct super_block *sb __unused, struct kstatfs *st)
{
	st->type = PROC_MAGIC;
	return 0;
}

static const struct super_operations proc_super_ops = {
	.read_inode = proc_read_inode,
	.statfs = proc_statfs,
};

static int proc_read_super(struct super_block *sb, const char *data __unused,
			   bool silent __unused)
{
	struct inode *inode;

	sb->ops = &proc_super_ops;
	sb->uncached = true;
	inode = iget(sb, 1 + PROC_ROOT);
	if (IS_ERR(inode))
		return PTR_ERR(inode);
	sb->root = d_alloc_root(inode);
	return IS_ERR(sb->root) ? PTR_ERR(sb->root) : 0;
}

static struct fs_type proc_type = {
	.name = "proc",
	.read_super = proc_read_super,
};

/* Called at start-up. */
void proc_init(void)
{
	register_filesystem(&proc_type);
}
