/*
 * kernel/core/uaccess.c - the only way to touch user memory.
 *
 * The address range is checked first; the copy itself may fault.  A fault that
 * mm/space/memory.c cannot resolve continues after the copy (the table
 * __ex_table made by kernel/base/x86.h), which then returns the bytes not
 * copied.
 *
 * Locks: none may be held that a page fault or its disk read would need.
 */
#include "kernel/core/uaccess.h"
#include "kernel/core/trap.h"

#define PAGE_LEFT(p)	(PAGE_SIZE - ((unsigned long)(p) & ~PAGE_MASK))
#define STRING_CHUNK	64	/* most strings are shorter */

/* => 0 or -EFAULT (part may have been copied); sleeps */
int copy_to_user(void __user *to, const void *from, size_t n)
{
	if (!access_ok(to, n) || x86_copy_user(to, from, n))
		return -EFAULT;
	return 0;
}

/* => 0 or -EFAULT (part may have been copied); sleeps */
int copy_from_user(void *to, const void __user *from, size_t n)
{
	if (!access_ok(from, n) || x86_copy_user(to, from, n))
		return -EFAULT;
	return 0;
}

/* => 0 or -EFAULT; sleeps */
int clear_user(void __user *to, size_t n)
{
	if (!access_ok(to, n) || x86_clear_user(to, n))
		return -EFAULT;
	return 0;
}

/*
 * Copies in chunks that do not cross a page's end, so that a string that ends
 * just before unmapped memory does not fault.
 * => length without the NUL; -EFAULT; -ENAMETOOLONG: no NUL in "size" bytes
 */
long strncpy_from_user(char *buf, const char __user *from, size_t size)
{
	size_t done = 0, n, i;

	while (done < size) {
		n = min(size - done, PAGE_LEFT(from + done));
		n = min(n, (size_t)STRING_CHUNK);
		if (copy_from_user(buf + done, from + done, n))
			return -EFAULT;
		for (i = done; i < done + n; i++)
			if (!buf[i])
				return i;
		done += n;
	}
	return -ENAMETOOLONG;
}

/* ---- fix-ups ------------------------------------------------------------- */

struct ex_entry {
	u32 at, fixup;
};
extern const struct ex_entry __ex_table_start[], __ex_table_end[];

/* => the fix-up address of a faulting kernel instruction; 0: none */
unsigned long search_ex_table(unsigned long eip)
{
	const struct ex_entry *entry;

	for (entry = __ex_table_start; entry < __ex_table_end; entry++)
		if (entry->at == eip)
			return entry->fixup;
	return 0;
}
