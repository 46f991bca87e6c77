/*
 * fs/exec/exec.h - exec: interface, and what it shares with the binary format.
 */
#pragma once

#include "kernel/core/trap.h"
#include "fs/fs.h"

#define EXEC_HEAD	128		/* bytes read to detect the format */
#define EXEC_ARG_PAGES	32		/* 128 KB of strings */
#define EXEC_AUXV	32		/* words */
#define USER_STACK_TOP	0xBFFFF000UL	/* a page below the kernel's half */

/* State of one execve. */
struct exec {
	struct file *file;		/* the program; one reference */
	char head[EXEC_HEAD];		/* of the file, zero-filled */
	char *pages[EXEC_ARG_PAGES];	/* argv's, then envp's strings */
	unsigned long used;		/* bytes of strings, NULs included */
	unsigned int argc, envc;
	struct mm_struct *mm;		/* under construction */
	unsigned long entry;		/* first instruction */
	unsigned long stack;		/* first esp */
	u32 euid, egid;			/* effective ids to be set */
	u32 auxv[EXEC_AUXV];		/* type, value... */
	unsigned int auxc;		/* words used */
};

/* The source of strings: an array in user or kernel memory. */
struct exec_strings {
	const char *const *at;		/* NULL-terminated; NULL: empty */
	bool user;
};

/* fs/exec/exec.c: => 0 with the frame changed; -E with nothing changed (a later
 * error kills the caller); sleeps */
int do_execve(const char *path, struct exec_strings argv,
	      struct exec_strings envp, struct trap_frame *frame);
/* => never returns: the kernel thread becomes process 1 or panics with the
 * reason. args: the text behind "--" of the command line */
void exec_init(const char *path, const char *args) __noreturn;
/* Opens a program for execution. => a reference, -EACCES, -E */
struct file *open_exec(const char *path);

/* fs/exec/binfmt_elf.c: maps the program and its interpreter into exec->mm;
 * sets entry and auxv. => 0, -ENOEXEC: not a valid i386 ELF file, or -E */
int elf_load(struct exec *exec);

/* fs/exec/exec_args.c */
/* Appends all strings but the first "skip". => their number, -E2BIG, -EFAULT,
 * -ENOMEM; sleeps */
int exec_push(struct exec *exec, struct exec_strings strings,
	      unsigned int skip);
void exec_auxv(struct exec *exec, u32 type, u32 value);
/* Maps a stack area large enough for strings, vectors and pointers.
 * => 0 or -ENOMEM */
int exec_map_stack(struct exec *exec);
/* Fills the stack, sets exec->stack. => 0, -EFAULT; exec->mm is current's */
int exec_fill_stack(struct exec *exec);
void exec_free_strings(struct exec *exec);
