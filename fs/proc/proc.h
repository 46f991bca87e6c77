/*
 * fs/proc/proc.h - shared by the files of /proc: the tables of its tree.
 *
 * A node is a line of a table: a directory, a text printed when it is read, or
 * a link.  The tree of the whole system is in fs/proc/proc_nodes.c; the
 * directory of a process in fs/proc/proc_pid.c, its links and open files in
 * fs/proc/proc_fd.c, its maps in fs/proc/proc_maps.c; sys/vm's numbers are in
 * fs/proc/proc_vm.c.
 */
#pragma once

#include "fs/vfs/vfs_impl.h"

/* Directories: their index in proc_nodes. */
enum { PROC_ROOT, PROC_SYS, PROC_SYS_VM, PROC_SYS_KERNEL,
       PROC_SYS_RANDOM, PROC_SYS_FS, PROC_SYSVIPC };

struct proc_node {
	const char *name;
	u32 mode;			/* type and permissions */
	u8 parent;			/* PROC_* */
	u8 pages;			/* size of its text in frames; 0: 1 */
	/* => bytes of text, at most size; does not sleep */
	size_t (*print)(char *buf, size_t size);
	size_t (*print_task)(struct task *task, char *buf, size_t size);
	const char *text;		/* constant text, or NULL */
	u8 uts;				/* a name of uname(2), from 1 */
	int (*store)(const char *text);	/* without newline; 0 or -E; sleeps */
	const struct proc_number *number;
	const struct file_operations *fops;	/* NULL: those for texts */
};

/* A tunable: a number with a range. */
struct proc_number {
	unsigned int *value;
	unsigned int low, high;
};

/* Inode number: pid * PROC_PIDS + index in pid_nodes or
 * PROC_FDS + descriptor. */
#define PROC_PIDS	0x8000u
#define PROC_FDS	0x4000u
enum { PID_DIR, PID_FD_DIR, PID_EXE, PID_CWD, PID_ROOT };

extern const struct proc_node proc_nodes[];
extern const unsigned int nr_proc_nodes;
extern const struct proc_node pid_nodes[];	/* [0]: the directory */
extern const unsigned int nr_pid_nodes;

/* fs/proc/proc_fd.c: fd/ and links; index as in the inode number */
extern const struct proc_node pid_fd_node;
/* => true: current may see the process's memory, environment and files */
bool may_look_into(const struct task *task);
u32 find_fd(struct task *task, const char *name);	/* => index; 0: none */
u32 next_fd(struct task *task, u32 fd);	/* => >= fd; FDS_MAX: end */
int pid_readlink(struct task *task, u32 index, char *buf, size_t size);
struct dentry *pid_follow(struct task *task, u32 index);
/* => bytes of an open file's path as readlink shows it; -E */
int file_path(struct dentry *dentry, char *buf, size_t size);

/* fs/proc/proc_maps.c */
size_t pid_maps_print(struct task *task, char *buf, size_t size);
size_t pid_smaps_print(struct task *task, char *buf, size_t size);

/* Parses a decimal number, or hexadecimal after 0x. => 0 or -EINVAL */
int text_number(const char *text, unsigned int *value);

/* file_operations.write: one write is one complete command. => n or -E */
long proc_text_write(struct file *file, const char *buf, size_t n,
		     loff_t *pos);

/* fs/proc/proc_text.c */
size_t meminfo_print(char *buf, size_t size);
size_t uptime_print(char *buf, size_t size);
size_t loadavg_print(char *buf, size_t size);
size_t stat_print(char *buf, size_t size);
size_t cpuinfo_print(char *buf, size_t size);
size_t version_print(char *buf, size_t size);
size_t cmdline_print(char *buf, size_t size);
size_t interrupts_print(char *buf, size_t size);
size_t pagecache_print(char *buf, size_t size);
size_t writers_print(char *buf, size_t size);
size_t unknown_syscalls_print(char *buf, size_t size);
int trace_syscalls_store(const char *text);
extern const struct file_operations trace_fops;

size_t uuid_print(char *buf, size_t size);
size_t boot_id_print(char *buf, size_t size);
size_t threads_max_print(char *buf, size_t size);

/* fs/proc/proc_vmstat.c: "name value" lines, whole lines only */
size_t vmstat_print(char *buf, size_t size);
size_t vmhist_print(char *buf, size_t size);	/* proc_vmhist.c */

/* fs/proc/proc_ages.c */
size_t ages_print(char *buf, size_t size);

/* fs/proc/proc_vm.c */
extern const struct proc_number vm_nfract, vm_ndirty, vm_interval,
	vm_age_buffer, vm_nfract_sync, vm_page_cluster, vm_max_sectors,
	vm_design_defects, vm_reuse_at_once, vm_max_map_count,
	fs_file_max;
int drop_caches_store(const char *text);
size_t atomic_load_print(char *buf, size_t size);
int atomic_load_store(const char *text);
size_t vm_check_print(char *buf, size_t size);
int vm_check_store(const char *text);
