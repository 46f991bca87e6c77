/*
 * fs/exec/exec_args.c - arguments and environment: copied from the old memory
 * through kernel pages to the new stack.
 *
 * From the top of the stack down: the strings, 16 random bytes, the auxiliary
 * vector, NULL, pointers to the environment, NULL, pointers to the arguments,
 * and argc, at the initial esp.
 */
#include "fs/exec/exec.h"
#include "kernel/core/random.h"
#include "kernel/core/uaccess.h"
#include "mm/space/mm.h"
#include "mm/space/mman.h"

#define AT_NULL		0
#define AT_RANDOM	25
#define RANDOM_BYTES	16
#define STACK_ALIGN	16UL
#define STACK_SPARE	(4 * PAGE_SIZE)

/* ---- collecting ---------------------------------------------------------- */

/* => address of the next free byte of the strings; NULL: no memory */
static char *string_room(struct exec *exec)
{
	char **page = &exec->pages[exec->used >> PAGE_SHIFT];

	if (!*page)
		*page = get_free_page(GFP_KERNEL);
	return *page ? *page + (exec->used & ~PAGE_MASK) : NULL;
}

/* Appends up to the end of a page. => bytes, with the NUL if found; -E */
static long push_part(struct exec *exec, const char *from, bool user,
		      bool *ended)
{
	size_t room = PAGE_SIZE - (exec->used & ~PAGE_MASK);
	char *to;
	long n;

	if (exec->used >= EXEC_ARG_PAGES * PAGE_SIZE)
		return -E2BIG;
	to = string_room(exec);
	if (!to)
		return -ENOMEM;
	if (user) {
		n = strncpy_from_user(to, from, room);
	} else {
		n = strnlen(from, room);
		memcpy(to, from, n);
	}
	*ended = n != -ENAMETOOLONG && n < (long)room;
	if (!*ended)
		return n == -EFAULT ? n : (long)room;
	if (n < 0)
		return n;
	to[n] = 0;
	return n + 1;
}

/* Copies a string of any length, page by page. => 0 or -E */
static int push_string(struct exec *exec, const char *from, bool user)
{
	bool ended = false;
	long n;

	while (!ended) {
		n = push_part(exec, from, user, &ended);
		if (n < 0)
			return n;
		exec->used += n;
		from += n;
	}
	return 0;
}

/* => 0 and the pointer in *string, or -EFAULT */
static int get_string(const struct exec_strings *strings, unsigned int i,
		      const char **string)
{
	if (strings->user)
		return get_user(*string, strings->at + i);
	*string = strings->at[i];
	return 0;
}

int exec_push(struct exec *exec, struct exec_strings strings,
	      unsigned int skip)
{
	unsigned int i, pushed = 0;
	const char *string;
	int error;

	for (i = 0; strings.at; i++) {
		if (get_string(&strings, i, &string))
			return -EFAULT;
		if (!string)
			break;
		if (i < skip)
			continue;
		error = push_string(exec, string, strings.user);
		if (error)
			return error;
		pushed++;
	}
	return pushed;
}

void exec_auxv(struct exec *exec, u32 type, u32 value)
{
	BUG_ON(exec->auxc + 2 > EXEC_AUXV, "auxv of %u words", exec->auxc);
	exec->auxv[exec->auxc++] = type;
	exec->auxv[exec->auxc++] = value;
}

void exec_free_strings(struct exec *exec)
{
	unsigned int i;

	for (i = 0; i < EXEC_ARG_PAGES && exec->pages[i]; i++)
		free_page(exec->pages[i]);
}

/* ---- the stack ----------------------------------------------------------- */

/* => address of the first string on the stack; a zero word is above them */
static unsigned long strings_base(const struct exec *exec)
{
	return USER_STACK_TOP - sizeof(u32) - exec->used;
}

/* => words of argc and both arrays with their NULLs */
static unsigned long pointer_words(const struct exec *exec)
{
	return 1 + exec->argc + 1 + exec->envc + 1;
}

int exec_map_stack(struct exec *exec)
{
	unsigned long bytes = exec->used + sizeof(exec->auxv) +
		pointer_words(exec) * sizeof(u32) + STACK_SPARE;
	long at;

	bytes = round_up(bytes, PAGE_SIZE);
	at = do_mmap(exec->mm, NULL, USER_STACK_TOP - bytes, bytes,
		     PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE |
		     MAP_ANONYMOUS | MAP_FIXED | MAP_GROWSDOWN, 0);
	return IS_ERR((void *)at) ? (int)at : 0;
}

/* Copies the pages unchanged: the strings are adjacent. => 0 or -EFAULT */
static int copy_strings(struct exec *exec, char *to)
{
	unsigned long done, n;

	for (done = 0; done < exec->used; done += n) {
		n = min(exec->used - done, PAGE_SIZE);
		if (copy_to_user(to + done, exec->pages[done >> PAGE_SHIFT],
				 n))
			return -EFAULT;
	}
	return 0;
}

/* => length, with the NUL, of the string at offset "at" of the pages. */
static unsigned long string_length(const struct exec *exec, unsigned long at)
{
	unsigned long end = at;

	while (exec->pages[end >> PAGE_SHIFT][end & ~PAGE_MASK])
		end++;
	return end + 1 - at;
}

/* Writes n pointers and a NULL. => 0 or -EFAULT; *at: offset of the next */
static int put_pointers(struct exec *exec, u32 **sp, unsigned int n,
			unsigned long *at)
{
	unsigned long base = strings_base(exec);
	u32 pointer;

	while (n--) {
		pointer = base + *at;
		if (put_user(pointer, (*sp)++))
			return -EFAULT;
		*at += string_length(exec, *at);
	}
	return clear_user((*sp)++, sizeof(u32));
}

/* Writes the bytes for AT_RANDOM, by which C libraries seed
 * their stack guards. */
static int put_random(unsigned long at)
{
	u32 words[RANDOM_BYTES / sizeof(u32)];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(words); i++)
		words[i] = random_u32();
	return copy_to_user((void *)at, words, sizeof(words));
}

int exec_fill_stack(struct exec *exec)
{
	unsigned long base = strings_base(exec), at = 0, random;
	u32 argc = exec->argc;
	u32 *sp;

	random = (base & ~(STACK_ALIGN - 1)) - RANDOM_BYTES;
	exec_auxv(exec, AT_RANDOM, random);
	exec_auxv(exec, AT_NULL, 0);
	exec->stack = random - exec->auxc * sizeof(u32) -
		pointer_words(exec) * sizeof(u32);
	exec->stack &= ~(STACK_ALIGN - 1);
	sp = (u32 *)exec->stack;
	if (copy_strings(exec, (char *)base) || put_random(random) ||
	    put_user(argc, sp++) ||
	    put_pointers(exec, &sp, exec->argc, &at))
		return -EFAULT;
	exec->mm->arg_start = base;
	exec->mm->arg_end = base + at;
	exec->mm->start_stack = exec->stack;
	if (put_pointers(exec, &sp, exec->envc, &at))
		return -EFAULT;
	exec->mm->env_end = base + at;
	return copy_to_user(sp, exec->auxv, exec->auxc * sizeof(u32));
}
