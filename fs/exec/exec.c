/*
 * fs/exec/exec.c - execve: runs another program in the same process.
 *
 * The file is opened and "#!" lines are followed, the strings are copied from
 * the old memory, and the new address space is built beside the old one.  Only
 * then is the old one dropped: an earlier failure returns an error to the
 * unchanged caller, a later one kills it.
 *
 * Process 1 is created by exec_init(), which gives a kernel thread the parts of
 * a process and enters user mode.
 */
#include "fs/exec/exec.h"
#include "fs/vfs/vfs_impl.h"
#include "kernel/core/fpu.h"
#include "kernel/process/signal.h"
#include "kernel/process/syscall.h"
#include "kernel/base/vmstat.h"
#include "kernel/base/x86.h"
#include "mm/space/mm.h"
#include "mm/heap/slab.h"

#define SCRIPTS_MAX	4		/* nested interpreters */
#define PREFIX_MAX	(2 * SCRIPTS_MAX + 2)
#define EFLAGS_START	(EFLAGS_IF | 2u)

/* Strings that "#!" lines put before the arguments, and their text. */
struct script {
	const char *prefix[PREFIX_MAX];	/* argv[0]...; ends with NULL */
	unsigned int n;
	char lines[SCRIPTS_MAX][EXEC_HEAD];
	unsigned int depth;
};

/* Opens a program for execution; read permission is not needed.
 * => a reference; -EACCES: not a regular file or no execute permission;
 * -ETXTBSY: open for writing; -E */
struct file *open_exec(const char *path)
{
	struct dentry *dentry;
	struct inode *inode;
	int error = path_lookup(path, LOOKUP_FOLLOW, &dentry);

	if (error)
		return ERR_PTR(error);
	inode = dentry->inode;
	if (!S_ISREG(inode->mode) || (inode->sb->flags & MS_NOEXEC))
		error = -EACCES;
	else
		error = permission(inode, MAY_EXEC);
	if (!error && inode->writers)
		error = -ETXTBSY;
	if (!error)
		return dentry_open(dentry, O_RDONLY);
	dput(dentry);
	return ERR_PTR(error);
}

/* Opens exec->file and reads its head. => 0 or -E with file NULL */
static int open_program(struct exec *exec, const char *path)
{
	long n;

	exec->file = open_exec(path);
	if (IS_ERR(exec->file)) {
		n = PTR_ERR(exec->file);
		exec->file = NULL;
		return n;
	}
	memset(exec->head, 0, sizeof(exec->head));
	n = kernel_read(exec->file, 0, exec->head, sizeof(exec->head) - 1);
	return n < 0 ? n : 0;
}

/* ---- #! ------------------------------------------------------------------ */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Splits "#! interpreter [argument]". => false: no such line, or too long */
static bool parse_line(char *line, char **interp, char **arg)
{
	char *end = strchr(line, '\n');

	if (!end)
		end = line + strlen(line);	/* perhaps also of the file */
	if (end == line + EXEC_HEAD - 1)
		return false;
	while (end > line && is_blank(end[-1]))
		end--;
	*end = 0;
	for (*interp = line + 2; is_blank(**interp); ++*interp)
		;
	for (end = *interp; *end && !is_blank(*end); end++)
		;
	*arg = NULL;
	if (*end) {
		*end++ = 0;
		while (is_blank(*end))
			end++;
		*arg = end;
	}
	return **interp;
}

/* Inserts the interpreter, its argument and the script's path before the
 * existing strings; the path replaces the old argv[0]. */
static void put_in_front(struct script *script, char *interp, char *arg,
			 const char *path)
{
	unsigned int add = arg ? 3 : 2, i;

	if (script->n)			/* path replaces argv[0] */
		script->n--;
	for (i = script->n; i-- > 0;)
		script->prefix[i + add] = script->prefix[i + 1];
	script->prefix[0] = interp;
	script->prefix[add - 1] = path;
	if (arg)
		script->prefix[1] = arg;
	script->n += add;
	script->prefix[script->n] = NULL;
}

/* => 0 with exec->file a program that is not a script, or -E */
static int follow_scripts(struct exec *exec, struct script *script,
			  const char *path)
{
	char *interp, *arg;
	int error = open_program(exec, path);

	while (!error && exec->head[0] == '#' && exec->head[1] == '!') {
		if (script->depth == SCRIPTS_MAX)
			return -ELOOP;
		memcpy(script->lines[script->depth], exec->head, EXEC_HEAD);
		if (!parse_line(script->lines[script->depth++], &interp,
				&arg))
			return -ENOEXEC;
		put_in_front(script, interp, arg, path);
		fput(exec->file);
		path = interp;
		error = open_program(exec, path);
	}
	return error;
}

/* ---- execve -------------------------------------------------------------- */

/* Pushes the strings of the "#!" lines, then the caller's arguments (the
 * interpreter's name replaces argv[0]), then the environment. */
static int push_all(struct exec *exec, const struct script *script,
		    struct exec_strings argv, struct exec_strings envp)
{
	struct exec_strings prefix = { script->prefix, false };
	int n = exec_push(exec, prefix, 0), m;

	if (n < 0)
		return n;
	m = exec_push(exec, argv, n ? 1 : 0);
	if (m < 0)
		return m;
	exec->argc = n + m;
	n = exec_push(exec, envp, 0);
	if (n < 0)
		return n;
	exec->envc = n;
	return 0;
}

/* Sets the effective ids of a set-id program, but not if another task shares
 * current's fs_struct (CLONE_FS) and could change the directory. */
static void find_ids(struct exec *exec)
{
	const struct inode *inode = exec->file->inode;
	bool safe = !(inode->sb->flags & MS_NOSUID) && current->fs->count == 1;
	u32 mode = safe ? inode->mode : 0;

	exec->euid = mode & S_ISUID ? inode->uid : current->euid;
	exec->egid = (mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP) ?
		inode->gid : current->egid;
}

/* Does every step that can fail without harm to the caller. */
static int exec_prepare(struct exec *exec, struct script *script,
			const char *path, struct exec_strings argv,
			struct exec_strings envp)
{
	int error = follow_scripts(exec, script, path);

	if (!error)
		error = push_all(exec, script, argv, envp);
	if (error)
		return error;
	find_ids(exec);
	exec->mm = mm_alloc();
	if (!exec->mm)
		return -ENOMEM;
	if (exec->file->inode->writers)		/* since it was opened */
		return -ETXTBSY;
	exec->mm->exe_file = exec->file;	/* is_running() from here on */
	file_map_ops->run(exec->file);
	error = elf_load(exec);
	if (!error)
		error = exec_map_stack(exec);
	return error ? error : unshare_files();
}

/* Sets the process's name from the last component of the path. */
static void set_comm(const char *path)
{
	const char *s, *name = path;

	for (s = path; *s; s++)
		if (*s == '/' && s[1])
			name = s + 1;
	memset(current->comm, 0, TASK_COMM);
	strncpy(current->comm, name, TASK_COMM - 1);
	task_announce(current);
}

/* Sets the effective and saved ids.  A process whose effective ids differ from
 * its real ones loses its parent-death signal. */
static void set_ids(const struct exec *exec)
{
	current->flags &= ~PF_CHANGED;
	if (exec->euid != current->uid || exec->egid != current->gid) {
		current->death_signal = 0;
		current->flags |= PF_CHANGED;
	}
	current->euid = current->suid = exec->euid;
	current->egid = current->sgid = exec->egid;
}

static void start_registers(struct trap_frame *frame, const struct exec *exec)
{
	memset(frame, 0, sizeof(*frame));
	frame->ds = frame->es = frame->ss = USER_DS;
	frame->cs = USER_CS;
	frame->eflags = EFLAGS_START;
	frame->eip = exec->entry;
	frame->esp = exec->stack;
}

/* The point of no return: drops the state of the old program. */
static void exec_commit(struct exec *exec, const char *path,
			struct trap_frame *frame)
{
	int slot;

	task_set_mm(exec->mm);
	close_on_exec();
	flush_handlers();
	fpu_release(current);
	for (slot = 0; slot < TLS_SLOTS; slot++) {
		current->tls[slot] = 0;
		gdt_set_tls(slot, 0);
	}
	set_comm(path);
	set_ids(exec);
	current->flags |= PF_EXECED;
	current->exit_signal = SIGCHLD;
	count_vm(execs);
	if (exec_fill_stack(exec))
		force_signal(SIGKILL, SI_KERNEL, exec->stack);
	start_registers(frame, exec);
	exec->mm = NULL;
}

int do_execve(const char *path, struct exec_strings argv,
	      struct exec_strings envp, struct trap_frame *frame)
{
	struct exec *exec = kzalloc(sizeof(*exec), GFP_KERNEL);
	struct script *script = kzalloc(sizeof(*script), GFP_KERNEL);
	int error = -ENOMEM;

	if (!exec || !script)
		goto out;
	error = exec_prepare(exec, script, path, argv, envp);
	if (!error)
		exec_commit(exec, path, frame);
	exec_free_strings(exec);
	if (exec->mm)
		mm_put(exec->mm);
	if (exec->file)
		fput(exec->file);
out:
	kfree(script);
	kfree(exec);
	return error;
}

SYSCALL_DEFINE3(execve, const char __user *, filename,
		const char __user *const __user *, argv,
		const char __user *const __user *, envp)
{
	char *path = getname(filename);
	int error;

	if (IS_ERR(path))
		return PTR_ERR(path);
	error = do_execve(path, (struct exec_strings){ argv, true },
			  (struct exec_strings){ envp, true }, current->frame);
	putname(path);
	return error;
}

/* ---- process 1 ----------------------------------------------------------- */

#define INIT_ARGS	64

/* Splits a string at blanks; words beyond max are dropped with a message.
 * => number of words */
static int split_words(char *text, const char **words, int max)
{
	int n = 0;

	for (;;) {
		while (is_blank(*text))
			*text++ = 0;
		if (!*text)
			break;
		if (n == max) {
			printk("init: more than %d words: without \"%s\"\n",
			       max, text);
			break;
		}
		words[n++] = text;
		while (*text && !is_blank(*text))
			text++;
	}
	return n;
}

/* Opens /dev/console as process 1's standard input, output and error. */
static void open_console(void)
{
	struct file *file = filp_open("/dev/console", O_RDWR, 0);
	int fd;

	if (IS_ERR(file)) {
		printk("init: /dev/console: error %ld\n", -PTR_ERR(file));
		return;
	}
	for (fd = 0; fd < 3; fd++) {
		file_get(file);
		fd_install(get_unused_fd(0), file);
	}
	fput(file);
}

/* => never returns; panics when no program can be started */
void exec_init(const char *path, const char *args)
{
	static const char *const environment[] = {
		"HOME=/", "PATH=/bin:/sbin:/usr/bin:/usr/sbin", "TERM=linux",
		NULL };
	static const char *words[INIT_ARGS + 2];
	struct trap_frame frame;
	static char copy[512];
	int error;

	current->flags &= ~PF_KTHREAD;
	current->pgrp = current->session = current->pid;
	strncpy(copy, args, sizeof(copy) - 1);
	words[0] = path;
	split_words(copy, words + 1, INIT_ARGS);
	if (copy_sighand(current) || copy_files(current, 0))
		panic("init: no memory");
	open_console();
	error = do_execve(path, (struct exec_strings){ words, false },
			  (struct exec_strings){ environment, false }, &frame);
	if (error)
		panic("init: %s cannot be run, error %d: name another by init=",
		      path, -error);
	enter_user_mode(&frame);
}
